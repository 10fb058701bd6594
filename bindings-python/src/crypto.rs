//! Envelope encryption under key files: `axiom.crypto`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axiom_crypto::envelope::Envelope;
use axiom_crypto::stream::read_front;
use axiom_crypto::{Context, DataKeyCache, Error, KeyFile, KeyProvider, KeyRing, ScopeKey, envelope};
use pollster::block_on;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tempfile::{Builder, NamedTempFile};

use crate::error::{crypto, file};

/// Creates a key file and answers with the key's name.
#[pyfunction]
pub(crate) fn generate_key(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    let created = py.detach(|| KeyFile::create(&path));
    created.map(|key| key.describe().to_string()).map_err(|error| crypto(&error))
}

/// Encrypts `data`.
#[pyfunction]
pub(crate) fn seal<'py>(
    py: Python<'py>,
    data: &[u8],
    key: PathBuf,
    context: BTreeMap<String, String>,
) -> PyResult<Bound<'py, PyBytes>> {
    let seal = || -> Result<_, Error> { block_on(envelope::seal(data, &Context::new(context)?, &KeyFile::open(key)?)) };
    let message = py.detach(seal).map_err(|error| crypto(&error))?;
    Ok(PyBytes::new(py, &message))
}

/// Decrypts `message`.
#[pyfunction]
pub(crate) fn open<'py>(
    py: Python<'py>,
    message: &[u8],
    key: PathBuf,
    context: BTreeMap<String, String>,
) -> PyResult<Bound<'py, PyBytes>> {
    let open =
        || -> Result<_, Error> { block_on(envelope::open(message, &Context::new(context)?, &KeyFile::open(key)?)) };
    let plaintext = py.detach(open).map_err(|error| crypto(&error))?;
    Ok(PyBytes::new(py, &plaintext))
}

/// The suite, the keys, and the length of the frames of a message.
#[pyfunction]
pub(crate) fn describe(message: &[u8]) -> PyResult<Description> {
    described(message).map_err(|error| crypto(&error))
}

/// The same of the message in a file.
#[pyfunction]
pub(crate) fn describe_file(py: Python<'_>, path: PathBuf) -> PyResult<Description> {
    let message = File::open(&path).map_err(|error| file("read", &path, &error))?;
    let described = py.detach(|| read_front(io::BufReader::new(message)).and_then(|front| described(&front)));
    described.map_err(|error| crypto(&error))
}

/// Suite, keys, length of the frames.
type Description = (String, Vec<String>, Option<usize>);

fn described(message: &[u8]) -> Result<Description, Error> {
    let Envelope { header, recipients, .. } = Envelope::parse(message)?;
    let keys = recipients.iter().map(|recipient| recipient.key().to_string()).collect();
    Ok((header.suite().to_string(), keys, header.frame_len()))
}

/// Keys that were read once, and how they seal.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct Encryptor(axiom_crypto::Encryptor);

#[pymethods]
impl Encryptor {
    #[new]
    fn new(key: PathBuf, also: Vec<PathBuf>, older: Vec<PathBuf>, suite: &str, cache: bool) -> PyResult<Self> {
        let open = || -> Result<_, Error> {
            let ring = KeyRing::new(Arc::new(KeyFile::open(key)?));
            let ring =
                older.iter().try_fold(ring, |ring, key| KeyFile::open(key).map(|key| ring.and(Arc::new(key))))?;
            let encryptor = axiom_crypto::Encryptor::new(Arc::new(ring)).suite(suite.parse()?);
            let encryptor =
                also.iter().try_fold(encryptor, |all, key| KeyFile::open(key).map(|key| all.and(Arc::new(key))))?;
            Ok(if cache { encryptor.cache(&DataKeyCache::new()) } else { encryptor })
        };
        open().map(Self).map_err(|error| crypto(&error))
    }

    fn seal<'py>(&self, py: Python<'py>, data: &[u8], context: Bind<'_>) -> PyResult<Bound<'py, PyBytes>> {
        let context = context.bound()?;
        let seal = || block_on(self.0.seal(data, &context));
        let message = aside(py, data.len(), seal).map_err(|error| crypto(&error))?;
        Ok(PyBytes::new(py, &message))
    }

