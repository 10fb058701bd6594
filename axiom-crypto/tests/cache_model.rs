//! The cache of data keys beside a model of it, over random sequences of operations.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use core::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axiom_core::{Clock, Timestamp};
use axiom_crypto::Recipient;
use axiom_crypto::envelope::Envelope;
use axiom_crypto::{Binding, Context, DataKeyCache, Encryptor, Error, Failure, Key, KeyId, KeyProvider, MemoryKeys};
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Seal {
        scope: usize,
        len: u64,
    },
    /// Opens one of the messages that were sealed.
    Open {
        message: usize,
    },
    /// Seconds; the clock may go back.
    Pass(i64),
    Fail(Option<Failure>),
    Evict(Option<usize>),
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    age: i64,
    messages: u64,
    bytes: u64,
    keys: usize,
    refusals: i64,
    outages: i64,
}

fn any_limits() -> impl Strategy<Value = Limits> {
    (1..6i64, 1..5u64, 1..30u64, 1..4usize, 0..4i64, 0..3i64).prop_map(
        |(age, messages, bytes, keys, refusals, outages)| Limits { age, messages, bytes, keys, refusals, outages },
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    let failure = proptest::sample::select(&[Failure::Denied, Failure::Throttled]);
    prop_oneof![
        6 => (0..4usize, 0..12u64).prop_map(|(scope, len)| Step::Seal { scope, len }),
        4 => any::<usize>().prop_map(|message| Step::Open { message }),
        3 => (-1..4i64).prop_map(Step::Pass),
        1 => proptest::option::of(failure).prop_map(Step::Fail),
        1 => proptest::option::of(0..4usize).prop_map(Step::Evict),
    ]
}

/// The specification: lists from the oldest use to the newest, searched from end to end.
struct Model {
    limits: Limits,
    now: i64,
    failing: Option<Failure>,
    sealing: Shelf<usize, Used>,
    opening: Shelf<(usize, usize), ()>,
    /// By scope, and whether it was for sealing.
    failures: Shelf<(usize, bool), Failure>,
    calls: usize,
    data_keys: usize,
}

/// How much of a data key is used, and its number.
struct Used {
    messages: u64,
    bytes: u64,
    data_key: usize,
}

struct Shelf<I, T> {
    kept: Vec<(I, T, i64, i64)>,
    capacity: usize,
    swept: i64,
}

impl<I: Copy + PartialEq, T> Shelf<I, T> {
    fn new(capacity: usize) -> Self {
        Self { kept: Vec::new(), capacity, swept: 0 }
    }

    /// Takes out what is kept as `id`, and answers with it if it is young enough.
    fn take(&mut self, id: I, now: i64) -> Option<(I, T, i64, i64)> {
        let place = self.kept.iter().position(|(other, ..)| *other == id)?;
        Some(self.kept.remove(place)).filter(|(_, _, since, lifetime)| fresh(*since, *lifetime, now))
    }

    fn put(&mut self, id: I, value: T, since: i64, lifetime: i64) {
        if !fresh(self.swept, lifetime, since) {
            self.kept.retain(|(_, _, kept_since, lifetime)| fresh(*kept_since, *lifetime, since));
            self.swept = since;
        }
        self.kept.retain(|(other, ..)| *other != id);
        if self.kept.len() == self.capacity {
            self.kept.remove(0);
        }
        self.kept.push((id, value, since, lifetime));
    }

    fn evict(&mut self, gone: impl Fn(I) -> bool) {
        self.kept.retain(|(id, ..)| !gone(*id));
    }
}

fn fresh(since: i64, lifetime: i64, now: i64) -> bool {
    (0..lifetime).contains(&(now - since))
}

impl Model {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            now: 0,
            failing: None,
            sealing: Shelf::new(limits.keys),
            opening: Shelf::new(limits.keys),
            failures: Shelf::new(limits.keys),
            calls: 0,
            data_keys: 0,
        }
    }

    /// The number of the data key, or the failure.
    fn seal(&mut self, scope: usize, len: u64) -> Result<usize, Failure> {
        if len > self.limits.bytes {
            self.call()?;
            return Ok(self.new_data_key());
        }
        if let Some((_, used, since, lifetime)) = self.sealing.take(scope, self.now)
            && used.messages < self.limits.messages
            && used.bytes + len <= self.limits.bytes
        {
            let Used { messages, bytes, data_key } = used;
            let used = Used { messages: messages + 1, bytes: bytes + len, data_key };
            self.sealing.kept.push((scope, used, since, lifetime));
            return Ok(data_key);
        }
        self.ask(scope, true)?;
        let data_key = self.new_data_key();
        self.sealing.put(scope, Used { messages: 1, bytes: len, data_key }, self.now, self.limits.age);
        Ok(data_key)
    }

    fn open(&mut self, scope: usize, data_key: usize) -> Result<(), Failure> {
        if let Some(kept) = self.opening.take((scope, data_key), self.now) {
            self.opening.kept.push(kept);
            return Ok(());
        }
        self.ask(scope, false)?;
        self.opening.put((scope, data_key), (), self.now, self.limits.age);
        Ok(())
    }

    /// A call of the provider, unless a failure is remembered.
    fn ask(&mut self, scope: usize, sealing: bool) -> Result<(), Failure> {
        if let Some(kept) = self.failures.take((scope, sealing), self.now) {
            let failure = kept.1;
            self.failures.kept.push(kept);
            return Err(failure);
        }
        self.call().inspect_err(|failure| {
            let lifetime = if failure.is_temporary() { self.limits.outages } else { self.limits.refusals };
            if lifetime > 0 {
                self.failures.put((scope, sealing), *failure, self.now, lifetime);
            }
        })
    }

    fn call(&mut self) -> Result<(), Failure> {
        self.calls += 1;
        self.failing.map_or(Ok(()), Err)
    }

    fn new_data_key(&mut self) -> usize {
        self.data_keys += 1;
        self.data_keys
    }

    fn evict(&mut self, gone: impl Fn(usize) -> bool) {
        self.sealing.evict(&gone);
        self.opening.evict(|(scope, _)| gone(scope));
        self.failures.evict(|(scope, _)| gone(scope));
    }
}

