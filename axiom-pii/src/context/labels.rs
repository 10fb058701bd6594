//! Labels: which types may be named near a value, before anything else is known about it.

use core::ops::Range;

use super::{BEFORE, REACH, Vocabulary, Words, label};
use crate::block::Block;
use crate::catalogue::Ids;
use crate::class::{CLAUSE, HIGH, LETTER, is};

/// The labels of one text.
///
/// It answers never fewer types than [`Context`](super::Context) finds labels for, and mostly none, at a fraction of the
/// cost: every word is looked at once however many values stand near it, and phrases are known by one of their words.
pub(crate) struct Labels<'a> {
    bytes: &'a [u8],
    vocabulary: &'a Vocabulary,
    /// The part of the text whose words were looked at.
    known: Range<usize>,
    /// The last ones of them that are labels: where they end, and what they support.
    last: [(usize, Ids); LAST],
    /// The last answer, and for which range.
    answer: (Range<usize>, Ids),
}

impl<'a> Labels<'a> {
    pub(crate) const fn new(bytes: &'a [u8], vocabulary: &'a Vocabulary) -> Self {
        Self { bytes, vocabulary, known: 0..0, last: [(0, 0); LAST], answer: (0..0, 0) }
    }

    /// The types that the words around `range` may support, or around a value that begins there and has at most so many
    /// bytes more as the context reaches.
    pub(crate) fn around(&mut self, range: &Range<usize>) -> Ids {
        if self.answer.0 != *range {
            self.answer = (range.clone(), self.before(range.start) | self.after(range.end));
        }
        self.answer.1
    }

    fn before(&mut self, start: usize) -> Ids {
        let low = start.saturating_sub(REACH);
        let touched = start > 0 && matches!(self.bytes[start - 1], b':' | b'=' | b' ' | b'"' | b'\'' | b'\\');
        if let Some(label) = touched.then(|| label(&self.bytes[low..start])).flatten() {
            return runs(label).map(|run| self.mentioned(label, &run)).fold(0, |all, ids| all | ids);
        }
        self.look(low, start);
        self.last.iter().filter(|label| label.0 > low).fold(0, |all, label| all | label.1)
    }

    fn after(&self, end: usize) -> Ids {
        let window = &self.bytes[end..self.bytes.len().min(end + 2 * REACH)];
        let clause = window.iter().position(|&byte| is(byte, CLAUSE)).unwrap_or(window.len());
        if clause < REACH && matches!(window.get(clause), Some(b':' | b'=')) {
            return 0;
        }
        let words = runs(&window[..clause]).take(BEFORE + 2);
        words.map(|run| self.mentioned(window, &run)).fold(0, |all, ids| all | ids)
    }

    /// Looks at the words of `low..high` that were not looked at yet.
    fn look(&mut self, low: usize, high: usize) {
        if low < self.known.start || low > self.known.end {
            self.known = low..low;
            self.last = [(0, 0); LAST];
        }
        let from = self.word_start(low);
        let known = &self.bytes[..high.max(from)];
        for run in runs_from(known, from) {
            match self.mentioned(known, &run) {
                0 => {}
                ids => self.remember(run.end, ids),
            }
        }
        self.known.end = self.known.end.max(high);
    }

    /// Where the word begins that was cut at the end of what is known, if one was.
    fn word_start(&self, low: usize) -> usize {
        let end = self.known.end;
        let cut = self.bytes[low..end].iter().rev().take_while(|&&byte| is(byte, LETTER | HIGH)).count();
        end - cut
    }

    /// Keeps a label; of too many, the two farthest become one at the nearer place.
    fn remember(&mut self, end: usize, ids: Ids) {
        let dropped = self.last[0].1;
        self.last.rotate_left(1);
        self.last[0].1 |= dropped;
        self.last[LAST - 1] = (end, ids);
    }

    /// The types that the words of a run of letters may stand for.
    fn mentioned(&self, bytes: &[u8], run: &Run) -> Ids {
        if run.plain {
            return self.vocabulary.mentions.plain(bytes, run.start, run.end);
        }
        Words::of(&bytes[run.start..run.end])
            .map(|word| self.vocabulary.mentions.any(word))
            .fold(0, |all, ids| all | ids)
    }
}

/// A run of letters.
struct Run {
    start: usize,
    end: usize,
    /// Whether it is one word of ASCII: no letter behind the first is a capital.
    plain: bool,
}

fn runs(bytes: &[u8]) -> impl Iterator<Item = Run> {
    runs_from(bytes, 0)
}

/// The runs of letters from `at` on.
fn runs_from(bytes: &[u8], mut at: usize) -> impl Iterator<Item = Run> {
    core::iter::from_fn(move || {
        while at < bytes.len() {
            let block = Block::at(bytes, at);
            let first = block.letters().or(block.high()).first();
            at += first;
            if first < 8 {
                let run = run(bytes, at);
                at = run.end;
                return Some(run);
            }
        }
        None
    })
}

/// The run of letters that begins at `start`.
fn run(bytes: &[u8], start: usize) -> Run {
    let (mut end, mut plain) = (start, true);
    loop {
        let block = Block::at(bytes, end);
        let length = block.letters().or(block.high()).others().first();
        let capitals = block.capitals().bits() & !u64::from(end == start);
        plain &= (capitals | block.high().bits()) & ((1 << length) - 1) == 0;
        end += length;
        if length < 8 {
            return Run { start, end, plain };
        }
    }
}

/// How many labels are told apart.
const LAST: usize = 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::Id;
    use crate::context::{Context, Hint, Said};

    proptest! {
        #[test]
        fn no_label_is_missed(text in text()) {
            let vocabulary = Vocabulary::of_the_catalogue();
            let mut labels = Labels::new(text.as_bytes(), vocabulary);
            for (place, _) in text.match_indices('#') {
                let range = place..place + 1;
                let context = Context::of(&text, &range, Said::default(), vocabulary);
                let ids = labels.around(&range);
                for id in Id::ALL {
                    prop_assert!(context.hint(id) != Hint::For || ids & id.bit() != 0, "{} in {text:?}", id.kind().name);
                }
            }
        }
    }

    #[test]
    fn text_without_labels_has_none() {
        let text = "GET /items/# took #ms, size=#, trace=# worker-# done 12 # 13";
        let mut labels = Labels::new(text.as_bytes(), Vocabulary::of_the_catalogue());
        for (place, _) in text.match_indices('#') {
            assert_eq!(labels.around(&(place..place + 1)), 0, "{place}");
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let phrases = crate::catalogue()
            .iter()
            .flat_map(|kind| kind.context.iter().flat_map(|words| words.words.iter().copied()));
        let phrases: Vec<_> = phrases.collect();
        let joints = prop::sample::select(vec![
            "#",
            " # ",
            " ",
            " ",
            "",
            "=",
            ": ",
            "\"",
            ",",
            "_",
            "—",
            "X",
            "\n",
            "12",
            "[REDACTED:us_ssn]",
        ]);
        let part = prop_oneof![
            3 => prop::sample::select(phrases.clone()).prop_map(str::to_owned),
            1 => prop::sample::select(phrases).prop_map(str::to_uppercase),
            1 => "[a-zA-Z]{1,12}",
            1 => "\\PC{0,3}",
        ];
        prop::collection::vec((part, joints), 0..40)
            .prop_map(|parts| parts.into_iter().flat_map(|(part, joint)| [part, joint.to_owned()]).collect())
    }
}
