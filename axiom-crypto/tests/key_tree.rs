//! The keys of organizations and data subjects: made once, revoked, destroyed, rotated.
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use core::task::{Context as Task, Poll, Waker};
use core::time::Duration;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axiom_core::{Clock, OrganizationId, Timestamp};
use axiom_crypto::{
    Binding, Context, DataKeyCache, Encryptor, Error, Evict, FileKeyStore, Key, KeyFile, KeyId, KeyProvider, KeyRecord,
    KeyReference, KeyRing, KeyRole, KeyScope, KeyState, KeyStore, KeyTree, MemoryKeyStore, Recipient, ScopeKey,
    conformance,
};
use pollster::block_on;

/// A clock that is set by hand, in seconds.
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_micros(self.0.load(Ordering::Relaxed) * 1_000_000).unwrap()
    }
}

/// A master key that counts how often it is used.
struct Master(KeyFile, AtomicU64);

#[async_trait]
impl KeyProvider for Master {
    fn describe(&self) -> KeyId {
        self.0.describe()
    }
    fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
        self.0.try_wrap(dek, binding)
    }
    fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.try_unwrap(recipient, binding)
    }
    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.0.wrap(dek, binding).await
    }
    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        self.0.unwrap(recipient, binding).await
    }
}

/// A store that always has to be waited for.
struct Remote(MemoryKeyStore);

#[async_trait]
impl KeyStore for Remote {
    async fn load(&self, reference: KeyReference) -> Result<Option<KeyRecord>, Error> {
        self.0.load(reference).await
    }
    async fn save(&self, record: &KeyRecord) -> Result<(), Error> {
        self.0.save(record).await
    }
    async fn list(&self, after: Option<KeyReference>, limit: usize) -> Result<Vec<KeyRecord>, Error> {
        self.0.list(after, limit).await
    }
}

/// A store beside whose calls something happens, or which fails at them.
struct Hooked<F>(Arc<MemoryKeyStore>, F);

/// What a [`Hooked`] store is about to do, or has done.
enum Call<'a> {
    Loading(KeyReference),
    Saving(&'a KeyRecord),
    Saved(&'a KeyRecord),
    Listed,
}

#[async_trait]
impl<F: Fn(Call<'_>) -> Result<(), Error> + Send + Sync> KeyStore for Hooked<F> {
    async fn load(&self, reference: KeyReference) -> Result<Option<KeyRecord>, Error> {
        self.1(Call::Loading(reference))?;
        self.0.load(reference).await
    }
    async fn save(&self, record: &KeyRecord) -> Result<(), Error> {
        self.1(Call::Saving(record))?;
        self.0.save(record).await?;
        self.1(Call::Saved(record))
    }
    async fn list(&self, after: Option<KeyReference>, limit: usize) -> Result<Vec<KeyRecord>, Error> {
        let records = self.0.list(after, limit).await;
        self.1(Call::Listed)?;
        records
    }
}

struct World {
    directory: tempfile::TempDir,
    store: Arc<MemoryKeyStore>,
    master: Arc<Master>,
    clock: Arc<HandClock>,
}

impl World {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let master = KeyFile::create(directory.path().join("master.key")).unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(1_000_000)));
        Self { directory, store: Arc::default(), master: Arc::new(Master(master, AtomicU64::new(0))), clock }
    }

    /// The keys, as another process sees them.
    fn tree(&self) -> KeyTree {
        KeyTree::builder(self.store.clone(), self.master.clone()).clock(self.clock.clone()).build()
    }

    /// The keys, as a process sees them that calls `hook` beside everything it does to the store.
    fn hooked(&self, hook: impl Fn(Call<'_>) -> Result<(), Error> + Send + Sync + 'static) -> KeyTree {
        let store = Arc::new(Hooked(self.store.clone(), hook));
        KeyTree::builder(store, self.master.clone()).clock(self.clock.clone()).build()
    }

    fn another_master(&self, name: &str) -> Arc<KeyFile> {
        Arc::new(KeyFile::create(self.directory.path().join(name)).unwrap())
    }

    fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn records(&self) -> Vec<KeyRecord> {
        block_on(self.store.list(None, 1000)).unwrap()
    }
}

fn acme() -> OrganizationId {
    "acme".parse().unwrap()
}

fn everybody() -> KeyScope {
    KeyScope::organization(acme())
}

fn person(name: &str) -> KeyScope {
    KeyScope::subject(acme(), name.parse().unwrap())
}

fn context(subject: &str) -> Context {
    Context::new([("organization", "acme"), ("subject", subject), ("column", "address")]).unwrap()
}

fn key(tree: &KeyTree, subject: &str) -> Arc<ScopeKey> {
    Arc::new(block_on(tree.key(&person(subject))).unwrap())
}

fn seal(tree: &KeyTree, subject: &str) -> Vec<u8> {
    block_on(Encryptor::new(key(tree, subject)).seal(b"12 Example Road", &context(subject))).unwrap()
}

