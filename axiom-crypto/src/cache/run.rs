//! What one thread seals in a row with one key.

use core::cell::RefCell;
use core::mem;
use std::sync::{Arc, Weak};

use axiom_core::Timestamp;

use super::amount::Amount;
use super::sealing::{SealingId, SealingKey};
use super::shelf::Life;
use super::{DataKeyCache, Inner};
use crate::envelope::SharedKey;

/// The key that a thread has sealed with last, and how much it may go on without asking the cache.
///
/// Most messages are sealed with the key of the one before, and these take no lock. What a thread takes ahead counts as
/// used from then on, so that all threads together keep the limits. It is never more than what the thread has just
/// sealed in a row with the same key: of what a key may be used, no more than half is lost to threads that end or turn
/// to another key.
///
/// The key is the cache's own: when the cache lets go of it, no thread finds it any more, and none keeps it from being
/// wiped.
pub(super) struct Run {
    cache: Weak<Inner>,
    id: SealingId,
    key: Weak<SharedKey>,
    /// Whether the cache still has the key, even if another call uses it.
    kept: Weak<()>,
    life: Life,
    sealed: Amount,
    ahead: Amount,
    /// Hits that the cache does not know of.
    hits: u64,
}

/// The key of this thread's run for one more message of `len` bytes, if that is what it is for.
pub(super) fn next(cache: &DataKeyCache, id: &SealingId, now: Timestamp, len: usize) -> Option<Arc<SharedKey>> {
    RUN.try_with(|run| run.borrow_mut().as_mut()?.next(cache, id, now, len)).ok()?
}

/// Ends this thread's run.
pub(super) fn stop() -> Option<Run> {
    let mut run = RUN.try_with(RefCell::take).ok()??;
    run.report();
    Some(run)
}

/// Tells the cache what this thread has done.
pub(super) fn report() {
    // A thread that ends has no run any more, and has told all.
    let _ = RUN.try_with(|run| run.borrow_mut().as_mut().map(Run::report));
}

impl Run {
    /// A run that has `sealed` so much, and may seal so much `ahead`.
    pub(super) fn new(
        cache: &DataKeyCache,
        id: SealingId,
        key: &SealingKey,
        life: Life,
        sealed: Amount,
        ahead: Amount,
    ) -> Self {
        let (key, kept) = key.handle();
        Self { cache: Arc::downgrade(&cache.inner), id, key, kept, life, sealed, ahead, hits: 0 }
    }

    /// Makes it the run of this thread.
    pub(super) fn start(self) {
        // A thread that ends goes without.
        let _ = RUN.try_with(|run| run.replace(Some(self)));
    }

    /// What it has sealed, and what it has taken ahead and left, if it is a run of the key that is kept as this.
    pub(super) fn of(&self, kept: &Arc<()>) -> Option<(Amount, Amount)> {
        (self.kept.as_ptr() == Arc::as_ptr(kept)).then_some((self.sealed, self.ahead))
    }

    fn next(&mut self, cache: &DataKeyCache, id: &SealingId, now: Timestamp, len: usize) -> Option<Arc<SharedKey>> {
        let message = Amount::message(len);
        let ahead = self.ahead.without(message)?;
        let ours = self.cache.as_ptr() == Arc::as_ptr(&cache.inner) && self.id == *id;
        if !ours || !self.life.covers(now) || self.kept.strong_count() == 0 {
            return None;
        }
        let key = self.key.upgrade()?;
        (self.ahead, self.sealed) = (ahead, self.sealed.and(message));
        self.hits += 1;
        Some(key)
    }

