//! What a caller learns of its event.

use axiom_core::{Digest, EventId, Finding, Origin, Timestamp};

/// What became of an event.
///
/// Unless the host has chosen another [`FailurePolicy`](crate::FailurePolicy) than the default, a receipt always has a
/// [`place`](Self::place).
///
/// ```
/// use axiom_audit::{Fate, MemoryStore, Naming, Recorder};
/// use axiom_core::{Event, Unscrubbed};
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let recorder = Recorder::builder(store, Unscrubbed).build()?;
/// let event = Event::builder("acme".parse()?, "scan.started".parse()?).build()?;
///
/// let first = recorder.record_blocking(event.clone())?;
/// assert_eq!(first.place().unwrap().seq, 0);
/// let again = recorder.record_blocking(event)?;
/// assert!(matches!(again.fate, Fate::Duplicate { .. }));
/// assert_eq!(again.place(), first.place());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Receipt {
    /// The event.
    pub id: EventId,
    /// The log it belongs to.
    pub log: Origin,
    /// Whether it is in the log, and where.
    pub fate: Fate,
    /// What was found in it by the scrubber.
    pub findings: Vec<Finding>,
    /// JSON Pointers of the fields that were sealed.
    pub sealed: Vec<String>,
}

impl Receipt {
    /// Where the event is in the log, if it is there already.
    #[must_use]
    pub const fn place(&self) -> Option<&Place> {
        match &self.fate {
            Fate::Stored(place) | Fate::Duplicate { place, .. } => Some(place),
            Fate::Dropped | Fate::Spilled => None,
        }
    }
}

/// Whether an event is in its log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It is lost: the store failed and the stream's policy is
    /// [`FailurePolicy::FailOpen`](crate::FailurePolicy::FailOpen). The log will say how many were.
    Dropped,
    /// It was recorded before, and was not recorded again.
    Duplicate {
        /// The id under which it was; another one only where the idempotency key is the same.
        of: EventId,
        /// Where the first one is.
        place: Place,
    },
    /// It is on disk but not in the log yet: the store failed and the stream's policy is
    /// [`FailurePolicy::SpillToDisk`](crate::FailurePolicy::SpillToDisk).
    Spilled,
    /// It is in the log.
    Stored(Place),
}

/// Where an event is in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// Its sequence number, from 0.
    pub seq: u64,
    /// The leaf hash of its entry.
    pub hash: Digest,
    /// When the log took it.
    pub recorded_at: Timestamp,
    /// Whether it survives the loss of power.
    pub durable: bool,
}
