//! Several providers that act as one.

use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use async_trait::async_trait;

use super::{Binding, KeyId, KeyProvider, KeyState};
use crate::cache::DataKeyCache;
use crate::envelope::Recipient;
use crate::error::Error;
use crate::key::Key;

/// Several providers of which the first wraps and all unwrap: rotation of keys without an interruption.
///
/// It serves key files, which have no versions of their own, and moving from one kind of provider to another. Clones
/// are handles of the same ring: what one of them [`promote`](Self::promote)s, all wrap with.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_crypto::{Context, KeyFile, KeyProvider, KeyRing, envelope};
///
/// # let directory = tempfile::tempdir()?;
/// let old = KeyFile::create(directory.path().join("2025.key"))?;
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let keys = KeyRing::new(Arc::new(old));
/// let message = envelope::try_seal(b"secret", &context, &keys).expect("a key file never waits")?;
///
/// let new = KeyFile::create(directory.path().join("2026.key"))?;
/// let (former, current) = (keys.describe(), new.describe());
/// keys.promote(Arc::new(new));
/// assert_eq!(keys.describe(), current, "new messages are written for the new key");
/// assert!(envelope::try_open(&message, &context, &keys).expect("a key file never waits").is_ok());
///
/// assert!(keys.retire(&former), "once every message has been rewrapped");
/// assert!(envelope::try_open(&message, &context, &keys).expect("a key file never waits").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What it does not promise
/// A ring is no fallback: where its first provider fails, wrapping fails. A call that has begun before a change ends
/// with the providers it began with; its recipient names the key that wrapped. Before a key is retired, every process
/// must have promoted its successor, and every message be rewrapped.
#[derive(Clone)]
pub struct KeyRing {
    shared: Arc<Shared>,
}

struct Shared {
    providers: RwLock<Providers>,
    /// How often they were changed.
    changes: AtomicU32,
    /// Those that a provider that comes later is told of.
    caches: Mutex<Vec<DataKeyCache>>,
}

/// Never empty.
type Providers = Arc<[Arc<dyn KeyProvider>]>;

impl KeyRing {
    /// A ring of this provider alone.
    #[must_use]
    pub fn new(first: Arc<dyn KeyProvider>) -> Self {
        let providers = RwLock::new(Arc::new([first]) as Providers);
        Self { shared: Arc::new(Shared { providers, changes: AtomicU32::new(0), caches: Mutex::default() }) }
    }

    /// Adds a provider that unwraps what was wrapped earlier, or elsewhere.
    #[must_use]
    pub fn and(self, older: Arc<dyn KeyProvider>) -> Self {
        self.change(|providers| providers.push(older));
        self
    }

    /// Wraps with `new` from now on; those that are in the ring keep unwrapping.
    ///
    /// A provider of the ring that has the same current key is replaced, so that promoting one of the ring's own moves
    /// it to the front.
    pub fn promote(&self, new: Arc<dyn KeyProvider>) {
        let key = new.describe();
        self.change(|providers| {
            providers.retain(|provider| provider.describe() != key);
            providers.insert(0, new);
        });
    }

    /// Takes the providers out whose current key is `key`, and tells whether there were any; the first one stays.
    ///
    /// What was wrapped under them does not open any more, unless another provider of the ring holds the key.
    #[must_use = "`false` says that nothing was taken out"]
    pub fn retire(&self, key: &KeyId) -> bool {
        self.change(|providers| {
            let before = providers.len();
            let first = providers.remove(0);
            providers.retain(|provider| provider.describe() != *key);
            providers.insert(0, first);
            providers.len() < before
        })
    }

