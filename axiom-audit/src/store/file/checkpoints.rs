//! The newest checkpoint of each log, in the file `checkpoint` beside its segments.

use async_trait::async_trait;
use axiom_core::LogId;

use super::FileStore;
use super::layout::{read_small, replace};
use crate::checkpoints::{CheckpointStore, Saved, check_continues};
use crate::error::Error;

#[async_trait]
impl CheckpointStore for FileStore {
    async fn checkpoint(&self, log: &LogId) -> Result<Option<String>, Error> {
        read_small(self.layout.disk(), &self.layout.checkpoint(log))
    }

    async fn save_checkpoint(&self, log: &LogId, expected: Option<&str>, note: &str) -> Result<Saved, Error> {
        // Held to the end: no other process writes, and no other thread of this one.
        let engine = self.engine()?;
        let _turn = engine.turn_to_replace()?;
        let path = self.layout.checkpoint(log);
        let saved = read_small(self.layout.disk(), &path)?;
        if saved.as_deref() != expected {
            return Ok(Saved::Conflict(saved));
        }
        check_continues(&self.layout.naming().origin(log), expected, note)?;
        engine.create_log(log)?;
        replace(self.layout.disk(), &path, note.as_bytes())?;
        Ok(Saved::Saved)
    }
}
