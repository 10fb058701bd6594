//! Appending to a log, beside hashing alone, a raw file and SQLite. The crate's documentation says what is compared.

use std::fs::{self, File};
use std::path::Path;

use axiom_audit::{FileStore, Recorder, Store, VerifierKey, genesis, leaf_hash};
use axiom_benches::{Bench, Comparison, Error, PlainEntry, Sample, Workload};
use axiom_core::{Digest, Event, OrganizationId, Unscrubbed};

mod raw;
mod sqlite;
mod tree_store;

use raw::RawFile;
use sqlite::Sqlite;
use tree_store::TreeStore;

fn main() -> Result<(), Error> {
    let mut bench = Bench::start("append")?;
    let workload = Workload::new(10 * BATCH)?;
    append_cpu_vs_limit(&mut bench, &workload)?;
    append_1_producer_vs_raw(&mut bench, &workload)?;
    append_64_producers_vs_sqlite(&mut bench, &workload)?;
    append_batch1000_vs_sqlite(&mut bench, &workload)?;
    append_1000_logs_vs_1_log(&mut bench, &workload)?;
    bench.finish()
}

fn append_cpu_vs_limit(bench: &mut Bench, workload: &Workload) -> Result<(), Error> {
    let comparison = Comparison { name: "append_cpu_vs_limit", unit: EVENTS, goal: 0.85 };
    let recorder = recorder(TreeStore::new(workload.naming().clone()))?;
    let ours = || {
        let batches = workload.batches(BATCH);
        Sample::cpu(workload.events().len(), || {
            batches.into_iter().try_for_each(|batch| record_batch(&recorder, batch))
        })
    };
    bench.compare(&comparison, ours, || Sample::cpu(workload.events().len(), || hash_only(workload)))
}

/// What no log can do without: serialize each entry, hash it, and hash one node of the tree.
fn hash_only(workload: &Workload) -> Result<(), Error> {
    let origin = workload.origin();
    let (mut tip, mut node, mut line) = (genesis(&origin), Digest::of(&[]), Vec::new());
    for (seq, event) in (0..).zip(workload.events()) {
        line.clear();
        serde_json::to_writer(&mut line, &PlainEntry::new(event, Workload::RECORDED_AT, &origin, tip, seq))?;
        tip = leaf_hash(&line);
        node = Digest::of(&[&[1], node.as_bytes(), tip.as_bytes()]);
    }
    core::hint::black_box(node);
    Ok(())
}

fn append_1_producer_vs_raw(bench: &mut Bench, workload: &Workload) -> Result<(), Error> {
    let comparison = Comparison { name: "append_1_producer_vs_raw", unit: EVENTS, goal: 0.90 };
    let directory = subdirectory(bench, comparison.name)?;
    let recorder = recorder(file_store(&directory)?)?;
    let mut raw = RawFile::create(&directory.join("raw.jsonl"))?;
    let (mut events, mut lines) = (workload.fresh(), workload.cycle_lines());
    let ours = || {
        let events: Vec<Event> = events.by_ref().take(FEW).collect();
        Sample::wall(FEW, || events.into_iter().try_for_each(|event| record(&recorder, event)))
    };
    let baseline = || Sample::wall(FEW, || lines.by_ref().take(FEW).try_for_each(|line| raw.append(line)));
    bench.compare(&comparison, ours, baseline)
}

fn append_64_producers_vs_sqlite(bench: &mut Bench, workload: &Workload) -> Result<(), Error> {
    let comparison = Comparison { name: "append_64_producers_vs_sqlite", unit: EVENTS, goal: 15.0 };
    let directory = subdirectory(bench, comparison.name)?;
    let recorder = recorder(file_store(&directory)?)?;
    let sqlite = Sqlite::create(&directory.join("baseline.sqlite"))?;
    let (mut events, mut lines) = (workload.fresh(), workload.cycle_lines());
    let ours = || {
        let shares = (0..PRODUCERS).map(|_| events.by_ref().take(MANY).collect()).collect();
        Sample::threads(shares, |event| record(&recorder, event))
    };
    let baseline = || {
        let shares = (0..PRODUCERS).map(|_| lines.by_ref().take(FEW).collect()).collect();
        Sample::threads(shares, |line| sqlite.insert(line))
    };
    bench.compare(&comparison, ours, baseline)
}

