//! The one thread that orders events and writes them.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use async_channel::Receiver;
use axiom_core::{Canonical, Clock, LogId, Origin};
use futures_channel::oneshot;

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
    jobs: Receiver<Job>,
) -> Result<JoinHandle<()>, Error> {
    let sequencer = Sequencer { store, clock };
    let thread = thread::Builder::new().name("axiom-recorder".into()).spawn(move || sequencer.run(&jobs));
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
    log: LogId,
    /// Which job and which of its events each one is.
    slots: Vec<(usize, usize)>,
    events: Vec<Canonical>,
}

type Places = Vec<Vec<Result<Place, Error>>>;

impl Sequencer {
    fn run(&self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv_blocking() {
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
        let (replies, batch): (Vec<_>, Vec<_>) = batch.into_iter().map(|job| (job.reply, job.events)).unzip();
        self.append_all(shared_out(batch), &mut places);
        for (reply, places) in replies.into_iter().zip(places) {
            // A caller that has gone away does not want its places.
            let _ = reply.send(places);
        }
    }

    /// Appends every share; one that meets another writer is linked anew and tried again.
    fn append_all(&self, mut shares: Vec<Share>, places: &mut Places) {
        for _ in 0..MAX_TRIES {
            if shares.is_empty() {
                return;
            }
            shares = self.append_once(shares, places);
        }
        for share in shares {
            let log = self.store.naming().origin(&share.log).to_string();
            share.fail(&Error::Conflict { log }, places);
        }
    }

    /// Appends every share once, and returns those that met another writer.
    fn append_once(&self, shares: Vec<Share>, places: &mut Places) -> Vec<Share> {
        let mut linked = Vec::with_capacity(shares.len());
        for mut share in shares {
            match pollster::block_on(self.store.head(&share.log)) {
                Ok(head) => {
                    let origin = self.store.naming().origin(&share.log);
                    let entries = self.link(&origin, head, &mut share);
                    linked.push(Linked { share, origin, head, entries });
                }
                // One damaged log must not keep the others from being written.
                Err(error) => share.fail(&error, places),
            }
        }
        let outcomes = pollster::block_on(self.store.append(&linked.iter().map(Linked::append).collect::<Vec<_>>()));
        let mut again = Vec::new();
        for (index, linked) in linked.into_iter().enumerate() {
            match &outcomes {
                Err(error) => linked.share.fail(error, places),
                Ok(outcomes) if outcomes.get(index) == Some(&Outcome::Appended) => linked.succeed(places),
                Ok(_) => again.push(linked.share),
            }
        }
        again
    }

    fn link(&self, origin: &Origin, head: Head, share: &mut Share) -> Vec<Entry> {
        let mut head = head;
        let link = |event: &mut Canonical| {
            let entry = Entry::link(event, origin, &head, self.clock.now());
            head = entry.head();
            entry
        };
        share.events.iter_mut().map(link).collect()
    }
}

/// Sorts the events of all jobs by log; within a log they keep their order.
fn shared_out(jobs: Vec<Vec<Canonical>>) -> Vec<Share> {
    let (mut shares, mut places) = (Vec::<Share>::new(), HashMap::<LogId, usize>::new());
    let mut last = 0;
    for (job, events) in jobs.into_iter().enumerate() {
        for (index, event) in events.into_iter().enumerate() {
            // Neighbours mostly go to the same log.
            if shares.get(last).is_none_or(|share| share.log != *event.log()) {
                last = *places.entry(event.log().clone()).or_insert(shares.len());
                if last == shares.len() {
                    shares.push(Share { log: event.log().clone(), slots: Vec::new(), events: Vec::new() });
                }
            }
            shares[last].slots.push((job, index));
            shares[last].events.push(event);
        }
    }
    shares
}

/// A share whose events have become entries.
struct Linked {
    share: Share,
    origin: Origin,
    head: Head,
    entries: Vec<Entry>,
}

impl Linked {
    fn append(&self) -> Append<'_> {
        Append { log: &self.share.log, expected: self.head, entries: &self.entries }
    }

    fn succeed(self, places: &mut Places) {
        for ((job, index), entry) in self.share.slots.into_iter().zip(self.entries) {
            let (seq, hash, recorded_at) = (entry.seq(), entry.hash(), entry.recorded_at());
            places[job][index] = Ok(Place { log: self.origin.clone(), seq, hash, recorded_at });
        }
    }
}

impl Share {
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
