//! Why a check failed.

use std::{io, process::ExitStatus};

/// Why a check failed, in the one line that the summary shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    #[error("{command}: {status}")]
    Exit { command: String, status: ExitStatus },
    #[error("{0}")]
    File(#[from] io::Error),
    #[error("{0}")]
    Metadata(#[from] cargo_metadata::Error),
    #[error("{what} is missing")]
    Missing { what: String },
    #[error("{program} cannot be started: {source}")]
    Start { program: String, source: io::Error },
    #[error("{}", edges.join("; "))]
    Star { edges: Vec<String> },
    #[error("{reason}")]
    Unfit { reason: String },
    #[error("{reason}")]
    Usage { reason: String },
}
