//! Who writes: the recorder's thread, or a blocking caller.

use std::sync::Mutex;
use std::thread::{self, ThreadId};

use super::*;

/// Calls `before` ahead of every write.
struct Observed<F> {
    inner: MemoryStore,
    before: F,
}

impl<F: Fn() + Send + Sync + 'static> Observed<F> {
    fn recorder(before: F) -> Recorder {
        let store = Self { inner: MemoryStore::new(naming()), before };
        Recorder::builder(store, Unscrubbed).build().unwrap()
    }
}

#[async_trait::async_trait]
impl<F: Fn() + Send + Sync> Store for Observed<F> {
    fn naming(&self) -> &Naming {
        self.inner.naming()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    async fn logs(&self) -> Result<Vec<LogId>, Error> {
        self.inner.logs().await
    }

    async fn head(&self, log: &LogId) -> Result<Head, Error> {
        self.inner.head(log).await
    }

    async fn append(&self, batch: &[Append<'_>]) -> Result<Vec<Outcome>, Error> {
        (self.before)();
        self.inner.append(batch).await
    }

    async fn read(&self, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        self.inner.read(log, from, most).await
    }
}

#[test]
fn a_lone_blocking_caller_writes_by_itself_and_an_async_one_does_not() {
    let writers: Arc<Mutex<Vec<ThreadId>>> = Arc::default();
    let seen = writers.clone();
    let recorder = Observed::recorder(move || seen.lock().unwrap().push(thread::current().id()));
    block_on(recorder.record(event("acme", 0))).unwrap();
    // The thread may still hold the desk when its answer is here.
    let own = |number| {
        recorder.record_blocking(event("acme", number)).unwrap();
        writers.lock().unwrap().last() == Some(&thread::current().id())
    };
    assert!((1..1000).any(own));
    assert_ne!(writers.lock().unwrap()[0], thread::current().id());
}

#[test]
fn a_blocking_caller_does_not_overtake_what_was_handed_over_before() {
    let store = Controlled::new([]);
    let recorder = recorder(&store);
    for round in 0..200 {
        for number in 0..3 {
            drop(poll_once(&mut Box::pin(recorder.record(event("acme", number)))));
        }
        let receipt = recorder.record_blocking(event("acme", 3)).unwrap();
        assert_eq!(receipt.place().unwrap().seq, round * 4 + 3);
    }
}

#[test]
fn a_store_that_panics_leaves_no_caller_waiting() {
    let gate: Arc<Mutex<()>> = Arc::default();
    let closed = gate.clone();
    let recorder = Observed::recorder(move || {
        drop(closed.lock());
        panic!("as the test wants");
    });
    let held = gate.lock().unwrap();
    thread::scope(|scope| {
        let callers: Vec<_> = (0..8)
            .map(|number| {
                let recorder = &recorder;
                match number % 2 {
                    0 => scope.spawn(move || recorder.record_blocking(event("acme", number))),
                    _ => scope.spawn(move || block_on(recorder.record(event("acme", number)))),
                }
            })
            .collect();
        drop(held);
        for caller in callers {
            assert!(matches!(caller.join().unwrap(), Err(Error::Unknown | Error::Closed)));
        }
    });
    assert!(matches!(recorder.close_blocking(), Err(Error::Unknown)));
}

#[test]
fn a_blocking_caller_outlives_a_store_that_panics() {
    let recorder = Observed::recorder(|| panic!("as the test wants"));
    assert!(matches!(recorder.record_blocking(event("acme", 0)), Err(Error::Unknown)));
    assert!(matches!(recorder.record_blocking(event("acme", 1)), Err(Error::Unknown | Error::Closed)));
    assert!(matches!(recorder.flush_blocking(), Err(Error::Unknown | Error::Closed)));
}
