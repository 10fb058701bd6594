//! Groups of digits with what telephone numbers have between them.

use crate::class::{DIGIT, is};
use crate::escape;

/// The groups of digits that follow each other in a text.
pub(super) struct Groups {
    digits: [u8; Self::DIGITS],
    groups: [Group; Self::GROUPS],
    count: usize,
}

/// One group.
#[derive(Clone, Copy, Default)]
struct Group {
    length: usize,
    /// The digits up to its end.
    total: usize,
    /// Where it ends in the text.
    end: usize,
    /// What stands before it.
    separator: Separator,
}

/// What stands between two groups.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Separator {
    /// Its last byte, or what stands before the spaces or the end of the line in it.
    pub(super) byte: u8,
    width: usize,
    gap: Gap,
    /// Whether a bracket is opened.
    opens: bool,
    /// Whether the group behind it is a trunk prefix that is not dialled from abroad: `(0)`.
    silent: bool,
}

/// How wide it is.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    #[default]
    Usual,
    /// With more spaces than usual, or tabs.
    Wide,
    /// With the end of a line.
    Line,
}

impl Separator {
    /// Whether it may stand behind `digits`: a bracket is opened behind a country code only, or around a trunk prefix.
    const fn fits(&self, digits: &[u8]) -> bool {
        !self.opens
            || self.silent
            || matches!(digits, [] | [_] | [_, _] | [_, _, _] | [b'0', b'0', ..] | [b'0', b'1', b'1', ..])
    }
}

impl Groups {
    /// The most digits of an international number (E.164), behind the longest international prefix.
    const DIGITS: usize = 18;
    const GROUPS: usize = 8;

    /// Reads the groups from `start` on, where a digit stands.
    pub(super) fn read(bytes: &[u8], start: usize) -> Self {
        let mut read = Self { digits: [0; Self::DIGITS], groups: [Group::default(); Self::GROUPS], count: 0 };
        let (mut at, mut total, mut separator) = (start, 0, Separator::default());
        while read.count < Self::GROUPS {
            let length = bytes[at..].iter().take(Self::DIGITS + 1).take_while(|&&byte| is(byte, DIGIT)).count();
            if total + length > Self::DIGITS {
                break;
            }
            let counted = if separator.silent { 0 } else { length };
            read.digits[total..total + counted].copy_from_slice(&bytes[at..at + counted]);
            total += counted;
            read.groups[read.count] = Group { length: counted, total, end: at + length, separator };
            read.count += 1;
            let next = separator_at(&bytes[at + length..]).filter(|next| next.fits(&read.digits[..total]));
            let Some(next) = next else { break };
            (at, separator) = (at + length + next.width, next);
        }
        read
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The first `count` groups.
    pub(super) fn first(&self, count: usize) -> Part<'_> {
        let last = self.groups[count - 1];
        Part { digits: &self.digits[..last.total], groups: &self.groups[..count], end: last.end }
    }
}

/// The first groups of some.
pub(super) struct Part<'a> {
    pub(super) digits: &'a [u8],
    groups: &'a [Group],
    /// Where they end in the text.
    pub(super) end: usize,
}

impl Part<'_> {
    /// The lengths of the groups, 0 where one is not dialled.
    pub(super) fn lengths(&self) -> impl DoubleEndedIterator<Item = usize> + Clone {
        self.groups.iter().map(|group| group.length)
    }

    /// Whether the groups have these lengths.
    pub(super) fn is(&self, lengths: &[usize]) -> bool {
        self.lengths().eq(lengths.iter().copied())
    }

    /// The last bytes of what stands between the groups.
    pub(super) fn separators(&self) -> impl Iterator<Item = u8> {
        self.groups.iter().skip(1).map(|group| group.separator.byte)
    }

    /// The widest gap between the groups.
    pub(super) fn gap(&self) -> Gap {
        self.groups.iter().map(|group| group.separator.gap).max().unwrap_or_default()
    }

    /// Whether there is a usual separator between the groups.
    pub(super) fn is_separated(&self) -> bool {
        self.groups.iter().skip(1).any(|group| group.separator.gap == Gap::Usual)
    }

    /// Whether more digits follow behind the same separator, as in a row of numbers.
    pub(super) fn goes_on(&self, bytes: &[u8]) -> bool {
        let separator = self.groups[self.groups.len() - 1].separator.byte;
        matches!(bytes[self.end..], [next, digit, ..] if next == separator && is(digit, DIGIT))
    }
}

/// What separates the groups, if a digit follows.
fn separator_at(bytes: &[u8]) -> Option<Separator> {
    let width = bytes.iter().take(3).take_while(|byte| b" -.()/".contains(byte)).count();
    let known = matches!(
        bytes[..width],
        [b' ' | b'-' | b'.' | b'/' | b'(' | b')']
            | [b')', b' ' | b'-' | b'.' | b'/']
            | [b'/', b' ']
            | [b' ' | b'-', b'(']
            | [b' ', b'-', b' ']
    );
    let opens = bytes[..width].ends_with(b"(");
    let silent = opens && bytes[width..].starts_with(b"0)");
    let followed = bytes.get(width).is_some_and(|&byte| is(byte, DIGIT));
    match known && followed {
        true => Some(Separator { byte: bytes[width - 1], width, gap: Gap::Usual, opens, silent }),
        false => wide_separator_at(bytes),
    }
}

