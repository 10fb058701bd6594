//! Why a token or a revocation list is refused.

use axiom_core::Timestamp;

use super::TokenKeyId;

/// Why a token or a revocation list is refused.
///
/// The first three come before the signature has been checked, and may be said to anybody: they repeat nothing but
/// what the text says itself. A service may still answer all of them alike; what it tells a client is its own choice.
/// The others are about a genuine token, and its bearer may know them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is not what the format says.
    #[error("the token is malformed: {reason}")]
    Malformed {
        /// Which rule it breaks.
        reason: &'static str,
    },
    /// No key of the verifier has this id at this time.
    #[error("the token is signed with the key {key}, which does not count here and now")]
    UnknownKey {
        /// The key that the token names.
        key: TokenKeyId,
    },
    /// Its signature does not hold.
    #[error("the signature of the token does not hold")]
    BadSignature,
    /// It is over.
    #[error("the token has expired at {at}")]
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// It lacks a scope.
    #[error("the token lacks the scope {scope}")]
    MissingScope {
        /// The scope that was asked for.
        scope: String,
    },
    /// It does not count yet.
    #[error("the token does not count before {from}")]
    NotYetValid {
        /// From when on it does.
        from: Timestamp,
    },
    /// The revocation list is older than one that is known already.
    #[error("the revocation list {number} is older than what is known already")]
    OldRevocations {
        /// The number of the list.
        number: u64,
    },
    /// It was revoked.
    #[error("the token is revoked")]
    Revoked,
    /// The verifier must have a current revocation list, and has none: get one from the issuer.
    #[error("there is no current revocation list to check the token with")]
    NoRevocations,
    /// It is for something else.
    #[error("the token is of another kind")]
    WrongKind,
    /// It is another organization's, which is not named.
    #[error("the token belongs to another organization")]
    WrongOrganization,
}
