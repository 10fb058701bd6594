//! Which events were recorded lately, and where.

use core::hash::Hash;
use std::collections::HashMap;

use axiom_core::{Canonical, EventId};

/// Where the newest events of all logs are, by id and by idempotency key.
///
/// It is a hint: an event may have failed to get there, so who asks looks at what stands in that place.
#[derive(Debug)]
pub(super) struct Window {
    ids: Newest<(u64, EventId)>,
    keys: Newest<(u64, Box<str>)>,
}

impl Window {
    /// Remembers the newest `len` events at least, and no more than twice as many.
    pub(super) fn new(len: usize) -> Self {
        Self { ids: Newest::new(len), keys: Newest::new(len) }
    }

    /// Where the event of this id is in the log with this number.
    pub(super) fn id(&self, log: u64, event: &Canonical) -> Option<u64> {
        self.ids.get(&(log, event.id()))
    }

    /// Whether the event of this id is in the log with this number.
    pub(super) fn holds(&self, log: u64, id: EventId) -> bool {
        self.ids.get(&(log, id)).is_some()
    }

    /// Where the event of the same idempotency key is, if this one has any.
    pub(super) fn key(&self, log: u64, event: &Canonical) -> Option<u64> {
        self.keys.get(&(log, event.idempotency_key()?.into()))
    }

    pub(super) fn insert(&mut self, log: u64, id: EventId, key: Option<&str>, seq: u64) {
        self.ids.insert((log, id), seq);
        if let Some(key) = key {
            self.keys.insert((log, key.into()), seq);
        }
    }

    /// Forgets an event that did not get where it was to go: whoever asked would have to look there.
    pub(super) fn remove(&mut self, log: u64, event: &Canonical) {
        self.ids.remove(&(log, event.id()));
        if let Some(key) = event.idempotency_key() {
            self.keys.remove(&(log, key.into()));
        }
    }
}

/// A map that forgets what is old, half of it at a time: nothing has to be done for each that goes.
#[derive(Debug)]
struct Newest<K> {
    newest: HashMap<K, u64>,
    older: HashMap<K, u64>,
    len: usize,
}

impl<K: Eq + Hash> Newest<K> {
    fn new(len: usize) -> Self {
        Self { newest: HashMap::new(), older: HashMap::new(), len }
    }

    fn get(&self, key: &K) -> Option<u64> {
        self.newest.get(key).or_else(|| self.older.get(key)).copied()
    }

    fn insert(&mut self, key: K, seq: u64) {
        if self.newest.len() >= self.len {
            core::mem::swap(&mut self.newest, &mut self.older);
            self.newest.clear();
        }
        self.newest.insert(key, seq);
    }

    fn remove(&mut self, key: &K) {
        self.newest.remove(key);
        self.older.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_known_and_the_old_are_forgotten() {
        let mut window = Newest::new(100);
        for number in 0..1000_u64 {
            window.insert(number, number + 7);
            for known in number.saturating_sub(99)..=number {
                assert_eq!(window.get(&known), Some(known + 7), "{known} after {number}");
            }
            assert!(window.newest.len() + window.older.len() <= 200);
        }
        assert_eq!(window.get(&700), None);
    }

    #[test]
    fn what_is_removed_is_gone_from_both_halves() {
        let mut window = Newest::new(2);
        (0..4).for_each(|number| window.insert(number, 0));
        window.insert(0, 9);
        window.remove(&0);
        assert_eq!(window.get(&0), None);
    }

    #[test]
    fn the_same_id_in_another_log_is_another_event() {
        let mut window = Window::new(10);
        let id = EventId::from_bytes([1; 16]);
        window.insert(1, id, Some("key"), 5);
        assert_eq!(window.ids.get(&(1, id)), Some(5));
        assert_eq!(window.ids.get(&(2, id)), None);
        assert_eq!(window.keys.get(&(2, "key".into())), None);
    }
}
