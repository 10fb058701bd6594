//! Where checkpoints are sent, so that whoever holds the log cannot take them back.

use async_trait::async_trait;

use crate::error::Error;
use crate::note::SignedNote;

mod command;
mod file;

pub use command::CommandAnchor;
pub use file::FileAnchor;

/// Takes checkpoints to where the owner of the logs cannot change them: a file on another machine, an object store that
/// deletes nothing, a mail box, a printer.
///
/// Nothing that is recorded waits for it. `axiom-audit` has a [`FileAnchor`] and a [`CommandAnchor`]; a webhook or an
/// object store is the host's to write:
///
/// ```
/// use axiom_audit::{AnchorSink, Error, SignedNote};
/// use std::sync::Mutex;
///
/// /// Stands for a bucket with object lock.
/// struct Bucket(Mutex<Vec<String>>);
///
/// #[async_trait::async_trait]
/// impl AnchorSink for Bucket {
///     fn name(&self) -> String {
///         "s3://checkpoints".into()
///     }
///
///     async fn anchor(&self, note: &SignedNote) -> Result<(), Error> {
///         self.0.lock().unwrap().push(note.to_string());
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait AnchorSink: Send + Sync {
    /// What it is called in messages.
    fn name(&self) -> String;

    /// Takes a checkpoint, and returns once it is safe there. The same one may come again.
    ///
    /// # Errors
    /// [`Error::Store`] where that is not certain.
    async fn anchor(&self, note: &SignedNote) -> Result<(), Error>;
}

/// Sends a checkpoint to every sink, and returns the name of each with what came of it.
///
/// One that fails does not keep the others from it. Trying again is up to the host: the checkpoint is kept, and the
/// next one stands for it too.
///
/// ```
/// use axiom_audit::{FileAnchor, SignedNote, anchor_all};
///
/// # let directory = tempfile::tempdir()?;
/// let note: SignedNote = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n\
///     — example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n"
///     .parse()?;
/// let file = FileAnchor::new(directory.path().join("checkpoints"));
/// for (name, sent) in pollster::block_on(anchor_all(&note, &[&file])) {
///     sent.unwrap_or_else(|error| eprintln!("{name}: {error}"));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn anchor_all(note: &SignedNote, sinks: &[&dyn AnchorSink]) -> Vec<(String, Result<(), Error>)> {
    let mut sent = Vec::with_capacity(sinks.len());
    for sink in sinks {
        sent.push((sink.name(), sink.anchor(note).await));
    }
    sent
}
