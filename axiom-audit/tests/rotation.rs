//! The meta-log over a host's logs, and the keys that sign it one after the other.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use axiom_audit::{
    Checkpoint, DirectoryReport, DirectoryVerifier, Error, Fault, FileStore, Head, HostCheckpoint, KeyRotation,
    Recorder, Rotation, SignedNote, Signers, Store, TrustedKey, VerifierKey, meta_log, prove, rotate_key,
    sign_checkpoint, sign_checkpoints,
};
use axiom_core::{Clock as _, Event, LogId, Origin, Stream, SystemClock, Unscrubbed, Unsealed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
use pollster::block_on;
use tempfile::TempDir;

fn host() -> Origin {
    "audit.example.com".parse().unwrap()
}

fn log(organization: &str) -> LogId {
    LogId::new(organization.parse().unwrap(), Stream::Material)
}

fn key(signer: &Ed25519Signer) -> VerifierKey {
    VerifierKey::of(host(), signer).unwrap()
}

fn trusted(signer: &Ed25519Signer) -> TrustedKey {
    TrustedKey::new(key(signer), Ed25519Verifier::from_public_key(signer.verifying_key()).unwrap()).unwrap()
}

/// A directory of two logs, and the keys that signed it, the newest last.
struct Host {
    root: TempDir,
    keys: Vec<Ed25519Signer>,
}

impl Host {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let signer = Ed25519Signer::generate(host()).unwrap();
        FileStore::create(root.path(), &key(&signer)).unwrap();
        let host = Self { root, keys: vec![signer] };
        host.record("acme", 3);
        host.record("globex", 2);
        host
    }

    fn signed() -> Self {
        let host = Self::new();
        host.sign();
        host
    }

    fn path(&self) -> &Path {
        self.root.path()
    }

    fn store(&self) -> FileStore {
        FileStore::open(self.path()).unwrap()
    }

    fn record(&self, organization: &str, count: usize) {
        let recorder = Recorder::builder(self.store(), Unscrubbed).build().unwrap();
        for _ in 0..count {
            let event = Event::builder(organization.parse().unwrap(), "apply.applied".parse().unwrap());
            recorder.record_blocking(event.build().unwrap()).unwrap();
        }
    }

    fn signer(&self) -> &Ed25519Signer {
        self.keys.last().unwrap()
    }

    fn sign(&self) -> HostCheckpoint {
        let store = self.store();
        let signed = block_on(sign_checkpoints(&store, &store, self.signer())).unwrap();
        assert!(signed.logs.iter().all(|(_, note)| note.is_ok()), "{signed:?}");
        signed
    }

    fn rotate(&mut self) -> KeyRotation {
        let next = Ed25519Signer::generate(host()).unwrap();
        let store = self.store();
        let rotation = Rotation::new(self.signer(), &next, self.keys.len() as u64);
        let rotated = block_on(rotate_key(&store, &store, rotation)).unwrap();
        store.save_rotation(&rotated.certificate).unwrap();
        self.keys.push(next);
        rotated.certificate
    }

    fn verifier(&self, key: usize) -> DirectoryVerifier<'static> {
        DirectoryVerifier::new(self.path()).key(trusted(&self.keys[key])).strict()
    }

    #[track_caller]
    fn verifies(&self, key: usize) -> DirectoryReport {
        let report = self.verifier(key).verify().unwrap();
        assert!(report.is_verified(), "{:?}", report.faults().collect::<Vec<_>>());
        report
    }

    fn faults(&self, key: usize) -> Vec<Fault> {
        faults(self.verifier(key))
    }

    fn directory(&self, log: &LogId) -> PathBuf {
        self.path().join(FileStore::read_only(self.path()).unwrap().naming().opaque(&log.organization))
    }

    fn origin(&self, log: &LogId) -> String {
        FileStore::read_only(self.path()).unwrap().naming().origin(log).to_string()
    }

    /// Every file, to be put back later.
    fn copy(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(self.path())
    }

    fn put_back(&self, files: &BTreeMap<PathBuf, Vec<u8>>) {
        for path in self.copy().into_keys().filter(|path| !files.contains_key(path)) {
            fs::remove_file(path).unwrap();
        }
        for (path, bytes) in files {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    /// Puts another history in the place of an organization's log; the meta-log stays.
    fn rewrite(&self, organization: &str, count: usize) {
        fs::remove_dir_all(self.directory(&log(organization))).unwrap();
        self.record(organization, count);
    }
}

fn faults(verifier: DirectoryVerifier<'_>) -> Vec<Fault> {
    verifier.verify().unwrap().faults().map(|(_, fault)| fault.clone()).collect()
}

fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for path in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => found.append(&mut files(&path)),
            false => drop(found.insert(path.clone(), fs::read(&path).unwrap())),
        }
    }
    found
}

