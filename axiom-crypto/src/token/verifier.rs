//! Checking tokens.

use core::fmt;
use core::time::Duration;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axiom_core::{Clock, OrganizationId, SystemClock, Timestamp};

use super::{RevocationList, Token, TokenError, TokenKey, TokenKeyId, TokenKind, UnverifiedToken};
use crate::error::Error;
use crate::moment::later;

/// Checks tokens with public keys alone: no network, no database; see the [module](super).
///
/// Its keys and its revocation list can be replaced while other threads verify.
pub struct TokenVerifier {
    clock: Arc<dyn Clock>,
    skew: Duration,
    revocations_required: bool,
    trust: RwLock<Trust>,
}

struct Trust {
    keys: Vec<TokenKey>,
    revocations: Option<Arc<RevocationList>>,
    /// The lowest number that a list may have.
    first_number: u64,
}

impl TokenVerifier {
    /// How far apart the clocks of issuer and verifier may be, unless the host says otherwise: a minute.
    pub const DEFAULT_SKEW: Duration = Duration::from_secs(60);

    /// A verifier without keys yet.
    pub fn builder() -> TokenVerifierBuilder {
        TokenVerifierBuilder {
            keys: Vec::new(),
            clock: Arc::new(SystemClock),
            skew: Self::DEFAULT_SKEW,
            revocations_required: false,
            first_number: 0,
        }
    }

    /// What the token says, if it is genuine, of this kind and this organization, and counts now.
    ///
    /// What it may do is up to its [scopes](Token::require_scope).
    ///
    /// # Errors
    /// [`TokenError`], in this order: malformed, unknown key, bad signature, wrong kind, wrong organization, no current
    /// revocation list, revoked, not yet valid, expired.
    pub fn verify(&self, text: &str, kind: TokenKind, organization: &OrganizationId) -> Result<Token, TokenError> {
        let token = self.genuine(text, kind)?;
        if token.organization() != organization {
            return Err(TokenError::WrongOrganization);
        }
        self.counting(token)
    }

    /// Like [`verify`](Self::verify), whichever organization the token is of: for a host that learns it from the token.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify), but for the wrong organization.
    pub fn verify_any_organization(&self, text: &str, kind: TokenKind) -> Result<Token, TokenError> {
        self.counting(self.genuine(text, kind)?)
    }

    /// Takes a revocation list, in place of the one before.
    ///
    /// Keep its bytes, and give them again after a restart; where they could be lost, say
    /// [`revocations_from`](TokenVerifierBuilder::revocations_from) as well. A list that has expired is taken too: what
    /// it revokes stays revoked.
    ///
    /// # Errors
    /// [`TokenError::Malformed`], [`TokenError::UnknownKey`], [`TokenError::BadSignature`], and
    /// [`TokenError::OldRevocations`] for a lower number than is known, or for another list of the same number.
    pub fn update_revocations(&self, list: &[u8]) -> Result<Arc<RevocationList>, TokenError> {
        let now = self.clock.now();
        // A long list is read without the lock; its key may have been taken out meanwhile.
        let list = Arc::new(RevocationList::verify(list, |key| self.read().key(key, now).cloned())?);
        let mut trust = self.write();
        if trust.key(list.key(), now).is_none() {
            return Err(TokenError::UnknownKey { key: list.key() });
        }
        let known = trust.revocations.as_ref();
        let is_older = |known: &Arc<RevocationList>| list.number() <= known.number() && list != *known;
        if list.number() < trust.first_number || known.is_some_and(is_older) {
            return Err(TokenError::OldRevocations { number: list.number() });
        }
        trust.revocations = Some(Arc::clone(&list));
        Ok(list)
    }

    /// Trusts these keys from now on, and no others.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are none, or two with the same id.
    pub fn replace_keys(&self, keys: impl IntoIterator<Item = TokenKey>) -> Result<(), Error> {
        let keys = checked(keys.into_iter().collect())?;
        self.write().keys = keys;
        Ok(())
    }