    fn report(&mut self) {
        let hits = mem::take(&mut self.hits);
        if hits > 0
            && let Some(inner) = self.cache.upgrade()
        {
            super::locked(&inner.sealing).counts.hits += hits;
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.report();
    }
}

thread_local! {
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::collections::HashMap;
    use std::thread;

    use super::*;
    use crate::context::Context;
    use crate::encryptor::Encryptor;
    use crate::envelope::Envelope;
    use crate::key::Key;
    use crate::moment::hand::HandClock;
    use crate::provider::KeyFile;

    fn encryptor(cache: &DataKeyCache) -> Encryptor {
        Encryptor::new(Arc::new(KeyFile::from_key(Key::from_bytes(&[7; 32])))).cache(cache)
    }

    /// The commitment, which tells data keys apart.
    fn seal(encryptor: &Encryptor, organization: &str, plaintext: &[u8]) -> [u8; 32] {
        let context = Context::new([("organization", organization)]).unwrap();
        // Of those who may wait, only one fetches a key.
        let message = pollster::block_on(encryptor.seal(plaintext, &context)).unwrap();
        *Envelope::parse(&message).unwrap().header.commitment()
    }

    fn ahead() -> Option<Amount> {
        RUN.with_borrow(|run| run.as_ref().map(|run| run.ahead))
    }

    #[test]
    fn a_run_takes_as_much_ahead_as_it_has_sealed() {
        let encryptor = encryptor(&DataKeyCache::new());
        let after = |_| {
            seal(&encryptor, "acme", b"four");
            ahead().map(|ahead| (ahead.messages, ahead.bytes))
        };
        let taken: Vec<_> = (0..9).map(after).collect();
        let some = |messages| Some((messages, 4 * messages));
        // The first message fetches the key, the second begins the run.
        assert_eq!(taken, [None, some(0), some(1), some(0), some(3), some(2), some(1), some(0), some(7)]);
        seal(&encryptor, "other", b"four");
        seal(&encryptor, "other", b"four");
        seal(&encryptor, "acme", b"four");
        assert_eq!(ahead(), Some(Amount::NONE), "it begins anew");
    }

    #[test]
    fn what_is_left_when_the_bytes_are_used_up_is_given_back() {
        let cache = DataKeyCache::builder().max_messages(1 << 16).max_bytes(1 << 20).build().unwrap();
        let encryptor = encryptor(&cache);
        let mut used = HashMap::new();
        for _ in 0..3000 {
            *used.entry(seal(&encryptor, "acme", &[0; 700])).or_insert(0) += 1;
        }
        let most = (1 << 20) / 700;
        assert_eq!(used.values().filter(|messages| **messages == most).count(), 2, "{used:?}");
    }

    #[test]
    fn threads_together_keep_the_limits_and_use_half_of_them() {
        let cache = DataKeyCache::builder().max_messages(8192).build().unwrap();
        let encryptor = &encryptor(&cache);
        let seal = |_| (0..6000).map(|_| seal(encryptor, "acme", b"")).collect::<Vec<_>>();
        let sealed: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|thread| scope.spawn(move || seal(thread))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let mut used = HashMap::new();
        sealed.iter().for_each(|key| *used.entry(key).or_insert(0) += 1);
        assert!(used.values().all(|messages| *messages <= 8192), "{used:?}");
        assert!(used.values().filter(|messages| **messages < 4096).count() <= 1, "{used:?}");
        let counts = cache.statistics().seals;
        assert_eq!(counts.hits + counts.misses, 24_000, "threads that have ended have told all");
    }

    #[test]
    fn an_evicted_key_is_found_by_nobody_while_a_call_still_uses_it() {
        let cache = DataKeyCache::new();
        let encryptor = encryptor(&cache);
        let first = seal(&encryptor, "acme", b"");
        while ahead().is_none_or(|ahead| ahead.messages == 0) {
            assert_eq!(seal(&encryptor, "acme", b""), first);
        }
        let key = RUN.with_borrow(|run| run.as_ref().unwrap().key.upgrade()).unwrap();
        thread::scope(|scope| scope.spawn(|| cache.evict_organization("acme")).join().unwrap());
        assert_eq!(Arc::strong_count(&key), 1, "it is wiped when this one is dropped");
        assert_ne!(seal(&encryptor, "acme", b""), first);
    }

    #[test]
    fn a_run_ends_with_the_age_of_its_key() {
        let clock = HandClock::at(0);
        let cache = DataKeyCache::builder().max_age(Duration::from_secs(60)).clock(clock.clone()).build().unwrap();
        let encryptor = encryptor(&cache);
        let first = seal(&encryptor, "acme", b"");
        (0..4).for_each(|_| assert_eq!(seal(&encryptor, "acme", b""), first));
        clock.set(59);
        assert_eq!(seal(&encryptor, "acme", b""), first);
        assert_ne!(ahead(), Some(Amount::NONE));
        clock.set(60);
        assert_ne!(seal(&encryptor, "acme", b""), first);
    }
}
