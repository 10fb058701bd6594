//! The cache of data keys: who shares a key, who waits for it, and what is forgotten when.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use core::future::poll_fn;
use core::panic::AssertUnwindSafe;
use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use core::task::{Poll, Waker};
use std::panic::catch_unwind;
use std::sync::Arc;
use std::thread;

use async_trait::async_trait;
use axiom_core::{Clock, Timestamp};
use axiom_crypto::envelope::{self, Envelope};
use axiom_crypto::{
    Binding, Context, DataKeyCache, Encryptor, Error, Evict, Failure, Key, KeyFile, KeyId, KeyProvider, KeyRing,
    KeyScope, Recipient, Suite,
};
use pollster::block_on;

/// A provider that must be waited for; before each answer it does what the test wants.
struct Remote<F> {
    keys: KeyFile,
    calls: AtomicUsize,
    before: F,
}

/// What a [`Remote`] does at its `usize`th call, from 1.
trait Act: Fn(usize) -> Result<Ready, Error> + Send + Sync {}
impl<F: Fn(usize) -> Result<Ready, Error> + Send + Sync> Act for F {}

#[derive(Clone, Copy)]
enum Ready {
    Never,
    Now,
}

impl<F: Act> Remote<F> {
    fn new(before: F) -> Arc<Self> {
        let directory = tempfile::tempdir().unwrap();
        let keys = KeyFile::create(directory.path().join("key")).unwrap();
        Arc::new(Self { keys, calls: AtomicUsize::new(0), before })
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn wait(&self) -> Result<(), Error> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        match (self.before)(call)? {
            Ready::Never => poll_fn(|_| Poll::Pending).await,
            Ready::Now => Ok(()),
        }
    }
}

#[async_trait]
impl<F: Act> KeyProvider for Remote<F> {
    fn describe(&self) -> KeyId {
        self.keys.describe()
    }

    fn erases(&self, _: Option<&str>, _: &str) -> bool {
        true
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.wait().await?;
        self.keys.wrap(dek, binding).await
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        self.wait().await?;
        self.keys.unwrap(recipient, binding).await
    }
}

/// A clock that is set by hand.
#[derive(Default)]
struct HandClock(AtomicI64);

impl HandClock {
    fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

fn always(_: usize) -> Result<Ready, Error> {
    Ok(Ready::Now)
}

fn context(organization: &str, event: &str) -> Context {
    Context::new([("organization", organization), ("event", event)]).unwrap()
}

fn of_subject(organization: &str, subject: &str) -> Context {
    Context::new([("organization", organization), ("subject", subject)]).unwrap()
}

fn failure(failure: Failure) -> Error {
    Error::Provider { provider: "remote".into(), failure, source: "the service says no".into() }
}

fn poll<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut core::task::Context::from_waker(Waker::noop()))
}

#[test]
fn messages_of_one_scope_share_a_key_and_open_without_a_cache() {
    let (remote, cache) = (Remote::new(always), DataKeyCache::new());
    for suite in Suite::ALL {
        let encryptor = Encryptor::new(remote.clone()).suite(suite).cache(&cache);
        let calls = remote.calls();
        let messages = ["1", "2"].map(|event| block_on(encryptor.seal(b"secret", &context("acme", event))).unwrap());
        assert_eq!(remote.calls(), calls + 1);
        let [one, two] = messages.each_ref().map(|message| Envelope::parse(message).unwrap().header);
        assert!(one.is_shared() && two.is_shared());
        assert_eq!(one.commitment(), two.commitment());
        for (event, message) in ["1", "2"].iter().zip(&messages) {
            let opened = block_on(envelope::open(message, &context("acme", event), &*remote)).unwrap();
            assert_eq!(*opened, b"secret");
            assert!(block_on(envelope::open(message, &context("acme", "3"), &*remote)).is_err());
        }
    }
}

#[test]
fn a_warm_cache_never_waits() {
    let remote = Remote::new(always);
    let encryptor = Encryptor::new(remote.clone()).cache(&DataKeyCache::new());
    assert!(encryptor.try_seal(b"secret", &context("acme", "1")).is_none());
    let message = block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap();
    let other = encryptor.try_seal(b"secret", &context("acme", "2")).unwrap().unwrap();
    assert!(encryptor.try_open(&message, &context("acme", "1")).is_none());
    block_on(encryptor.open(&message, &context("acme", "1"))).unwrap();
    assert_eq!(*encryptor.try_open(&other, &context("acme", "2")).unwrap().unwrap(), b"secret");
    assert_eq!(remote.calls(), 2);
}

