//! The writing side of the store: one writer, one journal, and the ends of all logs in memory.

use core::ops::Range;
use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axiom_core::{Digest, LogId};

use super::drain::{Drain, Pending};
use super::journal::{Failure, Journal, Lines, Part, Place};
use super::layout::{Layout, failed};
use super::lock::Lock;
use super::tail::{Recovery, Tail};
use super::tree::Tree;
use crate::error::Error;
use crate::merkle::Frontier;
use crate::store::{Append, Head, Outcome};

/// What writes to a directory of logs.
///
/// Locks are taken in the order `writer` or `replacing`, `drain`, `state`. While the disk is waited for on behalf of an
/// append, `writer` alone is held.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) layout: Layout,
    pub(super) segment_len: AtomicU64,
    /// The length at which a file of the journal gets no more frames.
    pub(super) journal_len: u64,
    pub(super) drain: Mutex<Drain>,
    pub(super) state: Mutex<State>,
    /// Tells the thread that drains that there is work.
    wake: Mutex<Option<Sender<Wake>>>,
    writer: Mutex<Writer>,
    replacing: Mutex<()>,
    /// Held for as long as the store may write.
    _lock: Lock,
}

/// Why the thread that drains is woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// Something was appended after a pause.
    Appended,
    /// A file of the journal is full.
    Full,
}

#[derive(Debug, Default)]
struct Writer {
    journal: Option<Journal>,
    /// A frame is built here; kept so that its memory is reused.
    frame: Vec<u8>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) logs: HashMap<LogId, OpenLog>,
    /// What is durable in the journal and not in the segments yet, in order.
    pub(super) backlog: Vec<Pending>,
    /// The generation of the journal file that is full and not drained yet.
    pub(super) full: Option<u64>,
    pub(super) recoveries: Vec<Recovery>,
    pub(super) poisoned: bool,
    pub(super) is_awake: bool,
    /// The logs that the append under way is for.
    planned: HashSet<LogId>,
    /// Counts uses, to tell which logs have not been used for long.
    clock: u64,
    /// Counts how often logs were forgotten.
    forgotten: u64,
}

/// The end of a log, in O(log n) memory.
#[derive(Debug, Clone)]
pub(super) struct OpenLog {
    pub(super) head: Head,
    pub(super) frontier: Frontier,
    pub(super) tree: Tree,
    /// The first sequence number of the segment that is written, if there is one, and its length.
    segment: Option<u64>,
    length: u64,
    /// How many entries are in the segments.
    pub(super) drained: u64,
    /// How many bytes follow what the tiles reach.
    pub(super) untiled: u64,
    used: u64,
}

impl Engine {
    /// Takes over a directory: what its journal holds goes into the segments first.
    pub(super) fn open(layout: Layout, lock: Lock) -> Result<Self, Error> {
        let state = State { recoveries: super::recovery::replay(&layout)?, ..State::default() };
        Ok(Self {
            layout,
            segment_len: AtomicU64::new(super::FileStore::SEGMENT_LEN),
            journal_len: Journal::FILE_LEN,
            drain: Mutex::default(),
            state: Mutex::new(state),
            wake: Mutex::default(),
            writer: Mutex::default(),
            replacing: Mutex::default(),
            _lock: lock,
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, unless nothing may be written or known of a log's end any more.
    fn sound(&self) -> Result<MutexGuard<'_, State>, Error> {
        let state = self.state();
        if state.poisoned { Err(Error::Poisoned) } else { Ok(state) }
    }

    /// What is known of the end of `log`.
    pub(super) fn end<T>(&self, log: &LogId, of: impl FnOnce(&OpenLog) -> T) -> Result<T, Error> {
        loop {
            self.look_up(log)?;
            if let Some(open) = self.sound()?.used(log) {
                return Ok(of(open));
            }
        }
    }

    /// Whether entries of `log` are in the journal and not in the segments yet.
    pub(super) fn has_backlog(&self, log: &LogId) -> bool {
        self.state().logs.get(log).is_some_and(|open| open.drained < open.head.size)
    }

    /// The right to replace small files, such as checkpoints, until it is dropped; appends go on.
    pub(super) fn turn_to_replace(&self) -> Result<MutexGuard<'_, ()>, Error> {
        let turn = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.sound()?);
        Ok(turn)
    }

