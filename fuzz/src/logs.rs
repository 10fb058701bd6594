//! Logs: their entries, and the files they lie in.

use std::fs;
use std::path::Path;

use axiom_audit::export::StoredEntry;
use axiom_audit::{DirectoryVerifier, Error, FileStore, LogReport, LogVerifier, Store, each_line};
use axiom_core::{LogId, Stream};
use pollster::block_on;

use crate::fixture::{self, SEGMENT};

/// A report does not depend on how the bytes come, and nothing verifies that was not signed.
pub fn entry(bytes: &[u8]) -> bool {
    for line in bytes.split(|byte| *byte == b'\n') {
        let _ = StoredEntry::read(line.to_vec());
    }
    let cut = bytes.len().min(bytes.first().copied().unwrap_or_default().into());
    let whole = report(&[bytes]);
    assert_eq!(whole, report(&[&bytes[..cut], &bytes[cut..]]));
    if whole.is_verified() {
        assert!(bytes.starts_with(SEGMENT), "a forged log");
    }
    whole.is_verified()
}

fn report(parts: &[&[u8]]) -> LogReport {
    let signed = fixture::checkpoint();
    let mut verification = LogVerifier::new(signed.origin.clone()).trust(signed).strict("acme").start();
    parts.iter().for_each(|part| verification.push(part));
    verification.finish()
}

/// A store opens whatever its segment holds, or says why not; and what it reads is what is there.
pub fn segment(bytes: &[u8]) -> bool {
    let (root, path) = fixture::directory(bytes);
    // A verifier waits a while for the end of a line that may still be being written.
    if bytes.ends_with(b"\n") {
        verify(root.path());
    }
    let opened = open(root.path());
    let after = fs::read(&path).unwrap_or_default();
    assert!(bytes.starts_with(&after), "bytes that nobody wrote");
    let Ok((lines, set_aside)) = opened else { return false };
    assert!(bytes.starts_with(&lines), "lines that nobody wrote");
    assert_eq!(after.len() as u64 + set_aside, bytes.len() as u64, "bytes are gone");
    true
}

/// A store opens with whatever a crash left in its journal, or says why not; what was in the segments stays.
pub fn journal(bytes: &[u8]) -> bool {
    let (root, path) = fixture::directory(SEGMENT);
    fixture::write(&root.path().join("journal.0"), bytes);
    verify(root.path());
    let opened = open(root.path());
    assert!(fs::read(&path).is_ok_and(|segment| segment.starts_with(SEGMENT)), "entries are gone");
    opened.is_ok_and(|(lines, _)| lines.len() > SEGMENT.len())
}

/// A verifier says what it finds, and never panics.
fn verify(root: &Path) {
    drop(DirectoryVerifier::new(root).key(fixture::key()).strict().verify());
}

/// All lines of the log, and how many bytes were set aside.
fn open(root: &Path) -> Result<(Vec<u8>, u64), Error> {
    let store = FileStore::open(root)?;
    let log = LogId::new("acme".parse()?, Stream::Material);
    let head = block_on(store.head(&log))?;
    let mut lines = Vec::new();
    let push = &mut |line: Vec<u8>| -> Result<(), Error> {
        lines.extend([&line[..], b"\n"].concat());
        Ok(())
    };
    block_on(each_line(&store, &log, 0..head.size, push))?;
    verify(root);
    Ok((lines, store.recoveries().iter().map(|recovery| recovery.bytes).sum()))
}
