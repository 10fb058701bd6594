//! What waits in the spills of a recorder, and when it is tried again.

use core::time::Duration;
use std::collections::HashSet;
use std::time::Instant;

use axiom_core::LogId;

use super::spill::Spill;

/// What waits on disk to be recorded.
#[derive(Debug)]
pub(super) struct Backlog {
    pub(super) spills: Vec<Spill>,
    /// The logs whose events still waited after the last try; `None` where it did not get to the end.
    stuck: Option<HashSet<LogId>>,
    next_try: Instant,
    delay: Duration,
}

impl Backlog {
    pub(super) fn new(spills: Vec<Spill>) -> Self {
        Self { spills, stuck: None, next_try: Instant::now(), delay: FIRST_DELAY }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spills.iter().all(Spill::is_empty)
    }

    pub(super) fn is_due(&self) -> bool {
        Instant::now() >= self.next_try && !self.is_empty()
    }

    /// Whether an event of `log` has to wait behind others of the same log.
    pub(super) fn holds(&self, spill: &Spill, log: &LogId) -> bool {
        !spill.is_empty() && self.stuck.as_ref().is_none_or(|stuck| stuck.contains(log))
    }

    /// Notes that an event of `log` waits.
    pub(super) fn add(&mut self, log: &LogId) {
        if let Some(stuck) = &mut self.stuck {
            stuck.insert(log.clone());
        }
    }

    /// Notes how a try ended, and when the next one is due.
    pub(super) fn tried(&mut self, stuck: Option<HashSet<LogId>>) {
        let done = stuck.as_ref().is_some_and(HashSet::is_empty);
        self.delay = if done { FIRST_DELAY } else { (self.delay * 2).min(LONGEST_DELAY) };
        self.next_try = Instant::now() + self.delay;
        self.stuck = stuck;
    }
}

/// How long after a failure the store is first tried again.
const FIRST_DELAY: Duration = Duration::from_millis(50);

/// How long the store is left alone at the most.
const LONGEST_DELAY: Duration = Duration::from_secs(10);
