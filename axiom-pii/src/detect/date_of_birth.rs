//! Dates, which a label makes dates of birth.

use core::ops::Range;

use super::Candidate;
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::class::{DIGIT, LETTER, is};

/// The date that begins at or around the digits `run`: `1987-06-05`, `05.06.1987`, `5 June 1987`, `June 5, 1987`.
pub(crate) fn around(text: &str, run: &Range<usize>) -> Option<Candidate> {
    let range = numeric(text.as_bytes(), run).or_else(|| named(text.as_bytes(), run))?;
    let free = starts_free(text, range.start) && ends_free(text, range.end);
    (free && !is_timestamp(&text.as_bytes()[range.end..])).then_some(Candidate {
        id: Id::DateOfBirth,
        range,
        score: Id::DateOfBirth.kind().base_score,
        validated: false,
    })
}

fn numeric(bytes: &[u8], run: &Range<usize>) -> Option<Range<usize>> {
    let separator = *bytes.get(run.end).filter(|byte| matches!(byte, b'-' | b'/' | b'.'))?;
    let (second, at) = number(bytes, run.end + 1)?;
    let (third, end) = (bytes.get(at) == Some(&separator)).then(|| number(bytes, at + 1))??;
    let (first, _) = number(bytes, run.start)?;
    let lengths = [run.len(), at - run.end - 1, end - at - 1];
    let dated = match lengths {
        [4, 1..=2, 1..=2] => is_year(first) && is_month_and_day(second, third),
        [1..=2, 1..=2, 4] => is_year(third) && (is_month_and_day(first, second) || is_month_and_day(second, first)),
        [2, 2, 2] => separator != b'.' && (is_month_and_day(first, second) || is_month_and_day(second, first)),
        _ => false,
    };
    dated.then_some(run.start..end)
}

/// A day or a year beside the name of a month.
fn named(bytes: &[u8], run: &Range<usize>) -> Option<Range<usize>> {
    let (day, end) = number(bytes, run.start).filter(|&(day, end)| (1..=31).contains(&day) && end - run.start <= 2)?;
    let end = ordinal(bytes, end);
    let _ = day;
    let before = month_before(bytes, run.start);
    let (start, at) = match before {
        Some(start) => (start, end + usize::from(bytes.get(end) == Some(&b','))),
        None => (run.start, month_after(bytes, end)?),
    };
    let at = at + usize::from(matches!(bytes.get(at), Some(b' ' | b',')));
    let at = at + usize::from(bytes.get(at) == Some(&b' '));
    let (year, end) = number(bytes, at)?;
    (end - at == 4 && is_year(year)).then_some(start..end)
}

/// The end of `st`, `nd`, `rd`, `th` or a dot behind a day.
fn ordinal(bytes: &[u8], end: usize) -> usize {
    match bytes[end..] {
        [b's', b't', ..] | [b'n', b'd', ..] | [b'r', b'd', ..] | [b't', b'h', ..] => end + 2,
        [b'.', ..] => end + 1,
        _ => end,
    }
}

fn month_before(bytes: &[u8], start: usize) -> Option<usize> {
    let end = start.checked_sub(1).filter(|&end| bytes[end] == b' ')?;
    let end = end - usize::from(end > 0 && bytes[end - 1] == b'.');
    let length = bytes[..end].iter().rev().take(10).take_while(|&&byte| is(byte, LETTER)).count();
    is_month(&bytes[end - length..end]).then_some(end - length)
}

fn month_after(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = bytes.get(end..)?;
    let space = usize::from(matches!(rest.first(), Some(b' ' | b'-')));
    let of = if rest[space..].starts_with(b"of ") { 3 } else { 0 };
    let start = end + space + of;
    let length = bytes[start..].iter().take(10).take_while(|&&byte| is(byte, LETTER)).count();
    is_month(&bytes[start..start + length]).then(|| {
        let end = start + length;
        end + usize::from(matches!(bytes.get(end), Some(b'.' | b'-')))
    })
}

/// Whether it is the name of a month, or the first three letters of one.
fn is_month(name: &[u8]) -> bool {
    let [a, b, c, rest @ ..] = name else { return false };
    let begins = [a, b, c].map(u8::to_ascii_lowercase);
    let month = MONTHS.iter().find(|month| month.as_bytes()[..3] == begins);
    month.is_some_and(|month| rest.is_empty() || rest.eq_ignore_ascii_case(&month.as_bytes()[3..]))
}

fn number(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let length = bytes.get(at..)?.iter().take(5).take_while(|&&byte| is(byte, DIGIT)).count();
    let value = bytes[at..at + length].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    (1..=4).contains(&length).then_some((value, at + length))
}

/// Years in which people that live were born; the clock is not asked.
const fn is_year(year: u32) -> bool {
    1900 <= year && year < 2040
}

const fn is_month_and_day(month: u32, day: u32) -> bool {
    1 <= month && month <= 12 && 1 <= day && day <= 31
}

/// Whether a time of day follows.
fn is_timestamp(after: &[u8]) -> bool {
    matches!(after, [b' ' | b',', hour, _, b':', ..] if is(*hour, DIGIT))
}

/// The months in English, in lower case.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        let start = text.find(|character: char| character.is_ascii_digit())?;
        let end = start + text[start..].bytes().take_while(u8::is_ascii_digit).count();
        around(text, &(start..end)).map(|candidate| &text[candidate.range])
    }

    #[test]
    fn dates_are_read_in_the_usual_forms() {
        for text in [
            "1987-06-05",
            "05/06/1987",
            "6/24/1991",
            "05.06.1987",
            "05/06/87",
            "5 June 1987",
            "5th of June 1987",
            "5. June 1987",
            "05-Jun-1987",
            "June 5, 1987",
            "Jun. 5 1987",
        ] {
            assert_eq!(found(text), Some(text));
        }
    }

    #[test]
    fn what_the_calendar_does_not_have_is_no_date() {
        for text in [
            "1987-13-05",
            "32/12/1987",
            "1887-06-05",
            "1987-06",
            "5 apples 1987",
            "1987-06-05 10:00",
            "1987-06-05T10:00",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
