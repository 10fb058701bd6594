//! What can be wrong with a scanner's settings.

/// Why a scanner could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The minimum score is not a number from 0.0 to 1.0.
    #[error("the minimum score must be between 0.0 and 1.0")]
    InvalidScore,
    /// The catalogue has no words of this language.
    #[error("unknown language `{name}`; the catalogue names its languages by ISO 639-1")]
    UnknownLanguage {
        /// The name as it was given.
        name: String,
    },
    /// No region has this name.
    #[error("unknown region `{name}`; regions are named by two capitals (ISO 3166-1)")]
    UnknownRegion {
        /// The name as it was given.
        name: String,
    },
    /// The catalogue has no type of this name.
    #[error("unknown type `{name}`; see the catalogue for the names")]
    UnknownType {
        /// The name as it was given.
        name: String,
    },
}
