//! Moves what is durable in the journal to the segments, off the way of appends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};

use core::time::Duration;

use axiom_core::LogId;

use super::disk::{Access, DiskFile};
use super::engine::{Engine, OpenLog, Wake};
use super::journal::Part;
use super::layout::failed;
use super::segment::Segment;
use super::unsynced::{Handles, Unsynced};
use crate::error::Error;

/// Lines of one log that are in the journal and not in their segment yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) log: LogId,
    pub(super) part: Part,
    /// Where in the journal they are.
    pub(super) file: Arc<dyn DiskFile>,
    pub(super) position: u64,
}

/// What has been written to segments and not synced yet.
#[derive(Debug, Default)]
pub(super) struct Drain {
    /// Segments that are open for writing.
    open: Handles,
    unsynced: Unsynced,
}

impl Engine {
    /// Writes the backlog to the segments, where every reader of the directory sees it.
    pub(super) fn spill(&self) -> Result<(), Error> {
        let mut drain = self.drain.lock().unwrap_or_else(PoisonError::into_inner);
        self.spill_into(&mut drain)
    }

    /// What cannot be written stays in the backlog, and keeps nobody else's entries from their segments.
    fn spill_into(&self, drain: &mut Drain) -> Result<(), Error> {
        let backlog = core::mem::take(&mut self.state().backlog);
        let mut by_segment: BTreeMap<(&LogId, u64), Vec<&Pending>> = BTreeMap::new();
        for pending in &backlog {
            by_segment.entry((&pending.log, pending.part.segment)).or_default().push(pending);
        }
        let (mut stuck, mut first) = (BTreeSet::new(), None);
        for ((log, segment), lines) in by_segment {
            if !stuck.contains(log)
                && let Err(error) = drain.write(self, log, segment, &lines)
            {
                stuck.insert(log.clone());
                first.get_or_insert(error);
            }
        }
        let mut state = self.state();
        let (kept, written): (Vec<_>, Vec<_>) = backlog.into_iter().partition(|pending| stuck.contains(&pending.log));
        for pending in written {
            if let Some(log) = state.logs.get_mut(&pending.log) {
                log.drained = pending.part.seq + pending.part.entries;
            }
        }
        let newer = core::mem::replace(&mut state.backlog, kept);
        state.backlog.extend(newer);
        first.map_or(Ok(()), Err)
    }

    /// Brings everything into the segments for good, so that the journal file that is full can be used again.
    pub(super) fn drain(&self) -> Result<(), Error> {
        let mut drain = self.drain.lock().unwrap_or_else(PoisonError::into_inner);
        let full = self.state().full;
        let spilled = self.spill_into(&mut drain);
        self.sync(&mut drain, None)?;
        spilled?;
        let mut state = self.state();
        if state.full == full {
            state.full = None;
        }
        Ok(())
    }

    /// Makes the directory of a log that has no entries yet, for good.
    pub(super) fn create_log(&self, log: &LogId) -> Result<(), Error> {
        let mut drain = self.drain.lock().unwrap_or_else(PoisonError::into_inner);
        if self.layout.is_described(log) {
            return Ok(());
        }
        self.layout.create_log(log, &mut drain.unsynced)?;
        self.sync(&mut drain, Some(log))
    }

    /// Brings what was appended to `log` into its segments for good.
    pub(super) fn flush(&self, log: &LogId) -> Result<(), Error> {
        let mut drain = self.drain.lock().unwrap_or_else(PoisonError::into_inner);
        match self.spill_into(&mut drain) {
            Err(error) if self.has_backlog(log) => Err(error),
            _ => self.sync(&mut drain, Some(log)),
        }
    }

    /// Syncs what was written: all of it, or what belongs to one log.
    ///
    /// The system tells once of what it could not write; a second sync would claim that all is well. So after one that
    /// failed there is no other, and the journal keeps what it has.
    fn sync(&self, drain: &mut Drain, only: Option<&LogId>) -> Result<(), Error> {
        if self.state().poisoned {
            return Err(Error::Poisoned);
        }
        let (disk, Drain { open, unsynced }) = (self.layout.disk(), drain);
        let synced = match only {
            Some(log) => unsynced.sync_below(&self.layout.log(log), disk, open),
            None => unsynced.sync(disk, open),
        };
        synced.inspect_err(|_| self.state().poisoned = true)
    }

