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
    /// Every query does so too. A process that appends much and is seldom asked calls this now and then; where another
    /// process is at it, there is nothing to do. An index can be deleted at any time: it is the directory `index` of a
    /// log. Memory does not grow with the log.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a line is not an entry, [`Error::Store`] where the log cannot be read or the index not
    /// be written. Queries then read from the log what is not indexed.
    pub async fn update_index(&self, log: &LogId) -> Result<(), Error> {
        Index::new(self.layout(), log).update(self, log).await
    }
}

#[async_trait]
impl Query for FileStore {
    async fn timeline(&self, log: &LogId, timeline: &Timeline) -> Result<Page, Error> {
        let index = Index::new(self.layout(), log);
        let size = index.up_to_date(self, log).await?;
        answer(Source { store: self, log, size, index: Some(&index) }, timeline).await
    }

    async fn count(&self, log: &LogId, filter: &Filter) -> Result<u64, Error> {
        let index = Index::new(self.layout(), log);
        let size = index.up_to_date(self, log).await?;
        count(Source { store: self, log, size, index: Some(&index) }, filter).await
    }
}
