//! The recorder: events in, receipts out.

use std::sync::Arc;

use axiom_core::{
    Actor, ActorType, Canonical, Clock, Event, OrganizationId, Scrubber, SealPaths, Sealer, Stream, SystemClock,
};
use pollster::block_on;

use crate::error::Error;
use crate::naming::Naming;
use crate::store::Store;

mod access;
mod answers;
mod backlog;
mod desk;
mod failure;
mod identity;
mod known;
mod pipeline;
mod receipt;
mod sequencer;
mod share;
mod spill;
mod summary;
mod tail;
mod window;

pub use access::Access;
use answers::{Answer, Filed};
use desk::{Desk, Worker};
pub use failure::FailurePolicy;
use failure::Policies;
pub use pipeline::Prepared;
use pipeline::{Notes, Pipeline};
pub use receipt::{Fate, Place, Receipt};
use sequencer::Sequencer;
pub use spill::Spill;
pub use summary::Summary;

/// Takes events, scrubs, seals and chains them, and answers each with a [`Receipt`] once it is stored.
///
/// Any number of tasks and threads may record at once, on any async runtime or none. Each event is scrubbed, sealed and
/// serialized by the caller; one thread of the recorder's own orders what arrives, and everything that arrived
/// meanwhile shares one write. A blocking caller writes by itself while there is no other. A caller's future that is dropped loses nobody's event: what was handed over is stored.
/// Callers wait while the queue is full.
///
/// Blocking calls, and dropping a recorder, hold their thread until the store has answered. Where the store is one of the
/// host's own that needs an async runtime, do neither on a thread of that runtime if it has no other: await
/// [`record`](Self::record) and [`close`](Self::close) instead. The stores of this crate need none.
///
/// # Repeated events
/// An event whose id or idempotency key stands in the same log already is not recorded again; its receipt is that of the
/// first, marked as [`Fate::Duplicate`]. The same id with another action or timestamp, or the same key with another
/// action, is an error. What is remembered:
/// - the newest 65,536 events, over all logs, that this recorder has recorded or other writers have added meanwhile;
/// - of a log that was there before the start, its newest 256 events and all of its last two batches: whoever repeats
///   after a crash what was not acknowledged records nothing twice. Of more than 16,384 logs those that were not
///   written to for longest count as new, and what is their end by then is read again.
///
/// # Time
/// `recordedAt` never goes back within a log. An event is marked with `clockSkew` where the clock did, by more than a
/// second, or where the event's own time lies more than five minutes after it.
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, Recorder};
/// use axiom_core::Event;
/// use axiom_pii::PiiScrubber;
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let recorder = Recorder::builder(store, PiiScrubber::default()).build()?;
///
/// let event = Event::builder("acme".parse()?, "approval.approved".parse()?)
///     .reason("asked by jane.doe@example.com")
///     .build()?;
/// let receipt = recorder.record_blocking(event)?;
/// assert_eq!(receipt.place().unwrap().seq, 0);
/// assert_eq!(receipt.findings[0].kind, "email");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Recorder {
    pipeline: Pipeline,
    naming: Naming,
    lifecycle: Option<OrganizationId>,
    desk: Arc<Desk>,
    worker: Option<Worker>,
}

/// Sets up a [`Recorder`]; made by [`Recorder::builder`].
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_audit::{MemoryStore, Naming, Recorder};
/// use axiom_core::{SealPaths, Stream};
/// use axiom_crypto::{FieldSealer, KeyFile};
/// use axiom_pii::PiiScrubber;
///
/// # let directory = tempfile::tempdir()?;
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let key = KeyFile::create(directory.path().join("seal.key"))?;
/// let recorder = Recorder::builder(store, PiiScrubber::default())
///     .seal(SealPaths::states().and("/metadata/roleArn")?, FieldSealer::new(Arc::new(key)))
///     .stream("drill".parse::<Stream>()?)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct RecorderBuilder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    pipeline: Pipeline,
    policies: Policies,
    lifecycle: Option<OrganizationId>,
}

