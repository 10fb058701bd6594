//! What can be wrong with the settings of scanners and operators.

/// Why a scanner, or what is done about its findings, could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An entry of an allow list is not what it must be; the message does not tell it.
    #[error("{reason}")]
    InvalidAllow {
        /// What it must be.
        reason: &'static str,
    },
    /// A type of the host's own cannot have this name.
    #[error("`{name}` cannot name a type: names are lower snake case, of 64 characters at most")]
    InvalidName {
        /// The name as it was given.
        name: String,
    },
    /// The minimum score is not a number from 0.0 to 1.0.
    #[error("the minimum score must be between 0.0 and 1.0")]
    InvalidScore,
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
    /// More types of the host's own than a scanner holds.
    #[error("a scanner has 128 types of the host's own at most")]
    TooManyTypes,
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
    #[error("unknown type `{name}`; see the catalogue for the names")]
    UnknownType {
        /// The name as it was given.
        name: String,
    },
}
