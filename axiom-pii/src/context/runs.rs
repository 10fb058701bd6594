//! Runs of letters, found sixty-four bytes at once.

use core::ops::Range;

use crate::block::Block;
use crate::class::{HIGH, LETTER, is};

/// The runs of letters in a part of a text.
pub(super) struct Runs<'a> {
    bytes: &'a [u8],
    /// Where the bits of the masks begin, and where the part ends.
    place: Range<usize>,
    /// Letters that are left, of ASCII or beyond.
    letters: u64,
    capitals: u64,
    high: u64,
}

/// A run of letters.
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is one word of ASCII.
    pub(super) plain: bool,
}

impl<'a> Runs<'a> {
    #[inline]
    pub(super) fn of(bytes: &'a [u8], part: Range<usize>) -> Self {
        let mut runs = Self { bytes, place: part, letters: 0, capitals: 0, high: 0 };
        runs.read();
        runs
    }

    /// Reads the next bytes.
    fn read(&mut self) {
        (self.letters, self.capitals, self.high) = (0, 0, 0);
        let span = self.place.len().min(SPAN);
        for offset in (0..span).step_by(8) {
            let block = Block::at(self.bytes, self.place.start + offset);
            let (letters, high) = (block.letters(), block.high());
            self.letters |= letters.or(high).bits() << offset;
            self.capitals |= block.capitals(letters).bits() << offset;
            if !high.is_empty() {
                self.high |= high.bits() << offset;
            }
        }
        self.letters &= first(span);
    }

    /// The run that is longer than what is read at once.
    fn long(&mut self, start: usize) -> Run {
        let rest = &self.bytes[start..self.place.end];
        let end = start + rest.iter().take_while(|&&byte| is(byte, LETTER | HIGH)).count();
        self.place.start = end;
        self.read();
        Run { start, end, plain: false }
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    #[inline]
    fn next(&mut self) -> Option<Run> {
        let (from, length) = loop {
            while self.letters == 0 {
                self.place.start = self.place.end.min(self.place.start + SPAN);
                if self.place.is_empty() {
                    return None;
                }
                self.read();
            }
            let from = self.letters.trailing_zeros() as usize;
            let length = (!(self.letters >> from)).trailing_zeros() as usize;
            if from + length < SPAN {
                break (from, length);
            }
            if from == 0 {
                return Some(self.long(self.place.start));
            }
            // It goes on behind what was read.
            self.place.start += from;
            self.read();
        };
        let start = self.place.start + from;
        let run = first(length);
        let (capitals, high) = (self.capitals >> from & run, self.high >> from & run);
        let small = run & !capitals;
        // A capital begins a word behind a small letter, and before one.
        let begins = small << 1 | (capitals << 1 & small >> 1);
        self.letters &= !0 << (from + length);
        Some(Run { start, end: start + length, plain: high | (capitals & begins) == 0 })
    }
}

/// The first `count` bits.
const fn first(count: usize) -> u64 {
    if count < SPAN { (1 << count) - 1 } else { u64::MAX }
}

/// How many bytes are read at once.
const SPAN: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str) -> Vec<(&str, bool)> {
        Runs::of(text.as_bytes(), 0..text.len()).map(|run| (&text[run.start..run.end], run.plain)).collect()
    }

    #[test]
    fn runs_are_whole_and_known_to_be_one_word() {
        let text = "GET /item/42 Total cardNumber SSNValue INFO—né x";
        let all = [
            ("GET", true),
            ("item", true),
            ("Total", true),
            ("cardNumber", false),
            ("SSNValue", false),
            ("INFO—né", false),
            ("x", true),
        ];
        assert_eq!(runs(text), all);
    }

    #[test]
    fn long_runs_and_long_texts_are_read_to_their_ends() {
        for length in [63, 64, 65, 200] {
            let word = "a".repeat(length);
            assert_eq!(runs(&format!("{word} b")), [(&*word, length < 64), ("b", true)]);
        }
        for gap in 0..200 {
            let text = format!("{}x{}y", "1".repeat(gap), " ".repeat(200 - gap));
            assert_eq!(runs(&text).iter().map(|run| run.0).collect::<Vec<_>>(), ["x", "y"]);
            assert_eq!(Runs::of(text.as_bytes(), 0..gap).count(), 0);
        }
    }
}
