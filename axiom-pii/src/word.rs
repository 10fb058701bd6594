//! Words: whole runs of letters and digits.

use core::ops::Range;

use crate::block::Block;
use crate::class::{LETTER, is};
use crate::escape::ends_percent;

/// How long a run of letters and digits is, and which of its characters are digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) length: usize,
    /// Bits from the first character on; nothing where the run is too long for a form.
    pub(crate) digits: u64,
}

impl Outline {
    /// That of so many digits.
    pub(crate) const fn of_digits(length: usize) -> Self {
        Self { length, digits: if length <= SHAPED { (1 << length) - 1 } else { 0 } }
    }

    /// That of the run at `place`.
    #[inline]
    pub(crate) fn at(bytes: &[u8], place: usize) -> Self {
        let (mut length, mut digits) = (0, 0);
        loop {
            let block = Block::at(bytes, place + length);
            let more = block.digits().or(block.letters()).others().first();
            // The digits behind the end of the run fall off below.
            digits |= block.digits().bits() << (length & 63);
            length += more;
            if more < 8 {
                break;
            }
        }
        Self { length, digits: digits & Self::of_digits(length).digits }
    }

    /// Whether it has no letter.
    pub(crate) const fn is_number(self) -> bool {
        self.digits != 0 && self.digits == Self::of_digits(self.length).digits
    }
}

/// The run of letters and digits around the first digit of it.
pub(crate) struct Word {
    /// Where it stands in the text.
    pub(crate) range: Range<usize>,
    pub(crate) outline: Outline,
}

impl Word {
    /// The word whose first digit is at `digit`; the letter of an escape (`\\n`) before it is no part, nor the rest of one
    /// of a URL (`%3D`).
    pub(crate) fn around(bytes: &[u8], digit: usize) -> Self {
        let mut start = digit;
        while start > 0 && is(bytes[start - 1], LETTER) && digit - start < LEAD {
            start -= 1;
        }
        if start > 0 && start < digit && is_escape(bytes[start - 1], bytes[start]) {
            start += 1;
        }
        start += (1..3).rev().find(|&length| is_code(bytes, start, length, digit)).unwrap_or(0);
        let outline = Outline::at(bytes, start);
        Self { range: start..start + outline.length, outline }
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
        (&text[word.range], word.outline.digits)
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(around("x (S1234567D)"), ("S1234567D", 0b0_1111_1110));
        assert_eq!(around("a-42_"), ("42", 0b11));
        assert_eq!(around("\\n42"), ("42", 0b11));
        assert_eq!(around("\\x42"), ("x42", 0b110));
        assert_eq!(around("x%ADS1234567D"), ("S1234567D", 0b0_1111_1110));
        assert_eq!(around("x%S1234567D"), ("S1234567D", 0b0_1111_1110));
        assert!(Word::around(b"42", 0).outline.is_number());
        assert!(!Word::around(b"42a", 0).outline.is_number());
    }

    #[test]
    fn outlines_of_long_runs_have_no_digits() {
        for length in [0, 1, 8, 39, 40, 41, 64, 65, 200] {
            let text = format!("{}-7", "7".repeat(length));
            let outline = Outline::at(text.as_bytes(), 0);
            assert_eq!(outline, Outline::of_digits(length), "{length}");
            assert_eq!(outline.is_number(), (1..=SHAPED).contains(&length), "{length}");
        }
        let word = format!("{}a7", "7".repeat(30));
        assert_eq!(Outline::at(word.as_bytes(), 0), Outline { length: 32, digits: 0xbfff_ffff });
    }
}
