//! The recorder's own events, and those of who reads.

use std::sync::Arc;

use axiom_audit::{Access, Error, MemoryStore, Recorder};
use axiom_core::{Actor, ActorType, LogId, Stream, Unscrubbed};
use pollster::block_on;

use super::{Controlled, Fault, assert_sound, event, events, log, naming};

fn actions(store: &MemoryStore, log: &LogId) -> Vec<String> {
    events(store, log).iter().map(|event| event["actionType"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn start_and_end_stand_in_the_log_however_it_ends() {
    let store = Arc::new(MemoryStore::new(naming()));
    let build = || Recorder::builder_shared(store.clone(), Unscrubbed).lifecycle("acme".parse().unwrap()).build();
    build().unwrap().close_blocking().unwrap();
    drop(build().unwrap());
    let recorder = build().unwrap();
    recorder.record_blocking(event("acme", 0)).unwrap();
    block_on(recorder.close()).unwrap();
    let expected = [
        ["log.started", "log.stopped"].as_slice(),
        &["log.started", "log.stopped"],
        &["log.started", "apply.applied", "log.stopped"],
    ];
    assert_eq!(actions(&store, &log("acme")), expected.concat());
    assert_sound(&*store, &log("acme"), 7);
}

#[test]
fn a_start_that_cannot_be_recorded_is_no_start() {
    let store = Controlled::new([Fault::Refused]);
    let built = Recorder::builder_shared(store.clone(), Unscrubbed).lifecycle("acme".parse().unwrap()).build();
    assert!(matches!(built.err(), Some(Error::Store { .. })));
    assert_eq!(actions(&store.inner, &log("acme")), Vec::<String>::new());
}

#[test]
fn who_read_what_is_recorded_in_the_log_of_the_organization() {
    let store = Arc::new(MemoryStore::new(naming()));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let operational = LogId::new("acme".parse().unwrap(), Stream::Operational);
    let auditor = || Actor::new(ActorType::User, "user_7");
    let read = Access::read(operational.clone(), auditor()).selection("status = denied").entries(3);
    let export = Access::export(operational.clone(), auditor()).entries(12);
    for access in [read, export] {
        block_on(recorder.record_access(access)).unwrap();
    }
    let events = events(&*store, &log("acme"));
    let origin = axiom_audit::Store::naming(&*store).origin(&operational);
    for (event, (action, entries)) in events.iter().zip([("log.read", 3), ("log.exported", 12)]) {
        assert_eq!((&event["actionType"], &event["userId"]), (&action.into(), &"user_7".into()));
        assert_eq!(event["resourceIds"][0], origin.as_str());
        assert_eq!(event["metadata"]["entries"], entries);
    }
    assert_eq!(events[0]["metadata"]["selection"], "status = denied");
    assert_sound(&*store, &log("acme"), 2);
}
