//! Queries on the file store, by its index.

use async_trait::async_trait;
use axiom_core::LogId;

use super::filter::Filter;
use super::index::Index;
use super::timeline::Timeline;
use super::walk::Source;
use super::{Page, Query, answer, count};
use crate::error::Error;
use crate::store::FileStore;

impl FileStore {
    /// Brings the index of a log up to date, so that the next query need not.
    ///
    /// Every query of a store that is open for writing does so too. A store that is [read only](Self::read_only) uses
    /// the index that it finds, reads the rest from the log, and changes nothing: so a process that appends calls this
    /// now and then where others ask. Where another thread is at it, there is nothing to do. An index can be deleted at
    /// any time: it is the directory `index` of a log. Memory does not grow with the log.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] where the store is, [`Error::Damaged`] where a line is not an entry, [`Error::Store`] where
    /// the log cannot be read or the index not be written. Queries then read from the log what is not indexed.
    pub async fn update_index(&self, log: &LogId) -> Result<(), Error> {
        if self.is_read_only() {
            return Err(Error::ReadOnly);
        }
        self.index(log).update(self, log).await
    }

    fn index(&self, log: &LogId) -> Index {
        Index::new(self.layout(), log, !self.is_read_only())
    }
}

#[async_trait]
impl Query for FileStore {
    async fn timeline(&self, log: &LogId, timeline: &Timeline) -> Result<Page, Error> {
        let index = self.index(log);
        let size = index.up_to_date(self, log).await?;
        answer(Source { store: self, log, size, index: Some(&index) }, timeline).await
    }

    async fn count(&self, log: &LogId, filter: &Filter) -> Result<u64, Error> {
        let index = self.index(log);
        let size = index.up_to_date(self, log).await?;
        count(Source { store: self, log, size, index: Some(&index) }, filter).await
    }
}
