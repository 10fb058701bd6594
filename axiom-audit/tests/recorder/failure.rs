//! What becomes of events while the store fails.

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use axiom_audit::{Error, FailurePolicy, Fate, MemoryStore, Recorder, Spill, Store};
use axiom_core::{Event, Stream};
use axiom_pii::PiiScrubber;

use super::{Controlled, Fault, assert_sound, event, events, log, naming, with};

fn open(store: &Arc<Controlled>) -> Recorder {
    let builder = Recorder::builder_shared(store.clone(), PiiScrubber::default());
    builder.on_failure(Stream::Material, FailurePolicy::FailOpen).build().unwrap()
}

fn spilling(store: &Arc<Controlled>, directory: &Path) -> Recorder {
    let spill = Spill::open(directory).unwrap();
    let builder = Recorder::builder_shared(store.clone(), PiiScrubber::default());
    builder.on_failure(Stream::Material, FailurePolicy::SpillToDisk(spill)).build().unwrap()
}

fn numbers(store: &dyn Store, organization: &str) -> Vec<u64> {
    events(store, &log(organization)).iter().map(|event| event["metadata"]["number"].as_u64().unwrap()).collect()
}

fn waiting(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "spill"));
    files.sort();
    files
}

#[test]
fn an_open_stream_goes_on_and_says_later_what_it_lost() {
    let store = Controlled::new([]);
    let recorder = open(&store);
    recorder.record_blocking(event("acme", 0)).unwrap();
    store.set_broken(true);
    for number in 1..4 {
        let receipt = recorder.record_blocking(event("acme", number)).unwrap();
        assert_eq!((receipt.fate.clone(), receipt.place()), (Fate::Dropped, None));
    }
    store.set_broken(false);
    let receipt = recorder.record_blocking(event("acme", 4)).unwrap();
    assert_eq!(receipt.place().unwrap().seq, 2);
    recorder.record_blocking(event("acme", 5)).unwrap();
    let events = events(&*store, &log("acme"));
    assert_eq!(events[1]["actionType"], "log.gap_recorded");
    assert_eq!(events[1]["metadata"]["eventsLost"], 3);
    assert!(events[1]["metadata"]["firstLostAt"].as_str() < events[1]["metadata"]["lastLostAt"].as_str());
    assert_eq!(recorder.close_blocking().unwrap().dropped, 3);
    assert_sound(&*store, &log("acme"), 4);
}

#[test]
fn a_gap_is_recorded_at_the_end_if_nothing_comes_after_it() {
    let store = Controlled::new([Fault::Refused]);
    let recorder = open(&store);
    assert_eq!(recorder.record_blocking(event("acme", 0)).unwrap().fate, Fate::Dropped);
    recorder.close_blocking().unwrap();
    assert_eq!(events(&*store, &log("acme"))[0]["metadata"]["eventsLost"], 1);
    assert_sound(&*store, &log("acme"), 1);
}

#[test]
fn a_gap_stands_once_where_another_writer_was_faster() {
    let store = Controlled::new([Fault::Refused, Fault::Overtaken]);
    let recorder = open(&store);
    recorder.record_blocking(event("acme", 1)).unwrap();
    recorder.record_blocking(event("acme", 2)).unwrap();
    let actions: Vec<_> =
        events(&*store, &log("acme")).iter().map(|event| event["actionType"].as_str().unwrap().to_owned()).collect();
    assert_eq!(actions, ["apply.applied", "log.gap_recorded", "apply.applied"]);
    assert_sound(&*store, &log("acme"), 3);
}

#[test]
fn a_loss_is_told_once_where_a_failed_write_is_there_after_all() {
    let store = Controlled::new([Fault::None, Fault::Refused, Fault::Persisted]);
    let recorder = open(&store);
    (0..4).for_each(|number| drop(recorder.record_blocking(event("acme", number)).unwrap()));
    assert_eq!(recorder.close_blocking().unwrap().dropped, 2);
    let events = events(&*store, &log("acme"));
    let lost: Vec<u64> = events.iter().filter_map(|event| event["metadata"]["eventsLost"].as_u64()).collect();
    assert_eq!(lost, [1, 1]);
    assert_sound(&*store, &log("acme"), 5);
}

#[test]
fn other_streams_stay_closed() {
    let store = Controlled::new([Fault::Refused]);
    let recorder = open(&store);
    let event = Event::builder("acme".parse().unwrap(), "scan.started".parse().unwrap()).build().unwrap();
    assert!(matches!(recorder.record_blocking(event), Err(Error::Store { .. })));
}

