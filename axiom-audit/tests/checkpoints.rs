//! What is signed, what is refused, and where it is kept.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::sync::Arc;
use std::thread;

use axiom_audit::{
    Checkpoint, CheckpointStore, DirectoryVerifier, Error, Fault, FileCheckpoints, FileStore, MemoryStore, Naming,
    Recorder, Saved, SignedNote, Signers, Spill, Store, TrustedKey, VerifierKey, conformance, sign_checkpoint,
};
use axiom_core::{Digest, Event, LogId, Origin, Stream, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
use pollster::block_on;
use tempfile::TempDir;

fn host() -> Origin {
    "audit.example.com".parse().unwrap()
}

fn naming() -> Naming {
    Naming::new(host(), [7; 32]).unwrap()
}

fn log() -> LogId {
    LogId::new("acme".parse().unwrap(), Stream::Material)
}

fn trusted(signer: &Ed25519Signer) -> TrustedKey {
    let key = VerifierKey::of(signer.name().clone(), signer).unwrap();
    TrustedKey::new(key, Ed25519Verifier::from_public_key(signer.verifying_key()).unwrap()).unwrap()
}

/// It has the lock that each save would wait for.
#[test]
fn the_directory_of_the_logs_is_no_other_place_for_checkpoints() {
    let directory = tempfile::tempdir().unwrap();
    let signer = Ed25519Signer::generate(host()).unwrap();
    FileStore::create(directory.path(), &VerifierKey::of(host(), &signer).unwrap()).unwrap();
    let refused = FileCheckpoints::open(directory.path(), naming());
    assert!(matches!(refused, Err(Error::Exists { .. })), "{refused:?}");
}

/// Others lock this file for as long as they run; saving waits for its turn only.
#[test]
fn a_lock_that_others_hold_keeps_no_checkpoint_from_being_saved() {
    let host = Host::with_entries(1);
    let directory = host.directory.path().join("checkpoints");
    let _spill = Spill::open(&directory).unwrap();
    host.sign().unwrap();
    assert_eq!(host.checkpoints.history(&log()).unwrap().len(), 1);
}

/// A log of entries in memory, and the checkpoints of its own.
struct Host {
    store: Arc<MemoryStore>,
    checkpoints: FileCheckpoints,
    signer: Ed25519Signer,
    directory: TempDir,
}

impl Host {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            store: Arc::new(MemoryStore::new(naming())),
            checkpoints: FileCheckpoints::open(directory.path().join("checkpoints"), naming()).unwrap(),
            signer: Ed25519Signer::generate(host()).unwrap(),
            directory,
        }
    }

    fn with_entries(count: usize) -> Self {
        let host = Self::new();
        record(host.store.clone(), count);
        host
    }

    fn sign(&self) -> Result<SignedNote, Error> {
        self.sign_with(&self.signer)
    }

    fn sign_with<'a>(&self, signers: impl Into<Signers<'a>>) -> Result<SignedNote, Error> {
        block_on(sign_checkpoint(&*self.store, &self.checkpoints, &log(), signers))
    }

    /// Another history of the same log.
    fn rewrite(&mut self, count: usize) {
        self.store = Arc::new(MemoryStore::new(naming()));
        record(self.store.clone(), count);
    }

    fn plant(&self, note: &str) {
        let store = naming();
        let directory = self.directory.path().join("checkpoints").join(store.opaque(&log().organization));
        fs::create_dir_all(directory.join("material")).unwrap();
        fs::write(directory.join("material/checkpoint"), note).unwrap();
    }

    #[track_caller]
    fn refuses(&self, fault: &str) {
        let saved = block_on(self.checkpoints.checkpoint(&log())).unwrap();
        let error = self.sign().unwrap_err();
        assert!(matches!(&error, Error::Unverified { .. }), "{error}");
        assert!(error.to_string().contains(fault), "{error}");
        assert_eq!(block_on(self.checkpoints.checkpoint(&log())).unwrap(), saved, "nothing was saved");
    }
}

fn record(store: Arc<dyn Store>, count: usize) {
    let recorder = Recorder::builder_shared(store, Unscrubbed).build().unwrap();
    let event = || Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap()).build().unwrap();
    for receipt in recorder.record_batch_blocking((0..count).map(|_| event()).collect()) {
        receipt.unwrap();
    }
}

#[test]
fn checkpoints_in_a_directory_conform() {
    let directory = tempfile::tempdir().unwrap();
    conformance::checkpoints(&FileCheckpoints::open(directory.path(), naming()).unwrap(), &naming());
}

