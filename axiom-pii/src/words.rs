//! Words of the host's own: names of projects, of customers, values that may not leave.

mod lexicon;

use core::fmt;

pub(crate) use self::lexicon::Lexicon;
use crate::error::Error;
use crate::worth::Worth;

/// A type of the host's own by the values it has.
///
/// ```
/// use axiom_pii::{Scanner, WordList};
///
/// let projects = WordList::new("project_name", ["Blue Heron", "Kestrel"]);
/// let scanner = Scanner::builder().words(projects).build()?;
/// let redacted = scanner.redact("BLUE HERON is late, kestrels are not.", &mut Vec::new());
/// assert_eq!(redacted, "[REDACTED:project_name] is late, kestrels are not.");
/// # Ok::<(), axiom_pii::Error>(())
/// ```
///
/// All lists of a scanner are looked for in one pass. The text is read as it came and once more as it looks, like by the
/// rules of the catalogue.
///
/// # Limits
///
/// A word has 256 bytes at most and is not empty. Without regard to case, letters beyond ASCII are all small, all capitals,
/// or one capital and then small ones.
#[derive(Clone)]
#[must_use]
pub struct WordList {
    pub(crate) name: String,
    pub(crate) words: Vec<String>,
    pub(crate) worth: Worth,
    pub(crate) partial: bool,
    pub(crate) match_case: bool,
}

impl WordList {
    /// The score unless the host sets another.
    pub const SCORE: f32 = 0.9;

    /// Values of type `name` that are one of `words`, whole and in any case.
    pub fn new<T: Into<String>>(name: impl Into<String>, words: impl IntoIterator<Item = T>) -> Self {
        let words = words.into_iter().map(Into::into).collect();
        Self { name: name.into(), words, worth: Worth::new(Self::SCORE), partial: false, match_case: false }
    }

    /// What a word is worth without a label, from 0.0 to 1.0; a label adds 0.4.
    pub fn score(mut self, score: f32) -> Self {
        self.worth.score = score;
        self
    }

    /// Words and phrases that make a word near them more likely, as labels do for the types of the catalogue.
    pub fn context<T: Into<String>>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.worth.label(None, words);
        self
    }

    /// Words and phrases that count where `language` (ISO 639-1) is read;
    /// see [`ScannerBuilder::languages`](crate::ScannerBuilder::languages).
    pub fn context_in<T: Into<String>>(mut self, language: &str, words: impl IntoIterator<Item = T>) -> Self {
        self.worth.label(Some(language), words);
        self
    }

    /// Finds the words inside longer ones too.
    pub const fn partial(mut self) -> Self {
        self.partial = true;
        self
    }

    /// Finds the words in the case they are written in only.
    pub const fn match_case(mut self) -> Self {
        self.match_case = true;
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let odd = |word: &String| word.trim().is_empty() || word.len() > LONGEST_WORD;
        match self.words.iter().position(odd) {
            Some(place) => Err(Error::InvalidWord { name: self.name.clone(), place }),
            None => Ok(()),
        }
    }
}

/// The words themselves may be personal data.
impl fmt::Debug for WordList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, words, worth, partial, match_case } = self;
        f.debug_struct("WordList")
            .field("name", name)
            .field("words", &words.len())
            .field("worth", worth)
            .field("partial", partial)
            .field("match_case", match_case)
            .finish()
    }
}

/// The longest word, in bytes.
const LONGEST_WORD: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scanner, ScannerBuilder};

    fn found(builder: ScannerBuilder, text: &str) -> Vec<&str> {
        let mut findings = Vec::new();
        builder.types([""; 0]).build().unwrap().scan(text, &mut findings);
        findings.into_iter().map(|finding| &text[finding.range]).collect()
    }

    fn one(list: WordList, text: &str) -> Vec<&str> {
        found(Scanner::builder().words(list), text)
    }

    #[test]
    fn words_are_whole_unless_they_may_be_parts() {
        let list = || WordList::new("name", ["heron", "blue heron"]);
        assert_eq!(
            one(list(), "heron herons aheron heron_1 éheron blue heron, heron."),
            ["heron", "blue heron", "heron"]
        );
        assert_eq!(one(list().partial(), "herons"), ["heron"]);
    }

    #[test]
    fn case_counts_where_the_host_says_so() {
        assert_eq!(one(WordList::new("name", ["Heron"]), "HERON heron"), ["HERON", "heron"]);
        assert_eq!(one(WordList::new("name", ["Heron"]).match_case(), "HERON Heron"), ["Heron"]);
        let both =
            Scanner::builder().words(WordList::new("a", ["US"]).match_case()).words(WordList::new("b", ["them"]));
        assert_eq!(found(both, "us US THEM"), ["US", "THEM"]);
    }

    #[test]
    fn letters_beyond_ascii_have_case_too() {
        let list = || WordList::new("name", ["Müller-Özdemir", "Élan", "Ждан"]);
        for text in ["müller-özdemir", "MÜLLER-ÖZDEMIR", "Müller-Özdemir", "ÉLAN", "élan", "ждан", "ЖДАН"]
        {
            assert_eq!(one(list(), text), [text]);
        }
    }

    #[test]
    fn words_that_overlap_are_both_seen() {
        assert_eq!(one(WordList::new("name", ["a b", "b c d"]), "xa b c d"), ["b c d"]);
        assert_eq!(one(WordList::new("name", ["b", "a b", "a b c"]), "a b c"), ["a b c"]);
        assert_eq!(one(WordList::new("name", ["a", "aa", "aaa"]).partial(), "aaaa").len(), 1);
    }

    #[test]
    fn labels_add_to_the_score() {
        let list = || WordList::new("name", ["mercury"]).score(0.3).context(["project"]);
        assert_eq!(one(list(), "the project Mercury"), ["Mercury"]);
        assert!(one(list(), "the planet Mercury").is_empty());
    }

    #[test]
    fn disguise_is_seen_through() {
        let list = || WordList::new("name", ["heron"]);
        for text in ["ＨＥＲＯＮ", "her\u{200b}on", "HЕRON"] {
            assert_eq!(one(list(), text), [text]);
        }
    }

    #[test]
    fn words_that_make_no_sense_are_refused_without_being_told() {
        for word in ["", "  ", &"secret".repeat(50)] {
            let builder = Scanner::builder().words(WordList::new("name", ["heron", word]));
            assert!(!format!("{builder:?}").contains("secret"));
            let error = builder.build().unwrap_err();
            assert_eq!(error, Error::InvalidWord { name: "name".into(), place: 1 });
        }
        assert!(one(WordList::new("name", [""; 0]), "heron").is_empty());
    }
}