/// The same with several spaces or the end of a line in it, behind a hyphen, a bracket or neither.
fn wide_separator_at(bytes: &[u8]) -> Option<Separator> {
    let byte = bytes.first().copied().filter(|byte| b"-)".contains(byte));
    let start = usize::from(byte.is_some());
    let blank = blank(&bytes[start..]);
    let width = start + blank;
    let gap = match bytes[start..width].iter().filter(|&&byte| byte == b'\n').count() {
        0 if blank > 1 || bytes[start..].starts_with(b"\t") => Gap::Wide,
        1 => Gap::Line,
        _ => return None,
    };
    let followed = bytes.get(width).is_some_and(|&byte| is(byte, DIGIT));
    followed.then(|| Separator { byte: byte.unwrap_or(b' '), width, gap, opens: false, silent: false })
}

/// The length of the spaces, tabs and ends of lines that `bytes` begin with.
fn blank(bytes: &[u8]) -> usize {
    let mut length = 0;
    while length < WIDEST {
        length += match bytes.get(length) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => 1,
            Some(b'%' | b'&') => match escape::space(&bytes[length..]) {
                0 => break,
                space => space,
            },
            _ => break,
        };
    }
    length
}

/// The end of the extension behind `end`: `x123`, ` ext. 123`, `#45`, `;ext=45` (RFC 3966).
pub(super) fn extended(bytes: &[u8], end: usize) -> usize {
    let rest = &bytes[end..];
    let mark = MARKS
        .iter()
        .find(|mark| rest.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes())));
    let Some(mark) = mark else { return end };
    let length = rest[mark.len()..].iter().take(LONGEST + 1).take_while(|&&byte| is(byte, DIGIT)).count();
    if (1..=LONGEST).contains(&length) { end + mark.len() + length } else { end }
}

/// What stands before an extension; none is the beginning of one behind it.
const MARKS: [&str; 15] = [
    " extension ",
    " ext. ",
    " ext ",
    " ext.",
    " ext",
    " x ",
    " x",
    " #",
    ", ext. ",
    ", ext ",
    ";ext=",
    "x",
    "ext. ",
    "ext",
    "#",
];
/// The most spaces, tabs and ends of lines between two groups.
const WIDEST: usize = 6;
/// The most digits of an extension.
const LONGEST: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunk_prefixes_in_brackets_are_not_dialled_from_abroad() {
        for text in ["44 (0)20 7946 0123", "44(0)20 7946 0123", "44 (0) 20 7946 0123"] {
            let groups = Groups::read(text.as_bytes(), 0);
            assert_eq!(groups.first(groups.count()).digits, b"442079460123", "{text}");
            assert_eq!(groups.first(groups.count()).end, text.len());
        }
    }

    #[test]
    fn gaps_may_be_wide() {
        let gap = |text: &str| {
            let groups = Groups::read(text.as_bytes(), 0);
            let whole = groups.first(groups.count());
            (whole.end == text.len()).then(|| (whole.gap(), whole.separators().next().unwrap()))
        };
        for (text, byte) in [("1  2", b' '), ("1\t2", b' '), ("1-  2", b'-'), ("1)  2", b')')] {
            assert!(gap(text) == Some((Gap::Wide, byte)), "{text:?}");
        }
        for (text, byte) in [("1\n2", b' '), ("1 \r\n  2", b' '), ("1-\n2", b'-'), ("1)\n2", b')')] {
            assert!(gap(text) == Some((Gap::Line, byte)), "{text:?}");
        }
        for text in ["1\n\n2", "1        2", "1,\n2", "1--\n2", "1. 2", "1.\n2"] {
            assert!(gap(text).is_none(), "{text:?}");
        }
        assert!(gap("1 2") == Some((Gap::Usual, b' ')));
    }

    #[test]
    fn stops_where_it_has_no_more_room() {
        let groups = Groups::read("1 ".repeat(1000).as_bytes(), 0);
        assert_eq!(groups.count(), Groups::GROUPS);
        let groups = Groups::read(format!("1 {}", "2".repeat(1000)).as_bytes(), 0);
        assert!(groups.first(groups.count()).is(&[1]));
    }

    #[test]
    fn extensions_have_their_marks() {
        for mark in MARKS {
            assert_eq!(extended(format!("1{mark}42.").as_bytes(), 1), 3 + mark.len(), "{mark}");
        }
        assert_eq!(extended(b"1x1234567", 1), 1);
        assert_eq!(extended(b"1 EXT. 7", 1), 8);
        assert_eq!(extended(b"1 next 7", 1), 1);
    }
}
