//! A map whose entries end.

use core::hash::Hash;
use core::time::Duration;
use std::collections::HashMap;

use axiom_core::Timestamp;

use crate::moment::since;

/// A map of limited size, whose entries are of use for a limited time.
pub(super) struct Aged<K, V> {
    entries: HashMap<K, (Timestamp, V)>,
    max_age: Duration,
    max_entries: usize,
}

impl<K: Hash + Eq + Clone, V: Clone> Aged<K, V> {
    pub(super) fn new(max_age: Duration, max_entries: usize) -> Self {
        Self { entries: HashMap::new(), max_age, max_entries }
    }

    /// The entry, if it has not ended; one from the future has.
    pub(super) fn at(&mut self, key: &K, now: Timestamp) -> Option<V> {
        let (put, value) = self.entries.get(key)?;
        if since(*put, now).is_some_and(|age| age < self.max_age) {
            return Some(value.clone());
        }
        self.entries.remove(key);
        None
    }

    /// Puts an entry; where there is no room, those that have ended make some, or else the oldest does.
    pub(super) fn put(&mut self, key: K, value: V, now: Timestamp) {
        if self.entries.len() >= self.max_entries && !self.entries.contains_key(&key) {
            let max_age = self.max_age;
            self.entries.retain(|_, (put, _)| since(*put, now).is_some_and(|age| age < max_age));
            if self.entries.len() >= self.max_entries {
                let oldest = self.entries.iter().min_by_key(|(_, (put, _))| *put).map(|(key, _)| key.clone());
                oldest.map(|key| self.entries.remove(&key));
            }
        }
        self.entries.insert(key, (now, value));
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        self.entries.retain(|key, (_, value)| keep(key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::hand::second;

    #[test]
    fn an_entry_ends_at_its_age_and_when_the_clock_goes_back() {
        let mut map = Aged::new(Duration::from_secs(10), 4);
        map.put("a", 1, second(100));
        assert_eq!(map.at(&"a", second(109)), Some(1));
        assert_eq!(map.at(&"a", second(110)), None);
        map.put("a", 2, second(100));
        assert_eq!(map.at(&"a", second(99)), None);
    }

    #[test]
    fn a_full_map_gives_up_what_has_ended_and_else_the_oldest() {
        let mut map = Aged::new(Duration::from_secs(10), 2);
        map.put("a", 1, second(0));
        map.put("b", 2, second(5));
        map.put("b", 3, second(6));
        map.put("c", 4, second(7));
        assert_eq!(
            [map.at(&"a", second(7)), map.at(&"b", second(7)), map.at(&"c", second(7))],
            [None, Some(3), Some(4)]
        );
        map.put("d", 5, second(16));
        assert_eq!(map.entries.len(), 2);
        assert_eq!(map.at(&"c", second(16)), Some(4));
    }
}
