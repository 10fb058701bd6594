//! Where secrets come from.

use async_trait::async_trait;

use crate::provider::Failure;
use crate::secret::Secret;

/// Knows the current value of one secret.
///
/// A function without arguments is a source that never waits, so a host needs no type for one:
///
/// ```
/// use axiom_crypto::reload::{FetchError, ReloadingSecret};
/// use axiom_crypto::{Failure, Secret};
///
/// let vault = || match std::env::var("HOME") {
///     Ok(value) => Ok(Secret::from(value.into_bytes())),
///     Err(_) => Err(FetchError::new(Failure::NotFound, "HOME is not set")),
/// };
/// let secret = ReloadingSecret::builder(vault).try_load().expect("a function never waits");
/// ```
#[async_trait]
pub trait SecretSource: Send + Sync {
    /// The current value, where it can be had without waiting for another machine; `None` where it cannot.
    ///
    /// # Errors
    /// [`FetchError`] where there is none to be had, inside.
    fn try_fetch(&self) -> Option<Result<Secret<Vec<u8>>, FetchError>> {
        None
    }

    /// The current value.
    ///
    /// # Errors
    /// [`FetchError`] where there is none to be had.
    async fn fetch(&self) -> Result<Secret<Vec<u8>>, FetchError>;
}

#[async_trait]
impl<F: Fn() -> Result<Secret<Vec<u8>>, FetchError> + Send + Sync> SecretSource for F {
    fn try_fetch(&self) -> Option<Result<Secret<Vec<u8>>, FetchError>> {
        Some(self())
    }

    async fn fetch(&self) -> Result<Secret<Vec<u8>>, FetchError> {
        self()
    }
}

/// A secret could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("cannot fetch the secret: {reason}")]
pub struct FetchError {
    failure: Failure,
    reason: String,
}

impl FetchError {
    /// What kind of failure it is, and what the operator should know, without any of the secret.
    pub fn new(failure: Failure, reason: impl Into<String>) -> Self {
        Self { failure, reason: reason.into() }
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn failure(&self) -> Failure {
        self.failure
    }
}
