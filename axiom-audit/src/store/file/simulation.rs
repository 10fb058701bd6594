//! The store on a disk that loses power and fails, at any step, again and again.
//!
//! A run is decided by its seed. It appends to several logs, moves entries to the segments, signs checkpoints, closes,
//! crashes and opens again; and after each crash everything that was acknowledged must be there, once, in order, and
//! everything that is there must have been appended. A short campaign runs with the other tests; a long one by
//!
//! ```sh
//! AXIOM_SEEDS=20000 cargo test --release -p axiom-audit --lib simulation
//! ```

use core::ops::Range;
use std::collections::BTreeMap;
use std::env;
use std::io;
use std::path::Path;
use std::sync::Arc;

use axiom_core::{Event, LogId, Stream, Timestamp, Unscrubbed, Unsealed};

use super::FileStore;
use super::disk::{Access, Disk};
use super::engine::Engine;
use super::journal::Journal;
use super::layout::Layout;
use super::lock::Lock;
use crate::chain::Entry;
use crate::checkpoint::Checkpoint;
use crate::checkpoints::CheckpointStore;
use crate::error::Error;
use crate::merkle::Frontier;
use crate::note::VerifierKey;
use crate::store::{Append, Head, Outcome, Store};

mod disk;
mod random;

use disk::{Fault, FaultKind, SimulatedDisk};
use random::Random;

/// What a log must hold, and may.
#[derive(Debug, Default, Clone)]
struct Expected {
    /// What was acknowledged, or seen after a restart.
    lines: Vec<Vec<u8>>,
    /// What may follow: batches of which nobody knows whether they were written.
    unknown: Vec<Vec<Vec<u8>>>,
    signed: u64,
}

struct Run {
    random: Random,
    disk: SimulatedDisk,
    logs: BTreeMap<LogId, Expected>,
    store: Option<FileStore>,
    /// What was done, for whoever has to find out why a run failed.
    history: Vec<String>,
    crashes: u64,
    faults: u64,
}

const ROOT: &str = "/logs";

