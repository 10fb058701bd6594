//! `axiom crypto shred`, `restore`, `hold` and `release`.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use assert_cmd::Command;
use axiom_audit::{FileStore, Store, VerifierKey};
use axiom_core::{LogId, Stream};
use axiom_crypto::{Context, Encryptor, FileKeyStore, KeyFile, KeyScope, KeyTree};
use pollster::block_on;

fn run(directory: &Path, command: &str, more: &[&str]) -> Output {
    let scope = ["--keys", "keys", "--key", "master.key", "--organization", "acme", "--subject", "sub_19"];
    let mut axiom = Command::cargo_bin("axiom").unwrap();
    axiom.current_dir(directory).args(["crypto", command]).args(scope).args(more).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

struct World {
    directory: tempfile::TempDir,
    message: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        KeyFile::create(directory.path().join("master.key")).unwrap();
        let mut world = Self { directory, message: Vec::new() };
        world.message = block_on(world.encryptor().unwrap().seal(b"12 Example Road", &context())).unwrap();
        world
    }

    fn encryptor(&self) -> Result<Encryptor, axiom_crypto::Error> {
        let master = KeyFile::open(self.directory.path().join("master.key"))?;
        let store = FileKeyStore::open_or_create(self.directory.path().join("keys"))?;
        let scope = KeyScope::subject("acme".parse().unwrap(), "sub_19".parse().unwrap());
        let key = block_on(KeyTree::new(Arc::new(store), Arc::new(master)).key(&scope))?;
        Ok(Encryptor::new(Arc::new(key)))
    }

    fn opens(&self) -> bool {
        self.encryptor().is_ok_and(|encryptor| block_on(encryptor.open(&self.message, &context())).is_ok())
    }

    fn run(&self, command: &str, more: &[&str]) -> Output {
        run(self.directory.path(), command, more)
    }
}

fn context() -> Context {
    Context::new([("organization", "acme"), ("subject", "sub_19")]).unwrap()
}

#[test]
fn a_key_is_revoked_restored_held_and_destroyed() {
    let world = World::new();
    let revoked = world.run("shred", &["--grace", "30d"]);
    assert!(code(&revoked) == 0 && said(&revoked).contains("may be destroyed from"), "{}", said(&revoked));
    assert!(!world.opens());
    let early = world.run("shred", &[]);
    assert!(code(&early) == 2 && said(&early).contains("is revoked"), "{}", said(&early));
    assert_eq!(code(&world.run("restore", &[])), 0);
    assert!(world.opens());

    assert_eq!(code(&world.run("hold", &["case-7"])), 0);
    let held = world.run("shred", &["--now"]);
    assert!(code(&held) == 2 && said(&held).contains("case-7"), "{}", said(&held));
    assert!(world.opens());
    assert_eq!(code(&world.run("release", &["case-7"])), 0);

    let log = world.directory.path().join("log");
    assert_eq!(code(&world.run("shred", &["--now", "--log", "log"])), 2, "there is no such log");
    assert!(world.opens(), "what cannot be recorded is not done");
    FileStore::create(&log, &VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32])).unwrap();
    let again = world.run("shred", &["--now", "--log", "log", "--by", "user_41"]);
    assert_eq!(code(&again), 0, "{}", said(&again));
    let store = FileStore::open(&log).unwrap();
    let lines = block_on(store.read(&LogId::new("acme".parse().unwrap(), Stream::Material), 0, 1 << 20)).unwrap();
    let line = String::from_utf8(lines[0].clone()).unwrap();
    assert!(line.contains("log.erased") && line.contains("user_41") && !line.contains("sub_19"), "{line}");
    assert_eq!(again.stdout.len(), 33, "the name of the one key");
    assert!(!world.opens());
}