#[test]
fn scopes_providers_and_suites_have_keys_of_their_own() {
    let (one, two, cache) = (Remote::new(always), Remote::new(always), DataKeyCache::new());
    let encryptors = [
        Encryptor::new(one.clone()).cache(&cache),
        Encryptor::new(one.clone()).cache(&cache).suite(Suite::Xaes256Gcm),
        Encryptor::new(two.clone()).cache(&cache),
        Encryptor::new(one.clone()).cache(&cache).and(two.clone()),
    ];
    let contexts = [context("acme", "1"), context("other", "1"), of_subject("acme", "s"), of_subject("acme", "t")];
    let mut commitments = Vec::new();
    for encryptor in &encryptors {
        for context in &contexts {
            for _ in 0..2 {
                let message = block_on(encryptor.seal(b"secret", context)).unwrap();
                commitments.push(*Envelope::parse(&message).unwrap().header.commitment());
            }
        }
    }
    commitments.sort_unstable();
    commitments.dedup();
    assert_eq!(commitments.len(), encryptors.len() * contexts.len());
    assert_eq!(cache.statistics().seals.fetches, 16);
    // Whoever puts the same providers together again shares their keys.
    block_on(Encryptor::new(one).cache(&cache).seal(b"secret", &contexts[0])).unwrap();
    assert_eq!(cache.statistics().seals.fetches, 16);
}

#[test]
fn a_warm_cache_opens_nothing_that_the_provider_would_not_open() {
    let (remote, stranger, cache) = (Remote::new(always), Remote::new(always), DataKeyCache::new());
    let encryptor = Encryptor::new(remote.clone()).cache(&cache);
    let message = block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap();
    block_on(encryptor.open(&message, &context("acme", "1"))).unwrap();

    let foreign = Encryptor::new(stranger.clone()).cache(&cache);
    let error = block_on(foreign.open(&message, &context("acme", "1"))).unwrap_err();
    assert!(matches!(error, Error::KeyNotFound { .. }), "{error}");
    for other in [context("other", "1"), context("acme", "2")] {
        assert!(matches!(block_on(encryptor.open(&message, &other)), Err(Error::Open)));
    }
    let mut parsed = Envelope::parse(&message).unwrap();
    parsed.recipients = vec![Recipient::new(stranger.describe(), &[0; 40]).unwrap()];
    let without = parsed.encode().unwrap();
    assert!(matches!(block_on(encryptor.open(&without, &context("acme", "1"))), Err(Error::KeyNotFound { .. })));

    for bit in 0..message.len() * 8 {
        let mut changed = message.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = block_on(encryptor.open(&changed, &context("acme", "1"))).expect_err("a flipped bit");
        assert!(matches!(error, Error::Open | Error::KeyNotFound { .. }), "bit {bit}: {error}");
    }
}

#[test]
fn messages_that_share_no_key_are_opened_from_the_cache_too() {
    let remote = Remote::new(always);
    let message = block_on(envelope::seal(b"secret", &context("acme", "1"), &*remote)).unwrap();
    let encryptor = Encryptor::new(remote.clone()).cache(&DataKeyCache::new());
    for _ in 0..3 {
        assert_eq!(*block_on(encryptor.open(&message, &context("acme", "1"))).unwrap(), b"secret");
    }
    assert_eq!(remote.calls(), 2, "one to seal, one to open");
}

#[test]
fn sixty_four_callers_make_one_call() {
    let cache = DataKeyCache::new();
    let seen = cache.clone();
    let everyone_waits = move |call| {
        let waiting = |counts: axiom_crypto::CacheCounts| counts.misses < 64;
        while waiting(if call == 1 { seen.statistics().seals } else { seen.statistics().opens }) {
            thread::yield_now();
        }
        Ok(Ready::Now)
    };
    let remote = Remote::new(everyone_waits);
    let encryptor = Encryptor::new(remote.clone()).cache(&cache);
    let at_once = |call: &(dyn Fn() + Sync)| {
        thread::scope(|scope| (0..64).for_each(|_| drop(scope.spawn(call))));
    };
    at_once(&|| drop(block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap()));
    assert_eq!(remote.calls(), 1);
    let message = encryptor.try_seal(b"secret", &context("acme", "1")).unwrap().unwrap();
    at_once(&|| drop(block_on(encryptor.open(&message, &context("acme", "1"))).unwrap()));
    assert_eq!(remote.calls(), 2);
}

