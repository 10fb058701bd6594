//! Secrets, credentials that end, and what lives as long as one run: `axiom.secrets`.

use core::time::Duration;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use axiom_crypto::reload::SecretVersion;
use axiom_crypto::zeroize::{ZeroizeOnDrop, Zeroizing};
use axiom_crypto::{
    CredentialParts, Ephemeral as Scope, Error, Handle, Key, Secret as Content, TempCredential as Credential,
};
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyString};

use crate::error::{ArgumentError, SecretError, crypto};
use crate::moment::{datetime, timestamp};

/// A secret, wherever it lies.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct Secret {
    place: Place,
    /// Whether Python sees a text.
    is_text: bool,
}

enum Place {
    Own(Content<Vec<u8>>),
    Kept(Handle<Content<Vec<u8>>>),
    Version(Arc<SecretVersion>),
}

#[pymethods]
impl Secret {
    #[new]
    fn new(content: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (content, is_text) = read_content(content)?;
        Ok(Self::own(content, is_text))
    }

    /// The value of an environment variable.
    #[staticmethod]
    fn from_env(name: &str) -> PyResult<Self> {
        let text = Content::try_from_env(name).map_err(|error| crypto(&error))?;
        Ok(Self::own(Content::from(text.expose().clone().into_bytes()), true))
    }

    /// The content, as `str` or `bytes`.
    fn expose<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if self.is_text {
            return self.with_text(|text| PyString::new(py, text).into_any());
        }
        self.with(|content| PyBytes::new(py, content).into_any())
    }

    /// The content, in a buffer that Python can overwrite.
    fn copy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyByteArray>> {
        self.with(|content| PyByteArray::new(py, content))
    }

    /// Whether both hold the same bytes, in a time that tells their lengths alone.
    fn equals(&self, other: &Self) -> PyResult<bool> {
        // A copy, so that the ends of two runs never wait for each other.
        let copy = Zeroizing::new(other.with(<[u8]>::to_vec)?);
        match &self.place {
            Place::Own(content) => Ok(content.equals(&*copy)),
            Place::Kept(handle) => handle.with(|content| content.equals(&*copy)).map_err(|error| crypto(&error)),
            Place::Version(version) => Ok(version.content().equals(&*copy)),
        }
    }
}

impl Secret {
    pub(crate) const fn own(content: Content<Vec<u8>>, is_text: bool) -> Self {
        Self { place: Place::Own(content), is_text }
    }

    pub(crate) const fn version(version: Arc<SecretVersion>, is_text: bool) -> Self {
        Self { place: Place::Version(version), is_text }
    }

    pub(crate) fn with<R>(&self, access: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
        match &self.place {
            Place::Own(content) => Ok(access(content.expose())),
            Place::Kept(handle) => handle.with(|content| access(content.expose())).map_err(|error| crypto(&error)),
            Place::Version(version) => Ok(access(version.content().expose())),
        }
    }

    pub(crate) fn with_text<R>(&self, access: impl FnOnce(&str) -> R) -> PyResult<R> {
        let accessed = self.with(|content| core::str::from_utf8(content).ok().map(access))?;
        accessed.ok_or_else(|| SecretError::new_err("the secret is no UTF-8 text: read it as bytes"))
    }
}

/// The content of a `str`, of `bytes` or of a `bytearray`, and whether it is a text.
pub(crate) fn read_content(content: &Bound<'_, PyAny>) -> PyResult<(Content<Vec<u8>>, bool)> {
    if let Ok(text) = content.cast::<PyString>() {
        let text = text.to_str().map_err(|_| ArgumentError::new_err("a secret must have no lone surrogates"))?;
        return Ok((Content::from(text.as_bytes().to_vec()), true));
    }
    if let Ok(bytes) = content.cast::<PyBytes>() {
        return Ok((Content::from(bytes.as_bytes().to_vec()), false));
    }
    if let Ok(bytes) = content.cast::<PyByteArray>() {
        return Ok((Content::from(bytes.to_vec()), false));
    }
    Err(PyTypeError::new_err(format!("a secret must be str, bytes or bytearray, not {}", content.get_type().name()?)))
}

/// The key that a secret holds.
pub(crate) fn key(secret: &Secret) -> PyResult<Key> {
    let key = secret.with(|content| content.try_into().map(Key::from_bytes))?;
    key.map_err(|_| ArgumentError::new_err("a key must have 32 bytes"))
}

