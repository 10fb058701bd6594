//! Who orders events: the recorder's own thread, or a blocking caller that finds nobody at it.
//!
//! A caller hands its events over and waits, and the thread takes all that has come in meanwhile. To hand over costs two
//! changes of threads, and what one processor wrote the other has to fetch. So a caller that blocks its thread anyway
//! does the work itself where nobody else has any: where the sequencer is free, and no job waits that came before.
//! It writes its own events alone; whoever comes meanwhile is served by the thread, which is woken as ever.

use core::panic::AssertUnwindSafe;
use core::time::Duration;
use std::io;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

use async_channel::{Receiver, Sender, TryRecvError, bounded};
use axiom_core::Canonical;
use futures_channel::oneshot;
use pollster::block_on;

use super::answers::{Answer, Job};
use super::sequencer::Sequencer;
use super::summary::Summary;
use super::{MAX_WRITE, QUEUE_LEN};
use crate::error::Error;

/// The sequencer, and the way to it.
pub(super) struct Desk {
    sequencer: Mutex<Sequencer>,
    queue: Sender<Job>,
    /// Cloned for each job that is handed over, until the sequencer has it.
    waiting: Arc<()>,
}

/// The recorder's thread, and what it says at its end.
pub(super) struct Worker {
    thread: JoinHandle<()>,
    summary: oneshot::Receiver<Summary>,
}

impl Desk {
    /// Starts the thread; it ends when the desk is closed.
    pub(super) fn start(sequencer: Sequencer) -> Result<(Arc<Self>, Worker), Error> {
        let (queue, jobs) = bounded(QUEUE_LEN);
        let desk = Arc::new(Self { sequencer: Mutex::new(sequencer), queue, waiting: Arc::default() });
        let (done, summary) = oneshot::channel();
        let mine = desk.clone();
        let run = move || {
            if let Some(summary) = mine.run(&Jobs(jobs)) {
                // Nobody may want to know.
                let _ = done.send(summary);
            }
        };
        let thread = thread::Builder::new().name("axiom-recorder".into()).spawn(run);
        let thread = thread.map_err(|source: io::Error| Error::Store {
            store: "any",
            action: "could not start the recorder's thread".into(),
            source: Arc::new(source),
        })?;
        Ok((desk, Worker { thread, summary }))
    }

    /// Hands events over and waits for the answers.
    pub(super) async fn write(&self, events: Vec<Canonical>) -> Result<Vec<Answer>, Error> {
        let (reply, answers) = oneshot::channel();
        let job = Job { events, reply, _waiting: Some(self.waiting.clone()) };
        self.queue.send(job).await.map_err(|_| Error::Closed)?;
        answers.await.map_err(|_| Error::Unknown)
    }

    /// The same for a caller that blocks its thread: it writes by itself where nobody is in its way.
    pub(super) fn write_blocking(&self, events: Vec<Canonical>) -> Result<Vec<Answer>, Error> {
        match self.free() {
            Some(sequencer) => write_here(sequencer, events),
            None => block_on(self.write(events)),
        }
    }

    /// Takes no more jobs; the thread ends once it has done what was handed over.
    pub(super) fn close(&self) {
        self.queue.close();
    }

    /// The sequencer, where nobody uses it and nothing waits for it.
    ///
    /// What waits on disk is for the thread, which would not know of it.
    fn free(&self) -> Option<MutexGuard<'_, Sequencer>> {
        let sequencer = self.sequencer.try_lock().ok()?;
        let alone = Arc::strong_count(&self.waiting) == 1;
        (alone && !sequencer.may_spill()).then_some(sequencer)
    }

    /// Serves who hands over, to the end; `None` where the sequencer broke down.
    fn run(&self, jobs: &Jobs) -> Option<Summary> {
        self.sequencer.lock().ok()?.retry();
        while let Some(first) = self.next(jobs) {
            let mut sequencer = self.sequencer.lock().ok()?;
            let mut batch = vec![first];
            let mut events = batch[0].events.len();
            // What came in while the last write was under way shares the next one.
            while events < MAX_WRITE
                && let Ok(job) = jobs.0.try_recv()
            {
                events += job.events.len();
                batch.push(job);
            }
            sequencer.take(batch);
        }
        self.sequencer.lock().ok().map(|mut sequencer| sequencer.finish())
    }

    /// Waits for a job, and meanwhile tries again what waits on disk.
    fn next(&self, jobs: &Jobs) -> Option<Job> {
        while self.sequencer.lock().ok()?.retry_if_due() {
            match jobs.0.try_recv() {
                Ok(job) => return Some(job),
                Err(TryRecvError::Closed) => return None,
                Err(TryRecvError::Empty) => thread::sleep(IDLE),
            }
        }
        jobs.0.recv_blocking().ok()
    }
}

/// Writes on the caller's thread.
fn write_here(mut sequencer: MutexGuard<'_, Sequencer>, events: Vec<Canonical>) -> Result<Vec<Answer>, Error> {
    let (reply, mut answers) = oneshot::channel();
    let job = Job { events, reply, _waiting: None };
    // A store that panics breaks the recorder down, and not its caller. The lock is given back within, and is poisoned.
    let _ = catch_unwind(AssertUnwindSafe(move || sequencer.take(vec![job])));
    answers.try_recv().ok().flatten().ok_or(Error::Unknown)
}

impl Worker {
    /// Waits for the end, and asks what was done.
    pub(super) async fn end(self) -> Result<Summary, Error> {
        let summary = self.summary.await.map_err(|_| Error::Unknown);
        // It has said its last word, so that this does not wait.
        let _ = self.thread.join();
        summary
    }

    /// Waits for the end.
    pub(super) fn join(self) {
        // A worker that panicked has dropped its replies, and every caller has its error.
        let _ = self.thread.join();
    }
}

/// What was handed over.
struct Jobs(Receiver<Job>);

impl Drop for Jobs {
    /// What the queue still holds would not go with it, and its callers would wait for ever.
    fn drop(&mut self) {
        self.0.close();
        while self.0.try_recv().is_ok() {}
    }
}

/// How long to wait for a job before what is on disk may be tried again.
const IDLE: Duration = Duration::from_millis(5);
