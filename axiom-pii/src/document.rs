//! Why a structured document could not be read, and where.

use core::fmt;
use std::io;

/// Why a document was not read to its end.
///
/// Neither its message nor its `Debug` ever holds a byte of the document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The document breaks a rule of its format.
    #[error("{problem} at {place}")]
    Malformed {
        /// Where.
        place: Place,
        /// Which rule.
        problem: &'static str,
    },
    /// The document could not be read.
    #[error("the document could not be read")]
    Read {
        /// What the reader says.
        source: io::Error,
    },
    /// Arrays and objects stand deeper in each other than is read.
    #[error("nested deeper than {limit} levels at {place}")]
    TooDeep {
        /// Where the level begins that is one too many.
        place: Place,
        /// How many levels are read.
        limit: usize,
    },
    /// A value, or a line where lines are read, is longer than is held in memory.
    #[error("longer than {limit} bytes: what begins at {place}")]
    TooLong {
        /// Where it begins.
        place: Place,
        /// How many bytes are held.
        limit: usize,
    },
    /// The redacted document could not be written.
    #[error("the redacted document could not be written")]
    Write {
        /// What the writer says.
        source: io::Error,
    },
}

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// Bytes before it.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in bytes, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {} (offset {})", self.line, self.column, self.offset)
    }
}