    /// Reads the end of `log` where it is not known, without keeping anybody else waiting.
    fn look_up(&self, log: &LogId) -> Result<(), Error> {
        loop {
            let forgotten = {
                let state = self.sound()?;
                if state.logs.contains_key(log) {
                    return Ok(());
                }
                state.forgotten
            };
            let tail = Tail::read(&self.layout, log)?;
            if tail.segment.is_some() {
                self.layout.identify(&self.layout.log(log))?;
            }
            let mut state = self.sound()?;
            // Meanwhile it may have been found, have grown and been forgotten by others.
            if state.forgotten == forgotten {
                return self.remember(&mut state, log, tail);
            }
        }
    }

    fn remember(&self, state: &mut State, log: &LogId, tail: Tail) -> Result<(), Error> {
        if state.logs.contains_key(log) {
            return Ok(());
        }
        if let Some(torn) = &tail.torn {
            state.recoveries.push(torn.set_aside(self.layout.disk(), &self.layout.naming().origin(log))?);
        }
        state.forget_unused();
        state.logs.insert(log.clone(), OpenLog::from(tail));
        Ok(())
    }

    /// Adds what fits the heads: one frame of the journal, one sync.
    pub(super) fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let plan = self.plan(batch)?;
        if !plan.parts.is_empty() {
            let place = self.write(&mut writer, &plan, batch)?;
            self.apply(&plan, batch, &place);
        }
        Ok(plan.outcomes)
    }

    /// Works out what a batch comes to; from then on its logs are not forgotten until the next one.
    fn plan(&self, batch: &[Append<'_>]) -> Result<Plan, Error> {
        self.sound()?.planned.clear();
        let (segment_len, mut plan) = (self.segment_len.load(Ordering::Relaxed), Plan::default());
        for append in batch {
            while !plan.add(&mut *self.sound()?, append, segment_len) {
                self.look_up(append.log)?;
            }
        }
        Ok(plan)
    }

    fn write(&self, writer: &mut Writer, plan: &Plan, batch: &[Append<'_>]) -> Result<Place, Error> {
        let (disk, root) = (self.layout.disk(), self.layout.root());
        let journal = match &mut writer.journal {
            Some(journal) => journal,
            none => {
                let made = Journal::create(disk, root, self.journal_len).map_err(|failure| self.failed(failure))?;
                none.insert(made)
            }
        };
        if !journal.has_room(&plan.parts) {
            self.turn(journal)?;
        }
        journal.begin(&plan.parts, &mut writer.frame);
        for append in plan.fitting(batch) {
            for entry in append.entries {
                writer.frame.extend_from_slice(entry.line());
                writer.frame.push(b'\n');
            }
        }
        let lines = plan.parts.iter().map(|part| part.bytes).sum();
        journal.write(&mut writer.frame, lines).map_err(|failure| self.failed(failure))
    }

    /// Goes on in the other file of the journal, once everything in it has reached the segments.
    fn turn(&self, journal: &mut Journal) -> Result<(), Error> {
        if self.state().full.is_some() {
            self.drain()?;
        }
        let full = journal.generation();
        journal.turn(self.layout.disk()).map_err(|failure| self.failed(failure))?;
        self.state().full = Some(full);
        self.wake(Wake::Full);
        Ok(())
    }

    /// After a sync that failed, or a write that failed for another reason than room, nobody knows what is durable.
    fn failed(&self, failure: Failure) -> Error {
        if !failure.is_no_room() {
            self.state().poisoned = true;
        }
        let (action, error) = match failure {
            Failure::Write(error) => ("write to the journal in", error),
            Failure::Sync(error) => ("sync the journal in", error),
        };
        failed(action, self.layout.root())(error)
    }

    fn apply(&self, plan: &Plan, batch: &[Append<'_>], place: &Place) {
        let mut state = self.state();
        let mut position = place.offset;
        for (append, part) in plan.fitting(batch).zip(&plan.parts) {
            let log = state.logs.get_mut(append.log).expect("what is planned is not forgotten");
            log.add(append, part);
            let file = place.file.clone();
            state.backlog.push(Pending { log: append.log.clone(), part: part.clone(), file, position });
            position += part.bytes;
        }
        if !core::mem::replace(&mut state.is_awake, true) {
            drop(state);
            self.wake(Wake::Appended);
        }
    }

    /// Wakes a thread by `sender` from now on, or none.
    pub(super) fn wake_with(&self, sender: Option<Sender<Wake>>) {
        *self.wake.lock().unwrap_or_else(PoisonError::into_inner) = sender;
    }

    fn wake(&self, wake: Wake) {
        if let Some(thread) = &*self.wake.lock().unwrap_or_else(PoisonError::into_inner) {
            // A thread that has ended leaves the work to whoever needs it done.
            let _ = thread.send(wake);
        }
    }

    /// Drains everything, and removes the journal: the directory then holds segments alone.
    pub(super) fn close(&self) -> Result<(), Error> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.sound()?);
        self.drain()?;
        self.extend_trees(0)?;
        if writer.journal.take().is_some() {
            Journal::remove(self.layout.disk(), self.layout.root())?;
        }
        Ok(())
    }
}