impl RecorderBuilder {
    /// Encrypts the fields at `paths`; by default nothing is encrypted.
    pub fn seal(mut self, paths: SealPaths, sealer: impl Sealer + 'static) -> Self {
        self.pipeline.sealing = Some((paths, Box::new(sealer)));
        self
    }

    /// Records every event in this stream, instead of that of its action.
    pub fn stream(mut self, stream: Stream) -> Self {
        self.pipeline.stream = Some(stream);
        self
    }

    /// Takes the time of recording from `clock`; by default from the system.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Says what becomes of the events of `stream` while the store fails; by default
    /// [`FailurePolicy::FailClosed`].
    pub fn on_failure(mut self, stream: Stream, policy: FailurePolicy) -> Self {
        self.policies.set(stream, policy);
        self
    }

    /// Records the recorder's own start and end in the log of `organization`, as `log.started` and `log.stopped`
    /// (PCI DSS 10.2.1.6): a start without an end before it shows that the process died.
    ///
    /// ```
    /// use axiom_audit::{MemoryStore, Naming, Recorder};
    /// use axiom_core::Unscrubbed;
    ///
    /// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
    /// let recorder = Recorder::builder(store, Unscrubbed).lifecycle("acme".parse()?).build()?;
    /// assert_eq!(recorder.close_blocking()?.stored, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lifecycle(mut self, organization: OrganizationId) -> Self {
        self.lifecycle = Some(organization);
        self
    }

    /// Starts the recorder. What waits in a [`Spill`] is recorded first.
    ///
    /// It waits until its own start is recorded, where that is asked for.
    ///
    /// # Errors
    /// [`Error::Store`] where its thread cannot be started; any error of [`Recorder::record`] where its start cannot be
    /// recorded.
    pub fn build(self) -> Result<Recorder, Error> {
        let naming = self.store.naming().clone();
        let (desk, worker) = Desk::start(Sequencer::new(self.store, self.clock, self.policies))?;
        let mut recorder = Recorder { pipeline: self.pipeline, naming, lifecycle: None, desk, worker: Some(worker) };
        if let Some(organization) = self.lifecycle {
            recorder.record_blocking(lifecycle_event(&organization, "log.started")?)?;
            recorder.lifecycle = Some(organization);
        }
        Ok(recorder)
    }
}

/// The event that tells of the recorder itself.
fn lifecycle_event(organization: &OrganizationId, action: &str) -> Result<Event, Error> {
    let actor = Actor::new(ActorType::System, concat!("axiom-audit/", env!("CARGO_PKG_VERSION")));
    Ok(Event::builder(organization.clone(), action.parse()?).actor(actor).build()?)
}

/// How many batches wait before callers are made to wait.
const QUEUE_LEN: usize = 64;

/// How many events one write takes at the most; a larger batch takes several.
const MAX_WRITE: usize = 4096;

/// With how many logs half of them are forgotten; more than one write can hold.
const MAX_LOGS: usize = 1 << 15;

/// How many events are remembered, to recognize those that are repeated.
const WINDOW: usize = 1 << 16;

impl Recorder {
    /// A recorder for `store`, whose events go through `scrubber`.
    pub fn builder(store: impl Store + 'static, scrubber: impl Scrubber + 'static) -> RecorderBuilder {
        Self::builder_shared(Arc::new(store), scrubber)
    }

    /// A recorder for a store that the host goes on using.
    pub fn builder_shared(store: Arc<dyn Store>, scrubber: impl Scrubber + 'static) -> RecorderBuilder {
        let pipeline = Pipeline { scrubber: Box::new(scrubber), sealing: None, stream: None };
        let (clock, policies) = (Arc::new(SystemClock), Policies::default());
        RecorderBuilder { store, clock, pipeline, policies, lifecycle: None }
    }

