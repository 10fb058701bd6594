//! Entries, segments and whole logs put in the place of another tenant's. The name that each entry bears tells, without
//! any checkpoint.

use std::fs;
use std::path::{Path, PathBuf};

use axiom_audit::{Fault, FileStore, Recorder, sign_checkpoint};
use axiom_core::{Event, LogId, Stream, Unscrubbed};
use pollster::block_on;

use crate::signed::Signed;

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
fn an_exchange_of_two_logs_directories_is_reported() {
    let signed = Signed::new();
    let (from, to) = (signed.directory(), signed.directory().with_file_name("operational"));
    fs::rename(from, &to).unwrap();
    assert!(signed.faults().len() > 1, "{:?}", signed.faults());
}

/// A second tenant in the same directory, with as many signed entries; where its log lies.
fn second_tenant(signed: &Signed) -> PathBuf {
    let event = |number: u64| {
        let event = Event::builder("globex".parse().unwrap(), "apply.applied".parse().unwrap());
        event.metadata("number", number).build().unwrap()
    };
    let recorder = Recorder::builder(FileStore::open(signed.root.path()).unwrap(), Unscrubbed).build().unwrap();
    for receipt in recorder.record_batch_blocking((0..20).map(event).collect()) {
        receipt.unwrap();
    }
    drop(recorder);
    let store = FileStore::open(signed.root.path()).unwrap();
    let log = LogId::new("globex".parse().unwrap(), Stream::Material);
    block_on(sign_checkpoint(&store, &store, &log, &signed.signer)).unwrap();
    let logs = fs::read_dir(signed.root.path()).unwrap().map(|entry| entry.unwrap().path().join("material"));
    logs.into_iter().find(|path| path.is_dir() && *path != signed.log_directory).unwrap()
}

/// Puts each in the place of the other.
fn exchange(one: &Path, other: &Path) {
    let aside = other.with_extension("aside");
    fs::rename(other, &aside).unwrap();
    fs::rename(one, other).unwrap();
    fs::rename(&aside, one).unwrap();
}

#[test]
fn whatever_two_tenants_exchange_is_reported_in_both_logs() {
    let signed = Signed::new();
    let (ours, theirs) = (signed.log_directory.clone(), second_tenant(&signed));
    assert!(signed.faults().is_empty(), "{:?}", signed.faults());
    let pairs = ["segments/00000000000000000000.jsonl", "segments", "checkpoint", "log.json"];
    let pairs = pairs.map(|part| (ours.join(part), theirs.join(part)));
    for (one, other) in pairs.into_iter().chain([(ours, theirs)]) {
        exchange(&one, &other);
        let report = signed.verify().unwrap();
        assert_eq!(report.logs.len(), 2);
        assert!(report.logs.iter().all(|log| !log.is_verified()), "{} exchanged: {:?}", one.display(), report.logs);
        exchange(&one, &other);
    }
    assert!(signed.faults().is_empty());
}

/// Without any checkpoint the entries tell by themselves.
#[test]
fn an_unsigned_log_of_another_tenant_is_foreign() {
    let signed = Signed::new();
    let (ours, theirs) = (signed.log_directory.clone(), second_tenant(&signed));
    fs::remove_file(ours.join("checkpoint")).unwrap();
    fs::remove_dir_all(ours.join("segments")).unwrap();
    fs::rename(theirs.join("segments"), ours.join("segments")).unwrap();
    fs::remove_dir_all(theirs.parent().unwrap()).unwrap();
    let report = signed.verify().unwrap();
    let foreign = report.logs[0].faults.iter().filter(|fault| matches!(fault, Fault::Foreign { .. })).count();
    assert_eq!(foreign, 20);
}