#[test]
fn the_meta_log_knows_every_log_and_what_has_not_changed_is_recorded_once() {
    let host = Host::signed();
    assert_eq!(host.verifies(0).entries(), 5 + 2);
    host.sign();
    assert_eq!(host.verifies(0).entries(), 7, "nothing has changed");
    host.record("acme", 1);
    host.sign();
    let report = host.verifies(0);
    assert_eq!(report.entries(), 6 + 3);
    assert!(report.logs.iter().all(|log| log.unanchored() == 0));
}

#[test]
fn logs_that_were_signed_before_there_was_a_meta_log_are_recorded_with_the_first() {
    let host = Host::new();
    let store = host.store();
    block_on(sign_checkpoint(&store, &store, &log("acme"), host.signer())).unwrap();
    drop(store);
    host.sign();
    fs::remove_dir_all(host.directory(&log("acme"))).unwrap();
    assert_eq!(host.faults(0), [Fault::MissingLog { log: host.origin(&log("acme")), signed: 3 }]);
}

#[test]
fn a_vanished_tenant_is_noticed() {
    let host = Host::signed();
    fs::remove_dir_all(host.directory(&log("globex"))).unwrap();
    assert_eq!(host.faults(0), [Fault::MissingLog { log: host.origin(&log("globex")), signed: 2 }]);
}

#[test]
fn a_log_that_shrank_or_was_written_anew_is_noticed() {
    let host = Host::signed();
    for (count, expected) in [
        (1, Fault::Truncated { entries: 1, signed: 3 }),
        (3, Fault::Forked { size: 3 }),
        (9, Fault::Forked { size: 3 }),
    ] {
        host.rewrite("acme", count);
        assert_eq!(host.faults(0), [expected]);
    }
}

/// Whoever has the key can sign another history of a log, and cannot make the meta-log forget the first.
#[test]
fn a_log_that_was_signed_anew_contradicts_the_meta_log() {
    let host = Host::signed();
    let meta = host.sign().meta;
    host.rewrite("acme", 4);
    let signed = host.sign();
    assert!(signed.logs.iter().all(|(_, note)| note.is_ok()), "to the signer it is a new log");
    assert!(host.verifies(0).is_verified(), "its newest record says four entries");
    host.rewrite("acme", 3);
    let store = host.store();
    let refused = block_on(sign_checkpoints(&store, &store, host.signer())).unwrap();
    drop(store);
    assert!(refused.logs.iter().all(|(_, note)| note.is_ok()));
    assert!(!host.faults(0).is_empty(), "now there are records of three and of four entries");
    assert!(!faults(host.verifier(0).checkpoint("kept", meta)).is_empty());
}

#[test]
fn the_meta_logs_checkpoint_alone_stands_for_all_logs() {
    let host = Host::signed();
    let old = host.copy();
    host.record("acme", 2);
    let kept = host.sign().meta;
    assert!(faults(host.verifier(0).checkpoint("kept", kept.clone())).is_empty());
    host.put_back(&old);
    assert!(host.faults(0).is_empty(), "in itself the older copy is sound");
    let found = faults(host.verifier(0).checkpoint("kept", kept));
    assert_eq!(found, [Fault::RolledBack { entries: 2, signed: 3 }]);
}

