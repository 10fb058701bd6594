//! Keys for pseudonyms: what stands in for a value and is always the same for it.

use crate::tenant::OrganizationId;

/// Computes with the keys of pseudonyms, which it keeps to itself.
///
/// Implemented by `axiom-crypto` with keys derived from a master key, and by hosts for an HSM or a key service; called by
/// the operators of `axiom-pii` for every value that they replace, in the path of the traffic, so that an implementation
/// must not wait for a network.
///
/// Every method works under a key of its own for each [`PseudonymScope`]: the results of one organization, or of one type
/// of data, say nothing about those of another. All are deterministic: the same scope and input give the same output, for
/// as long as the key stays. Whoever sees outputs sees which values are the same.
///
/// ```
/// use axiom_core::{BlockCipher, PseudonymError, PseudonymKeys, PseudonymScope};
///
/// /// A host whose key service is away.
/// struct Away;
///
/// impl PseudonymKeys for Away {
///     fn mac(&self, _: &PseudonymScope<'_>, _: &[u8]) -> Result<[u8; 32], PseudonymError> {
///         Err(PseudonymError::without_key("the key service is away"))
///     }
///
///     fn cipher(&self, _: &PseudonymScope<'_>) -> Result<Box<dyn BlockCipher>, PseudonymError> {
///         Err(PseudonymError::without_key("the key service is away"))
///     }
///
///     fn seal(&self, _: &PseudonymScope<'_>, _: &[u8]) -> Result<Vec<u8>, PseudonymError> {
///         Err(PseudonymError::without_key("the key service is away"))
///     }
///
///     fn open(&self, _: &PseudonymScope<'_>, _: &[u8]) -> Result<Vec<u8>, PseudonymError> {
///         Err(PseudonymError::without_key("the key service is away"))
///     }
/// }
///
/// let organization = "org_7f3c".parse()?;
/// let scope = PseudonymScope::new(&organization, "email");
/// let keys: &dyn PseudonymKeys = &Away;
/// assert!(keys.mac(&scope, b"bob@example.com").is_err());
/// # Ok::<(), axiom_core::Error>(())
/// ```
pub trait PseudonymKeys: Send + Sync {
    /// A message authentication code of `message`: 32 bytes that nobody without the key can tell from random ones.
    ///
    /// # Errors
    /// [`PseudonymError::WithoutKey`] where the key cannot be used.
    fn mac(&self, scope: &PseudonymScope<'_>, message: &[u8]) -> Result<[u8; 32], PseudonymError>;

    /// AES under the scope's key, for format-preserving encryption (NIST SP 800-38G).
    ///
    /// # Errors
    /// [`PseudonymError::WithoutKey`] where the key cannot be used.
    fn cipher(&self, scope: &PseudonymScope<'_>) -> Result<Box<dyn BlockCipher>, PseudonymError>;

    /// Seals `value` deterministically, so that it opens in the same scope only.
    ///
    /// The result is authentic: no other bytes may open, not even by one bit.
    ///
    /// # Errors
    /// [`PseudonymError::WithoutKey`] where the key cannot be used.
    fn seal(&self, scope: &PseudonymScope<'_>, value: &[u8]) -> Result<Vec<u8>, PseudonymError>;

    /// What [`seal`](Self::seal) sealed in the same scope.
    ///
    /// # Errors
    /// [`PseudonymError::Opening`], whether the key, the scope or the bytes are wrong, and
    /// [`PseudonymError::WithoutKey`] where the key cannot be used.
    fn open(&self, scope: &PseudonymScope<'_>, sealed: &[u8]) -> Result<Vec<u8>, PseudonymError>;
}

/// AES under one key, one block at a time and forwards only.
pub trait BlockCipher {
    /// Encrypts the block where it is.
    ///
    /// # Errors
    /// [`PseudonymError::WithoutKey`] where the key can no longer be used; the block then holds anything.
    fn encrypt(&self, block: &mut [u8; 16]) -> Result<(), PseudonymError>;
}

/// Within what the pseudonym of a value is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PseudonymScope<'a> {
    /// Whose data it is.
    pub organization: &'a OrganizationId,
    /// The type of the value, as in [`Finding::kind`](crate::Finding::kind).
    pub kind: &'a str,
}

impl<'a> PseudonymScope<'a> {
    /// The values of type `kind` of `organization`.
    #[must_use]
    pub const fn new(organization: &'a OrganizationId, kind: &'a str) -> Self {
        Self { organization, kind }
    }
}

/// A pseudonym could not be made, or not be traced back.
///
/// The message never holds a value or key material.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PseudonymError {
    /// What was sealed does not open; it is not said what is wrong.
    #[error("opening failed: wrong key, wrong scope or damaged bytes")]
    Opening,
    /// The key cannot be used at present.
    #[error("no key for pseudonyms: {reason}")]
    WithoutKey {
        /// What the operator can do about it.
        reason: String,
    },
}

impl PseudonymError {
    /// The key cannot be used; `reason` says what the operator can do about it, without key material.
    pub fn without_key(reason: impl Into<String>) -> Self {
        Self::WithoutKey { reason: reason.into() }
    }
}