#[test]
fn sixty_four_callers_hear_of_one_failure() {
    let cache = DataKeyCache::new();
    let seen = cache.clone();
    let remote = Remote::new(move |_| {
        while seen.statistics().seals.misses < 64 {
            thread::yield_now();
        }
        Err(failure(Failure::Denied))
    });
    let encryptor = Encryptor::new(remote.clone()).cache(&cache);
    let call = || {
        let error = block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap_err();
        assert!(matches!(error, Error::Provider { failure: Failure::Denied, .. }), "{error}");
    };
    thread::scope(|scope| (0..64).for_each(|_| drop(scope.spawn(call))));
    assert_eq!(remote.calls(), 1);
    assert_eq!(cache.statistics().seals.remembered, 63);
}

#[test]
fn a_cancelled_call_hands_over() {
    let remote = Remote::new(|call| Ok(if call == 1 { Ready::Never } else { Ready::Now }));
    let encryptor = Encryptor::new(remote.clone()).cache(&DataKeyCache::new());
    let context = context("acme", "1");
    let mut first = Box::pin(encryptor.seal(b"secret", &context));
    let mut second = pin!(encryptor.seal(b"secret", &context));
    let mut third = pin!(encryptor.seal(b"secret", &context));
    assert!(poll(first.as_mut()).is_pending());
    assert!(poll(second.as_mut()).is_pending() && poll(third.as_mut()).is_pending());
    assert_eq!(remote.calls(), 1);
    drop(first);
    assert!(poll(second.as_mut()).is_ready() && poll(third.as_mut()).is_ready());
    assert_eq!(remote.calls(), 2);
}

#[test]
fn a_provider_that_panics_hands_over() {
    let remote = Remote::new(|call| if call == 1 { panic!("a bug of the host") } else { Ok(Ready::Now) });
    let encryptor = Encryptor::new(remote.clone()).cache(&DataKeyCache::new());
    let seal = || block_on(encryptor.seal(b"secret", &context("acme", "1")));
    assert!(catch_unwind(AssertUnwindSafe(seal)).is_err());
    assert!(seal().is_ok() && seal().is_ok());
    assert_eq!(remote.calls(), 2);
}

#[test]
fn an_eviction_is_not_undone_by_a_fetch() {
    let cache = DataKeyCache::new();
    let evicting = cache.clone();
    let remote = Remote::new(move |call| {
        if call % 2 == 1 {
            evicting.evict_organization("acme");
        }
        Ok(Ready::Now)
    });
    let encryptor = Encryptor::new(remote.clone()).cache(&cache);
    let keys = || (cache.statistics().seals.keys, cache.statistics().opens.keys);
    let message = block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap();
    assert_eq!((remote.calls(), keys()), (1, (0, 0)));
    block_on(encryptor.open(&message, &context("acme", "1"))).unwrap();
    assert_eq!((remote.calls(), keys()), (2, (0, 1)));
    cache.evict_all();
    block_on(encryptor.open(&message, &context("acme", "1"))).unwrap();
    assert_eq!((remote.calls(), keys()), (3, (0, 0)));
    block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap();
    assert_eq!((remote.calls(), keys()), (4, (1, 0)));
}

#[test]
fn a_failure_is_remembered_until_its_time_is_over() {
    const SECOND: i64 = 1_000_000;
    for (kind, seconds) in [
        (Failure::Denied, 30),
        (Failure::Disabled, 30),
        (Failure::NotFound, 30),
        (Failure::Other, 1),
        (Failure::Throttled, 1),
        (Failure::Unavailable, 1),
    ] {
        let clock = Arc::new(HandClock::default());
        let cache = DataKeyCache::builder().clock(clock.clone()).build().unwrap();
        let remote = Remote::new(move |call| if call == 1 { Ok(Ready::Now) } else { Err(failure(kind)) });
        let encryptor = Encryptor::new(remote.clone()).cache(&cache);
        let message = block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap();
        let fails = |organization, calls| {
            let error = match organization {
                "acme" => block_on(encryptor.open(&message, &context("acme", "1"))).unwrap_err(),
                other => block_on(encryptor.seal(b"secret", &context(other, "1"))).unwrap_err(),
            };
            assert!(matches!(error, Error::Provider { failure, .. } if failure == kind), "{error}");
            assert_eq!(remote.calls(), calls, "{kind:?}");
        };
        for (at, organization, calls) in [
            (0, "acme", 2),
            (seconds * SECOND - 1, "acme", 2),
            (seconds * SECOND - 1, "other", 3),
            (seconds * SECOND, "acme", 4),
            (seconds * SECOND, "other", 4),
            // The clock has gone back.
            (0, "acme", 5),
        ] {
            clock.set(at);
            fails(organization, calls);
        }
        assert!(encryptor.try_open(&message, &context("acme", "1")).unwrap().is_err(), "it need not wait for it");
        cache.evict_organization("acme");
        fails("acme", 6);
    }
}