    /// Extends the hash tiles of the logs of which more than `bytes` bytes follow them.
    pub(super) fn extend_trees(&self, bytes: u64) -> Result<(), Error> {
        let grown: Vec<LogId> = {
            let state = self.state();
            let grown = state.logs.iter().filter(|(_, log)| log.untiled > bytes);
            grown.map(|(log, _)| log.clone()).collect()
        };
        grown.iter().try_for_each(|log| self.extend_tree(log))
    }

    fn extend_tree(&self, id: &LogId) -> Result<(), Error> {
        // Two at once would write the same files.
        let _drain = self.drain.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |log: &OpenLog| (log.tree.clone(), log.drained, log.untiled);
        let Some((mut tree, drained, untiled)) = self.state().logs.get(id).map(known) else { return Ok(()) };
        tree.extend(&self.layout, id, drained)?;
        if let Some(log) = self.state().logs.get_mut(id) {
            // What was appended meanwhile is not in the tiles.
            (log.tree, log.untiled) = (tree, log.untiled.saturating_sub(untiled));
        }
        Ok(())
    }
}

impl Drain {
    /// Writes lines that follow one another in one segment.
    fn write(&mut self, engine: &Engine, log: &LogId, segment: u64, lines: &[&Pending]) -> Result<(), Error> {
        let segment = Segment::new(&engine.layout.segments(log), segment);
        let mut bytes = Vec::new();
        for pending in lines {
            let start = bytes.len();
            bytes.resize(start + usize::try_from(pending.part.bytes).unwrap_or(usize::MAX), 0);
            let read = pending.file.read_exact_at(&mut bytes[start..], pending.position);
            read.map_err(failed("read", engine.layout.root()))?;
        }
        self.unsynced.content(&segment.path);
        let file = self.file(engine, log, &segment)?;
        file.write_all_at(&bytes, lines[0].part.offset).map_err(failed("write to", &segment.path))
    }

    fn file(&mut self, engine: &Engine, log: &LogId, segment: &Segment) -> Result<&dyn DiskFile, Error> {
        if !self.open.contains_key(&segment.path) {
            let disk = engine.layout.disk();
            if disk.kind(&segment.path).is_none() {
                self.unsynced.name(&segment.path);
                engine.layout.create_log(log, &mut self.unsynced)?;
            }
            if self.open.len() >= MAX_OPEN_FILES {
                // What is not synced yet is synced by its path: an error that nobody has seen is told to who opens
                // next.
                self.open.clear();
            }
            let file = disk.open(&segment.path, Access::Create).map_err(failed("open", &segment.path))?;
            self.open.insert(segment.path.clone(), file);
        }
        Ok(&**self.open.get(&segment.path).expect("it was just opened"))
    }
}

/// Starts the thread that drains in the background; it ends when the engine's sender is dropped.
pub(super) fn start(engine: &Arc<Engine>) -> Option<JoinHandle<()>> {
    let (wake, woken) = channel();
    let weak = Arc::downgrade(engine);
    let run = move || {
        while let Ok(first) = woken.recv() {
            let Some(engine) = weak.upgrade() else { return };
            engine.attend(first, &woken);
        }
    };
    let thread = thread::Builder::new().name("axiom-store".into()).spawn(run).ok()?;
    engine.wake_with(Some(wake));
    Some(thread)
}

impl Engine {
    /// Drains until nothing has been appended for a while.
    ///
    /// Errors are left to whoever meets them next: a reader who needs the entries, or an append that needs the room.
    fn attend(&self, first: Wake, woken: &Receiver<Wake>) {
        let (mut wake, mut quiet) = (Some(first), false);
        loop {
            if wake == Some(Wake::Full) {
                let _ = self.drain();
                let _ = self.extend_trees(TREE_BEHIND);
            }
            wake = match woken.recv_timeout(if quiet { QUIET } else { DELAY }) {
                Ok(wake) => {
                    quiet = false;
                    Some(wake)
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) if quiet => {
                    let _ = self.drain();
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.state().is_awake = false;
                    let _ = self.spill();
                    quiet = true;
                    None
                }
            };
        }
    }
}

/// How long entries stay out of the segments, for a reader who looks at the files.
const DELAY: Duration = Duration::from_millis(50);
/// How long nothing is appended before the segments are synced.
const QUIET: Duration = Duration::from_secs(1);
/// How many bytes of a log the hash tiles may lag behind while it is written.
const TREE_BEHIND: u64 = 8 << 20;
/// How many segments are kept open.
const MAX_OPEN_FILES: usize = 256;
