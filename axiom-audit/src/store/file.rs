//! Keeps entries in files: a directory of JSON Lines that any tool can read.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axiom_core::LogId;

use super::{Append, Capabilities, CheckpointStore, Head, Outcome, Store};
use crate::error::Error;
use crate::naming::Naming;
use crate::note::VerifierKey;

pub(crate) mod layout;
pub(crate) mod segment;
mod tail;

use layout::{Layout, failed, private, replace, sync_directory};
use segment::{Segment, next_line};
pub use tail::Recovery;
use tail::Tail;

/// A store in a local directory, the default one.
///
/// Each log is a directory of segments: files of JSON Lines that `grep` and `tail -f` read. One process writes, holding
/// an exclusive lock; any number may read and verify meanwhile. Nothing is acknowledged before `fdatasync` has
/// returned. After a failed write the store refuses further writes until it is opened again.
///
/// Files are readable by their owner only (0600, directories 0700).
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
    /// Held for as long as the store may write.
    lock: Option<File>,
    segment_len: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    logs: HashMap<LogId, OpenLog>,
    files: HashMap<LogId, File>,
    positions: HashMap<LogId, Position>,
    recoveries: Vec<Recovery>,
    poisoned: bool,
}

#[derive(Debug, Clone)]
struct OpenLog {
    head: Head,
    segment: Option<Segment>,
    length: u64,
}

/// Where a reader stopped, so that the next page does not begin at the start of the segment.
#[derive(Debug, Clone)]
struct Position {
    seq: u64,
    segment: Segment,
    offset: u64,
}

impl FileStore {
    /// The length at which a segment gets no more entries, unless the host says otherwise.
    pub const SEGMENT_LEN: u64 = 64 << 20;
    /// How many segments are kept open for writing.
    const MAX_OPEN_FILES: usize = 128;

    /// Makes a directory for the logs of the host that `key` is named after, and opens it for writing.
    ///
    /// # Errors
    /// [`Error::Exists`] where there is one already, [`Error::Name`] where the host's name is too long,
    /// [`Error::Store`] where it cannot be made.
    pub fn create(root: impl AsRef<Path>, key: &VerifierKey) -> Result<Self, Error> {
        Self::writing(Layout::create(root.as_ref(), key)?)
    }

