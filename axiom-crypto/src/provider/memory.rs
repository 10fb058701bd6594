//! Keys in the memory of this process.

use core::fmt;
use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axiom_core::{Clock, SystemClock, Timestamp};
use base64ct::{Base64UrlUnpadded, Encoding};

use super::{Binding, Failure, KeyId, KeyProvider, KeyState, key_wrap};
use crate::envelope::Recipient;
use crate::error::Error;
use crate::key::Key;

mod version;

use version::{Refusal, Version};

/// A key with versions and states that lives in the memory of this process and ends with it.
///
/// For data that must not outlive the process, and for whoever wants to see how a program behaves when its key is
/// disabled, waits for deletion or is gone: the states and what they refuse are those of a key service. Clones are
/// handles of the same key.
///
/// New data keys are wrapped under the current version, the latest; every version unwraps what was wrapped under it,
/// so that [`rotate`](Self::rotate) interrupts nobody. Each version has a [`KeyState`] of its own.
///
/// | call | from | to |
/// |---|---|---|
/// | [`enable`](Self::enable) | disabled, enabled | enabled |
/// | [`disable`](Self::disable) | disabled, enabled | disabled |
/// | [`schedule_deletion`](Self::schedule_deletion) | disabled, enabled | pending deletion |
/// | [`cancel_deletion`](Self::cancel_deletion) | pending deletion | disabled |
/// | [`destroy`](Self::destroy) | any | destroyed |
///
/// Any other transition is refused as [`Error::Provider`] with the [`Failure`] that using the key would have met, or
/// [`Failure::Other`] where there is no deletion to cancel.
///
/// ```
/// use axiom_crypto::{Context, Error, Failure, MemoryKeys, envelope};
///
/// let keys = MemoryKeys::new()?;
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let message = envelope::try_seal(b"secret", &context, &keys).expect("memory never waits")?;
///
/// keys.rotate()?;
/// assert!(envelope::try_open(&message, &context, &keys).expect("memory never waits").is_ok());
///
/// keys.destroy(1)?;
/// let refused = envelope::try_open(&message, &context, &keys).expect("memory never waits");
/// assert!(matches!(refused, Err(Error::Provider { failure: Failure::NotFound, .. })));
/// # Ok::<(), Error>(())
/// ```
///
/// # Wrapping
/// As [`KeyFile`](crate::KeyFile) does, with the label "axiom/memory-keys/v1/wrap".
///
/// # What it does not promise
/// A version whose deletion is due is wiped at the next use of any version or state, not by a timer; a call that is
/// just using it in another thread ends first.
#[derive(Clone)]
pub struct MemoryKeys {
    shared: Arc<Shared>,
}

struct Shared {
    id: Box<str>,
    clock: Box<dyn Clock>,
    /// Version 1 comes first. Never empty.
    versions: Mutex<Vec<Version>>,
}

