//! `tests/vectors/tokens.json`: the tokens and lists this code writes when id and time are given.
//!
//! `tests/tokens.rs` verifies the tokens and lists of the same file through the public API.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::{Revocations, TokenId, TokenIssuer, TokenKeyId, TokenRequest, wire};
use crate::key::Key;
use crate::moment::hand::{HandClock, second};
use crate::sign::Ed25519Signer;

#[derive(Deserialize)]
struct Vectors {
    seed: String,
    key_id: String,
    tokens: Vec<Written>,
    lists: Vec<List>,
}

#[derive(Deserialize)]
struct Written {
    name: String,
    id: String,
    kind: String,
    issued_at: i64,
    not_before: i64,
    expires_at: Option<i64>,
    organization: String,
    subject: String,
    scopes: Vec<String>,
    claims: BTreeMap<String, String>,
    token: String,
}

#[derive(Deserialize)]
struct List {
    name: String,
    number: u64,
    issued_at: i64,
    expires_at: i64,
    tokens: Vec<String>,
    organizations: BTreeMap<String, i64>,
    keys: BTreeMap<String, i64>,
    list: String,
}

#[test]
fn the_tokens_are_what_this_code_writes() {
    let vectors = vectors();
    for vector in &vectors.tokens {
        let issuer = issuer(&vectors, vector.issued_at);
        let id: TokenId = vector.id.parse().unwrap();
        let issued = issuer.issue_as(id, &request(vector)).unwrap();
        assert_eq!(issued.text().expose(), &vector.token, "{}", vector.name);
    }
    assert_eq!(vectors.tokens.len(), 4);
}

#[test]
fn the_lists_are_what_this_code_writes() {
    let vectors = vectors();
    for vector in &vectors.lists {
        let issuer = issuer(&vectors, vector.issued_at);
        let lifetime = Duration::from_secs((vector.expires_at - vector.issued_at).unsigned_abs());
        let list = issuer.sign_revocations(&revocations(vector), vector.number, lifetime).unwrap();
        let hex: String = list.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, vector.list, "{}", vector.name);
    }
    assert_eq!(vectors.lists.len(), 2);
}

fn request(vector: &Written) -> TokenRequest {
    let organization = vector.organization.parse().unwrap();
    let lifetime = vector.expires_at.map(|at| Duration::from_secs((at - vector.not_before).unsigned_abs()));
    let mut request = match (&*vector.kind, lifetime) {
        ("api", Some(lifetime)) => TokenRequest::api(organization, lifetime),
        ("licence", Some(lifetime)) => TokenRequest::licence(organization).lifetime(lifetime),
        _ => TokenRequest::licence(organization),
    };
    request = request.not_before(second(vector.not_before)).subject(&vector.subject);
    request = vector.scopes.iter().fold(request, TokenRequest::scope);
    vector.claims.iter().fold(request, |request, (name, value)| request.claim(name, value))
}

fn revocations(vector: &List) -> Revocations {
    let mut revocations = Revocations::new();
    for id in &vector.tokens {
        revocations.revoke_token(id.parse().unwrap());
    }
    for (organization, before) in &vector.organizations {
        revocations.revoke_organization(organization.parse().unwrap(), second(*before));
    }
    for (key, before) in &vector.keys {
        revocations.revoke_key(TokenKeyId::from_bytes(wire::unhex(key).unwrap()), second(*before));
    }
    revocations
}

fn issuer(vectors: &Vectors, now: i64) -> TokenIssuer {
    let seed = Key::from_bytes(&wire::unhex(&vectors.seed).unwrap());
    let signer = Ed25519Signer::from_seed("tokens.example.com".parse().unwrap(), &seed);
    let issuer = TokenIssuer::new(Arc::new(signer)).unwrap().with_clock(HandClock::at(now));
    assert_eq!(issuer.key().id().to_string(), vectors.key_id);
    issuer
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../tests/vectors/tokens.json")).unwrap()
}
