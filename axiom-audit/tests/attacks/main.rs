//! Every way to change a log of twenty entries is reported.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::path::{Path, PathBuf};

use axiom_audit::{
    DirectoryReport, DirectoryVerifier, Error, Fault, FileStore, Recorder, SignedNote, TrustedKey, VerifierKey,
    sign_checkpoint,
};
use axiom_core::{Event, LogId, Stream, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
use pollster::block_on;
use tempfile::TempDir;

const ENTRIES: usize = 20;

/// A directory with one log of twenty entries, signed at its end.
struct Signed {
    root: TempDir,
    key: VerifierKey,
    signer: Ed25519Signer,
    note: SignedNote,
}

fn log() -> LogId {
    LogId::new("acme".parse().unwrap(), Stream::Material)
}

fn event(number: usize) -> Event {
    let event = Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap());
    event.metadata("number", number as u64).build().unwrap()
}

impl Signed {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let signer = Ed25519Signer::generate("audit.example.com".parse().unwrap()).unwrap();
        let key = VerifierKey::of("audit.example.com".parse().unwrap(), &signer).unwrap();
        FileStore::create(root.path(), &key).unwrap();
        let mut signed = Self { root, key, signer, note: "a\n\n— a AAAAAAA=\n".parse().unwrap() };
        signed.record(0..ENTRIES);
        signed.note = signed.sign();
        signed
    }

    fn record(&self, numbers: core::ops::Range<usize>) {
        let recorder = Recorder::builder(FileStore::open(self.root.path()).unwrap(), Unscrubbed).build().unwrap();
        for receipt in recorder.record_batch_blocking(numbers.map(event).collect()) {
            receipt.unwrap();
        }
    }

    fn sign(&self) -> SignedNote {
        self.sign_as(&self.signer)
    }

    fn sign_as(&self, signer: &Ed25519Signer) -> SignedNote {
        let store = FileStore::open(self.root.path()).unwrap();
        block_on(sign_checkpoint(&store, &store, &log(), signer)).unwrap()
    }

    fn trusted(&self) -> TrustedKey {
        TrustedKey::new(self.key.clone(), Ed25519Verifier::from_public_key(self.key.public_key()).unwrap()).unwrap()
    }

    fn verify(&self) -> Result<DirectoryReport, Error> {
        DirectoryVerifier::new(self.root.path()).key(self.trusted()).verify()
    }

    /// The faults of the directory; an error counts as one, whatever it is.
    fn faults(&self) -> Vec<String> {
        match self.verify() {
            Ok(report) => report.faults().map(|(_, fault)| fault.to_string()).collect(),
            Err(error) => vec![error.to_string()],
        }
    }

    fn directory(&self) -> PathBuf {
        let entries = fs::read_dir(self.root.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.into_iter().find(|path| path.is_dir()).unwrap().join("material")
    }

    fn segment(&self) -> PathBuf {
        self.directory().join("segments/00000000000000000000.jsonl")
    }

    fn lines(&self) -> Vec<Vec<u8>> {
        let bytes = fs::read(self.segment()).unwrap();
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    }

    fn write(&self, lines: &[Vec<u8>]) {
        fs::write(self.segment(), lines.concat()).unwrap();
    }
}

#[test]
fn an_untouched_log_verifies_and_says_how_far_it_is_anchored() {
    let signed = Signed::new();
    signed.record(0..3);
    let report = DirectoryVerifier::new(signed.root.path()).key(signed.trusted()).strict().verify().unwrap();
    assert!(report.is_verified(), "{:?}", report.faults().collect::<Vec<_>>());
    assert_eq!((report.logs[0].anchored, report.logs[0].unanchored()), (20, 3));
}

