//! Which events a log held when the recorder came to it.

use core::hash::{BuildHasher, Hash};
use std::hash::RandomState;

use axiom_core::Canonical;

use super::identity::Identity;

/// Where the newest events of one log were, by id and by idempotency key, as they were read.
///
/// It has a place of its own beside the [`Window`](super::window::Window), so that to come to many logs pushes nothing out
/// of that. Of each name only a hash is kept: it is a hint, and who asks looks at what stands in that place.
#[derive(Debug, Default)]
pub(super) struct Tail {
    hashes: RandomState,
    end: u64,
    /// Hashes in order, and how far before the end each is.
    ids: Box<[(u32, u32)]>,
    keys: Box<[(u32, u32)]>,
}

impl Tail {
    /// Remembers entries of a log that had `end` of them.
    pub(super) fn new(entries: &[(u64, Identity)], end: u64) -> Self {
        let hashes = RandomState::new();
        let before_end = |seq: u64| u32::try_from(end - seq).ok();
        let id = |(seq, identity): &(u64, Identity)| Some((short(&hashes, &identity.id), before_end(*seq)?));
        let key =
            |(seq, identity): &(u64, Identity)| Some((short(&hashes, identity.key.as_deref()?), before_end(*seq)?));
        let (ids, keys) = (in_order(entries.iter().filter_map(id)), in_order(entries.iter().filter_map(key)));
        Self { hashes, end, ids, keys }
    }

    /// Where the event of this id was.
    pub(super) fn id(&self, event: &Canonical) -> Option<u64> {
        self.place(&self.ids, &event.id())
    }

    /// Where the event of the same idempotency key was, if this one has any.
    pub(super) fn key(&self, event: &Canonical) -> Option<u64> {
        self.place(&self.keys, event.idempotency_key()?)
    }

    fn place(&self, places: &[(u32, u32)], name: &(impl Hash + ?Sized)) -> Option<u64> {
        if places.is_empty() {
            return None;
        }
        let hash = short(&self.hashes, name);
        let at = places.partition_point(|(other, _)| *other < hash);
        let (_, before_end) = places.get(at).filter(|(other, _)| *other == hash)?;
        Some(self.end - u64::from(*before_end))
    }
}

fn short(hashes: &RandomState, name: &(impl Hash + ?Sized)) -> u32 {
    // The upper half is as good as the lower one.
    (hashes.hash_one(name) >> 32) as u32
}

fn in_order(places: impl Iterator<Item = (u32, u32)>) -> Box<[(u32, u32)]> {
    let mut places: Vec<_> = places.collect();
    places.sort_unstable();
    places.into()
}
