//! The stores of this crate against the suite for stores, and what only files can get wrong.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axiom_audit::export::{JsonLines, export};
use axiom_audit::{
    CheckpointStore, DirectoryVerifier, Error, FileStore, MemoryStore, Naming, Receipt, Recorder, SignedNote, Store,
    TrustedKey, VerifierKey, conformance, prove, sign_checkpoint,
};
use axiom_core::{Digest, Event, LogId, Stream, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
use pollster::block_on;
use tempfile::TempDir;

fn key() -> VerifierKey {
    VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32])
}

fn log() -> LogId {
    LogId::new("acme".parse().unwrap(), Stream::Material)
}

fn sign(store: &FileStore, signer: &Ed25519Signer) -> Result<SignedNote, Error> {
    block_on(sign_checkpoint(store, store, &log(), signer))
}

/// Records `count` events in the directory and closes it again.
fn record(root: &Path, count: usize) -> Vec<Receipt> {
    let recorder = Recorder::builder(FileStore::open(root).unwrap(), Unscrubbed).build().unwrap();
    let event = || Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap()).build().unwrap();
    recorder.record_batch_blocking((0..count).map(|_| event()).collect()).into_iter().map(Result::unwrap).collect()
}

/// A directory whose one log has three entries.
fn with_three_entries() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    FileStore::create(root.path(), &key()).unwrap();
    record(root.path(), 3);
    let segment = segments(root.path()).remove(0);
    (root, segment)
}

