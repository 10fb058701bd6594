//! Queries by reading the log.

use async_trait::async_trait;
use axiom_core::LogId;

use super::filter::Filter;
use super::timeline::Timeline;
use super::walk::Source;
use super::{Page, Query, answer, count};
use crate::error::Error;
use crate::store::Store;

/// Answers queries on any [`Store`] by reading its logs: right, and slow on long ones.
///
/// ```
/// use axiom_audit::{Filter, MemoryStore, Naming, Query, Scan, Timeline};
/// use axiom_core::{LogId, Stream};
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// let page = pollster::block_on(Scan::new(&store).timeline(&log, &Timeline::new(Filter::new())))?;
/// assert!(page.entries.is_empty() && page.next.is_none());
/// # Ok::<(), axiom_audit::Error>(())
/// ```
pub struct Scan<'a>(&'a dyn Store);

impl<'a> Scan<'a> {
    /// Queries on `store`.
    pub const fn new(store: &'a dyn Store) -> Self {
        Self(store)
    }

    async fn source<'b>(&'b self, log: &'b LogId) -> Result<Source<'b>, Error> {
        Ok(Source { store: self.0, log, size: self.0.head(log).await?.size, index: None })
    }
}

#[async_trait]
impl Query for Scan<'_> {
    async fn timeline(&self, log: &LogId, timeline: &Timeline) -> Result<Page, Error> {
        answer(self.source(log).await?, timeline).await
    }

    async fn count(&self, log: &LogId, filter: &Filter) -> Result<u64, Error> {
        count(self.source(log).await?, filter).await
    }
}
