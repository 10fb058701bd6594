//! Another history in place of the one that was signed: rewritten, older, or signed by somebody else.

use std::fs;

use axiom_audit::{Checkpoint, DirectoryVerifier, Fault, SignedNote};
use axiom_core::Digest;
use axiom_crypto::Ed25519Signer;

use crate::signed::{ENTRIES, Signed};

/// A log written again from scratch is sound in itself; only the signature tells.
#[test]
fn a_rewritten_history_is_a_fork() {
    let signed = Signed::new();
    let checkpoint = fs::read(signed.directory().join("checkpoint")).unwrap();
    fs::remove_dir_all(signed.directory()).unwrap();
    signed.record(100..100 + ENTRIES);
    fs::write(signed.directory().join("checkpoint"), checkpoint).unwrap();
    assert_eq!(signed.verify().unwrap().logs.remove(0).faults, [Fault::Forked { size: 20 }]);
}

#[test]
fn a_rewritten_history_signed_with_another_key_is_a_bad_signature() {
    let signed = Signed::new();
    fs::remove_dir_all(signed.directory()).unwrap();
    signed.record(100..100 + ENTRIES);
    let other = Ed25519Signer::generate("audit.example.com".parse().unwrap()).unwrap();
    signed.sign_as(&other);
    assert!(matches!(signed.verify().unwrap().logs[0].faults[..], [Fault::BadSignature { .. }]));
}

#[test]
fn an_older_copy_is_a_rollback_to_who_kept_the_newer_checkpoint() {
    let signed = Signed::new();
    let (lines, checkpoint) = (signed.lines(), fs::read(signed.directory().join("checkpoint")).unwrap());
    signed.record(0..5);
    let newer = signed.sign();
    signed.write(&lines);
    fs::write(signed.directory().join("checkpoint"), checkpoint).unwrap();
    assert!(signed.faults().is_empty(), "nothing in the directory itself can tell");
    let report =
        DirectoryVerifier::new(signed.root.path()).key(signed.trusted()).checkpoint("kept", newer).verify().unwrap();
    assert_eq!(report.logs[0].faults, [Fault::RolledBack { entries: 20, signed: 25 }]);
}

#[test]
fn a_vanished_log_is_missed_by_who_kept_its_checkpoint() {
    let signed = Signed::new();
    fs::remove_dir_all(signed.directory()).unwrap();
    let verifier = DirectoryVerifier::new(signed.root.path()).key(signed.trusted());
    let report = verifier.checkpoint("kept", signed.note.clone()).verify().unwrap();
    assert!(matches!(report.faults[..], [Fault::MissingLog { signed: 20, .. }]));
}

#[test]
fn a_trusted_checkpoint_by_a_stranger_is_a_bad_signature() {
    let signed = Signed::new();
    let stranger = Signed::new();
    let verifier = DirectoryVerifier::new(signed.root.path()).key(signed.trusted());
    let report = verifier.checkpoint("theirs", stranger.note.clone()).verify().unwrap();
    assert_eq!(report.faults, [Fault::BadSignature { checkpoint: "theirs".into() }]);
}

#[test]
fn one_checkpoint_from_two_places_is_one_fault() {
    let signed = Signed::new();
    let whole = fs::read(signed.segment()).unwrap();
    fs::write(signed.segment(), &whole[..whole.len() / 2]).unwrap();
    let verifier =
        DirectoryVerifier::new(signed.root.path()).key(signed.trusted()).checkpoint("kept", signed.note.clone());
    let faults = verifier.verify().unwrap().logs.remove(0).faults;
    assert_eq!(faults.iter().filter(|fault| matches!(fault, Fault::Truncated { .. })).count(), 1);
}

/// What the public key and the log's own checkpoint cannot tell: entries behind the checkpoint, linked again.
#[test]
fn entries_behind_the_checkpoint_can_be_replaced_and_are_said_to_be_unanchored() {
    let signed = Signed::new();
    let lines = signed.lines();
    signed.record(20..25);
    signed.write(&lines);
    signed.record(30..35);
    let report = signed.verify().unwrap();
    assert!(report.is_verified());
    assert_eq!(report.logs[0].unanchored_range(), 20..25);
}

