//! The recorder under many callers, other writers and failing stores.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use axiom_audit::{
    Append, Capabilities, Error, FileStore, Head, LogVerifier, MemoryStore, Naming, Outcome, Recorder, Store,
    VerifierKey,
};
use axiom_core::{Action, Event, Finding, LogId, Scrubber, SealPaths, Stream, Text, Unscrubbed};
use axiom_crypto::{FieldSealer, KeyFile};
use axiom_pii::PiiScrubber;
use pollster::block_on;

mod controlled;
mod desk;
mod failure;
mod idempotency;
mod interleaving;
mod lifecycle;

use controlled::{Controlled, Fault};

fn naming() -> Naming {
    Naming::new("audit.example.com".parse().unwrap(), [7; 32]).unwrap()
}

fn log(organization: &str) -> LogId {
    LogId::new(organization.parse().unwrap(), Stream::Material)
}

fn event(organization: &str, number: usize) -> Event {
    let event = Event::builder(organization.parse().unwrap(), "apply.applied".parse().unwrap());
    event.metadata("number", number as u64).build().unwrap()
}

/// The same event, changed.
fn with(mut event: Event, change: impl FnOnce(&mut Event)) -> Event {
    change(&mut event);
    event
}

fn recorder(store: &Arc<Controlled>) -> Recorder {
    Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap()
}

/// Hands over what a future does first; it may be dropped afterwards.
fn poll_once<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// The events of a log.
fn events(store: &dyn Store, log: &LogId) -> Vec<serde_json::Value> {
    let lines = block_on(store.read(log, 0, usize::MAX)).unwrap();
    lines.iter().map(|line| serde_json::from_slice::<serde_json::Value>(line).unwrap()["event"].take()).collect()
}

/// The log verifies, and has so many entries.
#[track_caller]
fn assert_sound(store: &dyn Store, log: &LogId, entries: u64) {
    let mut verifier = LogVerifier::new(store.naming().origin(log)).strict(log.organization.as_str()).start();
    let lines = block_on(store.read(log, 0, usize::MAX)).unwrap();
    for line in &lines {
        verifier.push(line);
        verifier.push(b"\n");
    }
    let report = verifier.finish();
    assert!(report.is_verified(), "{:?}", report.faults);
    assert_eq!(report.entries, entries);
}

