//! The one thread that orders events and writes them.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use axiom_core::{Canonical, Clock, LogId};
use futures_channel::{mpsc, oneshot};

use super::Place;
use crate::chain::Entry;
use crate::error::Error;
use crate::store::{Append, Head, Outcome, Store};

/// A batch of one caller, and where to send its places.
pub(super) struct Job {
    pub(super) events: Vec<Canonical>,
    pub(super) reply: oneshot::Sender<Vec<Result<Place, Error>>>,
}

/// Starts the thread; it ends when the last sender is gone.
pub(super) fn start(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    jobs: mpsc::Receiver<Job>,
) -> Result<JoinHandle<()>, Error> {
    let sequencer = Sequencer { store, clock };
    let thread = thread::Builder::new().name("axiom-recorder".into()).spawn(move || sequencer.run(jobs));
    thread.map_err(|source: io::Error| Error::Store {
        store: "any",
        action: "could not start the recorder's thread".into(),
        source: Arc::new(source),
    })
}

struct Sequencer {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

/// The events of one write that go into the same log.
struct Share {
    /// Which job and which of its events each one is.
    slots: Vec<(usize, usize)>,
    events: Vec<Canonical>,
}

type Shares = BTreeMap<LogId, Share>;
type Places = Vec<Vec<Result<Place, Error>>>;

impl Sequencer {
    fn run(&self, mut jobs: mpsc::Receiver<Job>) {
        while let Ok(first) = pollster::block_on(jobs.recv()) {
            let mut batch = vec![first];
            let mut events = batch[0].events.len();
            // What came in while the last write was under way shares the next one.
            while events < MAX_BATCH
                && let Ok(job) = jobs.try_recv()
            {
                events += job.events.len();
                batch.push(job);
            }
            self.write(batch);
        }
    }

    fn write(&self, batch: Vec<Job>) {
        let mut places: Places = batch.iter().map(|job| vec![Err(Error::Closed); job.events.len()]).collect();
        let mut shares = Shares::new();
        let mut replies = Vec::with_capacity(batch.len());
        for (number, job) in batch.into_iter().enumerate() {
            replies.push(job.reply);
            for (index, event) in job.events.into_iter().enumerate() {
                let share = shares
                    .entry(event.log().clone())
                    .or_insert_with(|| Share { slots: Vec::new(), events: Vec::new() });
                share.slots.push((number, index));
                share.events.push(event);
            }
        }
        self.append_all(shares, &mut places);
        for (reply, places) in replies.into_iter().zip(places) {
            // A caller that has gone away does not want its places.
            let _ = reply.send(places);
        }
    }

    /// Appends every share; one that meets another writer is linked anew and tried again.
    fn append_all(&self, mut shares: Shares, places: &mut Places) {
        for _ in 0..MAX_TRIES {
            if shares.is_empty() {
                return;
            }
            shares = self.append_once(shares, places);
        }
        for (log, share) in shares {
            let log = self.store.naming().origin(&log).to_string();
            share.fail(&Error::Conflict { log }, places);
        }
    }

    /// Appends every share once, and returns those that met another writer.
    fn append_once(&self, shares: Shares, places: &mut Places) -> Shares {
        let mut linked = Vec::new();
        for (log, mut share) in shares {
            match pollster::block_on(self.store.head(&log)) {
                Ok(head) => {
                    let entries = self.link(&log, head, &mut share);
                    linked.push((log, head, share, entries));
                }
                // One damaged log must not keep the others from being written.
                Err(error) => share.fail(&error, places),
            }
        }
        let batch: Vec<_> =
            linked.iter().map(|(log, expected, _, entries)| Append { log, expected: *expected, entries }).collect();
        let outcomes = pollster::block_on(self.store.append(&batch));
        let mut again = Shares::new();
        for (index, (log, _, share, entries)) in linked.into_iter().enumerate() {
            match &outcomes {
                Err(error) => share.fail(error, places),
                Ok(outcomes) if outcomes.get(index) == Some(&Outcome::Appended) => {
                    share.succeed(&self.store.naming().origin(&log), &entries, places);
                }
                Ok(_) => drop(again.insert(log, share)),
            }
        }
        again
    }

    fn link(&self, log: &LogId, head: Head, share: &mut Share) -> Vec<Entry> {
        let origin = self.store.naming().origin(log);
        let mut head = head;
        let mut link = |event: &mut Canonical| {
            let entry = Entry::link(event, &origin, &head, self.clock.now());
            head = entry.head();
            entry
        };
        share.events.iter_mut().map(&mut link).collect()
    }
}

impl Share {
    fn succeed(self, log: &axiom_core::Origin, entries: &[Entry], places: &mut Places) {
        for ((job, index), entry) in self.slots.into_iter().zip(entries) {
            let (seq, hash, recorded_at) = (entry.seq(), entry.hash(), entry.recorded_at());
            places[job][index] = Ok(Place { log: log.clone(), seq, hash, recorded_at });
        }
    }

    fn fail(self, error: &Error, places: &mut Places) {
        for (job, index) in self.slots {
            places[job][index] = Err(error.clone());
        }
    }
}

/// How many events one write takes at the most, but for a single larger batch.
const MAX_BATCH: usize = 4096;

/// How often a write is tried against other writers.
const MAX_TRIES: usize = 16;
