//! Time: microseconds in UTC, written as RFC 3339.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;
use std::time::SystemTime;

use chrono::DateTime;

use crate::error::Error;
use crate::members::named;

/// An instant in UTC with microsecond resolution, in the years 0000 to 9999.
///
/// ```
/// use axiom_core::Timestamp;
///
/// let at: Timestamp = "2026-03-01T09:30:00+01:00".parse()?;
/// assert_eq!(at.to_string(), "2026-03-01T08:30:00.000000Z");
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The length of the written form, in bytes.
    pub const LEN: usize = 27;
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(0);
    const MIN: i64 = -62_167_219_200_000_000;
    const MAX: i64 = 253_402_300_799_999_999;

    /// The instant `micros` microseconds after the Unix epoch, or `None` outside the years 0000 to 9999.
    #[must_use]
    pub const fn from_unix_micros(micros: i64) -> Option<Self> {
        if micros >= Self::MIN && micros <= Self::MAX { Some(Self(micros)) } else { None }
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_micros(self) -> i64 {
        self.0
    }

    /// The written form as ASCII bytes: `2026-03-01T08:30:00.000000Z`.
    #[must_use]
    pub fn to_ascii(self) -> [u8; Self::LEN] {
        let (second, micros) = (self.0.div_euclid(1_000_000), self.0.rem_euclid(1_000_000) as u32);
        let (days, second) = (second.div_euclid(86_400), second.rem_euclid(86_400) as u32);
        let (year, month, day) = date((days + DAYS_FROM_0000_03_01_TO_1970) as i32);
        let mut out = *b"0000-00-00T00:00:00.000000Z";
        let pairs = [
            (0, year / 100),
            (2, year % 100),
            (5, month),
            (8, day),
            (11, second / 3_600),
            (14, second / 60 % 60),
            (17, second % 60),
            (20, micros / 10_000),
            (22, micros / 100 % 100),
            (24, micros % 100),
        ];
        for (at, value) in pairs {
            // Below a hundred, all of them.
            out[at] = b'0' + (value / 10) as u8;
            out[at + 1] = b'0' + (value % 10) as u8;
        }
        out
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .and_then(|at| Self::from_unix_micros(at.timestamp_micros()))
            .ok_or_else(|| Error::invalid("", "must be an RFC 3339 time like 2026-03-01T08:30:00Z"))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&self.to_ascii()).expect("digits and punctuation"))
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let now = match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        };
        Timestamp(now.clamp(Timestamp::MIN, Timestamp::MAX))
    }
}

named! {
    /// That two clocks do not agree about an event; it stands in the event as `clockSkew`.
    ClockSkew {
        /// The event's own time lies further in the future than the log's clock could be wrong.
        Ahead = "ahead",
        /// The log's clock went back, and `recordedAt` is that of the entry before.
        Back = "back",
    }
}

/// A clock that stands still: for tests and reproducible examples.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Year, month and day of the proleptic Gregorian calendar, `days` after 0000-03-01.
///
/// Years are counted from March, so that the day that some have more is their last (Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", `civil_from_days`).
const fn date(days: i32) -> (u32, u32, u32) {
    let era = days.div_euclid(DAYS_OF_400_YEARS);
    let day = days.rem_euclid(DAYS_OF_400_YEARS) as u32;
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    ((era * 400 + year as i32 + next) as u32, month, day)
}

const DAYS_FROM_0000_03_01_TO_1970: i64 = 719_468;

const DAYS_OF_400_YEARS: i32 = 146_097;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_chrono_writes() {
        for micros in [Timestamp::MIN, -1, 0, 1, 951_782_400_000_000, 1_780_000_000_123_456, Timestamp::MAX] {
            let ours = Timestamp::from_unix_micros(micros).unwrap();
            let theirs = DateTime::from_timestamp_micros(micros).unwrap().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
            assert_eq!(ours.to_string(), theirs);
            assert_eq!(theirs.parse::<Timestamp>().unwrap(), ours);
        }
        assert!(Timestamp::from_unix_micros(Timestamp::MAX + 1).is_none());
    }

    #[test]
    fn writes_every_day_of_a_calendar_cycle_as_chrono_does() {
        for day in -719_528..-719_528 + 2 * i64::from(DAYS_OF_400_YEARS) {
            let at = Timestamp::from_unix_micros(day * 86_400_000_000 + 86_399_999_999).unwrap();
            let theirs = DateTime::from_timestamp_micros(at.0).unwrap().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
            assert_eq!(at.to_string(), theirs);
        }
    }

    #[test]
    fn refuses_what_is_no_rfc_3339_time() {
        for text in ["", "2026-03-01", "2026-03-01T08:30:00", "2026-13-01T00:00:00Z", "1700000000"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }
}
