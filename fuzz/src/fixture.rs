//! A log of three entries, its signed checkpoint and its key; the private key is gone.

use std::fs;
use std::path::{Path, PathBuf};

use axiom_audit::{Checkpoint, SignedNote, TrustedKey, VerifierKey};
use axiom_crypto::Ed25519Verifier;
use tempfile::TempDir;

pub(crate) const SEGMENT: &[u8] = include_bytes!("../fixture/segment.jsonl");
pub(crate) const NOTE: &str = include_str!("../fixture/checkpoint");
const KEY: &str = "audit.example.com+ccdeb688+AXy1NnZ1vENcijvtQiFnwVaEz5b5FBEcB4w0awSUV/Gk";

pub(crate) fn key() -> TrustedKey {
    let key: VerifierKey = KEY.parse().expect("a verifier key");
    let verifier = Ed25519Verifier::from_public_key(key.public_key()).expect("a public key");
    TrustedKey::new(key, verifier).expect("the same key")
}

pub(crate) fn checkpoint() -> Checkpoint {
    let note: SignedNote = NOTE.parse().expect("a note");
    note.text().parse().expect("a checkpoint")
}

/// The log's directory, made anew with `segment` for its entries.
pub(crate) fn directory(segment: &[u8]) -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().expect("a temporary directory");
    let host = checkpoint();
    let relative = host.origin.as_str().split_once('/').expect("an origin below the host").1;
    let log = root.path().join(relative);
    fs::create_dir_all(log.join("segments")).expect("directories");
    write(&root.path().join("axiom.json"), include_bytes!("../fixture/axiom.json"));
    write(&log.join("log.json"), include_bytes!("../fixture/log.json"));
    let segment_path = log.join("segments/00000000000000000000.jsonl");
    write(&segment_path, segment);
    (root, segment_path)
}

pub(crate) fn write(path: &Path, content: &[u8]) {
    fs::write(path, content).expect("a file in the temporary directory");
}
