//! Arithmetic of moments, which stops at the end of the calendar.

use core::time::Duration;

use axiom_core::Timestamp;

/// `span` after `at`, or the last moment there is.
pub(crate) fn later(at: Timestamp, span: Duration) -> Timestamp {
    let micros = i64::try_from(span.as_micros()).ok().and_then(|span| at.unix_micros().checked_add(span));
    micros.and_then(Timestamp::from_unix_micros).unwrap_or(LAST)
}

/// How long ago `then` is; `None` where it lies in the future.
pub(crate) fn since(then: Timestamp, now: Timestamp) -> Option<Duration> {
    let micros = now.unix_micros().checked_sub(then.unix_micros())?;
    u64::try_from(micros).ok().map(Duration::from_micros)
}

const LAST: Timestamp = Timestamp::from_unix_micros(253_402_300_799_999_999).expect("9999-12-31");

/// Time in the hands of a test.
#[cfg(test)]
pub(crate) mod hand {
    use core::sync::atomic::{AtomicI64, Ordering};
    use std::sync::Arc;

    use axiom_core::{Clock, Timestamp};

    /// A clock that is set by hand, in seconds.
    pub(crate) struct HandClock(AtomicI64);

    impl HandClock {
        pub(crate) fn at(second: i64) -> Arc<Self> {
            Arc::new(Self(AtomicI64::new(second)))
        }

        pub(crate) fn set(&self, second: i64) {
            self.0.store(second, Ordering::Relaxed);
        }
    }

    impl Clock for HandClock {
        fn now(&self) -> Timestamp {
            second(self.0.load(Ordering::Relaxed))
        }
    }

    /// The start of a second after the Unix epoch.
    pub(crate) fn second(second: i64) -> Timestamp {
        Timestamp::from_unix_micros(second * 1_000_000).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_has_an_end() {
        assert_eq!(later(LAST, Duration::from_micros(1)), LAST);
        assert_eq!(later(LAST, Duration::MAX), LAST);
        assert!(Timestamp::from_unix_micros(LAST.unix_micros() + 1).is_none());
    }

    #[test]
    fn the_future_is_not_ago() {
        let later = later(Timestamp::UNIX_EPOCH, Duration::from_secs(3));
        assert_eq!(since(Timestamp::UNIX_EPOCH, later), Some(Duration::from_secs(3)));
        assert_eq!(since(later, later), Some(Duration::ZERO));
        assert_eq!(since(later, Timestamp::UNIX_EPOCH), None);
    }
}