#[test]
fn nobody_else_writes_in_the_name_of_the_host() {
    let host = Host::signed();
    let recorder = Recorder::builder(host.store(), Unscrubbed).stream(meta_log().stream).build().unwrap();
    let event = Event::builder(meta_log().organization, "log.key_rotated".parse().unwrap()).build().unwrap();
    let refused = recorder.record_blocking(event);
    assert!(matches!(refused, Err(Error::Event(_))), "{refused:?}");
}

#[test]
fn who_knows_the_first_key_follows_to_the_newest() {
    let mut host = Host::signed();
    host.rotate();
    host.rotate();
    assert_eq!(*host.store().verifier_key(), key(&host.keys[2]));
    host.record("acme", 1);
    host.sign();
    for key in 0..3 {
        host.verifies(key);
    }
}

#[test]
fn the_new_key_verifies_with_nothing_else() {
    let mut host = Host::signed();
    host.rotate();
    fs::remove_dir_all(host.path().join("rotations")).unwrap();
    let report = host.verifier(1).verify().unwrap();
    let unknown = |fault: &Fault| matches!(fault, Fault::Storage { file, .. } if file == "axiom.json");
    assert!(report.faults.iter().all(unknown), "only the directory itself has forgotten it: {report:?}");
    assert!(report.logs.iter().all(axiom_audit::LogReport::is_verified));
}

#[test]
fn a_checkpoint_kept_from_before_the_rotation_still_holds() {
    let mut host = Host::signed();
    let kept = host.sign();
    host.rotate();
    let verifier = kept.logs.into_iter().fold(host.verifier(0).checkpoint("meta", kept.meta), |verifier, (_, note)| {
        verifier.checkpoint("kept", note.unwrap())
    });
    assert!(faults(verifier).is_empty());
}

#[test]
fn a_retired_key_signs_nothing_that_is_believed() {
    let mut host = Host::signed();
    host.rotate();
    host.record("acme", 2);
    // Whoever stole the old key signs what was recorded since, and what never was.
    let (store, old) = (host.store(), &host.keys[0]);
    let both = Signers::new(&host.keys[1]).and_retiring(old);
    let genuine = block_on(sign_checkpoint(&store, &store, &log("acme"), both)).unwrap();
    let text = genuine.text().to_owned();
    let origin = store.naming().origin(&log("acme"));
    drop(store);
    let forged = SignedNote::sign(text, &origin, old).unwrap();
    let path = host.directory(&log("acme")).join("material/checkpoint");
    fs::write(&path, forged.to_string()).unwrap();
    for knows in [0, 1] {
        let found = host.faults(knows);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(matches!(found[0], Fault::RetiredKey { .. } | Fault::BadSignature { .. }), "{found:?}");
    }
    fs::write(&path, genuine.to_string()).unwrap();
    host.verifies(0);
    let kept = SignedNote::sign(genuine.text().replace("\n5\n", "\n6\n"), &origin, old).unwrap();
    let found = faults(host.verifier(0).checkpoint("forged", kept));
    assert_eq!(found, [Fault::RetiredKey { checkpoint: "forged".into() }]);
}

