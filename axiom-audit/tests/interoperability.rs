//! Notes and checkpoints of other implementations.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use axiom_audit::{Checkpoint, SignedNote, TrustedKey, VerifierKey};
use axiom_crypto::Ed25519Verifier;

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
