//! The key providers that need no service, held against the conformance suites.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::time::Duration;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use async_trait::async_trait;
use axiom_crypto::conformance::{self, KeyAdministrator};
use axiom_crypto::{Binding, Error, Key, KeyFile, KeyId, KeyProvider, KeyRing, MemoryKeys, Recipient, Secret};
use pollster::block_on;

#[test]
fn a_key_file_conforms() {
    let directory = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| KeyFile::create(directory.path().join(name)).unwrap());
    block_on(conformance::key_provider(&one, &other));
}

/// A process cannot safely change its own environment, so this runs itself once more in another.
#[test]
fn a_key_comes_from_the_environment() {
    const NAME: &str = "AXIOM_TEST_KEY_LINE";
    if let Ok(id) = env::var("AXIOM_TEST_KEY_ID") {
        assert_eq!(KeyFile::try_from_env(NAME).unwrap().describe().id(), id);
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = KeyFile::create(directory.path().join("key")).unwrap();
    let line = fs::read_to_string(directory.path().join("key")).unwrap();
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(["--exact", "a_key_comes_from_the_environment"]);
    let again = again.env("AXIOM_TEST_KEY_ID", file.describe().id()).env(NAME, line).output().unwrap();
    assert!(again.status.success() && String::from_utf8_lossy(&again.stdout).contains("1 passed"), "{again:?}");
}

#[test]
fn a_variable_that_holds_no_key_is_named_and_not_shown() {
    let error = KeyFile::try_from_env("CARGO_PKG_DESCRIPTION").unwrap_err();
    assert!(matches!(&error, Error::Environment { name, .. } if name == "CARGO_PKG_DESCRIPTION"), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("encryption"), "{error:?}");
    let line = Secret::from(String::from("axiom-key-v1 correct horse"));
    let error = KeyFile::from_line(&line).unwrap_err();
    assert!(matches!(error, Error::Invalid { .. }) && !error.to_string().contains("horse"), "{error:?}");
}

#[test]
fn keys_in_memory_conform() {
    let (one, other) = (MemoryKeys::new().unwrap(), MemoryKeys::new().unwrap());
    block_on(conformance::key_provider(&one, &other));
    one.rotate().unwrap();
    block_on(conformance::key_provider(&one, &other));
}

#[test]
fn the_states_of_keys_in_memory_conform() {
    block_on(conformance::key_states(&Administrator(MemoryKeys::new().unwrap())));
}

#[test]
fn a_ring_conforms() {
    let directory = tempfile::tempdir().unwrap();
    let ring = |name| {
        let file = KeyFile::create(directory.path().join(name)).unwrap();
        KeyRing::new(Arc::new(MemoryKeys::new().unwrap())).and(Arc::new(file))
    };
    block_on(conformance::key_provider(&ring("one"), &ring("other")));
}

#[test]
fn a_provider_that_must_be_waited_for_conforms() {
    let waiting = || Waiting(MemoryKeys::new().unwrap());
    block_on(conformance::key_provider(&waiting(), &waiting()));
    block_on(conformance::key_provider(&KeyRing::new(Arc::new(waiting())), &KeyRing::new(Arc::new(waiting()))));
}

#[test]
#[should_panic(expected = "a binding with a changed byte 0 must be refused")]
fn the_suite_finds_a_provider_that_ignores_the_binding() {
    let faulty = || Faulty { keys: MemoryKeys::new().unwrap(), fault: Fault::IgnoresBinding };
    block_on(conformance::key_provider(&faulty(), &faulty()));
}

#[test]
#[should_panic(expected = "must be refused as Error::Open")]
fn the_suite_finds_a_provider_that_tells_why_it_refuses() {
    let faulty = || Faulty { keys: MemoryKeys::new().unwrap(), fault: Fault::TellsWhy };
    block_on(conformance::key_provider(&faulty(), &faulty()));
}

#[test]
#[should_panic(expected = "the wrapped key holds the data key in the clear")]
fn the_suite_finds_a_provider_that_wraps_nothing() {
    let faulty = || Faulty { keys: MemoryKeys::new().unwrap(), fault: Fault::WrapsNothing };
    block_on(conformance::key_provider(&faulty(), &faulty()));
}

/// Keys in memory, changed by themselves.
struct Administrator(MemoryKeys);

#[async_trait]
impl KeyAdministrator for Administrator {
    fn provider(&self) -> &dyn KeyProvider {
        &self.0
    }

    async fn enable(&self) {
        self.0.enable(1).unwrap();
    }

    async fn disable(&self) {
        self.0.disable(1).unwrap();
    }

    async fn schedule_deletion(&self) -> bool {
        self.0.schedule_deletion(1, Duration::from_secs(60)).is_ok()
    }

    async fn cancel_deletion(&self) {
        self.0.cancel_deletion(1).unwrap();
    }

    async fn destroy(&self) -> bool {
        self.0.destroy(1).is_ok()
    }
}

/// A provider that answers nothing at once, as if its keys were elsewhere.
#[derive(Debug)]
struct Waiting(MemoryKeys);

#[async_trait]
impl KeyProvider for Waiting {
    fn describe(&self) -> KeyId {
        self.0.describe()
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        yielded().await;
        self.0.wrap(dek, binding).await
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        yielded().await;
        self.0.unwrap(recipient, binding).await
    }
}

/// Is ready when it is polled again.
async fn yielded() {
    let mut polled = false;
    core::future::poll_fn(|context| {
        if core::mem::replace(&mut polled, true) {
            return core::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        core::task::Poll::Pending
    })
    .await;
}

/// A provider with a fault that the suite has to find.
#[derive(Debug)]
struct Faulty {
    keys: MemoryKeys,
    fault: Fault,
}

#[derive(Debug, PartialEq)]
enum Fault {
    IgnoresBinding,
    TellsWhy,
    WrapsNothing,
}

impl Faulty {
    fn binding(&self, binding: &Binding) -> Binding {
        if self.fault == Fault::IgnoresBinding { Binding::new(&[0; 32], &[0; 32]) } else { binding.clone() }
    }
}

#[async_trait]
impl KeyProvider for Faulty {
    fn describe(&self) -> KeyId {
        self.keys.describe()
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        match self.fault {
            Fault::WrapsNothing => Recipient::new(self.describe(), dek.expose()),
            _ => self.keys.wrap(dek, &self.binding(binding)).await,
        }
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        match (&self.fault, self.keys.unwrap(recipient, &self.binding(binding)).await) {
            (Fault::TellsWhy, Err(_)) => Err(Error::Invalid { what: "wrapped key", reason: "is damaged" }),
            (_, result) => result,
        }
    }
}