#[test]
fn a_rotation_that_was_not_signed_by_the_key_before_leads_nowhere() {
    let mut host = Host::signed();
    let genuine = host.rotate();
    let old = trusted(&host.keys[0]);
    assert_eq!(genuine.follow(&old).unwrap().key(), &key(&host.keys[1]));
    assert!(genuine.follow(&trusted(&host.keys[1])).is_err(), "it does not replace itself");

    // A host of the same name makes a rotation of its own key, or of one that claims to be the old one.
    let mut other = Host::signed();
    let foreign = other.rotate();
    assert!(foreign.follow(&old).is_err());
    let forged = foreign.to_string().replace(
        foreign.to_string().lines().find(|line| line.starts_with("extra ")).unwrap(),
        genuine.to_string().lines().find(|line| line.starts_with("extra ")).unwrap(),
    );
    let followed = forged.parse::<KeyRotation>().and_then(|forged| forged.follow(&old));
    assert!(followed.is_err(), "its event is not in what was signed");

    let text = genuine.to_string();
    assert_eq!(text.parse::<KeyRotation>().unwrap(), genuine);
    let signatures: Vec<&str> = text.lines().filter(|line| line.starts_with("— ")).collect();
    assert_eq!(signatures.len(), 4, "of the statement and of the checkpoint");
    for signature in signatures {
        let half: KeyRotation = text.replacen(&format!("{signature}\n"), "", 1).parse().unwrap();
        assert!(half.follow(&old).is_err(), "both keys must have signed both");
    }
    for (line, other) in [("\n1\n", "\n2\n"), ("\n-\n", "\n2027-01-01T00:00:00Z\n")] {
        assert!(text.replacen(line, other, 1).parse::<KeyRotation>().is_err(), "the event says {line:?}");
    }
    for (place, content) in [("00000000000000000001", foreign.to_string()), ("00000000000000000002", "junk".into())] {
        let path = host.path().join("rotations").join(place);
        let before = fs::read(&path).ok();
        fs::write(&path, content).unwrap();
        assert!(!host.faults(0).is_empty(), "{place}");
        fs::remove_file(&path).unwrap();
        if let Some(before) = before {
            fs::write(&path, before).unwrap();
        }
    }
    host.verifies(0);
}

/// A tenant that may record any action cannot certify a key: its events are not the host's.
#[test]
fn a_tenants_event_is_no_rotation() {
    let host = Host::signed();
    let stolen = Ed25519Signer::generate(self::host()).unwrap();
    let recorder = Recorder::builder(host.store(), Unscrubbed).stream(meta_log().stream).build().unwrap();
    let event = Event::builder("acme".parse().unwrap(), "log.key_rotated".parse().unwrap())
        .metadata("replaces", key(host.signer()).to_string())
        .metadata("key", key(&stolen).to_string())
        .metadata("epoch", "1");
    recorder.record_blocking(event.build().unwrap()).unwrap();
    drop(recorder);
    let (store, log) = (host.store(), LogId::new("acme".parse().unwrap(), meta_log().stream));
    let note = block_on(sign_checkpoint(&store, &store, &log, host.signer())).unwrap();
    let bundle = block_on(prove(&store, &log, 0, &note)).unwrap();
    let statement = SignedNote::sign("any\n".into(), &self::host(), &stolen).unwrap();
    assert!(matches!(KeyRotation::new(statement, bundle), Err(Error::Proof(_))));
}

/// Whoever can write the files can have the old key sign a checkpoint over an event of the host's own, and that is all.
#[test]
fn an_event_that_somebody_else_wrote_into_the_meta_log_replaces_no_key() {
    let mut host = Host::signed();
    let thief = Ed25519Signer::generate(self::host()).unwrap();
    let old = trusted(host.signer());
    let meta = meta_log();
    let (store, seq, mut note) = plant(&host, &meta, &thief);
    note.add_signature(&store.naming().origin(&meta), &thief).unwrap();
    let bundle = block_on(prove(&store, &meta, seq, &note)).unwrap();
    let text = format!("axiom-audit/v1/key-rotation\n{}\n{}\n1\n-\n{}", key(host.signer()), key(&thief), note.text());
    let statement = SignedNote::sign(text, &self::host(), &thief).unwrap();
    let forged = KeyRotation::new(statement.clone(), bundle.clone()).unwrap();
    assert_eq!(forged.follow(&old).unwrap_err().to_string(), Error::Signature.to_string());
    // Nor does the checkpoint's own signature do, under the statement.
    let note = SignedNote::sign(note.text().into(), &self::host(), host.signer()).unwrap().to_string();
    let mut replayed = statement;
    replayed.add_lines(note.rsplit_once("\n\n").unwrap().1).unwrap();
    let replayed = KeyRotation::new(replayed, bundle).unwrap();
    assert!(matches!(replayed.follow(&old), Err(Error::Signature)));
    drop(store);

    let path = host.path().join("rotations/00000000000000000001");
    fs::create_dir(path.parent().unwrap()).unwrap();
    fs::write(&path, replayed.to_string()).unwrap();
    let found = host.faults(0);
    assert!(
        matches!(&found[..], [Fault::Storage { file, .. }] if file == "rotations/00000000000000000001"),
        "{found:?}"
    );
    assert!(!faults(DirectoryVerifier::new(host.path()).key(trusted(&thief)).rotations(1)).is_empty());
    fs::remove_file(&path).unwrap();
    host.rotate();
    host.verifies(0);
}

