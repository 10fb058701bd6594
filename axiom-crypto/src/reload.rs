//! Secrets that change while the process runs.
//!
//! A [`ReloadingSecret`] holds the current value of a [`SecretSource`] and fetches it anew when it is a minute old. A
//! fetch that fails changes nothing: the last good value stays, and its age and the failure are there to be seen.
//!
//! ```
//! use axiom_crypto::reload::{FileSource, ReloadingSecret};
//!
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("database-password");
//! # std::fs::write(&path, "correct horse\n")?;
//! # #[cfg(unix)]
//! # std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
//! let password = ReloadingSecret::builder(FileSource::line(&path)).try_load().expect("a file never waits")?;
//! let current = password.try_current().expect("a file never waits")?;
//! assert!(current.content().equals("correct horse"));
//! assert_eq!((current.number(), password.is_stale()), (1, false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who fetches
//! - The host, by [`current`](ReloadingSecret::current) wherever it needs the value: one of its calls fetches when the
//!   value is older than the interval, and all others go on with the last good one meanwhile.
//! - The host, by [`refresh`](ReloadingSecret::refresh) on a timer of its own or when it is told of a change.
//! - A [`RefreshThread`], where the source never waits.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axiom_core::{Clock, SystemClock, Timestamp};
use zeroize::ZeroizeOnDrop;

use crate::moment::since;
use crate::provider::Failure;
use crate::secret::Secret;

mod file;
mod source;
mod thread;

pub use file::FileSource;
pub use source::{FetchError, SecretSource};
pub use thread::RefreshThread;

/// The current value of a secret that changes; see the [module](self).
///
/// Readers hold an [`Arc`] of the version that they began with, so that a change never pulls a value away from
/// under a request; an old version is wiped when its last reader lets go.
pub struct ReloadingSecret {
    source: Box<dyn SecretSource>,
    clock: Arc<dyn Clock>,
    interval: Duration,
    max_age: Option<Duration>,
    tickets: AtomicU64,
    state: RwLock<State>,
}

struct State {
    version: Arc<SecretVersion>,
    /// When the fetch began that brought the version, or found it unchanged.
    good_at: Timestamp,
    /// The ticket of that fetch: one that began earlier and ends later is too late.
    ticket: u64,
    /// When the last fetch began that [`ReloadingSecret::current`] made.
    tried_at: Timestamp,
    /// What became of the last fetch, if it failed.
    failure: Option<(Failure, Timestamp)>,
}

impl ReloadingSecret {
    /// How old a value gets before it is fetched anew, unless the host says otherwise: a minute.
    pub const DEFAULT_INTERVAL: Duration = Duration::from_secs(60);

    /// A secret of this source.
    pub fn builder(source: impl SecretSource + 'static) -> ReloadingSecretBuilder {
        ReloadingSecretBuilder {
            source: Box::new(source),
            clock: Arc::new(SystemClock),
            interval: Self::DEFAULT_INTERVAL,
            max_age: None,
        }
    }

    /// The current version, fetched anew where the last attempt is older than the interval.
    ///
    /// One caller fetches; those that come meanwhile get the last good version at once. A failed fetch is repeated
    /// after the interval, not before, so that an outage is not made worse.
    ///
    /// # Errors
    /// [`FetchError`] where the last good version is older than [`max_age`](ReloadingSecretBuilder::max_age).
    pub async fn current(&self) -> Result<Arc<SecretVersion>, FetchError> {
        if self.claim().is_some() {
            // Its failure is kept, and matters here only once the last good version is too old.
            let _ = self.refresh().await;
        }
        self.usable()
    }

    /// Like [`current`](Self::current); `None` where that must wait for the source.
    ///
    /// # Errors
    /// Those of [`current`](Self::current), inside.
    pub fn try_current(&self) -> Option<Result<Arc<SecretVersion>, FetchError>> {
        if let Some(tried_before) = self.claim()
            && self.try_refresh().is_none()
        {
            self.write().tried_at = tried_before;
            return None;
        }
        Some(self.usable())
    }

    /// Fetches the value now.
    ///
    /// # Errors
    /// [`FetchError`] where the source fails; the last good version stays.
    pub async fn refresh(&self) -> Result<Arc<SecretVersion>, FetchError> {
        let (ticket, at) = self.begin();
        let fetched = self.source.fetch().await;
        self.settle(ticket, at, fetched)
    }

