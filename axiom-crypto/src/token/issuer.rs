//! Making tokens and revocation lists.

use core::fmt;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axiom_core::{Algorithm, Clock, OrganizationId, Signer, SystemClock, Timestamp};
use zeroize::ZeroizeOnDrop;

use super::revocations::{self, Revocations};
use super::unverified::{self, LABEL, MAX_LEN, SIGNATURE_LEN};
use super::wire::whole_second;
use super::{Token, TokenId, TokenKey, TokenKind};
use crate::error::Error;
use crate::moment::later;
use crate::secret::Secret;

/// Signs tokens and revocation lists; see the [module](super).
///
/// It works with any [`Signer`], so that the private key may stay in a host's HSM. Signing may block, as the signer
/// does. Every signature is checked before it is given out: a fault in the signer is an error, not a token.
pub struct TokenIssuer {
    signer: Arc<dyn Signer>,
    key: TokenKey,
    clock: Arc<dyn Clock>,
}

impl TokenIssuer {
    /// An issuer with this Ed25519 key.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the signer's key is of another kind or none.
    pub fn new(signer: Arc<dyn Signer>) -> Result<Self, Error> {
        if signer.algorithm() != Algorithm::Ed25519 {
            return Err(Error::Invalid { what: "token signer", reason: "tokens are signed with Ed25519" });
        }
        let key = TokenKey::new(&signer.public_key())?;
        Ok(Self { signer, key, clock: Arc::new(SystemClock) })
    }

    /// Takes the time from another clock than [`SystemClock`].
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The public key, for verifiers.
    #[must_use]
    pub const fn key(&self) -> &TokenKey {
        &self.key
    }

    /// Makes a token.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the request is out of the limits of the format, [`Error::Sign`], [`Error::Random`].
    pub fn issue(&self, request: &TokenRequest) -> Result<IssuedToken, Error> {
        self.issue_as(TokenId::random()?, request)
    }

    /// Makes a token with an id that is given.
    pub(super) fn issue_as(&self, id: TokenId, request: &TokenRequest) -> Result<IssuedToken, Error> {
        let token = request.token(self.key.id(), id, whole_second(self.clock.now()));
        let invalid = |reason| Error::Invalid { what: "token", reason };
        token.check().map_err(invalid)?;
        let signed = unverified::write(&token);
        if signed.len() > MAX_LEN - SIGNATURE_LEN {
            return Err(invalid("it must have at most 4096 bytes"));
        }
        let signature = self.sign(LABEL, &signed)?;
        Ok(IssuedToken { text: unverified::text(&signed, &signature), token })
    }

    /// Signs a revocation list: the bytes that verifiers take.
    ///
    /// `number` is 1 for the first list and more for every other one; count it in one place. Verifiers that must have a
    /// current list refuse every token once `lifetime` is over, so publish the next one well before.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `number` is 0, `lifetime` is less than a second, or the list is longer than its limits;
    /// [`Error::Sign`].
    pub fn sign_revocations(
        &self,
        revocations: &Revocations,
        number: u64,
        lifetime: Duration,
    ) -> Result<Vec<u8>, Error> {
        let issued_at = whole_second(self.clock.now());
        let expires_at = whole_second(later(issued_at, lifetime));
        let mut list = revocations::write(revocations, self.key.id(), number, issued_at, expires_at)
            .map_err(|reason| Error::Invalid { what: "revocation list", reason })?;
        let signature = self.sign(revocations::LABEL, &list)?;
        list.extend_from_slice(&signature);
        Ok(list)
    }

    fn sign(&self, label: &[u8], signed: &[u8]) -> Result<[u8; SIGNATURE_LEN], Error> {
        let signature = self.signer.sign(&[label, signed].concat())?;
        match <[u8; SIGNATURE_LEN]>::try_from(signature) {
            Ok(signature) if self.key.verifies(label, signed, &signature) => Ok(signature),
            _ => Err(Error::Invalid { what: "token signer", reason: "its signature does not hold under its key" }),
        }
    }
}

impl fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenIssuer({})", self.key.id())
    }
}

/// A new token.
pub struct IssuedToken {
    text: Secret<String>,
    token: Token,
}

impl IssuedToken {
    /// The text to be handed to the client, once.
    #[must_use]
    pub const fn text(&self) -> &Secret<String> {
        &self.text
    }

    /// What it says: to be recorded.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }
}

impl ZeroizeOnDrop for IssuedToken {}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedToken({:?})", self.token)
    }
}

/// What a token is to say; the limits are those of the [format](super#format), and are checked when it is issued.
///
/// ```
/// use core::time::Duration;
///
/// use axiom_crypto::token::TokenRequest;
///
/// let year = Duration::from_secs(365 * 24 * 60 * 60);
/// let licence = TokenRequest::licence("acme".parse()?).lifetime(3 * year).claim("seats", "50");
/// let api = TokenRequest::api("acme".parse()?, year / 4).subject("build server").scope("audit:read");
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct TokenRequest {
    kind: TokenKind,
    organization: OrganizationId,
    lifetime: Option<Duration>,
    not_before: Option<Timestamp>,
    subject: String,
    scopes: BTreeSet<String>,
    claims: BTreeMap<String, String>,
}

impl TokenRequest {
    /// An API token of `organization`, for at most 366 days.
    pub fn api(organization: OrganizationId, lifetime: Duration) -> Self {
        Self::new(TokenKind::Api, organization, Some(lifetime))
    }

    /// A licence of `organization`; without a [`lifetime`](Self::lifetime) it has no end.
    pub fn licence(organization: OrganizationId) -> Self {
        Self::new(TokenKind::Licence, organization, None)
    }

    fn new(kind: TokenKind, organization: OrganizationId, lifetime: Option<Duration>) -> Self {
        let (subject, scopes, claims) = (String::new(), BTreeSet::new(), BTreeMap::new());
        Self { kind, organization, lifetime, not_before: None, subject, scopes, claims }
    }

    /// How long it counts, in whole seconds.
    pub const fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// From when on it counts, if not at once.
    pub const fn not_before(mut self, at: Timestamp) -> Self {
        self.not_before = Some(at);
        self
    }

    /// Which of the organization's clients it is for. It can be read by everyone who holds the token.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// One more thing that it may be used for.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.insert(scope.into());
        self
    }

    /// A claim of the host's own. It can be read by everyone who holds the token.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    fn token(&self, key: super::TokenKeyId, id: TokenId, issued_at: Timestamp) -> Token {
        let not_before = self.not_before.map_or(issued_at, whole_second);
        Token {
            key,
            id,
            kind: self.kind,
            issued_at,
            not_before,
            expires_at: self.lifetime.map(|lifetime| whole_second(later(not_before, lifetime))),
            organization: self.organization.clone(),
            subject: self.subject.clone(),
            scopes: self.scopes.clone(),
            claims: self.claims.clone(),
        }
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenRequest({:?} of {})", self.kind, self.organization)
    }
}

pub(super) const MAX_API_LIFETIME: Duration = Duration::from_secs(366 * 24 * 60 * 60);
