//! Digits written in groups: `4111 1111 1111 1111`, `123-45-6789`, and on two lines.

use core::ops::Range;

use crate::class::{DIGIT, LETTER, is};
use crate::escape;

/// Groups of digits with the same [`Gap`] between them; one that is a line break only goes with every other.
///
/// At most [`GROUPS`](Self::GROUPS) groups and [`DIGITS`](Self::DIGITS) digits are read, so that a long chain of groups
/// costs the same at each of them.
pub(crate) struct Groups {
    digits: [u8; Self::DIGITS],
    /// Per group: its length, the digits up to its end, and its end in the text.
    groups: [Group; Self::GROUPS],
    count: usize,
    separator: u8,
    spacing: Spacing,
}

/// How groups stand apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spacing {
    /// With single spaces or hyphens between, as usual.
    Usual,
    /// The same, but for the ends of lines.
    Wrapped,
    /// With something else between.
    Other,
}

/// One group and what precedes it.
#[derive(Clone, Copy, Default)]
struct Group {
    length: usize,
    total: usize,
    end: usize,
}

impl Groups {
    pub(crate) const DIGITS: usize = 19;
    const GROUPS: usize = 5;

    /// Reads the groups from the run of digits `start..end` on.
    pub(crate) fn read(bytes: &[u8], start: usize, end: usize) -> Self {
        let mut groups = Self {
            digits: [0; Self::DIGITS],
            groups: [Group::default(); Self::GROUPS],
            count: 0,
            separator: 0,
            spacing: Spacing::Usual,
        };
        let mut run = start..end;
        while groups.push(&bytes[run.clone()], run.end) {
            let Some(gap) = Gap::at(bytes, run.end).filter(|gap| groups.goes_on(gap)) else { break };
            run.start = run.end + gap.width;
            run.end = run_end(bytes, run.start, Self::DIGITS);
        }
        groups
    }

    /// Takes note of the gap behind the last group, and answers whether it is like those before.
    fn goes_on(&mut self, gap: &Gap) -> bool {
        // A dot stays beside the line break: decimals stand below each other in many tables.
        let separators = [gap.separator, self.separator];
        let dotted = separators == [0, b'.'] || (separators == [b'.', 0] && self.count > 1);
        let same = (gap.separator == self.separator || separators.contains(&0)) && !dotted;
        if same {
            self.separator = self.separator.max(gap.separator);
            self.spacing = self.spacing.max(gap.spacing);
        }
        same
    }

    /// What stands between the groups, or 0 where that are line breaks, or there is one group only.
    pub(crate) const fn separator(&self) -> u8 {
        self.separator
    }

    /// How the groups stand apart.
    pub(crate) const fn spacing(&self) -> Spacing {
        self.spacing
    }

    /// Whether the first groups have these lengths.
    pub(crate) fn starts_with(&self, lengths: &[usize]) -> bool {
        lengths.len() <= self.count && lengths.iter().zip(&self.groups).all(|(&length, group)| group.length == length)
    }

    /// The digits of the first `count` groups and where they end in the text.
    pub(crate) fn prefix(&self, count: usize) -> (&[u8], usize) {
        let last = self.groups[count - 1];
        (&self.digits[..last.total], last.end)
    }

    /// Adds a group; answers whether there was room and something to add.
    fn push(&mut self, group: &[u8], end: usize) -> bool {
        let start = self.count.checked_sub(1).map_or(0, |last| self.groups[last].total);
        let total = start + group.len();
        if group.is_empty() || total > Self::DIGITS || self.count == Self::GROUPS {
            return false;
        }
        self.digits[start..total].copy_from_slice(group);
        self.groups[self.count] = Group { length: group.len(), total, end };
        self.count += 1;
        true
    }
}

/// What stands between two groups: a separator with spaces or tabs around it or a line break beside it, or those alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The separator, or 0 where there is a line break only.
    pub(crate) separator: u8,
    /// How many bytes it has.
    pub(crate) width: usize,
    pub(crate) spacing: Spacing,
}

impl Gap {
    /// Whether one may begin with `byte`.
    pub(crate) const fn begins(byte: u8) -> bool {
        matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'-' | b'.' | b'/' | b'_' | b'%' | b'&')
    }

    /// The gap at `at`, if a letter or a digit follows it.
    #[inline]
    pub(crate) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        match bytes.get(at..)? {
            [separator @ (b' ' | b'-' | b'.' | b'/' | b'_'), next, ..] if is(*next, DIGIT | LETTER) => {
                let usual = matches!(separator, b' ' | b'-');
                let spacing = if usual { Spacing::Usual } else { Spacing::Other };
                Some(Self { separator: *separator, width: 1, spacing })
            }
            [first, ..] if Self::begins(*first) => Self::wide(bytes, at),
            _ => None,
        }
    }

    /// The gap at `at` that is more than one separator, if a letter or a digit follows it.
    fn wide(bytes: &[u8], at: usize) -> Option<Self> {
        let (mut separator, mut broken, mut spaces, mut width) = (0, false, 0, 0);
        while let Some(&byte) = bytes.get(at + width) {
            match byte {
                b' ' | b'\t' if spaces < SPACES => spaces += 1,
                b'-' | b'.' | b'/' | b'_' if separator == 0 => separator = byte,
                b'\r' if !broken && bytes.get(at + width + 1) == Some(&b'\n') => {}
                b'\n' if !broken => broken = true,
                b'%' | b'&' if spaces < SPACES => match escape::space(&bytes[at + width..]) {
                    0 => return None,
                    length => {
                        spaces += 1;
                        width += length - 1;
                    }
                },
                byte if is(byte, DIGIT | LETTER) && width > 0 => {
                    let separator = if separator == 0 && !broken { b' ' } else { separator };
                    let wrapped = broken && matches!(separator, 0 | b'-');
                    let spacing = if wrapped { Spacing::Wrapped } else { Spacing::Other };
                    return Some(Self { separator, width, spacing });
                }
                _ => return None,
            }
            width += 1;
        }
        None
    }
}