/// Nor does one in the log of a tenant, though it be in the name of the host.
#[test]
fn an_event_outside_the_meta_log_is_no_rotation() {
    let host = Host::signed();
    let log = log("acme");
    let thief = Ed25519Signer::generate(self::host()).unwrap();
    let (store, seq, note) = plant(&host, &log, &thief);
    let bundle = block_on(prove(&store, &log, seq, &note)).unwrap();
    let statement = SignedNote::sign("any\n".into(), &self::host(), &thief).unwrap();
    let refused = KeyRotation::new(statement, bundle);
    assert!(matches!(refused, Err(Error::Proof("is not that of a key rotation in a meta-log"))), "{refused:?}");
}

/// Writes the event of a rotation into the file of `log`, while no store is open, and has it signed with the rest.
fn plant(host: &Host, log: &LogId, thief: &Ed25519Signer) -> (FileStore, u64, SignedNote) {
    let event = Event::builder(meta_log().organization, "log.key_rotated".parse().unwrap())
        .metadata("replaces", key(host.signer()).to_string())
        .metadata("key", key(thief).to_string())
        .metadata("epoch", "1");
    let event = event.build().unwrap().scrub(&Unscrubbed).unwrap().without_sealing(Unsealed);
    let mut event = event.canonical_in(log.stream.clone()).unwrap();
    event.stamp(SystemClock.now(), None);
    let event = str::from_utf8(event.as_bytes()).unwrap();
    let (origin, Head { size: seq, tip, .. }) = (host.origin(log), block_on(host.store().head(log)).unwrap());
    let line = format!("{{\"event\":{event},\"log\":\"{origin}\",\"prev\":\"{tip}\",\"seq\":{seq},\"v\":1}}\n");
    let segment = format!("{}/segments/{:020}.jsonl", log.stream.as_str(), 0);
    let mut segment = fs::OpenOptions::new().append(true).open(host.directory(log).join(segment)).unwrap();
    segment.write_all(line.as_bytes()).unwrap();
    let store = host.store();
    let note = block_on(sign_checkpoint(&store, &store, log, host.signer())).unwrap();
    assert_eq!(note.text().parse::<Checkpoint>().unwrap().size, seq + 1, "the key signs what it finds");
    (store, seq, note)
}

#[test]
fn what_is_no_certificate_by_its_name_is_passed_over() {
    let mut host = Host::signed();
    let first = host.rotate();
    let directory = host.path().join("rotations");
    for stray in [".DS_Store", "00000000000000000002.new", "2"] {
        fs::write(directory.join(stray), "junk").unwrap();
    }
    assert_eq!(host.store().rotations().unwrap(), [first]);
    host.verifies(0);
}

/// Otherwise the directory would name the key before as its newest.
#[test]
fn a_certificate_that_cannot_be_read_is_not_passed_over() {
    let mut host = Host::signed();
    host.rotate();
    let path = host.path().join("rotations/00000000000000000001");
    fs::write(&path, b"\xff").unwrap();
    assert!(matches!(host.store().rotations(), Err(Error::Damaged { .. })));
    assert!(!host.faults(1).is_empty());
    #[cfg(unix)]
    {
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&path, &path).unwrap();
        assert!(matches!(FileStore::read_only(host.path()), Err(Error::Store { .. })));
    }
}

#[test]
fn a_rotation_is_kept_only_if_it_follows_the_last() {
    let mut host = Host::signed();
    let first = host.rotate();
    let store = host.store();
    assert!(matches!(store.save_rotation(&first), Err(Error::Key(_))));
    drop(store);
    let second = host.rotate();
    assert_eq!(host.store().rotations().unwrap(), [first, second]);
}

