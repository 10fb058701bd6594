//! Keeps entries in memory: for tests and for hosts that only want to export.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axiom_core::LogId;

use super::{Append, Capabilities, Head, Outcome, Store};
use crate::chain::Entry;
use crate::checkpoints::{CheckpointStore, Saved, check_continues};
use crate::error::Error;
use crate::naming::Naming;

/// A store whose content ends with the process.
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, Store};
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [0; 32])?);
/// assert!(!store.capabilities().durable);
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[derive(Debug)]
pub struct MemoryStore {
    naming: Naming,
    logs: Mutex<BTreeMap<LogId, Log>>,
}

#[derive(Debug)]
struct Log {
    lines: Vec<Vec<u8>>,
    head: Head,
    checkpoint: Option<String>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub const fn new(naming: Naming) -> Self {
        Self { naming, logs: Mutex::new(BTreeMap::new()) }
    }

    fn logs(&self) -> MutexGuard<'_, BTreeMap<LogId, Log>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn empty(&self, log: &LogId) -> Log {
        Log { lines: Vec::new(), head: Head::empty(&self.naming.origin(log)), checkpoint: None }
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn naming(&self) -> &Naming {
        &self.naming
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new(false)
    }

    async fn logs(&self) -> Result<Vec<LogId>, Error> {
        Ok(self.logs().keys().cloned().collect())
    }

    async fn head(&self, log: &LogId) -> Result<Head, Error> {
        Ok(self.logs().get(log).map_or_else(|| self.empty(log).head, |log| log.head))
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        let mut logs = self.logs();
        let outcomes = batch.iter().map(|append| {
            let log = logs.entry(append.log.clone()).or_insert_with(|| self.empty(append.log));
            if log.head != append.expected {
                return Outcome::Conflict(log.head);
            }
            log.lines.extend(append.entries.iter().map(|entry| Entry::line(entry).to_vec()));
            log.head = append.head();
            Outcome::Appended
        });
        Ok(outcomes.collect())
    }

    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        let logs = self.logs();
        let lines = logs.get(log).map_or(&[][..], |log| &log.lines);
        let mut read = 0;
        let page = lines.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)).take_while(|line| {
            let first = read == 0;
            read += line.len();
            first || read <= most
        });
        Ok(page.cloned().collect())
    }
}

#[async_trait]
impl CheckpointStore for MemoryStore {
    async fn checkpoint(&self, log: &LogId) -> Result<Option<String>, Error> {
        Ok(self.logs().get(log).and_then(|log| log.checkpoint.clone()))
    }

    async fn save_checkpoint(&self, log: &LogId, expected: Option<&str>, note: &str) -> Result<Saved, Error> {
        let mut logs = self.logs();
        let saved = logs.get(log).and_then(|log| log.checkpoint.as_deref());
        if saved != expected {
            return Ok(Saved::Conflict(saved.map(str::to_owned)));
        }
        check_continues(&self.naming.origin(log), saved, note)?;
        logs.entry(log.clone()).or_insert_with(|| self.empty(log)).checkpoint = Some(note.into());
        Ok(Saved::Saved)
    }
}
