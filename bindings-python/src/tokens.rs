//! Tokens of organizations: `axiom.tokens`.

use core::time::Duration;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use axiom_core::{Clock, FixedClock, OrganizationId, SystemClock};
use axiom_crypto::token::{
    RevocationList, Revocations, Token, TokenIssuer as Issuer, TokenKey, TokenKind, TokenRequest,
    TokenVerifier as Verifier, UnverifiedToken,
};
use axiom_crypto::{Ed25519Signer, Secret as Content};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{ArgumentError, argument, crypto, token};
use crate::moment::{datetime, timestamp};
use crate::secrets::{Secret, key};

/// The arguments of `axiom.tokens.Token`: id, kind, organization, issued at, not before, expires at, subject, scopes,
/// claims, key id.
type TokenTuple = (
    String,
    &'static str,
    String,
    SystemTime,
    SystemTime,
    Option<SystemTime>,
    Option<String>,
    Vec<String>,
    BTreeMap<String, String>,
    String,
);

/// The arguments of `axiom.tokens.PublicKey`: the key, from when and until when it is trusted.
type KeyTuple = ([u8; 32], Option<SystemTime>, Option<SystemTime>);

/// The arguments of `axiom.tokens.Revocations`: tokens, organizations, keys.
type RevocationsTuple = (Vec<String>, BTreeMap<String, SystemTime>, BTreeMap<String, SystemTime>);

/// The arguments of `axiom.tokens.RevocationList`: number, issued at, expires at, revocations, key id.
type ListTuple = (u64, SystemTime, SystemTime, RevocationsTuple, String);

/// Creates a signing key file, and answers with the public key.
#[pyfunction]
pub(crate) fn generate_signing_key<'py>(py: Python<'py>, path: PathBuf, name: &str) -> PyResult<Bound<'py, PyBytes>> {
    let name = name.parse().map_err(|error| argument("name", &error))?;
    let signer = py.detach(|| Ed25519Signer::create(&path, name)).map_err(|error| crypto(&error))?;
    Ok(PyBytes::new(py, signer.verifying_key()))
}

/// Signs tokens and revocation lists.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct TokenIssuer {
    inner: Issuer,
    public_key: [u8; 32],
}

#[pymethods]
impl TokenIssuer {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let signer = py.detach(|| Ed25519Signer::open(path)).map_err(|error| crypto(&error))?;
        Self::of(signer)
    }

    /// The issuer with the key that follows from a seed.
    #[staticmethod]
    fn from_seed(seed: &Secret) -> PyResult<Self> {
        // A signer has a name, which a token does not tell.
        let name = "tokens".parse().expect("a name");
        Self::of(Ed25519Signer::from_seed(name, &key(seed)?))
    }

    /// The public key, for verifiers.
    #[getter]
    fn public_key<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.public_key)
    }

    /// The id of the key.
    #[getter]
    fn key_id(&self) -> String {
        self.inner.key().id().to_string()
    }

    /// Makes a token: its text, and what it says.
    #[expect(clippy::too_many_arguments, reason = "the options of the method that is written in Python")]
    fn issue(
        &self,
        kind: &str,
        organization: &str,
        lifetime: Option<Duration>,
        not_before: Option<SystemTime>,
        subject: Option<String>,
        scopes: Vec<String>,
        claims: BTreeMap<String, String>,
    ) -> PyResult<(Secret, TokenTuple)> {
        let mut request = request(self::kind(kind)?, self::organization(organization)?, lifetime)?;
        if let Some(at) = not_before {
            request = request.not_before(timestamp(at)?);
        }
        if let Some(subject) = subject {
            request = request.subject(subject);
        }
        request = scopes.into_iter().fold(request, TokenRequest::scope);
        request = claims.into_iter().fold(request, |request, (name, value)| request.claim(name, value));
        let issued = self.inner.issue(&request).map_err(|error| crypto(&error))?;
        let text = Content::from(issued.text().expose().clone().into_bytes());
        Ok((Secret::own(text, true), describe(issued.token())))
    }

    /// Signs a revocation list.
    fn sign_revocations<'py>(
        &self,
        py: Python<'py>,
        revocations: RevocationsTuple,
        number: u64,
        lifetime: Duration,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let list = self.inner.sign_revocations(&read_revocations(revocations)?, number, lifetime);
        Ok(PyBytes::new(py, &list.map_err(|error| crypto(&error))?))
    }
}

impl TokenIssuer {
    fn of(signer: Ed25519Signer) -> PyResult<Self> {
        let public_key = *signer.verifying_key();
        let inner = Issuer::new(Arc::new(signer)).map_err(|error| crypto(&error))?;
        Ok(Self { inner, public_key })
    }
}

/// Checks tokens with public keys.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct TokenVerifier {
    inner: Verifier,
}

