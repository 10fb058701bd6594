//! Keys of organizations and data subjects: `axiom.crypto.KeyTree`.

use core::time::Duration;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use axiom_core::{Unscrubbed, Unsealed};
use axiom_crypto::{ErasureReceipt, Error, FileKeyStore, KeyFile, KeyScope, KeyState, KeyTree as Inner};
use pollster::block_on;
use pyo3::prelude::*;

use crate::crypto::Encryptor;
use crate::error::{argument, core, crypto};
use crate::moment::datetime;

/// A directory of wrapped keys, and the key file that unwraps them.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct KeyTree(pub(crate) Inner);

/// The arguments of `axiom.crypto.ErasureReceipt`: organization, scope, keys, time, by, reason, digest, event as JSON.
type ReceiptTuple = (String, &'static str, Vec<String>, SystemTime, String, String, String, String);

#[pymethods]
impl KeyTree {
    #[new]
    fn new(py: Python<'_>, store: PathBuf, key: PathBuf) -> PyResult<Self> {
        let open = || -> Result<_, Error> {
            let key = KeyFile::open(key)?;
            Ok(Inner::new(Arc::new(FileKeyStore::open_or_create(store)?), Arc::new(key)))
        };
        py.detach(open).map(Self).map_err(|error| crypto(&error))
    }

    fn encryptor(&self, py: Python<'_>, organization: &str, subject: Option<&str>) -> PyResult<Encryptor> {
        let scope = scope(organization, subject)?;
        let key = waited(py, || block_on(self.0.key(&scope)))?;
        Ok(Encryptor::with_scope_key(key))
    }

    fn state(&self, py: Python<'_>, organization: &str, subject: Option<&str>) -> PyResult<Option<&'static str>> {
        let scope = scope(organization, subject)?;
        let state = waited(py, || block_on(self.0.state(&scope)))?;
        Ok(state.map(|state| match state {
            KeyState::Destroyed => "destroyed",
            KeyState::PendingDeletion => "revoked",
            _ => "enabled",
        }))
    }

    /// From when on the key may be destroyed.
    fn revoke(
        &self,
        py: Python<'_>,
        organization: &str,
        subject: Option<&str>,
        grace: Duration,
    ) -> PyResult<SystemTime> {
        let scope = scope(organization, subject)?;
        waited(py, || block_on(self.0.revoke(&scope, grace))).map(datetime)
    }

    fn restore(&self, py: Python<'_>, organization: &str, subject: Option<&str>) -> PyResult<()> {
        let scope = scope(organization, subject)?;
        waited(py, || block_on(self.0.restore(&scope)))
    }

    fn destroy(
        &self,
        py: Python<'_>,
        organization: &str,
        subject: Option<&str>,
        by: &str,
        reason: &str,
    ) -> PyResult<ReceiptTuple> {
        let scope = scope(organization, subject)?;
        receipt(&waited(py, || block_on(self.0.destroy(&scope, by, reason)))?, &scope, by, reason)
    }

    fn destroy_without_grace(
        &self,
        py: Python<'_>,
        organization: &str,
        subject: Option<&str>,
        by: &str,
        reason: &str,
    ) -> PyResult<ReceiptTuple> {
        let scope = scope(organization, subject)?;
        receipt(&waited(py, || block_on(self.0.destroy_without_grace(&scope, by, reason)))?, &scope, by, reason)
    }

    fn hold(&self, py: Python<'_>, organization: &str, subject: Option<&str>, name: &str) -> PyResult<()> {
        let scope = scope(organization, subject)?;
        waited(py, || block_on(self.0.hold(&scope, name)))
    }

    fn release(&self, py: Python<'_>, organization: &str, subject: Option<&str>, name: &str) -> PyResult<()> {
        let scope = scope(organization, subject)?;
        waited(py, || block_on(self.0.release(&scope, name)))
    }
}

fn scope(organization: &str, subject: Option<&str>) -> PyResult<KeyScope> {
    let organization = organization.parse().map_err(|error| argument("organization", &error))?;
    match subject {
        None => Ok(KeyScope::organization(organization)),
        Some(subject) => {
            let subject = subject.parse().map_err(|error| argument("subject", &error))?;
            Ok(KeyScope::subject(organization, subject))
        }
    }
}

/// Lets other threads of Python run while files are read and written.
fn waited<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
    py.detach(work).map_err(|error| crypto(&error))
}

fn receipt(receipt: &ErasureReceipt, scope: &KeyScope, by: &str, reason: &str) -> PyResult<ReceiptTuple> {
    let event = receipt.to_event().build().map_err(|error| core(&error))?;
    // The recorder that it is handed to scrubs and seals it.
    let scrubbed = event.scrub(&Unscrubbed).map_err(|error| core(&error))?;
    let event = scrubbed.without_sealing(Unsealed).canonical().map_err(|error| core(&error))?;
    Ok((
        receipt.organization().to_string(),
        if scope.subject_ref().is_some() { "subject" } else { "organization" },
        receipt.keys().iter().map(ToString::to_string).collect(),
        datetime(receipt.at()),
        by.into(),
        reason.into(),
        receipt.digest().to_string(),
        event.as_str().into(),
    ))
}
