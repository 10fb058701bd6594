//! A store without a disk: what appending costs besides.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axiom_audit::{Append, Capabilities, Error, Frontier, Head, Naming, Outcome, Store};
use axiom_core::LogId;

/// Keeps the end and the Merkle tree of each log, and no entries: one node hash an entry, on the average.
pub(crate) struct TreeStore {
    naming: Naming,
    logs: Mutex<BTreeMap<LogId, (Head, Frontier)>>,
}

impl TreeStore {
    pub(crate) const fn new(naming: Naming) -> Self {
        Self { naming, logs: Mutex::new(BTreeMap::new()) }
    }

    fn logs(&self) -> MutexGuard<'_, BTreeMap<LogId, (Head, Frontier)>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn empty(&self, log: &LogId) -> (Head, Frontier) {
        (Head::empty(&self.naming.origin(log)), Frontier::new())
    }
}

#[async_trait]
impl Store for TreeStore {
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
        Ok(self.logs().get(log).map_or_else(|| self.empty(log).0, |(head, _)| *head))
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        let mut logs = self.logs();
        let outcomes = batch.iter().map(|append| {
            let (head, tree) = logs.entry(append.log.clone()).or_insert_with(|| self.empty(append.log));
            if *head != append.expected {
                return Outcome::Conflict(*head);
            }
            append.entries.iter().for_each(|entry| tree.push(entry.hash()));
            *head = append.head();
            Outcome::Appended
        });
        Ok(outcomes.collect())
    }

    async fn read(&self, _: &LogId, _: u64, _: usize) -> Result<Vec<Vec<u8>>, Error> {
        Ok(Vec::new())
    }
}