    /// Records events, in order, as one batch: one receipt or error for each.
    ///
    /// A batch of more than 4,096 events takes several writes. An event that cannot be recorded does not keep the others from it.
    pub async fn record_batch(&self, events: Vec<Event>) -> Vec<Result<Receipt, Error>> {
        let (canonical, notes) = self.prepare_all(events).await;
        if canonical.is_empty() {
            return receipts(notes, Ok(Vec::new()));
        }
        receipts(notes, self.desk.write(canonical).await)
    }

    /// Runs each event through the pipeline: those that can be recorded, and for each what is known of it.
    async fn prepare_all(&self, events: Vec<Event>) -> (Vec<Canonical>, Vec<Result<Notes, Error>>) {
        let (mut canonical, mut notes) = (Vec::with_capacity(events.len()), Vec::with_capacity(events.len()));
        for event in events {
            let prepared = match self.pipeline.sealing {
                Some(_) => self.pipeline.run(event).await,
                None => self.pipeline.run_unsealed(event),
            };
            notes.push(prepared.map(|prepared| {
                canonical.push(prepared.canonical);
                prepared.notes
            }));
        }
        (canonical, notes)
    }

    /// Scrubs, seals and serializes an event without recording it yet: the part that can refuse it.
    ///
    /// ```
    /// use axiom_audit::{MemoryStore, Naming, Recorder};
    /// use axiom_core::{Event, Unscrubbed};
    ///
    /// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
    /// let recorder = Recorder::builder(store, Unscrubbed).build()?;
    /// # pollster::block_on(async {
    /// let mut ready = Vec::new();
    /// for line in [r#"{"organizationId":"acme","actionType":"scan.started"}"#, "not an event"] {
    ///     if let Ok(event) = Event::from_json(line.as_bytes()) {
    ///         ready.push(recorder.prepare(event).await?);
    ///     }
    /// }
    /// assert_eq!(recorder.record_prepared(ready).await.len(), 1);
    /// # Ok::<(), axiom_audit::Error>(())
    /// # })?;
    /// # Ok::<(), axiom_audit::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Event`] where it cannot be recorded as it is.
    pub async fn prepare(&self, event: Event) -> Result<Prepared, Error> {
        self.pipeline.run(event).await
    }

    /// Records what was [`prepare`](Self::prepare)d, in order, as one batch: one receipt or error for each.
    pub async fn record_prepared(&self, events: Vec<Prepared>) -> Vec<Result<Receipt, Error>> {
        let (canonical, notes): (Vec<_>, Vec<_>) =
            events.into_iter().map(|event| (event.canonical, Ok(event.notes))).unzip();
        if canonical.is_empty() {
            return Vec::new();
        }
        receipts(notes, self.desk.write(canonical).await)
    }

    /// Records one event.
    ///
    /// # Errors
    /// [`Error::Event`] where it cannot be recorded as it is, [`Error::Reused`] where its id or idempotency key is that of
    /// another event; where the store fails, and the stream's policy is [`FailurePolicy::FailClosed`], the store's error.
    /// After [`Error::Store`] it is unknown whether the event was stored: recording the same event again is safe.
    pub async fn record(&self, event: Event) -> Result<Receipt, Error> {
        self.record_batch(vec![event]).await.pop().unwrap_or(Err(Error::Closed))
    }

