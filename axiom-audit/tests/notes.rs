//! Signatures and cosignatures under notes, as C2SP signed-note and tlog-cosignature describe them.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use axiom_audit::{Checkpoint, SignedNote, TrustedKey, TrustedWitness, VerifierKey};
use axiom_core::{Digest, Origin, Signer, Verifier};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};

fn signer(name: &str) -> Ed25519Signer {
    Ed25519Signer::generate(name.parse().unwrap()).unwrap()
}

fn trusted(signer: &Ed25519Signer) -> TrustedKey {
    let key = VerifierKey::of(signer.name().clone(), signer).unwrap();
    TrustedKey::new(key, verifier(signer)).unwrap()
}

fn witness(signer: &Ed25519Signer) -> TrustedWitness {
    let key = VerifierKey::of_witness(signer.name().clone(), signer).unwrap();
    TrustedWitness::new(key, verifier(signer)).unwrap()
}

fn verifier(signer: &Ed25519Signer) -> Ed25519Verifier {
    Ed25519Verifier::from_public_key(signer.verifying_key()).unwrap()
}

/// The checkpoint of the example of C2SP tlog-cosignature.
fn checkpoint() -> Checkpoint {
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".parse().unwrap()
}

#[test]
fn the_signed_message_and_the_key_id_are_those_of_the_specification() {
    let (log, cosigner) = (signer("example.com/behind-the-sofa"), signer("witness.example.com/w1"));
    let mut note = checkpoint().sign(&log).unwrap();
    note.cosign(cosigner.name(), &cosigner, 1_679_315_147).unwrap();

    // Made by hand, after the text of the specification.
    let message = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let id = Digest::of(&[b"witness.example.com/w1\n\x04", cosigner.verifying_key()]);
    let line = note.to_string().lines().last().unwrap().to_owned();
    let encoded = line.strip_prefix("— witness.example.com/w1 ").unwrap();
    let bytes = base64(encoded);
    assert_eq!(bytes[..4], id.as_bytes()[..4]);
    assert_eq!(bytes[4..12], 1_679_315_147_u64.to_be_bytes());
    assert_eq!(bytes.len(), 4 + 8 + 64);
    assert!(verifier(&cosigner).verify(message.as_bytes(), &bytes[12..]).is_ok());
}

/// Decodes base64 by the table of RFC 4648.
fn base64(text: &str) -> Vec<u8> {
    const TABLE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=').bytes().map(|byte| TABLE.iter().position(|other| *other == byte).unwrap());
    let bits: Vec<usize> = digits.flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1)).collect();
    bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | *bit as u8)).collect()
}

#[test]
fn a_cosignature_holds_for_its_witness_text_and_time_alone() {
    let (log, cosigner) = (signer("example.com/behind-the-sofa"), signer("witness.example.com/w1"));
    let mut note = checkpoint().sign(&log).unwrap();
    assert_eq!(note.cosigned(&witness(&cosigner)).unwrap(), None);
    note.cosign(cosigner.name(), &cosigner, 7).unwrap();
    assert_eq!(note.cosigned(&witness(&cosigner)).unwrap(), Some(7));
    assert_eq!(note.cosigned(&witness(&signer("witness.example.com/w1"))).unwrap(), None, "another key");

    let text = note.to_string();
    let line = text.lines().last().unwrap();
    let mut other = Checkpoint { size: 1, ..checkpoint() }.sign(&log).unwrap();
    other.add_lines(&format!("{line}\n")).unwrap();
    assert!(other.cosigned(&witness(&cosigner)).is_err(), "it was made for another text");

    // The time stands in the characters after the four bytes of the id.
    let encoded = line.rsplit_once(' ').unwrap().1;
    let at = encoded.char_indices().nth(8).unwrap().0;
    let forged = format!("{}B{}", &encoded[..at], &encoded[at + 1..]);
    assert_ne!(forged, encoded);
    let forged: SignedNote = text.replace(encoded, &forged).parse().unwrap();
    assert!(forged.cosigned(&witness(&cosigner)).is_err(), "at another time");
}

#[test]
fn a_key_of_one_kind_is_not_taken_for_one_of_the_other() {
    let signer = signer("example.com/behind-the-sofa");
    let mut note = SignedNote::sign(checkpoint().to_string(), signer.name(), &signer).unwrap();
    assert_eq!(note.cosigned(&witness(&signer)).unwrap(), None, "a signature is no cosignature");
    note = "a\n\n— a AAAAAAA=\n".parse().unwrap();
    note.cosign(signer.name(), &signer, 1).unwrap();
    assert!(note.verify(signer.name(), &trusted(&signer)).is_err(), "a cosignature is no signature");
    let (log, cosigner) = (trusted(&signer).key().clone(), witness(&signer).key().clone());
    assert!(TrustedKey::new(cosigner, verifier(&signer)).is_err());
    assert!(TrustedWitness::new(log, verifier(&signer)).is_err());
}

#[test]
fn a_signature_that_does_not_hold_spoils_the_note_for_who_knows_the_key() {
    let (good, bad) = (signer("example.com/behind-the-sofa"), signer("example.com/behind-the-sofa"));
    let mut note = checkpoint().sign(&good).unwrap();
    note.add_signature(bad.name(), &bad).unwrap();
    let keys = [trusted(&good), trusted(&bad)];
    let name: Origin = good.name().clone();
    note.verify_all(&name, &keys).unwrap();
    let line = note.to_string().lines().last().unwrap().to_owned();
    let other = Checkpoint { size: 1, ..checkpoint() }.sign(&bad).unwrap().to_string();
    let spoiled: SignedNote = note.to_string().replace(&line, other.lines().last().unwrap()).parse().unwrap();
    assert!(Checkpoint::from_note(&spoiled, &keys).is_err());
    assert!(Checkpoint::from_note(&spoiled, &keys[..1]).is_ok(), "to others it is a signature by an unknown key");
    assert!(Checkpoint::from_note(&spoiled, &keys[1..]).is_err());
    assert!(spoiled.verify_all(&name, &keys).is_err() && spoiled.verify_all(&name, &[]).is_err());
}

#[test]
fn a_signature_of_a_type_that_is_not_known_is_kept() {
    let signer = signer("example.com/behind-the-sofa");
    let note = checkpoint().sign(&signer).unwrap().to_string();
    // As long as one of ML-DSA-44, which is 2,420 bytes.
    let line = format!("— example.com/behind-the-sofa {}\n", "AAAA".repeat(808));
    let read: SignedNote = format!("{note}{line}").parse().unwrap();
    assert_eq!(Checkpoint::from_note(&read, &[trusted(&signer)]).unwrap(), checkpoint());
    assert_eq!(read.to_string(), format!("{note}{line}"));
}

/// Whatever else a signer does, it must not hand out a signature that its own public key refuses.
#[test]
fn a_text_that_is_no_note_is_not_signed() {
    let signer = signer("a");
    for text in ["", "no newline", "a\r\n", "a\tb\n"] {
        assert!(SignedNote::sign(text.into(), signer.name(), &signer).is_err(), "{text:?}");
    }
    assert!(signer.verifier().is_ok());
}