    /// Like [`refresh`](Self::refresh); `None` where that must wait for the source.
    ///
    /// # Errors
    /// Those of [`refresh`](Self::refresh), inside.
    pub fn try_refresh(&self) -> Option<Result<Arc<SecretVersion>, FetchError>> {
        let (ticket, at) = self.begin();
        let fetched = self.source.try_fetch()?;
        Some(self.settle(ticket, at, fetched))
    }

    /// How old a value gets before it is fetched anew.
    #[must_use]
    pub const fn interval(&self) -> Duration {
        self.interval
    }

    /// How long ago the source last said what the value is.
    #[must_use]
    pub fn age(&self) -> Duration {
        let good_at = self.read().good_at;
        since(good_at, self.clock.now()).unwrap_or_default()
    }

    /// Whether two intervals have passed since the source last said what the value is.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.age() > self.interval.saturating_mul(2)
    }

    /// Why and when the last fetch failed; `None` after one that succeeded.
    #[must_use]
    pub fn last_failure(&self) -> Option<(Failure, Timestamp)> {
        self.read().failure
    }

    /// Takes the turn to fetch, if it is time: then no other caller does. Gives the time of the attempt before.
    fn claim(&self) -> Option<Timestamp> {
        let now = self.clock.now();
        let due = |state: &State| since(state.tried_at, now).is_none_or(|age| age >= self.interval);
        if !due(&self.read()) {
            return None;
        }
        let mut state = self.write();
        due(&state).then(|| core::mem::replace(&mut state.tried_at, now))
    }

    fn begin(&self) -> (u64, Timestamp) {
        (self.tickets.fetch_add(1, Ordering::Relaxed) + 1, self.clock.now())
    }

    fn settle(
        &self,
        ticket: u64,
        at: Timestamp,
        fetched: Result<Secret<Vec<u8>>, FetchError>,
    ) -> Result<Arc<SecretVersion>, FetchError> {
        let mut state = self.write();
        match fetched {
            Err(error) => {
                if ticket > state.ticket {
                    state.failure = Some((error.failure(), at));
                }
                Err(error)
            }
            Ok(content) => {
                if ticket > state.ticket {
                    state.take(content);
                    (state.ticket, state.good_at, state.failure) = (ticket, at, None);
                }
                Ok(Arc::clone(&state.version))
            }
        }
    }

    fn usable(&self) -> Result<Arc<SecretVersion>, FetchError> {
        let age = self.age();
        let state = self.read();
        if self.max_age.is_none_or(|max| age <= max) {
            return Ok(Arc::clone(&state.version));
        }
        let failure = state.failure.map_or(Failure::Unavailable, |(failure, _)| failure);
        Err(FetchError::new(failure, "the last good value is older than it may be"))
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, content: Secret<Vec<u8>>) {
        if !self.version.content.equals(content.expose()) {
            self.version = Arc::new(SecretVersion { number: self.version.number + 1, content });
        }
    }
}

impl ZeroizeOnDrop for ReloadingSecret {}

impl fmt::Debug for ReloadingSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReloadingSecret(version {})", self.read().version.number)
    }
}

/// One value that a [`ReloadingSecret`] has had; wiped when its last reader lets go.
pub struct SecretVersion {
    number: u64,
    content: Secret<Vec<u8>>,
}

impl SecretVersion {
    /// Which value it is since the process started: 1, and one more with each change.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The secret.
    #[must_use]
    pub const fn content(&self) -> &Secret<Vec<u8>> {
        &self.content
    }
}

impl ZeroizeOnDrop for SecretVersion {}

impl fmt::Debug for SecretVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretVersion({})", self.number)
    }
}

/// Makes a [`ReloadingSecret`]: see [`ReloadingSecret::builder`].
#[must_use]
pub struct ReloadingSecretBuilder {
    source: Box<dyn SecretSource>,
    clock: Arc<dyn Clock>,
    interval: Duration,
    max_age: Option<Duration>,
}

