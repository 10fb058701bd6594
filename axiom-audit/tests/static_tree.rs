//! Static trees: published from a log, read, and attacked.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use axiom_audit::merkle::{self, Tile};
use axiom_audit::{
    Checkpoint, Error, MemoryStore, Naming, Recorder, SignedNote, Store, TlogDirectory, TlogFault, TlogReader,
    TlogReport, each_line, sign_checkpoint,
};
use axiom_core::{Event, LogId, Origin, Stream, Unscrubbed};
use axiom_crypto::Ed25519Signer;
use pollster::block_on;

/// A log that grows, and what signs it.
struct Log {
    store: Arc<MemoryStore>,
    recorder: Recorder,
    signer: Ed25519Signer,
    id: LogId,
    size: u64,
}

impl Log {
    fn new(stream: Stream) -> Self {
        let host: Origin = "audit.example.com".parse().unwrap();
        let store = Arc::new(MemoryStore::new(Naming::new(host.clone(), [7; 32]).unwrap()));
        let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
        let id = LogId::new("acme".parse().unwrap(), stream);
        Self { store, recorder, signer: Ed25519Signer::generate(host).unwrap(), id, size: 0 }
    }

    fn of(size: u64) -> Self {
        let mut log = Self::new(Stream::Material);
        log.grow(size);
        log
    }

    fn grow(&mut self, size: u64) {
        let event = |number| {
            let action = if self.id.stream == Stream::Material { "apply.applied" } else { "scan.completed" };
            let event = Event::builder("acme".parse().unwrap(), action.parse().unwrap());
            event.metadata("number", number).build().unwrap()
        };
        let receipts = self.recorder.record_batch_blocking((self.size..size).map(event).collect());
        receipts.into_iter().for_each(|receipt| drop(receipt.unwrap()));
        self.size = size;
    }

    fn sign(&self) -> SignedNote {
        block_on(sign_checkpoint(&*self.store, &*self.store, &self.id, &self.signer)).unwrap()
    }

    fn publish(&self, out: &Path) -> Result<u64, Error> {
        let published = block_on(TlogDirectory::new(out).publish(&*self.store, &self.id, &self.sign(), &mut |_| {}))?;
        assert_eq!(published.size, self.size);
        Ok(published.before)
    }

    fn checkpoint(&self) -> Checkpoint {
        self.sign().text().parse().unwrap()
    }

    fn lines(&self) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let push = &mut |line| -> Result<(), Error> {
            lines.push(line);
            Ok(())
        };
        block_on(each_line(&*self.store, &self.id, 0..self.size, push)).unwrap();
        lines
    }
}

type Files = BTreeMap<String, Vec<u8>>;

/// All files below a directory.
fn files(root: &Path) -> Files {
    let (mut found, mut open) = (Files::new(), vec![root.to_owned()]);
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found.remove("lock").unwrap();
    found
}

fn reader(files: &Files, checkpoint: Checkpoint) -> TlogReader<impl FnMut(&str) -> Result<Option<Vec<u8>>, Error>> {
    TlogReader::new(checkpoint, |path: &str| Ok(files.get(path).cloned()))
}

fn verify(files: &Files, checkpoint: &Checkpoint) -> TlogReport {
    reader(files, checkpoint.clone()).verify(&[], &mut |_, _| {}).unwrap()
}

/// The files of a tree of `size` entries, and its checkpoint.
fn tree(size: u64) -> (Files, Checkpoint) {
    let (log, out) = (Log::of(size), tempfile::tempdir().unwrap());
    log.publish(out.path()).unwrap();
    (files(out.path()), log.checkpoint())
}