#[test]
fn a_revocation_and_its_end_are_recorded() {
    let world = World::new();
    let log = world.directory.path().join("log");
    let revoke = ["--grace", "30d", "--log", "log", "--by", "user_41", "--reason", "request 7"];
    assert_eq!(code(&world.run("shred", &revoke)), 2, "there is no such log");
    assert!(world.opens(), "what cannot be recorded is not done");
    FileStore::create(&log, &VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32])).unwrap();
    let revoked = world.run("shred", &revoke);
    assert!(code(&revoked) == 0 && !world.opens(), "{}", said(&revoked));
    let restored = world.run("restore", &["--log", "log", "--by", "user_42"]);
    assert!(code(&restored) == 0 && world.opens(), "{}", said(&restored));

    let store = FileStore::open(&log).unwrap();
    let lines = block_on(store.read(&LogId::new("acme".parse().unwrap(), Stream::Material), 0, 1 << 20)).unwrap();
    let lines: Vec<_> = lines.iter().map(|line| core::str::from_utf8(line).unwrap()).collect();
    let [revoked, restored] = lines[..] else { panic!("{lines:?}") };
    for word in ["custom.key.revoked", "user_41", "request 7", "\"due\""] {
        assert!(revoked.contains(word), "{word}: {revoked}");
    }
    assert!(restored.contains("custom.key.restored") && restored.contains("user_42"), "{restored}");
    assert!(lines.iter().all(|line| !line.contains("sub_19")), "a log outlives the erasure");
}

#[test]
fn a_directory_that_is_not_there_is_not_made() {
    let directory = tempfile::tempdir().unwrap();
    KeyFile::create(directory.path().join("master.key")).unwrap();
    let output = run(directory.path(), "shred", &["--now"]);
    assert!(code(&output) == 2 && said(&output).contains("is no directory"), "{}", said(&output));
    assert!(!directory.path().join("keys").exists());
}

#[test]
fn a_field_of_a_log_is_shown_until_its_subject_is_erased() {
    let world = World::new();
    let directory = world.directory.path();
    let key = VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32]);
    FileStore::create(directory.join("log"), &key).unwrap();
    let audit = |command: &str, more: &[&str]| {
        let keys = ["log", "--keys", "keys", "--key", "master.key"];
        let mut axiom = Command::cargo_bin("axiom").unwrap();
        axiom.current_dir(directory).args(["audit", command]).args(keys).args(more);
        axiom.write_stdin(MEETING.replace('\n', "")).output().unwrap()
    };
    let appended = audit("append", &["--seal-of", "/metadata/customer", "/subjectRefs/0"]);
    assert_eq!(code(&appended), 0, "{}", said(&appended));
    let stored =
        Command::cargo_bin("axiom").unwrap().current_dir(directory).args(["audit", "show", "log", "--json"]).output();
    assert!(!String::from_utf8(stored.unwrap().stdout).unwrap().contains("Road"));

    let shown = || {
        let output = audit("show", &["--json"]);
        (code(&output), String::from_utf8(output.stdout.clone()).unwrap(), said(&output))
    };
    let (status, out, _) = shown();
    assert!(status == 0 && out.contains("12 Example Road") && out.contains("shut"), "{out}");

    assert_eq!(code(&world.run("shred", &["--grace", "30d"])), 0);
    let (status, out, told) = shown();
    assert!(status == 1 && told.contains("revoked") && !out.contains("Road"), "{told}");

    assert_eq!(code(&world.run("shred", &["--now"])), 0);
    let (status, out, told) = shown();
    assert!(status == 0 && told.contains("erased: /metadata/customer"), "{told}");
    assert!(!out.contains("Road") && out.contains("shut"), "{out}");
}

#[test]
fn keys_of_fields_are_named_in_full() {
    let world = World::new();
    let usage: [&[&str]; 5] = [
        &["append", "log", "--keys", "keys"],
        &["append", "log", "--seal", "/metadata/a"],
        &["append", "log", "--seal-of", "/metadata/a", "/subjectRefs/0"],
        &["append", "log", "--keys", "keys", "--key", "master.key", "--seal-key", "master.key"],
        &["show", "log", "--keys", "nowhere", "--key", "master.key"],
    ];
    let key = VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32]);
    FileStore::create(world.directory.path().join("log"), &key).unwrap();
    for arguments in usage {
        let mut axiom = Command::cargo_bin("axiom").unwrap();
        axiom.current_dir(world.directory.path()).arg("audit").args(arguments);
        assert_eq!(code(&axiom.output().unwrap()), 2, "{arguments:?}");
    }
    assert!(!world.directory.path().join("nowhere").exists());
}

const MEETING: &str = r#"{"organizationId":"acme","actionType":"user.connection_managed","subjectRefs":["sub_19"],
    "afterState":"shut","metadata":{"customer":"12 Example Road"}}"#;
