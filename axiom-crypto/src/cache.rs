//! Data keys that are used more than once.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axiom_core::{Clock, Timestamp};
use zeroize::ZeroizeOnDrop;

use crate::context::Context;
use crate::envelope::{Algorithms, Envelope, Stop};
use crate::error::Error;
use crate::flights::Flights;
use crate::provider::{KeyId, KeyProvider};
use crate::scope::KeyScope;
use crate::tree::Evict;

mod amount;
mod eviction;
mod failure;
mod limits;
mod opening;
mod providers;
mod recent;
mod run;
mod sealing;
mod shelf;
mod statistics;

use eviction::Eviction;
use failure::{FailureId, Remembered};
pub use limits::DataKeyCacheBuilder;
use limits::Limits;
use opening::{OpeningId, OpeningKey};
use providers::ProviderSets;
use sealing::{SealingId, SealingKey};
use shelf::{Before, Kept, Life, Shelf};
pub use statistics::{CacheCounts, CacheStatistics};

/// Keeps data keys, so that most messages need no call of a key provider.
///
/// An [`Encryptor`](crate::Encryptor) with a [cache](crate::Encryptor::cache) seals the messages of one organization
/// and subject with one data key until a limit is reached, and remembers the data keys of messages that it opens. Once
/// a key is there, neither [`try_seal`](crate::Encryptor::try_seal) nor [`try_open`](crate::Encryptor::try_open) has to
/// wait, wherever the provider is. A clone is the same cache.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use axiom_crypto::{Context, DataKeyCache, Encryptor, KeyFile};
///
/// # let directory = tempfile::tempdir()?;
/// let keys = KeyFile::create(directory.path().join("orders.key"))?;
/// let cache = DataKeyCache::builder().max_age(Duration::from_secs(60)).max_messages(1000).build()?;
/// let encryptor = Encryptor::new(Arc::new(keys)).cache(&cache);
///
/// for order in ["1", "2", "3"] {
///     let context = Context::new([("organization", "org_7f3c"), ("order", order)])?;
///     encryptor.try_seal(b"secret", &context).expect("a key file never waits")?;
/// }
/// assert_eq!((cache.statistics().seals.fetches, cache.statistics().seals.hits), (1, 2));
///
/// cache.evict_organization("org_7f3c");
/// assert_eq!(cache.statistics().seals.keys, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What shares a key
/// Messages whose contexts have the same pairs `organization` and `subject` (the [scope](Context::scope); a context
/// that has neither shares with others that have neither), from encryptors with the same providers in the same order,
/// the same suite and the same backend, in one process. Such a message says that it is
/// [shared](crate::envelope::Header::is_shared), is still bound to the whole of its own context, and opens without a
/// cache too. Which messages have one data key can be seen.
///
/// # What it promises
/// - **Limits** of age, messages and bytes are checked before a key is used: with a limit of n messages, the message
///   n + 1 gets another key. Of keys there are never more than set. Age is a promise of use: a key that is too old is
///   not used again, and is wiped at the next look for it or, at the latest, when a key is fetched one `max_age` after
///   the last [`sweep`](Self::sweep). A host whose traffic may stop calls that on a timer.
///   Threads take some messages [ahead](DataKeyCacheBuilder::max_messages): a key lasts shorter for it, never longer.
/// - **Isolation**: a key is given out for the scope that it was bound to and to encryptors with the providers that it
///   came from. A message is opened with a kept key only if it carries the wrapped key that this one came out of, so a
///   cache opens nothing that the providers would not have opened within the last `max_age`.
/// - **One call**: of those who wait for the same key, one asks the provider; if it fails or is cancelled, the next one
///   does. Calls that must not wait (`try_…`) go beside it.
/// - **Failures** of a provider are remembered for a while, for the operation, the scope and the keys that they are
///   about, and answered without asking it again. What is wrong with a message is not remembered.
/// - **Eviction** takes effect at once for every clone, also for keys that are being fetched: these are used for the
///   calls that are waiting for them and kept by nobody. A key is wiped when the last call that uses it ends.
/// - After a fork the child seals with keys of its own.
///
/// # What it does not promise
/// - A key that is disabled, or a right that is withdrawn, takes effect when the data keys are too old:
///   [evict](Self::evict_key) them to have it at once. A new version of a key takes effect with the next message, where
///   the provider tells its [epoch](crate::KeyProvider::epoch). Other processes have caches of their own.
/// - **A machine that is restored twice from one snapshot** (a virtual machine, a container, a function that is started
///   from an image of its memory) has the same kept keys and the same stock of nonces twice, which is fatal for
///   AES-256-GCM and for XAES-256-GCM. Take snapshots before the first message is sealed, or seal there with
///   [`Suite::Aes256GcmSiv`](crate::Suite::Aes256GcmSiv), or without a cache: a data key of its own for each message
///   comes from the operating system, which knows of such restores.
/// - A data key that has been cached is in the memory of this process for longer than that of a single message, and
///   whoever gets hold of it reads all the messages that share it.
#[derive(Clone)]
pub struct DataKeyCache {
    inner: Arc<Inner>,
}

struct Inner {
    limits: Limits,
    clock: Arc<dyn Clock>,
    providers: ProviderSets,
    sealing: Mutex<Side<SealingId, SealingKey>>,
    sealing_flights: Flights<SealingId>,
    opening: Mutex<Side<OpeningId, OpeningKey>>,
    opening_flights: Flights<OpeningId>,
    failures: Mutex<Shelf<FailureId, Remembered>>,
}

/// The keys of one side, and its counts, but for the number of keys.
struct Side<I, T> {
    shelf: Shelf<I, T>,
    counts: CacheCounts,
}

