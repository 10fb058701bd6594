//! What can be wrong with a scanner's settings.

/// Why a scanner could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The minimum score is not a number from 0.0 to 1.0.
    #[error("the minimum score must be between 0.0 and 1.0")]
    InvalidScore,
    /// The catalogue has no type of this name.
    #[error("unknown type `{name}`; see the catalogue for the names")]
    UnknownType {
        /// The name as it was given.
        name: String,
    },
}