#[test]
fn what_is_wrong_with_a_message_is_not_remembered() {
    let remote = Remote::new(|call| if call == 2 { Err(Error::Open) } else { Ok(Ready::Now) });
    let encryptor = Encryptor::new(remote.clone()).cache(&DataKeyCache::new());
    let message = block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap();
    assert!(matches!(block_on(encryptor.open(&message, &context("acme", "1"))), Err(Error::Open)));
    assert!(block_on(encryptor.open(&message, &context("acme", "1"))).is_ok());
}

#[test]
fn evictions_remove_what_they_name_and_no_more() {
    let (remote, cache) = (Remote::new(always), DataKeyCache::new());
    let encryptor = Encryptor::new(remote.clone()).cache(&cache);
    let stranger = KeyId::new("file", "another", 0).unwrap();
    let evictions: [(&dyn Fn(), usize); 7] = [
        (&|| cache.evict_subject("acme", "s"), 1),
        (&|| cache.evict_subject("acme", "u"), 0),
        (&|| cache.evict_organization("acme"), 3),
        (&|| cache.evict_organization("s"), 0),
        (&|| cache.evict_key(&remote.describe()), 4),
        (&|| cache.evict_key(&stranger), 0),
        (&|| cache.evict_all(), 4),
    ];
    for (number, (evict, gone)) in evictions.into_iter().enumerate() {
        for context in
            [context("acme", "1"), of_subject("acme", "s"), of_subject("acme", "t"), of_subject("other", "s")]
        {
            let message = block_on(encryptor.seal(b"secret", &context)).unwrap();
            block_on(encryptor.open(&message, &context)).unwrap();
        }
        evict();
        let statistics = cache.statistics();
        assert_eq!((statistics.seals.keys, statistics.opens.keys), (4 - gone, 4 - gone), "eviction {number}");
        cache.evict_all();
    }
}

#[test]
fn destroyed_scopes_are_evicted() {
    let (remote, cache) = (Remote::new(always), DataKeyCache::new());
    let encryptor = Encryptor::new(remote).cache(&cache);
    let subject = KeyScope::subject("acme".parse().unwrap(), "s".parse().unwrap());
    for (scope, left) in [(subject, 3), (KeyScope::organization("acme".parse().unwrap()), 1)] {
        let subjects = [("acme", "s"), ("acme", "t"), ("other", "s"), ("other", "t")];
        for (organization, subject) in &subjects[..if left == 1 { 3 } else { 4 }] {
            block_on(encryptor.seal(b"secret", &of_subject(organization, subject))).unwrap();
        }
        cache.evict(&scope);
        assert_eq!(cache.statistics().seals.keys, left);
        cache.evict_all();
    }
}

#[test]
fn a_sweep_removes_what_is_too_old() {
    let clock = Arc::new(HandClock::default());
    let cache = DataKeyCache::builder().clock(clock.clone()).build().unwrap();
    let encryptor = Encryptor::new(Remote::new(always)).cache(&cache);
    block_on(encryptor.seal(b"secret", &context("acme", "1"))).unwrap();
    for (at, keys) in [(299_999_999, 1), (300_000_000, 0)] {
        clock.set(at);
        cache.sweep();
        assert_eq!(cache.statistics().seals.keys, keys);
    }
}

#[test]
fn a_promoted_key_serves_from_the_next_message_on() {
    let directory = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| Arc::new(KeyFile::create(directory.path().join(name)).unwrap()));
    let ring = KeyRing::new(old.clone());
    let encryptor = Encryptor::new(Arc::new(ring.clone())).cache(&DataKeyCache::new());
    let context = Context::new([("organization", "acme")]).unwrap();
    let key_of = || envelope::describe(&encryptor.try_seal(b"", &context).unwrap().unwrap()).unwrap();
    assert_eq!(key_of(), [old.describe()]);
    ring.promote(new.clone());
    assert_eq!(key_of(), [new.describe()]);
    ring.promote(old.clone());
    assert_eq!(key_of(), [old.describe()]);
}
