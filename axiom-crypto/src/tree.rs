//! Keys of organizations and data subjects, which are destroyed to erase what they encrypted.

use core::fmt;
use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axiom_core::{Clock, OrganizationId, SystemClock, Timestamp};

use crate::cache::DataKeyCache;
use crate::envelope::{KeyReference, Patience, Stop, at_once, waited};
use crate::error::Error;
use crate::flights::Flights;
use crate::keystore::{KeyRecord, KeyStore};
use crate::provider::KeyProvider;
use crate::scope::KeyScope;
use crate::suite::Backend;

mod aged;
mod cache;
mod data;
mod keys;
mod names;
mod root;
mod rotation;
mod scope_key;

use cache::Cache;
pub(crate) use data::Data;
pub(crate) use keys::check_usable;
pub(crate) use root::{PROVIDER, root_above};
pub use scope_key::ScopeKey;

/// The keys of organizations and their data subjects: each is encrypted by its own, so that each can be erased.
///
/// ```text
/// key provider ─wraps─► root key of an organization ─wraps─► data key of a subject ─► fields, and wrapped data keys
///                                                   ─wraps─► data key of the organization, for what is no subject's
///                                                   ─wraps─► index key, which the names of data keys derive from
/// ```
/// Everything below the provider is made at its first use and kept, wrapped, in a [`KeyStore`]; of several processes
/// that do it at the same time one succeeds, and the others use its key. What is encrypted carries a reference to a
/// data key and no wrapped key, so that destroying the kept one erases it, wherever it was copied to.
///
/// Clones share everything. Unwrapped keys are held in memory for at most five minutes and for at most 1,024 scopes,
/// unless [`builder`](Self::builder) says otherwise; a revocation or destruction by another process, of the key or of
/// its organization, is noticed when they have ended. Their age begins before they are fetched, and that of a data key
/// no later than that of the root which unwrapped it. What another process encrypts under a destroyed key until then
/// cannot be read by anyone. A cache of data keys above the tree has an age of its own, which comes on top.
/// Of those who wait for the keys of one organization, one asks the key provider.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use axiom_crypto::{Context, Encryptor, Error, FileKeyStore, KeyFile, KeyScope, KeyTree};
///
/// # let directory = tempfile::tempdir()?;
/// # pollster::block_on(async {
/// let master = KeyFile::create(directory.path().join("master.key"))?;
/// let keys = KeyTree::new(Arc::new(FileKeyStore::create(directory.path().join("keys"))?), Arc::new(master));
///
/// let person = KeyScope::subject("org_7f3c".parse()?, "sub_19".parse()?);
/// let context = Context::new([("organization", "org_7f3c"), ("subject", "sub_19"), ("column", "address")])?;
/// let encryptor = Encryptor::new(Arc::new(keys.key(&person).await?));
/// let message = encryptor.seal(b"12 Example Road", &context).await?;
///
/// keys.revoke(&person, Duration::from_secs(30 * 86_400)).await?;
/// assert!(matches!(encryptor.open(&message, &context).await, Err(Error::Revoked { .. })));
/// keys.restore(&person).await?;
/// assert_eq!(*encryptor.open(&message, &context).await?, b"12 Example Road");
///
/// let receipt = keys.destroy_without_grace(&person, "user_41", "request of the data subject").await?;
/// assert!(matches!(encryptor.open(&message, &context).await, Err(Error::Destroyed { .. })));
/// assert_eq!(receipt.keys().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Key schedule
/// ```text
/// name of a root        = SHA-256("axiom/key-tree/v1/root" ‖ generation ‖ organization)[..16]
/// name of an index key  = SHA-256("axiom/key-tree/v1/index" ‖ name of its root)[..16]
/// name of a data key    = HKDF-SHA256(index key, info = "axiom/key-tree/v1/data" ‖ generation ‖ kind ‖ subject)[..16]
/// commitment            = HKDF-SHA256(key, info = "axiom/key-tree/v1/commitment")
/// binding               = SHA-256(canonical context {organization, key, role}) ‖ commitment, see `Context`
/// wrapped root          = what the provider makes of it, with this binding
/// wrapped other         = AES-256 key wrap under HKDF-SHA256(root, info = "axiom/key-tree/v1/wrap" ‖ binding)
/// ```
/// `generation` has 4 bytes, big-endian, and counts from 0; a scope whose key was destroyed gets the next one when it is
/// used again. `kind` is one byte, 1 for a subject and 0 for the organization itself, whose name then is empty.
#[derive(Clone)]
pub struct KeyTree(Arc<Shared>);