/// A new random key.
#[pyfunction]
pub(crate) fn generate_secret() -> PyResult<Secret> {
    let key = Key::generate().map_err(|error| crypto(&error))?;
    Ok(Secret::own(Content::from(key.expose().to_vec()), false))
}

/// A credential that ends by itself.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct TempCredential {
    inner: Arc<Credential>,
}

#[pymethods]
impl TempCredential {
    #[new]
    fn new(
        provider: String,
        external_id: String,
        public: BTreeMap<String, String>,
        secret: BTreeMap<String, PyRef<'_, Secret>>,
        lifetime: Option<Duration>,
        expires_at: Option<SystemTime>,
    ) -> PyResult<Self> {
        let mut builder = Credential::builder(provider, external_id);
        for (name, value) in public {
            builder = builder.public(name, value);
        }
        for (name, value) in secret {
            builder = builder.secret(name, value.with_text(|text| Content::from(text.to_owned()))?);
        }
        builder = match (lifetime, expires_at) {
            (Some(_), Some(_)) => return Err(ArgumentError::new_err("give a lifetime or expires_at, not both")),
            (Some(lifetime), None) => builder.lifetime(lifetime),
            (None, Some(at)) => builder.expires_at(timestamp(at)?),
            (None, None) => builder,
        };
        builder.build().map(|inner| Self { inner: Arc::new(inner) }).map_err(|error| crypto(&error))
    }

    /// A part that is no secret.
    fn public(&self, name: &str) -> PyResult<String> {
        self.part(name, |parts| parts.public(name).map(str::to_owned))
    }

    /// A secret part.
    fn expose<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyString>> {
        self.part(name, |parts| parts.secret(name).map(|content| PyString::new(py, content.expose())))
    }

    /// Wipes the secret parts.
    fn wipe(&self) {
        self.inner.wipe();
    }

    #[getter]
    fn provider(&self) -> &str {
        self.inner.provider()
    }

    #[getter]
    fn external_id(&self) -> &str {
        self.inner.external_id()
    }

    #[getter]
    fn expires_at(&self) -> SystemTime {
        datetime(self.inner.expires_at())
    }

    /// What an event may say about it.
    fn record(&self) -> BTreeMap<&'static str, String> {
        let expires_at = self.inner.expires_at().to_string();
        let (provider, external_id) = (self.inner.provider().to_owned(), self.inner.external_id().to_owned());
        BTreeMap::from([("provider", provider), ("externalId", external_id), ("expiresAt", expires_at)])
    }
}

impl TempCredential {
    fn part<R>(&self, name: &str, find: impl FnOnce(&CredentialParts) -> Option<R>) -> PyResult<R> {
        let found = self.inner.with(find).map_err(|error| crypto(&error))?;
        found.ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }
}

/// What ends together.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct Ephemeral {
    scope: Scope,
}

#[pymethods]
impl Ephemeral {
    #[new]
    fn new(directory_in: Option<PathBuf>) -> Self {
        Self { scope: directory_in.map_or_else(Scope::new, Scope::with_directory_in) }
    }

    /// Takes a secret until the end.
    fn keep(&self, content: &Bound<'_, PyAny>) -> PyResult<Secret> {
        let (content, is_text) = read_content(content)?;
        let handle = self.scope.keep(content).map_err(|error| crypto(&error))?;
        Ok(Secret { place: Place::Kept(handle), is_text })
    }

    /// Wipes a credential at the end.
    fn keep_credential(&self, credential: &TempCredential) -> PyResult<()> {
        self.scope.keep(Last(Arc::clone(&credential.inner))).map(drop).map_err(|error| crypto(&error))
    }

    /// The run's own directory for temporary files.
    fn directory(&self, py: Python<'_>) -> PyResult<PathBuf> {
        py.detach(|| self.scope.directory()).map_err(|error| crypto(&error))
    }

    /// Wipes everything; another thread that reads a secret meanwhile needs Python to go on.
    fn end(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.scope.end()).map_err(|error| crypto(&error))
    }

    /// Whether it has ended.
    #[getter]
    fn ended(&self) -> bool {
        matches!(self.scope.keep(Zeroizing::new(())), Err(Error::Ended))
    }
}

/// Wipes a credential when it is dropped, whoever else holds it.
struct Last(Arc<Credential>);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl ZeroizeOnDrop for Last {}
