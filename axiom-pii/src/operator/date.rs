//! Dates as they are written: read, moved and written the same way.

use core::fmt::Write as _;

use crate::detect::date_of_birth::MONTHS;

/// A date and the way it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i32,
    month: u32,
    day: u32,
    parts: Vec<Part>,
    /// Whether day and month could as well be the other way round.
    ambiguous: bool,
}

/// A part of a written date.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Day {
        padded: bool,
    },
    Month {
        padded: bool,
    },
    Name(Name),
    /// `st`, `nd`, `rd` or `th`.
    Ordinal,
    Text(String),
    Year {
        short: bool,
    },
}

/// The name of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Name {
    short: bool,
    case: Case,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Capital,
    Lower,
    Upper,
}

impl Date {
    /// The date that all of `text` is: `1987-06-05`, `05.06.1987`, `5 June 1987`, `June 5th, 1987`.
    ///
    /// Where the order is not clear from the numbers, the day stands before the month. Years of two digits are those
    /// from 1940 to 2039. English names of months only.
    pub(super) fn read(text: &str) -> Option<Self> {
        Self::read_as(text, false)
    }

    /// The same, but where the order is not clear the month stands before the day.
    pub(super) fn read_as(text: &str, month_first: bool) -> Option<Self> {
        let tokens = tokens(text);
        if tokens.iter().any(|token| matches!(token, Token::Letters(letters) if month(letters).is_some())) {
            Self::named(&tokens)
        } else {
            Self::numeric(&tokens, month_first)
        }
    }

