//! Keeps entries in files: a directory of JSON Lines that any tool can read.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axiom_core::LogId;

use super::{Append, Capabilities, Head, Outcome, Store};
use crate::error::Error;
use crate::naming::Naming;
use crate::note::VerifierKey;

mod checkpoints;
pub(crate) mod layout;
mod lock;
mod search;
pub(crate) mod segment;
mod tail;

use layout::{Layout, create_root, failed, private, sync_directory};
use lock::Lock;
use search::line_before;
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
    lock: Option<Lock>,
    segment_len: u64,
    state: Mutex<State>,
    /// Where readers stopped; apart from the rest, so that no reader keeps a writer waiting.
    positions: Mutex<HashMap<LogId, Position>>,
}

#[derive(Debug, Default)]
struct State {
    logs: HashMap<LogId, OpenLog>,
    files: HashMap<LogId, File>,
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
        create_root(root.as_ref())?;
        let lock = Lock::take(root.as_ref())?;
        let layout = Layout::create(root.as_ref(), key)?;
        Ok(Self::new(layout, Some(lock.and_config(root.as_ref())?)))
    }

    /// Opens a directory for writing.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::Locked`] where another process writes, [`Error::Store`] where
    /// it cannot be written.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, Error> {
        let layout = Layout::open(root.as_ref())?;
        let lock = Lock::take(root.as_ref())?.and_config(root.as_ref())?;
        Ok(Self::new(layout, Some(lock)))
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

    fn new(layout: Layout, lock: Option<Lock>) -> Self {
        let (state, positions) = (Mutex::default(), Mutex::default());
        Self { layout, lock, segment_len: Self::SEGMENT_LEN, state, positions }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn positions(&self) -> MutexGuard<'_, HashMap<LogId, Position>> {
        self.positions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, unless nothing may be written or known of the log's end any more.
    fn writable(&self) -> Result<MutexGuard<'_, State>, Error> {
        let state = self.state();
        match (&self.lock, state.poisoned) {
            (None, _) => Err(Error::ReadOnly),
            (Some(_), true) => Err(Error::Poisoned),
            (Some(_), false) => Ok(state),
        }
    }

    fn open_log<'a>(&self, state: &'a mut State, log: &LogId) -> Result<&'a mut OpenLog, Error> {
        if !state.logs.contains_key(log) {
            let (tail, torn) = Tail::read(&self.layout, log)?;
            let origin = self.layout.naming().origin(log);
            if let Some(torn) = torn {
                state.recoveries.push(torn.set_aside(&origin)?);
            }
            if tail.segment.is_some() {
                self.layout.identify(&self.layout.log(log))?;
            }
            tail.settle(&origin, &self.layout.segments(log))?;
            let (segment, length) = tail.segment.unzip();
            let opened = OpenLog { head: tail.head, segment, length: length.unwrap_or(0) };
            state.logs.insert(log.clone(), opened);
        }
        Ok(state.logs.get_mut(log).expect("it was just put there"))
    }

    /// Writes what fits the heads, and syncs each file once.
    fn write(&self, state: &mut State, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut heads = HashMap::new();
        for append in batch {
            let head = match heads.get(append.log) {
                Some(head) => *head,
                None => self.open_log(state, append.log)?.head,
            };
            let fits = head == append.expected;
            heads.insert(append.log, if fits { append.head() } else { head });
            outcomes.push(if fits { Outcome::Appended } else { Outcome::Conflict(head) });
        }
        let fitting = || batch.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == Outcome::Appended);
        for (append, _) in fitting() {
            self.write_one(state, append)?;
        }
        for (append, _) in fitting() {
            // A file that is not open any more was synced when it was closed.
            if let Some(file) = state.files.get(append.log) {
                file.sync_data().map_err(|error| self.failed("sync", append.log, error))?;
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
        let file = state.files.get_mut(append.log).expect("the segment was just opened");
        file.write_all(&bytes).map_err(|error| self.failed("write to", append.log, error))?;
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
            // The full one may hold lines of this very batch.
            if let Some(full) = state.files.remove(id) {
                full.sync_data().map_err(|error| self.failed("sync", id, error))?;
            }
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

    /// The error of a log's segments; their path is worked out only once something has failed.
    fn failed(&self, action: &str, log: &LogId, error: io::Error) -> Error {
        failed(action, &self.layout.segments(log))(error)
    }

    /// Closes all files, once what was written to them is durable.
    fn close_files(&self, state: &mut State) -> Result<(), Error> {
        for (log, file) in state.files.drain() {
            file.sync_data().map_err(|error| self.failed("sync", &log, error))?;
        }
        Ok(())
    }

    /// Where the entry `seq` begins, if that is known or can be found by its segment.
    fn position(&self, log: &LogId, seq: u64) -> Result<Option<Position>, Error> {
        let known = self.positions().get(log).filter(|known| known.seq == seq).cloned();
        if let Some(known) = known.filter(|known| known.segment.path.exists()) {
            return Ok(Some(known));
        }
        let segments = Segment::list(&self.layout.segments(log))?;
        let segment = segments.into_iter().rev().find(|segment| segment.first <= seq);
        let Some(segment) = segment else { return Ok(None) };
        let start = line_before(&segment, seq).map_err(failed("read", &segment.path))?;
        Ok(Some(Position { seq: start.seq, segment, offset: start.offset }))
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
        if self.lock.is_none() {
            return Ok(Tail::read(&self.layout, log)?.0.head);
        }
        Ok(self.open_log(&mut *self.writable()?, log)?.head)
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        let mut state = self.writable()?;
        let outcomes = self.write(&mut state, batch);
        state.poisoned = matches!(outcomes, Err(Error::Store { .. }));
        outcomes
    }

    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        let Some(mut position) = self.position(log, from)? else { return Ok(Vec::new()) };
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
        self.positions().insert(log.clone(), position);
        Ok(lines)
    }
}