/// Interrupted after every step, the rotation can be run again, and all verifies meanwhile.
#[test]
fn an_interrupted_rotation_is_run_again() {
    let host = Host::signed();
    let next = Ed25519Signer::generate(self::host()).unwrap();
    let both = Signers::new(&next).and_retiring(host.signer());
    let rotate =
        |store: &FileStore| block_on(rotate_key(store, store, Rotation::new(host.signer(), &next, 1))).unwrap();

    let store = host.store();
    block_on(sign_checkpoints(&store, &store, both)).unwrap();
    drop(store);
    host.verifies(0);

    let store = host.store();
    rotate(&store);
    drop(store);
    host.verifies(0);

    let store = host.store();
    let certificate = rotate(&store).certificate;
    store.save_rotation(&certificate).unwrap();
    drop(store);
    host.verifies(0);
    assert!(faults(DirectoryVerifier::new(host.path()).key(trusted(&next))).is_empty());
}

/// The first of journald's historic weaknesses (forward secure sealing, 2023): the newest sealed part is deleted, and
/// the verifier, which does not know how many there should be, takes the rest for all there is. Here: the directory is
/// put back to how it was two rotations ago. Nobody without the erased keys could have made it, and nothing in it is
/// wrong; so the verifier must know how many rotations there were, or keep a checkpoint.
#[test]
fn a_directory_put_back_to_an_earlier_epoch_is_noticed_by_who_counts_rotations() {
    let mut host = Host::signed();
    host.rotate();
    let earlier = host.copy();
    host.record("acme", 5);
    host.rotate();
    host.record("acme", 5);
    host.rotate();
    let kept = host.sign().meta;
    assert!(faults(host.verifier(0).rotations(3)).is_empty());
    assert!(faults(host.verifier(3).rotations(3)).is_empty(), "the newest key alone tells the epoch as well");

    host.put_back(&earlier);
    assert!(host.faults(0).is_empty(), "in itself it is sound");
    assert_eq!(faults(host.verifier(0).rotations(3)), [Fault::TooFewRotations { rotations: 1, expected: 3 }]);
    let found = faults(host.verifier(0).checkpoint("kept", kept));
    assert!(!found.is_empty(), "a kept checkpoint says so too");
    assert!(!host.faults(3).is_empty(), "and so does the newest key");
}

/// The second: what belonged to an epoch that had ended could still be changed, as it was sealed late and by the clock.
/// Here: a thief has the directory and the key of today, and changes what was recorded before the last rotation.
#[test]
fn what_was_recorded_before_a_rotation_cannot_be_signed_anew_by_the_key_after_it() {
    let mut host = Host::signed();
    host.rotate();
    let root = |log: &LogId| block_on(host.store().root(log, 0..3)).unwrap();
    let before = root(&log("acme"));
    // All that the thief can reach is written and signed anew: the log, its checkpoint, and the meta-log's next
    // entries.
    host.rewrite("acme", 6);
    assert_ne!(root(&log("acme")), before);
    host.sign();
    assert_eq!(host.faults(0), [Fault::Forked { size: 3 }], "the key before certified what the meta-log said");

    // The meta-log as well: then it is not the one that the certificate was made for.
    fs::remove_dir_all(host.directory(&meta_log())).unwrap();
    host.sign();
    let found = host.faults(0);
    assert_eq!(found, [Fault::RolledBack { entries: 2, signed: 3 }]);

    // And the certificate: then the chain of keys does not lead to the one that signs.
    fs::remove_dir_all(host.path().join("rotations")).unwrap();
    assert!(!host.faults(0).is_empty());
    // A certificate of its own would take the key before, which is gone.
    let store = host.store();
    let own = block_on(rotate_key(&store, &store, Rotation::new(&host.keys[1], &host.keys[0], 1))).unwrap();
    assert!(own.certificate.follow(&trusted(&host.keys[0])).is_err());
}