fn open(tree: &KeyTree, subject: &str, message: &[u8]) -> Result<Vec<u8>, Error> {
    let key = Arc::new(block_on(tree.key(&person(subject)))?);
    block_on(Encryptor::new(key).open(message, &context(subject))).map(|plaintext| plaintext.to_vec())
}

#[test]
fn the_stores_of_this_crate_conform() {
    let directory = tempfile::tempdir().unwrap();
    block_on(conformance::key_store(&MemoryKeyStore::default()));
    block_on(conformance::key_store(&Remote(MemoryKeyStore::default())));
    block_on(conformance::key_store(&FileKeyStore::create(directory.path().join("keys")).unwrap()));
}

#[test]
fn the_key_of_a_scope_conforms_as_a_provider() {
    let world = World::new();
    let tree = world.tree();
    block_on(conformance::key_provider(&*key(&tree, "s1"), &*key(&tree, "s2")));
}

#[test]
fn every_process_gets_the_same_key_and_every_scope_its_own() {
    let world = World::new();
    let message = seal(&world.tree(), "s1");
    assert_eq!(open(&world.tree(), "s1", &message).unwrap(), b"12 Example Road");
    assert!(open(&world.tree(), "s2", &message).is_err());
    let organization = block_on(world.tree().key(&everybody())).unwrap();
    let other = KeyScope::organization("other".parse().unwrap());
    let names = [organization.reference(), key(&world.tree(), "s1").reference(), key(&world.tree(), "s2").reference()];
    assert!(!names.contains(&block_on(world.tree().key(&other)).unwrap().reference()));
    assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2]);
}

#[test]
fn those_who_make_a_key_at_the_same_time_get_one() {
    let world = World::new();
    let references: Vec<KeyReference> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| key(&world.tree(), "s1").reference())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(references.iter().all(|reference| *reference == references[0]));
    assert_eq!(world.records().len(), 3, "a root, an index key, a data key");
}

/// A master key in a key service: an answer takes a while.
struct Service(Master);

#[async_trait]
impl KeyProvider for Service {
    fn describe(&self) -> KeyId {
        self.0.describe()
    }
    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.0.wrap(dek, binding).await
    }
    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        let key = self.0.try_unwrap(recipient, binding).unwrap();
        let mut asked = false;
        core::future::poll_fn(|task| {
            task.waker().wake_by_ref();
            if core::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        key
    }
}

#[test]
fn those_who_wait_for_an_organization_ask_the_provider_once() {
    let world = World::new();
    let names = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];
    let master = KeyFile::open(world.directory.path().join("master.key")).unwrap();
    let service = Arc::new(Service(Master(master, AtomicU64::new(0))));
    let tree = KeyTree::new(world.store.clone(), service.clone());
    let mut waiting: Vec<_> = names.iter().map(|name| Box::pin(async { tree.key(&person(name)).await })).collect();
    let mut task = Task::from_waker(Waker::noop());
    for _ in 0..100 {
        waiting.retain_mut(|call| match call.as_mut().poll(&mut task) {
            Poll::Ready(key) => key.map(drop).is_err(),
            Poll::Pending => true,
        });
    }
    assert!(waiting.is_empty());
    assert_eq!(service.0.1.load(Ordering::Relaxed), 1);
}

#[test]
fn processes_with_one_directory_make_one_key() {
    let directory = tempfile::tempdir().unwrap();
    let master = Arc::new(KeyFile::create(directory.path().join("master.key")).unwrap());
    let tree = || {
        let store = FileKeyStore::open_or_create(directory.path().join("keys")).unwrap();
        KeyTree::new(Arc::new(store), master.clone())
    };
    let references: Vec<KeyReference> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| key(&tree(), "s1").reference())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(references.iter().all(|reference| *reference == references[0]));
}

#[test]
fn a_damaged_record_stands_in_the_way_of_its_own_organization_alone() {
    let directory = tempfile::tempdir().unwrap();
    let master = Arc::new(KeyFile::create(directory.path().join("master.key")).unwrap());
    let keys = directory.path().join("keys");
    let tree = KeyTree::new(Arc::new(FileKeyStore::create(&keys).unwrap()), master);
    let damaged = block_on(tree.key(&beta_of("s9"))).unwrap().reference();
    block_on(tree.key(&beta_of("s10"))).unwrap();
    key(&tree, "s1");
    let path = keys.join(format!("{damaged}.axk"));
    let mut content = std::fs::read(&path).unwrap();
    *content.last_mut().unwrap() ^= 1;
    std::fs::write(&path, content).unwrap();
    assert_eq!(block_on(tree.rewrap_roots()).unwrap(), 0);
    assert_eq!(block_on(tree.rotate(&acme())).unwrap(), 2);
    block_on(tree.destroy_without_grace(&everybody(), "user_41", "the contract has ended")).unwrap();
    let own = "beta".parse().unwrap();
    let held = block_on(tree.destroy_without_grace(&KeyScope::organization(own), "user_41", "a hold may be in it"));
    assert!(matches!(held, Err(Error::KeyFile { .. })), "{held:?}");
    // It fails for the damaged one, and only after all others were wrapped anew.
    assert!(matches!(block_on(tree.rotate(&"beta".parse().unwrap())), Err(Error::KeyFile { .. })));
    std::fs::remove_file(&path).unwrap();
    let store = FileKeyStore::open(&keys).unwrap();
    let names = block_on(store.names(&"beta".parse().unwrap())).unwrap();
    let below = names.into_iter().map(|name| block_on(store.load(name)).unwrap().unwrap());
    let below: Vec<KeyRecord> = below.filter(|record| record.role() != KeyRole::Root).collect();
    assert_eq!(below.len(), 2);
    assert!(below.iter().all(|record| record.keys()[0].recipients()[0].key().version() == 2));
}

