//! Keeps entries in files: a directory of JSON Lines that any tool can read.

use core::ops::Range;
use core::sync::atomic::Ordering;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use async_trait::async_trait;
use axiom_core::{Digest, LogId};

use super::{Append, Capabilities, Head, Outcome, Store};
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::merkle::Frontier;
use crate::naming::Naming;
use crate::note::VerifierKey;

mod checkpoints;
pub(crate) mod disk;
mod drain;
mod engine;
pub(crate) mod journal;
pub(crate) mod layout;
pub(crate) mod lock;
pub(crate) mod reading;
mod recovery;
pub(crate) mod rotations;
mod search;
pub(crate) mod segment;
#[cfg(test)]
mod simulation;
mod tail;
mod tree;
pub(crate) mod unsynced;

use disk::{Access, LocalDisk};
use engine::Engine;
use layout::{Layout, create_root, failed};
use lock::Lock;
use reading::{Positions, journaled};
pub use tail::Recovery;

/// A store in a local directory, the default one.
///
/// Each log is a directory of segments: files of JSON Lines that `grep` and `tail -f` read. One process writes, holding
/// an exclusive lock; any number may read and verify meanwhile.
///
/// Nothing is acknowledged before it is durable: a batch, for however many logs, is written to a journal that all logs
/// share and costs one `fdatasync`. From there it reaches the segments within a fraction of a second, off the way of
/// appends; what a crash leaves in the journal reaches them when the store is next opened. Dropping the store empties
/// the journal and removes it. After a failed sync the store refuses further writes until it is opened again.
///
/// Besides the segments there are hash tiles (C2SP tlog-tiles), so that a log is opened, and a root or a proof made,
/// without reading it. They can be deleted at any time.
///
/// Memory does not grow with the logs: about 1 KiB for each that was used lately, at most 32,768 of them, and at most
/// 256 open files. Files are readable by their owner only (0600, directories 0700).
///
/// ```
/// use axiom_audit::{FileStore, VerifierKey};
///
/// let directory = tempfile::tempdir()?;
/// let key = VerifierKey::new("audit.example.com".parse()?, [0; 32]);
/// let store = FileStore::create(directory.path(), &key)?;
/// assert!(FileStore::open(directory.path()).is_err(), "one writer at a time");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileStore {
    layout: Layout,
    /// What writes, unless the store is for reading only.
    writing: Option<Writing>,
    positions: Positions,
}

#[derive(Debug)]
struct Writing {
    engine: Arc<Engine>,
    /// Drains the journal in the background; without it appends do so when they need the room.
    thread: Option<JoinHandle<()>>,
}

impl FileStore {
    /// The length at which a segment gets no more entries, unless the host says otherwise.
    pub const SEGMENT_LEN: u64 = 64 << 20;

    /// Makes a directory for the logs of the host that `key` is named after, and opens it for writing.
    ///
    /// # Errors
    /// [`Error::Exists`] where there is one already, [`Error::Name`] where the host's name is too long,
    /// [`Error::Store`] where it cannot be made.
    pub fn create(root: impl AsRef<Path>, key: &VerifierKey) -> Result<Self, Error> {
        create_root(&LocalDisk, root.as_ref())?;
        let lock = Lock::take(root.as_ref())?;
        let layout = Layout::create(Arc::new(LocalDisk), root.as_ref(), key)?;
        Self::writing(layout, lock.and_config(root.as_ref())?)
    }

