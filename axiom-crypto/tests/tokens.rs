//! Tokens and revocation lists: verified, refused, rotated and revoked.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::sync::atomic::{AtomicI64, Ordering};
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use axiom_core::{Algorithm, Clock, FixedClock, OrganizationId, SignError, Signer, SystemClock, Timestamp, Verifier};
use axiom_crypto::token::{
    IssuedToken, Revocations, Token, TokenError, TokenId, TokenIssuer, TokenKey, TokenKeyId, TokenKind, TokenRequest,
    TokenVerifier, UnverifiedToken,
};
use axiom_crypto::{Ed25519Signer, Error, Key};
use base64ct::{Base64UrlUnpadded, Encoding};
use proptest::prelude::*;
use serde::Deserialize;

const START: i64 = 1_772_323_200;
const DAY: u64 = 24 * 60 * 60;

/// A clock that is set by hand, in seconds.
struct HandClock(AtomicI64);

impl HandClock {
    fn set(&self, second: i64) {
        self.0.store(second, Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        second(self.0.load(Ordering::Relaxed))
    }
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_unix_micros(second * 1_000_000).unwrap()
}

/// An issuer and a verifier that share a clock.
struct Fixture {
    clock: Arc<HandClock>,
    issuer: TokenIssuer,
    verifier: TokenVerifier,
}

impl Fixture {
    fn new() -> Self {
        let clock = Arc::new(HandClock(AtomicI64::new(START)));
        let issuer = issuer(7).with_clock(Arc::<HandClock>::clone(&clock));
        let builder = TokenVerifier::builder().key(issuer.key().clone());
        let verifier = builder.clock(Arc::<HandClock>::clone(&clock)).skew(Duration::ZERO).build().unwrap();
        Self { clock, issuer, verifier }
    }

    fn issue(&self, request: &TokenRequest) -> IssuedToken {
        self.issuer.issue(request).unwrap()
    }

    fn verify(&self, issued: &IssuedToken) -> Result<Token, TokenError> {
        self.verifier.verify_any_organization(issued.text().expose(), issued.token().kind())
    }