    /// Opens a directory for writing.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::Locked`] where another process writes, [`Error::Store`] where
    /// it cannot be written.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, Error> {
        Self::writing(Layout::open(root.as_ref())?)
    }

    /// Opens a directory for reading only; another process may be writing.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::Store`] where it cannot be read.
    pub fn read_only(root: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self::new(Layout::open(root.as_ref())?, None))
    }

    /// Begins a new segment once the last one has grown to `bytes`.
    #[must_use]
    pub const fn segment_len(mut self, bytes: u64) -> Self {
        self.segment_len = bytes;
        self
    }

    /// The key that signs this directory's checkpoints, as the directory itself tells it.
    ///
    /// Whoever can write to the directory can change it: an auditor is given the key another way.
    #[must_use]
    pub const fn verifier_key(&self) -> &VerifierKey {
        self.layout.key()
    }

    /// What interrupted writes were set aside since the store was opened.
    #[must_use]
    pub fn recoveries(&self) -> Vec<Recovery> {
        self.state().recoveries.clone()
    }

    fn new(layout: Layout, lock: Option<File>) -> Self {
        Self { layout, lock, segment_len: Self::SEGMENT_LEN, state: Mutex::default() }
    }

    fn writing(layout: Layout) -> Result<Self, Error> {
        let path = layout.lock();
        let lock = private().write(true).create(true).truncate(false).open(&path).map_err(failed("open", &path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self::new(layout, Some(lock))),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path: layout.root().display().to_string() }),
            Err(TryLockError::Error(error)) => Err(failed("lock", &path)(error)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_log<'a>(&self, state: &'a mut State, log: &LogId) -> Result<&'a mut OpenLog, Error> {
        if !state.logs.contains_key(log) {
            let (tail, torn) = Tail::read(&self.layout, log)?;
            if let Some(torn) = torn.filter(|_| self.lock.is_some()) {
                state.recoveries.push(torn.set_aside(&self.layout.naming().origin(log))?);
            }
            let (segment, length) = tail.segment.unzip();
            let opened = OpenLog { head: tail.head, segment, length: length.unwrap_or(0) };
            state.logs.insert(log.clone(), opened);
        }
        Ok(state.logs.get_mut(log).expect("it was just put there"))
    }

    /// Writes what fits the heads, and syncs each file once.
    fn write(&self, state: &mut State, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for append in batch {
            let head = self.open_log(state, append.log)?.head;
            outcomes.push(if head == append.expected { Outcome::Appended } else { Outcome::Conflict(head) });
        }
        let fitting = || batch.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == Outcome::Appended);
        for (append, _) in fitting() {
            self.write_one(state, append)?;
        }
        for (append, _) in fitting() {
            // A file that is not open any more was synced when it was closed.
            if let Some(file) = state.files.get(append.log) {
                file.sync_data().map_err(failed("sync", &self.layout.segments(append.log)))?;
            }
        }
        Ok(outcomes)
    }

    fn write_one(&self, state: &mut State, append: &Append<'_>) -> Result<(), Error> {
        self.ensure_segment(state, append.log)?;
        let mut bytes = Vec::with_capacity(append.entries.iter().map(|entry| entry.line().len() + 1).sum());
        for entry in append.entries {
            bytes.extend_from_slice(entry.line());
            bytes.push(b'\n');
        }
        let segments = self.layout.segments(append.log);
        let file = state.files.get_mut(append.log).expect("the segment was just opened");
        file.write_all(&bytes).map_err(failed("write to", &segments))?;
        let log = self.open_log(state, append.log)?;
        log.head = append.head();
        log.length += bytes.len() as u64;
        Ok(())
    }

    /// Opens the last segment for appending, or the next one.
    fn ensure_segment(&self, state: &mut State, id: &LogId) -> Result<(), Error> {
        let log = self.open_log(state, id)?;
        let full = log.length >= self.segment_len;
        if log.segment.is_none() || full {
            self.layout.create_log(id)?;
            log.segment = Some(Segment::new(&self.layout.segments(id), log.head.size));
            log.length = 0;
            state.files.remove(id);
        }
        if state.files.contains_key(id) {
            return Ok(());
        }
        let segment = state.logs[id].segment.as_ref().expect("it was just set");
        let file = private().append(true).create(true).open(&segment.path).map_err(failed("open", &segment.path))?;
        sync_directory(&self.layout.segments(id))?;
        if state.files.len() >= Self::MAX_OPEN_FILES {
            self.close_files(state)?;
        }
        state.files.insert(id.clone(), file);
        Ok(())
    }

    /// Closes all files, once what was written to them is durable.
    fn close_files(&self, state: &mut State) -> Result<(), Error> {
        for (log, file) in state.files.drain() {
            file.sync_data().map_err(failed("sync", &self.layout.segments(&log)))?;
        }
        Ok(())
    }

    /// Where the entry `seq` begins, if that is known or can be found by its segment.
    fn position(&self, state: &State, log: &LogId, seq: u64) -> Result<Option<Position>, Error> {
        if let Some(known) = state.positions.get(log).filter(|known| known.seq <= seq && known.segment.path.exists()) {
            return Ok(Some(known.clone()));
        }
        let segments = Segment::list(&self.layout.segments(log))?;
        let segment = segments.into_iter().rev().find(|segment| segment.first <= seq);
        Ok(segment.map(|segment| Position { seq: segment.first, segment, offset: 0 }))
    }

    /// Reads lines from `position` on, to the end of its segment or until `most` bytes are read.
    fn page(&self, position: &mut Position, from: u64, most: usize) -> io::Result<Vec<Vec<u8>>> {
        let mut reader = position.segment.reader(position.offset).map_err(io::Error::other)?;
        let (mut lines, mut taken, mut line) = (Vec::new(), 0, Vec::new());
        while next_line(&mut reader, &mut line)? {
            if position.seq >= from {
                taken += line.len();
                if !lines.is_empty() && taken > most {
                    break;
                }
                lines.push(line.clone());
            }
            position.seq += 1;
            position.offset += line.len() as u64 + 1;
            if reader.fill_buf()?.is_empty() || taken > most {
                break;
            }
        }
        Ok(lines)
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
        let mut logs =
            self.layout.log_dirs()?.iter().map(|path| self.layout.identify(path)).collect::<Result<Vec<_>, _>>()?;
        logs.sort();
        Ok(logs)
    }

    async fn head(&self, log: &LogId) -> Result<Head, Error> {
        let mut state = self.state();
        if self.lock.is_none() {
            return Ok(Tail::read(&self.layout, log)?.0.head);
        }
        Ok(self.open_log(&mut state, log)?.head)
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        let mut state = self.state();
        if state.poisoned || self.lock.is_none() {
            return Err(Error::Poisoned);
        }
        let outcomes = self.write(&mut state, batch);
        state.poisoned = matches!(outcomes, Err(Error::Store { .. }));
        outcomes
    }

    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        let mut state = self.state();
        let Some(mut position) = self.position(&state, log, from)? else { return Ok(Vec::new()) };
        let path = position.segment.path.clone();
        let mut lines = self.page(&mut position, from, most).map_err(failed("read", &path))?;
        if lines.is_empty() && position.seq > position.segment.first {
            // The segment ended before `from`; the next one, if there is one, begins there.
            let next = Segment::new(&self.layout.segments(log), position.seq);
            if next.path.exists() {
                position = Position { seq: next.first, segment: next, offset: 0 };
                lines = self.page(&mut position, from, most).map_err(failed("read", &path))?;
            }
        }
        state.positions.insert(log.clone(), position);
        Ok(lines)
    }
}

#[async_trait]
impl CheckpointStore for FileStore {
    async fn checkpoint(&self, log: &LogId) -> Result<Option<String>, Error> {
        let path = self.layout.checkpoint(log);
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            note => note.map(Some).map_err(failed("read", &path)),
        }
    }

    async fn save_checkpoint(&self, log: &LogId, note: &str) -> Result<(), Error> {
        if self.lock.is_none() {
            return Err(Error::Poisoned);
        }
        replace(&self.layout.checkpoint(log), note.as_bytes())
    }
}
