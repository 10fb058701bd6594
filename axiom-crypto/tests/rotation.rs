//! Rewrapping a host's messages in bulk.
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::ops::Bound;
use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axiom_crypto::envelope::{self, Envelope};
use axiom_crypto::{
    Binding, Context, Encryptor, Error, Failure, FieldSealer, Key, KeyFile, KeyId, KeyProvider, KeyRing, KeyTree,
    KeyUse, MemoryKeyStore, Messages, Recipient, StoredMessage,
};
use pollster::block_on;

/// A table of messages.
#[derive(Default)]
struct Table {
    rows: Mutex<BTreeMap<String, Vec<u8>>>,
    /// So many writes fail with a conflict, because another has just sealed the row anew.
    conflicts: AtomicU64,
    writes: AtomicU64,
    other: Option<Arc<KeyFile>>,
}

impl Table {
    fn stored(id: &str, message: &[u8]) -> StoredMessage {
        StoredMessage { id: id.into(), message: message.to_vec(), context: context(id) }
    }
}

#[async_trait]
impl Messages for Table {
    async fn page(&self, after: Option<&str>) -> Result<Vec<StoredMessage>, Error> {
        let rows = self.rows.lock().unwrap();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let rest = rows.range::<str, _>((from, Bound::Unbounded));
        Ok(rest.take(3).map(|(id, message)| Self::stored(id, message)).collect())
    }

    async fn replace(&self, id: &str, old: &[u8], new: &[u8]) -> Result<(), Error> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        if self.conflicts.load(Ordering::Relaxed) > 0 {
            self.conflicts.fetch_sub(1, Ordering::Relaxed);
            let other = &**self.other.as_ref().unwrap();
            let anew = envelope::seal(b"newer", &context(id), other).await?;
            self.rows.lock().unwrap().insert(id.into(), anew);
        }
        let mut rows = self.rows.lock().unwrap();
        if rows.get(id).map(Vec::as_slice) != Some(old) {
            return Err(Error::Conflict);
        }
        rows.insert(id.into(), new.to_vec());
        Ok(())
    }

    async fn read(&self, id: &str) -> Result<Option<StoredMessage>, Error> {
        Ok(self.rows.lock().unwrap().get(id).map(|message| Self::stored(id, message)))
    }
}

fn context(id: &str) -> Context {
    Context::new([("organization", "acme"), ("row", id)]).unwrap()
}

struct World {
    old: Arc<KeyFile>,
    new: Arc<KeyFile>,
    table: Table,
}

impl World {
    fn new(rows: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let key = |name| Arc::new(KeyFile::create(directory.path().join(name)).unwrap());
        let (old, new) = (key("old"), key("new"));
        let seal = |number: usize| {
            let id = format!("row-{number:02}");
            let message = block_on(envelope::seal(b"secret", &context(&id), &*old)).unwrap();
            (id, message)
        };
        let table =
            Table { rows: Mutex::new((0..rows).map(seal).collect()), other: Some(old.clone()), ..Table::default() };
        Self { old, new, table }
    }

    /// Writes for the new key and reads with the old one too.
    fn encryptor(&self) -> Encryptor {
        Encryptor::new(Arc::new(KeyRing::new(self.new.clone()).and(self.old.clone())))
    }

    fn used(&self) -> KeyUse {
        let mut used = KeyUse::default();
        self.table.rows.lock().unwrap().values().for_each(|message| used.add(message));
        used
    }
}

#[test]
fn every_message_is_moved_once_and_its_body_stays() {
    let world = World::new(10);
    let before = world.table.rows.lock().unwrap().clone();
    assert_eq!(world.used().of_key(&world.old.describe()), 10);
    let mut pages = 0;
    let report = block_on(world.encryptor().rewrap_all(&world.table, None, |_| {
        pages += 1;
        true
    }))
    .unwrap();
    assert_eq!((report.done, report.skipped, report.failed.len(), pages), (10, 0, 0, 4));
    assert_eq!(report.cursor.as_deref(), Some("row-09"));
    let used = world.used();
    assert_eq!((used.of_key(&world.old.describe()), used.of_key(&world.new.describe())), (0, 10));
    for (id, message) in world.table.rows.lock().unwrap().iter() {
        assert_eq!(Envelope::parse(message).unwrap().body, Envelope::parse(&before[id]).unwrap().body);
        assert_eq!(*block_on(envelope::open(message, &context(id), &*world.new)).unwrap(), b"secret");
    }
    let again = block_on(world.encryptor().rewrap_all(&world.table, None, |_| true)).unwrap();
    assert_eq!((again.done, again.skipped), (0, 10));
    assert_eq!(world.table.writes.load(Ordering::Relaxed), 10, "doing it twice writes nothing");
}

