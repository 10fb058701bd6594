//! Events that come again.

use std::sync::Arc;

use axiom_audit::{Error, Fate, MemoryStore, Receipt, Recorder, Store};
use axiom_core::{Event, EventId, Timestamp, Unscrubbed};
use pollster::block_on;

use super::{Controlled, Fault, assert_sound, event, events, log, naming, recorder, with};

fn keyed(number: usize, key: &str) -> Event {
    with(event("acme", number), |event| event.idempotency_key = Some(key.into()))
}

fn memory() -> (Arc<MemoryStore>, Recorder) {
    let store = Arc::new(MemoryStore::new(naming()));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    (store, recorder)
}

#[track_caller]
fn assert_duplicate(receipt: &Receipt, first: &Receipt) {
    assert!(matches!(receipt.fate, Fate::Duplicate { of, .. } if of == first.id), "{:?}", receipt.fate);
    assert_eq!((receipt.place(), &receipt.log), (first.place(), &first.log));
}

#[test]
fn an_event_that_comes_again_gets_the_first_receipt() {
    let (store, recorder) = memory();
    let (one, two) = (event("acme", 1), event("acme", 2));
    let first = recorder.record_blocking(one.clone()).unwrap();
    recorder.record_blocking(two).unwrap();
    assert_duplicate(&recorder.record_blocking(one).unwrap(), &first);
    assert_sound(&*store, &log("acme"), 2);
}

#[test]
fn an_idempotency_key_that_comes_again_is_the_same_event_under_another_id() {
    let (store, recorder) = memory();
    let first = recorder.record_blocking(keyed(1, "delivery-1")).unwrap();
    assert_duplicate(&recorder.record_blocking(keyed(1, "delivery-1")).unwrap(), &first);
    assert!(matches!(recorder.record_blocking(keyed(1, "delivery-2")).unwrap().fate, Fate::Stored(_)));
    assert_sound(&*store, &log("acme"), 2);
}

#[test]
fn repeats_within_one_batch_count() {
    let (store, recorder) = memory();
    let one = event("acme", 1);
    let batch = vec![one.clone(), event("acme", 2), one.clone(), keyed(3, "k"), keyed(3, "k"), one];
    let receipts: Vec<Receipt> = recorder.record_batch_blocking(batch).into_iter().map(Result::unwrap).collect();
    for (again, first) in [(2, 0), (5, 0), (4, 3)] {
        assert_duplicate(&receipts[again], &receipts[first]);
    }
    assert_sound(&*store, &log("acme"), 3);
}

#[test]
fn another_event_under_the_same_name_is_an_error() {
    let (store, recorder) = memory();
    let (one, key) = (event("acme", 1), keyed(2, "k"));
    recorder.record_blocking(one.clone()).unwrap();
    recorder.record_blocking(key.clone()).unwrap();
    let later = with(one.clone(), |event| event.timestamp = Timestamp::UNIX_EPOCH);
    let other = with(one, |event| event.action_type = "apply.failed".parse().unwrap());
    let other_key = with(key, |event| {
        (event.id, event.action_type) = (EventId::from_bytes([9; 16]), "apply.failed".parse().unwrap());
    });
    // Both in the same batch as what they contradict, and behind it.
    let batch = vec![event("acme", 3), later, other, other_key];
    let receipts = recorder.record_batch_blocking(batch);
    assert!(receipts[0].is_ok());
    for (receipt, name) in receipts[1..].iter().zip(["id", "id", "idempotency key"]) {
        assert!(matches!(receipt, Err(Error::Reused { what, .. }) if *what == name), "{receipt:?}");
    }
    assert_sound(&*store, &log("acme"), 3);
}

#[test]
fn another_event_under_the_same_name_is_an_error_in_the_same_batch_too() {
    let (store, recorder) = memory();
    let one = event("acme", 1);
    let other = with(one.clone(), |event| event.action_type = "apply.failed".parse().unwrap());
    let receipts = recorder.record_batch_blocking(vec![one, other]);
    assert!(receipts[0].is_ok() && matches!(receipts[1], Err(Error::Reused { seq: 0, .. })), "{receipts:?}");
    assert_sound(&*store, &log("acme"), 1);
}

#[test]
fn the_same_id_in_another_log_is_another_event() {
    let (store, recorder) = memory();
    let one = event("acme", 1);
    let other = with(one.clone(), |event| event.organization_id = "globex".parse().unwrap());
    for event in [one, other] {
        assert!(matches!(recorder.record_blocking(event).unwrap().fate, Fate::Stored(_)));
    }
    assert_sound(&*store, &log("globex"), 1);
}

#[test]
fn what_a_recorder_before_wrote_is_recognized() {
    let (store, recorder) = memory();
    let written: Vec<Event> = (0..300).map(|number| keyed(number, &format!("key-{number}"))).collect();
    for half in written.chunks(150) {
        recorder.record_batch_blocking(half.to_vec()).into_iter().for_each(|receipt| drop(receipt.unwrap()));
    }
    drop(recorder);
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let again = recorder.record_batch_blocking(written.clone());
    assert!(again.iter().all(|receipt| matches!(receipt.as_ref().unwrap().fate, Fate::Duplicate { .. })));
    assert!(
        matches!(recorder.record_blocking(keyed(0, "key-7")).unwrap().fate, Fate::Duplicate { of, .. } if of == written[7].id)
    );
    assert_sound(&*store, &log("acme"), 300);
}

