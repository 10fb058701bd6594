//! No attack at all: a log that is being written and signed while it is verified.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread;

use axiom_audit::{FileStore, Recorder, sign_checkpoint};
use axiom_core::Unscrubbed;
use pollster::block_on;

use crate::signed::{Signed, event, log};

#[test]
fn a_log_that_is_being_written_and_signed_always_verifies() {
    let signed = Signed::with(1);
    let store = Arc::new(FileStore::open(signed.root.path()).unwrap().segment_len(20_000));
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    let done = AtomicBool::new(false);
    let write = || {
        for batch in 0..60 {
            let events = (batch * 50..(batch + 1) * 50).map(event).collect();
            assert!(recorder.record_batch_blocking(events).iter().all(Result::is_ok));
            if batch % 7 == 0 {
                block_on(sign_checkpoint(&*store, &*store, &log(), &signed.signer)).unwrap();
            }
        }
        done.store(true, Ordering::Release);
    };
    thread::scope(|scope| {
        let writer = scope.spawn(write);
        let (mut before, mut rounds) = ((0, 0), 0);
        while !done.load(Ordering::Acquire) && !writer.is_finished() {
            let report = signed.verify().unwrap();
            assert!(report.is_verified(), "after {before:?}: {:?}", report.faults().collect::<Vec<_>>());
            let now = (report.logs[0].entries, report.logs[0].anchored);
            assert!(now.0 >= before.0 && now.1 >= before.1, "{before:?} before {now:?}");
            (before, rounds) = (now, rounds + 1);
        }
        assert!(rounds > 1, "the log was verified while it was written");
    });
    drop(recorder);
    drop(store);
    assert_eq!(signed.verify().unwrap().logs[0].entries, 3001);
}
