//! API keys of organizations: issued once, checked offline, revoked with a signed list, and their key rotated.
//!
//! ```sh
//! cargo run --example tokens
//! ```

use core::time::Duration;
use std::path::Path;
use std::sync::Arc;

use anstream::println;
use axiom_core::OrganizationId;
use axiom_crypto::Ed25519Signer;
use axiom_crypto::token::{IssuedToken, Revocations, TokenError, TokenIssuer, TokenKind, TokenRequest, TokenVerifier};
use axiom_examples::Result;

fn main() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let acme: OrganizationId = "acme".parse()?;

    // The control plane has the private key …
    let issuer = issuer(&directory.path().join("2026.key"))?;
    let request = TokenRequest::api(acme.clone(), 90 * DAY).subject("build server").scope("audit:read");
    let issued = issuer.issue(&request)?;
    println!("issued   {:?}, {} characters long", issued.token(), issued.text().expose().len());

    // … and every service checks with the public one, and refuses all while it has no list of what is revoked.
    let verifier = TokenVerifier::builder().key(issuer.key().clone()).require_revocations().build()?;
    show("no list", &verifier, &issued, &acme);
    verifier.update_revocations(&issuer.sign_revocations(&Revocations::new(), 1, DAY)?)?;
    show("acme", &verifier, &issued, &acme);
    show("other", &verifier, &issued, &"other".parse()?);

    // The build server's laptop is stolen.
    let mut revocations = Revocations::new();
    revocations.revoke_token(issued.token().id());
    verifier.update_revocations(&issuer.sign_revocations(&revocations, 2, DAY)?)?;
    show("revoked", &verifier, &issued, &acme);

    // Next year's key is trusted before it signs, and the old one until its tokens have expired.
    let next = self::issuer(&directory.path().join("2027.key"))?;
    verifier.replace_keys([issuer.key().clone().valid_until(last_of(&issued)?), next.key().clone()])?;
    show("new key", &verifier, &next.issue(&request)?, &acme);
    Ok(())
}

/// Creates a key file and signs with it.
fn issuer(path: &Path) -> Result<TokenIssuer> {
    let signer = Ed25519Signer::create(path, "tokens.example.com".parse()?)?;
    Ok(TokenIssuer::new(Arc::new(signer))?)
}

fn last_of(issued: &IssuedToken) -> Result<axiom_core::Timestamp> {
    Ok(issued.token().expires_at().ok_or("an API token always expires")?)
}

/// What a service would answer to a client that asks to read.
fn show(case: &str, verifier: &TokenVerifier, issued: &IssuedToken, organization: &OrganizationId) {
    match may_read(verifier, issued.text().expose(), organization) {
        Ok(()) => println!("{case:<8} it may read"),
        Err(error) => println!("{case:<8} refused: {error}"),
    }
}

fn may_read(
    verifier: &TokenVerifier,
    text: &str,
    organization: &OrganizationId,
) -> core::result::Result<(), TokenError> {
    verifier.verify(text, TokenKind::Api, organization)?.require_scope("audit:read")
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