#[test]
fn many_callers_share_one_chain() {
    let root = tempfile::tempdir().unwrap();
    let key = VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32]);
    let store = Arc::new(FileStore::create(root.path(), &key).unwrap());
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let receipts: Vec<_> = thread::scope(|scope| {
        let work = |caller: usize| {
            let recorder = &recorder;
            move || {
                (0..50)
                    .map(|n| recorder.record_blocking(event("acme", caller * 50 + n)).unwrap().place().unwrap().seq)
                    .collect::<Vec<_>>()
            }
        };
        let callers: Vec<_> = (0..8).map(|caller| scope.spawn(work(caller))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    assert!(receipts.iter().all(|mine| mine.is_sorted()), "each caller's events stay in order");
    assert_eq!(receipts.concat().into_iter().collect::<BTreeSet<_>>(), (0..400).collect());
    assert_sound(&*store, &log("acme"), 400);
}

#[test]
fn a_batch_over_many_logs_keeps_the_order_of_each() {
    let store = Arc::new(MemoryStore::new(naming()));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let organizations: Vec<String> = (0..40).map(|number| format!("org-{number}")).collect();
    let events = (0..400).map(|number| event(&organizations[number % 40], number)).collect();
    let receipts: Vec<_> = recorder.record_batch_blocking(events).into_iter().map(Result::unwrap).collect();
    for (number, receipt) in receipts.iter().enumerate() {
        assert_eq!(receipt.place().unwrap().seq, number as u64 / 40);
    }
    for organization in &organizations {
        assert_sound(&*store, &log(organization), 10);
    }
}

#[test]
fn two_recorders_on_one_store_take_turns() {
    let store = Arc::new(MemoryStore::new(naming()));
    let recorders: Vec<_> =
        (0..2).map(|_| Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap()).collect();
    thread::scope(|scope| {
        for recorder in &recorders {
            scope.spawn(|| (0..200).for_each(|number| drop(recorder.record_blocking(event("acme", number)).unwrap())));
        }
    });
    assert_sound(&*store, &log("acme"), 400);
}

#[test]
fn a_caller_that_goes_away_loses_no_event() {
    let store = Arc::new(MemoryStore::new(naming()));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    for number in 0..50 {
        // One poll hands the event over; then the caller is cancelled.
        drop(poll_once(&mut Box::pin(recorder.record(event("acme", number)))));
    }
    drop(recorder);
    assert_sound(&*store, &log("acme"), 50);
}

/// Refuses every text with an at sign.
struct Block;

impl Scrubber for Block {
    fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
        let at = text.value.find('@')?;
        findings.push(Finding::new("at_sign", at..at + 1, 1.0).with_action(Action::Block));
        None
    }
}

#[test]
fn an_event_that_is_refused_does_not_keep_others_from_being_recorded() {
    let store = Arc::new(MemoryStore::new(naming()));
    let recorder = Recorder::builder_shared(store.clone(), Block).build().unwrap();
    let mut bad = event("acme", 1);
    bad.reason = Some("me@example.com".into());
    let receipts = recorder.record_batch_blocking(vec![event("acme", 0), bad, event("acme", 2)]);
    assert_eq!(receipts[0].as_ref().unwrap().place().unwrap().seq, 0);
    assert!(matches!(receipts[1], Err(Error::Event(_))));
    assert_eq!(receipts[2].as_ref().unwrap().place().unwrap().seq, 1);
    assert_sound(&*store, &log("acme"), 2);
}

#[test]
fn a_receipt_tells_what_was_redacted_and_what_was_sealed() {
    let root = tempfile::tempdir().unwrap();
    let sealer = FieldSealer::new(Arc::new(KeyFile::create(root.path().join("key")).unwrap()));
    let store = Arc::new(MemoryStore::new(naming()));
    let recorder =
        Recorder::builder_shared(store.clone(), PiiScrubber::default()).seal(SealPaths::states(), sealer).build();
    let state = axiom_core::Value::try_from(serde_json::json!({"owner": "jane@example.com"})).unwrap();
    let mut event = event("acme", 0);
    event.before_state = Some(state);
    let receipt = recorder.unwrap().record_blocking(event).unwrap();
    assert_eq!(receipt.findings[0].pointer.as_deref(), Some("/beforeState/owner"));
    assert_eq!(receipt.sealed, ["/beforeState"]);
    assert!(!receipt.place().unwrap().durable, "memory promises nothing");
    let line = String::from_utf8(block_on(store.read(&log("acme"), 0, 1)).unwrap().remove(0)).unwrap();
    assert!(line.contains("$sealed") && !line.contains("owner") && !line.contains("jane"), "{line}");
}

#[test]
fn a_failed_write_is_never_acknowledged() {
    let store = Controlled::new([Fault::None, Fault::Refused]);
    let recorder = recorder(&store);
    assert!(recorder.record_blocking(event("acme", 0)).is_ok());
    let receipts = recorder.record_batch_blocking(vec![event("acme", 1), event("globex", 2)]);
    assert!(receipts.iter().all(|receipt| matches!(receipt, Err(Error::Store { .. }))));
    assert_sound(&*store, &log("acme"), 1);
}

#[test]
fn callers_wait_once_the_queue_is_full() {
    let store = Controlled::new([]);
    let recorder = recorder(&store);
    let closed = store.hold();
    // Cancelled callers leave in the queue what they handed over, and no more than it holds.
    for number in 0..1000 {
        drop(poll_once(&mut Box::pin(recorder.record(event("acme", number)))));
    }
    drop(closed);
    drop(recorder);
    let recorded = block_on(store.head(&log("acme"))).unwrap().size;
    assert!((64..200).contains(&recorded), "{recorded}");
    assert_sound(&*store, &log("acme"), recorded);
}

#[test]
fn a_large_batch_is_split_and_its_receipts_are_in_order() {
    let store = Controlled::new([]);
    let receipts = recorder(&store).record_batch_blocking((0..10_000).map(|number| event("acme", number)).collect());
    for (number, receipt) in receipts.into_iter().enumerate() {
        assert_eq!(receipt.unwrap().place().unwrap().seq, number as u64);
    }
    assert_eq!(store.writes(), [4096, 4096, 1808]);
    assert_sound(&*store, &log("acme"), 10_000);
}

#[test]
fn what_waits_while_a_write_is_under_way_shares_the_next() {
    let store = Controlled::new([]);
    let recorder = recorder(&store);
    let held = store.hold();
    let mut futures: Vec<_> = (0..50).map(|number| Box::pin(recorder.record(event("acme", number)))).collect();
    futures.iter_mut().for_each(|future| assert!(poll_once(future).is_pending()));
    drop(held);
    futures.into_iter().for_each(|future| drop(block_on(future).unwrap()));
    assert!(store.writes().len() <= 2, "{:?}", store.writes());
}

#[test]
fn a_caller_that_goes_away_delays_nobody() {
    let store = Controlled::new([]);
    let recorder = recorder(&store);
    let held = store.hold();
    let mut gone: Vec<_> = (0..60).map(|number| Box::pin(recorder.record(event("acme", number)))).collect();
    gone.iter_mut().for_each(|future| assert!(poll_once(future).is_pending()));
    let mut stays = Box::pin(recorder.record(event("acme", 60)));
    assert!(poll_once(&mut stays).is_pending());
    drop(gone);
    drop(held);
    assert_eq!(block_on(stays).unwrap().place().unwrap().seq, 60);
    assert_sound(&*store, &log("acme"), 61);
}

#[test]
fn a_flush_waits_for_what_others_handed_over() {
    let store = Controlled::new([]);
    let recorder = recorder(&store);
    for number in 0..30 {
        drop(poll_once(&mut Box::pin(recorder.record(event("acme", number)))));
    }
    recorder.flush_blocking().unwrap();
    assert_sound(&*store, &log("acme"), 30);
}

#[test]
fn closing_waits_and_says_what_was_done() {
    let store = Controlled::new([]);
    let recorder = recorder(&store);
    recorder.record_blocking(event("acme", 0)).unwrap();
    for number in 1..30 {
        drop(poll_once(&mut Box::pin(recorder.record(event("acme", number)))));
    }
    let summary = recorder.close_blocking().unwrap();
    assert_eq!((summary.stored, summary.duplicates, summary.dropped, summary.waiting), (30, 0, 0, false));
    assert_sound(&*store, &log("acme"), 30);
}

#[test]
fn it_works_on_the_thread_of_an_async_runtime() {
    let store = Controlled::new([]);
    let recorder = recorder(&store);
    // A future that is polled elsewhere than the recorder's thread, and blocks within.
    block_on(async {
        recorder.record(event("acme", 0)).await.unwrap();
        recorder.record_blocking(event("acme", 1)).unwrap();
    });
    assert_eq!(block_on(recorder.close()).unwrap().stored, 2);
}
