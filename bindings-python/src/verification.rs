//! Verification: `axiom.verify`.

use std::path::{Path, PathBuf};

use axiom_audit::{
    DirectoryReport, DirectoryVerifier, Fault, FileStore, LogReport, SignedNote, TrustedKey, VerifierKey,
};
use axiom_crypto::Ed25519Verifier;
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::error::{audit, crypto};

/// Verifies a directory of logs; the report is JSON.
///
/// `checkpoints` are files of signed notes: a name for messages, and the content.
#[pyfunction]
pub(crate) fn verify(
    py: Python<'_>,
    directory: PathBuf,
    vkey: Option<String>,
    checkpoints: Vec<(String, String)>,
    strict: bool,
) -> PyResult<String> {
    py.detach(|| {
        let key = verifier_key(&directory, vkey.as_deref())?;
        let report =
            verifier(&directory, key.clone(), &checkpoints, strict)?.verify().map_err(|error| audit(&error))?;
        Ok(describe(&report, &key).to_string())
    })
}

/// The given key, or the one that the directory itself names.
fn verifier_key(directory: &Path, vkey: Option<&str>) -> PyResult<VerifierKey> {
    let key = match vkey {
        Some(text) => text.parse(),
        None => FileStore::read_only(directory).map(|store| store.verifier_key().clone()),
    };
    key.map_err(|error| audit(&error))
}

fn verifier(
    directory: &Path,
    key: VerifierKey,
    checkpoints: &[(String, String)],
    strict: bool,
) -> PyResult<DirectoryVerifier<'static>> {
    let ed25519 = Ed25519Verifier::from_public_key(key.public_key()).map_err(|error| crypto(&error))?;
    let key = TrustedKey::new(key, ed25519).map_err(|error| audit(&error))?;
    let mut verifier = DirectoryVerifier::new(directory).key(key);
    for (name, notes) in checkpoints {
        for note in SignedNote::parse_all(notes).map_err(|error| audit(&error))? {
            verifier = verifier.checkpoint(name.as_str(), note);
        }
    }
    Ok(if strict { verifier.strict() } else { verifier })
}

fn describe(report: &DirectoryReport, key: &VerifierKey) -> Value {
    json!({
        "origin": report.host.as_str(),
        "vkey": key.to_string(),
        "logs": report.logs.iter().map(log).collect::<Vec<_>>(),
        "faults": report.faults().map(|(place, found)| fault(place.as_str(), found)).collect::<Vec<_>>(),
    })
}

fn log(report: &LogReport) -> Value {
    json!({
        "origin": report.origin.as_str(),
        "entries": report.entries,
        "anchored": report.anchored,
        "root": report.root.to_string(),
        "tip": report.tip.to_string(),
        "faults": report.faults.iter().map(|found| fault(report.origin.as_str(), found)).collect::<Vec<_>>(),
    })
}

fn fault(place: &str, fault: &Fault) -> Value {
    json!({"log": place, "message": fault.to_string(), "details": fault})
}