/// The cache, its clock in seconds, and a provider that counts its calls.
struct Real {
    clock: Arc<HandClock>,
    provider: Arc<Counting>,
    cache: DataKeyCache,
    encryptor: Encryptor,
}

#[derive(Default)]
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_micros(self.0.load(Ordering::Relaxed) * 1_000_000).unwrap()
    }
}

struct Counting {
    keys: MemoryKeys,
    calls: AtomicUsize,
    failing: Mutex<Option<Failure>>,
}

impl Counting {
    fn call(&self) -> Result<(), Error> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let failure = *self.failing.lock().unwrap();
        let error = |failure| Error::Provider { provider: "counting".into(), failure, source: "as told".into() };
        failure.map_or(Ok(()), |failure| Err(error(failure)))
    }
}

#[async_trait]
impl KeyProvider for Counting {
    fn describe(&self) -> KeyId {
        self.keys.describe()
    }

    fn erases(&self, _: Option<&str>, _: &str) -> bool {
        true
    }

    fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
        Some(self.call().and_then(|()| self.keys.try_wrap(dek, binding).unwrap()))
    }

    fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
        Some(self.call().and_then(|()| self.keys.try_unwrap(recipient, binding).unwrap()))
    }

    async fn wrap(&self, _: &Key, _: &Binding) -> Result<Recipient, Error> {
        unreachable!("it never waits")
    }

    async fn unwrap(&self, _: &Recipient, _: &Binding) -> Result<Key, Error> {
        unreachable!("it never waits")
    }
}

