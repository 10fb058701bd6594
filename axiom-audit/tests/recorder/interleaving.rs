//! Any interleaving of callers, cancellations, failures and other writers.

use core::pin::Pin;
use core::task::Poll;
use std::collections::BTreeMap;

use axiom_audit::{Error, Fate, Receipt, Recorder};
use axiom_core::Event;
use pollster::block_on;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Controlled, Fault, assert_sound, event, events, log, poll_once, recorder};

/// What a caller does with a batch of its next events.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Waits for the receipts.
    Await { caller: usize, count: usize },
    /// Hands them over and looks for the receipts at the end.
    Later { caller: usize, count: usize },
    /// Hands them over and goes away.
    Cancel { caller: usize, count: usize },
}

fn step() -> impl Strategy<Value = Step> {
    (0..3_usize, 0..3_usize, 1..4_usize).prop_map(|(kind, caller, count)| match kind {
        0 => Step::Await { caller, count },
        1 => Step::Later { caller, count },
        _ => Step::Cancel { caller, count },
    })
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![Just(Fault::None), Just(Fault::Refused), Just(Fault::Persisted), Just(Fault::Overtaken)]
}

type Receipts = Vec<Result<Receipt, Error>>;
type HandedOver = Vec<(usize, Event)>;
type Received = BTreeMap<usize, Result<Receipt, Error>>;
type Waiting<'a> = Pin<Box<dyn Future<Output = Receipts> + 'a>>;

/// What was handed over, in order, and what became of it.
#[derive(Default)]
struct Run<'a> {
    events: Vec<(usize, Event)>,
    waiting: Vec<(usize, Waiting<'a>)>,
    receipts: BTreeMap<usize, Receipts>,
}

impl<'a> Run<'a> {
    fn step(&mut self, recorder: &'a Recorder, step: Step) {
        let (Step::Await { caller, count } | Step::Later { caller, count } | Step::Cancel { caller, count }) = step;
        let first = self.events.len();
        let batch: Vec<Event> = (first..first + count).map(|number| event("acme", number)).collect();
        self.events.extend(batch.iter().map(|event| (caller, event.clone())));
        let mut future: Waiting<'a> = Box::pin(recorder.record_batch(batch));
        match step {
            Step::Await { .. } => drop(self.receipts.insert(first, block_on(future))),
            Step::Later { .. } => match poll_once(&mut future) {
                Poll::Ready(receipts) => drop(self.receipts.insert(first, receipts)),
                Poll::Pending => self.waiting.push((first, future)),
            },
            Step::Cancel { .. } => drop(poll_once(&mut future)),
        }
    }

    /// The receipt of each event that has one.
    fn finish(mut self) -> (HandedOver, Received) {
        self.receipts.extend(self.waiting.into_iter().map(|(first, future)| (first, block_on(future))));
        let each = self.receipts.into_iter().flat_map(|(first, receipts)| (first..).zip(receipts));
        (self.events, each.collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_acknowledged_is_lost_nothing_is_there_twice_and_order_is_kept(
        plan in vec(fault(), 0..8),
        steps in vec(step(), 1..16),
    ) {
        let store = Controlled::new(plan);
        let recorder = recorder(&store);
        let mut run = Run::default();
        steps.into_iter().for_each(|step| run.step(&recorder, step));
        let (handed_over, receipts) = run.finish();
        recorder.flush_blocking().unwrap();

        let mut newest = BTreeMap::new();
        for (number, receipt) in &receipts {
            let Ok(receipt) = receipt else { continue };
            prop_assert!(matches!(receipt.fate, Fate::Stored(_)), "{receipt:?}");
            let before = newest.insert(handed_over[*number].0, receipt.place().unwrap().seq);
            prop_assert!(before < newest.get(&handed_over[*number].0).copied(), "a caller's events are out of order");
        }
        // Whoever repeats everything, whatever became of it, has everything recorded, and once.
        store.set_broken(false);
        let all: Vec<Event> = handed_over.iter().map(|(_, event)| event.clone()).collect();
        while recorder.record_batch_blocking(all.clone()).iter().any(Result::is_err) {}
        let mut recorded = BTreeMap::new();
        for event in events(&*store, &log("acme")) {
            *recorded.entry(event["id"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
        prop_assert!(recorded.values().all(|count| *count == 1), "{recorded:?}");
        prop_assert!(all.iter().all(|event| recorded.contains_key(&event.id.to_string())));
        for (number, receipt) in receipts.iter().filter_map(|(number, receipt)| Some((number, receipt.as_ref().ok()?))) {
            let line = events(&*store, &log("acme")).swap_remove(usize::try_from(receipt.place().unwrap().seq).unwrap());
            prop_assert_eq!(line["id"].as_str().unwrap(), all[*number].id.to_string());
        }
        assert_sound(&*store, &log("acme"), recorded.len() as u64);
    }
}