#[test]
fn two_that_opened_one_directory_do_not_overwrite_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let (store, signer) = (Arc::new(MemoryStore::new(naming())), Ed25519Signer::generate(host()).unwrap());
    let open = || FileCheckpoints::open(directory.path(), naming()).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    record(store.clone(), 1);
                    block_on(sign_checkpoint(&*store, &open(), &log(), &signer)).unwrap();
                }
            });
        }
    });
    let newest: SignedNote = block_on(open().checkpoint(&log())).unwrap().unwrap().parse().unwrap();
    assert_eq!(Checkpoint::from_note(&newest, &[trusted(&signer)]).unwrap().size, 20);
    let sizes: Vec<u64> = open().history(&log()).unwrap().iter().map(|note| size(note)).collect();
    assert!(sizes.is_sorted() && sizes.last() == Some(&20), "{sizes:?}");
}

fn size(note: &str) -> u64 {
    note.parse::<SignedNote>().unwrap().text().parse::<Checkpoint>().unwrap().size
}

#[test]
fn every_checkpoint_is_kept() {
    let host = Host::new();
    let signed: Vec<String> = (0..3)
        .map(|_| {
            record(host.store.clone(), 2);
            host.sign().unwrap().to_string()
        })
        .collect();
    assert_eq!(host.checkpoints.history(&log()).unwrap(), signed);
    let others = LogId::new("globex".parse().unwrap(), Stream::Material);
    assert!(host.checkpoints.history(&others).unwrap().is_empty());
}

#[test]
fn what_has_not_changed_is_not_signed_again() {
    let host = Host::with_entries(3);
    let mut note = host.sign().unwrap();
    let witness = Ed25519Signer::generate("witness.example.org".parse().unwrap()).unwrap();
    let saved = note.to_string();
    note.cosign(witness.name(), &witness, 1).unwrap();
    let cosigned = note.to_string();
    assert_eq!(
        block_on(host.checkpoints.save_checkpoint(&log(), Some(&saved), &cosigned)).unwrap(),
        Saved::Saved,
        "cosignatures are added to what is saved"
    );
    assert_eq!(host.sign().unwrap().to_string(), cosigned);
    record(host.store.clone(), 1);
    assert_eq!(host.sign().unwrap().signature_count(), 1, "nobody has cosigned the new one");
}

#[test]
fn a_rollback_is_not_signed() {
    let mut host = Host::with_entries(5);
    host.sign().unwrap();
    host.rewrite(4);
    host.refuses("truncated: 4 entries are left of 5");
}

#[test]
fn a_fork_is_not_signed() {
    let mut host = Host::with_entries(5);
    host.sign().unwrap();
    for count in [5, 9] {
        host.rewrite(count);
        host.refuses("forked: the first 5 entries");
    }
}

#[test]
fn a_checkpoint_before_by_another_key_is_not_continued() {
    let host = Host::with_entries(3);
    let other = Ed25519Signer::generate(self::host()).unwrap();
    host.sign_with(&other).unwrap();
    host.refuses("not signed by the key");
    host.sign_with(Signers::new(&host.signer).and_retiring(&other)).unwrap();
    host.sign().unwrap();
}

#[test]
fn a_planted_checkpoint_is_not_continued() {
    let host = Host::with_entries(3);
    let checkpoint = Checkpoint { origin: naming().origin(&log()), size: 0, root: Digest::of(&[]) };
    let good = checkpoint.sign(&host.signer).unwrap().to_string();
    let other = Checkpoint { origin: self::host(), ..checkpoint.clone() };
    let forged = |text: &str| good.replace(&checkpoint.to_string(), text);
    for (planted, fault) in [
        (other.sign(&host.signer).unwrap().to_string(), "another log"),
        (good.replace('\n', "\r\n"), "is not one"),
        (format!("{good}trailing"), "is not one"),
        (forged(&format!("{checkpoint}extension\n")), "is not one"),
        (forged(&checkpoint.to_string().replace("\n0\n", "\n1\n")), "not signed by the key"),
        (String::new(), "is not one"),
    ] {
        host.plant(&planted);
        host.refuses(fault);
    }
    host.plant(&good);
    host.sign().unwrap();
}