    /// A token that one of the keys has signed.
    fn genuine(&self, text: &str, kind: TokenKind) -> Result<Token, TokenError> {
        let unverified = UnverifiedToken::parse(text)?;
        let key = unverified.token().key();
        let trusted = self.read().key(key, self.clock.now()).cloned();
        let token = unverified.verified_by(&trusted.ok_or(TokenError::UnknownKey { key })?)?;
        if token.kind() == kind { Ok(token) } else { Err(TokenError::WrongKind) }
    }

    /// The token, if it counts now.
    fn counting(&self, token: Token) -> Result<Token, TokenError> {
        let now = self.clock.now();
        let list = self.read().revocations.clone();
        let is_current = |list: &Arc<RevocationList>| now < later(list.expires_at(), self.skew);
        if self.revocations_required && !list.as_ref().is_some_and(is_current) {
            return Err(TokenError::NoRevocations);
        }
        if list.is_some_and(|list| list.revocations().revokes(&token)) {
            return Err(TokenError::Revoked);
        }
        if later(now, self.skew) < token.not_before() {
            return Err(TokenError::NotYetValid { from: token.not_before() });
        }
        match token.expires_at() {
            Some(at) if now >= later(at, self.skew) => Err(TokenError::Expired { at }),
            _ => Ok(token),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Trust> {
        self.trust.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Trust> {
        self.trust.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Trust {
    fn key(&self, id: TokenKeyId, now: Timestamp) -> Option<&TokenKey> {
        self.keys.iter().find(|key| key.id() == id && key.counts_at(now))
    }
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<TokenKeyId> = self.read().keys.iter().map(TokenKey::id).collect();
        write!(f, "TokenVerifier({ids:?})")
    }
}

/// Makes a [`TokenVerifier`]: see [`TokenVerifier::builder`].
#[must_use]
pub struct TokenVerifierBuilder {
    keys: Vec<TokenKey>,
    clock: Arc<dyn Clock>,
    skew: Duration,
    revocations_required: bool,
    first_number: u64,
}

impl TokenVerifierBuilder {
    /// Trusts this key as well.
    pub fn key(mut self, key: TokenKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Where the time comes from, other than [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How far apart the clocks of issuer and verifier may be, other than [`TokenVerifier::DEFAULT_SKEW`]; at most an
    /// hour.
    pub const fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// Refuses every token while there is no revocation list that has not expired.
    ///
    /// Without this a verifier that never gets a list never refuses a revoked token.
    pub const fn require_revocations(mut self) -> Self {
        self.revocations_required = true;
        self
    }

    /// Refuses revocation lists with a lower number: the number of the last one that the host has seen.
    pub const fn revocations_from(mut self, number: u64) -> Self {
        self.first_number = number;
        self
    }

    /// The verifier.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no key, two have the same id, or the skew is more than an hour.
    pub fn build(self) -> Result<TokenVerifier, Error> {
        if self.skew > MAX_SKEW {
            return Err(Error::Invalid { what: "clock skew", reason: "must be at most an hour" });
        }
        let trust = Trust { keys: checked(self.keys)?, revocations: None, first_number: self.first_number };
        let (clock, skew, revocations_required) = (self.clock, self.skew, self.revocations_required);
        Ok(TokenVerifier { clock, skew, revocations_required, trust: RwLock::new(trust) })
    }
}

impl fmt::Debug for TokenVerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenVerifierBuilder({:?})", self.keys.iter().map(TokenKey::id).collect::<Vec<_>>())
    }
}

fn checked(keys: Vec<TokenKey>) -> Result<Vec<TokenKey>, Error> {
    let refuse = |reason| Err(Error::Invalid { what: "token keys", reason });
    let is_repeated = |(at, key): (usize, &TokenKey)| keys[..at].iter().any(|other| other.id() == key.id());
    if keys.is_empty() {
        return refuse("there must be at least one");
    }
    if keys.iter().enumerate().any(is_repeated) {
        return refuse("a key must stand there once");
    }
    Ok(keys)
}

const MAX_SKEW: Duration = Duration::from_secs(60 * 60);
