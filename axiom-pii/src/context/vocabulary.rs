//! The vocabulary: context words, looked up by their hash.

use std::sync::LazyLock;

use super::mentions::Mentions;
use crate::catalogue::{Id, Ids};

/// What a phrase says: for which types it speaks, and against which.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Meaning {
    pub(super) supports: Ids,
    pub(super) opposes: Ids,
}

impl Meaning {
    pub(super) fn add(&mut self, other: Self) {
        self.supports |= other.supports;
        self.opposes |= other.opposes;
    }
}

/// The phrases that are looked for around values.
///
/// Words are compared by 64 bits of hash, so that a text's word is read once however many types there are.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    phrases: Vec<Phrase>,
    /// Phrases by their first word.
    first: Table,
    /// Phrases by their last word.
    last: Table,
    pub(super) mentions: Mentions,
}

#[derive(Debug)]
struct Phrase {
    words: Vec<u64>,
    /// Its longest word.
    longest: String,
    meaning: Meaning,
}

impl Vocabulary {
    /// The words of the catalogue in every language, made at its first use.
    pub(crate) fn of_the_catalogue() -> &'static Self {
        static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::speaking(|_| true, &[]));
        &VOCABULARY
    }

    /// The words of the catalogue in the languages that are `spoken`, and `more` of them; words against a type have no
    /// language.
    pub(crate) fn speaking(spoken: impl Fn(&str) -> bool, more: &[(String, Id)]) -> Self {
        let mut phrases = Vec::new();
        for (phrase, id) in more {
            add(&mut phrases, phrase, Meaning { supports: id.bit(), opposes: 0 });
        }
        for id in Id::ALL {
            let kind = id.kind();
            let spoken = kind.context.iter().filter(|words| spoken(words.language));
            for phrase in spoken.flat_map(|words| words.words) {
                add(&mut phrases, phrase, Meaning { supports: id.bit(), opposes: 0 });
            }
            for phrase in kind.counter_context {
                add(&mut phrases, phrase, Meaning { supports: 0, opposes: id.bit() });
            }
        }
        Self::of(phrases)
    }

    /// Phrases that support the types with these bits.
    #[cfg(feature = "patterns")]
    pub(crate) fn supporting(labels: &[(String, Ids)]) -> Self {
        let mut phrases = Vec::new();
        for (phrase, bit) in labels {
            add(&mut phrases, phrase, Meaning { supports: *bit, opposes: 0 });
        }
        Self::of(phrases)
    }

    fn of(mut phrases: Vec<Phrase>) -> Self {
        phrases.sort_unstable_by(|a, b| a.words.cmp(&b.words));
        phrases.dedup_by(|next, phrase| {
            let same = next.words == phrase.words;
            if same {
                phrase.meaning.add(next.meaning);
            }
            same
        });
        let first = Table::new(&phrases, <[u64]>::first);
        let last = Table::new(&phrases, <[u64]>::last);
        let mentions = Mentions::new(phrases.iter().map(|phrase| (&*phrase.longest, phrase.meaning.supports)));
        Self { phrases, first, last, mentions }
    }

    /// What the phrases say whose last word is `words[0]`, the words before it following.
    pub(super) fn ending(&self, words: &[u64]) -> Meaning {
        self.meaning(&self.last, words, |phrase| phrase.iter().rev().eq(words.iter().take(phrase.len())))
    }

    /// What the phrases say whose first word is `words[0]`, the words behind it following.
    pub(super) fn beginning(&self, words: &[u64]) -> Meaning {
        self.meaning(&self.first, words, |phrase| words.starts_with(phrase))
    }

    fn meaning(&self, table: &Table, words: &[u64], reads: impl Fn(&[u64]) -> bool) -> Meaning {
        let mut meaning = Meaning::default();
        let Some(&word) = words.first() else { return meaning };
        for &place in table.phrases(word) {
            let phrase = &self.phrases[usize::from(place)];
            if reads(&phrase.words) {
                meaning.add(phrase.meaning);
            }
        }
        meaning
    }
}

fn add(phrases: &mut Vec<Phrase>, phrase: &str, meaning: Meaning) {
    let words: Vec<_> = phrase.split(' ').map(|word| hash(word.as_bytes())).collect();
    let longest = phrase.split(' ').max_by_key(|word| word.len()).unwrap_or_default().to_owned();
    phrases.push(Phrase { words, longest, meaning });
}

