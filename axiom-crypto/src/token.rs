//! Tokens that an organization's clients and installations show: API keys and licences, signed with Ed25519.
//!
//! A [`TokenIssuer`] makes them, a [`TokenVerifier`] checks them offline with public keys alone. A token names one
//! organization, what it may do ([scopes](Token::has_scope)), from when and until when, and what the host adds as
//! [claims](Token::claim).
//!
//! ```
//! use core::time::Duration;
//! use std::sync::Arc;
//!
//! use axiom_core::{OrganizationId, Signer};
//! use axiom_crypto::Ed25519Signer;
//! use axiom_crypto::token::{TokenError, TokenIssuer, TokenKey, TokenKind, TokenRequest, TokenVerifier};
//!
//! let acme: OrganizationId = "acme".parse()?;
//! let signer = Arc::new(Ed25519Signer::generate("tokens.example.com".parse()?)?);
//! let key = TokenKey::new(&signer.public_key())?;
//!
//! let request = TokenRequest::api(acme.clone(), Duration::from_secs(90 * 24 * 60 * 60)).scope("audit:read");
//! let issued = TokenIssuer::new(signer)?.issue(&request)?;
//!
//! let verifier = TokenVerifier::builder().key(key).build()?;
//! let token = verifier.verify(issued.text().expose(), TokenKind::Api, &acme)?;
//! token.require_scope("audit:read")?;
//! assert!(matches!(token.require_scope("audit:write"), Err(TokenError::MissingScope { .. })));
//!
//! let other = "other".parse()?;
//! let refused = verifier.verify(issued.text().expose(), TokenKind::Api, &other);
//! assert!(matches!(refused, Err(TokenError::WrongOrganization)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it promises
//! - One token has one form. Any other text that would mean the same is refused: unused bits of the base64 that are
//!   set, padding, scopes out of order, bytes that are left over. So is every text of which one bit is changed.
//! - There is no algorithm field, and nothing in a token chooses how it is checked: the prefix names the version, and
//!   version 1 is Ed25519, verified strictly ([`Ed25519Verifier`](crate::Ed25519Verifier)).
//! - What is signed begins with a label of its own, so that no signature of a checkpoint or of a revocation list is one
//!   of a token. The label ends in a byte that no signed note may contain (C2SP signed-note: no control characters).
//! - The signature is checked before anything that the token says is used. Up to there the answers tell nothing that
//!   is not in the token or in the public keys; after it the bearer has a genuine token, and may know what it lacks.
//! - Nothing secret is compared: a verifier holds public keys and ids of tokens. So no time that it takes tells more
//!   than its answer.
//!
//! # What it does not promise
//! - A token is a bearer token: who has its text has its rights. Send it through TLS alone, keep it in a
//!   [`Secret`](crate::Secret), and store its [id](Token::id) instead of its text where a record is enough.
//! - It is signed, not encrypted: everyone who holds it reads it. Put identifiers into it, never secrets.
//! - Who steals a signing key writes every field as he likes, the time of issue as well. Then take the key out of the
//!   verifiers ([`TokenVerifier::replace_keys`]); revoking what it issued before some time does not help.
//! - Use a key for tokens alone. The labels would keep the uses apart, but a stolen key is then stolen for one thing.
//!
//! # Rotation
//! 1. Give the new public key to every verifier: [`TokenVerifier::replace_keys`] with the old ones and the new one.
//! 2. Then sign with the new key.
//! 3. When the last token of the old key has expired, take it out, or let it run out by
//!    [`TokenKey::valid_until`].
//!
//! # Format
//! The text is `axt1_` and the base64url (RFC 4648, without padding) of at most 4096 bytes:
//! ```text
//! key id        8 bytes   the first of SHA-256("axiom/token/v1/key" ‖ 0x00 ‖ public key)
//! token id      16        random
//! kind          1         1 = API, 2 = licence
//! issued at     8         seconds since 1970-01-01T00:00:00Z, at most 9999-12-31T23:59:59Z
//! not before    8         the same; not before issued at
//! expires at    8         the same; after not before; 0 = never, which only a licence may have
//! o             1         length of the organization
//! organization  o         1 to 128 letters, digits, . _ : -
//! s             1         length of the subject
//! subject       s         UTF-8 without control characters, at most 128 bytes; none where s is 0
//! n             1         number of scopes, at most 64
//! n times, ascending by their bytes:
//!   l           1         length of the scope
//!   scope       l         1 to 64 lower-case letters, digits, . _ : -
//! m             1         number of claims, at most 32
//! m times, ascending by the bytes of the name:
//!   k           1         length of the name
//!   name        k         as a scope
//!   v           2         length of the value
//!   value       v         UTF-8, at most 1024 bytes
//! signature     64        Ed25519 (RFC 8032) of "axiom/token/v1" ‖ 0x00 ‖ all bytes before
//! ```
//! Numbers are big-endian. An API token lasts at most 366 days, counted from `not before`. `tests/vectors/tokens.json`
//! has tokens that verify, and some that do not.
//!
//! # Revocation
//! A [`RevocationList`] names the tokens that no longer count. It is signed with a token key, and numbered, so that an
//! older list never replaces a newer one:
//! ```text
//! "AXR1"        4 bytes
//! key id        8         as above
//! number        8         1 or more, and more with every list
//! issued at     8         as above
//! expires at    8         as above; after issued at
//! t             4         number of tokens
//! t times, ascending:
//!   token id    16
//! n             4         number of organizations
//! n times, ascending by the bytes of the organization:
//!   o           1         length of the organization
//!   organization o
//!   before      8         what was issued before this time is revoked
//! k             1         number of keys
//! k times, ascending:
//!   key id      8
//!   before      8         as above
//! signature     64        Ed25519 of "axiom/token-revocations/v1" ‖ 0x00 ‖ all bytes before
//! ```

