//! Files of a log removed, renamed, emptied, or replaced by what is no file.

use std::fs;

use axiom_audit::{FileStore, Recorder};
use axiom_core::Unscrubbed;

use crate::signed::{Signed, event};

#[test]
fn a_segment_under_another_name_is_reported() {
    let signed = Signed::new();
    fs::rename(signed.segment(), signed.segment().with_file_name("00000000000000000001.jsonl")).unwrap();
    assert!(!signed.faults().is_empty());
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
        // Not by a program: while one is started, it holds the locks of the other tests.
        rustix::fs::mknodat(rustix::fs::CWD, &place, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
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

/// Whole files of nothing, and files that end early.
#[test]
fn every_file_that_is_emptied_or_cut_is_reported() {
    let signed = Signed::with(3);
    for file in [signed.segment(), signed.directory().join("checkpoint"), signed.directory().join("log.json")] {
        let whole = fs::read(&file).unwrap();
        for length in [0, 1, whole.len() / 2, whole.len() - 1] {
            fs::write(&file, &whole[..length]).unwrap();
            assert!(!signed.faults().is_empty(), "{} cut to {length} bytes", file.display());
        }
        fs::write(&file, &whole).unwrap();
    }
    assert!(signed.faults().is_empty());
}

/// A link to a file that holds the same bytes changes nothing that was recorded.
#[cfg(unix)]
#[test]
fn a_link_is_judged_by_what_it_leads_to() {
    let signed = Signed::with(3);
    let elsewhere = signed.root.path().join("elsewhere");
    fs::rename(signed.segment(), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, signed.segment()).unwrap();
    assert!(signed.faults().is_empty());
    fs::remove_file(&elsewhere).unwrap();
    assert!(signed.faults().iter().any(|fault| fault.contains("cannot be read")), "{:?}", signed.faults());
}