/// Who uses a cache: providers, by the number that the cache gave them.
pub(crate) struct Party<'a> {
    pub(crate) number: u64,
    pub(crate) providers: &'a [Arc<dyn KeyProvider>],
    pub(crate) algorithms: Algorithms,
}

impl DataKeyCache {
    /// A cache with the limits that [`builder`](Self::builder) begins with.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Limits::DEFAULT, Arc::new(axiom_core::SystemClock))
    }

    /// Sets limits.
    pub fn builder() -> DataKeyCacheBuilder {
        DataKeyCacheBuilder::new()
    }

    /// Removes every key and every failure.
    pub fn evict_all(&self) {
        self.forget(&Eviction::Everything);
    }

    /// Removes what belongs to messages of this organization, its subjects included.
    pub fn evict_organization(&self, organization: &str) {
        self.forget(&Eviction::Organization(organization));
    }

    /// Removes what belongs to messages of this subject of this organization.
    pub fn evict_subject(&self, organization: &str, subject: &str) {
        self.forget(&Eviction::Subject { organization, subject });
    }

    /// Removes what was wrapped or unwrapped under this key of a provider.
    pub fn evict_key(&self, key: &KeyId) {
        self.forget(&Eviction::Key(key));
    }

    /// Removes what is too old.
    pub fn sweep(&self) {
        let now = self.now();
        self.sealing().shelf.sweep(now);
        self.opening().shelf.sweep(now);
        self.failures().sweep(now);
    }

    /// What it has done since it was made.
    #[must_use]
    pub fn statistics(&self) -> CacheStatistics {
        run::report();
        CacheStatistics { seals: self.sealing().statistics(), opens: self.opening().statistics() }
    }

    fn with(limits: Limits, clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            limits,
            clock,
            providers: ProviderSets::default(),
            sealing: Mutex::new(Side::new(&limits)),
            sealing_flights: Flights::new(),
            opening: Mutex::new(Side::new(&limits)),
            opening_flights: Flights::new(),
            failures: Mutex::new(Shelf::new(limits.max_keys)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Whether it is a clone of `other`.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// The number of these providers.
    pub(crate) fn number(&self, providers: &[Arc<dyn KeyProvider>]) -> u64 {
        self.inner.providers.number(providers)
    }

    /// Whether a plaintext of this length can share a key at all.
    pub(crate) fn has_room_for(&self, len: usize) -> bool {
        len as u64 <= self.inner.limits.max_bytes
    }

    fn forget(&self, eviction: &Eviction<'_>) {
        self.sealing().shelf.evict(eviction);
        self.opening().shelf.evict(eviction);
        self.failures().evict(eviction);
    }

    fn remembered(&self, id: &FailureId) -> Option<Error> {
        let now = self.now();
        self.failures().find(id, now, |kept| Some(kept.content.error()))
    }

    /// Remembers that a provider has failed.
    fn remember(
        &self,
        id: FailureId,
        stop: &Stop,
        context: &Context,
        keys: impl FnOnce() -> Vec<KeyId>,
        before: Before,
    ) {
        let Stop::Failed(error) = stop else { return };
        let Some((content, lifetime)) = Remembered::of(error, &self.inner.limits) else { return };
        if !lifetime.is_zero() {
            let life = Life { since: self.now(), lifetime };
            let kept = Kept { content, context: context.clone(), keys: keys(), life };
            self.failures().keep(id, kept, before);
        }
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    fn sealing(&self) -> MutexGuard<'_, Side<SealingId, SealingKey>> {
        locked(&self.inner.sealing)
    }

    fn opening(&self) -> MutexGuard<'_, Side<OpeningId, OpeningKey>> {
        locked(&self.inner.opening)
    }

    fn failures(&self) -> MutexGuard<'_, Shelf<FailureId, Remembered>> {
        locked(&self.inner.failures)
    }
}

/// See [`KeyProvider::evict_with`].
impl Evict for DataKeyCache {
    /// A kept key of a tree does not tell whose it is, so all that came from trees go; they come back when needed.
    fn evict(&self, scope: &KeyScope) {
        let organization = scope.organization_id().as_str();
        match scope.subject_ref() {
            Some(subject) => self.evict_subject(organization, subject.as_str()),
            None => self.evict_organization(organization),
        }
        self.forget(&Eviction::KeptKeys);
    }
}

impl Default for DataKeyCache {
    fn default() -> Self {
        Self::new()
    }
}

impl ZeroizeOnDrop for DataKeyCache {}

impl fmt::Debug for DataKeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKeyCache").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}

impl<I: Copy + Eq + core::hash::Hash, T> Side<I, T> {
    fn new(limits: &Limits) -> Self {
        Self { shelf: Shelf::new(limits.max_keys), counts: CacheCounts::default() }
    }

    fn statistics(&self) -> CacheCounts {
        CacheCounts { keys: self.shelf.len(), ..self.counts }
    }
}

impl<'a> Party<'a> {
    fn providers(&self) -> Vec<&'a dyn KeyProvider> {
        self.providers.iter().map(|provider| &**provider).collect()
    }

    /// A number that is another one when one of the providers has another current key.
    fn epoch(&self) -> u64 {
        self.providers.iter().fold(0, |epoch, provider| {
            epoch.rotate_left(9).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(provider.epoch())
        })
    }

    /// Whether a provider has a say in opening a message.
    fn will_be_asked(&self, envelope: &Envelope<'_>, context: &Context) -> bool {
        let held = |provider: &Arc<dyn KeyProvider>| envelope.recipients.iter().any(|one| provider.holds(one.key()));
        envelope.check_context(context).is_ok() && self.providers.iter().any(held)
    }
}

/// Nothing panics while it holds one of these locks.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
