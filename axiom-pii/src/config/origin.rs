//! Origins: where in a configuration a setting comes from.

use crate::document::Place;
use crate::error::Error;

/// Where a setting stands, and its parts.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(super) key: String,
    pub(super) place: Place,
    /// The parts that an error may be about.
    pub(super) parts: Vec<(&'static str, Place)>,
}

impl Origin {
    /// The error with the place of what it is about.
    pub(crate) fn locate(&self, error: &Error) -> Error {
        let part = about(error).and_then(|name| self.parts.iter().find(|(part, _)| *part == name));
        let (key, place) = match part {
            Some((name, place)) => (format!("{}.{name}", self.key), *place),
            None => (self.key.clone(), self.place),
        };
        Error::Config { place, key, problem: error.to_string() }
    }
}

/// The key that holds what is wrong.
const fn about(error: &Error) -> Option<&'static str> {
    match error {
        Error::InvalidContext { .. } => Some("context"),
        Error::InvalidName { .. } | Error::KnownType { .. } | Error::UnknownType { .. } => Some("type"),
        Error::InvalidPattern { .. } => Some("expression"),
        Error::InvalidWord { .. } => Some("words"),
        Error::UnknownValidator { .. } => Some("validator"),
        _ => None,
    }
}

/// The lines of a text.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(core::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1)).collect())
    }

    /// The place `offset` bytes behind the beginning.
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.0.partition_point(|&start| start <= offset);
        Place { offset, line, column: offset - self.0[line - 1] + 1 }
    }
}
