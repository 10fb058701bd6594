//! Erasing one data subject: nothing of it is left in any file, the chain holds, and the others stay readable.
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axiom_audit::export::StoredEntry;
use axiom_audit::{FileStore, LogVerifier, Recorder, Store, VerifierKey};
use axiom_core::{Event, LogId, OpenedFields, SealPaths, Stream, Unscrubbed, Value, open_fields};
use axiom_crypto::{
    Binding, Error, FieldSealer, FileKeyStore, Key, KeyFile, KeyId, KeyProvider, KeyScope, KeyStore, KeyTree, Recipient,
};
use pollster::block_on;

/// A master key that remembers every key that was generated.
struct Spy(KeyFile, Arc<Mutex<Vec<[u8; 32]>>>);

#[async_trait]
impl KeyProvider for Spy {
    fn describe(&self) -> KeyId {
        self.0.describe()
    }
    fn try_generate(&self) -> Option<Result<Key, Error>> {
        let key = Key::generate();
        self.1.lock().unwrap().extend(key.as_ref().map(|key| *key.expose()));
        Some(key)
    }
    fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
        self.0.try_wrap(dek, binding)
    }
    fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
        self.0.try_unwrap(recipient, binding)
    }
    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.0.wrap(dek, binding).await
    }
    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        self.0.unwrap(recipient, binding).await
    }
}

struct World {
    root: tempfile::TempDir,
    generated: Arc<Mutex<Vec<[u8; 32]>>>,
}

impl World {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        KeyFile::create(root.path().join("master.key")).unwrap();
        let key = VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32]);
        FileStore::create(root.path().join("log"), &key).unwrap();
        Self { root, generated: Arc::default() }
    }

    fn keys(&self, directory: &str) -> KeyTree {
        let master = KeyFile::open(self.root.path().join("master.key")).unwrap();
        KeyTree::new(Arc::new(self.key_store(directory)), Arc::new(Spy(master, self.generated.clone())))
    }

    fn key_store(&self, directory: &str) -> FileKeyStore {
        FileKeyStore::open_or_create(self.root.path().join(directory)).unwrap()
    }

    /// The wrapped data keys in the store, as bytes.
    fn wrapped(&self, reference: axiom_crypto::KeyReference) -> Vec<u8> {
        let record = block_on(self.key_store("keys").load(reference)).unwrap().unwrap();
        record.keys()[0].recipients()[0].wrapped().to_vec()
    }

    fn record(&self, keys: &KeyTree, events: Vec<Event>) {
        let store = Arc::new(FileStore::open(self.root.path().join("log")).unwrap());
        let paths = SealPaths::states()
            .and_of_subject("/metadata/customer", "/subjectRefs/0")
            .unwrap()
            .and_of_subject("/metadata/agent", "/subjectRefs/1")
            .unwrap();
        let recorder = Recorder::builder_shared(store, Unscrubbed)
            .seal(paths, FieldSealer::with_keys(keys.clone()))
            .build()
            .unwrap();
        recorder.record_batch_blocking(events).into_iter().for_each(|receipt| drop(receipt.unwrap()));
        block_on(recorder.close()).unwrap();
    }

    /// What opens of each entry, once the chain was verified.
    fn entries(&self, keys: &KeyTree) -> Vec<(StoredEntry, OpenedFields)> {
        let store = FileStore::open(self.root.path().join("log")).unwrap();
        let log = LogId::new("acme".parse().unwrap(), Stream::Material);
        let lines = block_on(store.read(&log, 0, usize::MAX)).unwrap();
        let mut verifier = LogVerifier::new(store.naming().origin(&log)).strict("acme").start();
        lines.iter().for_each(|line| verifier.push(&[line, &b"\n"[..]].concat()));
        let report = verifier.finish();
        assert!(report.is_verified(), "{:?}", report.faults);
        let fields = FieldSealer::with_keys(keys.clone());
        let open = |line: Vec<u8>| {
            let mut entry = StoredEntry::read(line).unwrap();
            let opened = block_on(open_fields(entry.event_mut(), &fields)).unwrap();
            (entry, opened)
        };
        lines.into_iter().map(open).collect()
    }

    /// The files anywhere below that hold these bytes.
    fn holding(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        search(self.root.path(), bytes, &mut found);
        found
    }
}

fn search(directory: &Path, bytes: &[u8], found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, bytes, found);
        } else if fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes) {
            found.push(path.display().to_string());
        }
    }
}

fn person(name: &str) -> KeyScope {
    KeyScope::subject("acme".parse().unwrap(), name.parse().unwrap())
}

fn event() -> Event {
    let json = |value| Value::try_from(value).unwrap();
    Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap())
        .subject("sub_ada".parse().unwrap())
        .subject("sub_bob".parse().unwrap())
        .metadata("customer", json(serde_json::json!({"name": "Ada Example", "orders": [3, 1, 2], "z": null, "a": 9})))
        .metadata("agent", "Bob Example")
        .after_state(json(serde_json::json!({"plan": "Gold Example"})))
        .build()
        .unwrap()
}

