//! Which tokens no longer count.

use core::fmt;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use axiom_core::{OrganizationId, Timestamp};

use super::unverified::SIGNATURE_LEN;
use super::wire::{self, Reader, Writer, malformed};
use super::{Token, TokenError, TokenId, TokenKey, TokenKeyId};
use crate::moment::later;

/// Which tokens no longer count: some by their ids, and all of an organization or of a key that were issued before a
/// time.
///
/// ```
/// use axiom_core::Timestamp;
/// use axiom_crypto::token::Revocations;
///
/// let mut revocations = Revocations::new();
/// revocations.revoke_token("000102030405060708090a0b0c0d0e0f".parse()?);
/// revocations.revoke_organization("acme".parse()?, "2026-03-01T00:00:00Z".parse::<Timestamp>()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revocations {
    tokens: BTreeSet<TokenId>,
    organizations: BTreeMap<OrganizationId, Timestamp>,
    keys: BTreeMap<TokenKeyId, Timestamp>,
}

impl Revocations {
    /// No token.
    #[must_use]
    pub const fn new() -> Self {
        Self { tokens: BTreeSet::new(), organizations: BTreeMap::new(), keys: BTreeMap::new() }
    }

    /// This token as well.
    pub fn revoke_token(&mut self, id: TokenId) {
        self.tokens.insert(id);
    }

    /// Everything of `organization` that was issued before `time` as well, a part of a second counting as a whole one.
    pub fn revoke_organization(&mut self, organization: OrganizationId, time: Timestamp) {
        let before = self.organizations.entry(organization).or_insert(Timestamp::UNIX_EPOCH);
        *before = (*before).max(next_second(time));
    }

    /// Everything that `key` signed and that was issued before `time` as well, a part of a second counting as a whole
    /// one.
    ///
    /// Against a thief of the key this is no help: see the [module](super).
    pub fn revoke_key(&mut self, key: TokenKeyId, time: Timestamp) {
        let before = self.keys.entry(key).or_insert(Timestamp::UNIX_EPOCH);
        *before = (*before).max(next_second(time));
    }

    /// Takes a token off the list that has expired anyway.
    pub fn forget_token(&mut self, id: TokenId) {
        self.tokens.remove(&id);
    }

    /// The tokens that are revoked by their ids, in order.
    pub fn tokens(&self) -> impl Iterator<Item = TokenId> {
        self.tokens.iter().copied()
    }

    /// The organizations, and before when a token of theirs must have been issued to be revoked, in order.
    pub fn organizations(&self) -> impl Iterator<Item = (&OrganizationId, Timestamp)> {
        self.organizations.iter().map(|(organization, before)| (organization, *before))
    }

    /// The keys, and before when a token of theirs must have been issued to be revoked, in order.
    pub fn keys(&self) -> impl Iterator<Item = (TokenKeyId, Timestamp)> {
        self.keys.iter().map(|(key, before)| (*key, *before))
    }

    /// Whether this token no longer counts.
    #[must_use]
    pub fn revokes(&self, token: &Token) -> bool {
        let earlier = |before: &Timestamp| token.issued_at < *before;
        self.tokens.contains(&token.id)
            || self.organizations.get(&token.organization).is_some_and(earlier)
            || self.keys.get(&token.key).is_some_and(earlier)
    }
}

/// A signed revocation list that a [`TokenVerifier`](super::TokenVerifier) has accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct RevocationList {
    key: TokenKeyId,
    number: u64,
    issued_at: Timestamp,
    expires_at: Timestamp,
    revocations: Revocations,
}

impl RevocationList {
    /// The key that signed it.
    #[must_use]
    pub const fn key(&self) -> TokenKeyId {
        self.key
    }

