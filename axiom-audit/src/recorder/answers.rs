//! Callers that wait, and what they are told.

use std::sync::Arc;

use axiom_core::{Canonical, Origin};
use futures_channel::oneshot;

use super::receipt::Fate;
use super::share::Slot;
use crate::error::Error;

/// What became of one event; `None` where the recorder broke down before it knew.
pub(super) type Answer = Option<Result<Filed, Error>>;

/// In which log an event is, or would be.
#[derive(Debug)]
pub(super) struct Filed {
    pub(super) log: Origin,
    pub(super) fate: Fate,
}

/// A batch of one caller, and where to send its answers; one without events asks for everything before it to be done.
pub(super) struct Job {
    pub(super) events: Vec<Canonical>,
    pub(super) reply: oneshot::Sender<Vec<Answer>>,
    /// Shows that the job waits; there is none where the caller writes by itself.
    pub(super) _waiting: Option<Arc<()>>,
}

/// The answers to some jobs, as far as they are known.
pub(super) struct Answers {
    open: Vec<Open>,
    /// How many jobs, from the first on, have been answered.
    sent: usize,
}

struct Open {
    reply: Option<oneshot::Sender<Vec<Answer>>>,
    answers: Vec<Answer>,
    left: usize,
}

impl Answers {
    /// Takes the jobs apart: where the answers go, and the events in order.
    pub(super) fn new(jobs: Vec<Job>) -> (Self, impl Iterator<Item = (Slot, Canonical)>) {
        let (mut open, mut batches) = (Vec::with_capacity(jobs.len()), Vec::with_capacity(jobs.len()));
        for job in jobs {
            open.push(Open::new(job.events.len(), Some(job.reply)));
            batches.push(job.events);
        }
        let numbered = |(job, events): (usize, Vec<Canonical>)| {
            events.into_iter().enumerate().map(move |(event, canonical)| (Slot { job, event }, canonical))
        };
        (Self { open, sent: 0 }, batches.into_iter().enumerate().flat_map(numbered))
    }

    /// Answers to `count` events that no caller waits for.
    pub(super) fn unsent(count: usize) -> Self {
        Self { open: vec![Open::new(count, None)], sent: 0 }
    }

    pub(super) fn set(&mut self, slot: Slot, answer: Result<Filed, Error>) {
        let job = &mut self.open[slot.job];
        job.left -= usize::from(job.answers[slot.event].is_none());
        job.answers[slot.event] = Some(answer);
    }

    /// Tells those callers whose events are all answered.
    pub(super) fn send(&mut self) {
        while let Some(job) = self.open.get_mut(self.sent).filter(|job| job.left == 0) {
            if let Some(reply) = job.reply.take() {
                // A caller that has gone away does not want its answers.
                let _ = reply.send(core::mem::take(&mut job.answers));
            }
            self.sent += 1;
        }
    }

    /// The answers that no caller waited for.
    pub(super) fn into_unsent(self) -> Vec<Answer> {
        self.open.into_iter().flat_map(|job| job.answers).collect()
    }
}

impl Open {
    fn new(count: usize, reply: Option<oneshot::Sender<Vec<Answer>>>) -> Self {
        let mut answers = Vec::new();
        answers.resize_with(count, || None);
        Self { reply, answers, left: count }
    }
}
