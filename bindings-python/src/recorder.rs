//! The recorder: `axiom.Recorder`.

use std::path::PathBuf;
use std::process;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axiom_audit::{Fate, FileStore, Receipt, Recorder as Inner, RecorderBuilder, Store, sign_checkpoint};
use axiom_core::{Event, SealPaths, Unscrubbed};
use axiom_crypto::{Ed25519Signer, FieldSealer, KeyFile, KeyTree as Keys};
use pollster::block_on;
use pyo3::prelude::*;

use crate::directory;
use crate::error::{ArgumentError, AxiomError, ClosedError, argument, audit, crypto};
use crate::event::Reader;
use crate::finding::{CodePointScrubber, FindingTuple, tuple};
use crate::key_tree::KeyTree;

/// A directory of logs that is open for writing.
///
/// No lock is ever waited for by a thread that keeps other Python threads from running.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct Recorder {
    signing_key: PathBuf,
    /// The process that has the recorder's thread; a fork has only its memory.
    process: u32,
    open: RwLock<Option<Open>>,
    signing: Mutex<()>,
    /// The name of the host whose logs they are.
    #[pyo3(get)]
    origin: String,
    /// The public key that verifies them.
    #[pyo3(get)]
    verifier_key: String,
}

/// What is let go when the recorder is closed: first the recorder, which waits for what is under way, then the lock.
struct Open {
    recorder: Inner,
    store: Arc<FileStore>,
}

/// The arguments of `axiom.Receipt`: id, log, seq, hash, microseconds since 1970, durable, duplicate,
/// findings, sealed.
type ReceiptTuple = (String, String, u64, String, i64, bool, bool, Vec<FindingTuple>, Vec<String>);

#[pymethods]
impl Recorder {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "the options of the class that is written in Python")]
    fn new(
        py: Python<'_>,
        directory: PathBuf,
        origin: Option<String>,
        scrub: bool,
        seal_key: Option<PathBuf>,
        keys: Option<PyRef<'_, KeyTree>>,
        seal: Vec<Field>,
        stream: Option<String>,
        signing_key: Option<PathBuf>,
    ) -> PyResult<Self> {
        let keys = keys.map(|keys| keys.0.clone());
        py.detach(|| {
            let settings = Settings { scrub, sealing: sealing(seal_key, keys, &seal)?, stream };
            let signing_key = signing_key.unwrap_or_else(|| directory.join("signing.key"));
            let store = Arc::new(directory::open(&directory, origin.as_deref(), &signing_key)?);
            let key = store.verifier_key();
            let (origin, verifier_key) = (key.name().to_string(), key.to_string());
            let recorder = settings.start(Arc::clone(&store) as _)?;
            let open = RwLock::new(Some(Open { recorder, store }));
            Ok(Self { signing_key, process: process::id(), open, signing: Mutex::default(), origin, verifier_key })
        })
    }

    /// Records events as one batch: for each its receipt or its exception, in order.
    fn record_many<'py>(&self, py: Python<'py>, events: Vec<Bound<'py, PyAny>>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let reader = Reader::new(py)?;
        let mut batch = Vec::with_capacity(events.len());
        let mut refusals = Vec::with_capacity(events.len());
        for event in &events {
            match reader.event(event) {
                Ok(event) => {
                    batch.push(event);
                    refusals.push(None);
                }
                Err(error) if error.is_instance_of::<AxiomError>(py) => refusals.push(Some(error)),
                Err(error) => return Err(error),
            }
        }
        let mut results = self.record(py, batch)?.into_iter();
        let answer = |refusal: Option<PyErr>| match refusal {
            Some(error) => Ok(error.into_value(py).into_bound(py).into_any()),
            None => match results.next().unwrap_or(Err(axiom_audit::Error::Closed)) {
                Ok(receipt) => Ok(receipt_tuple(receipt).into_pyobject(py)?.into_any()),
                Err(error) => Ok(audit(&error).into_value(py).into_bound(py).into_any()),
            },
        };
        refusals.into_iter().map(answer).collect()
    }

    /// Signs a checkpoint of every log.
    fn checkpoint(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.with_open(py, |open| {
            let _one_at_a_time = self.signing.lock().unwrap_or_else(PoisonError::into_inner);
            sign_all(&open.store, &directory::signer(&self.signing_key, &open.store)?)
        })?
    }

    /// Waits for what is under way and lets the directory go.
    fn close(&self, py: Python<'_>) {
        if !self.is_forked() {
            py.detach(|| drop(self.open.write().unwrap_or_else(PoisonError::into_inner).take()));
        }
    }

    /// Whether it has been closed.
    #[getter]
    fn closed(&self, py: Python<'_>) -> bool {
        self.with_open(py, |_| ()).is_err()
    }
}

