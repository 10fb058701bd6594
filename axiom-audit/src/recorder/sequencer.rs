//! What orders events and writes them.

use core::hash::BuildHasher;
use std::collections::{HashMap, HashSet};
use std::hash::RandomState;
use std::sync::Arc;

use axiom_core::{Canonical, Clock, LogId, Timestamp};
use pollster::block_on;

use super::answers::{Answer, Answers, Filed, Job};
use super::backlog::Backlog;
use super::failure::{FailurePolicy, Gap, Policies};
use super::known::KnownLog;
use super::receipt::Fate;
use super::share::{Admission, Linked, Share, Slot, shared_out};
use super::spill::{End, Page, Spill, Waiting};
use super::summary::Summary;
use super::window::Window;
use super::{MAX_LOGS, MAX_WRITE, WINDOW};
use crate::error::Error;
use crate::store::{Append, Outcome, Store};

pub(super) struct Sequencer {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    durable: bool,
    policies: Policies,
    logs: HashMap<LogId, KnownLog>,
    /// Makes numbers of logs.
    numbers: RandomState,
    /// How many writes there were.
    writes: u64,
    window: Window,
    backlog: Backlog,
    summary: Summary,
}

/// One write and the callers that wait for it.
struct Writing {
    now: Timestamp,
    answers: Answers,
    /// Whether the host's policy decides about what fails; it does not where something is tried a second time.
    by_policy: bool,
}

