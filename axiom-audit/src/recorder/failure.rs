//! What happens to events that the store does not take.

use axiom_core::{Canonical, Event, LogId, Stream, Timestamp, Unscrubbed, Unsealed};

use super::spill::Spill;

/// What becomes of a stream's events while the store fails.
///
/// A store fails when it answers with an error: it cannot be written, refuses to write after a failed write, or says that
/// the log is damaged. While it is merely slow, callers wait, whatever the policy.
///
/// ```
/// use axiom_audit::{FailurePolicy, MemoryStore, Naming, Recorder, Spill};
/// use axiom_core::{Stream, Unscrubbed};
///
/// # let directory = tempfile::tempdir()?;
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let spill = Spill::open(directory.path().join("spill"))?;
/// let recorder = Recorder::builder(store, Unscrubbed)
///     .on_failure(Stream::Material, FailurePolicy::SpillToDisk(spill))
///     .on_failure(Stream::Operational, FailurePolicy::FailOpen)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum FailurePolicy {
    /// The caller gets the error, and must not act unrecorded. The default.
    #[default]
    FailClosed,
    /// The caller goes on, and the event is lost. The first write of that log that succeeds begins with an event
    /// `log.gap_recorded`, which says how many were lost, from when to when.
    ///
    /// The count is in memory: where the process dies first, [`RecorderBuilder::lifecycle`] shows that it did.
    ///
    /// [`RecorderBuilder::lifecycle`]: crate::RecorderBuilder::lifecycle
    FailOpen,
    /// The event is kept on disk, scrubbed and sealed, and is recorded once the store works again or a recorder is next
    /// built with the same directory: in order, and once. One whose id or idempotency key another writer has used for
    /// another event meanwhile is kept aside, and counted in the [`Summary`](crate::Summary).
    SpillToDisk(Spill),
}

/// The policy of each stream.
#[derive(Debug, Default)]
pub(super) struct Policies(Vec<(Stream, FailurePolicy)>);

impl Policies {
    pub(super) fn set(&mut self, stream: Stream, policy: FailurePolicy) {
        self.0.retain(|(other, _)| *other != stream);
        self.0.push((stream, policy));
    }

    pub(super) fn of(&self, stream: &Stream) -> FailurePolicy {
        self.0
            .iter()
            .find(|(other, _)| other == stream)
            .map_or_else(FailurePolicy::default, |(_, policy)| policy.clone())
    }

    /// Every directory that a stream spills to, once.
    pub(super) fn spills(&self) -> Vec<Spill> {
        let mut spills: Vec<Spill> = Vec::new();
        for (_, policy) in &self.0 {
            if let FailurePolicy::SpillToDisk(spill) = policy
                && !spills.iter().any(|other| other.is(spill))
            {
                spills.push(spill.clone());
            }
        }
        spills
    }
}

/// Events of one log that were lost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    lost: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Gap {
    /// The gap, grown by `lost` events that were lost `at` this time.
    pub(super) fn grown(gap: Option<Self>, lost: u64, at: Timestamp) -> Self {
        let before = gap.unwrap_or(Self { lost: 0, first: at, last: at });
        Self { lost: before.lost + lost, first: before.first, last: before.last.max(at) }
    }

    /// Both as one; `later` was lost after this.
    pub(super) fn and(self, later: Option<Self>) -> Self {
        later.map_or(self, |later| Self { lost: self.lost + later.lost, first: self.first, last: later.last })
    }

    /// The event that says so, in the log itself.
    pub(super) fn event(&self, log: &LogId, now: Timestamp) -> Canonical {
        let action = "log.gap_recorded".parse().expect("it is in the catalogue");
        let event = Event::builder(log.organization.clone(), action)
            .timestamp(now)
            .metadata("eventsLost", self.lost)
            .metadata("firstLostAt", self.first.to_string())
            .metadata("lastLostAt", self.last.to_string())
            .build();
        let scrubbed = event.and_then(|event| event.scrub(&Unscrubbed)).expect("its keys are ASCII");
        let sealed = scrubbed.without_sealing(Unsealed);
        sealed.canonical_in(log.stream.clone()).expect("it is small")
    }
}
