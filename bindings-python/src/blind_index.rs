//! Encrypted values that can be searched for: `axiom.blind_index`.

use axiom_crypto::blind_index::{BlindIndex as Inner, Normalization};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{ArgumentError, argument, crypto};
use crate::secrets::{Secret, key};

/// The indexes of one field of one organization.
#[pyclass(module = "axiom._axiom")]
pub(crate) struct BlindIndex {
    inner: Inner,
}

#[pymethods]
impl BlindIndex {
    #[new]
    fn new(
        master: &Secret,
        version: u8,
        organization: &str,
        field: &str,
        normalization: &str,
        bits: u16,
    ) -> PyResult<Self> {
        let organization = organization.parse().map_err(|error| argument("organization", &error))?;
        let normalization = match normalization {
            "digits" => Normalization::Digits,
            "exact" => Normalization::Exact,
            "folded" => Normalization::Folded,
            _ => return Err(ArgumentError::new_err("normalization: must be digits, exact or folded")),
        };
        let made = Inner::new(&key(master)?, version, &organization, field, normalization, bits);
        made.map(|inner| Self { inner }).map_err(|error| crypto(&error))
    }

    /// Writes under another version from now on.
    fn rotate(&mut self, master: &Secret, version: u8) -> PyResult<()> {
        self.inner.rotate(&key(master)?, version).map_err(|error| crypto(&error))
    }

    /// No longer looks up this version.
    fn retire(&mut self, version: u8) -> PyResult<()> {
        self.inner.retire(version).map_err(|error| crypto(&error))
    }

    /// What to store beside the encrypted value.
    fn write<'py>(&self, py: Python<'py>, value: &str) -> PyResult<Bound<'py, PyBytes>> {
        let token = self.inner.write(value).map_err(|error| crypto(&error))?;
        Ok(PyBytes::new(py, token.as_bytes()))
    }

    /// What an index of this value may be.
    fn lookup<'py>(&self, py: Python<'py>, value: &str) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let tokens = self.inner.lookup(value).map_err(|error| crypto(&error))?;
        Ok(tokens.iter().map(|token| PyBytes::new(py, token.as_bytes())).collect())
    }
}
