//! What a key provider says of its keys and of its failures.

use core::fmt;

/// Whether a key can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyState {
    /// It is gone: nothing that was wrapped under it opens any more.
    Destroyed,
    /// It neither wraps nor unwraps until it is enabled again.
    Disabled,
    /// It wraps and unwraps.
    Enabled,
    /// It is about to be destroyed and neither wraps nor unwraps; until then that can be called off.
    PendingDeletion,
}

/// Why a key provider failed, as far as the caller can do something about it.
///
/// ```
/// use axiom_crypto::Failure;
///
/// assert!(Failure::Throttled.is_temporary());
/// assert!(!Failure::Denied.is_temporary());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// The caller has no right to use the key.
    Denied,
    /// The key is disabled, or waits for its deletion.
    Disabled,
    /// There is no such key, or it has been destroyed.
    NotFound,
    /// Anything else: see the source of the error.
    Other,
    /// Too many requests; later is better.
    Throttled,
    /// The provider cannot be reached, does not answer in time, or has failed inside.
    Unavailable,
}

impl Failure {
    /// Whether the same request may succeed a little later.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Denied => "denied the use of the key",
            Self::Disabled => "has the key disabled",
            Self::NotFound => "does not have the key",
            Self::Other => "failed",
            Self::Throttled => "answers too many requests",
            Self::Unavailable => "is unavailable",
        })
    }
}