    fn numeric(tokens: &[Token<'_>], month_first: bool) -> Option<Self> {
        let [
            Token::Digits(first),
            Token::Other(one @ ("-" | "/" | ".")),
            Token::Digits(second),
            Token::Other(two),
            Token::Digits(third),
        ] = *tokens
        else {
            return None;
        };
        if one != two || (second.len() > 2) {
            return None;
        }
        let text = || Part::Text(one.to_owned());
        let padded = |other: &str| second.len() == 2 && other.len() == 2;
        if first.len() == 4 && third.len() <= 2 {
            let padded = padded(third);
            let parts = vec![Part::Year { short: false }, text(), Part::Month { padded }, text(), Part::Day { padded }];
            return Self::new(number(first)?, number(second)?, number(third)?, parts, false);
        }
        let short = third.len() == 2;
        if first.len() > 2 || !(short || third.len() == 4) {
            return None;
        }
        let padded = padded(first);
        let (one, two, year) = (number(first)?, number(second)?, full(number(third)?, short));
        let dated = |month_first: bool| {
            let (month, day) = if month_first { (one, two) } else { (two, one) };
            let (mut left, mut right) = (Part::Day { padded }, Part::Month { padded });
            if month_first {
                core::mem::swap(&mut left, &mut right);
            }
            let parts = vec![left, text(), right, text(), Part::Year { short }];
            Self::new(year, month, day, parts, one != two && one <= 12 && two <= 12)
        };
        dated(month_first).or_else(|| dated(!month_first))
    }

    fn named(tokens: &[Token<'_>]) -> Option<Self> {
        let (mut read, mut found) = ([None; 3], Vec::with_capacity(tokens.len()));
        for token in tokens {
            let part = match *token {
                Token::Digits(digits) if read[0].is_none() && digits.len() <= 2 => {
                    read[0] = Some(number(digits)?);
                    Part::Day { padded: digits.starts_with('0') }
                }
                Token::Digits(digits) if read[0].is_some() && read[2].is_none() && digits.len() == 4 => {
                    read[2] = Some(number(digits)?);
                    Part::Year { short: false }
                }
                Token::Letters("st" | "nd" | "rd" | "th") if matches!(found.last(), Some(Part::Day { .. })) => {
                    Part::Ordinal
                }
                Token::Letters(letters) => match month(letters) {
                    Some((number, name)) if read[1].is_none() => {
                        read[1] = Some(number);
                        Part::Name(name)
                    }
                    None if letters == "of" => Part::Text(letters.to_owned()),
                    _ => return None,
                },
                Token::Other(other) if other.bytes().all(|byte| b" .,-".contains(&byte)) => {
                    Part::Text(other.to_owned())
                }
                _ => return None,
            };
            found.push(part);
        }
        let [Some(day), Some(month), Some(year)] = read else { return None };
        Self::new(year, month, day, found, false)
    }

    fn new(year: u32, month: u32, day: u32, parts: Vec<Part>, ambiguous: bool) -> Option<Self> {
        let year = i32::try_from(year).ok()?;
        let exists = civil(days(year, month, day)) == (year, month, day);
        exists.then_some(Self { year, month, day, parts, ambiguous })
    }

    /// The date in the form of ISO 8601, where it is clear which it is.
    pub(super) fn iso(self) -> Option<String> {
        (!self.ambiguous).then(|| format!("{:04}-{:02}-{:02}", self.year, self.month, self.day))
    }

    /// The date `by` days later, in the same way of writing; `None` beyond the years 1 to 9999.
    pub(super) fn moved(mut self, by: i32) -> Option<Self> {
        (self.year, self.month, self.day) = civil(days(self.year, self.month, self.day) + by);
        (1..=9999).contains(&self.year).then_some(self)
    }

    /// The date as it is written.
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        for part in &self.parts {
            let written = match part {
                Part::Day { padded: true } => write!(out, "{:02}", self.day),
                Part::Day { padded: false } => write!(out, "{}", self.day),
                Part::Month { padded: true } => write!(out, "{:02}", self.month),
                Part::Month { padded: false } => write!(out, "{}", self.month),
                Part::Name(name) => write!(out, "{}", name.of(self.month)),
                Part::Ordinal => write!(out, "{}", ordinal(self.day)),
                Part::Text(text) => write!(out, "{text}"),
                Part::Year { short: true } => write!(out, "{:02}", self.year % 100),
                Part::Year { short: false } => write!(out, "{:04}", self.year),
            };
            written.expect("a string takes everything");
        }
        out
    }
}

impl Name {
    /// The name of another month, written like this one.
    fn of(self, month: u32) -> String {
        let full = MONTHS[month as usize - 1];
        let name = if self.short { &full[..3] } else { full };
        match self.case {
            Case::Capital => name[..1].to_uppercase() + &name[1..],
            Case::Lower => name.to_owned(),
            Case::Upper => name.to_uppercase(),
        }
    }
}

/// The month of this English name, and how it is written. May is read as a full name.
fn month(letters: &str) -> Option<(u32, Name)> {
    let full = |month: &&str| letters.eq_ignore_ascii_case(month);
    let short = |month: &&str| letters.eq_ignore_ascii_case(&month[..3]);
    let (place, short) = match MONTHS.iter().position(full) {
        Some(place) => (place, false),
        None => (MONTHS.iter().position(short)?, true),
    };
    let case = if letters.bytes().all(|byte| byte.is_ascii_lowercase()) {
        Case::Lower
    } else if letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Case::Upper
    } else {
        Case::Capital
    };
    Some((u32::try_from(place).ok()? + 1, Name { short, case }))
}

/// Digits, letters, and what stands between them.
#[derive(Debug, Clone, Copy)]
enum Token<'t> {
    Digits(&'t str),
    Letters(&'t str),
    Other(&'t str),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let class = |character: char| (character.is_ascii_digit(), character.is_ascii_alphabetic());
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        // No date has more of them.
        if tokens.len() > 12 {
            return Vec::new();
        }
        let end = rest.find(|character| class(character) != class(first)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        tokens.push(match class(first) {
            (true, _) => Token::Digits(token),
            (_, true) => Token::Letters(token),
            _ => Token::Other(token),
        });
        rest = after;
    }
    tokens
}

fn number(digits: &str) -> Option<u32> {
    digits.parse().ok()
}

const fn full(year: u32, short: bool) -> u32 {
    match year {
        0..40 if short => 2000 + year,
        _ if short => 1900 + year,
        _ => year,
    }
}

const fn ordinal(day: u32) -> &'static str {
    match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    }
}

/// The number of the day, from an arbitrary one on, in the Gregorian calendar. Days that it does not have are counted
/// on from those that it has.
///
/// Years begin in March here, so that the day that not all have is the last.
const fn days(year: i32, month: u32, day: u32) -> i32 {
    let (month, day) = (month.cast_signed(), day.cast_signed());
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
}