/// Whatever lies where a log's checkpoint should be, it does not pass for one.
#[test]
fn every_other_form_of_a_checkpoint_is_a_bad_signature() {
    let root = tempfile::tempdir().unwrap();
    let signer = Ed25519Signer::generate(host()).unwrap();
    let store = Arc::new(FileStore::create(root.path(), &VerifierKey::of(host(), &signer).unwrap()).unwrap());
    record(store.clone(), 3);
    let good = block_on(sign_checkpoint(&*store, &*store, &log(), &signer)).unwrap();
    let origin = store.naming().origin(&log());
    let path = root.path().join(store.naming().opaque(&log().organization)).join("material/checkpoint");
    drop(store);
    let verify = |note: Option<SignedNote>| {
        let verifier = DirectoryVerifier::new(root.path()).key(trusted(&signer));
        let verifier = note.into_iter().fold(verifier, |verifier, note| verifier.checkpoint("kept", note));
        verifier.verify().unwrap().faults().map(|(_, fault)| fault.clone()).collect::<Vec<_>>()
    };
    assert!(verify(Some(good.clone())).is_empty());

    let stranger = Ed25519Signer::generate(host()).unwrap();
    let checkpoint: Checkpoint = good.text().parse().unwrap();
    let sign = |text: String| SignedNote::sign(text, &origin, &signer).unwrap().to_string();
    let elsewhere = Checkpoint { origin: naming().origin(&log()), ..checkpoint.clone() };
    for (what, text) in [
        ("an extension line that is signed", sign(format!("{checkpoint}extension\n"))),
        ("a size with a leading zero", sign(checkpoint.to_string().replace("\n3\n", "\n03\n"))),
        ("another log's, signed as this one", sign(elsewhere.to_string())),
        ("another log's", elsewhere.sign(&signer).unwrap().to_string()),
        ("another key's", checkpoint.sign(&stranger).unwrap().to_string()),
        (
            "another key's id",
            checkpoint.sign(&stranger).unwrap().to_string().replace(
                &checkpoint.sign(&stranger).unwrap().to_string()[checkpoint.to_string().len()..][..60],
                &good.to_string()[checkpoint.to_string().len()..][..60],
            ),
        ),
        ("CRLF", good.to_string().replace('\n', "\r\n")),
        ("trailing bytes", format!("{good}x")),
        ("a trailing newline", format!("{good}\n")),
        ("leading bytes", format!("\n{good}")),
        ("no last newline", good.to_string().trim_end().to_owned()),
        ("two notes", format!("{good}\n{good}")),
        ("a size that is not the signed one", good.to_string().replace("\n3\n", "\n2\n")),
        ("nothing", String::new()),
    ] {
        fs::write(&path, &text).unwrap();
        let found = verify(None);
        assert!(matches!(found[..], [Fault::BadSignature { .. }]), "{what}: {found:?}");
        if let Ok(note) = text.parse() {
            fs::write(&path, good.to_string()).unwrap();
            let found = verify(Some(note));
            let refused = matches!(found[..], [Fault::BadSignature { .. }]);
            // That of another log is genuine; only its log is not here.
            assert!(
                refused || matches!(found[..], [Fault::MissingLog { .. }]) && what == "another log's",
                "{what}: {found:?}"
            );
        }
    }
}

#[test]
fn a_store_that_ends_otherwise_than_it_says_is_not_signed() {
    let root = tempfile::tempdir().unwrap();
    let signer = Ed25519Signer::generate(host()).unwrap();
    let store = FileStore::create(root.path(), &VerifierKey::of(host(), &signer).unwrap()).unwrap();
    let store = Arc::new(store);
    record(store.clone(), 3);
    block_on(store.flush(&log())).unwrap();
    let root_before = block_on(store.root(&log(), 0..3)).unwrap();
    let segment = root.path().join(store.naming().opaque(&log().organization));
    let segment = segment.join("material/segments/00000000000000000000.jsonl");
    let text = fs::read_to_string(&segment).unwrap();
    let at = text.rfind("system").unwrap();
    fs::write(&segment, format!("{}sysbem{}", &text[..at], &text[at + 6..])).unwrap();
    // A store that reads its entries again refuses; one that kept their hashes signs what was recorded.
    match block_on(sign_checkpoint(&*store, &*store, &log(), &signer)) {
        Ok(note) => assert_eq!(Checkpoint::from_note(&note, &[trusted(&signer)]).unwrap().root, root_before),
        Err(error) => assert!(matches!(error, Error::Unverified { .. } | Error::Damaged { .. }), "{error}"),
    }
}
