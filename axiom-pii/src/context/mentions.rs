//! Mentions: the types that a word alone may stand for.

use super::Words;
use super::runs::Run;
use super::vocabulary::hash;
use crate::block::Block;
use crate::catalogue::Ids;

/// One word of every phrase that supports a type, looked up fast: nearly every word of a text is none of them.
#[derive(Debug)]
pub(super) struct Mentions {
    /// A bit for the key of every word, so that most others are known by one look.
    filter: [u64; FILTER / 64],
    /// The words by their keys, sorted.
    words: Vec<(u64, Ids)>,
    /// Whether one of them is a letter of ASCII.
    letters: bool,
}

impl Mentions {
    /// These words, each with the types that its phrase supports.
    pub(super) fn new<'w>(words: impl Iterator<Item = (&'w str, Ids)>) -> Self {
        let mut mentions = Self { filter: [0; FILTER / 64], words: Vec::new(), letters: false };
        for (word, ids) in words.filter(|word| word.1 != 0) {
            let ascii = without_accents(word);
            mentions.letters |= ascii.len() == 1;
            mentions.add(hash(word.as_bytes()), ids);
            mentions.add(key(ascii.as_bytes(), 0, ascii.len()), ids);
        }
        mentions.words.sort_unstable_by_key(|word| word.0);
        mentions.words.dedup_by(|next, word| {
            let same = next.0 == word.0;
            word.1 |= if same { next.1 } else { 0 };
            same
        });
        mentions
    }

    /// Whether a single letter of ASCII stands for a type.
    #[inline]
    pub(super) const fn has_letters(&self) -> bool {
        self.letters
    }

    /// The types of the words in a run of letters.
    #[inline]
    pub(super) fn types_of(&self, bytes: &[u8], run: &Run) -> Ids {
        if run.plain {
            self.types(key(bytes, run.start, run.end))
        } else {
            self.types_of_words(&bytes[run.start..run.end])
        }
    }

    #[inline(never)]
    fn types_of_words(&self, run: &[u8]) -> Ids {
        Words::of(run).map(|word| self.types(hash(word))).fold(0, |all, ids| all | ids)
    }

    #[inline]
    fn types(&self, key: u64) -> Ids {
        let bit = bit(key);
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 { 0 } else { self.listed(key) }
    }

    #[inline(never)]
    fn listed(&self, key: u64) -> Ids {
        self.words.binary_search_by_key(&key, |word| word.0).map_or(0, |place| self.words[place].1)
    }

    fn add(&mut self, key: u64, ids: Ids) {
        self.filter[bit(key) / 64] |= 1 << (bit(key) % 64);
        self.words.push((key, ids));
    }
}

/// The word without the accents of Latin letters, which do not count.
fn without_accents(word: &str) -> String {
    word.chars().map(|letter| base(letter).unwrap_or(letter)).collect()
}

/// The letter of ASCII that has the same hash.
fn base(letter: char) -> Option<char> {
    if !matches!(letter, '\u{c0}'..='\u{ff}') {
        return None;
    }
    let same =
        |base: &char| hash(base.encode_utf8(&mut [0]).as_bytes()) == hash(letter.encode_utf8(&mut [0; 4]).as_bytes());
    ('a'..='z').find(same)
}

/// The first and the last eight letters and the length.
#[inline]
fn key(bytes: &[u8], start: usize, end: usize) -> u64 {
    let length = end - start;
    let first = Block::at(bytes, start).lower(length.min(8));
    if length <= 8 { first } else { first ^ rest(bytes, end) ^ length as u64 }
}

#[inline(never)]
fn rest(bytes: &[u8], end: usize) -> u64 {
    Block::at(bytes, end - 8).lower(8).rotate_left(29)
}

const fn bit(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - FILTER.trailing_zeros())) as usize
}

/// The bits of the filter.
const FILTER: usize = 1 << 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_case_and_with_or_without_accents() {
        let mentions =
            Mentions::new([("téléphone", 1), ("security", 2), ("steueridentifikationsnummer", 4)].into_iter());
        let types = |word: &str| {
            let run = Run { start: 0, end: word.len(), plain: word.is_ascii() };
            mentions.types_of(word.as_bytes(), &run)
        };
        assert_eq!([types("Telephone"), types("SECURITY"), types("social"), types("securities")], [1, 2, 0, 0]);
        assert_eq!([types("Steueridentifikationsnummer"), types("steueridentifikationsnummern")], [4, 0]);
        assert_eq!([types("Téléphone"), types("sécurity")], [1, 2]);
    }
}
