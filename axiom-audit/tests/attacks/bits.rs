//! Flipped bits. The public key and the log's own checkpoint find every one.

use std::fs;

use axiom_audit::{Checkpoint, LogVerifier};

use crate::signed::Signed;

/// One bit of each byte in turn, in every file that says anything of the log.
#[test]
fn every_flipped_byte_is_reported() {
    let signed = Signed::with(2);
    let files = [
        signed.segment(),
        signed.directory().join("checkpoint"),
        signed.directory().join("log.json"),
        signed.root.path().join("axiom.json"),
    ];
    for file in files {
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&file, &bytes).unwrap();
            assert!(!signed.faults().is_empty(), "byte {at} of {}", file.display());
        }
        fs::write(&file, &whole).unwrap();
    }
    assert!(signed.faults().is_empty());
}

#[test]
fn every_flipped_bit_of_the_entries_is_reported() {
    let signed = Signed::with(3);
    let checkpoint: Checkpoint = signed.note.text().parse().unwrap();
    let mut bytes = fs::read(signed.segment()).unwrap();
    let verifier = LogVerifier::new(checkpoint.origin.clone()).trust(checkpoint);
    let is_verified = |bytes: &[u8]| {
        let mut verification = verifier.clone().start();
        verification.push(bytes);
        verification.finish().is_verified()
    };
    assert!(is_verified(&bytes));
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(!is_verified(&bytes), "bit {bit}");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn every_flipped_bit_of_the_checkpoint_is_reported() {
    let signed = Signed::with(1);
    let file = signed.directory().join("checkpoint");
    let mut bytes = fs::read(&file).unwrap();
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&file, &bytes).unwrap();
        assert!(!signed.faults().is_empty(), "bit {bit}");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}
