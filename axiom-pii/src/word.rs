//! Words: whole runs of letters and digits.

use core::ops::Range;

use crate::block::Block;
use crate::class::{LETTER, is};
use crate::escape::ends_percent;

/// The run of letters and digits around the first digit of it.
pub(crate) struct Word {
    /// Where it stands in the text.
    pub(crate) range: Range<usize>,
    /// Which of its characters are digits, as bits from the first on; nothing where it is too long for a form.
    pub(crate) digits: u64,
}

/// How long a run of letters and digits is, and which of its characters are digits, as bits from the first on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outline {
    pub(crate) length: usize,
    pub(crate) digits: u64,
}

impl Outline {
    /// That of the run at `place`, or of the part of it that is longer than any group.
    pub(crate) fn at(bytes: &[u8], place: usize) -> Self {
        let mut outline = Self { length: 0, digits: 0 };
        while outline.length < 2 * SHAPED {
            let block = Block::at(bytes, place + outline.length);
            let length = block.digits().or(block.letters()).others().first();
            outline.digits |= (block.digits().bits() & ((1 << length) - 1)) << (outline.length & 63);
            outline.length += length;
            if length < 8 {
                break;
            }
        }
        outline
    }
}

impl Word {
    /// The word whose first digit is at `digit`; the letter of an escape (`\\n`) before it is no part.
    pub(crate) fn around(bytes: &[u8], digit: usize) -> Self {
        let mut start = digit;
        while start > 0 && is(bytes[start - 1], LETTER) && digit - start < LEAD {
            start -= 1;
        }
        if start > 0 && start < digit && is_escape(bytes[start - 1], bytes[start]) {
            start += 1;
        }
        start += (0..3).rev().find(|&length| length == 0 || is_code(bytes, start, length, digit)).unwrap_or(0);
        let (mut end, mut digits) = (digit, 0);
        loop {
            let block = Block::at(bytes, end);
            let length = block.digits().or(block.letters()).others().first();
            // The digits behind the end of the word fall off below.
            digits |= block.digits().bits() << ((end - start) & 63);
            end += length;
            if length < 8 {
                break;
            }
        }
        let length = end - start;
        Self { range: start..end, digits: if length <= SHAPED { digits & ((1 << length) - 1) } else { 0 } }
    }

    pub(crate) const fn outline(&self) -> Outline {
        Outline { length: self.range.end - self.range.start, digits: self.digits }
    }

    /// Whether it has no letter.
    pub(crate) fn is_number(&self) -> bool {
        self.digits != 0 && self.digits.count_ones() as usize == self.range.len()
    }
}

/// Whether the first `length` characters from `start` on end an escape of a URL, `%3D`, and stand before `digit`.
fn is_code(bytes: &[u8], start: usize, length: usize, digit: usize) -> bool {
    start + length <= digit && ends_percent(&bytes[..start + length])
}

const fn is_escape(backslash: u8, letter: u8) -> bool {
    backslash == b'\\' && matches!(letter, b'b' | b'f' | b'n' | b'r' | b't')
}

/// The most letters before the first digit.
const LEAD: usize = 40;
/// The longest word whose shape is looked at.
const SHAPED: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str) -> (&str, u64) {
        let word = Word::around(text.as_bytes(), text.find(|c: char| c.is_ascii_digit()).unwrap());
        (&text[word.range], word.digits)
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(around("x (S1234567D)"), ("S1234567D", 0b0_1111_1110));
        assert_eq!(around("a-42_"), ("42", 0b11));
        assert_eq!(around("\\n42"), ("42", 0b11));
        assert_eq!(around("\\x42"), ("x42", 0b110));
        assert_eq!(around("x%ADS1234567D"), ("S1234567D", 0b0_1111_1110));
        assert_eq!(around("x%S1234567D"), ("S1234567D", 0b0_1111_1110));
        assert!(Word::around(b"42", 0).is_number());
        assert!(!Word::around(b"42a", 0).is_number());
    }
}
