//! Where entries are kept.

use core::ops::Range;

use async_trait::async_trait;
use axiom_core::{Digest, LogId, Origin, Timestamp};

use crate::chain::Entry;
use crate::entry::{genesis, leaf_hash};
use crate::error::Error;
use crate::merkle::Frontier;
use crate::naming::Naming;

pub(crate) mod file;
mod memory;

pub use file::{FileStore, Recovery};
pub use memory::MemoryStore;

/// Keeps the entries of many logs; entries are added and never changed.
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, Store};
/// use axiom_core::{LogId, Stream};
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// assert_eq!(pollster::block_on(store.head(&log))?.size, 0);
/// # Ok::<(), axiom_audit::Error>(())
/// ```
///
/// There is no update and no delete, and no method that reads across organizations. Implementations run the suite in
/// `conformance` (feature `conformance`).
#[async_trait]
pub trait Store: Send + Sync {
    /// How the logs of this store are named.
    fn naming(&self) -> &Naming;

    /// What this store promises.
    fn capabilities(&self) -> Capabilities;

    /// The logs that have been written to, in order.
    ///
    /// # Errors
    /// [`Error::Store`] where the store cannot be read.
    async fn logs(&self) -> Result<Vec<LogId>, Error>;

    /// Where `log` ends; a log that was never written to ends at its genesis.
    ///
    /// # Errors
    /// [`Error::Damaged`] where its end is not as it was written, [`Error::Store`] where the store cannot be read.
    async fn head(&self, log: &LogId) -> Result<Head, Error>;

    /// Adds entries to one or more logs, each only if it still ends where the caller believes.
    ///
    /// All entries of one [`Append`] are added or none. When this returns, what was added is as durable as the
    /// [`capabilities`](Self::capabilities) promise. One call may cover thousands of logs and pays for durability once.
    ///
    /// # Errors
    /// [`Error::Store`] where nothing is acknowledged: some of it may have been written all the same. Where nobody can
    /// know any more what is durable, the store answers [`Error::Poisoned`] from then on, until it is opened again.
    /// [`Error::Damaged`] where a log does not end as it was written; then nothing was added to any.
    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error>;

    /// Lines of `log` from the entry `from` on, without their newlines: at least one if there is one, and beyond that
    /// no more than fit into `most` bytes. A caller that wants all asks again until none come.
    ///
    /// # Errors
    /// [`Error::Store`] where the store cannot be read.
    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error>;

    /// The Merkle root over the entries in `range` of `log`, as if they were all there is (RFC 6962, section 2.1).
    ///
    /// By default every entry in the range is read and hashed; a store that keeps hash tiles answers from those.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the log ends before the range does, [`Error::Store`] where the store cannot be read.
    async fn root(&self, log: &LogId, range: Range<u64>) -> Result<Digest, Error> {
        root_of_entries(self, log, range).await
    }

    /// Brings what was appended to `log` to where those find it who read the store's own files, without the store.
    ///
    /// It is called before a checkpoint is published. By default there is nothing to do.
    ///
    /// # Errors
    /// [`Error::Store`] where it cannot be written.
    async fn flush(&self, log: &LogId) -> Result<(), Error> {
        let _ = log;
        Ok(())
    }
}

/// The Merkle root over the entries in `range` as they are read, whatever the store keeps besides.
pub(crate) async fn root_of_entries<S: Store + ?Sized>(
    store: &S,
    log: &LogId,
    range: Range<u64>,
) -> Result<Digest, Error> {
    let mut tree = Frontier::new();
    let push = &mut |line: Vec<u8>| -> Result<(), Error> {
        tree.push(leaf_hash(&line));
        Ok(())
    };
    each_line(store, log, range, push).await?;
    Ok(tree.root())
}

/// Hands every line of `log` in `range` to `visit`, in order, reading page by page.
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, each_line};
/// use axiom_core::{LogId, Stream};
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// let mut lines = 0;
/// let count = &mut |_: Vec<u8>| Ok::<_, axiom_audit::Error>(lines += 1);
/// assert!(pollster::block_on(each_line(&store, &log, 0..1, count)).is_err(), "the log has no such entry");
/// # Ok::<(), axiom_audit::Error>(())
/// ```
///
/// # Errors
/// [`Error::Damaged`] where the log ends before the range does, [`Error::Store`] where the store cannot be read, and
/// what `visit` answers.
pub async fn each_line<S: Store + ?Sized, E: From<Error>>(
    store: &S,
    log: &LogId,
    range: Range<u64>,
    visit: &mut (dyn FnMut(Vec<u8>) -> Result<(), E> + Send),
) -> Result<(), E> {
    let mut next = range.start;
    while next < range.end {
        let lines = store.read(log, next, PAGE).await?;
        if lines.is_empty() {
            let reason = format!("it ends after {next} entries, {} were there", range.end);
            return Err(Error::Damaged { log: store.naming().origin(log).to_string(), reason }.into());
        }
        for line in lines {
            if next < range.end {
                visit(line)?;
                next += 1;
            }
        }
    }
    Ok(())
}

/// How many bytes are read at a time.
const PAGE: usize = 1 << 20;

/// Entries for one log.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "stores outside this crate are handed it, recorders outside make it")]
pub struct Append<'a> {
    /// Which log.
    pub log: &'a LogId,
    /// Where the caller believes that it ends.
    pub expected: Head,
    /// What comes next, in order.
    pub entries: &'a [Entry],
}

impl Append<'_> {
    /// Where the log ends once the entries are added.
    #[must_use]
    pub fn head(&self) -> Head {
        self.entries.last().map_or(self.expected, Entry::head)
    }
}

/// What became of one [`Append`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The entries were added.
    Appended,
    /// The log ends elsewhere, and nothing was added to it.
    Conflict(Head),
}

/// Where a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores outside this crate make it")]
pub struct Head {
    /// How many entries it has.
    pub size: u64,
    /// The leaf hash of the last one, or the log's genesis.
    pub tip: Digest,
    /// When the last one was recorded.
    pub recorded_at: Option<Timestamp>,
}

impl Head {
    /// The end of a log that has no entries.
    #[must_use]
    pub fn empty(origin: &Origin) -> Self {
        Self { size: 0, tip: genesis(origin), recorded_at: None }
    }
}

/// What a store promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// What was appended survives the loss of power.
    pub durable: bool,
}

impl Capabilities {
    /// A store that keeps what it was given through a loss of power, or not.
    #[must_use]
    pub const fn new(durable: bool) -> Self {
        Self { durable }
    }
}