/// The most spaces in a gap: those that indent a line, too.
const SPACES: usize = 4;
/// How far before a value a number is looked for, in bytes.
const GAP: usize = 6;

/// The end of the run of digits at `start`, looking no further than one digit beyond `limit`.
fn run_end(bytes: &[u8], start: usize, limit: usize) -> usize {
    start + bytes[start..].iter().take(limit + 1).take_while(|&&byte| is(byte, DIGIT)).count()
}

/// Whether digits stand beside the groups, with whatever may stand between groups.
pub(crate) fn is_beside_numbers(bytes: &[u8], range: &Range<usize>) -> bool {
    let gap = bytes[..range.start].iter().rev().take(GAP).take_while(|byte| Gap::begins(**byte)).count();
    let before = gap > 0 && bytes[..range.start - gap].last().is_some_and(|&byte| is(byte, DIGIT));
    before || Gap::at(bytes, range.end).is_some_and(|gap| is(bytes[range.end + gap.width], DIGIT))
}

/// The length of the group of digits that ends before `end`, `separator` between them; 0 where there is none.
pub(crate) fn group_before(bytes: &[u8], start: usize, separator: u8) -> usize {
    match bytes[..start].split_last() {
        Some((&last, before)) if last == separator => {
            before.iter().rev().take(Groups::DIGITS).take_while(|&&byte| is(byte, DIGIT)).count()
        }
        _ => 0,
    }
}

/// The length of the group of digits that follows `end` after `separator`; 0 where there is none.
pub(crate) fn group_after(bytes: &[u8], end: usize, separator: u8) -> usize {
    if bytes.get(end) == Some(&separator) { run_end(bytes, end + 1, Groups::DIGITS) - end - 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Groups {
        Groups::read(text.as_bytes(), 0, run_end(text.as_bytes(), 0, 19))
    }

    #[test]
    fn reads_groups_until_the_separator_changes() {
        let groups = read("123-45-6789 12");
        assert!(groups.starts_with(&[3, 2, 4]));
        assert!(!groups.starts_with(&[3, 2, 4, 2]));
        assert_eq!(groups.prefix(3), (b"123456789".as_slice(), 11));
        assert_eq!(groups.separator(), b'-');
    }

    #[test]
    fn gaps_are_separators_with_what_may_stand_around_them() {
        let gap = |text: &str| Gap::at(text.as_bytes(), 0).map(|gap| (gap.separator, gap.width));
        for (text, separator) in [
            (" 1", b' '),
            ("  1", b' '),
            ("\t1", b' '),
            ("%201", b' '),
            ("&nbsp;1", b' '),
            ("-1", b'-'),
            (" - 1", b'-'),
            (".1", b'.'),
            ("/1", b'/'),
            ("_1", b'_'),
        ] {
            assert_eq!(gap(text), Some((separator, text.len() - 1)), "{text:?}");
        }
        for (text, separator) in [("\n1", 0), ("\r\n1", 0), (" \n  1", 0), ("-\n1", b'-'), ("-\r\n1", b'-')] {
            assert_eq!(gap(text), Some((separator, text.len() - 1)), "{text:?}");
        }
        for text in ["1", "--1", "\n\n1", "-.1", ",1", "     1", " ", "\r1", ""] {
            assert_eq!(gap(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_line_break_goes_with_every_separator() {
        for text in ["12-34\n56", "12-34-\n56", "12\n34-56", "12 34\r\n56", "12\n34\n56", "12.34.56", "12  34  56"] {
            assert!(read(text).starts_with(&[2, 2, 2]) && read(text).spacing() != Spacing::Usual, "{text:?}");
        }
        assert_eq!(read("12 34 56").spacing(), Spacing::Usual);
        for text in ["12-34-\n56", "12-34\n56", "12 34 \n  56", "12\r\n34"] {
            assert_eq!(read(text).spacing(), Spacing::Wrapped, "{text:?}");
        }
        for text in ["12  34", "12\t34", "12 - 34", "12.34", "12.\n34.56"] {
            assert_eq!(read(text).spacing(), Spacing::Other, "{text:?}");
        }
        assert!(!read("12-34 56").starts_with(&[2, 2, 2]));
        assert!(!read("12.34\n56").starts_with(&[2, 2, 2]));
        assert!(!read("12\n34.56").starts_with(&[2, 2, 2]));
        assert!(read("12.34.\n56").starts_with(&[2, 2, 2]));
        assert!(!read("12.34\n56-78").starts_with(&[2, 2, 2, 2]));
    }

    #[test]
    fn stops_where_it_has_no_more_room() {
        let groups = read("4111 1111 1111 1111 1234");
        assert!(groups.starts_with(&[4, 4, 4, 4]));
        assert!(!groups.starts_with(&[4, 4, 4, 4, 4]));
        assert_eq!(read(&"1 ".repeat(1000)).count, Groups::GROUPS);
        assert_eq!(read(&format!("1 {}", "2".repeat(1000))).count, 1);
    }

    #[test]
    fn measures_the_neighbours() {
        let text = b"12 345 6";
        assert_eq!(group_before(text, 3, b' '), 2);
        assert_eq!(group_before(text, 3, b'-'), 0);
        assert_eq!(group_before(text, 0, b' '), 0);
        assert_eq!(group_after(text, 6, b' '), 1);
        assert_eq!(group_after(text, 8, b' '), 0);
    }
}
