//! The limits of a cache.

use core::num::NonZero;
use core::time::Duration;
use std::sync::Arc;

use axiom_core::{Clock, SystemClock};

use super::DataKeyCache;
use super::amount::Amount;
use crate::error::Error;
use crate::suite::Suite;

/// What a cache keeps to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) max_age: Duration,
    pub(super) max_messages: u64,
    pub(super) max_bytes: u64,
    pub(super) max_keys: NonZero<usize>,
    /// How long a refusal is remembered.
    pub(super) refusals: Duration,
    /// How long an outage is remembered.
    pub(super) outages: Duration,
}

impl Limits {
    pub(super) const DEFAULT: Self = Self {
        max_age: Duration::from_secs(5 * 60),
        max_messages: 1 << 20,
        max_bytes: 1 << 36,
        max_keys: NonZero::new(1000).expect("more than none"),
        refusals: Duration::from_secs(30),
        outages: Duration::from_secs(1),
    };

    /// How much one key may be used.
    pub(super) const fn of_key(&self) -> Amount {
        Amount { messages: self.max_messages, bytes: self.max_bytes }
    }

    /// How much a thread that has sealed so much in a row takes ahead: as much again, and only a small part of what
    /// there is.
    pub(super) fn ahead(&self, sealed: Amount) -> Amount {
        let part = Amount { messages: (self.max_messages / PART).min(MAX_AHEAD), bytes: self.max_bytes / PART };
        sealed.at_most(part)
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |reason| Err(Error::Invalid { what: "cache", reason });
        if self.max_age.is_zero() || self.max_age > DAY {
            return refuse("the age must be more than none and at most a day");
        }
        if !(1..=MAX_MESSAGES).contains(&self.max_messages) {
            return refuse("the messages of a data key must be 1 to 2^32");
        }
        if !(1..=MAX_BYTES).contains(&self.max_bytes) {
            return refuse("the bytes of a data key must be 1 to 2^52");
        }
        if self.max_keys.get() > MAX_KEYS {
            return refuse("the keys must be 1 to 1000000");
        }
        if self.refusals > DAY || self.outages > DAY {
            return refuse("failures can be remembered for at most a day");
        }
        Ok(())
    }
}

/// How a [`DataKeyCache`] is set up.
#[must_use]
pub struct DataKeyCacheBuilder {
    limits: Limits,
    keys: usize,
    clock: Arc<dyn Clock>,
}

impl DataKeyCacheBuilder {
    pub(super) fn new() -> Self {
        Self { limits: Limits::DEFAULT, keys: Limits::DEFAULT.max_keys.get(), clock: Arc::new(SystemClock) }
    }

    /// How old a data key gets: it is used while it is younger. At most a day; 5 minutes unless said otherwise.
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.limits.max_age = age;
        self
    }

    /// How many messages one data key encrypts, 1 to 2^32; 2^20 unless said otherwise.
    ///
    /// A thread that seals several messages in a row takes some more ahead: no more than it has sealed with the key
    /// since it turned to it, and at most 63 or a 1024th of the limit. They count as encrypted, so where threads end or
    /// turn to another scope, a key may be replaced when it has encrypted half of the limit. Bytes are taken likewise.
    ///
    /// 2^32 is what NIST SP 800-38D, section 8.3, allows with random nonces of 96 bits. The limit is the same for a
    /// [`Suite`] with longer nonces.
    pub const fn max_messages(mut self, messages: u64) -> Self {
        self.limits.max_messages = messages;
        self
    }

    /// How many bytes of plaintext one data key encrypts, 1 to 2^52; 2^36 (64 GiB) unless said otherwise.
    ///
    /// A longer plaintext gets a data key of its own. At 2^52 bytes an attacker tells AES in counter mode from
    /// randomness with a probability of 2^-33, as many as that of a repeated nonce among 2^32 messages.
    pub const fn max_bytes(mut self, bytes: u64) -> Self {
        self.limits.max_bytes = bytes;
        self
    }

    /// How many keys are kept at once, 1 to 1,000,000; 1000 unless said otherwise.
    ///
    /// They are counted for sealing and for opening each. One key takes about 3 KiB. One more pushes out the one that
    /// has not been used for the longest time.
    pub const fn max_keys(mut self, keys: usize) -> Self {
        self.keys = keys;
        self
    }

    /// How long it is remembered that a provider has denied, disabled or not got a key; 30 seconds unless said
    /// otherwise, at most a day, zero for not at all.
    pub const fn remember_refusals(mut self, time: Duration) -> Self {
        self.limits.refusals = time;
        self
    }

    /// How long any other failure of a provider is remembered, such as that it cannot be reached; a second unless said
    /// otherwise, at most a day, zero for not at all.
    pub const fn remember_outages(mut self, time: Duration) -> Self {
        self.limits.outages = time;
        self
    }

    /// Where the time comes from; the operating system's clock unless said otherwise.
    ///
    /// Where it goes back, keys that are older than it says now are no longer used.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The cache.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a limit is out of its range.
    pub fn build(self) -> Result<DataKeyCache, Error> {
        let none = Error::Invalid { what: "cache", reason: "the keys must be 1 to 1000000" };
        let limits = Limits { max_keys: NonZero::new(self.keys).ok_or(none)?, ..self.limits };
        limits.check()?;
        Ok(DataKeyCache::with(limits, self.clock))
    }
}

impl core::fmt::Debug for DataKeyCacheBuilder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "DataKeyCacheBuilder({:?})", self.limits)
    }
}

/// No suite is overdone with it.
const MAX_MESSAGES: u64 = Suite::Aes256Gcm.max_messages();
const MAX_BYTES: u64 = 1 << 52;
const MAX_KEYS: usize = 1_000_000;
/// What a thread may take ahead of a key: a small part of it, and no more than pays.
const PART: u64 = 1024;
const MAX_AHEAD: u64 = 63;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    fn builds(change: impl FnOnce(DataKeyCacheBuilder) -> DataKeyCacheBuilder) -> bool {
        let built = change(DataKeyCacheBuilder::new()).build();
        assert!(matches!(built, Ok(_) | Err(Error::Invalid { what: "cache", .. })));
        built.is_ok()
    }

    #[test]
    fn limits_are_inclusive() {
        assert!(builds(|cache| cache));
        for (messages, valid) in [(0, false), (1, true), (1 << 32, true), ((1 << 32) + 1, false), (u64::MAX, false)] {
            assert_eq!(builds(|cache| cache.max_messages(messages)), valid, "{messages}");
        }
        for (bytes, valid) in [(0, false), (1, true), (1 << 52, true), ((1 << 52) + 1, false)] {
            assert_eq!(builds(|cache| cache.max_bytes(bytes)), valid, "{bytes}");
        }
        for (keys, valid) in [(0, false), (1, true), (1_000_000, true), (1_000_001, false)] {
            assert_eq!(builds(|cache| cache.max_keys(keys)), valid, "{keys}");
        }
        let tick = Duration::from_nanos(1);
        for (time, valid) in [(Duration::ZERO, false), (tick, true), (DAY, true), (DAY + tick, false)] {
            assert_eq!(builds(|cache| cache.max_age(time)), valid, "{time:?}");
            let valid = valid || time.is_zero();
            assert_eq!(builds(|cache| cache.remember_refusals(time)), valid, "{time:?}");
            assert_eq!(builds(|cache| cache.remember_outages(time)), valid, "{time:?}");
        }
    }

    #[test]
    fn no_suite_allows_fewer_messages() {
        assert!(Suite::ALL.iter().all(|suite| suite.max_messages() >= MAX_MESSAGES));
    }
}
