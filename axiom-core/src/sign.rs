//! Signatures: made by a [`Signer`], checked by a [`Verifier`].

use core::fmt;

/// Signs messages with a private key that it keeps to itself.
///
/// Implemented by `axiom-crypto` for Ed25519 key files and by hosts for an HSM or a key service. Signing happens once a
/// checkpoint, off the append path, so an implementation may block.
pub trait Signer: Send + Sync {
    /// The signature algorithm.
    fn algorithm(&self) -> Algorithm;

    /// The public key in the algorithm's standard encoding (Ed25519: the 32 bytes of RFC 8032).
    fn public_key(&self) -> Vec<u8>;

    /// The signature of `message`.
    ///
    /// # Errors
    /// [`SignError`] where the key cannot be used.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// What checks this key's signatures; the log checks its own before it publishes them.
    ///
    /// # Errors
    /// [`SignError`] where the public key cannot be had, or is none.
    fn verifier(&self) -> Result<Box<dyn Verifier>, SignError>;
}

/// Checks signatures against one public key.
pub trait Verifier: Send + Sync {
    /// The signature algorithm.
    fn algorithm(&self) -> Algorithm;

    /// The public key in the algorithm's standard encoding.
    fn public_key(&self) -> Vec<u8>;

    /// Whether `signature` is this key's signature of `message`.
    ///
    /// # Errors
    /// [`InvalidSignature`], which does not say what was wrong.
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>;

    /// What checks the signatures of another key of the same algorithm: that of the key's successor, say. `None` where
    /// the bytes are no such public key.
    fn of_key(&self, public_key: &[u8]) -> Option<Box<dyn Verifier>>;
}

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), pure, over the message itself.
    Ed25519,
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

/// A message could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("signing failed: {reason}")]
pub struct SignError {
    reason: String,
}

impl SignError {
    /// An error for the operator: what failed and what to do, without key material.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// A signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid signature")]
pub struct InvalidSignature;