fn beta_of(subject: &str) -> KeyScope {
    KeyScope::subject("beta".parse().unwrap(), subject.parse().unwrap())
}

#[test]
fn a_store_that_must_be_waited_for_works_in_the_async_way_only() {
    let world = World::new();
    let tree = KeyTree::new(Arc::new(Remote(MemoryKeyStore::default())), world.master.clone());
    assert!(tree.try_key(&person("s1")).is_none());
    let made = key(&tree, "s1");
    assert_eq!(tree.try_key(&person("s1")).unwrap().unwrap().reference(), made.reference());
}

#[test]
fn the_store_does_not_say_whose_key_it_is() {
    let world = World::new();
    key(&world.tree(), "subject-with-a-long-name");
    for record in world.records() {
        assert!(!record.to_bytes().windows(7).any(|bytes| bytes == b"subject"));
    }
}

#[test]
fn what_belongs_to_a_subject_is_encrypted_under_its_own_key_alone() {
    let world = World::new();
    let tree = world.tree();
    let master = world.another_master("other.key");
    let refused = |encryptor: Encryptor| {
        let outcome = block_on(encryptor.seal(b"12 Example Road", &context("s1")));
        assert!(matches!(outcome, Err(Error::OutlivesSubject)), "{outcome:?}");
    };
    refused(Encryptor::new(master.clone()));
    refused(Encryptor::new(key(&tree, "s2")));
    refused(Encryptor::new(Arc::new(block_on(tree.key(&everybody())).unwrap())));
    refused(Encryptor::new(key(&tree, "s1")).and(master.clone()));

    let message = seal(&tree, "s1");
    let added = block_on(axiom_crypto::envelope::add_recipient(&message, &context("s1"), &*key(&tree, "s1"), &*master));
    assert!(matches!(added, Err(Error::OutlivesSubject)));
    let rewrapped = block_on(Encryptor::new(key(&tree, "s1")).and(master).rewrap(&message, &context("s1")));
    assert!(matches!(rewrapped, Err(Error::OutlivesSubject)));
}

#[test]
fn a_revoked_key_serves_nobody_until_it_is_restored() {
    let world = World::new();
    let (tree, clone) = (world.tree(), world.tree());
    let held = Encryptor::new(key(&tree, "s1"));
    let (message, other) = (seal(&tree, "s1"), seal(&tree, "s2"));
    let due = block_on(tree.clone().revoke(&person("s1"), Duration::from_secs(100))).unwrap();
    assert_eq!(due.unix_micros(), 1_000_100_000_000);
    assert!(matches!(block_on(held.open(&message, &context("s1"))), Err(Error::Revoked { due: at, .. }) if at == due));
    assert!(matches!(block_on(held.seal(b"more", &context("s1"))), Err(Error::Revoked { .. })));
    assert!(matches!(block_on(tree.key(&person("s1"))), Err(Error::Revoked { .. })));
    assert!(matches!(open(&clone, "s1", &message), Err(Error::Revoked { .. })));
    assert_eq!(block_on(tree.state(&person("s1"))).unwrap(), Some(KeyState::PendingDeletion));
    assert!(open(&tree, "s2", &other).is_ok());
    block_on(tree.restore(&person("s1"))).unwrap();
    assert!(open(&tree, "s1", &message).is_ok());
}

#[test]
fn a_key_is_destroyed_after_its_grace_and_not_before() {
    let world = World::new();
    let tree = world.tree();
    let message = seal(&tree, "s1");
    let destroy = || block_on(tree.destroy(&person("s1"), "user_41", "request"));
    assert!(matches!(destroy(), Err(Error::Invalid { .. })), "it was not revoked");
    block_on(tree.revoke(&person("s1"), Duration::from_secs(100))).unwrap();
    world.pass(99);
    assert!(matches!(destroy(), Err(Error::Revoked { .. })));
    world.pass(1);
    let held = Encryptor::new(Arc::new(block_on(tree.key(&person("s2"))).unwrap()));
    let receipt = destroy().unwrap();
    assert_eq!(receipt.at(), world.clock.now());
    assert!(held.try_open(&message, &context("s1")).unwrap().is_err());
    assert!(matches!(block_on(tree.restore(&person("s1"))), Err(Error::Destroyed { .. })));
    let destroyed: Vec<_> =
        world.records().into_iter().filter(|record| record.state() == KeyState::Destroyed).collect();
    assert_eq!(destroyed.iter().map(KeyRecord::reference).collect::<Vec<_>>(), receipt.keys());
    assert!(destroyed.iter().all(|record| record.keys().is_empty()));
    assert_eq!(destroy().unwrap(), receipt, "who lost the receipt asks again");
}

