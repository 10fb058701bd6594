//! Telephone numbers (ITU-T E.164, E.123; North American Numbering Plan).

use core::ops::Range;

use super::Candidate;
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::class::{DIGIT, is};

/// The number whose first digits are `run`.
///
/// International numbers begin with a plus sign and an assigned country code. North American ones have their groups of
/// three, three and four; elsewhere a national number begins with 0. Every other number needs a label.
pub(crate) fn from(text: &str, run: &Range<usize>) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let opened = run.start > 0 && bytes[run.start - 1] == b'(';
    let start = run.start - usize::from(opened);
    let plus = start > 0 && bytes[start - 1] == b'+';
    let start = start - usize::from(plus);
    if !starts_free(text, start) || (plus && start > 0 && is(bytes[start - 1], DIGIT)) {
        return None;
    }
    if !plus && separator_at(&bytes[run.end..]).is_none() {
        return solid(text, run);
    }
    let number = Digits::read(bytes, run.start)?;
    let row = start > 1 && bytes[start - 1] == b' ' && is(bytes[start - 2], DIGIT);
    let best = (1..=number.count)
        .filter_map(|count| {
            let part = Part { number: &number, count, plus, opened };
            let end = extended(bytes, number.ends[count - 1]);
            let score = part.score().filter(|_| ends_free(text, end))?;
            let alone = plus || !(row || part.goes_on(bytes));
            Some((if alone { score } else { score.min(LABELLED) }, end))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
    Some(Candidate { id: Id::Phone, range: start..best.1, score: best.0, validated: false })
}

/// Digits in one piece, which need a label.
fn solid(text: &str, run: &Range<usize>) -> Option<Candidate> {
    let possible =
        (7..=13).contains(&run.len()) && is_varied(&text.as_bytes()[run.clone()]) && ends_free(text, run.end);
    possible.then(|| Candidate { id: Id::Phone, range: run.clone(), score: LABELLED, validated: false })
}

/// Groups of digits with what telephone numbers have between them.
struct Digits {
    digits: [u8; Self::MOST],
    lengths: [usize; Self::GROUPS],
    ends: [usize; Self::GROUPS],
    /// What stands before each group.
    separators: [u8; Self::GROUPS],
    count: usize,
}

impl Digits {
    /// The most digits of an international number (E.164).
    const MOST: usize = 15;
    const GROUPS: usize = 8;

    fn read(bytes: &[u8], start: usize) -> Option<Self> {
        let mut read = Self {
            digits: [0; Self::MOST],
            lengths: [0; Self::GROUPS],
            ends: [0; Self::GROUPS],
            separators: [0; Self::GROUPS],
            count: 0,
        };
        let (mut at, mut total, mut separator) = (start, 0, 0);
        while read.count < Self::GROUPS {
            let length = bytes[at..].iter().take(Self::MOST + 1).take_while(|&&byte| is(byte, DIGIT)).count();
            if total + length > Self::MOST {
                break;
            }
            read.digits[total..total + length].copy_from_slice(&bytes[at..at + length]);
            total += length;
            (read.lengths[read.count], read.separators[read.count]) = (length, separator);
            read.ends[read.count] = at + length;
            read.count += 1;
            let Some((length, next)) =
                separator_at(&bytes[at + length..]).map(|(byte, width)| (byte, at + length + width))
            else {
                break;
            };
            (separator, at) = (length, next);
        }
        (read.count > 0).then_some(read)
    }
}

/// What separates the groups, and its width, if a digit follows.
fn separator_at(bytes: &[u8]) -> Option<(u8, usize)> {
    let width = bytes.iter().take(3).take_while(|byte| b" -.()/".contains(byte)).count();
    let known = matches!(
        bytes[..width],
        [b' ' | b'-' | b'.' | b'/' | b')'] | [b')', b' ' | b'-'] | [b' ', b'('] | [b' ', b'-', b' ']
    );
    (known && bytes.get(width).is_some_and(|&byte| is(byte, DIGIT))).then(|| (bytes[width - 1], width))
}

/// The first groups of a number.
struct Part<'a> {
    number: &'a Digits,
    count: usize,
    plus: bool,
    opened: bool,
}

impl Part<'_> {
    fn score(&self) -> Option<f32> {
        let lengths = &self.number.lengths[..self.count];
        let total: usize = lengths.iter().sum();
        let digits = &self.number.digits[..total];
        if self.plus {
            let decimal = self.count == 2 && self.number.separators[1] == b'.';
            return (total >= 8 && !decimal && is_country(digits)).then_some(Id::Phone.kind().base_score);
        }
        if is_north_american(lengths, digits) {
            return Some(if self.opened { BRACKETED } else { self.grouped() });
        }
        let span = lengths == [4, 4] && self.number.separators[1] == b'-';
        let possible = (7..=13).contains(&total) && is_varied(digits) && !span && !is_date(lengths, digits);
        let trunk = matches!(digits, [b'0', b'1'..=b'9', ..]) && NATIONAL.contains(&lengths);
        match possible {
            true if trunk => Some(TRUNK),
            true if lengths.iter().skip(1).all(|&length| length >= 2) => Some(LABELLED),
            _ => None,
        }
    }

    /// Whether more digits follow behind the same separator, as in a row of numbers.
    fn goes_on(&self, bytes: &[u8]) -> bool {
        let separator = self.number.separators[self.count - 1];
        let after = &bytes[self.number.ends[self.count - 1]..];
        matches!(after, [next, digit, ..] if *next == separator && is(*digit, DIGIT))
    }

    /// What the groups of North America are worth.
    fn grouped(&self) -> f32 {
        match self.number.separators[self.count - 1] {
            b'-' => HYPHENS,
            b'.' => DOTS,
            _ => SPACES,
        }
    }
}

