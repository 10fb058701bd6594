//! Dates, which a label makes dates of birth.

mod month;

use core::ops::Range;

pub(crate) use self::month::MONTHS;
use super::Candidate;
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::class::{DIGIT, HIGH, LETTER, is};

/// How far a date goes from the first of its numbers at most, in bytes.
pub(crate) const LONGEST: usize = 96;
/// The number of digits of a date in one piece.
pub(crate) const LENGTH: usize = 8;

/// The date that begins at or around the digits `run`: `1987-06-05`, `05.06.1987`, `5 June 1987`, `June 5, 1987`.
pub(crate) fn around(text: &str, run: &Range<usize>) -> Option<Candidate> {
    let start = month_before(text, run.start).unwrap_or(run.start);
    let end = if run.len() == LENGTH { solid(text.as_bytes(), run)? } else { read(text, start)? };
    let free = starts_free(text, start) && ends_free(text, end);
    (free && !is_timestamp(&text.as_bytes()[end..])).then_some(Candidate {
        id: Id::DateOfBirth,
        range: start..end,
        score: Id::DateOfBirth.kind().base_score,
        validated: false,
    })
}

/// Whether `word` is a day as an ordinal: `5th`, `1er`.
pub(crate) fn is_ordinal(word: &[u8]) -> bool {
    let digits = word.iter().take_while(|&&byte| is(byte, DIGIT)).count();
    (1..=2).contains(&digits) && digits + 2 == word.len() && ordinal(word, digits) == word.len()
}

/// Whether the name of a month stands before the digits at `start`.
pub(crate) fn is_begun(text: &str, start: usize) -> bool {
    month_before(text, start).is_some()
}

/// Whether the name of a month stands behind the digits that end at `end`.
pub(crate) fn goes_on(text: &str, end: usize) -> bool {
    Joint::at(text.as_bytes(), end).is_some_and(|joint| month::is_name(word(text, end + joint.width)))
}

/// The end of the date in eight digits, the year first (ISO 8601).
fn solid(bytes: &[u8], run: &Range<usize>) -> Option<usize> {
    let number = |range: Range<usize>| bytes[range].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    let (year, month, day) =
        (number(run.start..run.start + 4), number(run.start + 4..run.start + 6), number(run.start + 6..run.end));
    (is_year(year) && is_month_and_day(month, day)).then_some(run.end)
}

/// The end of the date that begins at `start`.
fn read(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = Field::at(text, start).filter(|first| first.is_day() || first.is_month() || first.is_full_year())?;
    let one = Joint::at(bytes, first.end)?;
    let second = Field::at(text, first.end + one.width).filter(|second| second.is_day() || second.is_month())?;
    let two = Joint::at(bytes, second.end)?;
    let third = Field::at(text, second.end + two.width)?;
    let dated = match [&first.kind, &second.kind, &third.kind] {
        [Kind::Number(..), Kind::Number(..), Kind::Number(..)] => {
            one.mark == two.mark && is_numeric([&first, &second, &third], one.mark)
        }
        [Kind::Number(..), Kind::Month, Kind::Number(..)] => {
            (first.is_day() && third.is_some_year()) || (first.is_full_year() && third.is_day())
        }
        [Kind::Month, Kind::Number(..), Kind::Number(..)] => second.is_day() && third.is_some_year(),
        _ => false,
    };
    dated.then_some(third.end)
}

/// Whether three numbers with `mark` between are a date.
fn is_numeric(fields: [&Field; 3], mark: u8) -> bool {
    let [(first, one), (second, two), (third, three)] = fields.map(Field::number);
    match [one, two, three] {
        [4, 1..=2, 1..=2] => is_year(first) && is_month_and_day(second, third),
        [1..=2, 1..=2, 4] => is_year(third) && (is_month_and_day(first, second) || is_month_and_day(second, first)),
        [1..=2, 1..=2, 2] => mark != b' ' && (is_month_and_day(first, second) || is_month_and_day(second, first)),
        _ => false,
    }
}

/// A part of a date.
struct Field {
    kind: Kind,
    end: usize,
}

enum Kind {
    Month,
    /// A number and how many digits it has.
    Number(u32, usize),
}

