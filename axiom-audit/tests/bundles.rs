//! Proof bundles: made from a log, checked without it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use axiom_audit::{
    Checkpoint, Error, MemoryStore, Naming, ProofBundle, Recorder, Store, TrustedKey, VerifierKey, merkle, prove,
    prove_consistency, sign_checkpoint,
};
use axiom_core::{Digest, Event, LogId, Origin, Stream, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
use pollster::block_on;
use std::sync::Arc;

fn log() -> LogId {
    LogId::new("acme".parse().unwrap(), Stream::Material)
}

fn host() -> Origin {
    "audit.example.com".parse().unwrap()
}

fn event(number: u64) -> Event {
    let event = Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap());
    event.metadata("number", number).build().unwrap()
}

/// A store whose log has `size` entries, and its recorder.
fn recorded(size: u64) -> (Arc<MemoryStore>, Recorder) {
    let store = Arc::new(MemoryStore::new(Naming::new(host(), [7; 32]).unwrap()));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    drop(recorder.record_batch_blocking((0..size).map(event).collect()));
    (store, recorder)
}

/// The bundles of all entries of a log of `size` entries, and the key that signed it.
fn bundles(size: u64) -> (Vec<ProofBundle>, TrustedKey) {
    let host = host();
    let signer = Ed25519Signer::generate(host.clone()).unwrap();
    let (store, recorder) = recorded(size);
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
fn a_proof_is_as_short_as_can_be() {
    for size in [1_u64, 2, 3, 32, 33, 64, 65] {
        let most = size.next_power_of_two().ilog2() as usize;
        for bundle in bundles(size).0 {
            // Header, extra and index stand before the hashes, a blank line after them.
            let hashes = bundle.to_string().lines().take_while(|line| !line.is_empty()).count() - 3;
            assert!(hashes <= most, "{hashes} hashes of 32 bytes at {size} entries");
        }
    }
}

#[test]
fn every_growth_of_a_log_is_proven() {
    let (store, _recorder) = recorded(20);
    let root = |size| block_on(store.root(&log(), 0..size)).unwrap();
    for new in 0..=20 {
        for old in 0..=new {
            let proof = block_on(prove_consistency(&*store, &log(), old, new)).unwrap();
            assert!(merkle::verify_consistency(old, new, root(old), root(new), &proof), "{old} to {new}");
        }
    }
    assert!(matches!(block_on(prove_consistency(&*store, &log(), 3, 2)), Err(Error::Proof(_))));
    assert!(matches!(block_on(prove_consistency(&*store, &log(), 3, 21)), Err(Error::Damaged { .. })));
}

#[test]
fn no_proof_is_made_of_another_log_than_was_signed() {
    let (store, _recorder) = recorded(5);
    let origin = store.naming().origin(&log());
    let signer = Ed25519Signer::generate(origin.clone()).unwrap();
    let note = Checkpoint { origin, size: 5, root: Digest::of(&[b"another"]) }.sign(&signer).unwrap();
    assert!(matches!(block_on(prove(&*store, &log(), 2, &note)), Err(Error::Proof(_))));
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
