//! Makes entries out of canonical events: the one place where the chain grows.

use core::time::Duration;

use axiom_core::{Canonical, ClockSkew, Digest, EventId, Origin, Timestamp};

use crate::entry::{MAX_ENTRY_LEN, leaf_hash, write_suffix};
use crate::store::Head;

/// One line of a log, linked to the one before; made from [`Canonical`] events alone.
///
/// ```compile_fail
/// use axiom_audit::Entry;
///
/// let forged = Entry { line: b"anything".to_vec() };
/// ```
#[derive(Debug, Clone)]
pub struct Entry {
    event: Canonical,
    seq: u64,
    hash: Digest,
    recorded_at: Timestamp,
}

impl Entry {
    /// The entry that carries `event` behind `head`; the event is stamped with `now`, or with the time of the entry
    /// before if the clock went back.
    pub(crate) fn link(mut event: Canonical, origin: &Origin, head: &Head, now: Timestamp) -> Self {
        let recorded_at = head.recorded_at.map_or(now, |before| before.max(now));
        event.stamp(recorded_at, skew(&event, now, recorded_at));
        let mut suffix = Vec::with_capacity(origin.as_str().len() + 128);
        write_suffix(&mut suffix, origin, head.tip, head.size);
        event.end_with(&suffix);
        debug_assert!(event.line().len() <= MAX_ENTRY_LEN, "the limit of an event leaves room for the longest origin");
        let hash = leaf_hash(event.line());
        Self { event, seq: head.size, hash, recorded_at }
    }

    /// The event, to be linked elsewhere.
    pub(crate) fn unlink(self) -> Canonical {
        self.event
    }

    /// The event as it was linked.
    pub(crate) const fn event(&self) -> &Canonical {
        &self.event
    }

    /// The line, without a newline.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        self.event.line()
    }

    /// The event's id.
    #[must_use]
    pub const fn id(&self) -> EventId {
        self.event.id()
    }

    /// The sequence number, from 0.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The leaf hash.
    #[must_use]
    pub const fn hash(&self) -> Digest {
        self.hash
    }

    /// When the log took the event.
    #[must_use]
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// Where the log ends with this entry.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head { size: self.seq + 1, tip: self.hash, recorded_at: Some(self.recorded_at) }
    }
}

/// Whether the clocks of the log and of the event's author agree.
fn skew(event: &Canonical, now: Timestamp, recorded_at: Timestamp) -> Option<ClockSkew> {
    if is_later(recorded_at, now, BACK) {
        return Some(ClockSkew::Back);
    }
    is_later(event.timestamp(), recorded_at, AHEAD).then_some(ClockSkew::Ahead)
}

/// Whether `late` is after `early` by more than `tolerance`.
fn is_later(late: Timestamp, early: Timestamp, tolerance: Duration) -> bool {
    let apart = late.unix_micros().saturating_sub(early.unix_micros());
    u128::try_from(apart).is_ok_and(|apart| apart > tolerance.as_micros())
}

/// How far a log's clock may go back before the entry says so: several writers' clocks never agree to the microsecond.
const BACK: Duration = Duration::from_secs(1);

/// How far an event's own time may lie in the future before the entry says so.
const AHEAD: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests {
    use axiom_core::{Event, Unscrubbed, Unsealed};

    use super::*;

    fn at(seconds: i64, micros: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000 + micros).unwrap()
    }

    fn event(timestamp: Timestamp) -> Canonical {
        let event = Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap()).timestamp(timestamp);
        let scrubbed = event.build().unwrap().scrub(&Unscrubbed).unwrap();
        scrubbed.without_sealing(Unsealed).canonical().unwrap()
    }

    fn origin() -> Origin {
        "audit.example.com/9f/material".parse().unwrap()
    }

    #[test]
    fn an_event_from_the_future_is_marked_beyond_the_tolerance() {
        let head = Head::empty(&origin());
        for (ahead, marked) in [(at(1300, 0), false), (at(1300, 1), true), (at(0, 0), false)] {
            let entry = Entry::link(event(ahead), &origin(), &head, at(1000, 0));
            let line = core::str::from_utf8(entry.line()).unwrap();
            assert_eq!(line.contains(r#","clockSkew":"ahead","#), marked, "{line}");
            assert_eq!(entry.recorded_at(), at(1000, 0));
        }
    }

    #[test]
    fn a_clock_that_went_back_is_marked_and_time_does_not_go_back_with_it() {
        let first = Entry::link(event(at(0, 0)), &origin(), &Head::empty(&origin()), at(1000, 0));
        for (now, marked) in [(at(999, 0), false), (at(998, 999_999), true), (at(1000, 1), false)] {
            let entry = Entry::link(event(at(0, 0)), &origin(), &first.head(), now);
            let line = core::str::from_utf8(entry.line()).unwrap();
            assert_eq!(line.contains(r#","clockSkew":"back","#), marked, "{line}");
            assert_eq!(entry.recorded_at(), at(1000, 0).max(now));
        }
    }

    #[test]
    fn an_event_that_is_linked_elsewhere_is_as_if_it_had_been_linked_there_at_once() {
        let first = Entry::link(event(at(0, 0)), &origin(), &Head::empty(&origin()), at(1000, 0));
        let event = event(at(2000, 0));
        let at_once = Entry::link(event.clone(), &origin(), &first.head(), at(2000, 0));
        let marked = Entry::link(event, &origin(), &Head::empty(&origin()), at(1, 0));
        let again = Entry::link(marked.unlink(), &origin(), &first.head(), at(2000, 0));
        assert_eq!((again.line(), again.hash()), (at_once.line(), at_once.hash()));
    }
}
