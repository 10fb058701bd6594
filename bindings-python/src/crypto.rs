//! Envelope encryption under a key file: `axiom.crypto`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use axiom_crypto::{Context, Error, KeyFile, KeyProvider, envelope};
use pollster::block_on;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::crypto;

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