#[test]
fn a_run_that_was_stopped_goes_on_where_it_was() {
    let world = World::new(10);
    let first = block_on(world.encryptor().rewrap_all(&world.table, None, |report| report.done < 4)).unwrap();
    assert_eq!((first.done, first.cursor.as_deref()), (6, Some("row-05")));
    let second = block_on(world.encryptor().rewrap_all(&world.table, first.cursor.as_deref(), |_| true)).unwrap();
    assert_eq!((second.done, second.skipped), (4, 0));
    assert_eq!(world.used().of_key(&world.old.describe()), 0);
}

#[test]
fn a_message_that_was_sealed_anew_meanwhile_is_read_again() {
    let world = World::new(2);
    world.table.conflicts.store(3, Ordering::Relaxed);
    let report = block_on(world.encryptor().rewrap_all(&world.table, None, |_| true)).unwrap();
    assert_eq!((report.done, report.failed.len()), (2, 0));
    let row = world.table.rows.lock().unwrap()["row-00"].clone();
    assert_eq!(*block_on(envelope::open(&row, &context("row-00"), &*world.new)).unwrap(), b"newer");
}

#[test]
fn what_fails_is_named_and_the_rest_goes_on() {
    let world = World::new(4);
    world.table.rows.lock().unwrap().insert("row-01".into(), b"no message".to_vec());
    let stranger = KeyFile::create(tempfile::tempdir().unwrap().path().join("stranger")).unwrap();
    let foreign = block_on(envelope::seal(b"secret", &context("row-02"), &stranger)).unwrap();
    world.table.rows.lock().unwrap().insert("row-02".into(), foreign);
    let report = block_on(world.encryptor().rewrap_all(&world.table, None, |_| true)).unwrap();
    assert_eq!(report.done, 2);
    let failed: Vec<&str> = report.failed.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(failed, ["row-01", "row-02"]);
    assert_eq!(report.failures, 2);
    assert!(matches!(report.failed[0].1, Error::Open) && matches!(report.failed[1].1, Error::KeyNotFound { .. }));
    assert_eq!(world.used().unreadable(), 1);
}

#[test]
fn messages_that_refer_to_a_kept_key_need_nothing() {
    use axiom_core::{EventId, SealContext, Sealer};

    let world = World::new(1);
    let keys = KeyTree::new(Arc::new(MemoryKeyStore::default()), world.old.clone());
    let organization = "acme".parse().unwrap();
    let field = SealContext::new(&organization, EventId::from_bytes([1; 16]), "/afterState");
    let message = FieldSealer::with_keys(keys).try_seal(&field, b"secret").unwrap().unwrap();
    world.table.rows.lock().unwrap().insert("row-00".into(), message);
    let report = block_on(world.encryptor().rewrap_all(&world.table, None, |_| true)).unwrap();
    assert_eq!((report.done, report.skipped), (0, 1));
    assert_eq!(world.used().references().map(|(_, count)| count).collect::<Vec<_>>(), [1]);
}

/// A provider that is away once it has unwrapped so many keys.
struct Away(KeyFile, AtomicU64);

#[async_trait]
impl KeyProvider for Away {
    fn describe(&self) -> KeyId {
        self.0.describe()
    }
    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.0.wrap(dek, binding).await
    }
    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        if self.1.fetch_sub(1, Ordering::Relaxed) > 0 {
            return self.0.unwrap(recipient, binding).await;
        }
        let source = "connection refused".into();
        Err(Error::Provider { provider: "remote".into(), failure: Failure::Unavailable, source })
    }
}

#[test]
fn a_provider_that_is_away_ends_the_run_before_the_message_that_met_it() {
    let directory = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| KeyFile::create(directory.path().join(name)).unwrap());
    let table = Table::default();
    for number in 0..5 {
        let id = format!("row-{number:02}");
        let message = envelope::try_seal(b"secret", &context(&id), &old).unwrap().unwrap();
        table.rows.lock().unwrap().insert(id, message);
    }
    let encryptor = |calls| {
        let old = KeyFile::open(directory.path().join("old")).unwrap();
        let ring = KeyRing::new(Arc::new(KeyFile::open(directory.path().join("new")).unwrap()));
        Encryptor::new(Arc::new(ring.and(Arc::new(Away(old, AtomicU64::new(calls))))))
    };
    let report = block_on(encryptor(2).rewrap_all(&table, None, |_| true)).unwrap();
    assert!(matches!(report.stopped, Some(Error::Provider { failure: Failure::Unavailable, .. })), "{report:?}");
    assert_eq!((report.done, report.failures, report.cursor.as_deref()), (2, 0, Some("row-01")));
    let report = block_on(encryptor(9).rewrap_all(&table, report.cursor.as_deref(), |_| true)).unwrap();
    assert_eq!((report.done, report.failures), (3, 0));
    let rows = table.rows.lock().unwrap();
    assert!(rows.values().all(|message| envelope::describe(message).unwrap() == [new.describe()]));
}