impl State {
    /// Drops the ends of the logs that were not used for longest, where there are too many; they can be read again.
    fn forget_unused(&mut self) {
        if self.logs.len() < MAX_OPEN_LOGS {
            return;
        }
        let mut used: Vec<u64> = self.logs.values().map(|log| log.used).collect();
        let (_, middle, _) = used.select_nth_unstable(MAX_OPEN_LOGS / 2);
        let middle = *middle;
        let planned = &self.planned;
        self.logs.retain(|id, log| log.used > middle || log.drained < log.head.size || planned.contains(id));
        self.forgotten += 1;
    }

    /// The end of a log, if it is known, which has now been used.
    fn used(&mut self, log: &LogId) -> Option<&mut OpenLog> {
        self.clock += 1;
        let open = self.logs.get_mut(log)?;
        open.used = self.clock;
        Some(open)
    }
}

impl OpenLog {
    /// The root over a range that is all there is.
    pub(super) fn root(&self, range: &Range<u64>) -> Option<Digest> {
        (*range == (0..self.head.size)).then(|| self.frontier.root())
    }

    fn add(&mut self, append: &Append<'_>, part: &Part) {
        append.entries.iter().for_each(|entry| self.frontier.push(entry.hash()));
        self.head = append.head();
        self.segment = Some(part.segment);
        self.length = part.offset + part.bytes;
        self.untiled += part.bytes;
    }
}

impl From<Tail> for OpenLog {
    fn from(tail: Tail) -> Self {
        let Tail { head, frontier, tree, segment, length, untiled, .. } = tail;
        let segment = segment.map(|segment| segment.first);
        Self { head, frontier, tree, segment, length, drained: head.size, untiled, used: 0 }
    }
}

/// What an append comes to, before anything is written.
#[derive(Debug, Default)]
struct Plan {
    outcomes: Vec<Outcome>,
    parts: Vec<Part>,
    ends: HashMap<LogId, End>,
}

/// Where a log will end once the plan is carried out.
#[derive(Debug, Clone, Copy)]
struct End {
    head: Head,
    segment: Option<u64>,
    length: u64,
}

impl Plan {
    /// Adds what one append comes to; false where the end of its log has to be looked up first.
    fn add(&mut self, state: &mut State, append: &Append<'_>, segment_len: u64) -> bool {
        let end = match self.ends.get(append.log) {
            Some(end) => *end,
            None => {
                let Some(log) = state.used(append.log) else { return false };
                let end = End { head: log.head, segment: log.segment, length: log.length };
                state.planned.insert(append.log.clone());
                end
            }
        };
        if end.head != append.expected {
            self.outcomes.push(Outcome::Conflict(end.head));
            return true;
        }
        self.outcomes.push(Outcome::Appended);
        if append.entries.is_empty() {
            return true;
        }
        let full = end.length >= segment_len;
        let (segment, offset) = match end.segment {
            Some(segment) if !full => (segment, end.length),
            _ => (end.head.size, 0),
        };
        let bytes = append.entries.iter().map(|entry| entry.line().len() as u64 + 1).sum();
        let lines = Lines { entries: append.entries.len() as u64, bytes, tip: append.head().tip };
        self.parts.push(Part::new(append.log, segment, offset, end.head.size, lines));
        let end = End { head: append.head(), segment: Some(segment), length: offset + bytes };
        self.ends.insert(append.log.clone(), end);
        true
    }

    /// The appends that have a part, in order.
    fn fitting<'a, 'b>(&'a self, batch: &'a [Append<'b>]) -> impl Iterator<Item = &'a Append<'b>> {
        let fits =
            |(append, outcome): &(&Append<'_>, &Outcome)| **outcome == Outcome::Appended && !append.entries.is_empty();
        batch.iter().zip(&self.outcomes).filter(fits).map(|(append, _)| append)
    }
}

/// The ends of so many logs are kept in memory, about a KiB each.
const MAX_OPEN_LOGS: usize = 1 << 15;
