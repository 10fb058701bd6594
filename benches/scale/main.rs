//! A log of ten million entries: what opening it, proving and asking take. The crate's documentation says what is
//! measured.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use axiom_audit::{
    FileStore, Filter, Query, Recorder, SignedNote, Store, Timeline, VerifierKey, prove, sign_checkpoint,
};
use axiom_benches::{Bench, Error, Limit, Workload, peak_memory_mib};
use axiom_core::{Category, EventId, LogId, Status, Unscrubbed};
use axiom_crypto::Ed25519Signer;
use pollster::block_on;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().collect();
    if let [_, command, directory, count] = arguments.as_slice()
        && command == FILL
    {
        return fill(Path::new(directory), count.parse().unwrap_or(0));
    }
    let mut bench = Bench::start("scale")?;
    let size = if bench.is_smoke() { FEW } else { MANY };
    let directory = bench.directory().join("log");
    // A process of its own, so that the memory of this one is what reading takes.
    let filled = Command::new(env::current_exe()?).arg(FILL).arg(&directory).arg(size.to_string()).status()?;
    if !filled.success() {
        return Err(Error::Io(std::io::Error::other("the log could not be filled")));
    }
    let log = Workload::new(1)?.log().clone();
    open_ms(&mut bench, &directory, &log, size)?;
    proof_ms(&mut bench, &directory, &log, size)?;
    query_ms(&mut bench, &directory, &log)?;
    let tree = Limit { name: "tree_bytes_per_entry", unit: "bytes", most: 33.0 };
    bench.measure(&tree, || Ok(size_of(&directory, "tile")? as f64 / size as f64))?;
    let memory = Limit { name: "rss_mib_at_10m", unit: "MiB", most: 64.0 };
    bench.measure(&memory, peak_memory_mib)?;
    bench.finish()
}

/// Opens the directory for writing, and finds the end of the log.
fn open_ms(bench: &mut Bench, directory: &Path, log: &LogId, size: u64) -> Result<(), Error> {
    let limit = Limit { name: "open_ms_at_10m", unit: "ms", most: 100.0 };
    bench.measure(&limit, || {
        let start = Instant::now();
        let store = FileStore::open(directory)?;
        let head = block_on(store.head(log))?;
        let taken = milliseconds(start);
        assert_eq!(head.size, size, "the log is whole");
        Ok(taken)
    })
}

/// Proves entries all over the log.
fn proof_ms(bench: &mut Bench, directory: &Path, log: &LogId, size: u64) -> Result<(), Error> {
    let limit = Limit { name: "proof_ms_at_10m", unit: "ms", most: 1.0 };
    let store = FileStore::open(directory)?;
    let signer =
        Ed25519Signer::generate(store.naming().host().clone()).map_err(|_| Error::Baseline("no key".into()))?;
    let note: SignedNote = block_on(sign_checkpoint(&store, &store, log, &signer))?;
    let mut seq = 0;
    bench.measure(&limit, || {
        seq = (seq + size / 3 + 7_919) % size;
        let start = Instant::now();
        let bundle = block_on(prove(&store, log, seq, &note))?;
        let taken = milliseconds(start);
        core::hint::black_box(bundle);
        Ok(taken)
    })
}

/// Asks for the newest of what there is most of, for one trace, for what one user did not do: the slowest counts.
fn query_ms(bench: &mut Bench, directory: &Path, log: &LogId) -> Result<(), Error> {
    let limit = Limit { name: "query_ms_at_10m", unit: "ms", most: 1000.0 };
    let store = FileStore::open(directory)?;
    let filters = [
        Filter::new().status(Status::Applied),
        Filter::new().actor("user_41").category(Category::Approval),
        Filter::new().resource("arn:aws:iam::123456789012:role/there-is-none"),
        Filter::new().actor("nobody"),
    ];
    let mut questions = filters.into_iter().map(|filter| Timeline::new(filter).limit(50)).collect::<Vec<_>>();
    // The first question makes the index.
    block_on(store.timeline(log, &questions[0]))?;
    bench.measure(&limit, || {
        let mut slowest: f64 = 0.0;
        for question in &mut questions {
            let start = Instant::now();
            core::hint::black_box(block_on(store.timeline(log, question))?);
            slowest = slowest.max(milliseconds(start));
        }
        Ok(slowest)
    })
}

/// Records `count` events.
fn fill(directory: &Path, count: u64) -> Result<(), Error> {
    let key = VerifierKey::new("audit.example.com".parse()?, [0; 32]);
    let recorder = Recorder::builder(FileStore::create(directory, &key)?, Unscrubbed).build()?;
    let workload = Workload::new(BATCH)?;
    let mut recorded = 0;
    while recorded < count {
        let mut events = workload.events().to_vec();
        for (number, event) in (recorded..).zip(&mut events) {
            event.id = EventId::from_bytes(u128::from(number).to_be_bytes());
        }
        events.truncate(usize::try_from(count - recorded).unwrap_or(BATCH));
        recorded += events.len() as u64;
        for receipt in recorder.record_batch_blocking(events) {
            receipt?;
        }
    }
    Ok(())
}

/// How many bytes the files below the directories named `name` have.
fn size_of(directory: &Path, name: &str) -> Result<u64, Error> {
    let mut size = 0;
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            size += size_of(&path, if path.ends_with(name) { "" } else { name })?;
        } else if name.is_empty() {
            size += fs::metadata(&path)?.len();
        }
    }
    Ok(size)
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// The command that fills a directory.
const FILL: &str = "fill";
/// Events of a batch.
const BATCH: usize = 1000;
/// How many entries there are.
const MANY: u64 = 10_000_000;
/// How many there are in a trial.
const FEW: u64 = 10_000;