    fn revoke(&self, number: u64, revoke: impl FnOnce(&mut Revocations)) -> Result<(), TokenError> {
        let mut revocations = Revocations::new();
        revoke(&mut revocations);
        let list = self.issuer.sign_revocations(&revocations, number, Duration::from_secs(DAY)).unwrap();
        self.verifier.update_revocations(&list).map(drop)
    }
}

fn issuer(seed: u8) -> TokenIssuer {
    let signer = Ed25519Signer::from_seed("tokens.example.com".parse().unwrap(), &Key::from_bytes(&[seed; 32]));
    TokenIssuer::new(Arc::new(signer)).unwrap()
}

fn acme() -> OrganizationId {
    "acme".parse().unwrap()
}

fn api() -> TokenRequest {
    TokenRequest::api(acme(), Duration::from_secs(DAY)).subject("ci").scope("b").scope("a").claim("plan", "team")
}

#[test]
fn a_token_says_what_was_asked_for() {
    let fixture = Fixture::new();
    let issued = fixture.issue(&api());
    let token = fixture.verifier.verify(issued.text().expose(), TokenKind::Api, &acme()).unwrap();
    assert_eq!(&token, issued.token());
    assert_eq!((token.kind(), token.organization(), token.subject()), (TokenKind::Api, &acme(), Some("ci")));
    assert_eq!(token.scopes().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((token.claim("plan"), token.claim("seats")), (Some("team"), None));
    assert_eq!(token.claims().collect::<Vec<_>>(), [("plan", "team")]);
    assert_eq!((token.issued_at(), token.not_before()), (second(START), second(START)));
    assert_eq!(token.expires_at(), Some(second(START + 86_400)));
    assert_eq!(token.key(), fixture.issuer.key().id());
    assert!(token.require_scope("a").is_ok());
    assert_eq!(token.require_scope("c"), Err(TokenError::MissingScope { scope: "c".into() }));
}

#[test]
fn two_tokens_have_two_ids() {
    let fixture = Fixture::new();
    assert_ne!(fixture.issue(&api()).token().id(), fixture.issue(&api()).token().id());
}

#[test]
fn a_token_counts_for_its_kind_and_its_organization_only() {
    let fixture = Fixture::new();
    let issued = fixture.issue(&api());
    let text = issued.text().expose();
    let other = "other".parse().unwrap();
    assert_eq!(fixture.verifier.verify(text, TokenKind::Api, &other), Err(TokenError::WrongOrganization));
    assert_eq!(fixture.verifier.verify(text, TokenKind::Licence, &acme()), Err(TokenError::WrongKind));
}

#[test]
fn a_token_counts_from_its_first_second_to_the_one_before_its_end() {
    let fixture = Fixture::new();
    let from = second(START + 100);
    let issued = fixture.issue(&api().not_before(from));
    assert_eq!(fixture.verify(&issued), Err(TokenError::NotYetValid { from }));
    for (now, counts) in [(99, false), (100, true), (86_499, true), (86_500, false)] {
        fixture.clock.set(START + now);
        assert_eq!(fixture.verify(&issued).is_ok(), counts, "{now}");
    }
    assert_eq!(fixture.verify(&issued), Err(TokenError::Expired { at: second(START + 86_500) }));
}

#[test]
fn clocks_may_differ_by_the_skew() {
    let issuer = issuer(7).with_clock(Arc::new(FixedClock(second(START))));
    let issued = issuer.issue(&api()).unwrap();
    let verified_at = |now| {
        let builder = TokenVerifier::builder().key(issuer.key().clone()).clock(Arc::new(FixedClock(second(now))));
        builder.build().unwrap().verify(issued.text().expose(), TokenKind::Api, &acme()).is_ok()
    };
    let verified = [-61, -60, 86_459, 86_460].map(|moved| verified_at(START + moved));
    assert_eq!(verified, [false, true, true, false]);
    let builder = || TokenVerifier::builder().key(issuer.key().clone());
    assert!(builder().skew(Duration::from_secs(3600)).build().is_ok());
    assert!(matches!(builder().skew(Duration::from_secs(3601)).build(), Err(Error::Invalid { .. })));
}

#[test]
fn a_licence_may_last_for_ever() {
    let fixture = Fixture::new();
    let issued = fixture.issue(&TokenRequest::licence(acme()));
    fixture.clock.set(253_402_300_799);
    assert_eq!(fixture.verify(&issued).unwrap().expires_at(), None);
}

#[test]
fn a_request_out_of_the_limits_is_refused() {
    let fixture = Fixture::new();
    let lasts = |seconds| TokenRequest::api(acme(), Duration::from_secs(seconds));
    assert!(fixture.issuer.issue(&lasts(366 * DAY)).is_ok());
    let claims = |count: usize| (0..count).fold(api(), |request, n| request.claim(format!("c{n}"), "v".repeat(1000)));
    assert!(fixture.issuer.issue(&claims(3)).is_ok());
    for request in [
        lasts(0),
        lasts(366 * DAY + 1),
        lasts(u64::MAX),
        api().not_before(second(START - 1)),
        api().subject("a\nb"),
        api().subject("s".repeat(129)),
        api().scope(""),
        api().scope("A"),
        api().scope("a b"),
        api().scope("s".repeat(65)),
        (0..65).fold(api(), |request, n| request.scope(format!("s{n}"))),
        api().claim("", "v"),
        api().claim("k", "v".repeat(1025)),
        (0..33).fold(api(), |request, n| request.claim(format!("c{n}"), "")),
        claims(4),
    ] {
        assert!(matches!(fixture.issuer.issue(&request), Err(Error::Invalid { .. })));
    }
}

#[test]
fn every_changed_or_cut_token_is_refused() {
    let fixture = Fixture::new();
    let issued = fixture.issue(&api());
    let text = issued.text().expose().as_bytes();
    let verify = |bytes: &[u8]| match core::str::from_utf8(bytes) {
        Ok(text) => fixture.verifier.verify_any_organization(text, TokenKind::Api).map(drop),
        Err(_) => Err(TokenError::BadSignature),
    };
    assert!(verify(text).is_ok());
    for index in 0..text.len() {
        for bit in 0..8 {
            let mut changed = text.to_vec();
            changed[index] ^= 1 << bit;
            assert!(verify(&changed).is_err(), "byte {index} bit {bit}");
        }
        assert!(verify(&text[..index]).is_err(), "cut at {index}");
    }
    for tail in [&b"="[..], b"A", b"AAAA", b"\n", b" "] {
        assert!(verify(&[text, tail].concat()).is_err());
    }
}

#[test]
fn every_changed_bit_of_the_signed_bytes_is_refused() {
    let fixture = Fixture::new();
    let text = fixture.issue(&api()).text().expose().clone();
    let bytes = Base64UrlUnpadded::decode_vec(&text[5..]).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let text = format!("axt1_{}", Base64UrlUnpadded::encode_string(&changed));
        assert!(fixture.verifier.verify_any_organization(&text, TokenKind::Api).is_err(), "bit {bit}");
    }
}

#[test]
fn every_changed_or_cut_list_is_refused() {
    let fixture = Fixture::new();
    let mut revocations = Revocations::new();
    revocations.revoke_token(fixture.issue(&api()).token().id());
    revocations.revoke_organization(acme(), second(START));
    revocations.revoke_key(fixture.issuer.key().id(), second(START));
    let list = fixture.issuer.sign_revocations(&revocations, 1, Duration::from_secs(DAY)).unwrap();
    for bit in 0..list.len() * 8 {
        let mut changed = list.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(fixture.verifier.update_revocations(&changed).is_err(), "bit {bit}");
    }
    for length in 0..list.len() {
        assert!(fixture.verifier.update_revocations(&list[..length]).is_err(), "cut at {length}");
    }
    assert!(fixture.verifier.update_revocations(&[&list[..], &[0]].concat()).is_err());
    assert_eq!(fixture.verifier.update_revocations(&list).unwrap().revocations(), &revocations);
}

#[test]
fn keys_overlap_while_they_are_rotated() {
    let (old, new) = (issuer(1), issuer(2));
    let clock = Arc::new(HandClock(AtomicI64::new(START)));
    let builder = TokenVerifier::builder().key(old.key().clone()).clock(Arc::<HandClock>::clone(&clock));
    let verifier = builder.build().unwrap();
    let issue = |issuer: TokenIssuer| issuer.with_clock(Arc::<HandClock>::clone(&clock)).issue(&api()).unwrap();
    let (old_key, new_key) = (old.key().clone(), new.key().clone());
    let (by_old, by_new) = (issue(old), issue(new));
    let verify = |issued: &IssuedToken| verifier.verify(issued.text().expose(), TokenKind::Api, &acme());
    assert!(verify(&by_old).is_ok());
    assert_eq!(verify(&by_new), Err(TokenError::UnknownKey { key: new_key.id() }));
    let until = second(START + 1000);
    verifier.replace_keys([old_key.clone().valid_until(until), new_key.valid_from(second(START))]).unwrap();
    assert!(verify(&by_old).is_ok() && verify(&by_new).is_ok());
    clock.set(START + 999);
    assert!(verify(&by_old).is_ok());
    clock.set(START + 1000);
    assert_eq!(verify(&by_old), Err(TokenError::UnknownKey { key: old_key.id() }));
    assert!(verify(&by_new).is_ok());
    clock.set(START - 1);
    assert!(verify(&by_new).is_err());
}

#[test]
fn a_verifier_has_keys_and_each_once() {
    let key = || issuer(1).key().clone();
    assert!(matches!(TokenVerifier::builder().build(), Err(Error::Invalid { .. })));
    assert!(matches!(TokenVerifier::builder().key(key()).key(key()).build(), Err(Error::Invalid { .. })));
    let verifier = TokenVerifier::builder().key(key()).build().unwrap();
    assert!(verifier.replace_keys([]).is_err() && verifier.replace_keys([key(), key()]).is_err());
    assert!(TokenKey::new(&[0; 32]).is_err() && TokenKey::new(&[1; 31]).is_err());
}

#[test]
fn a_revoked_token_no_longer_counts_and_others_do() {
    let fixture = Fixture::new();
    let (revoked, other) = (fixture.issue(&api()), fixture.issue(&api()));
    fixture.revoke(1, |list| list.revoke_token(revoked.token().id())).unwrap();
    assert_eq!(fixture.verify(&revoked), Err(TokenError::Revoked));
    assert!(fixture.verify(&other).is_ok());
}

#[test]
fn what_an_organization_or_a_key_issued_before_a_time_no_longer_counts() {
    let fixture = Fixture::new();
    let early = fixture.issue(&api());
    fixture.clock.set(START + 1);
    let late = fixture.issue(&api());
    let others = fixture.issue(&TokenRequest::licence("other".parse().unwrap()));
    fixture.revoke(1, |list| list.revoke_organization(acme(), second(START + 1))).unwrap();
    assert_eq!(fixture.verify(&early), Err(TokenError::Revoked));
    assert!(fixture.verify(&late).is_ok() && fixture.verify(&others).is_ok());
    let within = Timestamp::from_unix_micros((START + 1) * 1_000_000 + 1).unwrap();
    fixture.revoke(2, |list| list.revoke_key(fixture.issuer.key().id(), within)).unwrap();
    for issued in [&early, &late, &others] {
        assert_eq!(fixture.verify(issued), Err(TokenError::Revoked));
    }
}

#[test]
fn an_older_list_never_replaces_a_newer_one() {
    let fixture = Fixture::new();
    let revoked = fixture.issue(&api());
    let revoke = |list: &mut Revocations| list.revoke_token(revoked.token().id());
    fixture.revoke(5, revoke).unwrap();
    assert_eq!(fixture.revoke(4, |_| ()), Err(TokenError::OldRevocations { number: 4 }));
    assert_eq!(fixture.revoke(5, |_| ()), Err(TokenError::OldRevocations { number: 5 }));
    assert_eq!(fixture.verify(&revoked), Err(TokenError::Revoked));
    fixture.revoke(5, revoke).unwrap();
    fixture.revoke(6, |_| ()).unwrap();
    assert!(fixture.verify(&revoked).is_ok());
}

#[test]
fn a_number_outlives_the_process() {
    let issuer = issuer(7);
    let builder = TokenVerifier::builder().key(issuer.key().clone()).revocations_from(3);
    let verifier = builder.build().unwrap();
    let list = |number| issuer.sign_revocations(&Revocations::new(), number, Duration::from_secs(DAY)).unwrap();
    let refused = verifier.update_revocations(&list(2)).unwrap_err();
    assert_eq!(refused, TokenError::OldRevocations { number: 2 });
    assert_eq!(verifier.update_revocations(&list(3)).unwrap().number(), 3);
}

#[test]
fn where_a_list_must_be_current_a_missing_or_expired_one_refuses_every_token() {
    let clock = Arc::new(HandClock(AtomicI64::new(START)));
    let issuer = issuer(7).with_clock(Arc::<HandClock>::clone(&clock));
    let builder = TokenVerifier::builder().key(issuer.key().clone()).clock(Arc::<HandClock>::clone(&clock));
    let verifier = builder.require_revocations().skew(Duration::ZERO).build().unwrap();
    let issued = issuer.issue(&TokenRequest::licence(acme())).unwrap();
    let verify = || verifier.verify(issued.text().expose(), TokenKind::Licence, &acme());
    assert_eq!(verify(), Err(TokenError::NoRevocations));
    let list = issuer.sign_revocations(&Revocations::new(), 1, Duration::from_secs(DAY)).unwrap();
    verifier.update_revocations(&list).unwrap();
    assert!(verify().is_ok());
    clock.set(START + 86_400);
    assert_eq!(verify(), Err(TokenError::NoRevocations));
}

#[test]
fn an_expired_list_still_revokes() {
    let fixture = Fixture::new();
    let issued = fixture.issue(&TokenRequest::licence(acme()));
    fixture.revoke(1, |list| list.revoke_token(issued.token().id())).unwrap();
    fixture.clock.set(START + 1_000_000);
    assert_eq!(fixture.verify(&issued), Err(TokenError::Revoked));
}

#[test]
fn a_list_is_numbered_from_one_and_lasts() {
    let sign = |number, lifetime| issuer(7).sign_revocations(&Revocations::new(), number, lifetime);
    assert!(sign(1, Duration::from_secs(1)).is_ok());
    assert!(matches!(sign(0, Duration::from_secs(1)), Err(Error::Invalid { .. })));
    assert!(matches!(sign(1, Duration::from_millis(999)), Err(Error::Invalid { .. })));
}

#[test]
fn a_revocation_is_never_moved_back() {
    let fixture = Fixture::new();
    let issued = fixture.issue(&api());
    let mut revocations = Revocations::new();
    revocations.revoke_organization(acme(), second(START + 1));
    revocations.revoke_organization(acme(), second(START));
    assert!(revocations.revokes(issued.token()));
    revocations.revoke_token(issued.token().id());
    revocations.forget_token(issued.token().id());
    assert!(revocations.revokes(issued.token()));
}

/// A signer that has gone wrong.
struct Faulty(Ed25519Signer, bool);

impl Signer for Faulty {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }

    fn public_key(&self) -> Vec<u8> {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if self.1 { self.0.sign(&message[1..]) } else { Err(SignError::new("the module is locked")) }
    }

    fn verifier(&self) -> Result<Box<dyn Verifier>, SignError> {
        self.0.verifier()
    }
}

#[test]
fn a_signer_that_fails_or_signs_something_else_makes_no_token() {
    let signer = || Ed25519Signer::generate("tokens.example.com".parse().unwrap()).unwrap();
    let issue = |wrong| TokenIssuer::new(Arc::new(Faulty(signer(), wrong))).unwrap().issue(&api()).unwrap_err();
    assert!(matches!(issue(true), Error::Invalid { what: "token signer", .. }));
    assert!(matches!(issue(false), Error::Sign(_)));
}

#[derive(Deserialize)]
struct Vectors {
    public_key: String,
    tokens: Vec<Good>,
    refused_tokens: Vec<Refused>,
    lists: Vec<GoodList>,
    refused_lists: Vec<RefusedList>,
}

#[derive(Deserialize)]
struct Good {
    name: String,
    id: String,
    kind: String,
    not_before: i64,
    organization: String,
    scopes: Vec<String>,
    claims: BTreeMap<String, String>,
    token: String,
}

#[derive(Deserialize)]
struct Refused {
    name: String,
    reason: String,
    token: String,
}