#[test]
fn spilled_events_are_recorded_in_order_once_the_store_works_again() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    let recorder = spilling(&store, root.path());
    recorder.record_blocking(event("acme", 0)).unwrap();
    store.set_broken(true);
    for number in 1..20 {
        let organization = if number % 5 == 0 { "globex" } else { "acme" };
        assert_eq!(recorder.record_blocking(event(organization, number)).unwrap().fate, Fate::Spilled);
    }
    store.set_broken(false);
    // Nothing more is recorded: the recorder tries by itself.
    let start = Instant::now();
    while !waiting(root.path()).is_empty() && start.elapsed() < Duration::from_secs(8) {
        thread::sleep(Duration::from_millis(5));
    }
    recorder.record_blocking(event("acme", 20)).unwrap();
    assert_eq!(
        numbers(&*store, "acme"),
        (0..=20).filter(|number| number % 5 > 0 || number % 20 == 0).collect::<Vec<_>>()
    );
    assert_eq!(numbers(&*store, "globex"), [5, 10, 15]);
    let summary = recorder.close_blocking().unwrap();
    assert_eq!((summary.stored, summary.spilled, summary.waiting), (21, 19, false));
    assert_sound(&*store, &log("acme"), 18);
}

#[test]
fn an_event_waits_behind_those_of_its_log_that_wait_although_the_store_works_again() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    let recorder = spilling(&store, root.path());
    store.set_broken(true);
    (0..3).for_each(|number| drop(recorder.record_blocking(event("acme", number)).unwrap()));
    // Each failed try makes the next one later, so that none is due just when the store works again.
    thread::sleep(Duration::from_millis(400));
    store.set_broken(false);
    recorder.record_blocking(event("acme", 3)).unwrap();
    assert!(!recorder.close_blocking().unwrap().waiting);
    assert_eq!(numbers(&*store, "acme"), [0, 1, 2, 3]);
}

#[test]
fn a_later_file_of_a_log_waits_for_the_earlier_one() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    store.set_broken(true);
    let recorder = spilling(&store, root.path());
    let receipts = recorder.record_batch_blocking((0..5_000).map(|number| event("acme", number)).collect());
    assert!(receipts.iter().all(|receipt| receipt.as_ref().unwrap().fate == Fate::Spilled));
    drop(recorder);
    assert_eq!(waiting(root.path()).len(), 2);
    // The first file meets a failure, and the second would not.
    let store = Controlled::new([Fault::Refused]);
    assert!(!spilling(&store, root.path()).close_blocking().unwrap().waiting);
    assert_eq!(numbers(&*store, "acme"), (0..5_000).collect::<Vec<_>>());
}

#[test]
fn spilled_events_come_before_those_of_the_next_start() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    store.set_broken(true);
    let recorder = spilling(&store, root.path());
    for number in 0..10 {
        assert_eq!(recorder.record_blocking(event("acme", number)).unwrap().fate, Fate::Spilled);
    }
    assert!(recorder.close_blocking().unwrap().waiting);
    store.set_broken(false);
    let recorder = spilling(&store, root.path());
    assert_eq!(recorder.record_blocking(event("acme", 10)).unwrap().place().unwrap().seq, 10);
    assert_eq!(numbers(&*store, "acme"), (0..=10).collect::<Vec<_>>());
    assert_eq!(waiting(root.path()), Vec::<PathBuf>::new());
    assert_sound(&*store, &log("acme"), 11);
}

#[test]
fn a_crash_between_recording_and_removing_what_was_spilled_records_nothing_twice() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    store.set_broken(true);
    let recorder = spilling(&store, root.path());
    (0..10).for_each(|number| drop(recorder.record_blocking(event("acme", number)).unwrap()));
    drop(recorder);
    let spilled = fs::read(&waiting(root.path())[0]).unwrap();
    let name = waiting(root.path()).remove(0);
    store.set_broken(false);
    drop(spilling(&store, root.path()));
    // As if the file had not been removed.
    fs::write(name, spilled).unwrap();
    drop(spilling(&store, root.path()));
    assert_eq!(numbers(&*store, "acme"), (0..10).collect::<Vec<_>>());
    assert_eq!(waiting(root.path()), Vec::<PathBuf>::new());
}

#[test]
fn what_a_crash_left_of_a_spilled_line_is_kept_aside() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    store.set_broken(true);
    let recorder = spilling(&store, root.path());
    (0..3).for_each(|number| drop(recorder.record_blocking(event("acme", number)).unwrap()));
    drop(recorder);
    let name = waiting(root.path()).remove(0);
    let spilled = fs::read_to_string(&name).unwrap();
    let lines: Vec<&str> = spilled.split_inclusive('\n').collect();
    let flipped = lines[1].replace("\"number\":1", "\"number\":7");
    let torn = &lines[2][..lines[2].len() / 2];
    fs::write(&name, [lines[0], &flipped, torn].concat()).unwrap();
    store.set_broken(false);
    drop(spilling(&store, root.path()));
    assert_eq!(numbers(&*store, "acme"), [0]);
    assert_eq!(fs::read_to_string(name.with_extension("damaged")).unwrap(), [&flipped, torn].concat());
}

#[test]
fn what_is_kept_aside_is_not_overwritten() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    for number in 0..2 {
        store.set_broken(true);
        let recorder = spilling(&store, root.path());
        recorder.record_blocking(event("acme", number)).unwrap();
        drop(recorder);
        fs::write(&waiting(root.path())[0], format!("torn {number}")).unwrap();
        store.set_broken(false);
        drop(spilling(&store, root.path()));
    }
    for (name, content) in [("00000000000000000000.damaged", "torn 0"), ("00000000000000000000.1.damaged", "torn 1")] {
        assert_eq!(fs::read_to_string(root.path().join(name)).unwrap(), content);
    }
}