#[test]
fn after_a_start_a_batch_of_any_size_is_recognized() {
    let (store, recorder) = memory();
    recorder.record_batch_blocking((0..2000).map(|number| event("acme", number)).collect()).clear();
    let written: Vec<Event> = (0..10_000).map(|number| event("acme", number)).collect();
    recorder.record_batch_blocking(written.clone()).into_iter().for_each(|receipt| drop(receipt.unwrap()));
    drop(recorder);
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let again = recorder.record_batch_blocking(written);
    assert!(again.iter().all(|receipt| matches!(receipt.as_ref().unwrap().fate, Fate::Duplicate { .. })));
    assert_sound(&*store, &log("acme"), 12_000);
}

#[test]
fn to_come_to_many_logs_after_a_start_pushes_nothing_out() {
    let (store, recorder) = memory();
    let tenants: Vec<String> = (0..520).map(|number| format!("org-{number}")).collect();
    let last = keyed(0, "unacknowledged");
    let last = with(last, |event| event.organization_id = tenants[0].parse().unwrap());
    for tenant in &tenants {
        recorder.record_batch_blocking((0..256).map(|number| event(tenant, number)).collect()).clear();
    }
    let first = recorder.record_blocking(last.clone()).unwrap();
    drop(recorder);

    let recorder = Recorder::builder_shared(store, Unscrubbed).build().unwrap();
    let own = event(&tenants[0], 256);
    let of_own = recorder.record_blocking(own.clone()).unwrap();
    for tenant in &tenants[1..] {
        recorder.record_blocking(event(tenant, 256)).unwrap();
    }
    assert_duplicate(&recorder.record_blocking(last).unwrap(), &first);
    assert_duplicate(&recorder.record_blocking(own).unwrap(), &of_own);
}

#[test]
fn a_write_that_was_reported_failed_and_is_there_is_not_repeated() {
    let store = Controlled::new([Fault::None, Fault::Persisted]);
    let recorder = recorder(&store);
    let events: Vec<Event> = (0..5).map(|number| event("acme", number)).collect();
    recorder.record_blocking(events[0].clone()).unwrap();
    assert!(recorder.record_batch_blocking(events[1..].to_vec()).iter().all(Result::is_err));
    let again = recorder.record_batch_blocking(events);
    assert!(again.iter().all(|receipt| matches!(receipt.as_ref().unwrap().fate, Fate::Duplicate { .. })), "{again:?}");
    assert_sound(&*store, &log("acme"), 5);
}

#[test]
fn a_write_that_failed_and_is_not_there_can_be_repeated() {
    let store = Controlled::new([Fault::None, Fault::Refused]);
    let recorder = recorder(&store);
    recorder.record_blocking(event("acme", 0)).unwrap();
    let (lost, other) = (keyed(1, "key"), event("acme", 2));
    assert!(recorder.record_blocking(lost.clone()).is_err());
    // Another event takes the place that it would have had.
    recorder.record_blocking(other).unwrap();
    assert!(matches!(recorder.record_blocking(lost).unwrap().fate, Fate::Stored(_)));
    assert_sound(&*store, &log("acme"), 3);
}

#[test]
fn what_another_writer_recorded_is_recognized_after_a_conflict() {
    let store = Controlled::new([]);
    let (ours, theirs) = (recorder(&store), Recorder::builder_shared(store.inner.clone(), Unscrubbed).build().unwrap());
    ours.record_blocking(event("acme", 0)).unwrap();
    let both = keyed(1, "both");
    let first = theirs.record_blocking(both.clone()).unwrap();
    let receipts = ours.record_batch_blocking(vec![event("acme", 2), both, event("acme", 3)]);
    let receipts: Vec<Receipt> = receipts.into_iter().map(Result::unwrap).collect();
    assert_duplicate(&receipts[1], &first);
    assert_eq!([&receipts[0], &receipts[2]].map(|receipt| receipt.place().unwrap().seq), [2, 3]);
    let numbers: Vec<u64> =
        events(&*store, &log("acme")).iter().map(|event| event["metadata"]["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
    assert_sound(&*store, &log("acme"), 4);
}

#[test]
fn a_log_whose_end_is_damaged_is_named_and_keeps_no_other_from_being_written() {
    let inner = Arc::new(MemoryStore::new(naming()));
    block_on(async {
        let recorder = Recorder::builder_shared(inner.clone(), Unscrubbed).build().unwrap();
        recorder.record(event("acme", 0)).await.unwrap();
    });
    let store = Arc::new(super::controlled::Damaged(inner));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let receipts = recorder.record_batch_blocking(vec![event("acme", 1), event("globex", 2)]);
    assert!(matches!(&receipts[0], Err(Error::Damaged { reason, .. }) if reason.contains("entry 0")), "{receipts:?}");
    assert!(receipts[1].is_ok());
    assert_eq!(block_on(store.head(&log("acme"))).unwrap().size, 1);
}
