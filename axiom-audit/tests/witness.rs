//! Checkpoints seen by others: witnesses that cosign them, and places that keep them.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::time::Duration;
use std::fs;
use std::sync::Arc;

use axiom_audit::conformance::MemoryWitness;
use axiom_audit::{
    AddCheckpoint, AnchorSink, Checkpoint, CheckpointStore, CommandAnchor, DirectoryVerifier, Error, Fault, FileAnchor,
    FileStore, MemoryStore, Naming, Quorum, Recorder, Refusal, SignedNote, TrustedKey, TrustedWitness, VerifierKey,
    Witness, anchor_all, meta_log, prove_consistency, sign_checkpoint, sign_checkpoints, witness_checkpoint,
};
use axiom_core::{Digest, Event, LogId, Origin, Stream, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier, Key};
use pollster::block_on;

fn host() -> Origin {
    "audit.example.com".parse().unwrap()
}

fn log() -> LogId {
    LogId::new("acme".parse().unwrap(), Stream::Material)
}

fn signer(name: &str, seed: u8) -> Ed25519Signer {
    Ed25519Signer::from_seed(name.parse().unwrap(), &Key::from_bytes(&[seed; 32]))
}

fn verifier(signer: &Ed25519Signer) -> Ed25519Verifier {
    Ed25519Verifier::from_public_key(signer.verifying_key()).unwrap()
}

fn trusted(signer: &Ed25519Signer) -> TrustedKey {
    TrustedKey::new(VerifierKey::of(signer.name().clone(), signer).unwrap(), verifier(signer)).unwrap()
}

fn trusted_witness(signer: &Ed25519Signer) -> TrustedWitness {
    let key = VerifierKey::of_witness(signer.name().clone(), signer).unwrap();
    TrustedWitness::new(key, verifier(signer)).unwrap()
}

const TIME: u64 = 1_795_219_200;

/// A witness of the log, and its key.
fn witness(seed: u8) -> (MemoryWitness, TrustedWitness) {
    let signer = signer(&format!("witness-{seed}.example.org"), seed);
    let key = trusted_witness(&signer);
    (MemoryWitness::new(signer.name().clone(), signer, TIME, vec![trusted(&self::signer("audit.example.com", 1))]), key)
}

/// A log in memory that signs what it has.
struct Log {
    store: Arc<MemoryStore>,
    signer: Ed25519Signer,
}

impl Log {
    fn with_entries(count: usize) -> Self {
        let store = Arc::new(MemoryStore::new(Naming::new(host(), [7; 32]).unwrap()));
        let log = Self { store, signer: signer("audit.example.com", 1) };
        log.record(count);
        log
    }

    fn record(&self, count: usize) {
        let recorder = Recorder::builder_shared(self.store.clone(), Unscrubbed).build().unwrap();
        for _ in 0..count {
            let event = Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap());
            recorder.record_blocking(event.build().unwrap()).unwrap();
        }
    }

    fn sign(&self) -> SignedNote {
        block_on(sign_checkpoint(&*self.store, &*self.store, &log(), &self.signer)).unwrap()
    }

    fn cosign(&self, witness: &dyn Witness, key: &TrustedWitness) -> Result<SignedNote, Error> {
        block_on(witness_checkpoint(&*self.store, &*self.store, &log(), witness, key))
    }

    fn saved(&self) -> SignedNote {
        block_on(self.store.checkpoint(&log())).unwrap().unwrap().parse().unwrap()
    }

    fn request(&self, old: u64) -> AddCheckpoint {
        let note = self.sign();
        let size = note.text().parse::<Checkpoint>().unwrap().size;
        let proof = block_on(prove_consistency(&*self.store, &log(), old, size)).unwrap();
        AddCheckpoint { old, proof, note }
    }
}

fn ask(witness: &MemoryWitness, request: &AddCheckpoint) -> Result<String, Refusal> {
    block_on(witness.add_checkpoint(request))
}