impl ReloadingSecretBuilder {
    /// How old a value gets before it is fetched anew, other than [`ReloadingSecret::DEFAULT_INTERVAL`].
    pub const fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How old the last good value may get while fetches fail; without this, as old as it must.
    pub const fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Where the time comes from, other than [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Fetches the first value: a secret that has never been had is not held.
    ///
    /// # Errors
    /// [`FetchError`] where the source fails.
    pub async fn load(self) -> Result<ReloadingSecret, FetchError> {
        let at = self.clock.now();
        let content = self.source.fetch().await?;
        Ok(self.loaded(content, at))
    }

    /// Like [`load`](Self::load); `None` where that must wait for the source.
    ///
    /// # Errors
    /// Those of [`load`](Self::load), inside.
    #[must_use]
    pub fn try_load(self) -> Option<Result<ReloadingSecret, FetchError>> {
        let at = self.clock.now();
        let fetched = self.source.try_fetch()?;
        Some(fetched.map(|content| self.loaded(content, at)))
    }

    fn loaded(self, content: Secret<Vec<u8>>, at: Timestamp) -> ReloadingSecret {
        let version = Arc::new(SecretVersion { number: 1, content });
        ReloadingSecret {
            source: self.source,
            clock: self.clock,
            interval: self.interval,
            max_age: self.max_age,
            tickets: AtomicU64::new(0),
            state: RwLock::new(State { version, good_at: at, ticket: 0, tried_at: at, failure: None }),
        }
    }
}

impl fmt::Debug for ReloadingSecretBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReloadingSecretBuilder(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc;
    use std::thread;

    use async_trait::async_trait;

    use super::*;
    use crate::moment::hand::{HandClock, second};

    /// A source that says what the test has put into it, and counts.
    #[derive(Clone, Default)]
    struct Script(Arc<Mutex<Page>>);

    #[derive(Default)]
    struct Page {
        content: Vec<u8>,
        failure: Option<Failure>,
        count: usize,
    }

    impl Script {
        fn says(&self, content: &[u8]) {
            let mut page = self.0.lock().unwrap();
            (page.content, page.failure) = (content.to_vec(), None);
        }

        fn fails(&self) {
            self.0.lock().unwrap().failure = Some(Failure::Unavailable);
        }

        fn count(&self) -> usize {
            self.0.lock().unwrap().count
        }

        fn answer(&self) -> Result<Secret<Vec<u8>>, FetchError> {
            let mut page = self.0.lock().unwrap();
            page.count += 1;
            match page.failure {
                Some(failure) => Err(FetchError::new(failure, "the test says so")),
                None => Ok(Secret::from(page.content.clone())),
            }
        }
    }

    /// A source that must be waited for.
    struct Remote(Script);

    #[async_trait]
    impl SecretSource for Remote {
        async fn fetch(&self) -> Result<Secret<Vec<u8>>, FetchError> {
            self.0.answer()
        }
    }

    fn loaded(max_age: Option<u64>) -> (Script, Arc<HandClock>, ReloadingSecret) {
        let (script, clock) = (Script::default(), HandClock::at(1000));
        script.says(b"one");
        let source = script.clone();
        let mut builder = ReloadingSecret::builder(move || source.answer()).clock(Arc::<HandClock>::clone(&clock));
        if let Some(max_age) = max_age {
            builder = builder.max_age(Duration::from_secs(max_age));
        }
        (script, clock, builder.try_load().unwrap().unwrap())
    }

    fn current(secret: &ReloadingSecret) -> (u64, Vec<u8>) {
        let version = secret.try_current().unwrap().unwrap();
        (version.number(), version.content().expose().clone())
    }

    #[test]
    fn a_value_is_fetched_anew_when_it_is_a_minute_old_and_not_before() {
        let (script, clock, secret) = loaded(None);
        script.says(b"two");
        clock.set(1059);
        assert_eq!((current(&secret), script.count()), ((1, b"one".to_vec()), 1));
        clock.set(1060);
        assert_eq!((current(&secret), script.count()), ((2, b"two".to_vec()), 2));
        assert_eq!((current(&secret), script.count()), ((2, b"two".to_vec()), 2));
    }

    #[test]
    fn the_same_value_is_no_new_version() {
        let (script, clock, secret) = loaded(None);
        clock.set(1060);
        assert_eq!((current(&secret), script.count()), ((1, b"one".to_vec()), 2));
        assert_eq!(secret.age(), Duration::ZERO);
    }

    #[test]
    fn a_failed_fetch_keeps_the_last_good_value_and_shows() {
        let (script, clock, secret) = loaded(None);
        script.fails();
        clock.set(1060);
        assert_eq!(current(&secret), (1, b"one".to_vec()));
        assert_eq!(secret.last_failure(), Some((Failure::Unavailable, second(1060))));
        assert!(!secret.is_stale());
        clock.set(1119);
        assert_eq!((current(&secret), script.count()), ((1, b"one".to_vec()), 2));
        clock.set(1121);
        assert_eq!((current(&secret), script.count()), ((1, b"one".to_vec()), 3));
        assert_eq!((secret.age(), secret.is_stale()), (Duration::from_secs(121), true));
        script.says(b"two");
        assert_eq!(secret.try_refresh().unwrap().unwrap().number(), 2);
        assert_eq!((secret.last_failure(), secret.is_stale()), (None, false));
    }

    #[test]
    fn a_value_beyond_its_maximal_age_is_not_given_out() {
        let (script, clock, secret) = loaded(Some(300));
        script.fails();
        clock.set(1300);
        assert_eq!(current(&secret).0, 1);
        clock.set(1301);
        assert_eq!(secret.try_current().unwrap().unwrap_err().failure(), Failure::Unavailable);
        script.says(b"one");
        clock.set(1400);
        assert_eq!(current(&secret).0, 1);
    }

    #[test]
    fn a_clock_that_goes_back_does_not_stop_the_reloading() {
        let (script, clock, secret) = loaded(None);
        script.says(b"two");
        clock.set(10);
        assert_eq!((current(&secret).0, secret.age()), (2, Duration::ZERO));
    }

    #[test]
    fn an_old_value_is_wiped_when_its_last_reader_lets_go() {
        let (script, _, secret) = loaded(None);
        let reader = secret.try_current().unwrap().unwrap();
        let old = Arc::downgrade(&reader);
        script.says(b"two");
        secret.try_refresh().unwrap().unwrap();
        assert!(reader.content().equals("one"));
        drop(reader);
        assert!(old.upgrade().is_none());
    }

    #[test]
    fn nothing_is_held_that_was_never_had() {
        let failing = || Err(FetchError::new(Failure::Denied, "no"));
        assert_eq!(ReloadingSecret::builder(failing).try_load().unwrap().unwrap_err().failure(), Failure::Denied);
    }

    #[test]
    fn a_source_that_must_be_waited_for_is_read_in_the_async_way_only() {
        let (script, clock) = (Script::default(), HandClock::at(1000));
        script.says(b"one");
        let builder = || ReloadingSecret::builder(Remote(script.clone())).clock(Arc::<HandClock>::clone(&clock));
        assert!(builder().try_load().is_none());
        let secret = pollster::block_on(builder().load()).unwrap();
        assert_eq!(current(&secret).0, 1);
        script.says(b"two");
        clock.set(1060);
        assert!(secret.try_current().is_none() && secret.try_refresh().is_none());
        assert_eq!(pollster::block_on(secret.current()).unwrap().number(), 2);
        assert_eq!(current(&secret).0, 2);
    }

    #[test]
    fn one_caller_fetches_while_the_others_go_on() {
        let (begun, has_begun) = mpsc::channel();
        let (let_go, may_go) = mpsc::channel::<()>();
        let (begun, may_go) = (Mutex::new(begun), Mutex::new(may_go));
        let source = move || {
            begun.lock().unwrap().send(()).unwrap();
            may_go.lock().unwrap().recv().unwrap();
            Ok(Secret::from(b"two".to_vec()))
        };
        let clock = HandClock::at(1000);
        let_go.send(()).unwrap();
        let builder = ReloadingSecret::builder(source).clock(Arc::<HandClock>::clone(&clock));
        let secret = builder.try_load().unwrap().unwrap();
        has_begun.recv().unwrap();
        clock.set(1060);
        thread::scope(|scope| {
            let fetching = scope.spawn(|| current(&secret));
            has_begun.recv().unwrap();
            for _ in 0..64 {
                assert_eq!(current(&secret).0, 1);
            }
            let_go.send(()).unwrap();
            fetching.join().unwrap();
        });
        assert!(has_begun.try_recv().is_err());
    }

    #[test]
    fn a_fetch_that_began_earlier_and_ends_later_changes_nothing() {
        let (_, _, secret) = loaded(None);
        let (early, late) = (secret.begin(), secret.begin());
        let fetched = |content: &[u8]| Ok(Secret::from(content.to_vec()));
        assert_eq!(secret.settle(late.0, late.1, fetched(b"new")).unwrap().number(), 2);
        assert!(secret.settle(early.0, early.1, fetched(b"old")).unwrap().content().equals("new"));
        let failed = Err(FetchError::new(Failure::Other, "too late"));
        assert!(secret.settle(early.0, early.1, failed).is_err());
        assert_eq!(secret.last_failure(), None);
    }
}
