//! Tokens as they come in.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use axiom_core::Timestamp;
use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::wire::{self, Reader, Writer, malformed};
use super::{MAX_CLAIMS, MAX_SCOPES, Token, TokenError, TokenId, TokenKey, TokenKeyId, TokenKind};
use crate::secret::Secret;

/// A token of which nobody has checked the signature: everything it says may be a lie.
///
/// It is good for finding out which organization's keys to check it with, and for showing it to an operator.
///
/// ```
/// use axiom_crypto::token::{TokenError, UnverifiedToken};
///
/// assert!(matches!(UnverifiedToken::parse("axt1_AAAA"), Err(TokenError::Malformed { .. })));
/// ```
pub struct UnverifiedToken {
    token: Token,
    /// Everything before the signature.
    signed: Zeroizing<Vec<u8>>,
    signature: Zeroizing<[u8; SIGNATURE_LEN]>,
}

impl UnverifiedToken {
    /// Reads a token, in exactly the form in which it was written.
    ///
    /// # Errors
    /// [`TokenError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(malformed("it must start with axt1_"))?;
        if encoded.len() > MAX_TEXT {
            return Err(malformed("it must have at most 4096 bytes"));
        }
        // Refuses padding, other alphabets, and unused bits that are set.
        let bytes = Base64UrlUnpadded::decode_vec(encoded).map_err(|_| malformed("it must be base64url"))?;
        let bytes = Zeroizing::new(bytes);
        let (signed, signature) = bytes.split_last_chunk().ok_or(malformed("it is cut off"))?;
        let token = read(signed)?;
        token.check().map_err(malformed)?;
        Ok(Self { token, signed: Zeroizing::new(signed.to_vec()), signature: Zeroizing::new(*signature) })
    }

    /// What it says, true or not.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// The text that it was read from.
    #[must_use]
    pub fn to_text(&self) -> Secret<String> {
        text(&self.signed, &self.signature)
    }

    /// What it says, if it is this key's.
    pub(super) fn verified_by(self, key: &TokenKey) -> Result<Token, TokenError> {
        let holds = key.verifies(LABEL, &self.signed, &*self.signature);
        if holds { Ok(self.token) } else { Err(TokenError::BadSignature) }
    }
}

impl ZeroizeOnDrop for UnverifiedToken {}

impl fmt::Debug for UnverifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnverifiedToken({:?})", self.token)
    }
}

/// The text of a token.
pub(super) fn text(signed: &[u8], signature: &[u8; SIGNATURE_LEN]) -> Secret<String> {
    let bytes = Zeroizing::new([signed, signature].concat());
    let encoded = Zeroizing::new(Base64UrlUnpadded::encode_string(&bytes));
    Secret::from([PREFIX, &encoded].concat())
}

/// Everything before the signature.
pub(super) fn write(token: &Token) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.bytes(token.key.as_bytes()).bytes(&token.id.0);
    writer.byte(match token.kind {
        TokenKind::Api => 1,
        TokenKind::Licence => 2,
    });
    writer.time(token.issued_at).time(token.not_before);
    writer.time(token.expires_at.unwrap_or(Timestamp::UNIX_EPOCH));
    writer.short_text(token.organization.as_str()).short_text(&token.subject);
    writer.byte(u8::try_from(token.scopes.len()).expect("at most 64"));
    for scope in &token.scopes {
        writer.short_text(scope);
    }
    writer.byte(u8::try_from(token.claims.len()).expect("at most 32"));
    for (name, value) in &token.claims {
        writer.short_text(name).long_text(value);
    }
    writer.finish()
}

fn read(signed: &[u8]) -> Result<Token, TokenError> {
    let mut reader = Reader::of(signed);
    let key = TokenKeyId::from_bytes(reader.array()?);
    let id = TokenId(reader.array()?);
    let kind = match reader.byte()? {
        1 => TokenKind::Api,
        2 => TokenKind::Licence,
        _ => return Err(malformed("it is of no known kind")),
    };
    let (issued_at, not_before) = (reader.time()?, reader.time()?);
    let expires_at = Some(reader.time()?).filter(|at| *at != Timestamp::UNIX_EPOCH);
    let organization = reader.short_text()?.parse().map_err(|_| malformed("the organization is none"))?;
    let subject = reader.short_text()?.to_owned();
    let (scopes, claims) = (read_scopes(&mut reader)?, read_claims(&mut reader)?);
    reader.end()?;
    Ok(Token { key, id, kind, issued_at, not_before, expires_at, organization, subject, scopes, claims })
}

fn read_scopes(reader: &mut Reader<'_>) -> Result<BTreeSet<String>, TokenError> {
    let count = at_most(MAX_SCOPES, reader.byte()?)?;
    let mut scopes = BTreeSet::new();
    for _ in 0..count {
        let scope = reader.short_text()?;
        wire::ascends(scopes.last().map(String::as_str), scope)?;
        scopes.insert(scope.to_owned());
    }
    Ok(scopes)
}

fn read_claims(reader: &mut Reader<'_>) -> Result<BTreeMap<String, String>, TokenError> {
    let count = at_most(MAX_CLAIMS, reader.byte()?)?;
    let mut claims = BTreeMap::new();
    for _ in 0..count {
        let name = reader.short_text()?;
        wire::ascends(claims.last_key_value().map(|(last, _): (&String, &String)| last.as_str()), name)?;
        claims.insert(name.to_owned(), reader.long_text()?.to_owned());
    }
    Ok(claims)
}

fn at_most(limit: usize, count: u8) -> Result<u8, TokenError> {
    if usize::from(count) <= limit { Ok(count) } else { Err(malformed("it must have at most 64 scopes and 32 claims")) }
}

/// What a signature is over, before the bytes: the last byte cannot stand in a signed note.
pub(super) const LABEL: &[u8] = b"axiom/token/v1\0";
pub(super) const SIGNATURE_LEN: usize = 64;
pub(super) const MAX_LEN: usize = 4096;
const PREFIX: &str = "axt1_";
const MAX_TEXT: usize = (MAX_LEN * 4).div_ceil(3);