#[test]
fn what_comes_after_an_erasure_has_a_new_key() {
    let world = World::new();
    let tree = world.tree();
    let (old, before) = (key(&tree, "s1"), seal(&tree, "s1"));
    block_on(tree.destroy_without_grace(&person("s1"), "user_41", "request")).unwrap();
    let after = seal(&tree, "s1");
    assert!(open(&tree, "s1", &after).is_ok());
    assert!(matches!(
        block_on(Encryptor::new(old.clone()).open(&before, &context("s1"))),
        Err(Error::Destroyed { .. })
    ));
    assert_ne!(key(&tree, "s1").reference(), old.reference());
    let receipt = block_on(tree.destroy_without_grace(&person("s1"), "user_41", "again")).unwrap();
    assert_eq!(receipt.keys().len(), 2);
}

#[test]
fn a_hold_stands_in_the_way() {
    let world = World::new();
    let tree = world.tree();
    let message = seal(&tree, "s1");
    let erase = |scope: &KeyScope| block_on(tree.destroy_without_grace(scope, "user_41", "request"));
    let held_by = |outcome: Result<axiom_crypto::ErasureReceipt, Error>, name: &str| {
        assert!(matches!(outcome, Err(Error::Held { holds }) if holds == [name]), "{name}");
    };
    block_on(tree.hold(&person("s1"), "case-7")).unwrap();
    held_by(erase(&person("s1")), "case-7");
    held_by(erase(&everybody()), "case-7");
    assert!(matches!(block_on(tree.revoke(&person("s1"), Duration::ZERO)), Err(Error::Held { .. })));
    assert!(matches!(block_on(tree.revoke(&everybody(), Duration::ZERO)), Err(Error::Held { .. })));
    assert!(block_on(tree.release(&person("s1"), "case-8")).is_err());
    block_on(tree.release(&person("s1"), "case-7")).unwrap();
    block_on(tree.hold(&everybody(), "case-9")).unwrap();
    held_by(erase(&person("s1")), "case-9");
    assert!(open(&tree, "s1", &message).is_ok());
    block_on(tree.release(&everybody(), "case-9")).unwrap();
    assert!(erase(&person("s1")).is_ok());
}

#[test]
fn a_hold_may_come_before_the_data() {
    let world = World::new();
    let tree = world.tree();
    let erase = |scope: &KeyScope| block_on(tree.destroy_without_grace(scope, "user_41", "request"));
    block_on(tree.hold(&person("s1"), "case-7")).unwrap();
    let message = seal(&world.tree(), "s1");
    assert!(matches!(erase(&person("s1")), Err(Error::Held { .. })));
    assert!(open(&tree, "s1", &message).is_ok());

    block_on(tree.release(&person("s1"), "case-7")).unwrap();
    erase(&person("s1")).unwrap();
    block_on(tree.hold(&person("s1"), "case-8")).unwrap();
    assert!(matches!(erase(&person("s1")), Err(Error::Held { .. })), "what comes after an erasure is held too");

    block_on(tree.release(&person("s1"), "case-8")).unwrap();
    erase(&everybody()).unwrap();
    block_on(tree.hold(&everybody(), "case-9")).unwrap();
    seal(&tree, "s1");
    assert!(matches!(erase(&everybody()), Err(Error::Held { .. })));
}

#[test]
fn a_hold_during_an_erasure_holds_or_says_that_it_does_not() {
    // The hold comes beside the nth thing that the erasure does to the store, until there is no such thing.
    for nth in 0.. {
        let world = World::new();
        let (message, theirs) = (seal(&world.tree(), "s1"), world.tree());
        let (calls, outcome) = (AtomicU64::new(0), Arc::new(Mutex::new(None)));
        let said = Arc::clone(&outcome);
        let tree = world.hooked(move |_| {
            if calls.fetch_add(1, Ordering::Relaxed) == nth {
                *said.lock().unwrap() = Some(block_on(theirs.hold(&person("s1"), "case-7")));
            }
            Ok(())
        });
        let erase = |tree: &KeyTree| block_on(tree.destroy_without_grace(&everybody(), "user_41", "request"));
        let erased = erase(&tree);
        let opens = open(&world.tree(), "s1", &message).is_ok();
        let Some(held) = outcome.lock().unwrap().take() else { break };
        match erased {
            Err(Error::Held { .. }) => assert!(opens, "{nth}: both were told that it is kept"),
            Ok(_) if held.is_ok() => {
                assert!(
                    !opens && matches!(erase(&world.tree()), Err(Error::Held { .. })),
                    "{nth}: it holds the next key"
                );
            }
            other => assert!(!opens && other.is_ok(), "{nth}: {other:?}"),
        }
    }
}

