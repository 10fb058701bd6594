//! What can be wrong with a CloudTrail log file.

use std::io;

/// Why a CloudTrail log file, or a record of it, gave no events.
///
/// No message repeats what stands in the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is JSON, but not a CloudTrail log file. A digest file is none either.
    #[error("not a CloudTrail log file: it must be an object with one list `Records`")]
    NotALogFile,
    /// The file could not be read, or is damaged gzip.
    #[error("the log file could not be read")]
    Read(#[source] io::Error),
    /// A record could not be mapped.
    #[error("record {index} could not be mapped")]
    Record {
        /// Its place in `Records`, from 0.
        index: usize,
        /// What is wrong with it, and in which field.
        source: axiom_core::Error,
    },
    /// The file is not JSON, or ends too early.
    #[error("not valid JSON at line {line}, column {column}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1; 0 where a line ends too early.
        column: usize,
    },
    /// The unpacked file is too long.
    #[error("the unpacked log file takes more than {limit} bytes")]
    TooLarge {
        /// The most that is read.
        limit: u64,
    },
}