/// What nobody can tell without a checkpoint: a log cut off between two entries.
#[test]
fn a_cut_between_entries_is_found_by_any_checkpoint_and_by_nothing_else() {
    let signed = Signed::new();
    signed.write(&signed.lines()[..12]);
    assert_eq!(signed.verify().unwrap().logs[0].faults, [Fault::Truncated { entries: 12, signed: 20 }]);
    fs::remove_file(signed.directory().join("checkpoint")).unwrap();
    assert!(signed.faults().is_empty(), "an unsigned log of twelve entries is a log of twelve entries");
    let kept = DirectoryVerifier::new(signed.root.path()).key(signed.trusted()).checkpoint("kept", signed.note.clone());
    assert_eq!(kept.verify().unwrap().logs[0].faults, [Fault::Truncated { entries: 12, signed: 20 }]);
}

/// Two histories that are both signed: whoever has both checkpoints has the proof of it.
#[test]
fn two_signed_histories_are_a_fork_to_who_has_both_checkpoints() {
    let signed = Signed::new();
    fs::remove_dir_all(signed.directory()).unwrap();
    signed.record(100..100 + ENTRIES);
    signed.sign();
    assert!(signed.faults().is_empty(), "each history is sound in itself");
    let kept = DirectoryVerifier::new(signed.root.path()).key(signed.trusted()).checkpoint("kept", signed.note.clone());
    assert_eq!(kept.verify().unwrap().logs[0].faults, [Fault::Forked { size: 20 }]);
}

/// A note with `text`, signed by the log's own key under the log's name.
fn note(signed: &Signed, text: String) -> String {
    let checkpoint: Checkpoint = signed.note.text().parse().unwrap();
    SignedNote::sign(text, &checkpoint.origin, &signed.signer).unwrap().to_string()
}

#[test]
fn a_note_that_is_no_checkpoint_of_this_log_is_refused_though_its_key_signed_it() {
    let signed = Signed::new();
    let own = signed.note.text().to_owned();
    let other = Checkpoint { origin: "audit.example.com/other/material".parse().unwrap(), ..own.parse().unwrap() };
    let honest = note(&signed, own.clone());
    for (what, forged) in [
        ("the checkpoint of another log", other.sign(&signed.signer).unwrap().to_string()),
        ("the text of another log under this log's name", note(&signed, other.to_string())),
        ("an extension line", note(&signed, format!("{own}extension\n"))),
        ("the same size in other digits", note(&signed, own.replace("\n20\n", "\n020\n"))),
        ("carriage returns", honest.replace('\n', "\r\n")),
        ("bytes behind it", format!("{honest}more\n")),
        ("a byte order mark", format!("\u{feff}{honest}")),
        ("the signature of another text", honest.replace("\n20\n", "\n19\n")),
        ("nothing", String::new()),
    ] {
        fs::write(signed.directory().join("checkpoint"), forged).unwrap();
        let faults = signed.verify().unwrap().logs.remove(0).faults;
        assert!(matches!(faults[..], [Fault::BadSignature { .. }]), "{what}: {faults:?}");
    }
    fs::write(signed.directory().join("checkpoint"), honest).unwrap();
    assert!(signed.faults().is_empty());
}

#[test]
fn a_checkpoint_that_claims_more_or_other_entries_is_a_fault_though_it_is_signed() {
    let signed = Signed::new();
    let own: Checkpoint = signed.note.text().parse().unwrap();
    for (claim, fault) in [
        (Checkpoint { size: 21, ..own.clone() }, Fault::Truncated { entries: 20, signed: 21 }),
        (Checkpoint { size: u64::MAX, ..own.clone() }, Fault::Truncated { entries: 20, signed: u64::MAX }),
        (Checkpoint { size: 19, ..own.clone() }, Fault::Forked { size: 19 }),
        (Checkpoint { size: 0, ..own.clone() }, Fault::Forked { size: 0 }),
        (Checkpoint { root: Digest::of(&[]), ..own }, Fault::Forked { size: 20 }),
    ] {
        fs::write(signed.directory().join("checkpoint"), claim.sign(&signed.signer).unwrap().to_string()).unwrap();
        assert_eq!(signed.verify().unwrap().logs.remove(0).faults, [fault]);
    }
}
