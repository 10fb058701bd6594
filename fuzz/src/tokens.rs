//! Tokens and revocation lists.

use std::sync::Arc;

use axiom_core::{FixedClock, Timestamp};
use axiom_crypto::token::{TokenKey, TokenKind, TokenVerifier, UnverifiedToken};

/// A token is written as it was read, and none but the signed ones verifies.
pub fn token(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(token) = UnverifiedToken::parse(text) else { return false };
    assert!(token.to_text().equals(text));
    for kind in [TokenKind::Api, TokenKind::Licence] {
        let genuine = verifier().verify_any_organization(text, kind);
        assert!(genuine.is_err() || TOKENS.contains(&text), "a forged token");
    }
    true
}

/// No revocation list but the signed ones is taken.
pub fn revocations(bytes: &[u8]) -> bool {
    let taken = verifier().update_revocations(bytes).is_ok();
    assert!(!taken || LISTS.contains(&bytes), "a forged revocation list");
    taken
}

fn verifier() -> TokenVerifier {
    let key = TokenKey::new(&PUBLIC_KEY).expect("the key of the vectors");
    let now = Timestamp::from_unix_micros(1_776_000_000_000_000).expect("a day of 2026");
    TokenVerifier::builder().key(key).clock(Arc::new(FixedClock(now))).build().expect("it has a key")
}

/// Of `axiom-crypto/tests/vectors/tokens.json`, as the tokens and lists.
const PUBLIC_KEY: [u8; 32] = [
    0xf4, 0xc8, 0x5d, 0xd9, 0x81, 0x89, 0x42, 0x64, 0x00, 0x7d, 0xac, 0xa6, 0x2b, 0xce, 0x23, 0x84, 0x4d, 0x74, 0xc0,
    0x63, 0xc8, 0xe0, 0xce, 0x9e, 0xfa, 0x0b, 0xc1, 0x19, 0x85, 0x28, 0xe6, 0x30,
];
const TOKENS: [&str; 3] = [
    include_str!("../seeds/token/api"),
    include_str!("../seeds/token/licence"),
    include_str!("../seeds/token/subject"),
];
const LISTS: [&[u8]; 2] = [include_bytes!("../seeds/revocations/empty"), include_bytes!("../seeds/revocations/full")];
