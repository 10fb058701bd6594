//! The data keys that messages are sealed with.

use core::hash::{Hash, Hasher};
use std::sync::{Arc, Weak};

use axiom_core::Digest;

use super::amount::Amount;
use super::failure::FailureId;
use super::limits::Limits;
use super::run::{self, Run};
use super::shelf::{Kept, Life};
use super::{DataKeyCache, Party};
use crate::context::Context;
use crate::envelope::{Patience, SharedKey, Stop};
use crate::fork;
use crate::suite::{Backend, Suite};

/// Which messages share a data key.
///
/// A child that was forked would count the messages of its parent's keys anew, so it takes keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SealingId {
    scope: Digest,
    providers: u64,
    /// Of the providers' current keys.
    epoch: u64,
    suite: Suite,
    backend: Backend,
    process: u64,
}

/// A data key, and how much of it is used up.
pub(super) struct SealingKey {
    key: Arc<SharedKey>,
    used: Amount,
    /// Goes when the cache lets go of the key, whoever still uses it.
    kept: Arc<()>,
}

impl DataKeyCache {
    /// A key for one message of `len` bytes, where one is there.
    pub(crate) fn sealing_key_at_hand(
        &self,
        party: &Party<'_>,
        context: &Context,
        len: usize,
    ) -> Option<Arc<SharedKey>> {
        let (id, now) = (SealingId::of(party, context), self.now());
        if let Some(key) = run::next(self, &id, now, len) {
            return Some(key);
        }
        let before = run::stop();
        let mut sealing = self.sealing();
        let found = sealing.shelf.find(&id, now, |Kept { content, life, .. }| {
            let run = before.as_ref().and_then(|run| run.of(&content.kept));
            let (sealed, left) = run.unwrap_or((Amount::NONE, Amount::NONE));
            content.give_back(left);
            let ahead = content.take(len, self.inner.limits.ahead(sealed), &self.inner.limits)?;
            let run = Run::new(self, id, content, *life, sealed.and(Amount::message(len)), ahead);
            Some((Arc::clone(&content.key), run))
        });
        sealing.counts.looked(found.is_some());
        drop(sealing);
        found.map(|(key, run)| {
            run.start();
            key
        })
    }

    /// A key for one message of `len` bytes, after a look for one that is [at hand](Self::sealing_key_at_hand).
    pub(crate) async fn sealing_key(
        &self,
        party: &Party<'_>,
        context: &Context,
        len: usize,
        patience: Patience,
    ) -> Result<Arc<SharedKey>, Stop> {
        let id = SealingId::of(party, context);
        let failure = FailureId::sealing(party, context);
        let _turn = self.inner.sealing_flights.turn_if(patience, id).await;
        if let Some(key) = self.look_for(&id, len) {
            return Ok(key);
        }
        if let Some(error) = self.remembered(&failure) {
            self.sealing().counts.remembered += 1;
            return Err(error.into());
        }
        let (before, failures, since) = (self.sealing().shelf.before(), self.failures().before(), self.now());
        let fetched = SharedKey::generate(context, &party.providers(), party.algorithms, patience).await;
        self.sealing().counts.fetched(&fetched);
        match fetched {
            Ok((key, keys)) => {
                let key = Arc::new(key);
                let content = SealingKey::new(&key, len);
                let life = Life { since, lifetime: self.inner.limits.max_age };
                self.sealing().shelf.keep(id, Kept { content, context: context.clone(), keys, life }, before);
                Ok(key)
            }
            Err(stop) => {
                let keys = || party.providers.iter().map(|provider| provider.describe()).collect();
                self.remember(failure, &stop, context, keys, failures);
                Err(stop)
            }
        }
    }

    fn look_for(&self, id: &SealingId, len: usize) -> Option<Arc<SharedKey>> {
        let now = self.now();
        self.sealing().shelf.find(id, now, |Kept { content, .. }| {
            content.take(len, Amount::NONE, &self.inner.limits)?;
            Some(Arc::clone(&content.key))
        })
    }
}

