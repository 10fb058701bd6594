//! What can go wrong around a log.

use std::sync::Arc;

use axiom_core::SignError;

/// Why a log could not be written, read or verified.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Others added to the log, or saved a checkpoint of it, meanwhile: try again.
    #[error("log {log} was written or signed by others meanwhile; try again")]
    Conflict {
        /// The log's origin.
        log: String,
    },
    /// A query's cursor cannot be used.
    #[error("the cursor {0}")]
    Cursor(&'static str),
    /// What is stored is not what was written: run the verifier before anything else.
    #[error("log {log} is damaged: {reason}")]
    Damaged {
        /// The log's origin or directory.
        log: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The event cannot be recorded.
    #[error("the event cannot be recorded")]
    Event(#[from] Arc<axiom_core::Error>),
    /// There is already a log in this directory.
    #[error("{path} already holds a log")]
    Exists {
        /// The directory.
        path: String,
    },
    /// A verifier key or signing key is not as it must be.
    #[error("unfit key: {0}")]
    Key(&'static str),
    /// Another process writes to this directory.
    #[error("{path} is being written by another process")]
    Locked {
        /// The directory.
        path: String,
    },
    /// The name given to a new log directory is too long or not a name.
    #[error("unfit log name: {0}")]
    Name(&'static str),
    /// There is no log in this directory.
    #[error("{path} holds no log")]
    NotFound {
        /// The directory.
        path: String,
    },
    /// A text is not a signed note, or not that of a checkpoint.
    #[error("the note {0}")]
    Note(&'static str),
    /// A write failed before, so that what is stored is unknown: open the store again.
    #[error("the store refuses to write after a failed write; open it again to recover")]
    Poisoned,
    /// The recorder has been closed.
    #[error("the recorder is closed")]
    Closed,
    /// A proof bundle does not prove what it says, is not one, or cannot be made.
    #[error("the proof {0}")]
    Proof(&'static str),
    /// Fewer witnesses cosigned a checkpoint than must have.
    #[error("{cosigned} witnesses cosigned the checkpoint, {needed} must have")]
    Quorum {
        /// How many did.
        cosigned: usize,
        /// How many must have.
        needed: usize,
    },
    /// The store was opened for reading.
    #[error("the store was opened for reading only")]
    ReadOnly,
    /// A checkpoint was to be saved in place of one that it does not continue.
    #[error("the checkpoint of {size} entries does not continue the one of {saved} that is saved for log {log}")]
    RolledBack {
        /// The log's origin.
        log: String,
        /// How many entries the saved one covers.
        saved: u64,
        /// How many entries the refused one covers.
        size: u64,
    },
    /// Another event of the same log has this id or idempotency key: nothing was recorded.
    #[error("the {what} is that of another event, entry {seq} of log {log}")]
    Reused {
        /// The log's origin.
        log: String,
        /// What was used again.
        what: &'static str,
        /// Where the other event is.
        seq: u64,
    },
    /// The checkpoint could not be signed.
    #[error("the checkpoint could not be signed")]
    Sign(#[from] Arc<SignError>),
    /// No trusted key signed the note, or its signature does not hold.
    #[error("no valid signature by a trusted key")]
    Signature,
    /// The store failed.
    #[error("{store} store: {action}")]
    Store {
        /// Which kind of store.
        store: &'static str,
        /// What it was doing, and where.
        action: String,
        /// What the system says.
        source: Arc<dyn core::error::Error + Send + Sync>,
    },
    /// A tile is not what the tree around it says that it is, or is not there.
    #[error("{tile} {reason}")]
    Tile {
        /// Which tile.
        tile: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The recorder broke down while it was writing: whether the event was stored has to be looked up.
    #[error("the recorder broke down; whether the event was stored is unknown")]
    Unknown,
    /// The log does not verify, so no checkpoint was signed over it.
    #[error("log {log} does not verify, and so is not signed: {fault}")]
    Unverified {
        /// The log's origin.
        log: String,
        /// The first fault.
        fault: String,
    },
    /// A witness did not cosign a checkpoint. Unless it could not be reached, find out why before anything else.
    #[cfg(feature = "log")]
    #[error("{witness} did not cosign the checkpoint")]
    Witness {
        /// The witness's name.
        witness: String,
        /// Why not.
        #[source]
        refusal: crate::witness::Refusal,
    },
}

impl From<axiom_core::Error> for Error {
    fn from(error: axiom_core::Error) -> Self {
        Self::Event(Arc::new(error))
    }
}

impl From<SignError> for Error {
    fn from(error: SignError) -> Self {
        Self::Sign(Arc::new(error))
    }
}
