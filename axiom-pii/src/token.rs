//! Digits written in groups: `4111 1111 1111 1111`, `123-45-6789`.

use crate::class::{DIGIT, is};

/// Groups of digits with the same single space or hyphen between them.
///
/// At most [`GROUPS`](Self::GROUPS) groups and [`DIGITS`](Self::DIGITS) digits are read, so that a long chain of groups
/// costs the same at each of them.
pub(crate) struct Groups {
    digits: [u8; Self::DIGITS],
    /// Per group: its length, the digits up to its end, and its end in the text.
    groups: [Group; Self::GROUPS],
    count: usize,
    separator: u8,
}

/// One group and what precedes it.
#[derive(Clone, Copy, Default)]
struct Group {
    length: usize,
    total: usize,
    end: usize,
}

impl Groups {
    const DIGITS: usize = 19;
    const GROUPS: usize = 5;

    /// Reads the groups from the run of digits `start..end` on.
    pub(crate) fn read(bytes: &[u8], start: usize, end: usize) -> Self {
        let separator = bytes.get(end).copied().filter(|byte| matches!(byte, b' ' | b'-')).unwrap_or_default();
        let mut groups =
            Self { digits: [0; Self::DIGITS], groups: [Group::default(); Self::GROUPS], count: 0, separator };
        let mut run = start..end;
        while groups.push(&bytes[run.clone()], run.end) && bytes.get(run.end) == Some(&separator) {
            run.start = run.end + 1;
            run.end = run_end(bytes, run.start, Self::DIGITS);
        }
        groups
    }

    /// What stands between the groups, or 0 where there is one group only.
    pub(crate) const fn separator(&self) -> u8 {
        self.separator
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

/// The end of the run of digits at `start`, looking no further than one digit beyond `limit`.
fn run_end(bytes: &[u8], start: usize, limit: usize) -> usize {
    start + bytes[start..].iter().take(limit + 1).take_while(|&&byte| is(byte, DIGIT)).count()
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