impl Field {
    /// The number, with what makes it an ordinal, or the month at `start`.
    fn at(text: &str, start: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let start = start + usize::from(matches!(bytes.get(start..), Some([b'\'', digit, ..]) if is(*digit, DIGIT)));
        if let Some((value, end)) = number(bytes, start) {
            let kind = Kind::Number(value, end - start);
            return Some(Self { kind, end: if end - start <= 2 { ordinal(bytes, end) } else { end } });
        }
        let name = word(text, start);
        month::is_name(name).then(|| Self { kind: Kind::Month, end: start + name.len() })
    }

    /// The number and its length, zeros where it is none.
    const fn number(&self) -> (u32, usize) {
        match self.kind {
            Kind::Month => (0, 0),
            Kind::Number(value, length) => (value, length),
        }
    }

    const fn is_month(&self) -> bool {
        matches!(self.kind, Kind::Month)
    }

    const fn is_day(&self) -> bool {
        matches!(self.kind, Kind::Number(1..=31, 1..=2))
    }

    const fn is_full_year(&self) -> bool {
        matches!(self.kind, Kind::Number(year, 4) if is_year(year))
    }

    /// Whether it is a year, of two digits as well.
    const fn is_some_year(&self) -> bool {
        self.is_full_year() || matches!(self.kind, Kind::Number(_, 2))
    }
}

/// What stands between two parts of a date.
struct Joint {
    /// A hyphen, a slash, a dot or a comma; else a space.
    mark: u8,
    width: usize,
}

impl Joint {
    /// The joint at `at`: a mark with spaces around, the end of a line beside it, or those alone; `of` in some languages.
    fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let rest = bytes.get(at..)?;
        let before = blank(rest);
        let mark = rest.get(before).copied().filter(|byte| b"-/.,".contains(byte));
        let marked = before + usize::from(mark.is_some());
        let end = marked + blank(&rest[marked..]);
        let of = OF.iter().find(|of| rest[end..].starts_with(of.as_bytes())).map_or(0, |of| of.len());
        let lines = rest[..end].iter().filter(|&&byte| byte == b'\n').count();
        let known = end > 0 && lines < 2 && (of == 0 || rest[end - 1].is_ascii_whitespace());
        known.then_some(Self { mark: mark.unwrap_or(b' '), width: end + of })
    }
}

/// How many spaces, tabs and ends of lines `bytes` begin with.
fn blank(bytes: &[u8]) -> usize {
    bytes.iter().take(BLANK).take_while(|byte| b" \t\r\n".contains(byte)).count()
}

/// The end of `st`, `nd`, `rd`, `th` or a sign for them behind a day.
fn ordinal(bytes: &[u8], end: usize) -> usize {
    match bytes[end..] {
        [b's', b't', ..] | [b'n' | b'r', b'd', ..] | [b't', b'h', ..] | [b'e', b'r', ..] => end + 2,
        _ => end,
    }
}

/// Where the month begins that stands before `start`.
fn month_before(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let gap = bytes[..start].iter().rev().take(BLANK).take_while(|byte| b" \t\r\n-.".contains(byte)).count();
    let end = start - gap;
    let length = bytes[..end].iter().rev().take(NAME).take_while(|&&byte| is(byte, LETTER | HIGH)).count();
    let from = (end - length..=end).find(|&place| text.is_char_boundary(place))?;
    (gap > 0 && length > 0 && month::is_name(&text[from..end])).then_some(from)
}

/// The letters at `start`, not many more than a month has.
fn word(text: &str, start: usize) -> &str {
    let bytes = &text.as_bytes()[start..];
    let length = bytes.iter().take(NAME).take_while(|&&byte| is(byte, LETTER | HIGH)).count();
    text.get(start..start + length).unwrap_or_default()
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

/// The longest name of a month, and one more, in bytes.
const NAME: usize = 16;
/// The most spaces, tabs and ends of lines in a row.
const BLANK: usize = 5;
/// What stands between day, month and year in English, Spanish and Portuguese.
const OF: [&str; 3] = ["of ", "de ", "del "];

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
            "5 Jun 87",
            "05.06.87",
            "6/5/87",
            "05 06 1987",
            "1987.06.05",
            "1987-Jun-05",
            "19870605",
            "June 5th, 1987",
            "5. Juni 1987",
            "1er août 1987",
            "5 de junio de 1987",
            "5 września 1987",
            "5  June\n1987",
            "05/06/\r\n1987",
            "05 - 06 - 1987",
            "5\nJune 1987",
            "Jun 5 '87",
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
            "1987-06.05",
            "05 06 87",
            "5 June 187",
            "19871305",
            "5\n\nJune 1987",
            "5 dejune 1987",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
