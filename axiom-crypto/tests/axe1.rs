//! AXE1 through the public API: the vectors, and every way to damage a message.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use axiom_crypto::envelope::{self, Envelope};
use axiom_crypto::{Context, Error, KeyFile, KeyProvider};
use pollster::block_on;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    key_file_key: String,
    key_id: String,
    context: BTreeMap<String, String>,
    #[serde(default)]
    plaintext: String,
    message: String,
    valid: bool,
    error: Option<String>,
}

#[test]
fn the_vectors_open_or_fail_as_they_say() {
    let directory = tempfile::tempdir().unwrap();
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/axe1.json")).unwrap();
    for (index, vector) in vectors.tests.iter().enumerate() {
        let keys = key_file_of(&directory.path().join(index.to_string()), vector);
        let context = Context::new(&vector.context).unwrap();
        let opened = block_on(envelope::open(&unhex(&vector.message), &context, &keys));
        let error = opened.as_ref().err().map(|error| match error {
            Error::KeyNotFound { .. } => "key_not_found",
            Error::Open => "open",
            other => panic!("{}: {other}", vector.name),
        });
        assert_eq!(error, vector.error.as_deref(), "{}", vector.name);
        assert_eq!(opened.is_ok(), vector.valid, "{}", vector.name);
        if let Ok(plaintext) = opened {
            assert_eq!(*plaintext, unhex(&vector.plaintext), "{}", vector.name);
        }
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let (keys, _directory) = new_keys();
    let message = seal(b"secret", &context(), &keys);
    for bit in 0..message.len() * 8 {
        let mut changed = message.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = try_open(&changed, &context(), &keys).expect_err("a flipped bit");
        assert!(matches!(error, Error::Open | Error::KeyNotFound { .. }), "bit {bit}: {error}");
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let (keys, _directory) = new_keys();
    let message = seal(b"secret", &context(), &keys);
    for length in 0..message.len() {
        assert!(matches!(try_open(&message[..length], &context(), &keys), Err(Error::Open)), "{length}");
    }
    for byte in 0..=255 {
        assert!(matches!(try_open(&[&message[..], &[byte]].concat(), &context(), &keys), Err(Error::Open)));
    }
}

#[test]
fn a_message_takes_159_bytes_more_than_its_plaintext() {
    let (keys, _directory) = new_keys();
    for length in [0, 1, 1024, 65_536] {
        assert_eq!(seal(&vec![0; length], &context(), &keys).len(), length + 159);
    }
}

#[test]
fn equal_plaintexts_make_unrelated_messages() {
    let (keys, _directory) = new_keys();
    let (one, two) = (seal(b"secret", &context(), &keys), seal(b"secret", &context(), &keys));
    let (one, two) = (Envelope::parse(&one).unwrap(), Envelope::parse(&two).unwrap());
    assert_ne!(one.header.commitment(), two.header.commitment());
    assert_ne!(one.recipients[0].wrapped(), two.recipients[0].wrapped());
    assert_ne!(one.body, two.body);
    assert_ne!(one.header.to_bytes()[71..83], two.header.to_bytes()[71..83], "the nonce");
}

#[test]
fn a_recipient_of_one_message_does_not_open_another() {
    let (keys, _directory) = new_keys();
    let (one, two) = (seal(b"one", &context(), &keys), seal(b"two", &context(), &keys));
    let mut swapped = Envelope::parse(&one).unwrap();
    swapped.recipients = Envelope::parse(&two).unwrap().recipients;
    assert!(matches!(try_open(&swapped.encode().unwrap(), &context(), &keys), Err(Error::Open)));
}

#[test]
fn immutable_part_and_body_of_two_messages_do_not_mix() {
    let (keys, _directory) = new_keys();
    let (one, two) = (seal(b"one", &context(), &keys), seal(b"two", &context(), &keys));
    let mut mixed = Envelope::parse(&one).unwrap();
    mixed.body = Envelope::parse(&two).unwrap().body;
    assert!(matches!(try_open(&mixed.encode().unwrap(), &context(), &keys), Err(Error::Open)));
}

#[test]
fn a_wrong_context_or_key_is_refused() {
    let ((keys, _first), (strangers, _second)) = (new_keys(), new_keys());
    let message = seal(b"secret", &context(), &keys);
    let other = Context::new([("organization", "other")]).unwrap();
    assert!(matches!(try_open(&message, &other, &keys), Err(Error::Open)));
    match try_open(&message, &context(), &strangers) {
        Err(Error::KeyNotFound { key }) => assert_eq!(key, keys.describe()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rewrapping_changes_the_recipient_and_nothing_else() {
    let ((old, _first), (new, _second)) = (new_keys(), new_keys());
    let before = seal(b"secret", &context(), &old);
    let after = block_on(envelope::rewrap(&before, &context(), &old, &new)).unwrap();
    assert_eq!(after[..84], before[..84]);
    assert_eq!(Envelope::parse(&after).unwrap().body, Envelope::parse(&before).unwrap().body);
    assert_eq!(envelope::describe(&after).unwrap(), [new.describe()]);
    assert_eq!(try_open(&after, &context(), &new).unwrap(), b"secret");
    assert!(matches!(try_open(&after, &context(), &old), Err(Error::KeyNotFound { .. })));
}

#[test]
fn rewrapping_keeps_the_other_recipients_and_repeats_none() {
    let ((ours, _first), (theirs, _second), (new, _third)) = (new_keys(), new_keys(), new_keys());
    let message = seal(b"secret", &context(), &ours);
    let message = block_on(envelope::add_recipient(&message, &context(), &ours, &theirs)).unwrap();
    let message = block_on(envelope::rewrap(&message, &context(), &ours, &new)).unwrap();
    let message = block_on(envelope::add_recipient(&message, &context(), &new, &theirs)).unwrap();
    assert_eq!(envelope::describe(&message).unwrap(), [new.describe(), theirs.describe()]);
    for keys in [&new, &theirs] {
        assert_eq!(try_open(&message, &context(), keys).unwrap(), b"secret");
    }
}

#[test]
fn rewrapping_needs_the_context_and_an_old_key_that_holds() {
    let ((old, _first), (new, _second)) = (new_keys(), new_keys());
    let message = seal(b"secret", &context(), &old);
    let other = Context::new([("organization", "other")]).unwrap();
    assert!(matches!(block_on(envelope::rewrap(&message, &other, &old, &new)), Err(Error::Open)));
    assert!(matches!(block_on(envelope::rewrap(&message, &context(), &new, &new)), Err(Error::KeyNotFound { .. })));
    let mut damaged = message;
    damaged[7] ^= 1;
    assert!(matches!(block_on(envelope::rewrap(&damaged, &context(), &old, &new)), Err(Error::Open)));
}

#[test]
fn a_seventeenth_recipient_is_refused() {
    let (keys, _directory) = new_keys();
    let mut message = seal(b"secret", &context(), &keys);
    for _ in 1..16 {
        let (other, _directory) = new_keys();
        message = block_on(envelope::add_recipient(&message, &context(), &keys, &other)).unwrap();
    }
    let (other, _directory) = new_keys();
    let refused = block_on(envelope::add_recipient(&message, &context(), &keys, &other));
    assert!(matches!(refused, Err(Error::Invalid { .. })));
}

#[test]
fn the_futures_move_between_threads() {
    const fn moves<T: Send>(_: &T) {}
    let (keys, _directory) = new_keys();
    let context = context();
    moves(&envelope::seal(b"", &context, &keys));
    moves(&envelope::open(b"", &context, &keys));
    moves(&envelope::rewrap(b"", &context, &keys, &keys));
    moves(&envelope::add_recipient(b"", &context, &keys, &keys));
}

proptest! {
    #[test]
    fn what_is_sealed_opens_again(plaintext in proptest::collection::vec(any::<u8>(), 0..5000)) {
        let (keys, _directory) = new_keys();
        let message = seal(&plaintext, &context(), &keys);
        prop_assert_eq!(try_open(&message, &context(), &keys).unwrap(), plaintext);
    }

    #[test]
    fn no_changed_byte_and_no_cut_opens(
        plaintext in proptest::collection::vec(any::<u8>(), 0..200),
        place in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let (keys, _directory) = new_keys();
        let mut message = seal(&plaintext, &context(), &keys);
        let place = place.index(message.len());
        prop_assert!(try_open(&message[..place], &context(), &keys).is_err());
        message[place] ^= change;
        prop_assert!(try_open(&message, &context(), &keys).is_err());
    }

    #[test]
    fn any_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (keys, _directory) = new_keys();
        prop_assert!(matches!(try_open(&bytes, &context(), &keys), Err(Error::Open)));
        prop_assert!(matches!(envelope::describe(&bytes), Err(Error::Open)));
    }
}

fn new_keys() -> (KeyFile, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (KeyFile::create(directory.path().join("key")).unwrap(), directory)
}

/// Writes the vector's key in the documented form, which other tools write as well.
fn key_file_of(path: &Path, vector: &Vector) -> KeyFile {
    use base64ct::{Base64, Encoding};

    let key = Base64::encode_string(&unhex(&vector.key_file_key));
    fs::write(path, format!("axiom-key-v1 {} {key}\n", vector.key_id)).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    KeyFile::open(path).unwrap()
}

fn context() -> Context {
    Context::new([("organization", "acme"), ("purpose", "test")]).unwrap()
}

fn seal(plaintext: &[u8], context: &Context, keys: &KeyFile) -> Vec<u8> {
    block_on(envelope::seal(plaintext, context, keys)).unwrap()
}

fn try_open(message: &[u8], context: &Context, keys: &KeyFile) -> Result<Vec<u8>, Error> {
    envelope::try_open(message, context, keys).expect("a key file never waits").map(|plaintext| plaintext.to_vec())
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap()).collect()
}