fn segments(root: &Path) -> Vec<PathBuf> {
    let opaque = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap();
    let mut found: Vec<_> =
        fs::read_dir(opaque.join("material/segments")).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

#[test]
fn the_memory_store_conforms() {
    let naming = Naming::new("audit.example.com".parse().unwrap(), [7; 32]).unwrap();
    let store = MemoryStore::new(naming.clone());
    block_on(conformance::store(&store));
    conformance::checkpoints(&store, &naming);
}

#[test]
fn the_file_store_conforms() {
    let root = tempfile::tempdir().unwrap();
    let store = FileStore::create(root.path(), &key()).unwrap();
    block_on(conformance::store(&store));
    conformance::checkpoints(&store, store.naming());
}

#[test]
fn the_file_store_conforms_when_every_segment_holds_one_batch() {
    let root = tempfile::tempdir().unwrap();
    block_on(conformance::store(&FileStore::create(root.path(), &key()).unwrap().segment_len(1)));
}

#[test]
fn a_log_goes_on_where_it_stopped() {
    let (root, segment) = with_three_entries();
    assert_eq!(record(root.path(), 2).iter().map(|receipt| receipt.place().unwrap().seq).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(fs::read_to_string(segment).unwrap().lines().count(), 5);
}

#[test]
fn entries_are_read_in_any_order() {
    let root = tempfile::tempdir().unwrap();
    let store = Arc::new(FileStore::create(root.path(), &key()).unwrap().segment_len(200_000));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let event = || Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap()).build().unwrap();
    for _ in 0..10 {
        let receipts = recorder.record_batch_blocking((0..200).map(|_| event()).collect());
        assert!(receipts.iter().all(Result::is_ok));
    }
    block_on(store.flush(&log())).unwrap();
    assert!(segments(root.path()).len() > 2);
    for seq in [0_u64, 1_999, 3, 4, 1_000, 2, 700, 701, 1_998] {
        let line = block_on(store.read(&log(), seq, 0)).unwrap().remove(0);
        assert!(line.ends_with(format!(r#","seq":{seq},"v":1}}"#).as_bytes()), "entry {seq}");
    }
    assert!(block_on(store.read(&log(), 2_000, 0)).unwrap().is_empty());
}

#[test]
fn one_writer_at_a_time() {
    let (root, _) = with_three_entries();
    let writer = FileStore::open(root.path()).unwrap();
    assert!(matches!(FileStore::open(root.path()), Err(Error::Locked { .. })));
    assert_eq!(block_on(FileStore::read_only(root.path()).unwrap().head(&log())).unwrap().size, 3);
    drop(writer);
    assert!(FileStore::open(root.path()).is_ok());
}

#[cfg(unix)]
#[test]
fn a_removed_lock_file_does_not_let_a_second_writer_in() {
    let (root, _) = with_three_entries();
    let _writer = FileStore::open(root.path()).unwrap();
    fs::remove_file(root.path().join("lock")).unwrap();
    assert!(matches!(FileStore::open(root.path()), Err(Error::Locked { .. })));
}

#[test]
fn a_log_without_its_description_is_not_continued() {
    let (root, segment) = with_three_entries();
    fs::remove_file(segment.parent().unwrap().parent().unwrap().join("log.json")).unwrap();
    let store = FileStore::open(root.path()).unwrap();
    assert!(matches!(block_on(store.head(&log())), Err(Error::Damaged { .. })));
}

#[test]
fn a_line_that_is_too_long_is_an_error_for_every_reader() {
    let (root, segment) = with_three_entries();
    let text = fs::read_to_string(&segment).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    fs::write(&segment, format!("{first}\n{}\n{rest}", "y".repeat(70_000))).unwrap();
    let store = FileStore::read_only(root.path()).unwrap();
    let exported = block_on(export(&store, &[log()], &mut JsonLines, &mut Vec::new()));
    assert!(matches!(exported, Err(Error::Damaged { .. })));
}

#[test]
fn a_store_opened_for_reading_refuses_to_write() {
    let (root, _) = with_three_entries();
    assert!(block_on(FileStore::read_only(root.path()).unwrap().append(&[])).is_err());
}

#[test]
fn a_torn_tail_is_set_aside_and_the_log_goes_on() {
    let (root, segment) = with_three_entries();
    let whole = fs::read(&segment).unwrap();
    for cut in [1, 10, 200] {
        fs::write(&segment, &whole[..whole.len() - cut]).unwrap();
        assert_eq!(record(root.path(), 1)[0].place().unwrap().seq, 2, "cut by {cut}");
        let kept = segments(root.path()).into_iter().find(|path| path != &segment).unwrap();
        let line = whole[..whole.len() - cut].iter().rposition(|byte| *byte == b'\n').unwrap();
        assert_eq!(fs::read(&kept).unwrap(), whole[line + 1..whole.len() - cut]);
        fs::remove_file(kept).unwrap();
    }
}

#[test]
fn what_a_checkpoint_covers_is_never_cut() {
    let (root, segment) = with_three_entries();
    let signer = Ed25519Signer::generate("audit.example.com".parse().unwrap()).unwrap();
    sign(&FileStore::open(root.path()).unwrap(), &signer).unwrap();
    let whole = fs::read(&segment).unwrap();
    fs::write(&segment, &whole[..whole.len() - 1]).unwrap();
    let store = FileStore::open(root.path()).unwrap();
    assert!(matches!(block_on(store.head(&log())), Err(Error::Damaged { .. })));
    assert_eq!(fs::read(&segment).unwrap().len(), whole.len() - 1);
}

#[test]
fn a_damaged_last_line_is_an_error_and_is_left_alone() {
    let (root, segment) = with_three_entries();
    let mut bytes = fs::read(&segment).unwrap();
    let end = bytes.len() - 3;
    bytes[end] ^= 1;
    fs::write(&segment, &bytes).unwrap();
    let store = FileStore::open(root.path()).unwrap();
    assert!(matches!(block_on(store.head(&log())), Err(Error::Damaged { .. })));
    assert_eq!(fs::read(&segment).unwrap(), bytes);
}

#[test]
fn a_damaged_log_does_not_keep_others_from_being_written() {
    let (root, segment) = with_three_entries();
    fs::write(&segment, b"damaged\n").unwrap();
    let recorder = Recorder::builder(FileStore::open(root.path()).unwrap(), Unscrubbed).build().unwrap();
    let event = |organization: &str| {
        Event::builder(organization.parse().unwrap(), "apply.applied".parse().unwrap()).build().unwrap()
    };
    let receipts = recorder.record_batch_blocking(vec![event("acme"), event("globex")]);
    assert!(matches!(receipts[0], Err(Error::Damaged { .. })));
    assert_eq!(receipts[1].as_ref().unwrap().place().unwrap().seq, 0);
}

#[test]
fn a_checkpoint_is_not_signed_over_a_log_that_does_not_verify() {
    let (root, segment) = with_three_entries();
    let text = fs::read_to_string(&segment).unwrap();
    fs::write(&segment, text.replacen("system", "sysbem", 1)).unwrap();
    let signer = Ed25519Signer::generate("audit.example.com".parse().unwrap()).unwrap();
    let signed = sign(&FileStore::open(root.path()).unwrap(), &signer);
    assert!(matches!(signed, Err(Error::Damaged { .. } | Error::Unverified { .. })));
}

#[test]
fn a_log_that_was_cut_under_an_open_store_is_not_signed() {
    let (root, segment) = with_three_entries();
    let store = FileStore::open(root.path()).unwrap();
    block_on(store.head(&log())).unwrap();
    let text = fs::read_to_string(&segment).unwrap();
    let (rest, _) = text.trim_end().rsplit_once('\n').unwrap();
    fs::write(&segment, format!("{rest}\n")).unwrap();
    let signer = Ed25519Signer::generate("audit.example.com".parse().unwrap()).unwrap();
    assert!(sign(&store, &signer).is_err());
    assert_eq!(block_on(store.checkpoint(&log())).unwrap(), None);
}

#[test]
fn a_broken_chain_is_not_continued() {
    let (root, segment) = with_three_entries();
    let text = fs::read_to_string(&segment).unwrap();
    fs::write(&segment, text.replacen("system", "sysbem", 1)).unwrap();
    let store = FileStore::open(root.path()).unwrap();
    assert!(matches!(block_on(store.head(&log())), Err(Error::Damaged { .. })));
}

#[test]
fn of_two_that_make_a_directory_one_wins() {
    let root = tempfile::tempdir().unwrap();
    let made: Vec<_> = std::thread::scope(|scope| {
        let make = || FileStore::create(root.path(), &key()).map(drop).is_ok();
        let makers: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect()
    });
    assert_eq!(made.into_iter().filter(|made| *made).count(), 1);
}

#[test]
fn a_configuration_that_is_no_text_is_damage() {
    let (root, _) = with_three_entries();
    for content in [&b"\xff"[..], b"", b"{}", &[b' '; 100_000]] {
        fs::write(root.path().join("axiom.json"), content).unwrap();
        assert!(matches!(FileStore::read_only(root.path()), Err(Error::Damaged { .. })));
    }
}

#[test]
fn a_directory_is_made_once_and_opened_only_if_it_was_made() {
    let root = tempfile::tempdir().unwrap();
    assert!(matches!(FileStore::open(root.path()), Err(Error::NotFound { .. })));
    FileStore::create(root.path(), &key()).unwrap();
    assert!(matches!(FileStore::create(root.path(), &key()), Err(Error::Exists { .. })));
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let (root, segment) = with_three_entries();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in [root.path().join("axiom.json"), root.path().join("lock"), segment.clone()] {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    assert_eq!(mode(segment.parent().unwrap()), 0o700);
}

#[test]
fn the_clock_going_back_does_not_reorder_the_log() {
    let (root, segment) = with_three_entries();
    let clock = axiom_core::FixedClock("2001-01-01T00:00:00Z".parse().unwrap());
    let recorder = Recorder::builder(FileStore::open(root.path()).unwrap(), Unscrubbed).clock(clock).build().unwrap();
    let event = Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap()).build().unwrap();
    let receipt = recorder.record_blocking(event).unwrap();
    let recorded_at = receipt.place().unwrap().recorded_at;
    assert!(recorded_at > clock.0);
    let text = fs::read_to_string(segment).unwrap();
    assert!(text.lines().last().unwrap().contains(&format!(r#""recordedAt":"{recorded_at}""#)));
}

/// A directory whose one log has more entries than two levels of tiles hold, and its root.
fn with_tiles() -> (TempDir, PathBuf, Digest) {
    let root = tempfile::tempdir().unwrap();
    FileStore::create(root.path(), &key()).unwrap();
    record(root.path(), 700);
    record(root.path(), 300);
    let log_directory = segments(root.path())[0].parent().unwrap().parent().unwrap().to_path_buf();
    let expected = block_on(FileStore::read_only(root.path()).unwrap().root(&log(), 0..1_000)).unwrap();
    (root, log_directory, expected)
}

#[test]
fn closing_leaves_tiles_and_no_journal() {
    let (root, log_directory, _) = with_tiles();
    for tile in ["tile/0/000", "tile/0/001", "tile/0/002"] {
        assert_eq!(fs::metadata(log_directory.join(tile)).unwrap().len(), 256 * 32, "{tile}");
    }
    assert_eq!(fs::metadata(log_directory.join("tile/1/000")).unwrap().len(), 3 * 32);
    assert!(!log_directory.join("tile/0/003").exists());
    assert!(!root.path().join("journal.0").exists() && !root.path().join("journal.1").exists());
}

#[test]
fn a_log_is_opened_by_its_tiles_and_what_follows_them() {
    let (root, log_directory, expected) = with_tiles();
    // What stands before the tiles' end is for the verifier, not for whoever opens the log.
    let segment = log_directory.join("segments/00000000000000000000.jsonl");
    let text = fs::read_to_string(&segment).unwrap();
    fs::write(&segment, text.replacen("system", "sysbem", 1)).unwrap();
    let store = FileStore::open(root.path()).unwrap();
    assert_eq!(block_on(store.head(&log())).unwrap().size, 1_000);
    assert_eq!(block_on(store.root(&log(), 0..1_000)).unwrap(), expected);
}

#[test]
fn tiles_that_are_gone_or_damaged_are_made_anew() {
    let (root, log_directory, expected) = with_tiles();
    let tile = fs::read(log_directory.join("tile/1/000")).unwrap();
    let damage: [&dyn Fn(&Path); 5] = [
        &|path| fs::remove_file(path).unwrap(),
        &|path| fs::write(path, b"").unwrap(),
        &|path| fs::write(path, [0xff; 300]).unwrap(),
        &|path| fs::write(path, fs::read(path).unwrap().into_iter().map(|byte| byte ^ 1).collect::<Vec<_>>()).unwrap(),
        &|path| fs::write(path, [b'9'; 300]).unwrap(),
    ];
    for damage in damage {
        for file in ["tree.json", "tile/1/000"] {
            damage(&log_directory.join(file));
            let reader = FileStore::read_only(root.path()).unwrap();
            assert_eq!(block_on(reader.root(&log(), 0..1_000)).unwrap(), expected, "{file}");
            let store = FileStore::open(root.path()).unwrap();
            assert_eq!(block_on(store.head(&log())).unwrap().size, 1_000, "{file}");
            assert_eq!(block_on(store.root(&log(), 0..1_000)).unwrap(), expected, "{file}");
            store.close().unwrap();
            assert!(fs::read(log_directory.join("tile/1/000")).unwrap().starts_with(&tile), "{file} was made anew");
        }
    }
}

#[test]
fn directories_are_made_below_one_that_is_not_ours() {
    let root = tempfile::tempdir().unwrap();
    let deep = root.path().join("a/b/c");
    FileStore::create(&deep, &key()).unwrap();
    assert!(FileStore::open(&deep).is_ok());
}

#[test]
fn a_place_of_the_tiles_that_is_not_that_of_the_segments_is_not_gone_on_from() {
    // 768 entries: the tiles reach the last one, so nothing after them tells that they are wrong.
    let root = tempfile::tempdir().unwrap();
    FileStore::create(root.path(), &key()).unwrap();
    record(root.path(), 768);
    let log_directory = segments(root.path())[0].parent().unwrap().parent().unwrap().to_path_buf();
    let tree = log_directory.join("tree.json");
    let change = |key: &str, value: &dyn Fn(&serde_json::Value) -> serde_json::Value| {
        let mut described: serde_json::Value = serde_json::from_slice(&fs::read(&tree).unwrap()).unwrap();
        described[key] = value(&described[key]);
        fs::write(&tree, described.to_string() + "\n").unwrap();
    };
    let mut size = 768;
    let mut check = |key: &str, value: &dyn Fn(&serde_json::Value) -> serde_json::Value| {
        change(key, value);
        record(root.path(), 1);
        size += 1;
        let report = DirectoryVerifier::new(root.path()).verify().unwrap();
        let log = &report.logs[0];
        assert!(log.faults.is_empty() && log.entries == size, "{key}: {:?}", log.faults);
    };
    check("tip", &|tip| tip.as_str().unwrap().chars().rev().collect::<String>().into());
    check("segment", &|_| 7.into());
    check("offset", &|offset| (offset.as_u64().unwrap() - 1).into());
    check("offset", &|_| 0.into());
    check("offset", &|_| u64::MAX.into());
    check("recordedAt", &|_| "2999-01-01T00:00:00.000000Z".into());
    let last = fs::read_to_string(&segments(root.path())[0]).unwrap().lines().last().unwrap().to_owned();
    assert!(!last.contains("2999"), "{last}");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_the_lock_is_not_waited_for() {
    let (root, _) = with_three_entries();
    let lock = root.path().join("lock");
    fs::remove_file(&lock).unwrap();
    // Not by a program: while one is started, it holds the locks of the other tests.
    rustix::fs::mknodat(rustix::fs::CWD, &lock, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
    assert!(matches!(FileStore::open(root.path()), Err(Error::Store { .. })));
}

#[test]
fn a_description_that_is_no_text_is_damage() {
    let (root, segment) = with_three_entries();
    fs::write(segment.parent().unwrap().with_file_name("log.json"), [0xff; 100]).unwrap();
    let store = FileStore::read_only(root.path()).unwrap();
    assert!(matches!(block_on(store.logs()), Err(Error::Damaged { .. })));
}

#[test]
fn a_journal_that_was_left_behind_is_brought_into_the_segments() {
    let root = tempfile::tempdir().unwrap();
    let store = Arc::new(FileStore::create(root.path(), &key()).unwrap());
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let event = |organization: &str| {
        Event::builder(organization.parse().unwrap(), "apply.applied".parse().unwrap()).build().unwrap()
    };
    let receipts = recorder.record_batch_blocking(vec![event("acme"), event("globex"), event("acme")]);
    assert!(receipts.iter().all(Result::is_ok));
    // A copy of the files as they are now is what a crash leaves behind.
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(root.path()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let reader = FileStore::read_only(copy.path()).unwrap();
    assert_eq!(block_on(reader.logs()).unwrap().len(), 2);
    assert_eq!(block_on(reader.head(&log())).unwrap().size, 2);
    assert_eq!(block_on(reader.read(&log(), 1, 0)).unwrap().len(), 1);
    let recovered = FileStore::open(copy.path()).unwrap();
    assert_eq!(block_on(recovered.head(&log())).unwrap(), block_on(store.head(&log())).unwrap());
    assert!(!copy.path().join("journal.0").exists());
}

#[test]
fn a_damaged_tile_keeps_nobody_from_a_proof() {
    let (root, log_directory, _) = with_tiles();
    let signer = Ed25519Signer::generate("audit.example.com".parse().unwrap()).unwrap();
    let note = sign(&FileStore::open(root.path()).unwrap(), &signer).unwrap();
    record(root.path(), 1);
    let tile = log_directory.join("tile/0/000");
    let mut hashes = fs::read(&tile).unwrap();
    hashes[40] ^= 1;
    fs::write(&tile, hashes).unwrap();
    let store = FileStore::open(root.path()).unwrap();
    let bundle = block_on(prove(&store, &log(), 7, &note)).unwrap();
    let key = VerifierKey::of("audit.example.com".parse().unwrap(), &signer).unwrap();
    let verifier = Ed25519Verifier::from_public_key(key.public_key()).unwrap();
    assert_eq!(bundle.verify(&[TrustedKey::new(key, verifier).unwrap()]).unwrap().1.size, 1_000);
    fs::remove_file(&tile).unwrap();
    assert!(block_on(prove(&store, &log(), 7, &note)).is_ok());
}

#[test]
fn segments_that_were_cut_are_noticed_by_the_tiles() {
    let (root, log_directory, _) = with_tiles();
    let segment = log_directory.join("segments/00000000000000000000.jsonl");
    let whole = fs::read_to_string(&segment).unwrap();
    let some: String = whole.lines().take(500).map(|line| format!("{line}\n")).collect();
    for left in [String::new(), some] {
        fs::write(&segment, left).unwrap();
        let store = FileStore::open(root.path()).unwrap();
        assert!(matches!(block_on(store.head(&log())), Err(Error::Damaged { .. })));
    }
    fs::remove_file(&segment).unwrap();
    assert!(block_on(FileStore::open(root.path()).unwrap().head(&log())).is_err());
}
