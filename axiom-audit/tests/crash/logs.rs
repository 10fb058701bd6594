//! A directory of logs, what was acknowledged of it, and what must be true of it after any crash.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use axiom_audit::{DirectoryVerifier, FileStore, Recorder, SignedNote, Store, TrustedKey, VerifierKey, leaf_hash};
use axiom_core::{LogId, Origin, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
use pollster::block_on;
use serde_json::{Value, json};

use crate::step::{Acknowledged, Answer, Step, Task};
use crate::writer::record;

/// A directory of logs, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Logs {
    root: PathBuf,
    /// How many events were made; their numbers are their ids, too.
    events: u64,
    /// What was acknowledged, by event.
    acknowledged: BTreeMap<String, Acknowledged>,
    /// What is yet to be: it is recorded again, and must not be there twice.
    open: Vec<Step>,
    /// Events that were recorded again after newer ones.
    late: BTreeSet<u64>,
    /// The newest checkpoint of each log.
    notes: BTreeMap<String, String>,
}

impl Logs {
    /// Makes one below `root`.
    pub(crate) fn create(root: &Path) -> Self {
        let host: Origin = "audit.example.com".parse().unwrap();
        let logs = Self {
            root: root.into(),
            events: 0,
            acknowledged: BTreeMap::new(),
            open: Vec::new(),
            late: BTreeSet::new(),
            notes: BTreeMap::new(),
        };
        let signer = Ed25519Signer::create(logs.key(), host.clone()).unwrap();
        FileStore::create(logs.directory(), &VerifierKey::of(host, &signer).unwrap()).unwrap();
        logs
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// The file of the signing key.
    pub(crate) fn key(&self) -> PathBuf {
        self.root.join("signing.key")
    }

    /// Puts a copy of the directory aside.
    pub(crate) fn keep(&self) {
        copy(&self.directory(), &self.root.join("kept"));
    }

    /// The directory as it was kept, in its place again.
    pub(crate) fn restore(&self) {
        fs::remove_dir_all(self.directory()).unwrap();
        copy(&self.root.join("kept"), &self.directory());
    }

    /// New events of as many organizations, in turn, with so many bytes of padding.
    pub(crate) fn events(&mut self, lane: u64, count: u64, organizations: u64, padding: usize) -> Vec<Value> {
        let mut event = || {
            let number = self.events;
            self.events += 1;
            json!({
                "id": id(number),
                "timestamp": "2026-11-21T08:00:00Z",
                "organizationId": format!("org-{}", number % organizations),
                "actionType": "apply.applied",
                "metadata": {"lane": lane, "number": number, "padding": "x".repeat(padding)},
            })
        };
        (0..count).map(|_| event()).collect()
    }

    /// What a writer is to do next: what was not acknowledged once more, and then these steps.
    pub(crate) fn plan(&mut self, steps: Vec<Step>) -> Vec<Step> {
        let steps = [core::mem::take(&mut self.open), steps].concat();
        self.open = steps.iter().filter(|step| matches!(step.task, Task::Record(_))).cloned().collect();
        steps
    }

    /// Takes down what a writer has acknowledged.
    pub(crate) fn take(&mut self, told: &[Answer]) {
        for answer in told {
            match answer {
                Answer::Recorded(receipts) => receipts.iter().flatten().for_each(|receipt| self.acknowledge(receipt)),
                Answer::Signed(Ok(notes)) => {
                    self.notes.extend(notes.iter().map(|note| (note.lines().next().unwrap().to_owned(), note.clone())));
                }
                _ => {}
            }
        }
        let is_known = |event: &Value| self.acknowledged.contains_key(event["id"].as_str().unwrap());
        self.open.retain(|step| matches!(&step.task, Task::Record(events) if !events.iter().all(is_known)));
    }

    fn acknowledge(&mut self, receipt: &Acknowledged) {
        let before = self.acknowledged.insert(receipt.id.clone(), receipt.clone());
        assert!(before.is_none_or(|before| before == *receipt), "acknowledged in two places: {receipt:?}");
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    /// The directory, as it was left, verifies and holds all that was acknowledged.
    #[track_caller]
    pub(crate) fn check(&mut self) {
        let roots = self.verify();
        let store = FileStore::read_only(self.directory()).unwrap();
        let logs = block_on(store.logs()).unwrap();
        let stored: Vec<Stored> = logs.iter().flat_map(|log| entries(&store, log, &roots)).collect();
        self.check_each_once(&stored);
        self.check_order(&stored);
        let stored: BTreeSet<Acknowledged> = stored.into_iter().map(|stored| stored.receipt).collect();
        let lost: Vec<_> = self.acknowledged.values().filter(|receipt| !stored.contains(receipt)).collect();
        assert!(lost.is_empty(), "acknowledged, and not there: {lost:?}");
    }

    /// The same; and it can be opened for writing, and goes on until every event is there.
    #[track_caller]
    pub(crate) fn check_and_go_on(&mut self) {
        self.check();
        let new = Task::Record(self.events(0, 3, 3, 0)).on(0);
        let recorder = Recorder::builder(FileStore::open(self.directory()).unwrap(), Unscrubbed).build().unwrap();
        for step in self.plan(vec![new]) {
            let Task::Record(events) = step.task else { continue };
            self.late.extend(events.iter().map(|event| event["metadata"]["number"].as_u64().unwrap()));
            self.take(&[Answer::Recorded(record(&recorder, events))]);
        }
        drop(recorder);
        assert_eq!(self.acknowledged.len() as u64, self.events, "not all could be recorded: {:?}", self.open);
        self.check();
        assert!(!self.directory().join("journal.0").exists(), "dropping the store empties the journal");
    }

    /// Verifies everything, and returns each log's size and root.
    #[track_caller]
    fn verify(&self) -> BTreeMap<String, (u64, String)> {
        let signer = Ed25519Signer::open(self.key()).unwrap();
        let verifier = Ed25519Verifier::from_public_key(signer.verifying_key()).unwrap();
        let key = VerifierKey::of(signer.name().clone(), &signer).unwrap();
        let mut logs = DirectoryVerifier::new(self.directory()).key(TrustedKey::new(key, verifier).unwrap()).strict();
        for note in self.notes.values() {
            logs = logs.checkpoint("kept", note.parse::<SignedNote>().unwrap());
        }
        let report = logs.verify().unwrap();
        let faults: Vec<_> = report.faults().collect();
        assert!(report.is_verified(), "{faults:?}");
        report.logs.iter().map(|log| (log.origin.to_string(), (log.entries, log.root.to_string()))).collect()
    }

    #[track_caller]
    fn check_each_once(&self, stored: &[Stored]) {
        let mut ids = BTreeSet::new();
        for entry in stored {
            assert!(entry.number < self.events && entry.receipt.id == id(entry.number), "never recorded: {entry:?}");
            assert!(ids.insert(&entry.receipt.id), "twice: {entry:?}");
        }
    }

    /// What one caller recorded one after another stands one after another.
    #[track_caller]
    fn check_order(&self, stored: &[Stored]) {
        let mut last = BTreeMap::new();
        for entry in stored.iter().filter(|entry| !self.late.contains(&entry.number)) {
            let before = last.insert((&entry.receipt.log, entry.lane), entry.number);
            assert!(before < Some(entry.number), "out of order: {entry:?} after {before:?}");
        }
    }
}

/// An entry as it is stored.
#[derive(Debug)]
struct Stored {
    receipt: Acknowledged,
    lane: u64,
    number: u64,
}

impl Stored {
    fn read(log: &Origin, seq: u64, line: &[u8]) -> Self {
        let entry: Value = serde_json::from_slice(line).unwrap();
        let member = |pointer| entry.pointer(pointer).unwrap_or_else(|| panic!("{entry} has no {pointer}"));
        assert_eq!(*member("/seq"), json!(seq), "{entry}");
        let id = member("/event/id").as_str().unwrap().to_owned();
        Self {
            receipt: Acknowledged { id, log: log.to_string(), seq, hash: leaf_hash(line).to_string() },
            lane: member("/event/metadata/lane").as_u64().unwrap(),
            number: member("/event/metadata/number").as_u64().unwrap(),
        }
    }
}

/// All entries of a log, whose end and root are those that the verifier has found.
#[track_caller]
fn entries(store: &FileStore, log: &LogId, roots: &BTreeMap<String, (u64, String)>) -> Vec<Stored> {
    let origin = store.naming().origin(log);
    let (mut entries, head) = (Vec::new(), block_on(store.head(log)).unwrap());
    while (entries.len() as u64) < head.size {
        let lines = block_on(store.read(log, entries.len() as u64, 1 << 20)).unwrap();
        assert!(!lines.is_empty(), "{origin} ends after {} of {} entries", entries.len(), head.size);
        for line in lines {
            entries.push(Stored::read(&origin, entries.len() as u64, &line));
        }
    }
    let root = block_on(store.root(log, 0..head.size)).unwrap();
    assert_eq!(roots.get(origin.as_str()), Some(&(head.size, root.to_string())), "{origin}");
    entries
}

/// The id of the event with this number.
fn id(number: u64) -> String {
    format!("0198c5a0-7b2e-7000-8000-{number:012x}")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}