#[test]
fn a_hold_that_a_revocation_has_overtaken_does_not_claim_to_stand() {
    let world = World::new();
    let ours = world.tree();
    seal(&ours, "s1");
    let tree = world.hooked(move |call| match call {
        Call::Saving(record) if record.role() == KeyRole::Data => {
            block_on(ours.revoke(&everybody(), Duration::ZERO)).map(drop)
        }
        _ => Ok(()),
    });
    assert!(matches!(block_on(tree.hold(&person("s1"), "case-7")), Err(Error::Revoked { .. })));
}

#[test]
fn a_grace_is_lengthened_and_never_cut_short() {
    let world = World::new();
    let tree = world.tree();
    seal(&tree, "s1");
    let revoke = |seconds| block_on(tree.revoke(&person("s1"), Duration::from_secs(seconds))).unwrap();
    let due = revoke(100);
    assert_eq!(revoke(0), due);
    let destroyed = block_on(tree.destroy(&person("s1"), "user_41", "request"));
    assert!(matches!(destroyed, Err(Error::Revoked { due: at, .. }) if at == due));
    assert!(revoke(200) > due);
    block_on(tree.restore(&person("s1"))).unwrap();
    assert_eq!(revoke(0), world.clock.now());
}

#[test]
fn what_a_failed_store_has_destroyed_is_forgotten_too() {
    let world = World::new();
    let tree = world.hooked(|call| match call {
        Call::Saved(record) if record.state() == KeyState::Destroyed => {
            Err(Error::KeyStore { source: "no space left".into() })
        }
        _ => Ok(()),
    });
    let message = seal(&tree, "s1");
    let held = Encryptor::new(key(&tree, "s1"));
    assert!(block_on(held.open(&message, &context("s1"))).is_ok());
    assert!(block_on(tree.destroy_without_grace(&person("s1"), "user_41", "request")).is_err());
    assert!(matches!(block_on(held.open(&message, &context("s1"))), Err(Error::Destroyed { .. })));
}

#[test]
fn what_an_interrupted_erasure_has_left_goes_though_there_is_a_new_key() {
    let world = World::new();
    seal(&world.tree(), "s1");
    let old: Vec<KeyReference> = world.records().iter().map(KeyRecord::reference).collect();
    let broken = world.hooked(|call| match call {
        Call::Saving(record) if record.state() == KeyState::Destroyed && record.role() != KeyRole::Root => {
            Err(Error::KeyStore { source: "no space left".into() })
        }
        _ => Ok(()),
    });
    assert!(block_on(broken.destroy_without_grace(&everybody(), "user_41", "request")).is_err());
    let tree = world.tree();
    let message = seal(&tree, "s1");
    let again = block_on(tree.destroy(&everybody(), "user_41", "request"));
    assert!(matches!(again, Err(Error::Invalid { .. })), "the new key was not revoked: {again:?}");
    let left = world.records().into_iter().filter(|record| record.state() != KeyState::Destroyed);
    assert!(left.into_iter().all(|record| !old.contains(&record.reference())));
    assert!(open(&tree, "s1", &message).is_ok());
}

#[test]
fn a_lost_receipt_is_had_again_though_there_is_a_new_key() {
    for scope in [person("s1"), everybody()] {
        let world = World::new();
        let tree = world.tree();
        seal(&tree, "s1");
        let again = || block_on(tree.receipt(&scope, "user_41", "request"));
        assert!(matches!(again(), Err(Error::NoKey)), "nothing was destroyed yet");
        let receipt = block_on(tree.destroy_without_grace(&scope, "user_41", "request")).unwrap();
        let message = seal(&tree, "s1");
        world.pass(1);
        assert_eq!(again().unwrap(), receipt);
        assert!(open(&tree, "s1", &message).is_ok());
    }
}

#[test]
fn a_subject_of_a_destroyed_organization_is_destroyed() {
    let world = World::new();
    let tree = world.tree();
    seal(&tree, "s1");
    block_on(tree.destroy_without_grace(&everybody(), "user_41", "request")).unwrap();
    assert_eq!(block_on(tree.state(&person("s1"))).unwrap(), Some(KeyState::Destroyed));
    let gone = |outcome| assert!(matches!(outcome, Err(Error::Destroyed { .. })));
    gone(block_on(tree.revoke(&person("s1"), Duration::ZERO)).map(drop));
    gone(block_on(tree.restore(&person("s1"))));
    gone(block_on(tree.destroy(&person("s1"), "user_41", "request")).map(drop));
}

#[test]
fn a_process_that_knew_a_destroyed_organization_finds_the_keys_of_the_new_one() {
    let world = World::new();
    let (ours, theirs) = (world.tree(), world.tree());
    seal(&theirs, "s1");
    block_on(ours.destroy_without_grace(&everybody(), "user_41", "request")).unwrap();
    let new = key(&ours, "s1").reference();
    assert_eq!(block_on(theirs.state(&person("s1"))).unwrap(), Some(KeyState::Enabled));
    let receipt = block_on(theirs.destroy_without_grace(&person("s1"), "user_41", "request")).unwrap();
    assert_eq!(receipt.keys(), [new]);
}

