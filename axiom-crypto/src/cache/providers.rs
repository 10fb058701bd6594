//! Which providers a key was made for.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::provider::KeyProvider;

/// The sets of providers that use a cache, each with a number that no other set ever has.
///
/// The same providers in the same order are the same set, whoever has put them together: sharing a cache never lets one
/// open what only another's providers may.
#[derive(Default)]
pub(super) struct ProviderSets(Mutex<Sets>);

#[derive(Default)]
struct Sets {
    /// A weak pointer keeps its address from being used for another provider.
    known: Vec<(u64, Vec<Weak<dyn KeyProvider>>)>,
    next: u64,
}

impl ProviderSets {
    /// The number of these providers.
    pub(super) fn number(&self, providers: &[Arc<dyn KeyProvider>]) -> u64 {
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sets.known.retain(|(_, set)| set.iter().all(|provider| provider.strong_count() > 0));
        if let Some((number, _)) = sets.known.iter().find(|(_, set)| are_same(set, providers)) {
            return *number;
        }
        let number = sets.next;
        sets.next += 1;
        sets.known.push((number, providers.iter().map(Arc::downgrade).collect()));
        number
    }
}

fn are_same(known: &[Weak<dyn KeyProvider>], providers: &[Arc<dyn KeyProvider>]) -> bool {
    let same = |(one, other): (&Weak<dyn KeyProvider>, &Arc<dyn KeyProvider>)| {
        core::ptr::addr_eq(one.as_ptr(), Arc::as_ptr(other))
    };
    known.len() == providers.len() && known.iter().zip(providers).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::provider::KeyFile;

    fn provider() -> Arc<dyn KeyProvider> {
        Arc::new(KeyFile::from_key(Key::from_bytes(&[7; 32])))
    }

    #[test]
    fn a_set_is_its_providers_in_their_order() {
        let (sets, one, two) = (ProviderSets::default(), provider(), provider());
        let numbers = [
            sets.number(core::slice::from_ref(&one)),
            sets.number(core::slice::from_ref(&two)),
            sets.number(&[one.clone(), two.clone()]),
            sets.number(&[two.clone(), one.clone()]),
        ];
        assert_eq!(numbers, [0, 1, 2, 3]);
        assert_eq!(sets.number(&[one, two]), 2);
    }

    #[test]
    fn a_number_is_never_used_again() {
        let sets = ProviderSets::default();
        for number in 0..10 {
            assert_eq!(sets.number(&[provider()]), number);
            assert_eq!(sets.0.lock().unwrap().known.len(), 1, "those that are gone are forgotten");
        }
    }
}
