//! What every [`Store`] and [`CheckpointStore`](crate::CheckpointStore) must do: suites for those of this crate and
//! those of hosts.
//!
//! ```
//! use axiom_audit::{MemoryStore, Naming, conformance};
//!
//! let naming = Naming::new("audit.example.com".parse()?, [7; 32])?;
//! let store = MemoryStore::new(naming.clone());
//! pollster::block_on(conformance::store(&store));
//! conformance::checkpoints(&store, &naming);
//! # Ok::<(), axiom_audit::Error>(())
//! ```

use axiom_core::{Event, LogId, Stream, Timestamp, Unscrubbed, Unsealed};

use crate::chain::Entry;
use crate::merkle::Frontier;
use crate::store::{Append, Head, Outcome, Store};

mod checkpoints;
mod witness;

pub use checkpoints::checkpoints;
pub use witness::MemoryWitness;

/// Runs the whole suite against an empty store.
///
/// # Panics
/// Where the store does not do what a [`Store`] must.
pub async fn store<S: Store + ?Sized>(store: &S) {
    an_unwritten_log_ends_at_its_genesis(store).await;
    what_is_appended_is_read_back(store).await;
    a_wrong_head_adds_nothing(store).await;
    one_batch_reaches_many_logs(store).await;
    a_log_that_stands_twice_in_a_batch_is_one_chain(store).await;
    pages_hold_at_least_one_line(store).await;
    organizations_see_only_their_own(store).await;
    logs_are_listed_in_order(store).await;
    roots_are_those_of_the_lines(store).await;
}

async fn an_unwritten_log_ends_at_its_genesis<S: Store + ?Sized>(store: &S) {
    let log = log("unwritten");
    assert_eq!(head(store, &log).await, Head::empty(&store.naming().origin(&log)));
    assert!(lines(store, &log, 0).await.is_empty());
}

async fn what_is_appended_is_read_back<S: Store + ?Sized>(store: &S) {
    let log = log("appended");
    let written = grow(store, &log, 5).await;
    assert_eq!(head(store, &log).await, written[4].head());
    for from in 0..=5 {
        let read = lines(store, &log, from as u64).await;
        assert!(read.iter().eq(written.iter().skip(from).map(Entry::line)), "from {from}");
    }
}

async fn a_wrong_head_adds_nothing<S: Store + ?Sized>(store: &S) {
    let log = log("contended");
    let first = head(store, &log).await;
    grow(store, &log, 2).await;
    let now = head(store, &log).await;
    for expected in [first, Head { tip: first.tip, ..now }, Head { size: now.size + 1, ..now }] {
        let entries = entries(store, &log, expected, 1);
        let outcomes = append(store, &[Append { log: &log, expected, entries: &entries }]).await;
        assert_eq!(outcomes, [Outcome::Conflict(now)]);
    }
    assert_eq!(lines(store, &log, 0).await.len(), 2);
}

async fn one_batch_reaches_many_logs<S: Store + ?Sized>(store: &S) {
    let logs: Vec<LogId> = (0..300).map(|number| log(&format!("many-{number}"))).collect();
    let mut linked = Vec::new();
    for log in &logs {
        let expected = head(store, log).await;
        linked.push((log, expected, entries(store, log, expected, 2)));
    }
    grow(store, &logs[7], 1).await;
    let batch: Vec<_> =
        linked.iter().map(|(log, expected, entries)| Append { log, expected: *expected, entries }).collect();
    let outcomes = append(store, &batch).await;
    for (index, outcome) in outcomes.iter().enumerate() {
        assert_eq!(matches!(outcome, Outcome::Appended), index != 7, "log {index}");
    }
    for (index, log) in logs.iter().enumerate() {
        assert_eq!(head(store, log).await.size, if index == 7 { 1 } else { 2 }, "log {index}");
    }
}

async fn a_log_that_stands_twice_in_a_batch_is_one_chain<S: Store + ?Sized>(store: &S) {
    let log = log("twice");
    let first = head(store, &log).await;
    let entries = entries(store, &log, first, 2);
    let (one, two) = entries.split_at(1);
    let same = Append { log: &log, expected: first, entries: one };
    let next = Append { log: &log, expected: one[0].head(), entries: two };
    let outcomes = append(store, &[same, same, next]).await;
    assert_eq!(outcomes, [Outcome::Appended, Outcome::Conflict(one[0].head()), Outcome::Appended]);
    assert!(lines(store, &log, 0).await.iter().eq(entries.iter().map(Entry::line)));
}