impl MemoryKeys {
    /// A new random key with one version, which is enabled.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn new() -> Result<Self, Error> {
        Self::with_clock(SystemClock)
    }

    /// As [`new`](Self::new), with the clock that tells when a deletion is due.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn with_clock(clock: impl Clock + 'static) -> Result<Self, Error> {
        let mut id = [0; 12];
        getrandom::fill(&mut id).map_err(|_| Error::Random)?;
        let versions = Mutex::new(vec![Version::generate()?]);
        let id = Base64UrlUnpadded::encode_string(&id).into();
        Ok(Self { shared: Arc::new(Shared { id, clock: Box::new(clock), versions }) })
    }

    /// Makes a new version, which is the current one from now on, and tells its name.
    ///
    /// # Errors
    /// [`Error::Random`], and [`Error::Invalid`] after 65,535 versions.
    pub fn rotate(&self) -> Result<KeyId, Error> {
        let new = Version::generate()?;
        let mut versions = self.versions();
        if versions.len() == usize::from(u16::MAX) {
            return Err(Error::Invalid { what: "rotation", reason: "a key has at most 65535 versions" });
        }
        versions.push(new);
        Ok(self.key_id(current(&versions)))
    }

    /// The state of a version, or `None` where there never was such a version.
    #[must_use]
    pub fn state_of(&self, version: u16) -> Option<KeyState> {
        self.versions().get(index(version)?).map(Version::state)
    }

    /// Lets a version be used again.
    ///
    /// # Errors
    /// [`Error::Provider`] as the table says.
    pub fn enable(&self, version: u16) -> Result<(), Error> {
        self.change(version, Version::enable)
    }

    /// Lets a version be used by nobody until it is enabled.
    ///
    /// # Errors
    /// [`Error::Provider`] as the table says.
    pub fn disable(&self, version: u16) -> Result<(), Error> {
        self.change(version, Version::disable)
    }

    /// Disables a version and destroys it after `grace`; tells when that will be.
    ///
    /// # Errors
    /// [`Error::Provider`] as the table says, and [`Error::Invalid`] where that is later than the year 9999.
    pub fn schedule_deletion(&self, version: u16, grace: Duration) -> Result<Timestamp, Error> {
        let due = i64::try_from(grace.as_micros()).ok();
        let due = due.and_then(|grace| self.shared.clock.now().unix_micros().checked_add(grace));
        let due = due.and_then(Timestamp::from_unix_micros);
        let due = due.ok_or(Error::Invalid { what: "grace period", reason: "must end before the year 10000" })?;
        self.change(version, |version| version.schedule_deletion(due))?;
        Ok(due)
    }

    /// Calls the deletion of a version off; it is disabled from then on.
    ///
    /// # Errors
    /// [`Error::Provider`] as the table says.
    pub fn cancel_deletion(&self, version: u16) -> Result<(), Error> {
        self.change(version, Version::cancel_deletion)
    }

    /// Wipes a version now and for good.
    ///
    /// # Errors
    /// [`Error::Provider`] where there never was such a version.
    pub fn destroy(&self, version: u16) -> Result<(), Error> {
        self.change(version, |version| {
            version.destroy();
            Ok(())
        })
    }

    fn change(&self, version: u16, change: impl FnOnce(&mut Version) -> Result<(), Refusal>) -> Result<(), Error> {
        let mut versions = self.versions();
        let changed = index(version).and_then(|index| versions.get_mut(index)).ok_or(NO_SUCH_VERSION);
        changed.and_then(change).map_err(|refusal| self.refused(version, refusal))
    }

    /// The key of a version that may be used, out of the lock.
    fn key(&self, version: u16) -> Result<Arc<Key>, Error> {
        let key = match index(version).and_then(|index| self.versions().get(index).map(Version::key)) {
            Some(key) => key,
            None => Err(NO_SUCH_VERSION),
        };
        key.map_err(|refusal| self.refused(version, refusal))
    }

    /// All versions, after those whose time has come are wiped.
    fn versions(&self) -> MutexGuard<'_, Vec<Version>> {
        let now = self.shared.clock.now();
        let mut versions = self.shared.versions.lock().unwrap_or_else(PoisonError::into_inner);
        versions.iter_mut().for_each(|version| version.settle(now));
        versions
    }

    fn key_id(&self, version: u16) -> KeyId {
        KeyId::new(PROVIDER, &self.shared.id, version).expect("base64url is printable")
    }

    fn refused(&self, version: u16, Refusal { failure, reason }: Refusal) -> Error {
        let source = format!("{} {reason}", self.key_id(version)).into();
        Error::Provider { provider: PROVIDER.into(), failure, source }
    }

    fn wrap_now(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        let version = current(&self.versions());
        let wrapped = key_wrap::wrap(&*self.key(version)?, WRAP_LABEL, dek, binding);
        Recipient::new(self.key_id(version), &wrapped)
    }

    fn unwrap_now(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        let kek = self.key(recipient.key().version())?;
        key_wrap::unwrap(&kek, WRAP_LABEL, recipient.wrapped(), binding)
    }
}

#[async_trait]
impl KeyProvider for MemoryKeys {
    fn describe(&self) -> KeyId {
        self.key_id(current(&self.versions()))
    }

    fn epoch(&self) -> u64 {
        self.versions().len() as u64
    }

    /// Whether it is a version of this key, whatever its state: using it says what became of it.
    fn holds(&self, key: &KeyId) -> bool {
        key.provider() == PROVIDER && *key.id() == *self.shared.id && self.state_of(key.version()).is_some()
    }

    fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
        Some(self.wrap_now(dek, binding))
    }

    fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
        Some(self.unwrap_now(recipient, binding))
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.wrap_now(dek, binding)
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        self.unwrap_now(recipient, binding)
    }

    async fn state(&self) -> Result<KeyState, Error> {
        let versions = self.versions();
        Ok(versions.last().expect("there is always a version").state())
    }
}

impl fmt::Debug for MemoryKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryKeys({})", self.describe())
    }
}

/// The number of the latest version.
fn current(versions: &[Version]) -> u16 {
    u16::try_from(versions.len()).expect("`rotate` stops at the last number")
}

fn index(version: u16) -> Option<usize> {
    usize::from(version).checked_sub(1)
}