    fn open<'py>(&self, py: Python<'py>, message: &[u8], context: Bind<'_>) -> PyResult<Bound<'py, PyBytes>> {
        let context = context.bound()?;
        let open = || block_on(self.0.open(message, &context));
        let plaintext = aside(py, message.len(), open).map_err(|error| crypto(&error))?;
        Ok(PyBytes::new(py, &plaintext))
    }

    /// The message for the current keys, or None where it is for them already.
    fn rewrap<'py>(&self, py: Python<'py>, message: &[u8], context: Bind<'_>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let context = context.bound()?;
        let rewrap = || block_on(self.0.rewrap(message, &context));
        let rewrapped = aside(py, message.len(), rewrap).map_err(|error| crypto(&error))?;
        Ok(rewrapped.map(|message| PyBytes::new(py, &message)))
    }

    /// Encrypts a file into a new one, and answers with the number of bytes encrypted.
    fn seal_file(&self, py: Python<'_>, source: PathBuf, target: PathBuf, context: Bind<'_>) -> PyResult<u64> {
        let context = context.bound()?;
        py.detach(|| copy(&source, &target, |from, to| block_on(self.0.seal_stream(from, to, &context))))
    }

    /// Decrypts a file into a new one, and answers with the number of bytes decrypted.
    fn open_file(&self, py: Python<'_>, source: PathBuf, target: PathBuf, context: Bind<'_>) -> PyResult<u64> {
        let context = context.bound()?;
        py.detach(|| copy(&source, &target, |from, to| block_on(self.0.open_stream(from, to, &context))))
    }
}

impl Encryptor {
    /// One under the key of an organization or data subject.
    pub(crate) fn with_scope_key(key: ScopeKey) -> Self {
        Self(axiom_crypto::Encryptor::new(Arc::new(key)))
    }
}

/// What messages are bound to, made once.
#[pyclass(frozen, name = "Context", module = "axiom._axiom")]
pub(crate) struct PreparedContext(Context);

#[pymethods]
impl PreparedContext {
    #[new]
    fn new(pairs: BTreeMap<String, String>) -> PyResult<Self> {
        Context::new(pairs).map(Self).map_err(|error| crypto(&error))
    }
}

/// A context as a call takes it.
#[derive(FromPyObject)]
enum Bind<'py> {
    Prepared(PyRef<'py, PreparedContext>),
    Pairs(BTreeMap<String, String>),
}

impl Bind<'_> {
    fn bound(self) -> PyResult<Context> {
        match self {
            Self::Prepared(context) => Ok(context.0.clone()),
            Self::Pairs(pairs) => Context::new(pairs).map_err(|error| crypto(&error)),
        }
    }
}

/// Lets other threads of Python run where it takes longer than changing threads does.
fn aside<T: Send>(py: Python<'_>, len: usize, work: impl FnOnce() -> T + Send) -> T {
    if len < WORTH_A_CHANGE { work() } else { py.detach(work) }
}

/// Has `work` write a new file that only its owner can read, which appears complete and durable or not at all.
fn copy(
    source: &Path,
    target: &Path,
    work: impl FnOnce(&File, &mut NamedTempFile) -> Result<u64, Error>,
) -> PyResult<u64> {
    let from = File::open(source).map_err(|error| file("read", source, &error))?;
    let failed = |error: io::Error| file("write", target, &error);
    if target.symlink_metadata().is_ok() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut to = Builder::new().prefix(".axiom-").suffix(".tmp").tempfile_in(directory).map_err(failed)?;
    let len = work(&from, &mut to).map_err(|error| crypto(&error))?;
    to.as_file().sync_all().map_err(failed)?;
    to.persist_noclobber(target).map_err(|error| failed(error.error))?;
    Ok(len)
}

/// Encrypting 16 KiB takes a few microseconds.
const WORTH_A_CHANGE: usize = 16 << 10;