#[test]
fn every_growth_is_cosigned_and_the_cosignatures_are_kept() {
    let (log, (witness, key)) = (Log::with_entries(0), witness(2));
    for _ in 0..5 {
        log.record(3);
        log.sign();
        let note = log.cosign(&witness, &key).unwrap();
        assert_eq!(note.cosigned(&key).unwrap(), Some(TIME));
        assert_eq!(log.saved(), note);
        assert_eq!(log.sign(), note, "what has not changed keeps its cosignature");
    }
}

/// A witness that answers with more than its own signature.
struct Meddler {
    witness: MemoryWitness,
    more: String,
}

#[async_trait::async_trait]
impl Witness for Meddler {
    async fn add_checkpoint(&self, request: &AddCheckpoint) -> Result<String, Refusal> {
        Ok(self.more.clone() + &self.witness.add_checkpoint(request).await?)
    }
}

#[test]
fn a_witness_cannot_touch_the_signatures_of_others() {
    let (log, (first, first_key), (witness, key)) = (Log::with_entries(2), witness(2), witness(3));
    log.sign();
    let before = log.cosign(&first, &first_key).unwrap();
    // The same names and key ids, and another signature; and many that nobody knows.
    let spoiled = |line: &str| format!("{}{}\n", &line[..line.len() - 8], "AAAAAAA=");
    let lines = before.to_string();
    let signatures = lines.lines().filter(|line| line.starts_with("— "));
    let more: String = signatures.map(spoiled).chain((0..90).map(|n| format!("— witness-{n} AAAAAAAA\n"))).collect();
    let note = log.cosign(&Meddler { witness, more }, &key).unwrap();
    assert_eq!(note.signature_count(), 3);
    assert!(note.cosigned(&first_key).unwrap().is_some() && note.cosigned(&key).unwrap().is_some());
    assert_eq!(log.sign(), note, "the log's own signature holds");
}

#[test]
fn a_quorum_counts_witnesses_and_no_cosignature_twice() {
    let log = Log::with_entries(4);
    log.sign();
    let (first, second) = (witness(2), witness(3));
    let quorum = |needed| Quorum::new(needed, vec![witness(2).1, witness(3).1, witness(4).1]).unwrap();
    log.cosign(&first.0, &first.1).unwrap();
    let note = log.cosign(&first.0, &first.1).unwrap();
    assert!(quorum(1).check(&note).is_ok());
    assert!(matches!(quorum(2).check(&note), Err(Error::Quorum { cosigned: 1, needed: 2 })));
    let note = log.cosign(&second.0, &second.1).unwrap();
    assert_eq!(quorum(2).check(&note).unwrap().len(), 2);
    assert!(quorum(3).check(&note).is_err());
    for (needed, witnesses) in [(0, vec![witness(2).1]), (2, vec![witness(2).1]), (1, vec![witness(2).1, witness(2).1])]
    {
        assert!(Quorum::new(needed, witnesses).is_err());
    }
    // One key under two names is one witness.
    let renamed = trusted_witness(&signer("other.example.org", 2));
    assert!(Quorum::new(2, vec![witness(2).1, renamed]).is_err());
}

#[test]
fn a_spoiled_cosignature_fails_the_quorum_even_if_others_hold() {
    let log = Log::with_entries(1);
    log.sign();
    let (first, second) = (witness(2), witness(3));
    log.cosign(&first.0, &first.1).unwrap();
    let note = log.cosign(&second.0, &second.1).unwrap().to_string();
    log.record(1);
    log.sign();
    let newer = log.cosign(&second.0, &second.1).unwrap().to_string();
    let spoiled = note.replace(note.lines().last().unwrap(), newer.lines().last().unwrap());
    let quorum = Quorum::new(1, vec![first.1, second.1]).unwrap();
    assert!(quorum.check(&note.parse().unwrap()).is_ok());
    assert!(matches!(quorum.check(&spoiled.parse().unwrap()), Err(Error::Signature)));
}

