//! Queries on the file store, by its index.

use async_trait::async_trait;
use axiom_core::LogId;

use super::filter::Filter;
use super::index::Index;
use super::timeline::Timeline;
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

    /// The index, as far as it can be brought up to date.
    async fn index(&self, log: &LogId) -> Index {
        // Where this fails, the walk finds the same fault if it goes that far, or does without an index.
        let _ = self.update_index(log).await;
        Index::new(self.layout(), log)
    }
}

#[async_trait]
impl Query for FileStore {
    async fn timeline(&self, log: &LogId, timeline: &Timeline) -> Result<Page, Error> {
        answer(self, log, Some(&self.index(log).await), timeline).await
    }

    async fn count(&self, log: &LogId, filter: &Filter) -> Result<u64, Error> {
        count(self, log, Some(&self.index(log).await), filter).await
    }
}
