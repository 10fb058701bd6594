//! What can be wrong with the settings of scanners and operators.

use crate::catalogue::catalogue;
use crate::similar::suggestion;

/// Why a scanner, or what is done about its findings, could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A configuration is not what it must be.
    #[cfg(feature = "config")]
    #[error("{place}: {}{problem}", named(key))]
    Config {
        /// Where in the text.
        place: crate::Place,
        /// The way to the key, as in `patterns[0].score`; empty where the text is no TOML, or no JSON.
        key: String,
        /// What is wrong, and what is expected. It tells no expression and no entry of a list of values.
        problem: String,
    },
    /// An entry of an allow list is not what it must be; the message does not tell it.
    #[error("{reason}")]
    InvalidAllow {
        /// What it must be.
        reason: String,
    },
    /// A context word of a pattern or a word list has no letters.
    #[cfg(feature = "patterns")]
    #[error("the context `{words}` is no word")]
    InvalidContext {
        /// What was given.
        words: String,
    },
    /// A type of the host's own cannot have this name.
    #[error("`{name}` cannot name a type: names are lower snake case, of 64 characters at most")]
    InvalidName {
        /// The name as it was given.
        name: String,
    },
    /// A pattern cannot be used.
    #[cfg(feature = "patterns")]
    #[error("the pattern of `{name}` cannot be used: {reason}")]
    InvalidPattern {
        /// The type that it finds.
        name: String,
        /// What is wrong with it, without the pattern itself.
        reason: String,
    },
    /// A score is not a number from 0.0 to 1.0.
    #[error("a score must be between 0.0 and 1.0")]
    InvalidScore,
    /// A word of a word list is empty or too long; the message does not tell it.
    #[cfg(feature = "patterns")]
    #[error("word {place} of `{name}` is empty or longer than 256 bytes")]
    InvalidWord {
        /// The type that it belongs to.
        name: String,
        /// Its place in the list, from 0.
        place: usize,
    },
    /// A type of the host's own has the name of one of the catalogue, and nothing says that it is meant.
    #[error("the catalogue has a type `{name}` already; say that it is to be extended, or choose another name")]
    KnownType {
        /// The name as it was given.
        name: String,
    },
    /// An operator needs keys, and there are none.
    #[error("the operator for {kind} needs keys for its pseudonyms")]
    NoKeys {
        /// The type that it was chosen for; `every other type` for the one that is not named.
        kind: String,
    },
    /// The patterns are too large together.
    #[cfg(feature = "patterns")]
    #[error("the patterns are larger than 8 MiB when compiled together")]
    TooManyPatterns,
    /// More types of the host's own than a scanner holds.
    #[error("a scanner has 128 types of the host's own at most")]
    TooManyTypes,
    /// The words of all lists are too many.
    #[cfg(feature = "patterns")]
    #[error("the words of all lists together are too many")]
    TooManyWords,
    /// The catalogue has no words of this language.
    #[error("unknown language `{name}`; the catalogue names its languages by ISO 639-1")]
    UnknownLanguage {
        /// The name as it was given.
        name: String,
    },
    /// There is no numbering plan of a region of this name.
    #[error("unknown region `{name}`; see phone_regions for the codes (ISO 3166-1, two capitals)")]
    UnknownRegion {
        /// The name as it was given.
        name: String,
    },
    /// Neither the catalogue nor the host has a type of this name.
    #[error("unknown type `{name}`{}", suggestion(name, catalogue().iter().map(|kind| kind.name)))]
    UnknownType {
        /// The name as it was given.
        name: String,
    },
    /// No rule has this name.
    #[cfg(feature = "patterns")]
    #[error("unknown validator `{name}`{}", suggestion(name, crate::validator::names()))]
    UnknownValidator {
        /// The name as it was given.
        name: String,
    },
}

/// The key in quotes, if there is one.
#[cfg(feature = "config")]
fn named(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("`{key}`: ") }
}
