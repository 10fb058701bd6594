//! Where the newest checkpoint of each log is kept.

use async_trait::async_trait;
use axiom_core::{LogId, Origin};

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::note::SignedNote;

mod directory;

pub use directory::FileCheckpoints;

/// Keeps the newest checkpoint of each log; best in another trust domain than the entries.
///
/// [`sign_checkpoint`](crate::sign_checkpoint) signs only what continues the checkpoint that is kept here. Whoever can
/// write to both the entries and this store can take back what was signed without a trace in either, so keep them
/// apart: [`FileCheckpoints`] in a directory of another owner or machine, a database table with rights of its own.
///
/// Implementations run the suite `conformance::checkpoints` (feature `conformance`).
///
/// ```
/// use axiom_audit::{CheckpointStore, MemoryStore, Naming};
/// use axiom_core::{LogId, Stream};
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// assert_eq!(pollster::block_on(store.checkpoint(&log))?, None);
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[async_trait]
pub trait CheckpointStore: Send + Sync {
    /// The note that was saved last.
    ///
    /// # Errors
    /// [`Error::Store`] where the store cannot be read.
    async fn checkpoint(&self, log: &LogId) -> Result<Option<String>, Error>;

    /// Puts `note` in the place of `expected`, which is what the caller read, atomically and durably: of two callers
    /// that read the same, one saves and the other is told what is there now.
    ///
    /// # Errors
    /// [`Error::RolledBack`] where `note` covers fewer entries than what is saved, or as many with another root;
    /// [`Error::Note`] where it is no checkpoint of this log; [`Error::Damaged`] where what is saved is none;
    /// [`Error::Store`] where it cannot be written. The note before is then still there.
    async fn save_checkpoint(&self, log: &LogId, expected: Option<&str>, note: &str) -> Result<Saved, Error>;
}

/// What became of a checkpoint that was to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Saved {
    /// Something else is saved than the caller expected, and still is.
    Conflict(Option<String>),
    /// The note is saved.
    Saved,
}

/// The size that `note` covers; refuses one that is no checkpoint of `origin`, or goes back behind what is saved.
pub(crate) fn check_continues(origin: &Origin, saved: Option<&str>, note: &str) -> Result<u64, Error> {
    let next = read(note)?;
    if next.origin != *origin {
        return Err(Error::Note("is the checkpoint of another log"));
    }
    let Some(saved) = saved else { return Ok(next.size) };
    let damaged = |reason: &str| Error::Damaged { log: origin.to_string(), reason: reason.into() };
    let before = read(saved).map_err(|_| damaged("its saved checkpoint is none"))?;
    if before.origin != *origin {
        return Err(damaged("its saved checkpoint is that of another log"));
    }
    if next.size < before.size || (next.size == before.size && next.root != before.root) {
        return Err(Error::RolledBack { log: origin.to_string(), saved: before.size, size: next.size });
    }
    Ok(next.size)
}

fn read(note: &str) -> Result<Checkpoint, Error> {
    note.parse::<SignedNote>()?.text().parse()
}
