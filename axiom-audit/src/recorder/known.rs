//! What the recorder knows of a log that it writes to.

use std::sync::Arc;

use axiom_core::{Canonical, EventId, LogId, Origin, Timestamp};
use pollster::block_on;

use super::failure::Gap;
use super::identity::Identity;
use super::tail::Tail;
use super::window::Window;
use crate::error::Error;
use crate::store::{Head, Store};

/// A log that was written to since the start.
#[derive(Debug)]
pub(super) struct KnownLog {
    /// What the log is called in the window.
    pub(super) number: u64,
    pub(super) origin: Origin,
    /// Where it ends, unless somebody else may have written to it.
    pub(super) head: Option<Head>,
    /// Up to where its events are known.
    seen: Option<u64>,
    /// What it held when it was first written to.
    pub(super) tail: Arc<Tail>,
    /// In which write it was last used.
    pub(super) used: u64,
    /// What was lost since the last entry, or since it was last tried to say so.
    pub(super) gap: Option<Gap>,
    /// What an event was to tell that may have failed to get there.
    tried: Option<(EventId, Gap)>,
}

impl KnownLog {
    pub(super) fn new(number: u64, origin: Origin) -> Self {
        Self { number, origin, head: None, seen: None, tail: Arc::default(), used: 0, gap: None, tried: None }
    }

    /// Notes that the log now ends with what this recorder wrote.
    pub(super) const fn wrote(&mut self, head: Head) {
        self.head = Some(head);
        self.seen = Some(head.size);
    }

    /// Whether it is yet to be said that something was lost.
    pub(super) const fn owes(&self) -> bool {
        self.gap.is_some() || self.tried.is_some()
    }

    /// The event that says what was lost. What a write has told that was reported as failed is not told again.
    pub(super) fn tell_gap(&mut self, log: &LogId, window: &Window, now: Timestamp) -> Option<Canonical> {
        if let Some((id, tried)) = self.tried.take()
            && !window.holds(self.number, id)
        {
            self.gap = Some(tried.and(self.gap));
        }
        let gap = self.gap.take()?;
        let event = gap.event(log, now);
        self.tried = Some((event.id(), gap));
        Some(event)
    }

    /// Notes that everything that was to be told of losses is in the log.
    pub(super) const fn told(&mut self) {
        self.tried = None;
    }

    /// Where the log ends; what others wrote to it is read into the window first, and what was there before into the tail.
    pub(super) fn catch_up(&mut self, store: &dyn Store, log: &LogId, window: &mut Window) -> Result<Head, Error> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let head = block_on(store.head(log))?;
        let reader = Reader { store, log, origin: &self.origin };
        match self.seen {
            Some(seen) => {
                let start = seen.min(head.size).max(head.size.saturating_sub(MOST));
                for (seq, identity) in reader.read(start, head.size)? {
                    window.insert(self.number, identity.id, identity.key.as_deref(), seq);
                }
            }
            None => self.tail = Arc::new(Tail::new(&reader.tail(head.size)?, head.size)),
        }
        self.wrote(head);
        Ok(head)
    }
}

/// Reads who the events of a log are.
struct Reader<'a> {
    store: &'a dyn Store,
    log: &'a LogId,
    origin: &'a Origin,
}

impl Reader<'_> {
    /// The newest [`LEAST`] entries before `end`, and all of the last two writes.
    ///
    /// No more than two writes can be unacknowledged when a process dies, and the entries of one have the same time.
    fn tail(&self, end: u64) -> Result<Vec<(u64, Identity)>, Error> {
        let mut start = end.saturating_sub(LEAST);
        let mut entries = self.read(start, end)?;
        while start > 0 && end - start < MOST && !spans_two_writes(&entries) {
            let earlier = start.saturating_sub((end - start).max(LEAST));
            let mut longer = self.read(earlier, start)?;
            longer.append(&mut entries);
            (entries, start) = (longer, earlier);
        }
        Ok(entries)
    }

    fn read(&self, start: u64, end: u64) -> Result<Vec<(u64, Identity)>, Error> {
        let mut entries = Vec::new();
        let mut next = start;
        while next < end {
            let lines = block_on(self.store.read(self.log, next, PAGE))?;
            if lines.is_empty() {
                return Err(self.damaged(format!("it ends after {next} entries, {end} were there")));
            }
            for (seq, line) in (next..end).zip(&lines) {
                let identity = Identity::of_line(line);
                entries.push((seq, identity.ok_or_else(|| self.damaged(format!("entry {seq} is not one")))?));
            }
            next += lines.len() as u64;
        }
        Ok(entries)
    }

    fn damaged(&self, reason: String) -> Error {
        Error::Damaged { log: self.origin.to_string(), reason }
    }
}

/// Whether `entries` begin before the last two writes: then they hold three different times.
fn spans_two_writes(entries: &[(u64, Identity)]) -> bool {
    let mut times: Vec<Timestamp> = entries.iter().map(|(_, identity)| identity.recorded_at).collect();
    times.dedup();
    times.len() > 2
}

/// How many entries are read at the least.
const LEAST: u64 = 256;

/// How many entries are read at the most.
const MOST: u64 = super::WINDOW as u64;

/// How many bytes are read at a time.
const PAGE: usize = 1 << 20;
