//! The keys that a verifier trusts, those that they lead to, and what each may still say.

use std::sync::Arc;

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::note::{SignedNote, TrustedKey};
use crate::rotation::KeyRotation;

/// Trusted keys, followed over the rotations of the host.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keyring {
    current: Vec<Arc<TrustedKey>>,
    /// Keys that were replaced: what they sign counts only as far as a current key confirms it.
    retired: Vec<Arc<TrustedKey>>,
    /// The last rotation that a trusted key signed.
    epoch: u64,
}

/// A checkpoint whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) checkpoint: Checkpoint,
    /// Whether no key that is still in use signed it.
    pub(crate) retired: bool,
}

impl Keyring {
    pub(crate) fn new(current: Vec<TrustedKey>) -> Self {
        Self { current: current.into_iter().map(Arc::new).collect(), ..Self::default() }
    }

    /// Follows a rotation from a trusted key to the next, and tells whether a trusted key signed it: one between keys
    /// that are not known leads nowhere.
    ///
    /// # Errors
    /// Those of [`KeyRotation::follow`]; the keys are then as they were.
    pub(crate) fn follow(&mut self, rotation: &KeyRotation) -> Result<bool, Error> {
        let replaces = |key: &Arc<TrustedKey>| key.key() == rotation.replaces();
        if self.retired.iter().any(replaces) {
            return Err(Error::Key("the key was replaced before, by another"));
        }
        if let Some(at) = self.current.iter().position(replaces) {
            let next = rotation.follow(&self.current[at])?;
            let before = self.current.remove(at);
            self.retired.push(before);
            if !self.current.iter().any(|key| key.key() == next.key()) {
                self.current.push(Arc::new(next));
            }
        }
        let known = self.current.iter().any(|key| rotation.key() == key.key() && rotation.check(key).is_ok());
        if known {
            self.epoch = self.epoch.max(rotation.epoch());
        }
        Ok(known)
    }

    pub(crate) const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Whether the public key is one that is in use.
    pub(crate) fn holds(&self, public_key: &[u8]) -> bool {
        self.current.iter().any(|key| key.key().public_key() == public_key)
    }

    /// Reads a checkpoint that a trusted key signed.
    ///
    /// # Errors
    /// [`Error::Note`] where the note is no checkpoint, [`Error::Signature`] where none of the keys signed it or the
    /// signature of one does not hold.
    pub(crate) fn read(&self, note: &SignedNote) -> Result<Signed, Error> {
        let checkpoint: Checkpoint = note.text().parse()?;
        let by = |keys: &[Arc<TrustedKey>]| note.signed_by_any(&checkpoint.origin, keys.iter().map(|key| &**key));
        let (current, retired) = (by(&self.current)?, by(&self.retired)?);
        if current || retired { Ok(Signed { checkpoint, retired: !current }) } else { Err(Error::Signature) }
    }
}

/// Of the checkpoints of one log, those that count: a retired key's only up to where one of a current key confirms it.
/// The others come second.
pub(crate) fn confirmed(signed: Vec<(String, Signed)>) -> (Vec<Checkpoint>, Vec<String>) {
    let newest = signed.iter().filter(|(_, signed)| !signed.retired).map(|(_, signed)| signed.checkpoint.size).max();
    let (mut counting, mut others) = (Vec::new(), Vec::new());
    for (name, Signed { checkpoint, retired }) in signed {
        match !retired || Some(checkpoint.size) <= newest {
            true => counting.push(checkpoint),
            false => others.push(name),
        }
    }
    (counting, others)
}