/// The year, month and day of the number.
fn civil(number: i32) -> (i32, u32, u32) {
    let cycle = number.div_euclid(CYCLE);
    let of_cycle = number.rem_euclid(CYCLE);
    let of_cycle_year = (of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / (CYCLE - 1)) / 365;
    let of_year = of_cycle - (365 * of_cycle_year + of_cycle_year / 4 - of_cycle_year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = of_cycle_year + cycle * 400 + i32::from(month <= 2);
    (year, month.cast_unsigned(), day.cast_unsigned())
}

/// The days of four hundred years.
const CYCLE: i32 = 146_097;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moved(text: &str, by: i32) -> Option<String> {
        Date::read(text)?.moved(by).map(|date| date.write())
    }

    #[test]
    fn a_moved_date_keeps_its_form() {
        for (text, next) in [
            ("1987-06-05", "1987-07-05"),
            ("1987-6-5", "1987-7-5"),
            ("1987/06/05", "1987/07/05"),
            ("05/06/1987", "05/07/1987"),
            ("05.06.1987", "05.07.1987"),
            ("6/24/1991", "7/24/1991"),
            ("12/24/1991", "01/23/1992"),
            ("05/06/87", "05/07/87"),
            ("5 June 1987", "5 July 1987"),
            ("05 jun 1987", "05 jul 1987"),
            ("1st of JUNE 1987", "1st of JULY 1987"),
            ("2nd June 1987", "2nd July 1987"),
            ("5. June 1987", "5. July 1987"),
            ("05-Jun-1987", "05-Jul-1987"),
            ("June 5, 1987", "July 5, 1987"),
            ("Jun. 30th 1987", "Jul. 30th 1987"),
        ] {
            assert_eq!(moved(text, 30).as_deref(), Some(next), "{text}");
        }
        assert_eq!(moved("May 2nd, 1987", 1).as_deref(), Some("May 3rd, 1987"));
        assert_eq!(moved("1st of May 1987", -1).as_deref(), Some("30th of April 1987"));
    }

    #[test]
    fn the_order_of_day_and_month_can_be_told() {
        let read = |text, month_first| Date::read_as(text, month_first).unwrap();
        assert_eq!((read("05/06/1987", false).month, read("05/06/1987", true).month), (6, 5));
        assert_eq!((read("24/06/1987", true).month, read("06/24/1987", false).month), (6, 6));
        assert_eq!(read("05/06/1987", false).iso(), None);
        assert_eq!(read("05/05/1987", false).iso().as_deref(), Some("1987-05-05"));
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        for text in [
            "",
            "1987",
            "1987-06",
            "1987-13-05",
            "1987-02-30",
            "29/02/1900",
            "31/04/1987",
            "1987-06/05",
            "5 juin 1987",
            "June 1987",
            "5 June 87",
            "June June 1987",
            "5 6 June 1987",
            "0 June 1987",
            "99999-01-01",
            "5 June 1987 x",
            "1-2-3-4",
            "٥/٦/١٩٨٧",
        ] {
            assert_eq!(Date::read(text), None, "{text}");
        }
        assert_eq!(moved("9999-12-31", 1), None);
        assert_eq!(moved("0001-01-01", -1), None);
    }

    #[test]
    fn every_day_of_the_calendar_follows_the_one_before() {
        let mut before = days(0, 12, 31);
        for year in 1..=2800_i32 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for (month, length) in (1..).zip([31, 28 + u32::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                for day in 1..=length {
                    before += 1;
                    assert_eq!((days(year, month, day), civil(before)), (before, (year, month, day)));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[0-9A-Za-z ,./-]{0,24}", by in -100_000..100_000) {
            let _ = moved(&text, by);
        }

        #[test]
        fn what_is_moved_is_moved_back(number in 200_000..3_000_000, by in -3_000..3_000) {
            let (year, month, day) = civil(number);
            let text = format!("{year:04}-{month:02}-{day:02}");
            let there = moved(&text, by).unwrap();
            prop_assert_eq!(moved(&there, -by).unwrap(), text);
        }
    }
}