/// Area and exchange begin with 2 to 9; the country code 1 may stand before.
fn is_north_american(lengths: &[usize], digits: &[u8]) -> bool {
    let number = match lengths {
        [3, 3, 4] => digits,
        [1, 3, 3, 4] if digits[0] == b'1' => &digits[1..],
        _ => return false,
    };
    number[0] >= b'2' && number[3] >= b'2'
}

/// Whether the digits begin with an assigned country code (ITU-T E.164, list of 2023).
fn is_country(digits: &[u8]) -> bool {
    match digits {
        [b'1' | b'7', ..] => true,
        [b'2', b'0' | b'7', ..] => true,
        [b'2', b'1' | b'2' | b'3' | b'4' | b'5' | b'6' | b'9', ..] => true,
        [b'3', ..] => digits[1] != b'7' || digits[2] != b'9',
        [b'4', second, ..] => *second != b'2' || matches!(digits[2], b'0' | b'1' | b'3'),
        [b'5', ..] | [b'6', ..] => true,
        [b'8', second, ..] => !matches!(second, b'3' | b'9'),
        [b'9', second, ..] => *second != b'7' || digits[2] != b'8',
        _ => false,
    }
}

/// Whether the digits are neither all the same nor counted up.
fn is_varied(digits: &[u8]) -> bool {
    let step = |pair: &[u8]| (10 + pair[1] - pair[0]) % 10;
    digits.windows(2).any(|pair| step(pair) > 1)
}

/// Whether the groups are a date: `2026-11-21`, `21.11.2026`.
fn is_date(lengths: &[usize], digits: &[u8]) -> bool {
    match lengths {
        [4, 2, 2] => matches!(digits[..2], [b'1', b'9'] | [b'2', b'0']),
        [2, 2, 4] => matches!(digits[4..6], [b'1', b'9'] | [b'2', b'0']),
        _ => false,
    }
}

/// The end of the extension behind `end`: `x123`, ` ext. 123`.
fn extended(bytes: &[u8], end: usize) -> usize {
    let rest = &bytes[end..];
    let marks: [&[u8]; 5] = [b"x", b" x", b" ext. ", b" ext ", b" ext."];
    let Some(mark) = marks.iter().find(|mark| rest.starts_with(mark)) else { return end };
    let length = rest[mark.len()..].iter().take(7).take_while(|&&byte| is(byte, DIGIT)).count();
    if (1..=6).contains(&length) { end + mark.len() + length } else { end }
}

/// The groups of national numbers that begin with 0: France, Britain, Germany, Australia, Japan and others.
const NATIONAL: [&[usize]; 14] = [
    &[2, 2, 2, 2, 2],
    &[2, 4, 4],
    &[3, 3, 2, 2],
    &[3, 3, 4],
    &[3, 4, 4],
    &[3, 7],
    &[3, 8],
    &[4, 2, 2, 2],
    &[4, 3, 3],
    &[4, 3, 4],
    &[4, 6],
    &[4, 7],
    &[5, 3, 3],
    &[5, 6],
];

/// The worth of `(212) 555-0123`.
const BRACKETED: f32 = 0.75;
/// The worth of `212-555-0123`.
const HYPHENS: f32 = 0.7;
/// The worth of `212.555.0123`.
const DOTS: f32 = 0.6;
/// The worth of `212 555 0123`.
const SPACES: f32 = 0.5;
/// The worth of groups that begin with the trunk prefix 0.
const TRUNK: f32 = 0.5;
/// The worth of digits that need a label.
const LABELLED: f32 = 0.3;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(&str, f32)> {
        let start = text.find(|character: char| character.is_ascii_digit())?;
        let end = start + text[start..].bytes().take_while(u8::is_ascii_digit).count();
        from(text, &(start..end)).map(|candidate| (&text[candidate.range], candidate.score))
    }

    #[test]
    fn international_numbers_begin_with_a_country() {
        for number in
            ["+44 20 7946 0123", "+1-202-555-0123", "+4915112345678", "+46 (0)8 928 571 38", "+1 (202) 555-0123"]
        {
            assert_eq!(found(number), Some((number, 0.8)), "{number}");
        }
        assert_eq!(found("+999 20 7946 0123").map(|found| found.1), Some(0.8));
        assert_eq!(found("+0442079460123"), None);
    }

    #[test]
    fn north_american_numbers_have_their_groups() {
        for (number, score) in [
            ("(202) 555-0123", BRACKETED),
            ("202-555-0123", HYPHENS),
            ("202.555.0123", DOTS),
            ("1-800-555-0199", HYPHENS),
        ] {
            assert_eq!(found(number), Some((number, score)), "{number}");
        }
        assert_eq!(found("345-899-3560x4587"), Some(("345-899-3560x4587", HYPHENS)));
        assert_eq!(found("102-555-0123").map(|found| found.1), Some(LABELLED));
    }

    #[test]
    fn other_numbers_need_a_trunk_prefix_or_a_label() {
        assert_eq!(found("07700 900 123"), Some(("07700 900 123", TRUNK)));
        assert_eq!(found("03.93.92.16.85"), Some(("03.93.92.16.85", TRUNK)));
        assert_eq!(found("467 3395"), Some(("467 3395", LABELLED)));
        for text in
            ["2026-11-21", "21.11.2026", "12 34", "0000 0000 0000", "0123456789", "1995-1998", "1 2 3 4 5 6 7 8"]
        {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_behind_are_no_part() {
        assert_eq!(found("202-555-0123 2 times"), Some(("202-555-0123", HYPHENS)));
        assert_eq!(found("202-555-0123."), Some(("202-555-0123", HYPHENS)));
    }
}