use core::fmt;
use core::str::FromStr;
use std::collections::{BTreeMap, BTreeSet};

use axiom_core::{OrganizationId, Timestamp};

use crate::error::Error;
use crate::moment::later;

mod error;
mod issuer;
mod key;
mod revocations;
mod unverified;
mod verifier;
mod wire;

#[cfg(test)]
mod vectors;

pub use error::TokenError;
pub use issuer::{IssuedToken, TokenIssuer, TokenRequest};
pub use key::{TokenKey, TokenKeyId};
pub use revocations::{RevocationList, Revocations};
pub use unverified::UnverifiedToken;
pub use verifier::{TokenVerifier, TokenVerifierBuilder};

/// What a token says; from a [`TokenVerifier`], it is also true.
///
/// Its `Debug` shows the id, the kind and the organization, but neither subject nor claims.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    key: TokenKeyId,
    id: TokenId,
    kind: TokenKind,
    issued_at: Timestamp,
    not_before: Timestamp,
    expires_at: Option<Timestamp>,
    organization: OrganizationId,
    subject: String,
    scopes: BTreeSet<String>,
    claims: BTreeMap<String, String>,
}

impl Token {
    /// The key that signed it.
    #[must_use]
    pub const fn key(&self) -> TokenKeyId {
        self.key
    }

    /// Its id, by which it is revoked and may be recorded.
    #[must_use]
    pub const fn id(&self) -> TokenId {
        self.id
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// When it was made, in whole seconds.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From when on it counts.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// From when on it no longer counts; `None` for a licence without an end.
    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Whose it is.
    #[must_use]
    pub const fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// Which of the organization's clients it is for, if it says so.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        (!self.subject.is_empty()).then_some(&*self.subject)
    }

    /// What it may be used for, in order.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// Whether it has exactly this scope; no scope stands for another one.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Refuses a token without this scope.
    ///
    /// # Errors
    /// [`TokenError::MissingScope`].
    pub fn require_scope(&self, scope: &str) -> Result<(), TokenError> {
        if self.has_scope(scope) { Ok(()) } else { Err(TokenError::MissingScope { scope: scope.to_owned() }) }
    }

    /// The host's own claim of this name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name).map(String::as_str)
    }

    /// Every claim of the host's own, in the order of their names.
    pub fn claims(&self) -> impl Iterator<Item = (&str, &str)> {
        self.claims.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The rules that hold for what is written and for what is read; those of order and length are [`wire`]'s.
    fn check(&self) -> Result<(), &'static str> {
        if self.not_before < self.issued_at {
            return Err("it must not count before it was issued");
        }
        match (self.kind, self.expires_at) {
            (_, Some(at)) if at <= self.not_before => return Err("it must expire after it begins to count"),
            (TokenKind::Api, None) => return Err("an API token must expire"),
            (TokenKind::Api, Some(at)) if at > later(self.not_before, issuer::MAX_API_LIFETIME) => {
                return Err("an API token must expire within 366 days");
            }
            _ => {}
        }
        if self.subject.len() > MAX_SUBJECT || self.subject.chars().any(char::is_control) {
            return Err("a subject has at most 128 bytes and no control characters");
        }
        if self.scopes.len() > MAX_SCOPES || self.claims.len() > MAX_CLAIMS {
            return Err("it must have at most 64 scopes and 32 claims");
        }
        if !self.scopes.iter().chain(self.claims.keys()).all(|name| is_name(name)) {
            return Err("a scope or claim name has 1 to 64 lower-case letters, digits, . _ : -");
        }
        if self.claims.values().any(|value| value.len() > MAX_VALUE) {
            return Err("the value of a claim has at most 1024 bytes");
        }
        Ok(())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({} {:?} of {})", self.id, self.kind, self.organization)
    }
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// A client of the host's interface; it expires within 366 days.
    Api,
    /// An installation; it may last for years, or for ever.
    Licence,
}

impl TokenKind {
    /// Its name: `api` or `licence`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Licence => "licence",
        }
    }
}

/// The random id of a token, written as 32 lower-case hexadecimal digits.
///
/// It is no secret: it stands in revocation lists and in logs, and nobody can do anything with it alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId([u8; 16]);

impl TokenId {
    fn random() -> Result<Self, Error> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|_| Error::Random)?;
        Ok(Self(id))
    }
}

impl FromStr for TokenId {
    type Err = Error;

    /// Reads the written form.
    ///
    /// ```
    /// use axiom_crypto::token::TokenId;
    ///
    /// let id: TokenId = "000102030405060708090a0b0c0d0e0f".parse()?;
    /// assert_eq!(id.to_string(), "000102030405060708090a0b0c0d0e0f");
    /// # Ok::<(), axiom_crypto::Error>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, Error> {
        wire::unhex(text).map(Self).ok_or(Error::Invalid { what: "token id", reason: "must be 32 hexadecimal digits" })
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        wire::write_hex(f, &self.0)
    }
}

impl fmt::Debug for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn is_name(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._:-".contains(&byte);
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(known)
}

const MAX_SUBJECT: usize = 128;
const MAX_SCOPES: usize = 64;
const MAX_CLAIMS: usize = 32;
const MAX_NAME: usize = 64;
const MAX_VALUE: usize = 1024;
