//! Queries: who did what, when, to what, out of logs of millions of entries.

use async_trait::async_trait;
use axiom_core::LogId;

use crate::error::Error;
use crate::export::StoredEntry;

mod activity;
mod cursor;
mod facts;
mod file;
mod filter;
mod index;
mod loose;
mod scan;
mod timeline;
mod walk;

pub use activity::activity;
pub use cursor::Cursor;
pub use filter::{Filter, Time};
pub use scan::Scan;
pub use timeline::Timeline;

use timeline::Order;
use walk::{Source, Walk};

/// Answers questions to logs; every question names the one log that it is asked of.
///
/// [`FileStore`](crate::FileStore) answers by an index that it keeps beside each log and can do without. A store that
/// is open for writing makes it by itself; one that only reads writes nothing, see
/// [`update_index`](crate::FileStore::update_index). [`Scan`] answers on any store by reading. Both give the same
/// answers.
///
/// A query does not verify: it gives what stands in the log, which is what the verifier is for.
///
/// ```
/// use axiom_audit::{FileStore, Filter, Query, Recorder, Timeline, VerifierKey};
/// use axiom_core::{Event, LogId, Stream, Unscrubbed};
///
/// # let directory = tempfile::tempdir()?;
/// # let key = VerifierKey::new("audit.example.com".parse()?, [0; 32]);
/// let recorder = Recorder::builder(FileStore::create(directory.path(), &key)?, Unscrubbed).build()?;
/// for user in ["user_41", "user_42", "user_41"] {
///     recorder.record_blocking(Event::builder("acme".parse()?, "apply.applied".parse()?).user(user).build()?)?;
/// }
///
/// let store = FileStore::read_only(directory.path())?;
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// let question = Timeline::new(Filter::new().actor("user_41")).limit(1);
/// let newest = pollster::block_on(store.timeline(&log, &question))?;
/// assert_eq!(newest.entries[0].seq(), 2);
///
/// let cursor = newest.next.ok_or("there is another page")?;
/// let older = pollster::block_on(store.timeline(&log, &question.after(cursor)))?;
/// assert_eq!(older.entries[0].seq(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[async_trait]
pub trait Query: Send + Sync {
    /// One page of what a log holds of what is asked for, in the order in which the log took it, or the reverse.
    ///
    /// # Errors
    /// [`Error::Cursor`] where the cursor came with another question, [`Error::Damaged`] where a line that was read is
    /// not an entry of this log, [`Error::Store`] where the store cannot be read.
    async fn timeline(&self, log: &LogId, timeline: &Timeline) -> Result<Page, Error>;

    /// How many entries of a log a filter admits.
    ///
    /// An index may count by itself, without reading the entries.
    ///
    /// # Errors
    /// As [`timeline`](Self::timeline).
    async fn count(&self, log: &LogId, filter: &Filter) -> Result<u64, Error>;
}

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "hosts answer queries on stores of their own")]
pub struct Page {
    /// The entries.
    pub entries: Vec<StoredEntry>,
    /// Where to go on, if the page is full; what follows may be empty.
    pub next: Option<Cursor>,
}

async fn answer(source: Source<'_>, timeline: &Timeline) -> Result<Page, Error> {
    let log = source.log;
    let mut range = 0..u64::MAX;
    if let Some(cursor) = &timeline.after {
        cursor.check(&log.organization, timeline)?;
        let elsewhere = || Error::Cursor("belongs to another stream");
        let place = cursor.place(&log.stream).ok_or_else(elsewhere)?;
        match timeline.order {
            Order::NewestFirst => range.end = place,
            Order::OldestFirst => range.start = place,
        }
    }
    let walk = Walk::new(source, &timeline.filter, timeline.order);
    let entries = walk.hits(range, timeline.limit).await?;
    let last = entries.last().filter(|_| entries.len() == timeline.limit);
    let next = last.map(|last| {
        let place = match timeline.order {
            Order::NewestFirst => last.seq(),
            Order::OldestFirst => last.seq() + 1,
        };
        Cursor::new(&log.organization, timeline, vec![(log.stream.clone(), place)])
    });
    Ok(Page { entries, next })
}

async fn count(source: Source<'_>, filter: &Filter) -> Result<u64, Error> {
    Walk::new(source, filter, Order::OldestFirst).count().await
}