#[test]
fn a_witness_refuses_forks_and_rollbacks() {
    let (log, (witness, key)) = (Log::with_entries(5), witness(2));
    log.sign();
    log.cosign(&witness, &key).unwrap();
    for count in [5, 9] {
        let fork = Log::with_entries(count);
        fork.sign();
        let refused = fork.cosign(&witness, &key);
        assert!(matches!(refused, Err(Error::Witness { .. })), "{refused:?}");
        assert_eq!(fork.saved().signature_count(), 1);
    }
    let shorter = Log::with_entries(4);
    shorter.sign();
    assert!(matches!(
        shorter.cosign(&witness, &key),
        Err(Error::Witness { refusal: Refusal::Conflict { size: 5 }, .. })
    ));
    log.record(1);
    log.sign();
    log.cosign(&witness, &key).unwrap();
}

#[test]
fn a_witness_answers_as_the_specification_says() {
    let (log, (witness, _)) = (Log::with_entries(6), witness(2));
    let first = log.request(0);
    assert!(matches!(ask(&witness, &AddCheckpoint { old: 1, ..first.clone() }), Err(Refusal::Conflict { size: 0 })));
    assert!(matches!(ask(&witness, &AddCheckpoint { old: 7, ..first.clone() }), Err(Refusal::Malformed)));
    let proof = vec![Digest::of(&[])];
    assert!(matches!(ask(&witness, &AddCheckpoint { proof, ..first.clone() }), Err(Refusal::Inconsistent)));
    assert!(ask(&witness, &first).is_ok());
    assert!(matches!(ask(&witness, &first), Err(Refusal::Conflict { size: 6 })));
    assert!(ask(&witness, &log.request(6)).is_ok(), "the same again, with the size that it saw");

    log.record(4);
    let mut wrong = log.request(6);
    wrong.proof.pop();
    assert!(matches!(ask(&witness, &wrong), Err(Refusal::Inconsistent)));
    assert!(ask(&witness, &log.request(6)).is_ok());

    let stranger = signer("audit.example.com", 9);
    let checkpoint: Checkpoint = log.sign().text().parse().unwrap();
    let unsigned = AddCheckpoint { old: 10, proof: Vec::new(), note: checkpoint.sign(&stranger).unwrap() };
    assert!(matches!(ask(&witness, &unsigned), Err(Refusal::Unsigned)));
    let unknown = Checkpoint { origin: "other.example.com".parse().unwrap(), ..checkpoint };
    let unknown = AddCheckpoint { note: unknown.sign(&stranger).unwrap(), ..unsigned };
    assert!(matches!(ask(&witness, &unknown), Err(Refusal::UnknownLog)));
}

#[test]
fn an_answer_that_is_no_cosignature_is_not_kept() {
    struct Liar(String);

    #[async_trait::async_trait]
    impl Witness for Liar {
        async fn add_checkpoint(&self, _: &AddCheckpoint) -> Result<String, Refusal> {
            Ok(self.0.clone())
        }
    }

    let (log, (witness, key)) = (Log::with_entries(2), witness(2));
    let other = ask(&witness, &log.request(0)).unwrap();
    log.record(1);
    let note = log.sign();
    for answer in ["", "OK\n", &other, "— witness-2.example.org AAAAAAAA\n", &"— a AAAAAAAA\n".repeat(200)] {
        assert!(log.cosign(&Liar(answer.into()), &key).is_err(), "{answer}");
        assert_eq!(log.saved(), note);
    }
}

#[test]
fn a_request_reads_back_and_other_forms_are_refused() {
    let log = Log::with_entries(9);
    let body = log.request(3).to_string();
    assert_eq!(body.parse::<AddCheckpoint>().unwrap().to_string(), body);
    let hash = body.lines().nth(1).unwrap();
    for bad in [
        String::new(),
        body.replace("old 3", "old 03"),
        body.replace("old 3", "old -3"),
        body.replace("old 3", "size 3"),
        body.replace(hash, &hash[4..]),
        body.replace(&format!("{hash}\n"), &format!("{hash}\n").repeat(64)),
        body.replace('\n', "\r\n"),
        format!("{body}more"),
    ] {
        assert!(bad.parse::<AddCheckpoint>().is_err(), "{bad}");
    }
}

