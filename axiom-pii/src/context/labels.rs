//! Labels: which types may be named near a value, before anything else is known about it.

use core::ops::Range;

use super::runs::Runs;
use super::{BEFORE, REACH, Vocabulary, label};
use crate::catalogue::Ids;
use crate::class::{CLAUSE, HIGH, LETTER, is};

/// The labels of one text.
///
/// It answers never fewer types than [`Context`](super::Context) finds labels for, and mostly none, at a fraction of the
/// cost: nearly every word is looked at once, however many values stand near it, and phrases are known by one of their words.
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

    /// Those of the types `ids` that the words around `range` may support, or around a value that begins there and has at
    /// most so many bytes more as the context reaches.
    #[inline]
    pub(crate) fn around(&mut self, range: &Range<usize>, ids: Ids) -> Ids {
        let low = range.start.saturating_sub(REACH);
        let known = self.known.start <= low && range.end + 2 * REACH <= self.known.end;
        if known && self.last[LAST - 1].0 <= low {
            return 0;
        }
        self.near(range, ids)
    }

    fn near(&mut self, range: &Range<usize>, ids: Ids) -> Ids {
        let (low, high) = (range.start.saturating_sub(REACH), self.bytes.len().min(range.end + 2 * REACH));
        let known = low >= self.known.start && high <= self.known.end;
        // A label that touches the value speaks alone, and is soon read.
        let touched = matches!(self.bytes[..range.start], [.., b':' | b'"']);
        if !known && !touched {
            self.look(low, self.bytes.len().min(high + AHEAD));
        }
        if (known || !touched) && self.behind(low) & ids == 0 { 0 } else { ids & self.beside(range) }
    }

    /// Whether it is known already that no label of the types `ids` stands where it counts for a value within `part`.
    #[inline]
    pub(crate) fn are_far(&self, part: &Range<usize>, ids: Ids) -> bool {
        let (low, high) = (part.start.saturating_sub(REACH), self.bytes.len().min(part.end + REACH));
        low >= self.known.start && high <= self.known.end && self.behind(low) & ids == 0
    }

    /// The types that the words behind `low` may support, whether they count or not.
    fn behind(&self, low: usize) -> Ids {
        self.last.iter().rev().take_while(|label| label.0 > low).fold(0, |all, label| all | label.1)
    }

    /// The types that the words may support which count for a value at `range`.
    fn beside(&mut self, range: &Range<usize>) -> Ids {
        if self.answer.0 != *range {
            self.answer = (range.clone(), self.before(range.start) | self.after(range.end));
        }
        self.answer.1
    }

    fn before(&self, start: usize) -> Ids {
        let low = start.saturating_sub(REACH);
        let touched = start > 0 && matches!(self.bytes[start - 1], b':' | b'=' | b' ' | b'"' | b'\'' | b'\\');
        if let Some(label) = touched.then(|| label(&self.bytes[low..start])).flatten() {
            return self.mentioned(low + label.start..low + label.end, usize::MAX);
        }
        self.mentioned(low..start, usize::MAX)
    }

    fn after(&self, end: usize) -> Ids {
        let window = &self.bytes[end..self.bytes.len().min(end + 2 * REACH)];
        let clause = window.iter().position(|&byte| is(byte, CLAUSE)).unwrap_or(window.len());
        if clause < REACH && matches!(window.get(clause), Some(b':' | b'=')) {
            return 0;
        }
        self.mentioned(end..end + clause, BEFORE + 2)
    }

    /// The types that the first `most` runs of letters of `range` may stand for.
    fn mentioned(&self, range: Range<usize>, most: usize) -> Ids {
        let types = |run| self.vocabulary.mentions.types_of(self.bytes, &run);
        self.runs(range).take(most).fold(0, |all, run| all | types(run))
    }

    /// Looks at the words of `low..high` that were not looked at yet.
    fn look(&mut self, low: usize, high: usize) {
        if low < self.known.start || low > self.known.end {
            self.known = low..low;
            self.last = [(0, 0); LAST];
        }
        let from = self.word_start();
        for run in self.runs(from..high) {
            match self.vocabulary.mentions.types_of(self.bytes, &run) {
                0 => {}
                ids => self.remember(run.end, ids),
            }
        }
        self.known.end = self.known.end.max(high);
    }

    #[inline]
    fn runs(&self, part: Range<usize>) -> Runs<'a> {
        Runs::of(self.bytes, part, !self.vocabulary.mentions.has_letters())
    }

    /// Where the word begins that was cut at the end of what is known, if one was.
    fn word_start(&self) -> usize {
        let known = &self.bytes[self.known.clone()];
        self.known.end
            - known.iter().rev().take(REACH).take_while(|&&byte| is(byte, LETTER | HIGH) || byte == b'.').count()
    }

    /// Keeps a label; of too many, the two farthest become one at the nearer place.
    fn remember(&mut self, end: usize, ids: Ids) {
        let dropped = self.last[0].1;
        self.last.rotate_left(1);
        self.last[0].1 |= dropped;
        self.last[LAST - 1] = (end, ids);
    }
}

/// How far beyond what is asked for words are looked at, so that it is seldom done.
const AHEAD: usize = 4 * REACH;
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
                let ids = labels.around(&range, Ids::MAX);
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
            assert_eq!(labels.around(&(place..place + 1), Ids::MAX), 0, "{place}");
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
            1 => prop::sample::select(vec!["D.O.B.", "s.s.n", "a.b.c.d"]).prop_map(str::to_owned),
            1 => "[a-zA-Z]{1,12}",
            1 => "\\PC{0,3}",
        ];
        prop::collection::vec((part, joints), 0..40)
            .prop_map(|parts| parts.into_iter().flat_map(|(part, joint)| [part, joint.to_owned()]).collect())
    }
}