impl Recorder {
    fn record(&self, py: Python<'_>, batch: Vec<Event>) -> PyResult<Vec<Result<Receipt, axiom_audit::Error>>> {
        self.with_open(py, |open| open.recorder.record_batch_blocking(batch))
    }

    /// Lets other Python threads run while `work` does; the recorder stays open for as long.
    fn with_open<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&Open) -> T + Send) -> PyResult<T> {
        if self.is_forked() {
            return Err(ClosedError::new_err(
                "the recorder stayed with the process that made it: open one after forking",
            ));
        }
        py.detach(|| {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            open.as_ref().map(work).ok_or_else(|| audit(&axiom_audit::Error::Closed))
        })
    }

    fn is_forked(&self) -> bool {
        self.process != process::id()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if self.is_forked() {
            // The thread that it would wait for does not exist in this process.
            core::mem::forget(self.open.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

/// How events are treated.
struct Settings {
    scrub: bool,
    sealing: Option<(SealPaths, FieldSealer)>,
    stream: Option<String>,
}

impl Settings {
    fn start(self, store: Arc<dyn Store>) -> PyResult<Inner> {
        let mut builder = builder(store, self.scrub);
        if let Some((paths, sealer)) = self.sealing {
            builder = builder.seal(paths, sealer);
        }
        if let Some(stream) = self.stream {
            builder = builder.stream(stream.parse().map_err(|error| argument("stream", &error))?);
        }
        builder.build().map_err(|error| audit(&error))
    }
}

fn builder(store: Arc<dyn Store>, scrub: bool) -> RecorderBuilder {
    match scrub {
        true => Inner::builder_shared(store, CodePointScrubber::default()),
        false => Inner::builder_shared(store, Unscrubbed),
    }
}

/// A field to seal: its pointer, and that of the data subject it belongs to.
type Field = (String, Option<String>);

/// With keys, the states are sealed and the other `fields` too.
fn sealing(key: Option<PathBuf>, keys: Option<Keys>, fields: &[Field]) -> PyResult<Option<(SealPaths, FieldSealer)>> {
    let sealer = match (key, keys) {
        (Some(_), Some(_)) => return Err(ArgumentError::new_err("seal_key: there are keys already")),
        (Some(key), None) => FieldSealer::new(Arc::new(KeyFile::open(key).map_err(|error| crypto(&error))?)),
        (None, Some(keys)) => FieldSealer::with_keys(keys),
        (None, None) if fields.is_empty() => return Ok(None),
        (None, None) => return Err(ArgumentError::new_err("seal: there are no keys to seal fields with")),
    };
    let paths = paths(fields).map_err(|error| ArgumentError::new_err(format!("seal: {error}")))?;
    Ok(Some((paths, sealer)))
}

/// The states, unless `fields` says whose they are, and the fields.
fn paths(fields: &[Field]) -> Result<SealPaths, axiom_core::Error> {
    let is_named = |state: &str| fields.iter().any(|(pointer, _)| pointer == state);
    let mut states = ["/beforeState", "/afterState"].into_iter().filter(|state| !is_named(state));
    let paths = states.try_fold(SealPaths::none(), SealPaths::and)?;
    fields.iter().try_fold(paths, |paths, (pointer, subject)| match subject {
        Some(subject) => paths.and_of_subject(pointer, subject),
        None => paths.and(pointer),
    })
}

/// Signs every log that can be signed, even where another one cannot.
fn sign_all(store: &FileStore, signer: &Ed25519Signer) -> PyResult<Vec<String>> {
    let logs = block_on(store.logs()).map_err(|error| audit(&error))?;
    let notes: Vec<_> = logs.iter().map(|log| block_on(sign_checkpoint(store, store, log, signer))).collect();
    notes.into_iter().map(|note| note.map(|note| note.to_string()).map_err(|error| audit(&error))).collect()
}

fn receipt_tuple(receipt: Receipt) -> ReceiptTuple {
    let place = receipt.place().expect("without another failure policy every receipt has a place");
    (
        receipt.id.to_string(),
        receipt.log.to_string(),
        place.seq,
        place.hash.to_string(),
        place.recorded_at.unix_micros(),
        place.durable,
        matches!(receipt.fate, Fate::Duplicate { .. }),
        receipt.findings.into_iter().map(tuple).collect(),
        receipt.sealed,
    )
}
