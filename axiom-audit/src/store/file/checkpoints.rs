//! The newest checkpoint of each log, in the file `checkpoint` beside its segments.

use async_trait::async_trait;
use axiom_core::LogId;

use super::FileStore;
use super::layout::{read_optional, replace};
use crate::error::Error;
use crate::store::CheckpointStore;

#[async_trait]
impl CheckpointStore for FileStore {
    async fn checkpoint(&self, log: &LogId) -> Result<Option<String>, Error> {
        read_optional(&self.layout.checkpoint(log))
    }

    async fn save_checkpoint(&self, log: &LogId, note: &str) -> Result<(), Error> {
        // Held to the end, so that two signers do not write the same temporary file.
        let _state = self.writable()?;
        self.layout.create_log(log)?;
        replace(&self.layout.checkpoint(log), note.as_bytes())
    }
}