#[test]
fn a_published_tree_holds_the_log() {
    let (log, out) = (Log::of(600), tempfile::tempdir().unwrap());
    log.publish(out.path()).unwrap();
    let files = files(out.path());
    let mut reader = reader(&files, log.checkpoint());
    let mut seen = Vec::new();
    let report = reader.verify(&[], &mut |seq, entry| seen.push((seq, entry.to_vec()))).unwrap();
    assert!(report.is_verified(), "{report:?}");
    assert_eq!((report.entries, report.root), (600, log.checkpoint().root));
    assert_eq!(seen, (0..).zip(log.lines()).collect::<Vec<_>>());
    for seq in [0, 1, 255, 256, 511, 512, 599] {
        assert_eq!(reader.entry(seq).unwrap(), log.lines()[seq as usize]);
    }
    assert!(matches!(reader.entry(600), Err(Error::Proof(_))));
    let root = |range| block_on(log.store.root(&log.id, range)).unwrap();
    for place in [0, 1, 256, 300, 599] {
        assert_eq!(Some(reader.inclusion_proof(place).unwrap()), merkle::inclusion_proof(place, 600, root));
        assert_eq!(Some(reader.consistency_proof(place).unwrap()), merkle::consistency_proof(place, 600, root));
    }
}

#[test]
fn a_tree_that_grew_is_that_which_was_written_at_once() {
    let (mut log, grown) = (Log::new(Stream::Material), tempfile::tempdir().unwrap());
    let mut before = 0;
    for size in [0, 1, 5, 255, 256, 256, 257, 300, 700, 1024, 1025] {
        log.grow(size);
        assert_eq!(log.publish(grown.path()).unwrap(), before);
        before = size;
        let report = verify(&files(grown.path()), &log.checkpoint());
        assert!(report.is_verified(), "at {size}: {report:?}");
    }
    let at_once = tempfile::tempdir().unwrap();
    log.publish(at_once.path()).unwrap();
    let (mut grown, at_once) = (files(grown.path()), files(at_once.path()));
    grown.retain(|path, _| at_once.contains_key(path));
    assert_eq!(grown, at_once);
}

#[test]
fn full_tiles_are_never_written_again_and_outgrown_ones_go() {
    let (mut log, out) = (Log::of(300), tempfile::tempdir().unwrap());
    log.publish(out.path()).unwrap();
    let full = out.path().join("tile/entries/000");
    fs::write(&full, "untouched").unwrap();
    assert!(out.path().join("tile/0/001.p/44").exists());
    let unchanged = out.path().join("tile/1/000.p/1");
    fs::File::options().write(true).open(&unchanged).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    log.grow(301);
    log.publish(out.path()).unwrap();
    assert_eq!(fs::metadata(&unchanged).unwrap().modified().unwrap(), SystemTime::UNIX_EPOCH);
    log.grow(600);
    log.publish(out.path()).unwrap();
    assert_eq!(fs::read(&full).unwrap(), b"untouched");
    for outgrown in ["tile/0/001.p", "tile/entries/001.p"] {
        assert!(!out.path().join(outgrown).exists(), "{outgrown}");
    }
    let names: Vec<String> = files(out.path()).into_keys().collect();
    assert!(names.iter().all(|name| !name.ends_with(".new")), "{names:?}");
}

#[test]
fn the_full_tile_serves_those_who_ask_for_the_partial_one() {
    let (mut log, out) = (Log::of(300), tempfile::tempdir().unwrap());
    let old = log.checkpoint();
    log.publish(out.path()).unwrap();
    log.grow(600);
    log.publish(out.path()).unwrap();
    let report = verify(&files(out.path()), &old);
    assert!(report.is_verified(), "{report:?}");
    assert_eq!(report.entries, 300);
}

#[test]
fn a_tree_of_another_history_is_not_added_to() {
    let out = tempfile::tempdir().unwrap();
    let mut log = Log::of(300);
    log.publish(out.path()).unwrap();
    let before = files(out.path());
    let refused = |log: &Log| {
        assert!(matches!(log.publish(out.path()), Err(Error::Tile { .. })));
        assert_eq!(files(out.path()), before, "nothing was written");
    };
    let mut other = Log::new(Stream::Operational);
    other.grow(400);
    refused(&other);
    refused(&Log::of(299));
    refused(&Log::of(300));
    refused(&Log::of(400));
    log.grow(301);
    log.publish(out.path()).unwrap();
}

