//! The lexicon: the words of all lists, looked for in one pass.

use core::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::WordList;
use crate::boundary::stands_whole;

/// The words of some lists.
#[derive(Debug)]
pub(crate) struct Lexicon {
    automaton: AhoCorasick,
    /// What each pattern of the automaton is.
    entries: Vec<Entry>,
    /// Which of the lists have words that may be parts of longer ones.
    partial: Vec<bool>,
}

#[derive(Debug)]
struct Entry {
    list: usize,
    /// The word itself, where its case counts.
    exact: Option<Box<str>>,
}

impl Lexicon {
    /// The words of `lists`; `None` where they are too many.
    pub(crate) fn of<'a>(lists: impl Iterator<Item = &'a WordList>) -> Option<Self> {
        let (mut words, mut entries, mut partial) = (Vec::new(), Vec::new(), Vec::new());
        for (place, list) in lists.enumerate() {
            partial.push(list.partial);
            for word in &list.words {
                let exact = list.match_case.then(|| word.as_str().into());
                let spellings = if list.match_case { vec![word.clone()] } else { spellings(word) };
                entries.extend(spellings.iter().map(|_| Entry { list: place, exact: exact.clone() }));
                words.extend(spellings);
            }
        }
        let automaton =
            AhoCorasickBuilder::new().match_kind(MatchKind::Standard).ascii_case_insensitive(true).build(words).ok()?;
        Some(Self { automaton, entries, partial })
    }

    /// Tells `found` the words in `text` by the place of their list; of words of one list that contain each other, the
    /// longest.
    ///
    /// A word has at most as many others at its end as it has bytes, so this is linear, and every byte ends at most one
    /// word of a list.
    pub(crate) fn each(&self, text: &str, mut found: impl FnMut(usize, Range<usize>)) {
        let mut open: Vec<Option<Range<usize>>> = vec![None; self.partial.len()];
        for matched in self.automaton.find_overlapping_iter(text) {
            let (entry, range) = (&self.entries[matched.pattern()], matched.range());
            let exact = entry.exact.as_ref().is_none_or(|word| text[range.clone()] == **word);
            if !exact || !(self.partial[entry.list] || stands_whole(text, &range)) {
                continue;
            }
            match &open[entry.list] {
                Some(last) if last.start < range.start && range.end <= last.end => {}
                Some(last) if last.start < range.start => {
                    found(entry.list, last.clone());
                    open[entry.list] = Some(range);
                }
                _ => open[entry.list] = Some(range),
            }
        }
        for (list, range) in open.into_iter().enumerate() {
            range.into_iter().for_each(|range| found(list, range));
        }
    }
}

/// How a word is written without regard to case; that of ASCII letters is the automaton's affair.
fn spellings(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return vec![word.to_owned()];
    }
    let mut spellings = vec![word.to_owned(), word.to_lowercase(), word.to_uppercase(), capitalized(word)];
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

/// Every run of letters with a capital first.
fn capitalized(word: &str) -> String {
    let mut inside = false;
    let mut result = String::new();
    for character in word.chars() {
        if inside {
            result.extend(character.to_lowercase());
        } else {
            result.extend(character.to_uppercase());
        }
        inside = character.is_alphabetic();
    }
    result
}