/// The places of phrases by one of their words.
#[derive(Debug)]
struct Table {
    buckets: Vec<Vec<u16>>,
}

impl Table {
    fn new(phrases: &[Phrase], word: impl Fn(&[u64]) -> Option<&u64>) -> Self {
        let mut buckets = vec![Vec::new(); BUCKETS];
        for (phrase, place) in phrases.iter().zip(0..) {
            if let Some(&word) = word(&phrase.words) {
                buckets[bucket(word)].push(place);
            }
        }
        Self { buckets }
    }

    fn phrases(&self, word: u64) -> &[u16] {
        &self.buckets[bucket(word)]
    }
}

const fn bucket(hash: u64) -> usize {
    (hash ^ (hash >> 32)) as usize % BUCKETS
}

/// The hash of a word (FNV-1a), without regard to dots between letters, to the accents of Latin letters, and to the case
/// of Latin, Greek and Cyrillic ones.
pub(super) fn hash(word: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut lead = 0;
    for &byte in word {
        if byte == b'.' {
            continue;
        }
        if matches!(byte, LATIN | 0xce..=0xd1) {
            lead = byte;
            continue;
        }
        let folded = match lead {
            0 => u64::from(byte.to_ascii_lowercase()),
            LATIN => u64::from(base_letter(byte)),
            _ => small_letter(lead, byte),
        };
        hash = (hash ^ folded).wrapping_mul(0x0100_0000_01b3);
        lead = 0;
    }
    hash
}

/// The Greek or Cyrillic letter of these two bytes of UTF-8, in lower case.
const fn small_letter(lead: u8, byte: u8) -> u64 {
    let code = (lead as u64 & 0x1f) << 6 | byte as u64 & 0x3f;
    match code {
        0x391..=0x3a9 | 0x410..=0x42f => code + 0x20,
        _ => code,
    }
}

/// The letter without its accent, of the second byte of U+00C0 to U+00FF in UTF-8.
const fn base_letter(byte: u8) -> u8 {
    match byte | 0x20 {
        0xa0..=0xa6 => b'a',
        0xa7 => b'c',
        0xa8..=0xab => b'e',
        0xac..=0xaf => b'i',
        0xb1 => b'n',
        0xb2..=0xb6 | 0xb8 => b'o',
        0xb9..=0xbc => b'u',
        0xbd => b'y',
        _ => byte,
    }
}

/// The first byte of U+00C0 to U+00FF in UTF-8.
const LATIN: u8 = 0xc3;
const BUCKETS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(hash("Sécurité".as_bytes()), hash(b"securite"));
        assert_eq!(hash("NÚMERO".as_bytes()), hash("número".as_bytes()));
        assert_eq!(hash("ДАТА РОЖДЕНИЯ".as_bytes()), hash("дата рождения".as_bytes()));
        assert_eq!(hash("ΓΕΝΝΗΣΗ".as_bytes()), hash("γεννηση".as_bytes()));
        assert_ne!(hash("дата".as_bytes()), hash("дома".as_bytes()));
        assert_ne!(hash(b"card"), hash(b"cart"));
    }

    #[test]
    fn phrases_are_read_in_both_directions() {
        let vocabulary = Vocabulary::of_the_catalogue();
        let [social, security] = [hash(b"social"), hash(b"security")];
        assert_eq!(vocabulary.ending(&[security, social]).supports & Id::UsSsn.bit(), Id::UsSsn.bit());
        assert_eq!(vocabulary.ending(&[social, security]).supports & Id::UsSsn.bit(), 0);
        assert_eq!(vocabulary.beginning(&[social, security]).supports & Id::UsSsn.bit(), Id::UsSsn.bit());
        assert_eq!(vocabulary.beginning(&[social]).supports & Id::UsSsn.bit(), 0);
    }

    #[test]
    fn no_two_words_share_a_hash() {
        let mut words: Vec<&str> = Vec::new();
        for kind in crate::catalogue() {
            let phrases = kind.context.iter().flat_map(|words| words.words).chain(kind.counter_context);
            words.extend(phrases.flat_map(|phrase| phrase.split(' ')));
        }
        let mut hashes: Vec<_> = words.iter().map(|word| (hash(word.as_bytes()), *word)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        for pair in hashes.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            assert!(!pair[0].1.is_ascii() || !pair[1].1.is_ascii(), "{pair:?}");
        }
    }
}
