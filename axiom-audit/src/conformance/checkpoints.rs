//! The suite for checkpoint stores.

use std::thread;

use axiom_core::{Digest, LogId, Origin};
use pollster::block_on;

use super::log;
use crate::checkpoint::Checkpoint;
use crate::checkpoints::{CheckpointStore, Saved};
use crate::error::Error;
use crate::naming::Naming;

/// Runs the whole suite against an empty store for the logs that `naming` names.
///
/// # Panics
/// Where the store does not do what a [`CheckpointStore`] must.
pub fn checkpoints<C: CheckpointStore + ?Sized>(store: &C, naming: &Naming) {
    let suite = Suite { store, naming };
    suite.nothing_is_saved_at_first();
    suite.what_was_expected_is_replaced();
    suite.what_was_not_expected_stays();
    suite.nothing_goes_back();
    suite.only_checkpoints_of_the_log_are_saved();
    suite.of_many_one_saves();
    suite.logs_are_kept_apart();
}

struct Suite<'a, C: ?Sized> {
    store: &'a C,
    naming: &'a Naming,
}

impl<C: CheckpointStore + ?Sized> Suite<'_, C> {
    fn nothing_is_saved_at_first(&self) {
        assert_eq!(self.saved(&log("unsigned")), None);
    }

    fn what_was_expected_is_replaced(&self) {
        let log = log("replaced");
        let mut before = None;
        for note in [self.note(&log, 0, 1), self.note(&log, 3, 2), self.note(&log, 3, 2) + WITNESS] {
            assert_eq!(self.save(&log, before.as_deref(), &note), Saved::Saved);
            assert_eq!(self.saved(&log).as_ref(), Some(&note));
            before = Some(note);
        }
    }

    fn what_was_not_expected_stays(&self) {
        let log = log("contended-checkpoint");
        let (first, second) = (self.note(&log, 1, 1), self.note(&log, 2, 2));
        assert_eq!(self.save(&log, Some(&first), &second), Saved::Conflict(None));
        assert_eq!(self.save(&log, None, &first), Saved::Saved);
        for expected in [None, Some(&*second)] {
            assert_eq!(self.save(&log, expected, &second), Saved::Conflict(Some(first.clone())));
        }
        assert_eq!(self.saved(&log), Some(first));
    }

    fn nothing_goes_back(&self) {
        let log = log("rolled-back");
        let saved = self.note(&log, 7, 1);
        self.save(&log, None, &saved);
        for (size, root) in [(6, 2), (0, 1), (7, 2)] {
            let refused = self.try_save(&log, Some(&saved), &self.note(&log, size, root));
            assert!(matches!(refused, Err(Error::RolledBack { saved: 7, .. })), "{size}: {refused:?}");
        }
        assert_eq!(self.saved(&log), Some(saved));
    }

    fn only_checkpoints_of_the_log_are_saved(&self) {
        let (ours, theirs) = (log("named"), log("named-otherwise"));
        for note in [self.note(&theirs, 1, 1), "no note\n".into(), format!("a text\n{WITNESS}")] {
            assert!(matches!(self.try_save(&ours, None, &note), Err(Error::Note(_))), "{note}");
        }
        assert_eq!(self.saved(&ours), None);
    }

    fn of_many_one_saves(&self) {
        let log = log("raced");
        let first = self.note(&log, 1, 1);
        self.save(&log, None, &first);
        let race = |size| self.save(&log, Some(&first), &self.note(&log, size, 2));
        let winners = thread::scope(|scope| {
            let racers: Vec<_> = (2..10).map(|size| scope.spawn(move || (size, race(size)))).collect();
            let ended = racers.into_iter().map(|racer| racer.join().expect("no racer panics"));
            ended.filter(|(_, saved)| *saved == Saved::Saved).map(|(size, _)| size).collect::<Vec<u64>>()
        });
        assert_eq!(winners.len(), 1);
        assert_eq!(self.saved(&log), Some(self.note(&log, winners[0], 2)));
    }

    fn logs_are_kept_apart(&self) {
        let (ours, theirs) = (log("apart"), log("apart-too"));
        self.save(&ours, None, &self.note(&ours, 4, 1));
        self.save(&theirs, None, &self.note(&theirs, 2, 2));
        assert_eq!(self.saved(&ours), Some(self.note(&ours, 4, 1)));
    }

    /// A checkpoint with a signature that nobody made; stores do not check signatures.
    fn note(&self, log: &LogId, size: u64, root: u8) -> String {
        let origin: Origin = self.naming.origin(log);
        format!("{}{SIGNATURE}", Checkpoint { origin, size, root: Digest::from_bytes([root; 32]) })
    }

    fn save(&self, log: &LogId, expected: Option<&str>, note: &str) -> Saved {
        self.try_save(log, expected, note).expect("the store is writable")
    }

    fn try_save(&self, log: &LogId, expected: Option<&str>, note: &str) -> Result<Saved, Error> {
        block_on(self.store.save_checkpoint(log, expected, note))
    }

    fn saved(&self, log: &LogId) -> Option<String> {
        block_on(self.store.checkpoint(log)).expect("the store is readable")
    }
}

const SIGNATURE: &str = "\n— example.com/log AAAAAAAA\n";
const WITNESS: &str = "— example.com/witness AAAAAAAA\n";
