//! The public keys of tokens.

use core::fmt;
use core::str::FromStr;

use axiom_core::{Digest, Timestamp, Verifier};

use super::wire;
use crate::error::Error;
use crate::sign::Ed25519Verifier;

/// A public key that a [`TokenVerifier`](super::TokenVerifier) trusts, and when.
///
/// The times are held against the verifier's clock, not against what a token says: a thief of the key would write any
/// time into it.
#[derive(Debug, Clone)]
pub struct TokenKey {
    id: TokenKeyId,
    verifier: Ed25519Verifier,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl TokenKey {
    /// The Ed25519 public key with these 32 bytes, at any time.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they are no such key.
    pub fn new(public_key: &[u8]) -> Result<Self, Error> {
        let verifier = Ed25519Verifier::from_public_key(public_key)?;
        Ok(Self { id: TokenKeyId::of(public_key), verifier, from: None, until: None })
    }

    /// Trusts it from `at` on.
    #[must_use]
    pub const fn valid_from(mut self, at: Timestamp) -> Self {
        self.from = Some(at);
        self
    }

    /// No longer trusts it from `at` on: when the last of its tokens has expired, say.
    #[must_use]
    pub const fn valid_until(mut self, at: Timestamp) -> Self {
        self.until = Some(at);
        self
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> TokenKeyId {
        self.id
    }

    pub(super) fn counts_at(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    pub(super) fn verifies(&self, label: &[u8], signed: &[u8], signature: &[u8]) -> bool {
        self.verifier.verify(&[label, signed].concat(), signature).is_ok()
    }
}

/// The name of a token key, which follows from the key; written as 16 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenKeyId([u8; 8]);

impl TokenKeyId {
    pub(super) const LEN: usize = 8;

    /// The id of the key with these bytes.
    fn of(public_key: &[u8]) -> Self {
        let digest = Digest::of(&[LABEL, public_key]);
        Self(*digest.as_bytes().first_chunk().expect("a digest has 32 bytes"))
    }

    pub(super) const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl FromStr for TokenKeyId {
    type Err = Error;

    /// Reads the written form.
    ///
    /// ```
    /// use axiom_crypto::token::TokenKeyId;
    ///
    /// let id: TokenKeyId = "4392a3382081eaf2".parse()?;
    /// assert_eq!(id.to_string(), "4392a3382081eaf2");
    /// # Ok::<(), axiom_crypto::Error>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = Error::Invalid { what: "token key id", reason: "must be 16 hexadecimal digits" };
        wire::unhex(text).map(Self).ok_or(refused)
    }
}

impl fmt::Display for TokenKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        wire::write_hex(f, &self.0)
    }
}

impl fmt::Debug for TokenKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const LABEL: &[u8] = b"axiom/token/v1/key\0";