#[derive(Deserialize)]
struct GoodList {
    name: String,
    number: u64,
    list: String,
}

#[derive(Deserialize)]
struct RefusedList {
    name: String,
    reason: String,
    list: String,
}

fn vectors() -> (Vectors, TokenKey) {
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/tokens.json")).unwrap();
    let key = TokenKey::new(&unhex(&vectors.public_key)).unwrap();
    (vectors, key)
}

fn verifier_at(key: &TokenKey, now: Timestamp) -> TokenVerifier {
    TokenVerifier::builder().key(key.clone()).clock(Arc::new(FixedClock(now))).build().unwrap()
}

fn reason(error: &TokenError) -> &'static str {
    match error {
        TokenError::Malformed { .. } => "malformed",
        TokenError::BadSignature => "bad signature",
        TokenError::UnknownKey { .. } => "unknown key",
        _ => "another",
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap()).collect()
}

#[test]
fn the_tokens_of_the_vectors_verify() {
    let (vectors, key) = vectors();
    for vector in vectors.tokens {
        let kind = if vector.kind == "api" { TokenKind::Api } else { TokenKind::Licence };
        let verifier = verifier_at(&key, second(vector.not_before));
        let token = verifier.verify(&vector.token, kind, &vector.organization.parse().unwrap()).unwrap();
        assert_eq!(token.id().to_string(), vector.id, "{}", vector.name);
        assert_eq!(token.kind().as_str(), vector.kind, "{}", vector.name);
        let mut scopes = vector.scopes;
        scopes.sort();
        assert_eq!(token.scopes().collect::<Vec<_>>(), scopes, "{}", vector.name);
        for (name, value) in &vector.claims {
            assert_eq!(token.claim(name), Some(&**value), "{}", vector.name);
        }
    }
}

