//! Moments: a `datetime` of Python, which must have a time zone, and a time of the crates.

use core::time::Duration;
use std::time::SystemTime;

use axiom_core::Timestamp;

use crate::error::ArgumentError;

/// The time of the crates.
pub(crate) fn timestamp(at: SystemTime) -> pyo3::PyResult<Timestamp> {
    let micros = at.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_micros()).ok());
    let at = micros.and_then(Timestamp::from_unix_micros);
    at.ok_or_else(|| ArgumentError::new_err("a time must be one of the years 1970 to 9999"))
}

/// What becomes a `datetime` in UTC.
pub(crate) fn datetime(at: Timestamp) -> SystemTime {
    let micros = Duration::from_micros(at.unix_micros().unsigned_abs());
    if at.unix_micros() < 0 { SystemTime::UNIX_EPOCH - micros } else { SystemTime::UNIX_EPOCH + micros }
}
