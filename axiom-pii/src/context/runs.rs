//! Runs of letters and the words in them, found sixty-four bytes at once.

use core::ops::Range;

use crate::block::Block;
use crate::class::{HIGH, LETTER, is};

/// The runs of letters in a part of a text, those beyond ASCII included.
pub(super) struct Runs<'a> {
    bytes: &'a [u8],
    /// Where the bits of the masks begin, and where the part ends.
    place: Range<usize>,
    /// Whether single letters of ASCII are passed over.
    skip: bool,
    /// Letters that are left.
    letters: u64,
    /// Capitals that begin a word inside a run: `card|Number`, `SSN|Value`.
    joints: u64,
    /// Bytes beyond ASCII.
    high: u64,
}

/// A word of ASCII, or a whole run of letters.
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is a word of ASCII.
    pub(super) plain: bool,
}

impl<'a> Runs<'a> {
    #[inline]
    pub(super) fn of(bytes: &'a [u8], part: Range<usize>, skip: bool) -> Self {
        let mut runs = Self { bytes, place: part, skip, letters: 0, joints: 0, high: 0 };
        runs.read();
        runs
    }

    /// Reads the next bytes.
    #[inline]
    fn read(&mut self) {
        let left = self.place.len();
        let (letters, capitals, high) = match self.bytes[self.place.clone()].first_chunk::<SPAN>() {
            Some(span) => masks(span.as_chunks().0.iter().map(|block| Block::of(*block))),
            None => masks(self.place.clone().step_by(8).map(|place| Block::at(self.bytes, place))),
        };
        let all = letters | high;
        self.letters = if left < SPAN { all & ((1 << left) - 1) } else { all };
        self.high = high;
        if self.skip {
            let alone = self.letters & !(self.letters << 1) & !(self.letters >> 1);
            let dots = self.dots(alone);
            // Letters with dots between are one word, and one in the last place may go on behind it.
            self.letters ^= alone & !(dots << 1 | dots >> 1 | LAST) | dots;
            self.high |= dots;
        }
        let small = self.letters & !capitals;
        // A capital begins a word behind a small letter, and before one.
        self.joints = capitals & (small << 1 | (capitals << 1 & small >> 1));
    }

    /// The first word of `run`, or the whole of one with letters beyond ASCII.
    #[inline]
    fn word(&mut self, mut run: u64) -> Run {
        let plain = run & self.high == 0;
        let joints = run & self.joints;
        if plain && joints != 0 {
            let joint = joints & joints.wrapping_neg();
            self.joints ^= joint;
            run &= joint - 1;
        }
        self.letters ^= run;
        let start = self.place.start + run.trailing_zeros() as usize;
        let end = self.place.start + (u64::BITS - run.leading_zeros()) as usize;
        Run { start, end, plain }
    }

    /// Where dots stand between letters that stand `alone`: `D.O.B.`
    #[inline]
    fn dots(&self, alone: u64) -> u64 {
        // Behind the last place there may be a letter.
        let mut between = (alone << 1) & (alone >> 1 | LAST);
        let mut dots = 0;
        while between != 0 {
            let place = between.trailing_zeros() as usize;
            dots |= u64::from(self.bytes.get(self.place.start + place) == Some(&b'.')) << place;
            between &= between - 1;
        }
        dots
    }

    /// The run at the place, which is longer than what is read at once.
    #[cold]
    fn long(&mut self) -> Run {
        let start = self.place.start;
        let rest = &self.bytes[self.place.clone()];
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
        loop {
            while self.letters == 0 {
                self.place.start += SPAN;
                if self.place.is_empty() {
                    return None;
                }
                self.read();
            }
            // Adding the lowest bit of a run carries into the place behind it.
            let rest = self.letters.wrapping_add(self.letters & self.letters.wrapping_neg());
            let run = self.letters & !rest;
            if run >> (SPAN - 1) == 0 {
                return Some(self.word(run));
            }
            let from = run.trailing_zeros() as usize;
            if from == 0 {
                return Some(self.long());
            }
            // It may go on behind what was read.
            self.place.start += from;
            self.read();
        }
    }
}

/// Where letters of ASCII, the capitals of them and bytes beyond ASCII are.
#[inline]
fn masks(blocks: impl Iterator<Item = Block> + Clone) -> (u64, u64, u64) {
    let (mut letters, mut capitals, mut beyond) = (0, 0, false);
    for (block, place) in blocks.clone().zip((0..).step_by(8)) {
        letters |= block.letters().bits() << place;
        capitals |= block.capitals().bits() << place;
        beyond |= !block.high().is_empty();
    }
    (letters, capitals & letters, if beyond { high(blocks) } else { 0 })
}

#[cold]
fn high(blocks: impl Iterator<Item = Block>) -> u64 {
    blocks.zip((0..).step_by(8)).fold(0, |high, (block, place)| high | block.high().bits() << place)
}

/// The last place of a mask.
const LAST: u64 = 1 << (SPAN - 1);
/// How many bytes are read at once.
const SPAN: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str) -> Vec<(&str, bool)> {
        Runs::of(text.as_bytes(), 0..text.len(), false).map(|run| (&text[run.start..run.end], run.plain)).collect()
    }

    #[test]
    fn runs_are_words_or_whole() {
        let text = "GET /item/42 Total cardNumber SSNValue INFO—né x";
        let all = [
            ("GET", true),
            ("item", true),
            ("Total", true),
            ("card", true),
            ("Number", true),
            ("SSN", true),
            ("Value", true),
            ("INFO—né", false),
            ("x", true),
        ];
        assert_eq!(runs(text), all);
    }

    #[test]
    fn single_letters_are_passed_over_where_that_is_wanted() {
        for gap in 0..130 {
            let text = format!("{}a 1b2 D.O.B. cd é X Yz W", "0".repeat(gap));
            let runs = Runs::of(text.as_bytes(), 0..text.len(), true).map(|run| &text[run.start..run.end]);
            assert_eq!(runs.collect::<Vec<_>>(), ["D.O.B", "cd", "é", "Yz"], "{gap}");
        }
    }

    #[test]
    fn long_runs_and_long_texts_are_read_to_their_ends() {
        for length in [62, 63, 64, 65, 200] {
            let word = "a".repeat(length);
            assert_eq!(runs(&format!("{word} b")), [(&*word, length < 64), ("b", true)]);
            assert_eq!(runs(&format!("12 {word} b")), [(&*word, length < 64), ("b", true)]);
        }
        for gap in 0..200 {
            let text = format!("{}x{}y", "1".repeat(gap), " ".repeat(200 - gap));
            assert_eq!(runs(&text), [("x", true), ("y", true)]);
            assert_eq!(Runs::of(text.as_bytes(), 0..gap, false).count(), 0);
        }
    }
}