#[test]
fn the_refused_tokens_of_the_vectors_are_refused_for_their_reason() {
    let (vectors, key) = vectors();
    let verifier = verifier_at(&key, second(START));
    assert_eq!(vectors.refused_tokens.len(), 27);
    for vector in vectors.refused_tokens {
        let error = verifier.verify_any_organization(&vector.token, TokenKind::Api).unwrap_err();
        assert_eq!(reason(&error), vector.reason, "{}: {error}", vector.name);
    }
}

#[test]
fn the_lists_of_the_vectors_verify_and_the_refused_ones_do_not() {
    let (vectors, key) = vectors();
    for vector in vectors.lists {
        let list = verifier_at(&key, second(START)).update_revocations(&unhex(&vector.list)).unwrap();
        assert_eq!(list.number(), vector.number, "{}", vector.name);
    }
    assert_eq!(vectors.refused_lists.len(), 9);
    for vector in vectors.refused_lists {
        let refused = verifier_at(&key, second(START)).update_revocations(&unhex(&vector.list));
        let error = refused.unwrap_err();
        assert_eq!(reason(&error), vector.reason, "{}: {error}", vector.name);
    }
}

#[test]
fn a_revocation_list_tells_what_it_revokes() {
    let mut revocations = Revocations::new();
    let token: TokenId = "19581e27de7ced00ff1ce50b2047e7a5".parse().unwrap();
    let key: TokenKeyId = "4392a3382081eaf2".parse().unwrap();
    revocations.revoke_token(token);
    revocations.revoke_organization(acme(), second(START));
    revocations.revoke_key(key, second(START + 1));
    assert_eq!(revocations.tokens().collect::<Vec<_>>(), [token]);
    assert_eq!(revocations.organizations().collect::<Vec<_>>(), [(&acme(), second(START))]);
    assert_eq!(revocations.keys().collect::<Vec<_>>(), [(key, second(START + 1))]);
}