impl KeyTree {
    /// The keys in `store`, whose roots `provider` wraps.
    pub fn new(store: Arc<dyn KeyStore>, provider: Arc<dyn KeyProvider>) -> Self {
        Self::builder(store, provider).build()
    }

    /// Keys with settings of the host's own.
    pub fn builder(store: Arc<dyn KeyStore>, provider: Arc<dyn KeyProvider>) -> KeyTreeBuilder {
        KeyTreeBuilder {
            store,
            providers: vec![provider],
            clock: Arc::new(SystemClock),
            backend: Backend::default(),
            max_age: MAX_AGE,
            max_keys: MAX_KEYS,
        }
    }

    /// The data key of `scope` as a key provider, for the host's own columns and files; made where it is missing.
    ///
    /// It stands for the key that there is now. Once that is destroyed, what it sealed cannot be opened, and it seals
    /// no more; a new one for the same scope has a new key.
    ///
    /// # Errors
    /// [`Error::Revoked`], [`Error::KeyStore`] and others where the key cannot be had.
    pub async fn key(&self, scope: &KeyScope) -> Result<ScopeKey, Error> {
        let data = waited(self.0.data(scope, Patience::Waits)).await?;
        Ok(ScopeKey::new(self.clone(), scope.clone(), data.reference))
    }

    /// [`key`](Self::key) without waiting, or `None` where store or provider must be waited for.
    #[must_use]
    pub fn try_key(&self, scope: &KeyScope) -> Option<Result<ScopeKey, Error>> {
        let data = at_once(self.0.data(scope, Patience::None))?;
        Some(data.map(|data| ScopeKey::new(self.clone(), scope.clone(), data.reference)))
    }

    /// Lets `cache` know of every eviction, and keeps it alive for that as long as there is a clone of this tree.
    ///
    /// A cache of data keys that were wrapped under a [`ScopeKey`] must forget them when that key is revoked.
    pub fn evict_with(&self, cache: Arc<dyn Evict>) {
        lock(&self.0.caches).push(cache);
    }

    /// [`evict_with`](Self::evict_with) for a cache that may be known already.
    pub(crate) fn evict_cache(&self, cache: &DataKeyCache) {
        let mut caches = lock(&self.0.data_key_caches);
        if !caches.iter().any(|known| known.is(cache)) {
            caches.push(cache.clone());
        }
    }

    /// Forgets the unwrapped keys of `scope` in all clones and in the caches that asked for it.
    ///
    /// Revoking and destroying do it by themselves. A key wipes itself when the last call that uses it has ended.
    pub fn evict(&self, scope: &KeyScope) {
        lock(&self.0.cache).evict(scope);
        // Out of the lock: what a host does in its cache is not known.
        let caches = lock(&self.0.caches).clone();
        caches.iter().for_each(|cache| cache.evict(scope));
        let caches = lock(&self.0.data_key_caches).clone();
        caches.iter().for_each(|cache| Evict::evict(cache, scope));
    }

    /// The data key of `scope`, made where it is missing.
    pub(crate) async fn data(&self, scope: &KeyScope, patience: Patience) -> Result<Arc<Data>, Stop> {
        self.0.data(scope, patience).await
    }

    /// The data key of this name, which must belong to `organization`.
    pub(crate) async fn data_of(
        &self,
        organization: &OrganizationId,
        reference: KeyReference,
        patience: Patience,
    ) -> Result<Arc<Data>, Stop> {
        self.0.data_of(organization, reference, patience).await
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }
}

impl fmt::Debug for KeyTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.0.providers.iter().map(|provider| provider.describe().to_string()).collect();
        write!(f, "KeyTree({})", keys.join(", "))
    }
}

