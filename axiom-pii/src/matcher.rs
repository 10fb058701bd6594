//! Matchers: the patterns and word lists of a host, made ready.

use core::ops::Range;

use axiom_core::Finding;

use crate::catalogue::{Id, Ids};
use crate::context::{Context, Said, Vocabulary, phrase};
use crate::detect::weighed;
use crate::error::Error;
use crate::own::{Hit, Own, Type};
use crate::pattern::{Pattern, Program, Search, Whole};
use crate::scanner::Scanner;
use crate::words::{Lexicon, WordList};
use crate::worth::{Label, Worth};

/// The host's patterns and word lists.
#[derive(Debug, Default)]
pub(crate) struct Matchers {
    patterns: Vec<(Source, Program)>,
    lists: Vec<(Source, WordList)>,
    /// All patterns together, where there are several.
    whole: Option<Whole>,
    lexicon: Option<Lexicon>,
    /// The labels of the host's own types.
    vocabulary: Option<Vocabulary>,
}

/// What a match is, and what it is worth.
#[derive(Debug)]
struct Source {
    of: Type,
    worth: Worth,
}

impl Matchers {
    /// Adds a pattern for values of type `of`.
    pub(crate) fn add_pattern(&mut self, of: Type, pattern: &Pattern) -> Result<(), Error> {
        pattern.worth.check()?;
        self.patterns.push((Source { of, worth: pattern.worth.clone() }, pattern.compile()?));
        Ok(())
    }

    /// Adds words that are values of type `of`.
    pub(crate) fn add_words(&mut self, of: Type, list: &WordList) -> Result<(), Error> {
        list.worth.check()?;
        list.check()?;
        self.lists.push((Source { of, worth: list.worth.clone() }, list.clone()));
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.patterns.is_empty() && self.lists.is_empty()
    }

    /// Whether a label belongs to this language.
    pub(crate) fn speaks(&self, language: &str) -> bool {
        self.labels(|_| true).any(|(_, label)| label.language.as_deref() == Some(language))
    }

    /// The labels of the catalogue's own types that the host adds, in the languages that are `spoken`.
    pub(crate) fn known_labels(&self, spoken: impl Fn(&str) -> bool) -> Vec<(String, Id)> {
        let known = |(of, label): (Type, &Label)| match of {
            Type::Known(id) => Some((phrase(&label.words), id)),
            Type::Own(_) => None,
        };
        self.labels(spoken).filter_map(known).collect()
    }

    /// Makes ready what is `enabled`.
    pub(crate) fn prepare(
        &mut self,
        enabled: impl Fn(Type) -> bool,
        spoken: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        self.patterns.retain(|(source, _)| enabled(source.of));
        self.lists.retain(|(source, _)| enabled(source.of));
        if self.patterns.len() > 1 {
            let expressions: Vec<_> = self.patterns.iter().map(|(_, program)| &program.hir).collect();
            self.whole = Some(Whole::of(&expressions).ok_or(Error::TooManyPatterns)?);
        }
        if !self.lists.is_empty() {
            let lists = self.lists.iter().map(|(_, list)| list);
            self.lexicon = Some(Lexicon::of(lists).ok_or(Error::TooManyWords)?);
        }
        let own = |(of, label): (Type, &Label)| match of {
            Type::Known(_) => None,
            Type::Own(place) => Some((phrase(&label.words), bit(place))),
        };
        let labels: Vec<_> = self.labels(spoken).filter_map(own).collect();
        self.vocabulary = (!labels.is_empty()).then(|| Vocabulary::supporting(&labels));
        Ok(())
    }

    /// The labels of the languages that are `spoken`.
    fn labels(&self, spoken: impl Fn(&str) -> bool) -> impl Iterator<Item = (Type, &Label)> {
        let sources = self.patterns.iter().map(|(source, _)| source).chain(self.lists.iter().map(|(source, _)| source));
        sources
            .flat_map(|source| source.worth.labels.iter().map(|label| (source.of, label)))
            .filter(move |(_, label)| label.language.as_deref().is_none_or(&spoken))
    }

    /// Appends what matches in `text`.
    pub(crate) fn search(&self, own: &Own, scanner: &Scanner, field: &str, text: &str, findings: &mut Vec<Finding>) {
        let scales = Scales::new(self, scanner, field, text);
        let mut report = |source: &Source, range: Range<usize>, validated| {
            let score = scales.weigh(source, &range);
            own.report(scanner, text, Hit { of: source.of, range, score, validated }, findings);
        };
        let mut searches = vec![Search::new(); self.patterns.len()];
        let mut search = |block: Range<usize>| {
            for ((source, program), search) in self.patterns.iter().zip(&mut searches) {
                program.each(text, search, &block, |range, validated| report(source, range, validated));
            }
        };
        match &self.whole {
            Some(whole) => whole.each_block(text, search),
            None => search(0..text.len()),
        }
        if let Some(lexicon) = &self.lexicon {
            lexicon.each(text, |list, range| report(&self.lists[list].0, range, false));
        }
    }
}

/// Weighs matches by what is said around them.
struct Scales<'a> {
    text: &'a str,
    /// The labels of the catalogue, and what the name of the field says by them.
    known: (&'a Vocabulary, Said),
    /// The labels of the host's own types.
    own: Option<(&'a Vocabulary, Said)>,
}

impl<'a> Scales<'a> {
    fn new(matchers: &'a Matchers, scanner: &'a Scanner, field: &str, text: &'a str) -> Self {
        let read = |vocabulary| (vocabulary, Said::by(field.as_bytes(), vocabulary));
        Self { text, known: read(scanner.vocabulary()), own: matchers.vocabulary.as_ref().map(read) }
    }

    fn weigh(&self, source: &Source, range: &Range<usize>) -> f32 {
        let (vocabulary, field, bit) = match (source.of, self.own) {
            (Type::Known(id), _) => (self.known.0, self.known.1, id.bit()),
            (Type::Own(place), Some((vocabulary, field))) => (vocabulary, field, bit(place)),
            (Type::Own(_), None) => return source.worth.score,
        };
        weighed(source.worth.score, Context::of(self.text, range, field, vocabulary).says(bit))
    }
}

/// The bit of the host's own type at `place`.
const fn bit(place: usize) -> Ids {
    1 << place
}