    /// Records that somebody read or exported a log, in the log of the organization whose log it is.
    ///
    /// ```
    /// use axiom_audit::{Access, MemoryStore, Naming, Recorder};
    /// use axiom_core::{Actor, ActorType, LogId, Stream, Unscrubbed};
    ///
    /// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
    /// let recorder = Recorder::builder(store, Unscrubbed).build()?;
    /// let log = LogId::new("acme".parse()?, Stream::Operational);
    /// let auditor = Actor::new(ActorType::User, "user_7");
    /// let access = Access::export(log, auditor).selection("entries 0..100 as CSV").entries(100);
    /// pollster::block_on(recorder.record_access(access))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub async fn record_access(&self, access: Access) -> Result<Receipt, Error> {
        let origin = self.naming.origin(access.log());
        self.record(access.into_event(&origin)?).await
    }

    /// [`record_batch`](Self::record_batch) for callers without an async runtime.
    #[must_use]
    pub fn record_batch_blocking(&self, events: Vec<Event>) -> Vec<Result<Receipt, Error>> {
        let (canonical, notes) = block_on(self.prepare_all(events));
        if canonical.is_empty() {
            return receipts(notes, Ok(Vec::new()));
        }
        receipts(notes, self.desk.write_blocking(canonical))
    }

    /// [`record`](Self::record) for callers without an async runtime.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn record_blocking(&self, event: Event) -> Result<Receipt, Error> {
        self.record_batch_blocking(vec![event]).pop().unwrap_or(Err(Error::Closed))
    }

    /// Waits until everything that was handed over before is dealt with, and tries again what waited in a [`Spill`] when
    /// it came to this; what the store refuses from then on waits for the next try.
    ///
    /// For the store to bring its files up to date there is [`Store::flush`].
    ///
    /// # Errors
    /// [`Error::Closed`] where the recorder is closed, [`Error::Unknown`] where it broke down.
    pub async fn flush(&self) -> Result<(), Error> {
        self.desk.write(Vec::new()).await.map(drop)
    }

    /// [`flush`](Self::flush) for callers without an async runtime.
    ///
    /// # Errors
    /// As [`flush`](Self::flush).
    pub fn flush_blocking(&self) -> Result<(), Error> {
        block_on(self.flush())
    }

    /// Waits until everything that was handed over is dealt with, and says what was done.
    ///
    /// To drop a recorder does the same, without a word.
    ///
    /// # Errors
    /// [`Error::Unknown`] where the recorder broke down; any error of [`record`](Self::record) where its end could not be
    /// recorded.
    pub async fn close(mut self) -> Result<Summary, Error> {
        let stopped = match self.lifecycle.take() {
            Some(organization) => self.record(lifecycle_event(&organization, "log.stopped")?).await.map(drop),
            None => Ok(()),
        };
        self.desk.close();
        let Some(worker) = self.worker.take() else { return Err(Error::Closed) };
        let summary = worker.end().await;
        stopped?;
        summary
    }

    /// [`close`](Self::close) for callers without an async runtime.
    ///
    /// # Errors
    /// As [`close`](Self::close).
    pub fn close_blocking(self) -> Result<Summary, Error> {
        block_on(self.close())
    }
}

/// What each caller is told: of an event that was refused why, of the others what was answered, in order.
fn receipts(notes: Vec<Result<Notes, Error>>, answers: Result<Vec<Answer>, Error>) -> Vec<Result<Receipt, Error>> {
    let (mut answers, failed) = match answers {
        Ok(answers) => (answers.into_iter(), Error::Unknown),
        Err(error) => (Vec::new().into_iter(), error),
    };
    let answer = |notes: Result<Notes, Error>| {
        let notes = notes?;
        let answer = answers.next().flatten().unwrap_or_else(|| Err(failed.clone()));
        Ok(receipt(notes, answer?))
    };
    notes.into_iter().map(answer).collect()
}

fn receipt(notes: Notes, filed: Filed) -> Receipt {
    let Notes { id, findings, sealed } = notes;
    Receipt { id, log: filed.log, fate: filed.fate, findings, sealed }
}

impl Drop for Recorder {
    /// Waits until everything that was handed over is dealt with.
    fn drop(&mut self) {
        if let Some(stopped) = self.lifecycle.take().map(|organization| lifecycle_event(&organization, "log.stopped")) {
            // Nobody is there to be told that it could not be recorded; the log then shows no end.
            let _ = stopped.and_then(|event| self.record_blocking(event));
        }
        self.desk.close();
        if let Some(worker) = self.worker.take() {
            worker.join();
        }
    }
}