impl Run {
    fn new(seed: u64) -> Self {
        let disk = SimulatedDisk::default();
        let logs = ["acme", "globex", "initech"]
            .map(|name| (LogId::new(name.parse().unwrap(), Stream::Material), Expected::default()));
        let key = VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32]);
        super::layout::create_root(&disk, Path::new(ROOT)).unwrap();
        Layout::create(Arc::new(disk.clone()), Path::new(ROOT), &key).unwrap();
        Self {
            random: Random::new(seed),
            disk,
            logs: logs.into(),
            store: None,
            history: Vec::new(),
            crashes: 0,
            faults: 0,
        }
    }

    /// Several lives of a process, each ended by a crash, a failure or an orderly end.
    fn live(&mut self) {
        for _ in 0..2 + self.random.below(4) {
            self.plan_fault();
            if self.open().is_ok() {
                for _ in 0..self.random.below(30) {
                    if self.step().is_err() {
                        break;
                    }
                }
            }
            self.end();
        }
        self.disk.set_fault(None);
        self.history.push("at last".into());
        self.open().expect("nothing is in the way of opening it");
        self.check();
        self.store.take().unwrap().close().unwrap();
        self.open().expect("nothing is in the way of opening it");
        self.check();
    }

    fn plan_fault(&mut self) {
        let kinds = [io::ErrorKind::StorageFull, io::ErrorKind::Other];
        let fault = match self.random.below(5) {
            0 => None,
            1 | 2 => Some(FaultKind::PowerLoss),
            3 => Some(FaultKind::Refused(*self.random.pick(&kinds))),
            _ => Some(FaultKind::CarriedOut(*self.random.pick(&kinds))),
        };
        let at = self.disk.steps() + 1 + self.random.below(60);
        self.disk.set_fault(fault.map(|kind| Fault { at, kind }));
        self.faults += u64::from(fault.is_some());
        self.history.push(format!("fault: {fault:?} at {at}"));
    }

    fn open(&mut self) -> Result<(), Error> {
        let layout = Layout::open_on(Arc::new(self.disk.clone()), Path::new(ROOT))?;
        let mut engine = Engine::open(layout.clone(), Lock::none())?;
        *engine.segment_len.get_mut() = *self.random.pick(&[1, 2_000, 1 << 20]);
        engine.journal_len = if self.logs.len() > 3 { Journal::FILE_LEN } else { *self.random.pick(&[16_384, 65_536]) };
        self.store = Some(FileStore::of(layout, engine));
        self.history.push("opened".into());
        Ok(())
    }

    /// Ends the process: in order, at once, or with the machine.
    fn end(&mut self) {
        let store = self.store.take();
        if self.disk.is_off() || self.random.chance(40) {
            drop_at_once(store);
            self.history.push("power lost".into());
            self.disk.restart(&mut self.random);
            self.crashes += 1;
        } else if self.random.chance(50) {
            let closed = store.map(FileStore::close);
            self.history.push(format!("closed: {closed:?}"));
            if self.disk.is_off() {
                self.disk.restart(&mut self.random);
                self.crashes += 1;
            }
        } else {
            drop_at_once(store);
            self.history.push("killed".into());
        }
        self.disk.set_fault(None);
        self.open().unwrap_or_else(|error| panic!("it must open: {error:?}\n{:#?}", self.history));
        self.check();
        drop_at_once(self.store.take());
    }

    fn step(&mut self) -> Result<(), ()> {
        let store = self.store.take().unwrap();
        let engine = store.engine().unwrap();
        let choice = self.random.below(20);
        let log = self.any_log();
        let done = match choice {
            0..=12 => self.append(&store),
            13 => engine.spill(),
            14 | 15 => engine.drain(),
            16 => engine.extend_trees(0),
            17 => self.sign(&store, &log),
            _ => self.read(&store, &log),
        };
        self.history.push(format!("{choice}: {done:?}"));
        self.store = Some(store);
        match done {
            Err(_) if self.disk.is_off() => Err(()),
            // A store that is poisoned stays so; one that had no room goes on.
            Err(Error::Poisoned) => Err(()),
            _ => Ok(()),
        }
    }

    fn any_log(&mut self) -> LogId {
        let at = self.random.below(self.logs.len() as u64) as usize;
        self.logs.keys().nth(at).unwrap().clone()
    }

    fn append(&mut self, store: &FileStore) -> Result<(), Error> {
        let mut batch = Vec::new();
        for log in self.logs.keys().cloned().collect::<Vec<_>>() {
            if self.random.chance(50) {
                let head = pollster::block_on(store.head(&log))?;
                let entries = self.entries(store, &log, head);
                batch.push((log, head, entries));
            }
        }
        let appends: Vec<_> =
            batch.iter().map(|(log, expected, entries)| Append { log, expected: *expected, entries }).collect();
        let outcomes = pollster::block_on(store.append(&appends));
        for (log, _, entries) in &batch {
            let lines: Vec<_> = entries.iter().map(|entry| entry.line().to_vec()).collect();
            let expected = self.logs.get_mut(log).unwrap();
            match &outcomes {
                Ok(_) => {
                    // Who goes on after an error has taken the place of what was tried then.
                    expected.unknown.clear();
                    expected.lines.extend(lines);
                }
                Err(_) => expected.unknown.push(lines),
            }
        }
        let outcomes = outcomes?;
        assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Appended), "nobody else writes");
        Ok(())
    }

    fn entries(&mut self, store: &FileStore, log: &LogId, head: Head) -> Vec<Entry> {
        let origin = store.naming().origin(log);
        let mut head = head;
        let count = if self.random.chance(5) { 300 } else { 1 + self.random.below(4) };
        let link = |_| {
            let text = "x".repeat(*self.random.pick(&[1, 300, 5_000]) as usize % (100_000 / count as usize));
            let event = Event::builder(log.organization.clone(), "apply.applied".parse().unwrap());
            let event = event.metadata("text", text).metadata("random", self.random.next().to_string());
            let canonical =
                event.build().unwrap().scrub(&Unscrubbed).unwrap().without_sealing(Unsealed).canonical().unwrap();
            let entry = Entry::link(canonical, &origin, &head, Timestamp::UNIX_EPOCH);
            head = entry.head();
            entry
        };
        (0..count).map(link).collect()
    }

    /// Saves a checkpoint; who signed it does not matter to the store.
    fn sign(&mut self, store: &FileStore, log: &LogId) -> Result<(), Error> {
        let head = pollster::block_on(store.head(log))?;
        pollster::block_on(store.flush(log))?;
        let root = pollster::block_on(store.root(log, 0..head.size))?;
        let checkpoint = Checkpoint { origin: store.naming().origin(log), size: head.size, root };
        let note = format!("{checkpoint}\n— {} AAAAAAAA\n", checkpoint.origin);
        let before = pollster::block_on(store.checkpoint(log))?;
        pollster::block_on(store.save_checkpoint(log, before.as_deref(), &note))?;
        self.logs.get_mut(log).unwrap().signed = head.size;
        Ok(())
    }

    /// Reads a stretch of a log and its root.
    fn read(&mut self, store: &FileStore, log: &LogId) -> Result<(), Error> {
        let lines = self.logs[log].lines.clone();
        let start = self.random.below(lines.len() as u64 + 1);
        let end = start + self.random.below(lines.len() as u64 - start + 1);
        self.check_range(store, log, &lines, start..end)
    }

    fn check_range(&self, store: &FileStore, log: &LogId, lines: &[Vec<u8>], range: Range<u64>) -> Result<(), Error> {
        let wanted = &lines[range.start as usize..range.end as usize];
        let mut tree = Frontier::new();
        wanted.iter().for_each(|line| tree.push(crate::entry::leaf_hash(line)));
        let root = pollster::block_on(store.root(log, range.clone()))?;
        assert_eq!(root, tree.root(), "{range:?}\n{:#?}", self.history);
        Ok(())
    }

    /// After a crash everything that was acknowledged is there, and nothing that was not appended.
    fn check(&mut self) {
        let store = self.store.take().unwrap();
        for (log, expected) in &mut self.logs {
            let history = &self.history;
            let fail = |error: Error| -> ! { panic!("{log:?}: {error:?}\n{history:#?}") };
            let head = pollster::block_on(store.head(log)).unwrap_or_else(|error| fail(error));
            let mut found = Vec::new();
            let push = &mut |line: Vec<u8>| -> Result<(), Error> {
                found.push(line);
                Ok(())
            };
            pollster::block_on(crate::store::each_line(&store, log, 0..head.size, push))
                .unwrap_or_else(|error| fail(error));
            let known = expected.lines.len();
            assert!(found.len() >= known && found[..known] == expected.lines, "{log:?} lost entries\n{history:#?}");
            let more = &found[known..];
            let accounted = more.is_empty() || expected.unknown.iter().any(|batch| batch == more);
            assert!(accounted, "{log:?} has {} entries from nowhere\n{history:#?}", more.len());
            assert!(head.size >= expected.signed, "{log:?} lost what was signed\n{history:#?}");
            expected.lines = found;
            expected.unknown.clear();
        }
        for (log, expected) in &self.logs {
            let end = expected.lines.len() as u64;
            self.check_range(&store, log, &expected.lines, 0..end).unwrap();
        }
        self.store = Some(store);
    }
}