impl Sequencer {
    pub(super) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, policies: Policies) -> Self {
        let durable = store.capabilities().durable;
        let backlog = Backlog::new(policies.spills());
        let (logs, window) = (HashMap::new(), Window::new(WINDOW));
        let (numbers, writes) = (RandomState::new(), 0);
        Self { store, clock, durable, policies, logs, numbers, writes, window, backlog, summary: Summary::default() }
    }

    /// Whether anything may come to wait on disk.
    pub(super) const fn may_spill(&self) -> bool {
        !self.backlog.spills.is_empty()
    }

    /// Tries again what waits on disk, if it is time, and says whether anything is left.
    pub(super) fn retry_if_due(&mut self) -> bool {
        if self.backlog.is_due() {
            self.retry();
        }
        !self.backlog.is_empty()
    }

    /// Writes the events of some callers, in as many writes as it takes.
    pub(super) fn take(&mut self, batch: Vec<Job>) {
        let flush = batch.iter().any(|job| job.events.is_empty());
        if self.backlog.is_due() || flush {
            self.retry();
        }
        // One time for all of them, so that a large batch is recognized as one after a crash.
        let now = self.clock.now();
        let (answers, events) = Answers::new(batch);
        let (mut writing, mut events) = (Writing { now, answers, by_policy: true }, events.peekable());
        writing.answers.send();
        while events.peek().is_some() {
            let shares = shared_out(events.by_ref().take(MAX_WRITE));
            self.write(shares, &mut writing);
            writing.answers.send();
        }
    }

    /// Writes every share; one that meets another writer is linked anew and tried again.
    fn write(&mut self, mut shares: Vec<Share>, writing: &mut Writing) {
        self.forget_logs();
        self.writes += 1;
        shares.retain_mut(|share| !self.spill_behind_others(share, writing));
        for _ in 0..MAX_TRIES {
            if shares.is_empty() {
                return;
            }
            shares = self.write_once(shares, writing);
        }
        for share in shares {
            let log = self.known(&share.log).origin.to_string();
            self.fail(share, &Error::Conflict { log }, writing);
        }
    }

    /// Writes every share once, and returns those that met another writer.
    fn write_once(&mut self, shares: Vec<Share>, writing: &mut Writing) -> Vec<Share> {
        let mut linked = Vec::with_capacity(shares.len());
        for share in shares {
            // One damaged log must not keep the others from being written.
            linked.extend(self.link(share, writing).filter(|linked| !linked.is_empty()));
        }
        let appends: Vec<Append<'_>> = linked.iter().map(Linked::append).collect();
        let outcomes = if appends.is_empty() { Ok(Vec::new()) } else { block_on(self.store.append(&appends)) };
        let mut again = Vec::new();
        for (index, linked) in linked.into_iter().enumerate() {
            match &outcomes {
                Ok(outcomes) if outcomes.get(index) == Some(&Outcome::Appended) => self.succeed(linked, writing),
                Ok(_) => again.push(self.unlink(linked)),
                Err(error) => {
                    let share = self.unlink(linked);
                    self.fail(share, error, writing);
                }
            }
        }
        again
    }

    /// Makes entries of a share's events, but for those that were recorded before.
    fn link(&mut self, share: Share, writing: &mut Writing) -> Option<Linked> {
        self.known(&share.log);
        let log = self.logs.get_mut(&share.log).expect("it was just made known");
        let head = match log.catch_up(&*self.store, &share.log, &mut self.window) {
            Ok(head) => head,
            Err(error) => {
                self.fail(share, &error, writing);
                return None;
            }
        };
        let (origin, gap) = (log.origin.clone(), log.tell_gap(&share.log, &self.window, writing.now));
        let mut linked = Linked::new(share.log, log, self.durable, head, share.events.len() + 1);
        if let Some(gap) = gap {
            linked.push(None, gap, writing.now, &mut self.window);
        }
        for (slot, event) in share.events {
            match linked.admit(slot, event, &self.window, &*self.store) {
                Admission::New(event) => linked.push(Some(slot), event, writing.now, &mut self.window),
                Admission::Repeated => {}
                Admission::Settled(fate) => {
                    let log = origin.clone();
                    self.answer(slot, fate.map(|fate| Filed { log, fate }), writing);
                }
            }
        }
        Some(linked)
    }

    fn succeed(&mut self, linked: Linked, writing: &mut Writing) {
        let log = self.logs.get_mut(&linked.log).expect("a linked log is known");
        log.wrote(linked.head());
        log.told();
        let origin = log.origin.clone();
        for (slot, fate) in linked.fates() {
            self.answer(slot, Ok(Filed { log: origin.clone(), fate }), writing);
        }
    }

    /// Takes the events of a share back whose log may end elsewhere.
    fn unlink(&mut self, linked: Linked) -> Share {
        self.logs.get_mut(&linked.log).expect("a linked log is known").head = None;
        linked.unlink(&mut self.window)
    }

    /// Does with events that cannot be stored what the host wants.
    fn fail(&mut self, share: Share, error: &Error, writing: &mut Writing) {
        let policy = if writing.by_policy { self.policies.of(&share.log.stream) } else { FailurePolicy::FailClosed };
        match policy {
            FailurePolicy::FailClosed => self.refuse(share, error, writing),
            FailurePolicy::FailOpen => {
                let count = share.events.len() as u64;
                let log = self.known(&share.log);
                log.gap = (count > 0).then(|| Gap::grown(log.gap, count, writing.now)).or(log.gap);
                self.settle(share, &Fate::Dropped, writing);
            }
            FailurePolicy::SpillToDisk(spill) => self.spill(share, &spill, writing),
        }
    }

    fn spill(&mut self, mut share: Share, spill: &Spill, writing: &mut Writing) {
        match spill.push(share.events.iter_mut().map(|(_, event)| event)) {
            Ok(()) => {
                self.backlog.add(&share.log);
                self.settle(share, &Fate::Spilled, writing);
            }
            Err(error) => self.refuse(share, &error, writing),
        }
    }

    /// Spills a share whose log has events on disk already, which come first.
    fn spill_behind_others(&mut self, share: &mut Share, writing: &mut Writing) -> bool {
        if !writing.by_policy {
            return false;
        }
        let FailurePolicy::SpillToDisk(spill) = self.policies.of(&share.log.stream) else { return false };
        let waits = self.backlog.holds(&spill, &share.log);
        if waits {
            let events = core::mem::take(&mut share.events);
            self.spill(Share { log: share.log.clone(), events }, &spill, writing);
        }
        waits
    }

    fn settle(&mut self, share: Share, fate: &Fate, writing: &mut Writing) {
        let log = self.known(&share.log).origin.clone();
        for (slot, _) in share.events {
            self.answer(slot, Ok(Filed { log: log.clone(), fate: fate.clone() }), writing);
        }
    }

    fn refuse(&mut self, share: Share, error: &Error, writing: &mut Writing) {
        for (slot, _) in share.events {
            self.answer(slot, Err(error.clone()), writing);
        }
    }

    fn answer(&mut self, slot: Slot, answer: Result<Filed, Error>, writing: &mut Writing) {
        if let Ok(filed) = &answer {
            self.summary.count(&filed.fate);
        }
        writing.answers.set(slot, answer);
    }

    fn known(&mut self, log: &LogId) -> &mut KnownLog {
        if !self.logs.contains_key(log) {
            // Of no use but to tell logs apart, also where one was forgotten meanwhile.
            let number = self.numbers.hash_one(log);
            self.logs.insert(log.clone(), KnownLog::new(number, self.store.naming().origin(log)));
        }
        let known = self.logs.get_mut(log).expect("it was just put there");
        known.used = self.writes;
        known
    }

    /// Forgets half of the logs where there are many, those that were used longest ago; what is yet to be said in one
    /// keeps it.
    fn forget_logs(&mut self) {
        if self.logs.len() < MAX_LOGS {
            return;
        }
        let mut used: Vec<u64> = self.logs.values().map(|log| log.used).collect();
        let half = used.len() / 2;
        let middle = *used.select_nth_unstable(half).1;
        self.logs.retain(|_, log| log.owes() || log.used > middle);
    }

    /// Tries to record what waits on disk.
    pub(super) fn retry(&mut self) {
        let (mut stuck, mut done) = (HashSet::new(), true);
        for spill in self.backlog.spills.clone() {
            // One directory that cannot be read does not keep the others from being tried.
            done &= self.retry_spill(&spill, &mut stuck).is_ok();
        }
        self.backlog.tried(done.then_some(stuck));
    }

    /// Tries to record what waits in one directory, file by file; a log that fails is not tried further.
    fn retry_spill(&mut self, spill: &Spill, stuck: &mut HashSet<LogId>) -> Result<(), Error> {
        let mut index = 0;
        while let Some(page) = spill.page(index)? {
            let ends = self.retry_page(&page, stuck);
            index += usize::from(spill.keep(page, &ends)?);
        }
        Ok(())
    }

    /// Tries to record what waits in one file, and says what became of each event.
    fn retry_page(&mut self, page: &Page, stuck: &mut HashSet<LogId>) -> Vec<End> {
        let count = page.events.len();
        let mut writing = Writing { now: self.clock.now(), answers: Answers::unsent(count), by_policy: false };
        let slots = (0..count).map(|event| Slot { job: 0, event });
        let events = slots.zip(page.events.iter().map(|waiting| waiting.event.clone()));
        let events: Vec<(Slot, Canonical)> = events.filter(|(_, event)| !stuck.contains(event.log())).collect();
        self.write(shared_out(events.into_iter()), &mut writing);
        let answers = writing.answers.into_unsent();
        let end = |(waiting, answer): (&Waiting, &Answer)| match answer {
            Some(Ok(_)) => End::Recorded,
            Some(Err(Error::Reused { .. })) => {
                self.summary.refused += 1;
                End::Refused
            }
            Some(Err(_)) | None => {
                stuck.insert(waiting.event.log().clone());
                End::Waits
            }
        };
        page.events.iter().zip(&answers).map(end).collect()
    }

    /// Records what can still be recorded before the end.
    pub(super) fn finish(&mut self) -> Summary {
        self.retry();
        let gaps = self.logs.iter().filter(|(_, log)| log.owes());
        let gaps: Vec<Share> = gaps.map(|(log, _)| Share { log: log.clone(), events: Vec::new() }).collect();
        let mut writing = Writing { now: self.clock.now(), answers: Answers::unsent(0), by_policy: true };
        self.write(gaps, &mut writing);
        self.summary.waiting = !self.backlog.is_empty();
        self.summary
    }
}

/// How often a write is tried against other writers. Whoever lost reads what the winner wrote first, and so is the slower
/// one the next time, too.
const MAX_TRIES: usize = 256;
