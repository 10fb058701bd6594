//! Entries changed, deleted, inserted, repeated or moved within a log. The public key and the log's own checkpoint find
//! it; without a checkpoint the links still find what is not linked again up to the end.

use std::fs;
use std::path::Path;

use axiom_audit::{DirectoryVerifier, Fault};

use crate::signed::{ENTRIES, Signed};

#[test]
fn an_untouched_log_verifies_and_says_how_far_it_is_anchored() {
    let signed = Signed::new();
    signed.record(0..3);
    let report = DirectoryVerifier::new(signed.root.path()).key(signed.trusted()).strict().verify().unwrap();
    assert!(report.is_verified(), "{:?}", report.faults().collect::<Vec<_>>());
    assert_eq!((report.logs[0].anchored, report.logs[0].unanchored()), (20, 3));
}

#[test]
fn a_flipped_byte_is_reported_at_its_entry() {
    let signed = Signed::new();
    let whole = signed.lines();
    for at in 0..ENTRIES - 1 {
        let mut lines = whole.clone();
        lines[at][30] ^= 1;
        signed.write(&lines);
        let (before, after) = (at as u64, at as u64 + 1);
        let faults = signed.verify().unwrap().logs.remove(0).faults;
        assert_eq!(faults, [Fault::BrokenLink { before, after }, Fault::Forked { size: 20 }]);
    }
}

#[test]
fn every_deleted_duplicated_or_swapped_line_is_reported() {
    let signed = Signed::new();
    let whole = signed.lines();
    for at in 0..ENTRIES {
        let mut deleted = whole.clone();
        deleted.remove(at);
        signed.write(&deleted);
        assert!(!signed.faults().is_empty(), "line {at} deleted");

        let mut duplicated = whole.clone();
        duplicated.insert(at, whole[at].clone());
        signed.write(&duplicated);
        assert!(!signed.faults().is_empty(), "line {at} duplicated");

        for other in 0..at {
            let mut swapped = whole.clone();
            swapped.swap(at, other);
            signed.write(&swapped);
            assert!(!signed.faults().is_empty(), "lines {at} and {other} swapped");
        }
    }
}

#[test]
fn every_truncation_after_a_checkpoint_is_reported() {
    let signed = Signed::with(3);
    let whole = fs::read(signed.segment()).unwrap();
    for length in 0..whole.len() {
        fs::write(signed.segment(), &whole[..length]).unwrap();
        let faults = signed.verify().unwrap().logs.remove(0).faults;
        assert!(faults.iter().any(|fault| matches!(fault, Fault::Truncated { signed: 3, .. })), "{length}: {faults:?}");
    }
    fs::remove_file(signed.segment()).unwrap();
    assert!(!signed.faults().is_empty());
}

#[test]
fn every_fault_is_named_not_only_the_first() {
    let signed = Signed::new();
    let mut lines = signed.lines();
    lines[3][30] ^= 1;
    lines[9][30] ^= 1;
    lines.remove(15);
    signed.write(&lines);
    let faults = signed.verify().unwrap().logs.remove(0).faults;
    assert_eq!(
        faults,
        [
            Fault::BrokenLink { before: 3, after: 4 },
            Fault::BrokenLink { before: 9, after: 10 },
            Fault::Missing { from: 15, to: 15 },
            Fault::Truncated { entries: 19, signed: 20 },
        ]
    );
}

#[test]
fn strict_verification_reads_every_event() {
    let signed = Signed::new();
    let text = fs::read_to_string(signed.segment()).unwrap();
    let last = text.lines().last().unwrap();
    for (from, to, expected) in [
        ("\"acme\"", "\"evil\"", "another organization"),
        ("\"high\"", "\"huge\"", "schema"),
        ("{\"number\":19}", "{\"number\": 9}", "canonical"),
    ] {
        let changed = last.replacen(from, to, 1);
        assert_ne!(changed, last);
        let mut lines = signed.lines();
        lines[ENTRIES - 1] = format!("{changed}\n").into_bytes();
        signed.write(&lines);
        let report =
            DirectoryVerifier::new(Path::new(signed.root.path())).key(signed.trusted()).strict().verify().unwrap();
        let faults: Vec<String> = report.faults().map(|(_, fault)| fault.to_string()).collect();
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}: {faults:?}");
    }
}

#[test]
fn a_log_full_of_nonsense_is_reported_in_bounded_memory() {
    let signed = Signed::new();
    fs::write(signed.segment(), "\n".repeat(100_000)).unwrap();
    let faults = signed.verify().unwrap().logs.remove(0).faults;
    assert!(faults.len() < 1010, "{}", faults.len());
    assert!(faults.iter().any(|fault| matches!(fault, Fault::More { count } if *count > 90_000)));
}
