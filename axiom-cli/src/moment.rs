//! Points in time as people write them.

use core::time::Duration;

use axiom_core::{Clock, SystemClock, Timestamp};

/// Reads a time: `2026-03-01T08:30:00Z`, a day (`2026-03-01`, its beginning in UTC), or how long ago (`90s`, `30m`,
/// `2h`, `7d`, `4w`).
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    parse_at(text, SystemClock.now())
}

fn parse_at(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let day = || format!("{text}T00:00:00Z").parse().ok();
    let moment = ago(text, now).or_else(|| text.parse().ok()).or_else(day);
    moment.ok_or_else(|| "must be a time like 2026-03-01T08:30:00Z, a day, or how long ago, like 30m, 2h or 7d".into())
}

/// Reads a span of time: `90s`, `30m`, `2h`, `7d`, `4w`.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    seconds(text).map(Duration::from_secs).ok_or_else(|| "must be a span of time like 30m, 2h or 7d".into())
}

fn ago(text: &str, now: Timestamp) -> Option<Timestamp> {
    let micros = i64::try_from(seconds(text)?).ok()?.checked_mul(1_000_000)?;
    Timestamp::from_unix_micros(now.unix_micros().checked_sub(micros)?)
}

fn seconds(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
    Some(u64::from(count) * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: Timestamp = "2026-03-08T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("2026-03-01T08:30:00+02:00", "2026-03-01T06:30:00.000000Z"),
            ("2026-03-01", "2026-03-01T00:00:00.000000Z"),
            ("90s", "2026-03-08T11:58:30.000000Z"),
            ("30m", "2026-03-08T11:30:00.000000Z"),
            ("2h", "2026-03-08T10:00:00.000000Z"),
            ("7d", "2026-03-01T12:00:00.000000Z"),
            ("1w", "2026-03-01T12:00:00.000000Z"),
        ] {
            assert_eq!(parse_at(text, now).unwrap().to_string(), expected, "{text}");
        }
        assert_eq!(span("2h"), Ok(Duration::from_secs(7_200)));
        assert!(span("2026-03-01").is_err());
        for text in ["", "h", "-2h", "2y", "yesterday", "2026-13-01", "4294967295w", "é"] {
            assert!(parse_at(text, now).is_err(), "{text}");
        }
    }
}