impl Real {
    fn new(limits: Limits) -> Self {
        let seconds = |seconds: i64| Duration::from_secs(seconds.unsigned_abs());
        let clock = Arc::new(HandClock::default());
        let builder = DataKeyCache::builder().clock(clock.clone()).max_age(seconds(limits.age));
        let builder = builder.max_messages(limits.messages).max_bytes(limits.bytes).max_keys(limits.keys);
        let builder = builder.remember_refusals(seconds(limits.refusals)).remember_outages(seconds(limits.outages));
        let cache = builder.build().unwrap();
        let keys = MemoryKeys::new().unwrap();
        let provider = Arc::new(Counting { keys, calls: AtomicUsize::new(0), failing: Mutex::new(None) });
        let encryptor = Encryptor::new(provider.clone()).cache(&cache);
        Self { clock, provider, cache, encryptor }
    }
}

fn context(scope: usize) -> Context {
    Context::new([("organization", format!("{}", scope / 2)), ("subject", format!("{}", scope % 2))]).unwrap()
}

fn outcome<T>(outcome: Result<T, Error>) -> Result<T, Failure> {
    outcome.map_err(|error| match error {
        Error::Provider { failure, .. } => failure,
        other => panic!("{other}"),
    })
}

/// A message, its scope, and the number of its data key.
type Sealed = (Vec<u8>, usize, usize);

/// Does the step with both and compares what comes of it.
fn step(step: &Step, model: &mut Model, real: &Real, sealed: &mut Vec<Sealed>) {
    match step {
        Step::Seal { scope, len } => {
            let expected = model.seal(*scope, *len);
            let found = outcome(real.encryptor.try_seal(&vec![7; *len as usize], &context(*scope)).unwrap());
            assert_eq!(found.as_ref().map(drop), expected.as_ref().map(drop));
            sealed.extend(found.ok().zip(expected.ok()).map(|(message, data_key)| (message, *scope, data_key)));
        }
        Step::Open { message } => {
            let Some((message, scope, data_key)) = sealed.get(message % sealed.len().max(1)) else { return };
            let expected = model.open(*scope, *data_key);
            assert_eq!(outcome(real.encryptor.try_open(message, &context(*scope)).unwrap()).map(drop), expected);
        }
        Step::Pass(seconds) => {
            model.now += seconds;
            real.clock.0.store(model.now, Ordering::Relaxed);
        }
        Step::Fail(failure) => {
            model.failing = *failure;
            *real.provider.failing.lock().unwrap() = *failure;
        }
        Step::Evict(None) => {
            model.evict(|_| true);
            real.cache.evict_all();
        }
        Step::Evict(Some(gone)) => {
            model.evict(|scope| scope == *gone);
            real.cache.evict_subject(&format!("{}", gone / 2), &format!("{}", gone % 2));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn it_does_what_the_model_does(limits in any_limits(), steps in vec(any_step(), 1..120)) {
        let (mut model, real, mut sealed) = (Model::new(limits), Real::new(limits), Vec::new());
        for one in &steps {
            step(one, &mut model, &real, &mut sealed);
            let statistics = real.cache.statistics();
            prop_assert_eq!(real.provider.calls.load(Ordering::Relaxed), model.calls);
            prop_assert_eq!(statistics.seals.keys, model.sealing.kept.len());
            prop_assert_eq!(statistics.opens.keys, model.opening.kept.len());
        }
        // Two messages have one data key where the model says so, and nowhere else.
        let key = |(message, _, data_key): &Sealed| (*Envelope::parse(message).unwrap().header.commitment(), *data_key);
        let mut pairs: Vec<_> = sealed.iter().map(key).collect();
        pairs.sort_unstable();
        pairs.dedup();
        for one in 0..2 {
            let mut half: Vec<_> = pairs.iter().map(|(commitment, number)| if one == 0 { commitment.to_vec() } else {
                number.to_be_bytes().to_vec()
            }).collect();
            half.sort_unstable();
            half.dedup();
            prop_assert_eq!(half.len(), pairs.len());
        }
    }
}
