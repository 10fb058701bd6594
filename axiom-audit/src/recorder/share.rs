//! The events of one write, sorted by log and linked.

use std::collections::HashMap;
use std::sync::Arc;

use axiom_core::{Canonical, LogId, Origin, Timestamp};

use super::identity::{Identity, Likeness};
use super::known::KnownLog;
use super::receipt::{Fate, Place};
use super::tail::Tail;
use super::window::Window;
use crate::chain::Entry;
use crate::error::Error;
use crate::store::{Append, Head, Store};

/// Which caller's event it is, and which of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) job: usize,
    pub(super) event: usize,
}

/// The events of one write that go into the same log, in order.
#[derive(Debug)]
pub(super) struct Share {
    pub(super) log: LogId,
    pub(super) events: Vec<(Slot, Canonical)>,
}

/// Sorts events by log; within a log they keep their order.
pub(super) fn shared_out(events: impl Iterator<Item = (Slot, Canonical)>) -> Vec<Share> {
    let (mut shares, mut places) = (Vec::<Share>::new(), HashMap::<LogId, usize>::new());
    let mut last = 0;
    for (slot, event) in events {
        // Neighbours mostly go to the same log.
        if shares.get(last).is_none_or(|share| share.log != *event.log()) {
            last = *places.entry(event.log().clone()).or_insert(shares.len());
            if last == shares.len() {
                shares.push(Share { log: event.log().clone(), events: Vec::new() });
            }
        }
        shares[last].events.push((slot, event));
    }
    shares
}

/// A share whose events have become entries.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) log: LogId,
    number: u64,
    origin: Origin,
    tail: Arc<Tail>,
    durable: bool,
    base: Head,
    head: Head,
    entries: Vec<Entry>,
    /// Whose event each entry is; that of a gap is nobody's.
    slots: Vec<Option<Slot>>,
    /// Events that stand in the same write already, and where.
    repeated: Vec<(Slot, Canonical, usize)>,
}

/// What is to be done with an event.
pub(super) enum Admission {
    /// It is to be recorded.
    New(Canonical),
    /// It will be answered together with the first one.
    Repeated,
    /// It can be answered at once.
    Settled(Result<Fate, Error>),
}

impl Linked {
    pub(super) fn new(log: LogId, known: &KnownLog, durable: bool, base: Head, count: usize) -> Self {
        let (entries, slots) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let (number, origin, tail) = (known.number, known.origin.clone(), known.tail.clone());
        Self { log, number, origin, tail, durable, base, head: base, entries, slots, repeated: Vec::new() }
    }

    /// Finds out whether `event` was recorded before.
    pub(super) fn admit(&mut self, slot: Slot, event: Canonical, window: &Window, store: &dyn Store) -> Admission {
        let (number, tail) = (self.number, &self.tail);
        let places = [window.id(number, &event), window.key(number, &event), tail.id(&event), tail.key(&event)];
        for seq in places.into_iter().flatten() {
            if let Some(index) = seq.checked_sub(self.base.size) {
                let index = usize::try_from(index).unwrap_or(usize::MAX);
                let first = self.entries.get(index).and_then(|entry| Identity::of_line(entry.line()));
                match first.map_or(Likeness::Stranger, |first| first.compare(&event)) {
                    Likeness::Same => {
                        self.repeated.push((slot, event, index));
                        return Admission::Repeated;
                    }
                    Likeness::Reused(what) => return Admission::Settled(Err(self.reused(what, seq))),
                    Likeness::Stranger => continue,
                }
            }
            if let Some(answer) = self.compare_stored(seq, &event, store).transpose() {
                return Admission::Settled(answer);
            }
        }
        Admission::New(event)
    }

    /// Makes an entry of `event`, behind the last one.
    pub(super) fn push(&mut self, slot: Option<Slot>, event: Canonical, now: Timestamp, window: &mut Window) {
        window.insert(self.number, event.id(), event.idempotency_key(), self.head.size);
        let entry = Entry::link(event, &self.origin, &self.head, now);
        self.head = entry.head();
        self.entries.push(entry);
        self.slots.push(slot);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) const fn head(&self) -> Head {
        self.head
    }

    pub(super) fn append(&self) -> Append<'_> {
        Append { log: &self.log, expected: self.base, entries: &self.entries }
    }

    /// The events as they were before they were linked.
    pub(super) fn unlink(self, window: &mut Window) -> Share {
        let mut events = Vec::with_capacity(self.entries.len() + self.repeated.len());
        for (slot, entry) in self.slots.into_iter().zip(self.entries) {
            window.remove(self.number, entry.event());
            // A gap is linked anew wherever its log then ends.
            events.extend(slot.map(|slot| (slot, entry.unlink())));
        }
        events.extend(self.repeated.into_iter().map(|(slot, event, _)| (slot, event)));
        events.sort_by_key(|(slot, _)| *slot);
        Share { log: self.log, events }
    }

    /// Where each event now is.
    pub(super) fn fates(self) -> impl Iterator<Item = (Slot, Fate)> {
        let durable = self.durable;
        let place = move |entry: &Entry| Place {
            seq: entry.seq(),
            hash: entry.hash(),
            recorded_at: entry.recorded_at(),
            durable,
        };
        let repeated: Vec<_> = self
            .repeated
            .into_iter()
            .map(|(slot, _, index)| {
                let first = &self.entries[index];
                (slot, Fate::Duplicate { of: first.id(), place: place(first) })
            })
            .collect();
        let stored = self.slots.into_iter().zip(self.entries);
        stored.filter_map(move |(slot, entry)| Some((slot?, Fate::Stored(place(&entry))))).chain(repeated)
    }

    /// Compares `event` with what the store has in place `seq`; `None` where that is another event.
    fn compare_stored(&self, seq: u64, event: &Canonical, store: &dyn Store) -> Result<Option<Fate>, Error> {
        let lines = pollster::block_on(store.read(&self.log, seq, 1))?;
        let Some((line, first)) = lines.first().and_then(|line| Some((line, Identity::of_line(line)?))) else {
            let reason = format!("entry {seq} is not there, or is not one");
            return Err(Error::Damaged { log: self.origin.to_string(), reason });
        };
        match first.compare(event) {
            Likeness::Same => {
                let hash = crate::entry::leaf_hash(line);
                let place = Place { seq, hash, recorded_at: first.recorded_at, durable: self.durable };
                Ok(Some(Fate::Duplicate { of: first.id, place }))
            }
            Likeness::Reused(what) => Err(self.reused(what, seq)),
            Likeness::Stranger => Ok(None),
        }
    }

    fn reused(&self, what: &'static str, seq: u64) -> Error {
        Error::Reused { log: self.origin.to_string(), what, seq }
    }
}