#[test]
fn a_hold_during_the_grace_keeps_the_key() {
    let world = World::new();
    let tree = world.tree();
    let message = seal(&tree, "s1");
    block_on(tree.revoke(&person("s1"), Duration::ZERO)).unwrap();
    block_on(tree.hold(&person("s1"), "case-7")).unwrap();
    assert!(matches!(block_on(tree.destroy(&person("s1"), "user_41", "request")), Err(Error::Held { .. })));
    block_on(tree.restore(&person("s1"))).unwrap();
    assert!(open(&tree, "s1", &message).is_ok());
}

#[test]
fn an_organization_goes_with_all_its_keys_and_no_other() {
    let world = World::new();
    let tree = world.tree();
    let (one, two) = (seal(&tree, "s1"), seal(&tree, "s2"));
    let other = KeyScope::organization("other".parse().unwrap());
    let elsewhere = block_on(tree.key(&other)).unwrap();
    block_on(tree.revoke(&everybody(), Duration::ZERO)).unwrap();
    assert!(matches!(open(&tree, "s1", &one), Err(Error::Revoked { .. })));
    let receipt = block_on(tree.destroy(&everybody(), "user_41", "contract ended")).unwrap();
    assert_eq!(receipt.keys().len(), 4, "root, index, two subjects");
    for (subject, message) in [("s1", one), ("s2", two)] {
        assert!(open(&tree, subject, &message).is_err(), "{subject}");
    }
    assert_eq!(block_on(elsewhere.state()).unwrap(), KeyState::Enabled);
    let kept = world.records().into_iter().filter(|record| record.organization().as_str() == "other");
    assert!(kept.into_iter().all(|record| record.state() == KeyState::Enabled));
}

#[test]
fn there_is_nothing_to_erase_where_there_is_no_key() {
    let world = World::new();
    let tree = world.tree();
    for scope in [everybody(), person("s1")] {
        assert!(matches!(block_on(tree.revoke(&scope, Duration::ZERO)), Err(Error::NoKey)));
        assert!(matches!(block_on(tree.destroy_without_grace(&scope, "user_41", "why")), Err(Error::NoKey)));
        assert_eq!(block_on(tree.state(&scope)).unwrap(), None);
    }
    assert!(world.records().is_empty(), "asking makes no key");
}

#[test]
fn the_receipt_says_which_keys_and_not_whose() {
    let world = World::new();
    let tree = world.tree();
    let reference = key(&tree, "sub_19").reference();
    let receipt = block_on(tree.destroy_without_grace(&person("sub_19"), "user_41", "request of 3 March")).unwrap();
    let event = receipt.to_event().build().unwrap();
    assert_eq!(event.action_type.as_str(), "log.erased");
    assert_eq!(event.resource_ids, [format!("key:{reference}")]);
    assert_eq!(event.metadata.get("digest"), Some(&receipt.digest().to_string().into()));
    assert_eq!((event.user_id.as_str(), event.reason.as_deref()), ("user_41", Some("request of 3 March")));
    assert!(!format!("{event:?}{receipt:?}").contains("sub_19"));
    let told_otherwise = block_on(tree.receipt(&person("sub_19"), "user_41", "request of 4 March")).unwrap();
    assert_ne!(told_otherwise.digest(), receipt.digest());
}

/// Remembers what it was told to forget.
#[derive(Default)]
struct Told(Mutex<Vec<KeyScope>>);

impl Evict for Told {
    fn evict(&self, scope: &KeyScope) {
        self.0.lock().unwrap().push(scope.clone());
    }
}

#[test]
fn caches_hear_of_every_revocation_and_destruction() {
    let world = World::new();
    let tree = world.tree();
    seal(&tree, "s1");
    let told = Arc::new(Told::default());
    tree.clone().evict_with(told.clone());
    block_on(tree.revoke(&person("s1"), Duration::ZERO)).unwrap();
    block_on(tree.destroy(&person("s1"), "user_41", "request")).unwrap();
    assert_eq!(*told.0.lock().unwrap(), [person("s1"), person("s1")]);
}

#[test]
fn a_cached_data_key_goes_with_the_key_that_wraps_it() {
    let world = World::new();
    let tree = world.tree();
    let mut sealed = Vec::new();
    let ring = KeyRing::new(key(&tree, "s1"));
    for provider in [key(&tree, "s1") as Arc<dyn KeyProvider>, Arc::new(ring)] {
        let cached = Encryptor::new(provider).cache(&DataKeyCache::new());
        // Of whom it is stands in the context, or nowhere but in the key.
        let nobodys = Context::new([("column", "address")]).unwrap();
        let messages = [context("s1"), nobodys].map(|context| {
            let message = block_on(cached.seal(b"12 Example Road", &context)).unwrap();
            assert!(block_on(cached.open(&message, &context)).is_ok());
            (message, context)
        });
        sealed.push((cached, messages));
    }
    block_on(tree.destroy_without_grace(&person("s1"), "user_41", "request")).unwrap();
    for (cached, messages) in sealed {
        for (message, context) in messages {
            assert!(matches!(block_on(cached.open(&message, &context)), Err(Error::Destroyed { .. })));
            assert!(matches!(block_on(cached.seal(b"more", &context)), Err(Error::Destroyed { .. })));
        }
    }
}

