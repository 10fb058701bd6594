//! The files that hold a directory's signing keys: the one in use, the one before it, and the one to come.

use std::path::{Path, PathBuf};

use axiom_audit::{FileStore, Signers};
use axiom_core::{Clock, SystemClock};
use axiom_crypto::Ed25519Signer;

use crate::failure::Failure;
use crate::terminal;

/// Where the keys are: the one in use, and beside it `.next` and `.retiring` during a rotation and its overlap.
pub(super) struct SigningKeys {
    pub(super) current: PathBuf,
    pub(super) next: PathBuf,
    pub(super) retiring: PathBuf,
}

/// The keys that sign now.
pub(super) struct Open {
    current: Ed25519Signer,
    retiring: Option<Ed25519Signer>,
}

impl SigningKeys {
    /// Those of a directory, unless the user keeps them elsewhere.
    pub(super) fn of(directory: &Path, elsewhere: Option<PathBuf>) -> Self {
        let current = elsewhere.unwrap_or_else(|| directory.join("signing.key"));
        let beside = |suffix: &str| {
            let mut path = current.clone().into_os_string();
            path.push(suffix);
            PathBuf::from(path)
        };
        Self { next: beside(".next"), retiring: beside(".retiring"), current }
    }

    /// Opens the keys that sign the checkpoints of `store`; one whose overlap has ended is erased.
    pub(super) fn open(&self, store: &FileStore) -> Result<Open, Failure> {
        let current = Ed25519Signer::open(&self.current)?;
        if current.verifying_key() != store.verifier_key().public_key() {
            let hint = match self.next.exists() {
                true => "; a rotation was interrupted, finish it with `axiom audit rotate-key`",
                false => "",
            };
            return Err(Failure::Usage(format!(
                "the signing key is not the one whose verifier key the directory names{hint}"
            )));
        }
        Ok(Open { current, retiring: self.open_retiring(store)? })
    }

    fn open_retiring(&self, store: &FileStore) -> Result<Option<Ed25519Signer>, Failure> {
        if !self.retiring.exists() {
            return Ok(None);
        }
        let rotations = store.rotations()?;
        let until = rotations.last().and_then(axiom_audit::KeyRotation::overlap_until);
        if until.is_some_and(|until| SystemClock.now() < until) {
            return Ok(Some(Ed25519Signer::open(&self.retiring)?));
        }
        Ed25519Signer::erase(&self.retiring)?;
        terminal::note("the overlap of the last key rotation is over: the key before it was erased");
        Ok(None)
    }
}

impl Open {
    pub(super) fn signers(&self) -> Signers<'_> {
        let signers = Signers::new(&self.current);
        self.retiring.iter().fold(signers, |signers, retiring| signers.and_retiring(retiring))
    }

    pub(super) const fn current(&self) -> &Ed25519Signer {
        &self.current
    }

    pub(super) const fn is_overlapping(&self) -> bool {
        self.retiring.is_some()
    }
}
