//! A signed log to attack, and what its verifier is given.

use std::fs;
use std::path::PathBuf;

use axiom_audit::{
    DirectoryReport, DirectoryVerifier, Error, FileStore, Recorder, SignedNote, TrustedKey, VerifierKey,
    sign_checkpoint,
};
use axiom_core::{Event, LogId, Stream, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
use pollster::block_on;
use tempfile::TempDir;

/// How many entries a log has.
pub(crate) const ENTRIES: usize = 20;

/// A directory with one log, signed at its end.
pub(crate) struct Signed {
    pub(crate) root: TempDir,
    /// Where the log lies.
    pub(crate) log_directory: PathBuf,
    pub(crate) key: VerifierKey,
    pub(crate) signer: Ed25519Signer,
    pub(crate) note: SignedNote,
}

pub(crate) fn log() -> LogId {
    LogId::new("acme".parse().unwrap(), Stream::Material)
}

pub(crate) fn event(number: usize) -> Event {
    let event = Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap());
    event.metadata("number", number as u64).build().unwrap()
}

impl Signed {
    pub(crate) fn new() -> Self {
        Self::with(ENTRIES)
    }

    pub(crate) fn with(entries: usize) -> Self {
        let root = tempfile::tempdir().unwrap();
        let signer = Ed25519Signer::generate("audit.example.com".parse().unwrap()).unwrap();
        let key = VerifierKey::of("audit.example.com".parse().unwrap(), &signer).unwrap();
        FileStore::create(root.path(), &key).unwrap();
        let note = "a\n\n— a AAAAAAA=\n".parse().unwrap();
        let mut signed = Self { root, log_directory: PathBuf::new(), key, signer, note };
        signed.record(0..entries);
        signed.log_directory = signed.directory();
        signed.note = signed.sign();
        signed
    }

    pub(crate) fn record(&self, numbers: core::ops::Range<usize>) {
        let recorder = Recorder::builder(FileStore::open(self.root.path()).unwrap(), Unscrubbed).build().unwrap();
        for receipt in recorder.record_batch_blocking(numbers.map(event).collect()) {
            receipt.unwrap();
        }
    }

    pub(crate) fn sign(&self) -> SignedNote {
        self.sign_as(&self.signer)
    }

    pub(crate) fn sign_as(&self, signer: &Ed25519Signer) -> SignedNote {
        let store = FileStore::open(self.root.path()).unwrap();
        block_on(sign_checkpoint(&store, &store, &log(), signer)).unwrap()
    }

    pub(crate) fn trusted(&self) -> TrustedKey {
        TrustedKey::new(self.key.clone(), Ed25519Verifier::from_public_key(self.key.public_key()).unwrap()).unwrap()
    }

    pub(crate) fn verify(&self) -> Result<DirectoryReport, Error> {
        DirectoryVerifier::new(self.root.path()).key(self.trusted()).verify()
    }

    /// The faults of the directory; an error counts as one, whatever it is.
    pub(crate) fn faults(&self) -> Vec<String> {
        match self.verify() {
            Ok(report) => report.faults().map(|(_, fault)| fault.to_string()).collect(),
            Err(error) => vec![error.to_string()],
        }
    }

    pub(crate) fn directory(&self) -> PathBuf {
        let entries = fs::read_dir(self.root.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.into_iter().find(|path| path.is_dir()).unwrap().join("material")
    }

    pub(crate) fn segment(&self) -> PathBuf {
        self.directory().join("segments/00000000000000000000.jsonl")
    }

    pub(crate) fn lines(&self) -> Vec<Vec<u8>> {
        let bytes = fs::read(self.segment()).unwrap();
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    }

    pub(crate) fn write(&self, lines: &[Vec<u8>]) {
        fs::write(self.segment(), lines.concat()).unwrap();
    }
}
