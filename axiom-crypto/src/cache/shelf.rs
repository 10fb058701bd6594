//! What a cache keeps of one kind: for a time, and as far as nobody evicts it.

use core::hash::Hash;
use core::num::NonZero;
use core::time::Duration;

use axiom_core::Timestamp;

use super::eviction::Eviction;
use super::recent::Recent;
use crate::context::Context;
use crate::moment::since;
use crate::provider::KeyId;

/// Keys, or failures, each with an age and a place in the order of use.
pub(super) struct Shelf<I, T> {
    kept: Recent<I, Kept<T>>,
    /// How many evictions there have been.
    evictions: u64,
    swept_at: Timestamp,
}

/// Something that is kept.
pub(super) struct Kept<T> {
    pub(super) content: T,
    /// Of the first message that it was for.
    pub(super) context: Context,
    /// The providers' keys that it depends on.
    pub(super) keys: Vec<KeyId>,
    pub(super) life: Life,
}

/// From when on something may be used, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    pub(super) since: Timestamp,
    pub(super) lifetime: Duration,
}

/// The state of a shelf before a fetch: what was evicted after it does not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Before(u64);

impl<I: Copy + Eq + Hash, T> Shelf<I, T> {
    pub(super) fn new(capacity: NonZero<usize>) -> Self {
        Self { kept: Recent::new(capacity), evictions: 0, swept_at: Timestamp::UNIX_EPOCH }
    }

    pub(super) const fn len(&self) -> usize {
        self.kept.len()
    }

    pub(super) const fn before(&self) -> Before {
        Before(self.evictions)
    }

    /// What is kept as `id`, if it is young enough and `wanted`; if it is not, it goes.
    pub(super) fn find<R>(
        &mut self,
        id: &I,
        now: Timestamp,
        wanted: impl FnOnce(&mut Kept<T>) -> Option<R>,
    ) -> Option<R> {
        let kept = self.kept.get(id)?;
        let found = if kept.life.covers(now) { wanted(kept) } else { None };
        if found.is_none() {
            self.kept.remove(id);
        }
        found
    }

    /// Keeps what was fetched, unless something has been evicted since.
    pub(super) fn keep(&mut self, id: I, kept: Kept<T>, before: Before) {
        self.sweep_now_and_then(&kept.life);
        if before == self.before() {
            self.kept.insert(id, kept);
        }
    }

    pub(super) fn evict(&mut self, eviction: &Eviction<'_>) {
        self.evictions += 1;
        self.kept.retain(|kept| !eviction.concerns(&kept.context, &kept.keys));
    }

    /// Removes what is too old.
    pub(super) fn sweep(&mut self, now: Timestamp) {
        self.swept_at = now;
        self.kept.retain(|kept| kept.life.covers(now));
    }

    /// A sweep as often as things get old, so that adding one remains cheap.
    fn sweep_now_and_then(&mut self, added: &Life) {
        if since(self.swept_at, added.since).is_none_or(|ago| ago >= added.lifetime) {
            self.sweep(added.since);
        }
    }
}

impl Life {
    /// A clock that has gone back says nothing of an age, so that counts as old.
    pub(super) fn covers(&self, now: Timestamp) -> bool {
        since(self.since, now).is_some_and(|age| age < self.lifetime)
    }
}
