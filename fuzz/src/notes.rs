//! Signed texts: notes, checkpoints, keys and proofs.

use axiom_audit::{Checkpoint, ProofBundle, SignedNote, VerifierKey};

use crate::fixture::{self, NOTE, SEGMENT};

/// A note is written as it was read, and nothing but the signed text verifies.
pub fn note(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let _ = SignedNote::parse_all(text);
    let Ok(note) = text.parse::<SignedNote>() else { return false };
    assert_eq!(note.to_string(), text);
    if let Ok(checkpoint) = Checkpoint::from_note(&note, &[fixture::key()]) {
        assert_eq!(checkpoint, fixture::checkpoint(), "a forged signature");
        assert!(NOTE.starts_with(note.text()));
    }
    true
}

/// A checkpoint is written as it was read.
pub fn checkpoint(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(checkpoint) = text.parse::<Checkpoint>() else { return false };
    assert_eq!(checkpoint.to_string(), text);
    true
}

/// A verifier key is written as it was read, but for white space after it.
pub fn key(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(key) = text.parse::<VerifierKey>() else { return false };
    assert_eq!(key.to_string(), text.trim_end());
    true
}

/// A proof is written as it was read, and proves only what is in the log.
pub fn proof(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(bundle) = text.parse::<ProofBundle>() else { return false };
    assert_eq!(bundle.to_string(), text);
    if let Ok((entry, _)) = bundle.verify(&[fixture::key()]) {
        assert!(SEGMENT.split(|byte| *byte == b'\n').any(|line| line == entry), "a forged entry");
    }
    true
}
