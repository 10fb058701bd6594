//! A file system of a few megabytes fills up while events are recorded.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use axiom_audit::{Error, FileStore, Recorder};
use axiom_core::Unscrubbed;

use crate::logs::Logs;
use crate::say;
use crate::step::{Answer, Task};
use crate::writer::{SEGMENT_LEN, chain, record};

/// Where the small file system is mounted, for this program started once more.
const MOUNTED: &str = "AXIOM_CRASH_MOUNTED";

#[test]
fn what_was_acknowledged_survives_a_full_tmpfs() {
    let mount = "mount -t tmpfs -o size=6m none .";
    on_small_disk("small_disk::what_was_acknowledged_survives_a_full_tmpfs", &["-Urm"], mount);
}

/// Needs root for its loop device.
#[test]
fn what_was_acknowledged_survives_a_full_ext4() {
    let mount = "truncate -s 8M image && mkfs.ext4 -q -m 0 -O ^has_journal image && mkdir -p disk && \
                 mount -o loop image disk && cd disk";
    on_small_disk("small_disk::what_was_acknowledged_survives_a_full_ext4", &["-m"], mount);
}

/// Runs the scenario in a mount namespace of its own, by starting this test once more.
fn on_small_disk(test: &str, namespace: &[&str], mount: &str) {
    if env::var_os(MOUNTED).is_some() {
        return fill_and_free(&env::current_dir().unwrap());
    }
    let root = tempfile::tempdir().unwrap();
    let in_namespace = |then: &str| {
        let script = format!("cd {} && {mount} && {then}", root.path().display());
        let mut command = Command::new("unshare");
        command.args(namespace).args(["sh", "-c", &script]).env(MOUNTED, "");
        command
    };
    let tried = in_namespace("true").stderr(Stdio::null()).status();
    if !tried.is_ok_and(|status| status.success()) {
        return say(&format!("this machine does not let a test mount: {test} did NOT run"));
    }
    let program = env::current_exe().unwrap();
    let mut inner = in_namespace(&format!("cd \"$PWD\" && exec {} --exact {test} --nocapture", program.display()));
    let output = inner.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    text.lines().filter_map(|line| line.strip_prefix("crash: ")).for_each(say);
}

/// Fills the disk while recording, frees some of it, and goes on; then closes and opens the store on a full disk.
fn fill_and_free(root: &Path) {
    let mut logs = Logs::create(root);
    let mut fillers: Vec<_> = (0..4).map(|number| root.join(format!("filler-{number}"))).collect();
    fillers.iter().for_each(|filler| fs::write(filler, vec![1; 1 << 20]).unwrap());
    let store = Arc::new(FileStore::open(logs.directory()).unwrap().segment_len(SEGMENT_LEN));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let mut refused = 0;
    for _ in 0..3 {
        refused += fill(&recorder, &mut logs);
        logs.check();
        fs::remove_file(fillers.pop().unwrap()).unwrap();
        assert_eq!(records(&recorder, &mut logs, 1), Ok(()), "there is room");
        logs.check();
    }
    refused += fill(&recorder, &mut logs);
    drop(recorder);
    let closed = Arc::into_inner(store).unwrap().close();
    check_full(closed.as_ref().err());
    logs.check();
    let opened = FileStore::open(logs.directory()).map(drop);
    check_full(opened.as_ref().err());
    logs.check();
    fs::remove_file(fillers.pop().unwrap()).unwrap();
    logs.check_and_go_on();
    say(&format!(
        "full disk: {} events acknowledged, none lost; {refused} refused; closed {}, opened {} while it was full",
        logs.acknowledged(),
        if closed.is_ok() { "well" } else { "with an error" },
        if opened.is_ok() { "well" } else { "with an error" },
    ));
}

/// Records until there is no room even for small events; returns how many were refused.
fn fill(recorder: &Recorder, logs: &mut Logs) -> u64 {
    let (mut refused, mut in_a_row) = (0, 0);
    while in_a_row < 10 {
        match records(recorder, logs, 3_000) {
            Ok(()) => in_a_row = 0,
            Err(error) => {
                assert!(error.contains("No space left"), "{error}");
                (refused, in_a_row) = (refused + 1, in_a_row + 1);
            }
        }
    }
    refused
}

/// Records an event of about so many bytes.
fn records(recorder: &Recorder, logs: &mut Logs, bytes: usize) -> Result<(), String> {
    let events = logs.events(0, 1, 3, bytes);
    // Recorded again where it was refused, once the disk has room.
    logs.plan(vec![Task::Record(events.clone()).on(0)]);
    let receipts = record(recorder, events);
    logs.take(&[Answer::Recorded(receipts.clone())]);
    receipts.into_iter().try_for_each(|receipt| receipt.map(drop))
}

/// An error is clear: there is no room.
fn check_full(error: Option<&Error>) {
    if let Some(error) = error {
        assert!(chain(error).contains("No space left"), "{}", chain(error));
    }
}
