//! A map of bounded size that lets go of what was used longest ago.

use core::hash::Hash;
use core::num::NonZero;
use std::collections::HashMap;

/// A map that holds at most `capacity` values; one more pushes the least recently used one out.
///
/// The values stand in a list from the newest to the oldest use, linked by their places in a vector, so that a use
/// costs the same however many there are.
pub(super) struct Recent<I, T> {
    capacity: NonZero<usize>,
    places: HashMap<I, usize>,
    slots: Vec<Slot<I, T>>,
    newest: usize,
    oldest: usize,
}

struct Slot<I, T> {
    id: I,
    value: T,
    newer: usize,
    older: usize,
}

impl<I: Copy + Eq + Hash, T> Recent<I, T> {
    pub(super) fn new(capacity: NonZero<usize>) -> Self {
        Self { capacity, places: HashMap::new(), slots: Vec::new(), newest: NOWHERE, oldest: NOWHERE }
    }

    pub(super) const fn len(&self) -> usize {
        self.slots.len()
    }

    /// The value of `id`, which is now the newest.
    pub(super) fn get(&mut self, id: &I) -> Option<&mut T> {
        let place = self.place(id)?;
        if place != self.newest {
            self.unlink(place);
            self.link(place);
        }
        Some(&mut self.slots[place].value)
    }

    /// Puts `value` in the place of what `id` had.
    pub(super) fn insert(&mut self, id: I, value: T) {
        self.remove(&id);
        if self.slots.len() == self.capacity.get() {
            self.remove_at(self.oldest);
        }
        let place = self.slots.len();
        self.slots.push(Slot { id, value, newer: NOWHERE, older: NOWHERE });
        self.places.insert(id, place);
        self.link(place);
    }

    pub(super) fn remove(&mut self, id: &I) {
        if let Some(place) = self.places.get(id) {
            self.remove_at(*place);
        }
    }

    /// Removes every value that is not to be kept.
    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        // From the end, so that the one that moves into a gap has been looked at.
        for place in (0..self.slots.len()).rev() {
            if !keep(&self.slots[place].value) {
                self.remove_at(place);
            }
        }
    }

    /// Most looks are for what the last one was for, and those need not search.
    fn place(&self, id: &I) -> Option<usize> {
        match self.slots.get(self.newest) {
            Some(newest) if newest.id == *id => Some(self.newest),
            _ => self.places.get(id).copied(),
        }
    }

    fn remove_at(&mut self, place: usize) {
        self.unlink(place);
        let removed = self.slots.swap_remove(place);
        self.places.remove(&removed.id);
        // The last slot has moved into the gap.
        if let Some(Slot { id, newer, older, .. }) = self.slots.get(place) {
            let (newer, older) = (*newer, *older);
            self.places.insert(*id, place);
            *self.older_of(newer) = place;
            *self.newer_of(older) = place;
        }
    }

    fn unlink(&mut self, place: usize) {
        let Slot { newer, older, .. } = self.slots[place];
        *self.older_of(newer) = older;
        *self.newer_of(older) = newer;
    }

    /// Makes an unlinked slot the newest.
    fn link(&mut self, place: usize) {
        let older = self.newest;
        (self.slots[place].newer, self.slots[place].older) = (NOWHERE, older);
        *self.newer_of(older) = place;
        self.newest = place;
    }

    /// What links to the slot after `place` in age; of nowhere, that is the head of the list.
    fn older_of(&mut self, place: usize) -> &mut usize {
        self.slots.get_mut(place).map_or(&mut self.newest, |slot| &mut slot.older)
    }

    fn newer_of(&mut self, place: usize) -> &mut usize {
        self.slots.get_mut(place).map_or(&mut self.oldest, |slot| &mut slot.newer)
    }
}

/// Beyond both ends of the list.
const NOWHERE: usize = usize::MAX;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Step {
        Get(u8),
        Insert(u8, u16),
        Remove(u8),
        Retain(u16),
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..12u8).prop_map(Step::Get),
            (0..12u8, any::<u16>()).prop_map(|(id, value)| Step::Insert(id, value)),
            (0..12u8).prop_map(Step::Remove),
            (2..5u16).prop_map(Step::Retain),
        ]
    }

    proptest! {
        /// The model is a vector, from the oldest use to the newest.
        #[test]
        fn it_holds_what_was_used_last(capacity in 1..8usize, steps in vec(any_step(), 0..200)) {
            let mut recent = Recent::new(NonZero::new(capacity).unwrap());
            let mut model: Vec<(u8, u16)> = Vec::new();
            for step in steps {
                match step {
                    Step::Get(id) => {
                        let place = model.iter().position(|(other, _)| *other == id);
                        let expected = place.map(|place| model.remove(place));
                        model.extend(expected);
                        prop_assert_eq!(recent.get(&id).copied(), expected.map(|(_, value)| value));
                    }
                    Step::Insert(id, value) => {
                        model.retain(|(other, _)| *other != id);
                        if model.len() == capacity {
                            model.remove(0);
                        }
                        model.push((id, value));
                        recent.insert(id, value);
                    }
                    Step::Remove(id) => {
                        model.retain(|(other, _)| *other != id);
                        recent.remove(&id);
                    }
                    Step::Retain(divisor) => {
                        model.retain(|(_, value)| value % divisor != 0);
                        recent.retain(|value| value % divisor != 0);
                    }
                }
                prop_assert_eq!(recent.len(), model.len());
            }
            for (id, value) in model {
                prop_assert_eq!(recent.get(&id).copied(), Some(value));
            }
        }
    }
}
