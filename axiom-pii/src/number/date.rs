//! Dates in numbers.

/// Whether the Gregorian calendar has the day.
pub(super) const fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    1 <= day && day <= days
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn february_follows_the_calendar() {
        assert!(is_day(2000, 2, 29) && is_day(2024, 2, 29));
        assert!(!is_day(1900, 2, 29) && !is_day(2023, 2, 29));
    }

    #[test]
    fn months_end_where_they_do() {
        assert!(is_day(2023, 12, 31) && is_day(2023, 4, 30) && is_day(2023, 1, 1));
        for (month, day) in [(4, 31), (13, 1), (0, 1), (1, 0), (1, 32)] {
            assert!(!is_day(2023, month, day));
        }
    }
}
