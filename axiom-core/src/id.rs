//! Event ids: UUID version 7 (RFC 9562), so that ids sort by time.

use core::fmt;
use core::str::FromStr;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;

use uuid::{ContextV7, Uuid};

use crate::clock::Timestamp;
use crate::error::Error;

/// The globally unique id of an event.
///
/// New ids are UUIDv7; any UUID is accepted from outside, in the hyphenated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Uuid);

impl EventId {
    /// The 16 bytes of the UUID.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The id with these 16 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The written form as ASCII bytes.
    pub(crate) fn to_ascii(self) -> [u8; uuid::fmt::Hyphenated::LENGTH] {
        let mut out = [0; uuid::fmt::Hyphenated::LENGTH];
        self.0.as_hyphenated().encode_lower(&mut out);
        out
    }
}

impl FromStr for EventId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let hyphenated = text.len() == uuid::fmt::Hyphenated::LENGTH;
        match Uuid::try_parse(text) {
            Ok(id) if hyphenated => Ok(Self(id)),
            _ => Err(Error::invalid("/id", "must be a UUID like 0198c5a0-7b2e-7000-8000-000000000001")),
        }
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0.as_hyphenated(), f)
    }
}

/// Where new event ids come from.
pub trait IdSource: Send + Sync {
    /// A fresh id for an event of time `at`.
    fn next_id(&self, at: Timestamp) -> EventId;
}

/// UUIDv7 ids with a counter, so that ids of one process sort in the order they were made.
#[derive(Debug)]
pub struct UuidV7 {
    context: Mutex<ContextV7>,
}

impl UuidV7 {
    /// A new source.
    #[must_use]
    pub fn new() -> Self {
        Self { context: Mutex::new(ContextV7::new()) }
    }
}

impl Default for UuidV7 {
    fn default() -> Self {
        Self::new()
    }
}

impl IdSource for UuidV7 {
    fn next_id(&self, at: Timestamp) -> EventId {
        let context = self.context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let micros = u64::try_from(at.unix_micros()).unwrap_or(0);
        let nanos = u32::try_from(micros % 1_000_000 * 1_000).expect("less than a second");
        EventId(Uuid::new_v7(uuid::Timestamp::from_unix(&*context, micros / 1_000_000, nanos)))
    }
}

/// Ids that count up from one: for tests and reproducible examples, never for production.
///
/// ```
/// use axiom_core::{IdSource, SequentialIds, Timestamp};
///
/// let ids = SequentialIds::new();
/// let first = ids.next_id(Timestamp::UNIX_EPOCH);
/// assert_eq!(first.to_string(), "00000000-0000-7000-8000-000000000001");
/// assert!(ids.next_id(Timestamp::UNIX_EPOCH) > first);
/// ```
#[derive(Debug, Default)]
pub struct SequentialIds(AtomicU64);

impl SequentialIds {
    /// A source whose first id ends in 1.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }
}

impl IdSource for SequentialIds {
    fn next_id(&self, at: Timestamp) -> EventId {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let millis = u64::try_from(at.unix_micros() / 1_000).unwrap_or(0);
        let high = (u128::from(millis) & 0xffff_ffff_ffff) << 80;
        EventId(Uuid::from_u128(high | 0x7000_8000_0000_0000_0000 | u128::from(count & 0xffff_ffff_ffff)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_same_instant_sort_in_the_order_they_were_made() {
        let ids = UuidV7::new();
        let at = Timestamp::from_unix_micros(1_700_000_000_000_000).unwrap();
        let made: Vec<EventId> = (0..1000).map(|_| ids.next_id(at)).collect();
        assert!(made.is_sorted());
        assert!(made.iter().all(|id| id.to_string().as_bytes()[14] == b'7'));
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        assert!("0198c5a0-7b2e-7000-8000-000000000001".parse::<EventId>().is_ok());
        for text in ["", "0198c5a07b2e70008000000000000001", "{0198c5a0-7b2e-7000-8000-000000000001}", "x"] {
            assert!(text.parse::<EventId>().is_err(), "{text}");
        }
    }
}
