//! Rows: the numbers beside a value, as in a table.

use crate::class::{DIGIT, is};

/// How many numbers stand in a row in the line around what begins at `start` and ends at `end`, spaces between.
pub(crate) fn numbers_around(bytes: &[u8], start: usize, end: usize) -> usize {
    count(bytes[..start].iter().rev()) + count(bytes[end..].iter())
}

/// The numbers that follow each other, some spaces before each.
fn count<'a>(bytes: impl Iterator<Item = &'a u8>) -> usize {
    let (mut numbers, mut spaces, mut digits) = (0, 0, 0);
    for &byte in bytes.take(REACH) {
        if is(byte, DIGIT) && (spaces > 0 || digits > 0) {
            (spaces, digits) = (0, digits + 1);
        } else if byte == b' ' && spaces < SPACES {
            numbers += usize::from(digits > 0);
            (spaces, digits) = (spaces + 1, 0);
        } else {
            return numbers + usize::from(digits > 0 && matches!(byte, b'\r' | b'\n'));
        }
    }
    numbers + usize::from(digits > 0)
}

/// How far numbers are looked for, in bytes.
const REACH: usize = 48;
/// The most spaces between two columns.
const SPACES: usize = 8;

#[cfg(test)]
mod tests {
    use super::numbers_around;

    fn count(text: &str) -> usize {
        let (start, end) = (text.find('[').unwrap(), text.find(']').unwrap());
        numbers_around(text.replace(['[', ']'], "").as_bytes(), start, end - 1)
    }

    #[test]
    fn numbers_with_spaces_between_are_a_row() {
        assert_eq!(count("12   7 [2341 2341 2346]  180 375\n550"), 4);
        assert_eq!(count("432\n[2341 2341 2346] 41 240"), 2);
        assert_eq!(count("[2341 2341 2346]"), 0);
    }

    #[test]
    fn what_has_other_characters_is_none() {
        for text in ["no. [1] 12/25", "x7 [1] 8x", "3, [1], 4", "3-[1]-4", "3[1]4", "3          [1]"] {
            assert_eq!(count(text), 0, "{text}");
        }
    }
}