#[test]
fn the_meta_log_is_witnessed_for_all() {
    let root = tempfile::tempdir().unwrap();
    let signer = signer("audit.example.com", 1);
    let store = FileStore::create(root.path(), &VerifierKey::of(host(), &signer).unwrap()).unwrap();
    block_on(sign_checkpoints(&store, &store, &signer)).unwrap();
    let faults = || {
        let quorum = Quorum::new(1, vec![witness(2).1, witness(3).1]).unwrap();
        let verifier = DirectoryVerifier::new(root.path()).key(trusted(&signer)).quorum(quorum);
        verifier.verify().unwrap().faults().map(|(_, fault)| fault.clone()).collect::<Vec<_>>()
    };
    assert!(matches!(faults()[..], [Fault::TooFewWitnesses { needed: 1, .. }]));
    let (witness, key) = witness(3);
    block_on(witness_checkpoint(&store, &store, &meta_log(), &witness, &key)).unwrap();
    assert!(faults().is_empty());
}

#[test]
fn a_file_of_checkpoints_grows_and_is_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("checkpoints");
    let (log, file) = (Log::with_entries(1), FileAnchor::new(&path));
    let mut sent = Vec::new();
    for _ in 0..3 {
        log.record(1);
        sent.push(log.sign());
        block_on(file.anchor(sent.last().unwrap())).unwrap();
    }
    assert_eq!(SignedNote::parse_all(&fs::read_to_string(path).unwrap()).unwrap(), sent);
}

#[test]
fn what_an_interrupted_write_left_is_cut_off_at_every_byte() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("checkpoints");
    let (log, file) = (Log::with_entries(1), FileAnchor::new(&path));
    let first = log.sign();
    block_on(file.anchor(&first)).unwrap();
    let start = fs::read(&path).unwrap();
    log.record(1);
    let second = log.sign();
    block_on(file.anchor(&second)).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        block_on(file.anchor(&second)).unwrap();
        let notes = SignedNote::parse_all(&fs::read_to_string(&path).unwrap()).unwrap();
        let before = if length < start.len() { 0 } else { 1 + usize::from(length == whole.len()) };
        assert_eq!(notes.len(), before + 1, "cut to {length} bytes");
        assert_eq!(notes.last(), Some(&second));
    }
}

#[test]
fn a_file_of_something_else_is_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hosts");
    let note = Log::with_entries(1).sign();
    for content in ["127.0.0.1 localhost\n", "audit.example.org\n1\n", "a poem\n— of two lines\nand a third\n"] {
        fs::write(&path, content).unwrap();
        assert!(block_on(FileAnchor::new(&path).anchor(&note)).is_err(), "{content:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[cfg(unix)]
#[test]
fn a_program_takes_the_checkpoint_or_says_why_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kept");
    let note = Log::with_entries(1).sign();
    let shell = |script: &str, patience| CommandAnchor::new("/bin/sh", patience).arg("-c").arg(script);
    let long = Duration::from_secs(20);
    let good = shell(&format!("cat > {}", path.display()), long);
    let failing = shell("cat > /dev/null; exit 3", long);
    let slow = shell("exec sleep 60", Duration::from_millis(50));
    let missing = CommandAnchor::new("/nonexistent/program", long);
    let deaf = shell("exec true", long);

    let start = std::time::Instant::now();
    let sent = block_on(anchor_all(&note, &[&failing, &slow, &missing, &good, &deaf]));
    assert!(start.elapsed() < long, "the slow one was not waited for");
    let why = |at: usize| {
        let Err(Error::Store { source, .. }) = &sent[at].1 else { panic!("{:?}", sent[at]) };
        source.to_string()
    };
    assert!(why(0).contains("exit status: 3"), "{}", why(0));
    assert!(why(1).contains("longer than 50ms"), "{}", why(1));
    assert!(sent[2].1.is_err() && sent[2].0 == "/nonexistent/program");
    assert!(sent[3].1.is_ok() && sent[4].1.is_ok(), "{sent:?}");
    assert_eq!(fs::read_to_string(path).unwrap(), note.to_string());
}
