//! What a recorder did.

use super::receipt::Fate;

/// What a recorder did from its start to its end; made by [`Recorder::close`](crate::Recorder::close).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Summary {
    /// How many events were stored, those that waited on disk included.
    pub stored: u64,
    /// How many were not stored because they had been before.
    pub duplicates: u64,
    /// How many were kept on disk because the store failed.
    pub spilled: u64,
    /// How many were lost because the store failed.
    pub dropped: u64,
    /// How many that were kept on disk could not be recorded, as their id or idempotency key was used for another event
    /// meanwhile; they are kept aside there.
    pub refused: u64,
    /// Whether events still wait on disk, for the next recorder that is given the same directory.
    pub waiting: bool,
}

impl Summary {
    pub(super) const fn count(&mut self, fate: &Fate) {
        let count = match fate {
            Fate::Dropped => &mut self.dropped,
            Fate::Duplicate { .. } => &mut self.duplicates,
            Fate::Spilled => &mut self.spilled,
            Fate::Stored(_) => &mut self.stored,
        };
        *count += 1;
    }
}