#[test]
fn a_message_of_a_subject_is_not_rewrapped_for_a_key_that_outlives_the_subject() {
    let world = World::new();
    let tree = world.tree();
    let message = seal(&tree, "s1");
    let ring = KeyRing::new(world.master.clone()).and(key(&tree, "s1"));
    for outliving in [Encryptor::new(Arc::new(ring)), Encryptor::new(key(&tree, "s1")).and(world.master.clone())] {
        let rewrapped = block_on(outliving.rewrap(&message, &context("s1")));
        assert!(matches!(rewrapped, Err(Error::OutlivesSubject)));
    }
}

#[test]
fn another_process_notices_when_its_keys_have_ended() {
    let world = World::new();
    let (ours, theirs) = (world.tree(), world.tree());
    let message = seal(&theirs, "s1");
    assert!(open(&theirs, "s1", &message).is_ok());
    let unwrapped = world.master.1.load(Ordering::Relaxed);
    block_on(ours.destroy_without_grace(&person("s1"), "user_41", "request")).unwrap();
    world.pass(299);
    assert!(open(&theirs, "s1", &message).is_ok());
    world.pass(1);
    assert!(open(&theirs, "s1", &message).is_err());
    assert!(world.master.1.load(Ordering::Relaxed) > unwrapped);
}

#[test]
fn another_process_notices_the_end_of_an_organization_within_one_age() {
    let world = World::new();
    let (ours, theirs) = (world.tree(), world.tree());
    let message = seal(&ours, "s1");
    seal(&theirs, "s2");
    world.pass(200);
    assert!(open(&theirs, "s1", &message).is_ok(), "a data key under a root that is known already");
    let held = Encryptor::new(key(&theirs, "s1"));
    assert!(block_on(held.open(&message, &context("s1"))).is_ok());
    block_on(ours.revoke(&everybody(), Duration::from_secs(9_000))).unwrap();
    world.pass(100);
    assert!(matches!(open(&theirs, "s1", &message), Err(Error::Revoked { .. })));
    assert!(matches!(block_on(held.open(&message, &context("s1"))), Err(Error::Revoked { .. })));
}

#[test]
fn the_age_of_a_key_begins_before_it_is_fetched() {
    let world = World::new();
    let message = seal(&world.tree(), "s1");
    let clock = Arc::clone(&world.clock);
    let slow = world.hooked(move |call| {
        clock.0.fetch_add(i64::from(matches!(call, Call::Loading(_))), Ordering::Relaxed);
        Ok(())
    });
    let began = world.clock.now();
    assert!(open(&slow, "s1", &message).is_ok());
    block_on(world.tree().destroy_without_grace(&person("s1"), "user_41", "request")).unwrap();
    world.clock.0.store(began.unix_micros() / 1_000_000 + 300, Ordering::Relaxed);
    assert!(open(&slow, "s1", &message).is_err());
}

#[test]
fn a_rotation_while_a_root_is_unwrapped_is_no_damage() {
    let world = World::new();
    let ours = world.tree();
    let message = seal(&ours, "s1");
    let index = world.records().into_iter().find(|record| record.role() == KeyRole::Index).unwrap().reference();
    let rotations = AtomicU64::new(0);
    let theirs = world.hooked(move |call| match call {
        Call::Loading(name) if name == index && rotations.fetch_add(1, Ordering::Relaxed) < 2 => {
            block_on(ours.rotate(&acme())).map(drop)
        }
        _ => Ok(()),
    });
    assert_eq!(open(&theirs, "s1", &message).unwrap(), b"12 Example Road");
}

#[test]
fn an_erasure_while_a_root_is_unwrapped_is_no_damage() {
    let world = World::new();
    let ours = world.tree();
    seal(&ours, "s1");
    let index = world.records().into_iter().find(|record| record.role() == KeyRole::Index).unwrap().reference();
    let theirs = world.hooked(move |call| match call {
        Call::Loading(name) if name == index => {
            block_on(ours.destroy_without_grace(&everybody(), "user_41", "request")).map(drop)
        }
        _ => Ok(()),
    });
    assert!(matches!(block_on(theirs.key(&person("s1"))), Err(Error::Destroyed { .. })));
}

#[test]
fn a_new_master_key_touches_the_roots_alone() {
    let world = World::new();
    let tree = world.tree();
    let message = seal(&tree, "s1");
    let below = |records: Vec<KeyRecord>| -> Vec<KeyRecord> {
        records.into_iter().filter(|record| record.role() != KeyRole::Root).collect()
    };
    let before = below(world.records());
    let new = world.another_master("new.key");
    let both = KeyTree::builder(world.store.clone(), new.clone()).and(world.master.clone()).build();
    assert_eq!(block_on(both.rewrap_roots()).unwrap(), 1);
    assert_eq!(block_on(both.rewrap_roots()).unwrap(), 0, "doing it twice is doing it once");
    let alone = KeyTree::new(world.store.clone(), new);
    assert_eq!(open(&alone, "s1", &message).unwrap(), b"12 Example Road");
    assert!(open(&world.tree(), "s1", &message).is_ok(), "the old one opens until it is taken away");
    assert_eq!(below(world.records()), before);
}

