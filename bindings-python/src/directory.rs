//! A directory of logs and the key that signs its checkpoints.

use std::fs::DirBuilder;
use std::path::Path;

use axiom_audit::{Error, FileStore, Naming, VerifierKey};
use axiom_core::Origin;
use axiom_crypto::Ed25519Signer;
use pyo3::PyErr;

use crate::error::{ArgumentError, KeyFileError, NotFoundError, argument, audit, crypto, file};

/// Opens the directory for writing; makes it, with a signing key, where there is none and `origin` says whose it is.
pub(crate) fn open(directory: &Path, origin: Option<&str>, signing_key: &Path) -> Result<FileStore, PyErr> {
    let origin = origin.map(str::parse::<Origin>).transpose().map_err(|error| argument("origin", &error))?;
    match (FileStore::open(directory), origin) {
        (Ok(store), Some(origin)) => check_origin(store, &origin),
        (Err(Error::NotFound { .. }), Some(origin)) => create(directory, origin, signing_key),
        (Err(Error::NotFound { path }), None) => {
            Err(NotFoundError::new_err(format!("{path} holds no log; name an origin to make one")))
        }
        (opened, _) => opened.map_err(|error| audit(&error)),
    }
}

/// The private key at `path`, which must belong to the directory.
pub(crate) fn signer(path: &Path, store: &FileStore) -> Result<Ed25519Signer, PyErr> {
    let signer = Ed25519Signer::open(path).map_err(|error| crypto(&error))?;
    if signer.verifying_key() == store.verifier_key().public_key() {
        Ok(signer)
    } else {
        Err(KeyFileError::new_err(format!("{} does not belong to this directory", path.display())))
    }
}

fn check_origin(store: FileStore, origin: &Origin) -> Result<FileStore, PyErr> {
    let name = store.verifier_key().name();
    if name == origin {
        return Ok(store);
    }
    Err(ArgumentError::new_err(format!("origin: the directory belongs to {name}, not to {origin}")))
}

fn create(directory: &Path, origin: Origin, signing_key: &Path) -> Result<FileStore, PyErr> {
    // Before anything is made, so that an unfit name leaves nothing behind.
    Naming::new(origin.clone(), [0; 32]).map_err(|error| audit(&error))?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory).map_err(|error| file("create", directory, &error))?;
    // A key without a log is what an interrupted creation leaves behind.
    let signer = match signing_key.exists() {
        true => Ed25519Signer::open(signing_key),
        false => Ed25519Signer::create(signing_key, origin.clone()),
    };
    let signer = signer.map_err(|error| crypto(&error))?;
    let key = VerifierKey::of(origin, &signer).map_err(|error| audit(&error))?;
    FileStore::create(directory, &key).map_err(|error| audit(&error))
}