#[test]
fn a_damaged_tree_is_not_added_to() {
    let mut log = Log::of(300);
    for path in ["tile/0/001.p/44", "tile/1/000.p/1"] {
        let out = tempfile::tempdir().unwrap();
        log.publish(out.path()).unwrap();
        let file = out.path().join(path.replace("44", &(log.size - 256).to_string()));
        log.grow(log.size + 1);
        let mut flipped = fs::read(&file).unwrap();
        flipped[7] ^= 1;
        fs::write(&file, flipped).unwrap();
        assert!(matches!(log.publish(out.path()), Err(Error::Tile { .. })), "{path} is changed");
        fs::remove_file(&file).unwrap();
        assert!(matches!(log.publish(out.path()), Err(Error::Tile { .. })), "{path} is gone");
    }
}

#[test]
fn entries_that_were_not_signed_are_not_published() {
    let (log, out) = (Log::of(300), tempfile::tempdir().unwrap());
    let forged = Checkpoint { root: axiom_audit::leaf_hash(b"another"), ..log.checkpoint() };
    let note = forged.sign(&log.signer).unwrap();
    let published = block_on(TlogDirectory::new(out.path()).publish(&*log.store, &log.id, &note, &mut |_| {}));
    assert!(matches!(published, Err(Error::Damaged { .. })));
    assert!(!out.path().join("checkpoint").exists());
    log.publish(out.path()).unwrap();
    assert!(verify(&files(out.path()), &log.checkpoint()).is_verified(), "what was left is written over");
}

#[test]
fn an_interrupted_publication_is_made_good() {
    let (mut log, out) = (Log::of(300), tempfile::tempdir().unwrap());
    log.publish(out.path()).unwrap();
    let note = fs::read(out.path().join("checkpoint")).unwrap();
    log.grow(600);
    log.publish(out.path()).unwrap();
    // The crash came before the checkpoint, with one file half there.
    fs::write(out.path().join("checkpoint"), note).unwrap();
    let tile = PathBuf::from(Tile::at(0, 1, 600).unwrap().to_string());
    fs::write(out.path().join(&tile), "half").unwrap();
    fs::create_dir_all(out.path().join("tile/0/001.p")).unwrap();
    let lines: Vec<u8> =
        log.lines()[256..300].iter().flat_map(|line| *axiom_audit::leaf_hash(line).as_bytes()).collect();
    fs::write(out.path().join("tile/0/001.p/44"), lines).unwrap();
    assert_eq!(log.publish(out.path()).unwrap(), 300);
    assert!(verify(&files(out.path()), &log.checkpoint()).is_verified());
}

#[test]
fn one_process_publishes_at_a_time() {
    let (log, out) = (Log::of(1), tempfile::tempdir().unwrap());
    let lock = fs::File::create(out.path().join("lock")).unwrap();
    lock.lock().unwrap();
    assert!(matches!(log.publish(out.path()), Err(Error::Locked { .. })));
    lock.unlock().unwrap();
    log.publish(out.path()).unwrap();
}

#[test]
fn every_flipped_bit_of_every_tile_is_reported() {
    let (files, checkpoint) = tree(3);
    let (honest, mut flipped) = (entries(&files, &checkpoint), 0);
    for path in files.keys().filter(|path| *path != "checkpoint") {
        for at in 0..files[path].len() * 8 {
            let mut forged = files.clone();
            forged.get_mut(path).unwrap()[at / 8] ^= 1 << (at % 8);
            assert!(!verify(&forged, &checkpoint).is_verified(), "bit {at} of {path}");
            flipped += 1;
            // Reading by number never gives a wrong entry.
            for (entry, honest) in entries(&forged, &checkpoint).into_iter().zip(&honest) {
                assert!(entry.is_none() || entry == *honest, "bit {at} of {path}");
            }
        }
    }
    assert!(flipped > 96 * 8, "hashes and entries");
}

/// The entries that are proven to be in a tree.
fn entries(files: &Files, checkpoint: &Checkpoint) -> Vec<Option<Vec<u8>>> {
    (0..checkpoint.size).map(|seq| reader(files, checkpoint.clone()).entry(seq).ok()).collect()
}