#[test]
fn one_subject_is_erased_from_every_file_and_the_other_stays() {
    let world = World::new();
    let keys = world.keys("keys");
    world.record(&keys, vec![event(), event()]);
    let [ada, bob] = ["sub_ada", "sub_bob"].map(|name| block_on(keys.key(&person(name))).unwrap().reference());
    let (wrapped_ada, wrapped_bob) = (world.wrapped(ada), world.wrapped(bob));

    for (entry, fields) in world.entries(&keys) {
        assert_eq!((fields.opened.len(), fields.closed.len()), (3, 0));
        assert_eq!(entry.event().get("metadata").unwrap(), &Value::from(event().metadata), "the exact JSON");
    }
    assert_eq!(world.holding(&wrapped_ada).len(), 1, "the search finds what is there");

    let receipt = block_on(keys.destroy_without_grace(&person("sub_ada"), "user_41", "her request")).unwrap();
    assert_eq!(receipt.keys(), [ada]);
    world.record(&keys, vec![receipt.to_event().build().unwrap()]);

    assert!(world.holding(&wrapped_ada).is_empty(), "{:?}", world.holding(&wrapped_ada));
    assert_eq!(world.holding(&wrapped_bob).len(), 1);
    assert_eq!(world.generated.lock().unwrap().len(), 5, "root, index, organization, two subjects");
    for plain in world.generated.lock().unwrap().iter() {
        assert!(world.holding(plain).is_empty());
    }
    for text in ["Ada Example", "Bob Example", "Gold Example"] {
        assert!(world.holding(text.as_bytes()).is_empty(), "{text}");
    }

    // With the tree that has seen it all, and with another that has seen nothing.
    for keys in [keys, world.keys("keys")] {
        let entries = world.entries(&keys);
        assert_eq!(entries.len(), 3);
        for (entry, fields) in &entries[..2] {
            assert_eq!(fields.opened, ["/afterState", "/metadata/agent"]);
            let [axiom_core::Error::Seal { pointer, source }] = &fields.closed[..] else { panic!("{fields:?}") };
            assert!(pointer == "/metadata/customer" && source.is_erased(), "{source}");
            let metadata = entry.event().get("metadata").unwrap();
            assert_eq!(metadata.at("/agent"), Some(&Value::from("Bob Example")));
            assert!(metadata.at("/customer/$sealed").is_some(), "it stays as it is");
        }
        assert_eq!(entries[2].0.event().get("actionType").and_then(Value::as_str), Some("log.erased"));
    }
}

#[test]
fn a_field_that_was_moved_does_not_open() {
    let world = World::new();
    let keys = world.keys("keys");
    let mut other = event();
    other.organization_id = "other".parse().unwrap();
    world.record(&keys, vec![event(), event(), other]);
    let store = FileStore::open(world.root.path().join("log")).unwrap();
    let stored = |organization: &str, seq: u64| {
        let log = LogId::new(organization.parse().unwrap(), Stream::Material);
        let line = block_on(store.read(&log, seq, 1)).unwrap().remove(0);
        StoredEntry::read(line).unwrap().event().clone()
    };
    let fields = FieldSealer::with_keys(keys);
    let sources =
        [("acme", 0, "/metadata/agent"), ("acme", 1, "/metadata/customer"), ("other", 0, "/metadata/customer")];
    for (organization, seq, pointer) in sources {
        let mut event = stored("acme", 0);
        let from = stored(organization, seq);
        *event.at_mut("/metadata/customer").unwrap() = from.at(pointer).unwrap().clone();
        let opened = block_on(open_fields(&mut event, &fields)).unwrap();
        assert_eq!(opened.closed.len(), 1, "{organization} {seq} {pointer}");
        assert!(!opened.opened.contains(&"/metadata/customer".to_owned()));
    }
}

/// Not a promise but its limit, which the documents name: an old copy of the key store undoes an erasure.
#[test]
fn an_old_copy_of_the_key_store_opens_what_was_erased_since() {
    let world = World::new();
    let keys = world.keys("keys");
    world.record(&keys, vec![event()]);
    drop(world.key_store("backup"));
    for entry in fs::read_dir(world.root.path().join("keys")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, world.root.path().join("backup").join(path.file_name().unwrap())).unwrap();
    }
    block_on(keys.destroy_without_grace(&person("sub_ada"), "user_41", "her request")).unwrap();
    assert_eq!(world.entries(&keys)[0].1.closed.len(), 1);
    assert_eq!(world.entries(&world.keys("backup"))[0].1.closed.len(), 0);
}

#[test]
fn with_the_organization_everything_is_erased_but_what_happened() {
    let world = World::new();
    let keys = world.keys("keys");
    world.record(&keys, vec![event()]);
    let scope = KeyScope::organization("acme".parse().unwrap());
    block_on(keys.destroy_without_grace(&scope, "user_41", "contract ended")).unwrap();
    let (entry, fields) = world.entries(&keys).remove(0);
    assert!(fields.opened.is_empty());
    assert_eq!(fields.closed.len(), 3);
    assert_eq!(entry.event().get("actionType").and_then(Value::as_str), Some("apply.applied"));
}