#[test]
fn a_key_id_is_read_in_the_form_that_it_is_written_in() {
    let id = issuer(7).key().id();
    assert_eq!(id.to_string().parse::<TokenKeyId>().unwrap(), id);
    for refused in ["", "4392a3382081eaf", "4392a3382081eaf20", "4392A3382081EAF2", "4392a3382081eafg"] {
        assert!(refused.parse::<TokenKeyId>().is_err(), "{refused}");
    }
}

#[test]
fn the_system_clock_is_the_default() {
    let (issuer, now) = (issuer(7), SystemClock.now());
    let verifier = TokenVerifier::builder().key(issuer.key().clone()).build().unwrap();
    let issued = issuer.issue(&api()).unwrap();
    assert!(verifier.verify(issued.text().expose(), TokenKind::Api, &acme()).unwrap().expires_at() > Some(now));
}

proptest! {
    #[test]
    fn any_request_within_the_limits_reads_back(
        subject in "[^\\p{Cc}]{0,30}",
        scopes in proptest::collection::btree_set("[a-z0-9._:-]{1,20}", 0..20),
        claims in proptest::collection::btree_map("[a-z0-9._:-]{1,20}", ".{0,60}", 0..10),
    ) {
        let fixture = Fixture::new();
        let request = scopes.iter().fold(TokenRequest::licence(acme()).subject(subject), TokenRequest::scope);
        let request = claims.iter().fold(request, |request, (name, value)| request.claim(name, value));
        let issued = fixture.issue(&request);
        let token = fixture.verify(&issued).unwrap();
        prop_assert_eq!(&token, issued.token());
        let unverified = UnverifiedToken::parse(issued.text().expose()).unwrap();
        prop_assert!(unverified.to_text().equals(issued.text().expose()));
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = format!("axt1_{}", Base64UrlUnpadded::encode_string(&bytes));
        if let Ok(token) = UnverifiedToken::parse(&text) {
            prop_assert!(token.to_text().equals(&text));
        }
        let _ = verifier_at(issuer(7).key(), second(START)).update_revocations(&bytes);
    }
}