/// Holds keys that must go when the keys they belong to are revoked.
pub trait Evict: Send + Sync {
    /// Forgets the keys of `scope`: with an organization, those of all its subjects too.
    ///
    /// What is being fetched meanwhile must not come in afterwards.
    fn evict(&self, scope: &KeyScope);
}

/// Settings of a [`KeyTree`].
pub struct KeyTreeBuilder {
    store: Arc<dyn KeyStore>,
    providers: Vec<Arc<dyn KeyProvider>>,
    clock: Arc<dyn Clock>,
    backend: Backend,
    max_age: Duration,
    max_keys: usize,
}

impl KeyTreeBuilder {
    /// Wraps the roots for `provider` too, so that any of them opens everything; there are at most 16.
    #[must_use]
    pub fn and(mut self, provider: Arc<dyn KeyProvider>) -> Self {
        self.providers.push(provider);
        self
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Computes with this backend.
    #[must_use]
    pub const fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// Holds unwrapped keys for less than this, else five minutes.
    #[must_use]
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Holds so many unwrapped data keys, at least one and else 1,024, and as many roots.
    #[must_use]
    pub const fn max_keys(mut self, keys: usize) -> Self {
        self.max_keys = if keys == 0 { 1 } else { keys };
        self
    }

    /// The keys.
    #[must_use]
    pub fn build(self) -> KeyTree {
        KeyTree(Arc::new(Shared {
            cache: Mutex::new(Cache::new(self.max_age, self.max_keys)),
            store: self.store,
            providers: self.providers,
            clock: self.clock,
            backend: self.backend,
            max_age: self.max_age,
            caches: Mutex::default(),
            data_key_caches: Mutex::default(),
            flights: Flights::new(),
        }))
    }
}

/// What clones share.
pub(crate) struct Shared {
    store: Arc<dyn KeyStore>,
    providers: Vec<Arc<dyn KeyProvider>>,
    clock: Arc<dyn Clock>,
    backend: Backend,
    max_age: Duration,
    cache: Mutex<Cache>,
    caches: Mutex<Vec<Arc<dyn Evict>>>,
    data_key_caches: Mutex<Vec<DataKeyCache>>,
    /// Who fetches the keys of an organization, by the name of its first root.
    flights: Flights<KeyReference>,
}

impl Shared {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) const fn max_age(&self) -> Duration {
        self.max_age
    }

    pub(crate) async fn names(&self, organization: &OrganizationId) -> Result<Vec<KeyReference>, Error> {
        self.store.names(organization).await
    }

    pub(crate) async fn organizations(&self) -> Result<Vec<OrganizationId>, Error> {
        self.store.organizations().await
    }

    pub(crate) async fn load(&self, name: KeyReference, patience: Patience) -> Result<Option<KeyRecord>, Stop> {
        match (self.store.try_load(name), patience) {
            (Some(record), _) => Ok(record?),
            (None, Patience::None) => Err(Stop::MustWait),
            (None, Patience::Waits) => Ok(self.store.load(name).await?),
        }
    }

    pub(crate) async fn save(&self, record: &KeyRecord, patience: Patience) -> Result<(), Stop> {
        match (self.store.try_save(record), patience) {
            (Some(outcome), _) => Ok(outcome?),
            (None, Patience::None) => Err(Stop::MustWait),
            (None, Patience::Waits) => Ok(self.store.save(record).await?),
        }
    }

    /// Changes the record of this name, from the start again where another was faster; `None` where there was nothing to
    /// change.
    pub(crate) async fn change(
        &self,
        name: KeyReference,
        change: impl Fn(KeyRecord) -> Result<Option<KeyRecord>, Error>,
    ) -> Result<Option<KeyRecord>, Error> {
        for _ in 0..ATTEMPTS {
            let record = waited(self.load(name, Patience::Waits)).await?.ok_or(Error::NoKey)?;
            let Some(changed) = change(record)? else { return Ok(None) };
            match waited(self.save(&changed, Patience::Waits)).await {
                Ok(()) => return Ok(Some(changed)),
                Err(Error::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics between two changes that belong together.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const MAX_AGE: Duration = Duration::from_secs(300);
const MAX_KEYS: usize = 1024;
/// How often a change is tried whose record others change at the same time.
pub(crate) const ATTEMPTS: usize = 32;