fn append_batch1000_vs_sqlite(bench: &mut Bench, workload: &Workload) -> Result<(), Error> {
    let comparison = Comparison { name: "append_batch1000_vs_sqlite", unit: EVENTS, goal: 2.0 };
    let directory = subdirectory(bench, comparison.name)?;
    let recorder = recorder(file_store(&directory)?)?;
    let sqlite = Sqlite::create(&directory.join("baseline.sqlite"))?;
    let ours = || {
        let batches = workload.batches(BATCH);
        Sample::wall(workload.events().len(), || {
            batches.into_iter().try_for_each(|batch| record_batch(&recorder, batch))
        })
    };
    let baseline = || {
        let mut batches = workload.lines().chunks(BATCH);
        Sample::wall(workload.lines().len(), || batches.try_for_each(|batch| sqlite.insert_batch(batch)))
    };
    bench.compare(&comparison, ours, baseline)
}

fn append_1000_logs_vs_1_log(bench: &mut Bench, workload: &Workload) -> Result<(), Error> {
    let comparison = Comparison { name: "append_1000_logs_vs_1_log", unit: EVENTS, goal: 0.5 };
    let directory = subdirectory(bench, comparison.name)?;
    let many = recorder(file_store(&directory.join("many"))?)?;
    let one = recorder(file_store(&directory.join("one"))?)?;
    let organizations: Vec<OrganizationId> =
        (0..LOGS).map(|number| format!("tenant-{number}").parse()).collect::<Result<_, _>>()?;
    let share = |organization: Option<&OrganizationId>, events: &mut dyn Iterator<Item = Event>| -> Vec<Event> {
        let mine = |mut event: Event| {
            if let Some(organization) = organization {
                event.organization_id.clone_from(organization);
            }
            event
        };
        events.take(FEW).map(mine).collect()
    };
    let (mut ours_events, mut theirs_events) = (workload.fresh(), workload.fresh());
    let ours = || {
        let shares = organizations.iter().map(|one| share(Some(one), &mut ours_events)).collect();
        Sample::threads(shares, |event| record(&many, event))
    };
    let baseline = || {
        let shares = (0..LOGS).map(|_| share(None, &mut theirs_events)).collect();
        Sample::threads(shares, |event| record(&one, event))
    };
    bench.compare(&comparison, ours, baseline)
}

fn recorder(store: impl Store + 'static) -> Result<Recorder, Error> {
    Ok(Recorder::builder(store, Unscrubbed).build()?)
}

fn record(recorder: &Recorder, event: Event) -> Result<(), Error> {
    recorder.record_blocking(event)?;
    Ok(())
}

fn record_batch(recorder: &Recorder, events: Vec<Event>) -> Result<(), Error> {
    for receipt in recorder.record_batch_blocking(events) {
        receipt?;
    }
    Ok(())
}

fn file_store(directory: &Path) -> Result<FileStore, Error> {
    let key = VerifierKey::new("audit.example.com".parse()?, [0; 32]);
    Ok(FileStore::create(directory.join("log"), &key)?)
}

/// A directory of its own for each comparison, durable before anything is timed.
fn subdirectory(bench: &Bench, name: &str) -> Result<std::path::PathBuf, Error> {
    let directory = bench.directory().join(name);
    fs::create_dir(&directory)?;
    File::open(bench.directory())?.sync_all()?;
    Ok(directory)
}

const EVENTS: &str = "events/s";
/// Events of a batch.
const BATCH: usize = 1000;
/// Threads that record at the same time.
const PRODUCERS: usize = 64;
/// Logs, each with a thread of its own that records into it.
const LOGS: usize = 1000;
/// Events that a thread appends in a sample where each of them waits for the disk.
const FEW: usize = 8;
/// Events that a thread appends in a sample where many share the wait for the disk.
const MANY: usize = 64;
