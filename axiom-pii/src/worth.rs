//! What a match of the host's patterns and word lists is worth.

use crate::context::phrase;
use crate::error::Error;

/// Its score, and the labels that support it.
#[derive(Debug, Clone)]
pub(crate) struct Worth {
    pub(crate) score: f32,
    pub(crate) labels: Vec<Label>,
}

/// A word or phrase, and the language it belongs to if it is not of every one.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) language: Option<String>,
    pub(crate) words: String,
}

impl Worth {
    pub(crate) const fn new(score: f32) -> Self {
        Self { score, labels: Vec::new() }
    }

    /// Fails where the score is none, or a label has no word.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&self.score) {
            return Err(Error::InvalidScore);
        }
        match self.labels.iter().find(|label| phrase(&label.words).is_empty()) {
            Some(label) => Err(Error::InvalidContext { words: label.words.clone() }),
            None => Ok(()),
        }
    }

    pub(crate) fn label<T: Into<String>>(&mut self, language: Option<&str>, words: impl IntoIterator<Item = T>) {
        let language = language.map(str::to_owned);
        let labels = words.into_iter().map(|words| Label { language: language.clone(), words: words.into() });
        self.labels.extend(labels);
    }
}