const PROVIDER: &str = "memory";
const WRAP_LABEL: &[u8] = b"axiom/memory-keys/v1/wrap";
const NO_SUCH_VERSION: Refusal = Refusal { failure: Failure::NotFound, reason: "never existed" };

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// A clock that is set by hand, in microseconds.
    #[derive(Clone, Default)]
    struct HandClock(Arc<AtomicI64>);

    impl Clock for HandClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_unix_micros(self.0.load(Ordering::SeqCst)).unwrap()
        }
    }

    fn failure(result: Result<impl Sized, Error>) -> Failure {
        match result.map(|_| ()).unwrap_err() {
            Error::Provider { failure, .. } => failure,
            other => panic!("{other}"),
        }
    }

    fn binding() -> Binding {
        Binding::new(&[1; 32], &[2; 32])
    }

    #[test]
    fn a_rotation_changes_what_wraps_and_not_what_unwraps() {
        let keys = MemoryKeys::new().unwrap();
        let dek = Key::generate().unwrap();
        let first = keys.wrap_now(&dek, &binding()).unwrap();
        assert_eq!(keys.rotate().unwrap(), keys.describe());
        let second = keys.wrap_now(&dek, &binding()).unwrap();
        assert_eq!((first.key().version(), second.key().version()), (1, 2));
        assert_ne!(first.wrapped(), second.wrapped());
        for recipient in [first, second] {
            assert!(keys.holds(recipient.key()));
            assert_eq!(keys.unwrap_now(&recipient, &binding()).unwrap().expose(), dek.expose());
        }
    }

    #[test]
    fn versions_do_not_open_what_another_wrapped() {
        let keys = MemoryKeys::new().unwrap();
        let recipient = keys.wrap_now(&Key::generate().unwrap(), &binding()).unwrap();
        let renamed = Recipient::new(keys.rotate().unwrap(), recipient.wrapped()).unwrap();
        assert!(matches!(keys.unwrap_now(&renamed, &binding()), Err(Error::Open)));
    }

    #[test]
    fn a_version_is_stopped_alone() {
        let keys = MemoryKeys::new().unwrap();
        let recipient = keys.wrap_now(&Key::generate().unwrap(), &binding()).unwrap();
        keys.rotate().unwrap();
        keys.disable(1).unwrap();
        assert_eq!(failure(keys.unwrap_now(&recipient, &binding())), Failure::Disabled);
        assert!(keys.wrap_now(&Key::generate().unwrap(), &binding()).is_ok());
        keys.disable(2).unwrap();
        keys.enable(1).unwrap();
        assert!(keys.unwrap_now(&recipient, &binding()).is_ok());
        assert_eq!(failure(keys.wrap_now(&Key::generate().unwrap(), &binding())), Failure::Disabled);
    }

    #[test]
    fn a_deletion_comes_when_it_is_due_and_not_a_microsecond_earlier() {
        let clock = HandClock::default();
        let keys = MemoryKeys::with_clock(clock.clone()).unwrap();
        assert_eq!(keys.schedule_deletion(1, Duration::from_micros(7)).unwrap().unix_micros(), 7);
        clock.0.store(6, Ordering::SeqCst);
        assert_eq!(keys.state_of(1), Some(KeyState::PendingDeletion));
        clock.0.store(7, Ordering::SeqCst);
        assert_eq!(keys.state_of(1), Some(KeyState::Destroyed));
        clock.0.store(0, Ordering::SeqCst);
        assert_eq!(keys.state_of(1), Some(KeyState::Destroyed), "a clock that goes back revives no key");
        assert_eq!(failure(keys.cancel_deletion(1)), Failure::NotFound);
    }

    #[test]
    fn a_grace_beyond_all_time_is_refused_and_changes_nothing() {
        let keys = MemoryKeys::new().unwrap();
        assert!(matches!(keys.schedule_deletion(1, Duration::MAX), Err(Error::Invalid { .. })));
        assert_eq!(keys.state_of(1), Some(KeyState::Enabled));
    }

    #[test]
    fn only_versions_that_exist_are_held_and_changed() {
        let keys = MemoryKeys::new().unwrap();
        for version in [0, 2, u16::MAX] {
            assert!(!keys.holds(&keys.key_id(version)), "{version}");
            assert_eq!(keys.state_of(version), None);
            assert_eq!(failure(keys.destroy(version)), Failure::NotFound);
            assert_eq!(failure(keys.key(version)), Failure::NotFound);
        }
        assert!(!keys.holds(&MemoryKeys::new().unwrap().describe()));
    }

    #[test]
    fn clones_see_every_change() {
        let keys = MemoryKeys::new().unwrap();
        let clone = keys.clone();
        keys.rotate().unwrap();
        keys.destroy(1).unwrap();
        assert_eq!(clone.describe(), keys.describe());
        assert_eq!(clone.state_of(1), Some(KeyState::Destroyed));
    }

    #[test]
    fn a_destroyed_version_leaves_no_key_behind() {
        let keys = MemoryKeys::new().unwrap();
        let key = Arc::downgrade(&keys.key(1).unwrap());
        keys.destroy(1).unwrap();
        assert!(key.upgrade().is_none());
    }
}