    /// Its number, by which a newer list is known.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// When it was made, in whole seconds.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From when on a newer list should be there.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// What it says: also what the next list begins with.
    #[must_use]
    pub const fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// Reads a list that one of the keys that `trusted` finds has signed.
    pub(super) fn verify(
        bytes: &[u8],
        trusted: impl FnOnce(TokenKeyId) -> Option<TokenKey>,
    ) -> Result<Self, TokenError> {
        let (signed, signature) = bytes.split_last_chunk::<SIGNATURE_LEN>().ok_or(malformed("it is cut off"))?;
        let list = read(signed)?;
        let key = trusted(list.key).ok_or(TokenError::UnknownKey { key: list.key })?;
        if key.verifies(LABEL, signed, signature) { Ok(list) } else { Err(TokenError::BadSignature) }
    }
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList({} until {})", self.number, self.expires_at)
    }
}

/// Everything before the signature.
pub(super) fn write(
    revocations: &Revocations,
    key: TokenKeyId,
    number: u64,
    issued_at: Timestamp,
    expires_at: Timestamp,
) -> Result<Vec<u8>, &'static str> {
    check(number, issued_at, expires_at)?;
    let count = |length: usize| u32::try_from(length).map_err(|_| "it is too long");
    let mut writer = Writer::default();
    writer.bytes(MAGIC).bytes(key.as_bytes()).number(number).time(issued_at).time(expires_at);
    writer.bytes(&count(revocations.tokens.len())?.to_be_bytes());
    for token in &revocations.tokens {
        writer.bytes(&token.0);
    }
    writer.bytes(&count(revocations.organizations.len())?.to_be_bytes());
    for (organization, before) in &revocations.organizations {
        writer.short_text(organization.as_str()).time(*before);
    }
    writer.byte(u8::try_from(revocations.keys.len()).map_err(|_| "it must name at most 255 keys")?);
    for (key, before) in &revocations.keys {
        writer.bytes(key.as_bytes()).time(*before);
    }
    Ok(writer.finish())
}

fn read(signed: &[u8]) -> Result<RevocationList, TokenError> {
    let mut reader = Reader::of(signed);
    if reader.bytes(MAGIC.len())? != MAGIC {
        return Err(malformed("it must start with AXR1"));
    }
    let key = TokenKeyId::from_bytes(reader.array()?);
    let (number, issued_at, expires_at) = (reader.number()?, reader.time()?, reader.time()?);
    check(number, issued_at, expires_at).map_err(malformed)?;
    let mut revocations = Revocations::new();
    for _ in 0..reader.count()? {
        let token = TokenId(reader.array()?);
        wire::ascends(revocations.tokens.last(), &token)?;
        revocations.tokens.insert(token);
    }
    for _ in 0..reader.count()? {
        let organization = reader.short_text()?.parse().map_err(|_| malformed("the organization is none"))?;
        wire::ascends(revocations.organizations.last_key_value().map(|(last, _)| last), &organization)?;
        revocations.organizations.insert(organization, reader.time()?);
    }
    for _ in 0..reader.byte()? {
        let key = TokenKeyId::from_bytes(reader.array()?);
        wire::ascends(revocations.keys.last_key_value().map(|(last, _)| last), &key)?;
        revocations.keys.insert(key, reader.time()?);
    }
    reader.end()?;
    Ok(RevocationList { key, number, issued_at, expires_at, revocations })
}

/// Tokens tell the second in which they were issued, and no more: the whole of it is revoked.
fn next_second(time: Timestamp) -> Timestamp {
    wire::whole_second(later(time, Duration::from_micros(999_999)))
}

fn check(number: u64, issued_at: Timestamp, expires_at: Timestamp) -> Result<(), &'static str> {
    if number == 0 {
        return Err("lists are numbered from 1 on");
    }
    if expires_at <= issued_at {
        return Err("it must expire after it was issued");
    }
    Ok(())
}

/// What a signature is over, before the bytes.
pub(super) const LABEL: &[u8] = b"axiom/token-revocations/v1\0";
const MAGIC: &[u8] = b"AXR1";
