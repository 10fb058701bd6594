//! A store that does what a test wants.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use axiom_audit::{Append, Capabilities, Error, Head, MemoryStore, Naming, Outcome, Recorder, Store};
use axiom_core::{LogId, Unscrubbed};

use super::{event, naming};

/// A memory store that can be held up, fails as planned, and has others write to it.
pub(crate) struct Controlled {
    pub(crate) inner: Arc<MemoryStore>,
    gate: Mutex<()>,
    plan: Mutex<VecDeque<Fault>>,
    broken: Mutex<bool>,
    /// How many entries each write held.
    writes: Mutex<Vec<usize>>,
}

/// What goes wrong with a write.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    None,
    /// Nothing is written.
    Refused,
    /// It is written, and reported as failed.
    Persisted,
    /// Somebody else writes an entry to the first log just before.
    Overtaken,
}

impl Controlled {
    /// A store whose first writes go as planned, and all later ones well.
    pub(crate) fn new(plan: impl IntoIterator<Item = Fault>) -> Arc<Self> {
        Self::over(Arc::new(MemoryStore::new(naming())), plan)
    }

    pub(crate) fn over(inner: Arc<MemoryStore>, plan: impl IntoIterator<Item = Fault>) -> Arc<Self> {
        let plan = Mutex::new(plan.into_iter().collect());
        Arc::new(Self { inner, gate: Mutex::default(), plan, broken: Mutex::default(), writes: Mutex::default() })
    }

    /// Keeps every write waiting until the guard is dropped.
    pub(crate) fn hold(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap()
    }

    /// Refuses every write from now on, or none any more.
    pub(crate) fn set_broken(&self, broken: bool) {
        *self.broken.lock().unwrap() = broken;
    }

    pub(crate) fn writes(&self) -> Vec<usize> {
        self.writes.lock().unwrap().clone()
    }

    fn next_fault(&self) -> Fault {
        let planned = self.plan.lock().unwrap().pop_front().unwrap_or(Fault::None);
        if *self.broken.lock().unwrap() { Fault::Refused } else { planned }
    }
}

fn failed() -> Error {
    let source = Arc::new(io::Error::from(io::ErrorKind::StorageFull));
    Error::Store { store: "failing", action: "could not write".into(), source }
}

#[async_trait]
impl Store for Controlled {
    fn naming(&self) -> &Naming {
        self.inner.naming()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    async fn logs(&self) -> Result<Vec<LogId>, Error> {
        self.inner.logs().await
    }

    async fn head(&self, log: &LogId) -> Result<Head, Error> {
        self.inner.head(log).await
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        drop(self.gate.lock().unwrap());
        let fault = self.next_fault();
        if fault == Fault::Refused {
            return Err(failed());
        }
        if fault == Fault::Overtaken {
            let other = Recorder::builder_shared(self.inner.clone(), Unscrubbed).build()?;
            other.record_blocking(event(batch[0].log.organization.as_str(), 0))?;
        }
        self.writes.lock().unwrap().push(batch.iter().map(|append| append.entries.len()).sum());
        let outcomes = self.inner.append(batch).await;
        if fault == Fault::Persisted { Err(failed()) } else { outcomes }
    }

    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        self.inner.read(log, from, most).await
    }
}

/// A store in which no entry can be recognized.
pub(crate) struct Damaged(pub(crate) Arc<MemoryStore>);

#[async_trait]
impl Store for Damaged {
    fn naming(&self) -> &Naming {
        self.0.naming()
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    async fn logs(&self) -> Result<Vec<LogId>, Error> {
        self.0.logs().await
    }

    async fn head(&self, log: &LogId) -> Result<Head, Error> {
        self.0.head(log).await
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        self.0.append(batch).await
    }

    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        let lines = self.0.read(log, from, most).await?;
        Ok(lines.into_iter().map(|line| line[..line.len() / 2].to_vec()).collect())
    }
}
