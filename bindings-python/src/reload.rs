//! Secrets that change while the process runs: `axiom.secrets.ReloadingSecret`.

use core::cell::RefCell;
use core::time::Duration;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use axiom_crypto::reload::{FetchError, FileSource, ReloadingSecret as Inner, ReloadingSecretBuilder, SecretVersion};
use axiom_crypto::{Failure, Secret as Content};
use pollster::block_on;
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;

use crate::error;
use crate::moment::datetime;
use crate::secrets::{Secret, read_content};

/// The current value of a secret that changes.
///
/// No lock is held while Python fetches, and none is waited for by a thread that keeps others from running Python.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct ReloadingSecret {
    inner: Inner,
    is_text: bool,
}

#[pymethods]
impl ReloadingSecret {
    #[new]
    fn new(
        py: Python<'_>,
        path: Option<PathBuf>,
        function: Option<Py<PyAny>>,
        is_text: bool,
        interval: Duration,
        max_age: Option<Duration>,
    ) -> PyResult<Self> {
        let mut builder = match (path, function) {
            (Some(path), None) if is_text => Inner::builder(FileSource::line(path)),
            (Some(path), None) => Inner::builder(FileSource::bytes(path)),
            (None, Some(function)) => of_function(function, is_text),
            _ => return Err(PyTypeError::new_err("a secret has one source")),
        };
        builder = builder.interval(interval);
        if let Some(max_age) = max_age {
            builder = builder.max_age(max_age);
        }
        let inner = fetch(py, || block_on(builder.load()))?;
        Ok(Self { inner, is_text })
    }

    /// The current value, fetched anew where it is older than the interval.
    fn current(&self, py: Python<'_>) -> PyResult<Secret> {
        fetch(py, || block_on(self.inner.current())).map(|version| self.secret(version))
    }

    /// The value, fetched now.
    fn refresh(&self, py: Python<'_>) -> PyResult<Secret> {
        fetch(py, || block_on(self.inner.refresh())).map(|version| self.secret(version))
    }

    #[getter]
    fn age(&self) -> Duration {
        self.inner.age()
    }

    #[getter]
    fn is_stale(&self) -> bool {
        self.inner.is_stale()
    }

    /// The kind of the last failure, and when it was.
    #[getter]
    fn last_failure(&self) -> Option<(&'static str, SystemTime)> {
        self.inner.last_failure().map(|(failure, at)| (error::failure(failure), datetime(at)))
    }
}

impl ReloadingSecret {
    const fn secret(&self, version: Arc<SecretVersion>) -> Secret {
        Secret::version(version, self.is_text)
    }
}

fn of_function(function: Py<PyAny>, is_text: bool) -> ReloadingSecretBuilder {
    Inner::builder(move || {
        Python::attach(|py| called(function.bind(py), is_text)).map_err(|raised| {
            let refused = Python::attach(|py| refusal(&raised, py));
            RAISED.set(Some(raised));
            refused
        })
    })
}

fn called(function: &Bound<'_, PyAny>, is_text: bool) -> PyResult<Content<Vec<u8>>> {
    match read_content(&function.call0()?)? {
        (content, found) if found == is_text => Ok(content),
        _ => Err(PyTypeError::new_err("the source must give str, or bytes where binary is set")),
    }
}

/// What is kept of an exception: its type, but not its message, in which nobody has looked for secrets.
fn refusal(raised: &PyErr, py: Python<'_>) -> FetchError {
    let failure = error::named_failure(raised, py).unwrap_or(Failure::Other);
    let name = raised.get_type(py).name().map_or_else(|_| "an exception".to_owned(), |name| name.to_string());
    FetchError::new(failure, format!("the source raised {name}"))
}

/// Fetches while other Python threads run.
///
/// What the source raised is the cause of the error; what is no error, such as an interrupt, goes on as it is.
fn fetch<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, FetchError> + Send) -> PyResult<T> {
    RAISED.take();
    let fetched = py.detach(work);
    let raised = RAISED.take();
    match (fetched, raised) {
        (_, Some(raised)) if !raised.is_instance_of::<PyException>(py) => Err(raised),
        (Ok(value), _) => Ok(value),
        (Err(failed), raised) => {
            let failed = error::fetch(&failed);
            failed.set_cause(py, raised);
            Err(failed)
        }
    }
}

thread_local! {
    /// What the source has raised on this thread, which is the one that asked for the value.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}