#[test]
fn a_new_root_takes_over_while_others_use_the_old_one() {
    let world = World::new();
    let (ours, theirs) = (world.tree(), world.tree());
    let message = seal(&theirs, "s1");
    assert_eq!(block_on(ours.rotate(&acme())).unwrap(), 2, "index key and data key");
    let late = seal(&theirs, "s2");
    assert!(open(&ours, "s2", &late).is_ok(), "what was wrapped under the old version meanwhile opens");
    assert!(matches!(block_on(ours.retire(&acme())), Err(Error::Invalid { .. })), "too early");
    world.pass(600);
    block_on(theirs.retire(&acme())).unwrap();
    for tree in [ours, theirs, world.tree()] {
        assert!(open(&tree, "s1", &message).is_ok() && open(&tree, "s2", &late).is_ok());
    }
    let root = world.records().into_iter().find(|record| record.role() == KeyRole::Root).unwrap();
    assert_eq!(root.keys().iter().map(axiom_crypto::WrappedKey::version).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_slow_clock_elsewhere_loses_no_key() {
    let world = World::new();
    let theirs = world.tree();
    let message = seal(&theirs, "s1");
    let slow = Arc::new(HandClock(AtomicI64::new(world.clock.0.load(Ordering::Relaxed) - 1_000)));
    let elsewhere = KeyTree::builder(world.store.clone(), world.master.clone()).clock(slow).build();
    seal(&elsewhere, "s2");
    // The root is rotated, and what is below stays under the old version.
    let interrupted: Vec<KeyRecord> =
        world.records().into_iter().filter(|record| record.role() != KeyRole::Root).collect();
    block_on(elsewhere.rotate(&acme())).unwrap();
    let store = Arc::new(MemoryKeyStore::default());
    let root = world.records().into_iter().find(|record| record.role() == KeyRole::Root).unwrap();
    for record in interrupted {
        block_on(store.save(&record)).unwrap();
    }
    let stale = KeyTree::builder(store.clone(), world.master.clone()).clock(world.clock.clone()).build();
    let first = first_revision(&root);
    block_on(store.save(&first)).unwrap();
    assert!(open(&stale, "s1", &message).is_ok());
    block_on(store.save(&root)).unwrap();
    block_on(stale.retire(&acme())).unwrap();
    assert!(open(&stale, "s1", &message).is_ok());
}

/// The root as it was before it got its second version.
fn first_revision(root: &KeyRecord) -> KeyRecord {
    let mut bytes = root.to_bytes();
    let end = bytes.len() - 32;
    let recipient = root.keys()[1].recipients()[0].key();
    let names = recipient.provider().len() + recipient.id().len() + 6;
    let version = 2 + 8 + 32 + 1 + names + root.keys()[1].recipients()[0].wrapped().len();
    bytes.truncate(end - version);
    // The revision, and the number of versions before the first.
    bytes[13] = 1;
    let count = bytes.len() - version - 1;
    bytes[count] = 1;
    let digest = axiom_core::Digest::of(&[&bytes]);
    bytes.extend_from_slice(digest.as_bytes());
    KeyRecord::from_bytes(&bytes).unwrap()
}

#[test]
fn a_process_that_knew_the_old_root_finds_what_is_under_the_new_one() {
    let world = World::new();
    let (ours, theirs) = (world.tree(), world.tree());
    let message = seal(&ours, "s1");
    seal(&theirs, "s2");
    block_on(ours.rotate(&acme())).unwrap();
    assert!(open(&theirs, "s1", &message).is_ok());
}

#[test]
fn a_record_moved_to_another_name_does_not_open() {
    let world = World::new();
    let tree = world.tree();
    let (one, two) = (key(&tree, "s1").reference(), key(&tree, "s2").reference());
    let swapped = Arc::new(MemoryKeyStore::default());
    for record in world.records() {
        let mut bytes = record.to_bytes();
        let at = bytes.windows(16).position(|window| window == record.reference().as_bytes()).unwrap();
        let other = if record.reference() == one { two } else { one };
        if record.role() == KeyRole::Data {
            bytes[at..at + 16].copy_from_slice(other.as_bytes());
            let end = bytes.len() - 32;
            let digest = axiom_core::Digest::of(&[&bytes[..end]]);
            bytes[end..].copy_from_slice(digest.as_bytes());
        }
        block_on(swapped.save(&KeyRecord::from_bytes(&bytes).unwrap())).unwrap();
    }
    let tree = KeyTree::new(swapped, world.master.clone());
    assert!(matches!(block_on(tree.key(&person("s1"))), Err(Error::Open)));
}