    /// The current keys of the providers, the first one wrapping.
    #[must_use]
    pub fn keys(&self) -> Vec<KeyId> {
        self.providers().iter().map(|provider| provider.describe()).collect()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<Arc<dyn KeyProvider>>) -> T) -> T {
        let mut providers = self.shared.providers.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = providers.to_vec();
        let answer = change(&mut changed);
        for cache in self.caches().iter() {
            changed.iter().for_each(|provider| provider.evict_with(cache));
        }
        *providers = changed.into();
        // After the providers: who sees the old number seals as before the change.
        self.shared.changes.fetch_add(1, Ordering::Release);
        answer
    }

    /// The providers of this moment, so that no call holds the lock.
    fn providers(&self) -> Providers {
        Arc::clone(&self.shared.providers.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn caches(&self) -> MutexGuard<'_, Vec<DataKeyCache>> {
        self.shared.caches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn first(&self) -> Arc<dyn KeyProvider> {
        Arc::clone(&self.providers()[0])
    }

    fn holder(&self, key: &KeyId) -> Result<Arc<dyn KeyProvider>, Error> {
        let providers = self.providers();
        let holder = providers.iter().find(|provider| provider.holds(key));
        holder.map(Arc::clone).ok_or_else(|| Error::KeyNotFound { key: key.clone() })
    }
}

#[async_trait]
impl KeyProvider for KeyRing {
    fn describe(&self) -> KeyId {
        self.first().describe()
    }

    fn holds(&self, key: &KeyId) -> bool {
        self.holder(key).is_ok()
    }

    fn erases(&self, organization: Option<&str>, subject: &str) -> bool {
        self.first().erases(organization, subject)
    }

    fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
        self.first().try_wrap(dek, binding)
    }

    fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
        match self.holder(recipient.key()) {
            Ok(holder) => holder.try_unwrap(recipient, binding),
            Err(error) => Some(Err(error)),
        }
    }

    fn try_generate(&self) -> Option<Result<Key, Error>> {
        self.first().try_generate()
    }

    async fn generate(&self) -> Result<Key, Error> {
        self.first().generate().await
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.first().wrap(dek, binding).await
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        self.holder(recipient.key())?.unwrap(recipient, binding).await
    }

    async fn rewrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Recipient, Error> {
        let first = self.first();
        if first.holds(recipient.key()) {
            return first.rewrap(recipient, binding).await;
        }
        let dek = self.unwrap(recipient, binding).await?;
        first.wrap(&dek, binding).await
    }

    async fn state(&self) -> Result<KeyState, Error> {
        self.first().state().await
    }

    /// The changes of the ring, and those of its first provider beside them.
    fn epoch(&self) -> u64 {
        u64::from(self.shared.changes.load(Ordering::Acquire)).rotate_left(32) ^ self.first().epoch()
    }

    fn evict_with(&self, cache: &DataKeyCache) {
        let mut caches = self.caches();
        if !caches.iter().any(|known| known.is(cache)) {
            caches.push(cache.clone());
        }
        drop(caches);
        self.providers().iter().for_each(|provider| provider.evict_with(cache));
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys().iter().map(ToString::to_string).collect();
        write!(f, "KeyRing({})", keys.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::MemoryKeys;

    fn memory() -> Arc<MemoryKeys> {
        Arc::new(MemoryKeys::new().unwrap())
    }

    fn binding() -> Binding {
        Binding::new(&[1; 32], &[2; 32])
    }

    fn wrap(provider: &dyn KeyProvider, dek: &Key) -> Recipient {
        block_on(provider.wrap(dek, &binding())).unwrap()
    }

    #[test]
    fn a_promoted_key_wraps_in_every_clone_and_the_older_ones_unwrap() {
        let (old, new) = (memory(), memory());
        let ring = KeyRing::new(old.clone());
        let clone = ring.clone();
        let dek = Key::generate().unwrap();
        let before = wrap(&clone, &dek);
        ring.promote(new.clone());
        let after = wrap(&clone, &dek);
        assert_eq!((before.key(), after.key()), (&old.describe(), &new.describe()));
        for recipient in [before, after] {
            assert_eq!(block_on(clone.unwrap(&recipient, &binding())).unwrap().expose(), dek.expose());
            assert_eq!(clone.try_unwrap(&recipient, &binding()).unwrap().unwrap().expose(), dek.expose());
        }
    }

    #[test]
    fn promoting_one_of_the_ring_moves_it_to_the_front() {
        let (one, two) = (memory(), memory());
        let ring = KeyRing::new(one.clone()).and(two.clone());
        ring.promote(two.clone());
        assert_eq!(ring.keys(), [two.describe(), one.describe()]);
    }

    #[test]
    fn rewrapping_moves_a_key_to_the_first_provider() {
        let (one, two) = (memory(), memory());
        let ring = KeyRing::new(one.clone()).and(two.clone());
        let dek = Key::generate().unwrap();
        for provider in [&one, &two] {
            let moved = block_on(ring.rewrap(&wrap(&**provider, &dek), &binding())).unwrap();
            assert_eq!(*moved.key(), one.describe());
            assert_eq!(block_on(one.unwrap(&moved, &binding())).unwrap().expose(), dek.expose());
        }
    }

    #[test]
    fn a_retired_key_is_held_no_more_and_the_first_stays() {
        let (one, two) = (memory(), memory());
        let ring = KeyRing::new(one.clone()).and(two.clone());
        assert!(!ring.retire(&one.describe()));
        assert!(ring.retire(&two.describe()));
        assert!(!ring.retire(&two.describe()));
        assert_eq!(ring.keys(), [one.describe()]);
        let recipient = wrap(&*two, &Key::generate().unwrap());
        assert!(!ring.holds(recipient.key()));
        for refused in [block_on(ring.unwrap(&recipient, &binding())), ring.try_unwrap(&recipient, &binding()).unwrap()]
        {
            assert!(matches!(refused, Err(Error::KeyNotFound { key }) if key == two.describe()));
        }
    }

    #[test]
    fn the_state_is_that_of_the_key_that_wraps() {
        let (one, two) = (memory(), memory());
        let ring = KeyRing::new(one.clone()).and(two.clone());
        two.disable(1).unwrap();
        assert_eq!(block_on(ring.state()).unwrap(), KeyState::Enabled);
        one.disable(1).unwrap();
        assert_eq!(block_on(ring.state()).unwrap(), KeyState::Disabled);
    }
}
