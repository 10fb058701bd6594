//! The recorder under many callers, other writers and failing stores.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::sync::atomic::{AtomicU32, Ordering};
use core::task::{Context, Waker};
use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread;

use async_trait::async_trait;
use axiom_audit::{
    Append, Capabilities, Error, FileStore, Head, LogVerifier, MemoryStore, Naming, Outcome, Recorder, Store,
    VerifierKey,
};
use axiom_core::{Action, Event, Finding, LogId, Scrubber, SealPaths, Stream, Text, Unscrubbed};
use axiom_crypto::{FieldSealer, KeyFile};
use axiom_pii::PiiScrubber;
use pollster::block_on;

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
                    .map(|n| recorder.record_blocking(event("acme", caller * 50 + n)).unwrap().seq)
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
        assert_eq!(receipt.seq, number as u64 / 40);
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
        let mut future = Box::pin(recorder.record(event("acme", number)));
        // One poll hands the event over; then the caller is cancelled.
        let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
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
    assert_eq!(receipts[0].as_ref().unwrap().seq, 0);
    assert!(matches!(receipts[1], Err(Error::Event(_))));
    assert_eq!(receipts[2].as_ref().unwrap().seq, 1);
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
    assert!(!receipt.durable, "memory promises nothing");
    let line = String::from_utf8(block_on(store.read(&log("acme"), 0, 1)).unwrap().remove(0)).unwrap();
    assert!(line.contains("$sealed") && !line.contains("owner") && !line.contains("jane"), "{line}");
}

/// A memory store that a test holds up, and whose writes fail from a given one on.
struct Controlled {
    inner: MemoryStore,
    gate: Mutex<()>,
    good_writes: u32,
    writes: AtomicU32,
}

impl Controlled {
    fn new(good_writes: u32) -> Arc<Self> {
        let inner = MemoryStore::new(naming());
        Arc::new(Self { inner, gate: Mutex::new(()), good_writes, writes: AtomicU32::new(0) })
    }
}

#[async_trait]
impl Store for Controlled {
    fn naming(&self) -> &Naming {
        self.inner.naming()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    async fn logs(&self) -> Result<Vec<LogId>, Error> {
        self.inner.logs().await
    }

    async fn head(&self, log: &LogId) -> Result<Head, Error> {
        drop(self.gate.lock().unwrap());
        self.inner.head(log).await
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        if self.writes.fetch_add(1, Ordering::Relaxed) >= self.good_writes {
            let source = Arc::new(io::Error::from(io::ErrorKind::StorageFull));
            return Err(Error::Store { store: "failing", action: "could not write".into(), source });
        }
        self.inner.append(batch).await
    }

    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        self.inner.read(log, from, most).await
    }
}

#[test]
fn a_failed_write_is_never_acknowledged() {
    let store = Controlled::new(1);
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    assert!(recorder.record_blocking(event("acme", 0)).is_ok());
    let receipts = recorder.record_batch_blocking(vec![event("acme", 1), event("globex", 2)]);
    assert!(receipts.iter().all(|receipt| matches!(receipt, Err(Error::Store { .. }))));
    assert_sound(&*store, &log("acme"), 1);
}

#[test]
fn callers_wait_once_the_queue_is_full() {
    let store = Controlled::new(u32::MAX);
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let closed = store.gate.lock().unwrap();
    // Cancelled callers leave in the queue what they handed over, and no more than it holds.
    for number in 0..1000 {
        let mut future = Box::pin(recorder.record(event("acme", number)));
        let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    drop(closed);
    drop(recorder);
    let recorded = block_on(store.inner.head(&log("acme"))).unwrap().size;
    assert!((64..200).contains(&recorded), "{recorded}");
    assert_sound(&*store, &log("acme"), recorded);
}