#[test]
fn every_missing_short_long_or_swapped_tile_is_reported() {
    let (files, checkpoint) = tree(600);
    let tiles: Vec<&String> = files.keys().filter(|path| *path != "checkpoint").collect();
    assert_eq!(tiles.len(), 3 + 1 + 3);
    let reported = |forged: &Files, path: &str| {
        let faults = verify(forged, &checkpoint).faults;
        let named = |fault: &TlogFault| fault.to_string().contains(path);
        assert!(faults.iter().any(named), "{path} in {faults:?}");
        assert!(faults.iter().any(|fault| matches!(fault, TlogFault::Unusable { .. })), "{path}: {faults:?}");
    };
    for path in &tiles {
        let change = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut forged = files.clone();
            change(forged.get_mut(*path).unwrap());
            reported(&forged, path);
        };
        change(&|bytes| bytes.truncate(bytes.len() - 1));
        change(&|bytes| bytes.truncate(bytes.len() - 32));
        change(&|bytes| bytes.push(0));
        change(&|bytes| bytes.extend([0; 32]));
        change(&Vec::clear);
        let mut forged = files.clone();
        forged.remove(*path);
        reported(&forged, path);
    }
    for (one, other) in
        [("tile/0/000", "tile/0/001"), ("tile/0/001", "tile/1/000.p/2"), ("tile/entries/000", "tile/entries/001")]
    {
        let mut forged = files.clone();
        forged.insert(one.into(), files[other].clone());
        forged.insert(other.into(), files[one].clone());
        assert!(!verify(&forged, &checkpoint).is_verified(), "{one} and {other}");
    }
}

#[test]
fn a_partial_tile_under_the_name_of_another_width_is_reported() {
    let (mut files, checkpoint) = tree(3);
    for directory in ["tile/0/000.p", "tile/entries/000.p"] {
        let bytes = files.remove(&format!("{directory}/3")).unwrap();
        for width in [2, 4, 255] {
            let mut forged = files.clone();
            forged.insert(format!("{directory}/{width}"), bytes.clone());
            assert!(!verify(&forged, &checkpoint).is_verified(), "{directory}/{width}");
        }
        files.insert(format!("{directory}/3"), bytes);
    }
    assert!(verify(&files, &checkpoint).is_verified());
}

#[test]
fn a_tree_is_held_to_checkpoints_that_were_kept() {
    let (mut log, out) = (Log::of(200), tempfile::tempdir().unwrap());
    let early = log.checkpoint();
    log.publish(out.path()).unwrap();
    log.grow(300);
    log.publish(out.path()).unwrap();
    let (files, now) = (files(out.path()), log.checkpoint());
    let faults = |kept: &[Checkpoint]| reader(&files, now.clone()).verify(kept, &mut |_, _| {}).unwrap().faults;
    assert_eq!(faults(&[now.clone(), early.clone()]), []);
    let forked = Checkpoint { root: now.root, ..early.clone() };
    assert_eq!(faults(&[early.clone(), forked.clone()]), [TlogFault::Forked { size: 200 }]);
    let ahead = Checkpoint { size: 301, ..early.clone() };
    assert_eq!(faults(&[ahead]), [TlogFault::RolledBack { size: 300, signed: 301 }]);
    let other = Checkpoint { origin: "audit.example.com/other".parse().unwrap(), ..forked };
    assert_eq!(faults(&[other]), [], "it is of another log");
}

#[test]
fn partial_tiles_of_earlier_sizes_are_compared_where_they_are_left() {
    let (mut log, out) = (Log::of(3), tempfile::tempdir().unwrap());
    let early = log.checkpoint();
    log.publish(out.path()).unwrap();
    log.grow(5);
    log.publish(out.path()).unwrap();
    let files = files(out.path());
    for path in ["tile/0/000.p/3", "tile/entries/000.p/3"] {
        let mut forged = files.clone();
        forged.get_mut(path).unwrap()[40] ^= 1;
        let report = reader(&forged, log.checkpoint()).verify(core::slice::from_ref(&early), &mut |_, _| {}).unwrap();
        assert_eq!(report.faults, [TlogFault::Differs { path: path.into() }]);
    }
}