#[test]
fn a_spilled_event_that_can_never_be_recorded_is_kept_and_counted() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    let keyed = |action: &str, number| {
        with(event("acme", number), |event| {
            (event.action_type, event.idempotency_key) = (action.parse().unwrap(), Some("delivery-1".into()));
        })
    };
    store.set_broken(true);
    let recorder = spilling(&store, root.path());
    assert_eq!(recorder.record_blocking(keyed("apply.applied", 0)).unwrap().fate, Fate::Spilled);
    recorder.record_blocking(event("acme", 1)).unwrap();
    drop(recorder);
    let spilled = fs::read_to_string(&waiting(root.path())[0]).unwrap();
    let other = Recorder::builder_shared(store.inner.clone(), PiiScrubber::default()).build().unwrap();
    other.record_blocking(keyed("apply.failed", 2)).unwrap();
    store.set_broken(false);
    let summary = spilling(&store, root.path()).close_blocking().unwrap();
    assert_eq!((summary.refused, summary.waiting), (1, false));
    assert_eq!(numbers(&*store, "acme"), [2, 1]);
    let refused = fs::read_to_string(root.path().join("00000000000000000000.refused")).unwrap();
    assert_eq!(refused, spilled.split_inclusive('\n').next().unwrap());
}

#[test]
fn a_spill_file_that_is_gone_stops_nothing() {
    let (store, root) = (Controlled::new([]), tempfile::tempdir().unwrap());
    store.set_broken(true);
    let recorder = spilling(&store, root.path());
    drop(recorder.record_batch_blocking((0..5_000).map(|number| event("acme", number)).collect()));
    drop(recorder);
    // Nor does what only looks like one.
    fs::write(root.path().join("7.spill"), b"").unwrap();
    let recorder = spilling(&store, root.path());
    fs::remove_file(&waiting(root.path())[0]).unwrap();
    store.set_broken(false);
    recorder.flush_blocking().unwrap();
    assert!(matches!(recorder.record_blocking(event("acme", 5_000)).unwrap().fate, Fate::Stored(_)));
    assert!(!recorder.close_blocking().unwrap().waiting);
    assert_eq!(numbers(&*store, "acme"), (4_096..=5_000).collect::<Vec<_>>());
}

#[test]
fn no_personal_data_waits_on_disk_and_only_the_owner_may_read_it() {
    let (store, root) = (Controlled::new([Fault::Refused; 9]), tempfile::tempdir().unwrap());
    let recorder = spilling(&store, root.path());
    let event = with(event("acme", 0), |event| event.reason = Some("asked by jane.doe@example.com".into()));
    recorder.record_blocking(event).unwrap();
    let path = waiting(root.path()).remove(0);
    let spilled = fs::read_to_string(&path).unwrap();
    assert!(spilled.contains("REDACTED") && !spilled.contains("jane"), "{spilled}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_spill_has_one_owner() {
    let root = tempfile::tempdir().unwrap();
    let spill = Spill::open(root.path()).unwrap();
    assert!(matches!(Spill::open(root.path()), Err(Error::Locked { .. })));
    drop(spill);
    assert!(Spill::open(root.path()).is_ok());
}

#[test]
fn a_log_that_stays_damaged_does_not_keep_the_spilled_events_of_others_waiting() {
    let root = tempfile::tempdir().unwrap();
    let inner = Arc::new(MemoryStore::new(naming()));
    drop(
        Recorder::builder_shared(inner.clone(), PiiScrubber::default())
            .build()
            .unwrap()
            .record_blocking(event("acme", 0)),
    );
    let broken = Controlled::over(inner.clone(), []);
    broken.set_broken(true);
    let recorder = spilling(&broken, root.path());
    for (organization, number) in [("acme", 1), ("globex", 2), ("acme", 3), ("globex", 4)] {
        recorder.record_blocking(event(organization, number)).unwrap();
    }
    drop(recorder);
    // In this store the one log that has entries is damaged.
    let damaged = Arc::new(super::controlled::Damaged(inner.clone()));
    let spill = Spill::open(root.path()).unwrap();
    let builder = Recorder::builder_shared(damaged, PiiScrubber::default());
    let recorder = builder.on_failure(Stream::Material, FailurePolicy::SpillToDisk(spill)).build().unwrap();
    assert_eq!(recorder.record_blocking(event("acme", 5)).unwrap().fate, Fate::Spilled);
    assert!(matches!(recorder.record_blocking(event("globex", 6)).unwrap().fate, Fate::Stored(_)));
    assert!(recorder.close_blocking().unwrap().waiting);
    assert_eq!(numbers(&*inner, "globex"), [2, 4, 6]);
    drop(spilling(&Controlled::over(inner.clone(), []), root.path()));
    assert_eq!(numbers(&*inner, "acme"), [0, 1, 3, 5]);
}
