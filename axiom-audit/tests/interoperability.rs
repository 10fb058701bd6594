//! Notes, checkpoints, trees and proofs of other implementations.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::HashMap;

use axiom_audit::merkle::{verify_consistency, verify_inclusion};
use axiom_audit::{Checkpoint, SignedNote, TlogReader, TrustedKey, VerifierKey, leaf_hash};
use axiom_core::Digest;
use axiom_crypto::Ed25519Verifier;
use base64ct::{Base64, Encoding};
use serde::Deserialize;

/// Checkpoint and verifier key of the test log of transparency-dev/tessera (Apache-2.0), size 15.
const CHECKPOINT: &str = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n\
    — example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n";
const KEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

fn trusted(key: &str) -> TrustedKey {
    let key: VerifierKey = key.parse().unwrap();
    let verifier = Ed25519Verifier::from_public_key(key.public_key()).unwrap();
    TrustedKey::new(key, verifier).unwrap()
}

#[test]
fn a_checkpoint_of_tessera_verifies() {
    let note: SignedNote = CHECKPOINT.parse().unwrap();
    assert_eq!(Checkpoint::from_note(&note, &[trusted(KEY)]).unwrap().size, 15);
    assert_eq!(note.to_string(), CHECKPOINT);
}

#[test]
fn every_flipped_bit_of_a_checkpoint_is_refused() {
    for at in 0..CHECKPOINT.len() * 8 {
        let mut bytes = CHECKPOINT.as_bytes().to_vec();
        bytes[at / 8] ^= 1 << (at % 8);
        let note = String::from_utf8(bytes).ok().and_then(|text| text.parse::<SignedNote>().ok());
        let accepted = note.is_some_and(|note| Checkpoint::from_note(&note, &[trusted(KEY)]).is_ok());
        assert!(!accepted, "bit {at}");
    }
}

#[test]
fn a_signature_by_an_unknown_key_beside_a_good_one_is_ignored() {
    let line =
        "— example.com/witness AAAAAJEaSfeCtcLrkpVbp5dYcmHY4Ud3I8EmpnlHHYhP8+DYBuUxc6x8yEr6Tqnk1i6q6GnFPqbg4FsWBm0=\n";
    let note: SignedNote = format!("{CHECKPOINT}{line}").parse().unwrap();
    assert!(Checkpoint::from_note(&note, &[trusted(KEY)]).is_ok());
}

/// The example of the documentation of Go's `golang.org/x/mod/sumdb/note`.
#[test]
fn a_note_of_go_verifies() {
    let note = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let key = trusted("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    let name = "PeterNeumann".parse().unwrap();
    assert!(note.parse::<SignedNote>().unwrap().verify(&name, &key).is_ok());
    assert!(note.replace("don't", "do not").parse::<SignedNote>().unwrap().verify(&name, &key).is_err());
}

/// The test log of transparency-dev/tessera: its entries, and its signed checkpoint at every size.
#[derive(Deserialize)]
struct Tessera {
    key: String,
    entries: Vec<String>,
    checkpoints: Vec<String>,
}

impl Tessera {
    fn read() -> Self {
        serde_json::from_str(include_str!("vectors/tessera.json")).unwrap()
    }

    fn checkpoint(&self, size: usize) -> Checkpoint {
        let note: SignedNote = self.checkpoints[size].parse().unwrap();
        Checkpoint::from_note(&note, &[trusted(&self.key)]).unwrap()
    }

    /// The files of a static tree with the first `size` entries, written down by hand.
    fn files(&self, size: usize) -> HashMap<String, Vec<u8>> {
        let entries = self.entries[..size].iter();
        let bundle = entries.clone().flat_map(|entry| [&[0, entry.len() as u8], entry.as_bytes()].concat());
        let hashes = entries.clone().flat_map(|entry| *leaf_hash(entry.as_bytes()).as_bytes());
        HashMap::from([
            ("checkpoint".into(), self.checkpoints[size].clone().into_bytes()),
            (format!("tile/entries/000.p/{size}"), bundle.collect()),
            (format!("tile/0/000.p/{size}"), hashes.collect()),
        ])
    }
}

#[test]
fn the_tree_of_tessera_verifies_at_every_size() {
    let tessera = Tessera::read();
    assert_eq!((tessera.entries.len(), tessera.checkpoints.len()), (15, 16));
    for size in 0..=15 {
        let files = tessera.files(size);
        let mut reader = TlogReader::open(|path: &str| Ok(files.get(path).cloned()), &[trusted(KEY)]).unwrap();
        let kept: Vec<Checkpoint> = (0..=size).map(|size| tessera.checkpoint(size)).collect();
        let report = reader.verify(&kept, &mut |_, _| {}).unwrap();
        assert!(report.is_verified(), "{report:?}");
        assert_eq!((report.entries, report.root), (size as u64, tessera.checkpoint(size).root));
        for (seq, entry) in tessera.entries[..size].iter().enumerate() {
            assert_eq!(reader.entry(seq as u64).unwrap(), entry.as_bytes());
        }
    }
}

#[test]
fn proofs_between_the_checkpoints_of_tessera_hold() {
    let tessera = Tessera::read();
    for new in 0..=15 {
        let (files, after) = (tessera.files(new), tessera.checkpoint(new));
        let mut reader = TlogReader::new(after.clone(), |path: &str| Ok(files.get(path).cloned()));
        for old in 0..=new {
            let proof = reader.consistency_proof(old as u64).unwrap();
            let before = tessera.checkpoint(old);
            assert!(verify_consistency(before.size, after.size, before.root, after.root, &proof), "{old} to {new}");
        }
        for (seq, entry) in (0..).zip(&tessera.entries[..new]) {
            let proof = reader.inclusion_proof(seq).unwrap();
            assert!(verify_inclusion(seq, after.size, leaf_hash(entry.as_bytes()), &proof, after.root));
        }
    }
}

/// Inclusion proofs of another implementation, valid and not.
#[derive(Deserialize)]
struct Inclusions {
    valid: Vec<Inclusion>,
    invalid: Vec<Inclusion>,
}

#[derive(Deserialize)]
struct Inclusion {
    leaf_hash: String,
    leaf_index: u64,
    tree_size: u64,
    root_hash: String,
    inclusion_path: Vec<String>,
}

impl Inclusion {
    fn holds(&self) -> bool {
        let digest = |text: &String| Digest::from_bytes(Base64::decode_vec(text).unwrap().try_into().unwrap());
        let path: Vec<Digest> = self.inclusion_path.iter().map(digest).collect();
        verify_inclusion(self.leaf_index, self.tree_size, digest(&self.leaf_hash), &path, digest(&self.root_hash))
    }
}

#[test]
fn inclusion_proofs_of_sigsum_are_judged_as_there() {
    let inclusions: Inclusions = serde_json::from_str(include_str!("vectors/inclusion.json")).unwrap();
    assert_eq!((inclusions.valid.len(), inclusions.invalid.len()), (4, 4));
    assert!(inclusions.valid.iter().all(Inclusion::holds));
    assert!(!inclusions.invalid.iter().any(Inclusion::holds));
}
