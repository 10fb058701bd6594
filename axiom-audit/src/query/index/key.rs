//! What an index is keyed with, so that it fits one log alone and outsiders cannot aim at it.

use core::ops::Range;

use axiom_core::{Digest, LogId};

use crate::naming::Naming;
use crate::query::facts::Field;

/// SHA-256("axiom-audit/v1/index\n" ‖ salt of the host ‖ origin of the log).
#[derive(Debug, Clone)]
pub(super) struct Key(Digest);

impl Key {
    pub(super) fn new(naming: &Naming, log: &LogId) -> Self {
        let origin = naming.origin(log);
        Self(Digest::of(&[b"axiom-audit/v1/index\n", naming.salt().as_bytes(), origin.as_str().as_bytes()]))
    }

    /// What stands for a value: the first 8 bytes of SHA-256(first 16 bytes of the key ‖ field ‖ value).
    ///
    /// Half of the key leaves room for a value of 38 bytes in one block of SHA-256.
    pub(super) fn term(&self, field: Field, value: &str) -> u64 {
        let digest = Digest::of(&[&self.0.as_bytes()[..16], &[field as u8], value.as_bytes()]);
        u64::from_be_bytes(first_eight(&digest))
    }

    /// What a block of the run over `range` ends with: the first 8 bytes of SHA-256(key ‖ first ‖ end ‖ offset ‖
    /// block).
    pub(super) fn seal(&self, range: &Range<u64>, offset: u64, block: &[u8]) -> [u8; 8] {
        let [first, end, offset] = [range.start, range.end, offset].map(u64::to_le_bytes);
        first_eight(&Digest::of(&[self.0.as_bytes(), &first, &end, &offset, block]))
    }
}

fn first_eight(digest: &Digest) -> [u8; 8] {
    *digest.as_bytes().first_chunk().expect("a digest has 32 bytes")
}
