//! Makes entries out of canonical events: the one place where the chain grows.

use axiom_core::{Canonical, Digest, EventId, Origin, Timestamp};

use crate::entry::{MAX_ENTRY_LEN, PREFIX, leaf_hash, write_suffix};
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
    line: Vec<u8>,
    id: EventId,
    seq: u64,
    hash: Digest,
    recorded_at: Timestamp,
}

impl Entry {
    /// The entry that carries `event` behind `head`; the event is stamped with `now`, or with the time of the entry
    /// before if the clock went back.
    pub(crate) fn link(event: &mut Canonical, origin: &Origin, head: &Head, now: Timestamp) -> Self {
        let recorded_at = head.recorded_at.map_or(now, |before| before.max(now));
        event.stamp(recorded_at, None);
        let rest = origin.as_str().len() + 128;
        let mut line = Vec::with_capacity(PREFIX.len() + event.as_bytes().len() + rest);
        line.extend_from_slice(PREFIX);
        line.extend_from_slice(event.as_bytes());
        write_suffix(&mut line, origin, head.tip, head.size);
        debug_assert!(line.len() <= MAX_ENTRY_LEN, "the limit of an event leaves room for the longest origin");
        let hash = leaf_hash(&line);
        Self { line, id: event.id(), seq: head.size, hash, recorded_at }
    }

    /// The line, without a newline.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// The event's id.
    #[must_use]
    pub const fn id(&self) -> EventId {
        self.id
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