/// Flips one bit of each byte in turn, in every file but the lock.
#[test]
fn every_flipped_byte_is_reported() {
    let signed = Signed::new();
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
    let signed = Signed::new();
    let whole = fs::read(signed.segment()).unwrap();
    for length in 0..whole.len() {
        fs::write(signed.segment(), &whole[..length]).unwrap();
        let faults = signed.verify().unwrap().logs.remove(0).faults;
        assert!(
            faults.iter().any(|fault| matches!(fault, Fault::Truncated { signed: 20, .. })),
            "{length}: {faults:?}"
        );
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
fn an_entry_of_another_tenant_is_foreign() {
    let signed = Signed::new();
    let other = Signed::new();
    let mut lines = signed.lines();
    lines[7] = other.lines()[7].clone();
    signed.write(&lines);
    let faults = signed.verify().unwrap().logs.remove(0).faults;
    assert!(faults.iter().any(|fault| matches!(fault, Fault::Foreign { seq: 7, .. })), "{faults:?}");
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
fn a_segment_under_another_name_is_reported() {
    let signed = Signed::new();
    fs::rename(signed.segment(), signed.segment().with_file_name("00000000000000000001.jsonl")).unwrap();
    assert!(!signed.faults().is_empty());
}

#[test]
fn an_exchange_of_two_logs_directories_is_reported() {
    let signed = Signed::new();
    let (from, to) = (signed.directory(), signed.directory().with_file_name("operational"));
    fs::rename(from, &to).unwrap();
    assert!(signed.faults().len() > 1, "{:?}", signed.faults());
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
fn one_checkpoint_from_two_places_is_one_fault() {
    let signed = Signed::new();
    let whole = fs::read(signed.segment()).unwrap();
    fs::write(signed.segment(), &whole[..whole.len() / 2]).unwrap();
    let verifier =
        DirectoryVerifier::new(signed.root.path()).key(signed.trusted()).checkpoint("kept", signed.note.clone());
    let faults = verifier.verify().unwrap().logs.remove(0).faults;
    assert_eq!(faults.iter().filter(|fault| matches!(fault, Fault::Truncated { .. })).count(), 1);
}

#[test]
fn a_log_without_its_description_is_still_verified() {
    let signed = Signed::new();
    fs::remove_file(signed.directory().join("log.json")).unwrap();
    let report = signed.verify().unwrap();
    assert_eq!(report.entries(), 20);
    assert!(!report.is_verified());
}

#[test]
fn a_stray_directory_is_a_fault_and_hides_nothing() {
    let signed = Signed::new();
    let mut lines = signed.lines();
    lines[3][30] ^= 1;
    signed.write(&lines);
    fs::create_dir_all(signed.root.path().join("odd name/stream/segments")).unwrap();
    let faults = signed.faults();
    assert!(faults.iter().any(|fault| fault.contains("no place for a log")), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.contains("entry 3")), "{faults:?}");
}

#[test]
fn a_log_full_of_nonsense_is_reported_in_bounded_memory() {
    let signed = Signed::new();
    fs::write(signed.segment(), "\n".repeat(100_000)).unwrap();
    let faults = signed.verify().unwrap().logs.remove(0).faults;
    assert!(faults.len() < 1010, "{}", faults.len());
    assert!(faults.iter().any(|fault| matches!(fault, Fault::More { count } if *count > 90_000)));
}

/// The same attacks on a log whose every entry has a segment of its own.
#[test]
fn segments_are_held_together() {
    let signed = Signed::new();
    let store = FileStore::open(signed.root.path()).unwrap().segment_len(1);
    let recorder = Recorder::builder(store, Unscrubbed).build().unwrap();
    for number in 20..25 {
        recorder.record_blocking(event(number)).unwrap();
    }
    drop(recorder);
    signed.sign();
    assert!(signed.faults().is_empty());
    let segment = |first: u64| signed.directory().join(format!("segments/{first:020}.jsonl"));
    for first in [0, 20, 22, 24] {
        let whole = fs::read(segment(first)).unwrap();
        for damaged in [&whole[..whole.len() - 1], &whole[..whole.len() / 2], &[]] {
            fs::write(segment(first), damaged).unwrap();
            assert!(!signed.faults().is_empty(), "segment {first} cut to {} bytes", damaged.len());
        }
        fs::remove_file(segment(first)).unwrap();
        assert!(!signed.faults().is_empty(), "segment {first} deleted");
        fs::write(segment(first), &whole).unwrap();
    }
    fs::rename(segment(22), segment(99)).unwrap();
    assert!(!signed.faults().is_empty(), "a segment under another number");
    fs::rename(segment(99), segment(22)).unwrap();
    let (second, third) = (fs::read(segment(21)).unwrap(), fs::read(segment(22)).unwrap());
    fs::write(segment(21), third).unwrap();
    fs::write(segment(22), second).unwrap();
    assert!(!signed.faults().is_empty(), "two segments exchanged");
}

/// Whoever can write to the directory must not be able to keep the verifier from its report.
#[cfg(unix)]
#[test]
fn special_files_are_faults_and_nothing_waits_for_them() {
    let signed = Signed::new();
    let checkpoint = signed.directory().join("checkpoint");
    let description = signed.directory().join("log.json");
    let extra = signed.directory().join("segments/00000000000000000020.jsonl");
    for place in [checkpoint, description, extra, signed.segment()] {
        let whole = fs::read(&place).ok();
        let _ = fs::remove_file(&place);
        let made = std::process::Command::new("mkfifo").arg(&place).status().unwrap();
        assert!(made.success());
        assert!(!signed.verify().unwrap().is_verified(), "a pipe at {}", place.display());
        fs::remove_file(&place).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &place).unwrap();
        assert!(!signed.verify().unwrap().is_verified(), "a device at {}", place.display());
        fs::remove_file(&place).unwrap();
        fs::create_dir(&place).unwrap();
        assert!(!signed.verify().unwrap().is_verified(), "a directory at {}", place.display());
        fs::remove_dir(&place).unwrap();
        if let Some(whole) = whole {
            fs::write(&place, whole).unwrap();
        }
    }
    assert!(signed.faults().is_empty());
}