/// As if the process were killed: nothing is written any more.
fn drop_at_once(store: Option<FileStore>) {
    if let Some(store) = store {
        store.abandon();
    }
}

#[test]
fn a_batch_over_a_thousand_logs_costs_a_few_syncs() {
    let mut run = Run::new(0);
    run.logs = (0..1_000)
        .map(|number| (LogId::new(format!("tenant-{number}").parse().unwrap(), Stream::Material), Expected::default()))
        .collect();
    run.open().unwrap();
    let store = run.store.take().unwrap();
    for _ in 0..3 {
        let before = run.disk.syncs();
        run.append(&store).unwrap();
        // One for the frame; a new file of the journal takes three more, a longer one another.
        assert!(run.disk.syncs() - before <= 5);
    }
    store.engine().unwrap().drain().unwrap();
    run.store = Some(store);
    run.check();
    drop_at_once(run.store.take());
}

#[test]
fn a_log_that_cannot_leave_the_journal_keeps_no_other_in_it() {
    let mut run = Run::new(7);
    // With so many the journal is large, and nothing leaves it by itself.
    run.logs.insert(LogId::new("hooli".parse().unwrap(), Stream::Material), Expected::default());
    run.open().unwrap();
    let store = run.store.take().unwrap();
    while run.logs.values().any(|log| log.lines.is_empty()) {
        run.append(&store).unwrap();
    }
    let mut logs = run.logs.keys().cloned();
    let (broken, sound) = (logs.next().unwrap(), logs.next().unwrap());
    // A file stands where its directory is to be.
    let directory = Path::new(ROOT).join(store.naming().opaque(&broken.organization));
    run.disk.open(&directory, Access::Create).unwrap();

    assert!(pollster::block_on(store.flush(&broken)).is_err());
    pollster::block_on(store.flush(&sound)).unwrap();
    assert!(pollster::block_on(store.read(&broken, 0, 0)).is_err());
    assert_eq!(pollster::block_on(store.read(&sound, 0, 0)).unwrap()[0], run.logs[&sound].lines[0]);

    run.disk.remove(&directory).unwrap();
    store.close().unwrap();
    run.open().unwrap();
    run.check();
    drop_at_once(run.store.take());
}

#[test]
fn a_sync_that_failed_is_not_tried_again() {
    let mut run = Run::new(7);
    run.logs.insert(LogId::new("hooli".parse().unwrap(), Stream::Material), Expected::default());
    run.open().unwrap();
    let store = run.store.take().unwrap();
    run.append(&store).unwrap();
    let engine = store.engine().unwrap();
    engine.spill().unwrap();
    run.disk.set_fault(Some(Fault { at: run.disk.steps() + 1, kind: FaultKind::Refused(io::ErrorKind::Other) }));
    assert!(matches!(engine.drain(), Err(Error::Store { .. })));
    for _ in 0..2 {
        // The disk would say now that all is well.
        assert!(matches!(engine.drain(), Err(Error::Poisoned)));
        assert!(matches!(run.append(&store), Err(Error::Poisoned)));
    }
    drop_at_once(Some(store));
}

#[test]
fn nothing_acknowledged_is_lost_whatever_happens_to_the_disk() {
    let seeds: u64 = env::var("AXIOM_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(150);
    let (mut crashes, mut faults) = (0, 0);
    for seed in 0..seeds {
        let mut run = Run::new(seed);
        let outcome = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| run.live()));
        assert!(outcome.is_ok(), "seed {seed}");
        crashes += run.crashes;
        faults += run.faults;
    }
    println!("{seeds} runs, {crashes} losses of power, {faults} faults planned");
    assert!(crashes > 0);
}
