//! How a command fails: what it says, and with which exit status.

use core::error::Error;
use core::fmt::Write;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::terminal;

/// Why a command did not do all that it was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A log does not verify, or some of the input could not be taken: status 1.
    Integrity(String),
    /// Wrong usage, or a file could not be read or written: status 2.
    Usage(String),
    /// All has been said already: status 1.
    Told,
    /// Whoever read the output has gone away: status 2, without a word.
    Unread,
}

impl Failure {
    /// Says what is wrong, and gives the exit status.
    pub(crate) fn report(self) -> ExitCode {
        let (message, status) = match self {
            Self::Integrity(message) => (Some(message), 1),
            Self::Usage(message) => (Some(message), 2),
            Self::Told => (None, 1),
            Self::Unread => (None, 2),
        };
        if let Some(message) = message {
            terminal::error(&message);
        }
        ExitCode::from(status)
    }

    /// The same failure, with what it happened to.
    pub(crate) fn at(self, place: &str) -> Self {
        match self {
            Self::Integrity(message) => Self::Integrity(format!("{place}: {message}")),
            Self::Usage(message) => Self::Usage(format!("{place}: {message}")),
            other => other,
        }
    }

    /// A file could not be read or written.
    pub(crate) fn io(action: &str, path: &Path, error: &io::Error) -> Self {
        Self::Usage(format!("could not {action} {}: {error}", path.display()))
    }

    /// The output could not be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Usage(format!("could not write the output: {error}")),
        }
    }
}

impl From<axiom_audit::Error> for Failure {
    fn from(error: axiom_audit::Error) -> Self {
        use axiom_audit::Error as Audit;
        let message = chain(&error);
        match error {
            Audit::Damaged { .. }
            | Audit::Event(_)
            | Audit::Note(_)
            | Audit::Proof(_)
            | Audit::Reused { .. }
            | Audit::Signature
            | Audit::Tile { .. }
            | Audit::Unverified { .. } => Self::Integrity(message),
            Audit::Store { source, .. } if is_broken_pipe(&*source) => Self::Unread,
            _ => Self::Usage(message),
        }
    }
}

impl From<axiom_core::Error> for Failure {
    fn from(error: axiom_core::Error) -> Self {
        Self::Usage(chain(&error))
    }
}

impl From<axiom_crypto::Error> for Failure {
    fn from(error: axiom_crypto::Error) -> Self {
        match error {
            axiom_crypto::Error::Stream { source } if source.kind() == io::ErrorKind::BrokenPipe => Self::Unread,
            // The streams of this command say their names.
            axiom_crypto::Error::Stream { source } => Self::Usage(source.to_string()),
            axiom_crypto::Error::Open | axiom_crypto::Error::KeyNotFound { .. } => Self::Integrity(chain(&error)),
            _ => Self::Usage(chain(&error)),
        }
    }
}

impl From<axiom_pii::Error> for Failure {
    fn from(error: axiom_pii::Error) -> Self {
        Self::Usage(chain(&error))
    }
}

/// An error and all its causes in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(message, ": {error}");
        cause = error.source();
    }
    message
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