impl SealingId {
    fn of(party: &Party<'_>, context: &Context) -> Self {
        let (suite, backend) = (party.algorithms.suite, party.algorithms.backend);
        let (scope, providers, epoch) = (context.scope(), party.number, party.epoch());
        Self { scope, providers, epoch, suite, backend, process: fork::generation() }
    }
}

/// A digest is as good as random, so its beginning tells scopes apart well enough.
impl Hash for SealingId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.scope.as_bytes()[..8]);
    }
}

impl SealingKey {
    /// A new key that has one message of `len` bytes, within the limits.
    fn new(key: &Arc<SharedKey>, len: usize) -> Self {
        Self { key: Arc::clone(key), used: Amount::message(len), kept: Arc::new(()) }
    }

    /// Uses it up by one message of `len` bytes, or answers with `None` where that would be too much; and by as much
    /// of `ahead` as there is, which is the answer.
    fn take(&mut self, len: usize, ahead: Amount, limits: &Limits) -> Option<Amount> {
        let message = Amount::message(len);
        let left = limits.of_key().without(self.used)?.without(message)?;
        let ahead = ahead.at_most(left);
        self.used = self.used.and(message).and(ahead);
        Some(ahead)
    }

    fn give_back(&mut self, left: Amount) {
        self.used = self.used.without(left).expect("what is left has been taken");
    }

    pub(super) fn handle(&self) -> (Weak<SharedKey>, Weak<()>) {
        (Arc::downgrade(&self.key), Arc::downgrade(&self.kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encryptor::Encryptor;
    use crate::envelope::Algorithms;
    use crate::key::Key;
    use crate::provider::{KeyFile, KeyProvider};

    fn context() -> Context {
        Context::new([("organization", "acme")]).unwrap()
    }

    fn providers() -> Vec<Arc<dyn KeyProvider>> {
        vec![Arc::new(KeyFile::from_key(Key::from_bytes(&[7; 32])))]
    }

    fn party<'a>(cache: &DataKeyCache, providers: &'a [Arc<dyn KeyProvider>]) -> Party<'a> {
        Party { number: cache.number(providers), providers, algorithms: Algorithms::default() }
    }

    #[test]
    fn the_hard_limit_of_messages_is_kept_to_the_message() {
        let cache = DataKeyCache::builder().max_messages(1 << 32).build().unwrap();
        let providers = providers();
        let encryptor = Encryptor::new(Arc::clone(&providers[0])).cache(&cache);
        let seal = || encryptor.try_seal(b"secret", &context()).unwrap().unwrap();
        let first = seal();
        let id = SealingId::of(&party(&cache, &providers), &context());
        cache.sealing().shelf.find(&id, cache.now(), |kept| {
            let used = &mut kept.content.used;
            assert_eq!(used.messages, 1);
            used.messages = (1 << 32) - 1;
            Some(())
        });
        let last = seal();
        assert_eq!(cache.statistics().seals.fetches, 1);
        let next = seal();
        assert_eq!(cache.statistics().seals.fetches, 2);
        // The commitments tell the data keys apart.
        assert_eq!(first[7..39], last[7..39]);
        assert_ne!(first[7..39], next[7..39]);
    }

    #[test]
    fn an_evicted_key_belongs_to_its_last_user_alone() {
        let (cache, providers) = (DataKeyCache::new(), providers());
        let party = party(&cache, &providers);
        let key = pollster::block_on(cache.sealing_key(&party, &context(), 1, Patience::Waits)).unwrap();
        assert_eq!(Arc::strong_count(&key), 2);
        cache.evict_organization("acme");
        assert_eq!(Arc::strong_count(&key), 1, "it is wiped when this one is dropped");
    }

    #[test]
    fn a_forked_child_takes_keys_of_its_own() {
        let (cache, providers) = (DataKeyCache::new(), providers());
        let party = party(&cache, &providers);
        pollster::block_on(cache.sealing_key(&party, &context(), 1, Patience::Waits)).unwrap();
        let id = SealingId::of(&party, &context());
        assert!(cache.look_for(&id, 1).is_some());
        assert!(cache.look_for(&SealingId { process: id.process + 1, ..id }, 1).is_none());
    }
}
