//! The recorder: events in, receipts out.

use std::sync::Arc;
use std::thread::JoinHandle;

use axiom_core::{
    Canonical, Clock, Digest, Event, EventId, Finding, Origin, Scrubber, SealPaths, Sealer, Stream, SystemClock,
    Timestamp, Unsealed,
};
use futures_channel::oneshot;

use crate::error::Error;
use crate::meta::check_not_reserved;
use crate::store::Store;

mod sequencer;

use sequencer::Job;

/// Takes events, scrubs, seals and chains them, and answers each with a [`Receipt`] once it is stored.
///
/// Any number of tasks and threads may record at once, on any async runtime or none. Each event is scrubbed, sealed and
/// serialized by the caller; one thread of the recorder's own orders what arrives, and everything that arrived
/// meanwhile shares one write. A caller's future that is dropped loses nobody's event: what was handed over is stored.
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
/// assert_eq!(receipt.seq, 0);
/// assert_eq!(receipt.findings[0].kind, "email");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Recorder {
    pipeline: Pipeline,
    durable: bool,
    queue: async_channel::Sender<Job>,
    worker: Option<JoinHandle<()>>,
}

/// That an event is stored, and where.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Receipt {
    /// The event.
    pub id: EventId,
    /// The log it is in.
    pub log: Origin,
    /// Its place in the log, from 0.
    pub seq: u64,
    /// The leaf hash of its entry.
    pub hash: Digest,
    /// When the log took it.
    pub recorded_at: Timestamp,
    /// Whether it survives the loss of power.
    pub durable: bool,
    /// What was found in it by the scrubber.
    pub findings: Vec<Finding>,
    /// JSON Pointers of the fields that were sealed.
    pub sealed: Vec<String>,
}

/// An event that is ready to be recorded; made by [`Recorder::prepare`].
#[derive(Debug)]
pub struct Prepared {
    canonical: Canonical,
    notes: Notes,
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

    /// Starts the recorder.
    ///
    /// # Errors
    /// [`Error::Store`] where its thread cannot be started.
    pub fn build(self) -> Result<Recorder, Error> {
        let durable = self.store.capabilities().durable;
        let (queue, jobs) = async_channel::bounded(QUEUE_LEN);
        let worker = sequencer::start(self.store, self.clock, jobs)?;
        Ok(Recorder { pipeline: self.pipeline, durable, queue, worker: Some(worker) })
    }
}

/// How many batches wait before callers are made to wait.
const QUEUE_LEN: usize = 64;

impl Recorder {
    /// A recorder for `store`, whose events go through `scrubber`.
    pub fn builder(store: impl Store + 'static, scrubber: impl Scrubber + 'static) -> RecorderBuilder {
        Self::builder_shared(Arc::new(store), scrubber)
    }

    /// A recorder for a store that the host goes on using.
    pub fn builder_shared(store: Arc<dyn Store>, scrubber: impl Scrubber + 'static) -> RecorderBuilder {
        let pipeline = Pipeline { scrubber: Box::new(scrubber), sealing: None, stream: None };
        RecorderBuilder { store, clock: Arc::new(SystemClock), pipeline }
    }

    /// Records events, in order, as one batch: one receipt or error for each.
    ///
    /// An event that cannot be recorded does not keep the others from it.
    pub async fn record_batch(&self, events: Vec<Event>) -> Vec<Result<Receipt, Error>> {
        let (mut fit, mut refused) = (Vec::new(), Vec::new());
        for event in events {
            match self.prepare(event).await {
                Ok(prepared) => {
                    fit.push(prepared);
                    refused.push(None);
                }
                Err(error) => refused.push(Some(error)),
            }
        }
        let mut receipts = self.record_prepared(fit).await.into_iter();
        let answer = |refused: Option<Error>| match refused {
            Some(error) => Err(error),
            None => receipts.next().unwrap_or(Err(Error::Closed)),
        };
        refused.into_iter().map(answer).collect()
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
        let (notes, canonical): (Vec<_>, Vec<_>) =
            events.into_iter().map(|event| (event.notes, event.canonical)).unzip();
        let places = self.write(canonical).await;
        notes.into_iter().zip(places).map(|(notes, place)| Ok(self.receipt(notes, place?))).collect()
    }

    /// Records one event.
    ///
    /// # Errors
    /// [`Error::Event`] where it cannot be recorded as it is, [`Error::Store`] where it is unknown whether it was
    /// stored.
    pub async fn record(&self, event: Event) -> Result<Receipt, Error> {
        self.record_batch(vec![event]).await.pop().unwrap_or(Err(Error::Closed))
    }

    /// [`record_batch`](Self::record_batch) for callers without an async runtime.
    #[must_use]
    pub fn record_batch_blocking(&self, events: Vec<Event>) -> Vec<Result<Receipt, Error>> {
        pollster::block_on(self.record_batch(events))
    }

    /// [`record`](Self::record) for callers without an async runtime.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn record_blocking(&self, event: Event) -> Result<Receipt, Error> {
        pollster::block_on(self.record(event))
    }

    /// Hands the events over and waits for their places.
    async fn write(&self, events: Vec<Canonical>) -> Vec<Result<Place, Error>> {
        let count = events.len();
        if count == 0 {
            return Vec::new();
        }
        let (reply, answer) = oneshot::channel();
        if self.queue.send(Job { events, reply }).await.is_err() {
            return vec![Err(Error::Closed); count];
        }
        answer.await.unwrap_or_else(|_| vec![Err(Error::Unknown); count])
    }

    fn receipt(&self, notes: Notes, place: Place) -> Receipt {
        let Notes { id, findings, sealed } = notes;
        let Place { log, seq, hash, recorded_at } = place;
        Receipt { id, log, seq, hash, recorded_at, durable: self.durable, findings, sealed }
    }
}

impl Drop for Recorder {
    /// Waits until everything that was handed over is stored.
    fn drop(&mut self) {
        self.queue.close();
        if let Some(worker) = self.worker.take() {
            // A worker that panicked has dropped its replies, and every caller has its error.
            let _ = worker.join();
        }
    }
}

/// What happens to an event on the caller's side.
struct Pipeline {
    scrubber: Box<dyn Scrubber>,
    sealing: Option<(SealPaths, Box<dyn Sealer>)>,
    stream: Option<Stream>,
}

/// What the caller is told besides the place.
#[derive(Debug)]
struct Notes {
    id: EventId,
    findings: Vec<Finding>,
    sealed: Vec<String>,
}

/// Where an event was stored.
#[derive(Debug, Clone)]
struct Place {
    log: Origin,
    seq: u64,
    hash: Digest,
    recorded_at: Timestamp,
}

impl Pipeline {
    async fn run(&self, event: Event) -> Result<Prepared, Error> {
        check_not_reserved(&event)?;
        let scrubbed = event.scrub(&*self.scrubber)?;
        let sealed = match &self.sealing {
            Some((paths, sealer)) => scrubbed.seal(paths, &**sealer).await?,
            None => scrubbed.without_sealing(Unsealed),
        };
        let notes = Notes {
            id: sealed.event().id,
            findings: sealed.findings().to_vec(),
            sealed: sealed.sealed_paths().to_vec(),
        };
        let canonical = match &self.stream {
            Some(stream) => sealed.canonical_in(stream.clone())?,
            None => sealed.canonical()?,
        };
        Ok(Prepared { canonical, notes })
    }
}
