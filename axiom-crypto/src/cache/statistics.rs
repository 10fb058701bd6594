//! How well a cache does.

use crate::envelope::Stop;

/// What a [`DataKeyCache`](super::DataKeyCache) has done since it was made, for the metrics of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheStatistics {
    /// On the side of sealing.
    pub seals: CacheCounts,
    /// On the side of opening.
    pub opens: CacheCounts,
}

/// What one side of a cache has done; `hits + misses` are its messages, but for those too long to share a key.
///
/// Of the hits of other threads than the one that asks, the last 63 each may still be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheCounts {
    /// Messages for which a key was there.
    pub hits: u64,
    /// Messages for which none was there.
    pub misses: u64,
    /// How often the providers were asked for a key: less than the misses, where several messages waited for one
    /// answer.
    pub fetches: u64,
    /// Misses that were answered by a failure that is remembered.
    pub remembered: u64,
    /// Keys that are kept now.
    pub keys: usize,
}

impl CacheCounts {
    pub(super) const fn looked(&mut self, found: bool) {
        if found {
            self.hits += 1;
        } else {
            self.misses += 1;
        }
    }

    pub(super) const fn fetched<T>(&mut self, outcome: &Result<T, Stop>) {
        if !matches!(outcome, Err(Stop::MustWait)) {
            self.fetches += 1;
        }
    }
}