    /// Opens a directory for writing. What an interrupted process left in the journal goes into the segments first.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::Locked`] where another process writes, [`Error::Damaged`]
    /// where the journal is not as it was written, [`Error::Store`] where the directory cannot be written.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, Error> {
        let layout = Layout::open(root.as_ref())?;
        let lock = Lock::take(root.as_ref())?.and_config(root.as_ref())?;
        Self::writing(layout, lock)
    }

    /// Opens a directory for reading only; another process may be writing.
    ///
    /// What is read may not be durable yet, nor acknowledged to whoever recorded it. [`flush`](Store::flush) makes it
    /// durable.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::Store`] where it cannot be read.
    pub fn read_only(root: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self { layout: Layout::open(root.as_ref())?, writing: None, positions: Positions::default() })
    }

    /// Begins a new segment once the last one has grown to `bytes`.
    #[must_use]
    pub fn segment_len(self, bytes: u64) -> Self {
        if let Some(writing) = &self.writing {
            writing.engine.segment_len.store(bytes, Ordering::Relaxed);
        }
        self
    }

    /// The key that signs this directory's checkpoints, as the directory itself told it when it was opened.
    ///
    /// Whoever can write to the directory can change it: an auditor is given the key another way.
    #[must_use]
    pub const fn verifier_key(&self) -> &VerifierKey {
        self.layout.newest_key()
    }

    /// What interrupted writes were set aside since the store was opened.
    #[must_use]
    pub fn recoveries(&self) -> Vec<Recovery> {
        self.writing.as_ref().map_or_else(Vec::new, |writing| writing.engine.state().recoveries.clone())
    }

    /// Brings everything into the segments and removes the journal, as dropping the store does, and says how it went.
    ///
    /// # Errors
    /// [`Error::Store`] where it cannot be written; nothing is lost, and opening the store again tries again.
    pub fn close(mut self) -> Result<(), Error> {
        self.writing.as_mut().map_or(Ok(()), Writing::stop)
    }

    pub(crate) const fn is_read_only(&self) -> bool {
        self.writing.is_none()
    }

    pub(crate) const fn layout(&self) -> &Layout {
        &self.layout
    }

    fn writing(layout: Layout, lock: Lock) -> Result<Self, Error> {
        let engine = Arc::new(Engine::open(layout.clone(), lock)?);
        let thread = drain::start(&engine);
        Ok(Self { layout, writing: Some(Writing { engine, thread }), positions: Positions::default() })
    }

    /// A store without a thread: what is to be drained is drained by whoever says so.
    #[cfg(test)]
    fn of(layout: Layout, engine: Engine) -> Self {
        let writing = Writing { engine: Arc::new(engine), thread: None };
        Self { layout, writing: Some(writing), positions: Positions::default() }
    }

    /// Ends as a process that is killed does.
    #[cfg(test)]
    fn abandon(self) {
        if let Some(writing) = &self.writing {
            writing.engine.state().poisoned = true;
        }
    }

    fn engine(&self) -> Result<&Engine, Error> {
        self.writing.as_ref().map(|writing| &*writing.engine).ok_or(Error::ReadOnly)
    }

    /// The end of a log that another process may be writing.
    fn end_on_disk(&self, log: &LogId) -> Result<Head, Error> {
        let journaled = journaled(&self.layout, Some(log))?.remove(log).unwrap_or_default();
        let mut head = tail::head(&self.layout, log)?;
        for line in journaled.after(head.size) {
            head = Head { size: head.size + 1, tip: leaf_hash(line), recorded_at: tail::recorded_at(line) };
        }
        Ok(head)
    }

    /// Lines of a log that another process may be writing.
    fn lines_on_disk(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        let lines = self.positions.page(&self.layout, log, from, most)?;
        if !lines.is_empty() {
            return Ok(lines);
        }
        let journaled = journaled(&self.layout, Some(log))?.remove(log).unwrap_or_default();
        let lines = journaled.page(from, most);
        // What left the journal meanwhile is in the segments by now.
        if lines.is_empty() { self.positions.page(&self.layout, log, from, most) } else { Ok(lines) }
    }

    /// Makes durable what a reader finds: its writer may not have come to that yet. What is in the segments alone is.
    fn sync_on_disk(&self) -> Result<(), Error> {
        for path in journal::paths(self.layout.root()) {
            match self.layout.disk().open(&path, Access::Read) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                file => file.and_then(|file| file.sync()).map_err(failed("sync", &path))?,
            }
        }
        Ok(())
    }

    /// How far the hash tiles of `log` reach.
    fn tiled(&self, log: &LogId) -> Result<u64, Error> {
        match &self.writing {
            Some(writing) => writing.engine.end(log, |open| open.tree.head().size),
            None => Ok(tree::Tree::load(&self.layout, log, &self.layout.naming().origin(log))?.head().size),
        }
    }
}

impl Writing {
    fn stop(&mut self) -> Result<(), Error> {
        self.engine.wake_with(None);
        if let Some(thread) = self.thread.take() {
            // What the thread left undone is done now.
            let _ = thread.join();
        }
        self.engine.close()
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // What cannot be written now is still in the journal.
        let _ = self.stop();
    }
}

#[async_trait]
impl Store for FileStore {
    fn naming(&self) -> &Naming {
        self.layout.naming()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new(true)
    }

    async fn logs(&self) -> Result<Vec<LogId>, Error> {
        let mut logs: Vec<LogId> = journaled(&self.layout, None)?.into_keys().collect();
        for directory in self.layout.log_dirs()? {
            logs.push(self.layout.identify(&directory)?);
        }
        logs.sort();
        logs.dedup();
        Ok(logs)
    }

    async fn head(&self, log: &LogId) -> Result<Head, Error> {
        match &self.writing {
            Some(writing) => writing.engine.end(log, |open| open.head),
            None => self.end_on_disk(log),
        }
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        self.engine()?.append(batch)
    }

    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        let Some(writing) = &self.writing else { return self.lines_on_disk(log, from, most) };
        if writing.engine.has_backlog(log) {
            let spilled = writing.engine.spill();
            if writing.engine.has_backlog(log) {
                spilled?;
            }
        }
        self.positions.page(&self.layout, log, from, most)
    }

    async fn root(&self, log: &LogId, range: Range<u64>) -> Result<Digest, Error> {
        if let Some(writing) = &self.writing
            && let Some(root) = writing.engine.end(log, |open| open.root(&range))?
        {
            return Ok(root);
        }
        let tiled = self.tiled(log)?.clamp(range.start, range.end.max(range.start));
        let mut tree = match range.start < tiled {
            true => tree::subtree(&self.layout, log, tiled, range.start..tiled)?,
            false => Frontier::new(),
        };
        let push = &mut |line: Vec<u8>| -> Result<(), Error> {
            tree.push(leaf_hash(&line));
            Ok(())
        };
        super::each_line(self, log, tiled..range.end, push).await?;
        Ok(tree.root())
    }

    async fn flush(&self, log: &LogId) -> Result<(), Error> {
        match &self.writing {
            Some(writing) => writing.engine.flush(log),
            None => self.sync_on_disk(),
        }
    }
}