async fn pages_hold_at_least_one_line<S: Store + ?Sized>(store: &S) {
    let log = log("paged");
    let written = grow(store, &log, 20).await;
    for most in [0, 1, written[0].line().len() * 3 + 1] {
        let mut read = Vec::new();
        while read.len() < written.len() {
            let page = store.read(&log, read.len() as u64, most).await.expect("the store is readable");
            assert!(!page.is_empty(), "a page of {most} bytes from {} on", read.len());
            assert!(page.len() == 1 || page.iter().map(Vec::len).sum::<usize>() <= most);
            read.extend(page);
        }
        assert!(read.iter().eq(written.iter().map(Entry::line)));
    }
    for from in [0, 15, 3, 19] {
        let page = store.read(&log, from, 0).await.expect("the store is readable");
        assert_eq!(page, [written[from as usize].line()], "a page from {from} on");
    }
}

async fn organizations_see_only_their_own<S: Store + ?Sized>(store: &S) {
    let (ours, theirs) = (log("ours"), log("theirs"));
    grow(store, &ours, 3).await;
    assert_eq!(head(store, &theirs).await.size, 0);
    assert!(lines(store, &theirs, 0).await.is_empty());
    let other_stream = LogId::new(ours.organization.clone(), Stream::Operational);
    assert!(lines(store, &other_stream, 0).await.is_empty());
}

async fn logs_are_listed_in_order<S: Store + ?Sized>(store: &S) {
    let logs = store.logs().await.expect("the store is readable");
    assert!(logs.is_sorted());
    assert!(logs.contains(&log("ours")) && !logs.contains(&log("theirs")));
}

async fn roots_are_those_of_the_lines<S: Store + ?Sized>(store: &S) {
    let log = log("rooted");
    let written = grow(store, &log, 9).await;
    store.flush(&log).await.expect("the store is writable");
    for range in [0..0, 0..1, 0..9, 3..4, 4..8, 8..9, 1..6] {
        let mut tree = Frontier::new();
        written[range.start as usize..range.end as usize].iter().for_each(|entry| tree.push(entry.hash()));
        let root = store.root(&log, range.clone()).await.expect("the store is readable");
        assert_eq!(root, tree.root(), "{range:?}");
    }
    assert!(store.root(&log, 0..10).await.is_err(), "the log has nine entries");
}

fn log(organization: &str) -> LogId {
    LogId::new(organization.parse().expect("a plain name"), Stream::Material)
}

/// Makes `count` entries behind `head`.
fn entries<S: Store + ?Sized>(store: &S, log: &LogId, head: Head, count: usize) -> Vec<Entry> {
    let origin = store.naming().origin(log);
    let mut head = head;
    let link = |_| {
        let event = Event::builder(log.organization.clone(), "apply.applied".parse().expect("it is in the catalogue"));
        let scrubbed = event.build().and_then(|event| event.scrub(&Unscrubbed)).expect("nothing is wrong with it");
        let canonical = scrubbed.without_sealing(Unsealed).canonical().expect("it is small");
        let entry = Entry::link(canonical, &origin, &head, Timestamp::UNIX_EPOCH);
        head = entry.head();
        entry
    };
    (0..count).map(link).collect()
}

/// Appends `count` entries one by one.
async fn grow<S: Store + ?Sized>(store: &S, log: &LogId, count: usize) -> Vec<Entry> {
    let expected = head(store, log).await;
    let entries = entries(store, log, expected, count);
    for entry in entries.chunks(1) {
        let expected = head(store, log).await;
        let outcomes = append(store, &[Append { log, expected, entries: entry }]).await;
        assert_eq!(outcomes, [Outcome::Appended]);
    }
    entries
}

async fn append<S: Store + ?Sized>(store: &S, batch: &[Append<'_>]) -> Vec<Outcome> {
    store.append(batch).await.expect("the store is writable")
}

async fn head<S: Store + ?Sized>(store: &S, log: &LogId) -> Head {
    store.head(log).await.expect("the store is readable")
}

/// All lines from `from` on.
async fn lines<S: Store + ?Sized>(store: &S, log: &LogId, from: u64) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    loop {
        let page = store.read(log, from + lines.len() as u64, usize::MAX).await.expect("the store is readable");
        if page.is_empty() {
            return lines;
        }
        lines.extend(page);
    }
}