#[pymethods]
impl TokenVerifier {
    #[new]
    fn new(
        keys: Vec<KeyTuple>,
        skew: Duration,
        require_revocations: bool,
        revocations_from: u64,
        at: Option<SystemTime>,
    ) -> PyResult<Self> {
        let clock: Arc<dyn Clock> = match at {
            Some(at) => Arc::new(FixedClock(timestamp(at)?)),
            None => Arc::new(SystemClock),
        };
        let mut builder = Verifier::builder().clock(clock).skew(skew).revocations_from(revocations_from);
        if require_revocations {
            builder = builder.require_revocations();
        }
        for key in read_keys(keys)? {
            builder = builder.key(key);
        }
        builder.build().map(|inner| Self { inner }).map_err(|error| crypto(&error))
    }

    /// What the token says, if it is true and counts now; `None` stands for any organization.
    fn verify(&self, text: &Secret, kind: &str, organization: Option<&str>) -> PyResult<TokenTuple> {
        let kind = self::kind(kind)?;
        let organization = organization.map(self::organization).transpose()?;
        let verified = text.with_text(|text| match &organization {
            Some(organization) => self.inner.verify(text, kind, organization),
            None => self.inner.verify_any_organization(text, kind),
        })?;
        verified.map(|token| describe(&token)).map_err(|error| token(&error))
    }

    /// Takes a revocation list, in place of the one before.
    fn update_revocations(&self, py: Python<'_>, list: &[u8]) -> PyResult<ListTuple> {
        let list = py.detach(|| self.inner.update_revocations(list)).map_err(|error| token(&error))?;
        Ok(describe_list(&list))
    }

    /// Trusts these keys from now on, and no others.
    fn replace_keys(&self, keys: Vec<KeyTuple>) -> PyResult<()> {
        self.inner.replace_keys(read_keys(keys)?).map_err(|error| crypto(&error))
    }
}

/// What a token says, true or not.
#[pyfunction]
pub(crate) fn inspect_token(text: &Secret) -> PyResult<TokenTuple> {
    let parsed = text.with_text(UnverifiedToken::parse)?;
    parsed.map(|unverified| describe(unverified.token())).map_err(|error| token(&error))
}

fn request(kind: TokenKind, organization: OrganizationId, lifetime: Option<Duration>) -> PyResult<TokenRequest> {
    match (kind, lifetime) {
        (TokenKind::Licence, None) => Ok(TokenRequest::licence(organization)),
        (TokenKind::Licence, Some(lifetime)) => Ok(TokenRequest::licence(organization).lifetime(lifetime)),
        (_, Some(lifetime)) => Ok(TokenRequest::api(organization, lifetime)),
        (_, None) => Err(ArgumentError::new_err("lifetime: an API token must have one")),
    }
}

fn kind(name: &str) -> PyResult<TokenKind> {
    match name {
        "api" => Ok(TokenKind::Api),
        "licence" => Ok(TokenKind::Licence),
        _ => Err(ArgumentError::new_err("kind: must be api or licence")),
    }
}

fn organization(name: &str) -> PyResult<OrganizationId> {
    name.parse().map_err(|error| argument("organization", &error))
}

fn read_keys(keys: Vec<KeyTuple>) -> PyResult<Vec<TokenKey>> {
    let read = |(key, from, until): KeyTuple| {
        let mut key = TokenKey::new(&key).map_err(|error| crypto(&error))?;
        if let Some(from) = from {
            key = key.valid_from(timestamp(from)?);
        }
        if let Some(until) = until {
            key = key.valid_until(timestamp(until)?);
        }
        Ok(key)
    };
    keys.into_iter().map(read).collect()
}

fn read_revocations((tokens, organizations, keys): RevocationsTuple) -> PyResult<Revocations> {
    let mut revocations = Revocations::new();
    for id in tokens {
        revocations.revoke_token(id.parse().map_err(|error| crypto(&error))?);
    }
    for (name, before) in organizations {
        revocations.revoke_organization(organization(&name)?, timestamp(before)?);
    }
    for (id, before) in keys {
        revocations.revoke_key(id.parse().map_err(|error| crypto(&error))?, timestamp(before)?);
    }
    Ok(revocations)
}

fn describe(token: &Token) -> TokenTuple {
    (
        token.id().to_string(),
        token.kind().as_str(),
        token.organization().to_string(),
        datetime(token.issued_at()),
        datetime(token.not_before()),
        token.expires_at().map(datetime),
        token.subject().map(str::to_owned),
        token.scopes().map(str::to_owned).collect(),
        token.claims().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        token.key().to_string(),
    )
}

fn describe_list(list: &RevocationList) -> ListTuple {
    let revoked = list.revocations();
    let tokens = revoked.tokens().map(|id| id.to_string()).collect();
    let organizations = revoked.organizations().map(|(name, before)| (name.to_string(), datetime(before))).collect();
    let keys = revoked.keys().map(|(id, before)| (id.to_string(), datetime(before))).collect();
    let (issued_at, expires_at) = (datetime(list.issued_at()), datetime(list.expires_at()));
    (list.number(), issued_at, expires_at, (tokens, organizations, keys), list.key().to_string())
}
