//! Proof bundles: made from a log, checked without it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use axiom_audit::{
    Checkpoint, Error, MemoryStore, Naming, ProofBundle, Recorder, TrustedKey, VerifierKey, prove, sign_checkpoint,
};
use axiom_core::{Event, LogId, Origin, Stream, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
use pollster::block_on;
use std::sync::Arc;

fn log() -> LogId {
    LogId::new("acme".parse().unwrap(), Stream::Material)
}

/// The bundles of all entries of a log of `size` entries, and the key that signed it.
fn bundles(size: u64) -> (Vec<ProofBundle>, TrustedKey) {
    let host: Origin = "audit.example.com".parse().unwrap();
    let signer = Ed25519Signer::generate(host.clone()).unwrap();
    let store = Arc::new(MemoryStore::new(Naming::new(host.clone(), [7; 32]).unwrap()));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let event = |number: u64| {
        let event = Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap());
        event.metadata("number", number).build().unwrap()
    };
    drop(recorder.record_batch_blocking((0..size).map(event).collect()));
    let note = block_on(sign_checkpoint(&*store, &*store, &log(), &signer)).unwrap();
    drop(recorder.record_batch_blocking(vec![event(size)]));
    assert!(matches!(block_on(prove(&*store, &log(), size, &note)), Err(Error::Proof(_))), "no checkpoint covers it");
    let key = VerifierKey::of(host, &signer).unwrap();
    let verifier = Ed25519Verifier::from_public_key(key.public_key()).unwrap();
    let bundles = (0..size).map(|seq| block_on(prove(&*store, &log(), seq, &note)).unwrap()).collect();
    (bundles, TrustedKey::new(key, verifier).unwrap())
}

#[test]
fn every_entry_is_proven_by_its_bundle_alone() {
    for size in [1, 2, 3, 7, 8, 20] {
        let (bundles, key) = bundles(size);
        for (seq, bundle) in bundles.iter().enumerate() {
            let read: ProofBundle = bundle.to_string().parse().unwrap();
            assert_eq!(read, *bundle);
            let (line, checkpoint): (_, Checkpoint) = read.verify(core::slice::from_ref(&key)).unwrap();
            assert!(core::str::from_utf8(line).unwrap().contains(&format!("\"number\":{seq}}}")));
            assert_eq!(checkpoint.size, size);
        }
    }
}

#[test]
fn every_flipped_bit_of_a_bundle_is_refused() {
    let (bundles, key) = bundles(5);
    let text = bundles[3].to_string();
    for at in 0..text.len() * 8 {
        let mut bytes = text.clone().into_bytes();
        bytes[at / 8] ^= 1 << (at % 8);
        let read = String::from_utf8(bytes).ok().and_then(|text| text.parse::<ProofBundle>().ok());
        let accepted = read.is_some_and(|bundle| bundle.verify(core::slice::from_ref(&key)).is_ok());
        assert!(!accepted, "bit {at}");
    }
}

#[test]
fn parts_of_different_bundles_prove_nothing() {
    let (ours, key) = bundles(6);
    let (theirs, stranger) = bundles(6);
    let parts = |bundle: &ProofBundle| {
        let text = bundle.to_string();
        let (proof, note) = text.split_once("\n\n").unwrap();
        (proof.to_owned(), note.to_owned())
    };
    let ((first, note), (second, _), (foreign, foreign_note)) = (parts(&ours[2]), parts(&ours[3]), parts(&theirs[2]));
    let entry = |proof: &str| proof.lines().nth(1).unwrap().to_owned();
    let moved = first.replace(&entry(&first), &entry(&second));
    let renumbered = first.replace("index 2", "index 3");
    for proof in [&moved, &renumbered, &foreign] {
        let bundle: ProofBundle = format!("{proof}\n\n{note}").parse().unwrap();
        assert!(matches!(bundle.verify(core::slice::from_ref(&key)), Err(Error::Proof(_))));
    }
    let bundle: ProofBundle = format!("{foreign}\n\n{foreign_note}").parse().unwrap();
    assert!(matches!(bundle.verify(&[key]), Err(Error::Signature)));
    assert!(bundle.verify(&[stranger]).is_ok());
}

#[test]
fn what_is_no_bundle_is_refused() {
    let (bundles, _) = bundles(3);
    let text = bundles[1].to_string();
    for bad in [
        String::new(),
        text.replace("@v1", "@v2"),
        text.replace("index 1", "index 01"),
        text.replace("index 1", "index -1"),
        text.replace('\n', "\r\n"),
        text.replace("extra ", ""),
        format!("{text}trailing"),
        text.replace("\n\n", "\n"),
        "x".repeat(ProofBundle::MAX_LEN + 1),
    ] {
        assert!(bad.parse::<ProofBundle>().is_err(), "{bad}");
    }
}
