//! Messages of the AWS Encryption SDK: those of the Python SDK, our own, and every way to damage one.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::num::NonZero;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use axiom_crypto::aws_esdk::{self, EncryptionContext, FRAME_LENGTH, RawAesKeyring};
use axiom_crypto::zeroize::ZeroizeOnDrop;
use axiom_crypto::{Error, Key};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    namespace: String,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    keys: BTreeMap<String, String>,
    context: BTreeMap<String, String>,
    frame_length: u32,
    plaintext: String,
    message: String,
    error: Option<String>,
}

#[test]
fn messages_of_the_python_sdk_open_with_each_of_their_keys() {
    let vectors = vectors();
    for vector in &vectors.tests {
        let (message, required) = (unhex(&vector.message), EncryptionContext::new(&vector.context).unwrap());
        for (name, key) in &vector.keys {
            let keyring = keyring(&vectors.namespace, name, &unhex(key).try_into().unwrap());
            let decrypted = aws_esdk::decrypt(&message, &required, &[&keyring]);
            match &vector.error {
                None => {
                    let decrypted = decrypted.unwrap();
                    assert_eq!(*decrypted.plaintext, unhex(&vector.plaintext), "{}", vector.name);
                    assert_eq!(decrypted.context, required, "{}", vector.name);
                    assert_eq!(opened_stream(&message, &required, &keyring).unwrap(), unhex(&vector.plaintext));
                }
                Some(reason) => {
                    let error = decrypted.unwrap_err();
                    assert!(matches!(error, Error::Unsupported { .. }), "{}", vector.name);
                    assert!(error.to_string().contains(reason), "{error}");
                }
            }
        }
    }
}

#[test]
fn messages_of_the_python_sdk_are_described_without_a_key() {
    let vectors = vectors();
    for vector in vectors.tests.iter().filter(|vector| vector.error.is_none()) {
        let header = aws_esdk::describe(&unhex(&vector.message)).unwrap();
        assert_eq!(*header.context(), EncryptionContext::new(&vector.context).unwrap());
        assert_eq!(header.frame_length().get(), vector.frame_length);
        assert_eq!(header.data_keys().len(), vector.keys.len());
        for key in header.data_keys() {
            assert_eq!(key.provider(), vectors.namespace);
            assert!(vector.keys.keys().any(|name| key.info().starts_with(name.as_bytes())));
        }
    }
}

#[test]
fn messages_of_other_versions_and_garbage_are_not_described() {
    assert!(matches!(aws_esdk::describe(b""), Err(Error::Open)));
    assert!(matches!(aws_esdk::describe(b"\x03\x04\x78"), Err(Error::Open)));
    assert!(matches!(aws_esdk::describe(b"\x01\x80"), Err(Error::Unsupported { .. })));
}

#[test]
fn every_flipped_bit_every_cut_and_every_prolonged_message_is_refused() {
    let ours = ours();
    let message = encrypt(b"three frames", &[&ours], 5);
    for bit in 0..message.len() * 8 {
        let mut changed = message.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(decrypt(&changed, &ours).is_err(), "bit {bit}");
        assert!(opened_stream(&changed, &context(), &ours).is_err(), "bit {bit}");
    }
    for length in 0..message.len() {
        assert!(matches!(decrypt(&message[..length], &ours), Err(Error::Open)), "{length}");
        assert!(matches!(opened_stream(&message[..length], &context(), &ours), Err(Error::Open)), "{length}");
    }
    let longer = [&message[..], b"\0"].concat();
    assert!(matches!(decrypt(&longer, &ours), Err(Error::Open)));
    assert!(matches!(opened_stream(&longer, &context(), &ours), Err(Error::Open)));
}

#[test]
fn frames_out_of_order_repeated_left_out_or_of_another_message_are_refused() {
    let ours = ours();
    let message = encrypt(b"1111122222333334444", &[&ours], 5);
    let other = encrypt(b"1111122222333334444", &[&ours], 5);
    let frames = |message: &[u8]| {
        let body = message.len() - 3 * FRAME - LAST;
        let cut = |number: usize| message[body + number * FRAME..][..FRAME].to_vec();
        (message[..body].to_vec(), [cut(0), cut(1), cut(2)], message[body + 3 * FRAME..].to_vec())
    };
    let (header, [one, two, three], last) = frames(&message);
    let (_, [foreign, ..], foreign_last) = frames(&other);
    let open = |frames: &[&[u8]]| decrypt(&[&header, &frames.concat()[..]].concat(), &ours);
    assert_eq!(open(&[&one, &two, &three, &last]).unwrap(), b"1111122222333334444");
    for frames in [
        &[&two[..], &one, &three, &last][..],
        &[&one, &one, &two, &three, &last],
        &[&one, &three, &last],
        &[&one, &two, &last],
        &[&last],
        &[&one, &two, &three],
        &[&one, &two, &three, &last, &last],
        &[&one, &two, &three, &last, &one],
        &[&foreign, &two, &three, &last],
        &[&one, &two, &three, &foreign_last],
    ] {
        assert!(matches!(open(frames), Err(Error::Open)));
    }
}

#[test]
fn a_required_pair_must_be_in_the_message_and_equal() {
    let ours = ours();
    let message = encrypt(b"secret", &[&ours], 5);
    let open = |pairs: &[(&str, &str)]| {
        let required = EncryptionContext::new(pairs.iter().copied()).unwrap();
        aws_esdk::decrypt(&message, &required, &[&ours])
    };
    assert!(open(&[]).is_ok() && open(&[("purpose", "test")]).is_ok());
    for pairs in [&[("purpose", "other")][..], &[("organization", "acme"), ("more", "")], &[("", "")]] {
        assert!(matches!(open(pairs), Err(Error::Open)));
    }
}

#[test]
fn any_of_several_keys_opens_and_no_other() {
    let (one, two) = (keyring("host", "one", &[1; 32]), keyring("host", "two", &[2; 32]));
    let message = encrypt(b"secret", &[&one, &two], 5);
    for ring in [&one, &two] {
        assert_eq!(decrypt(&message, ring).unwrap(), b"secret");
    }
    let strangers =
        [keyring("host", "one", &[3; 32]), keyring("host", "three", &[1; 32]), keyring("h", "one", &[1; 32])];
    for ring in &strangers {
        assert!(matches!(decrypt(&message, ring), Err(Error::Open)));
    }
    let all = [&strangers[0], &strangers[1], &two];
    assert_eq!(*aws_esdk::decrypt(&message, &context(), &all).unwrap().plaintext, b"secret");
}

#[test]
fn a_message_has_one_to_sixteen_keyrings() {
    let ours = ours();
    for (count, valid) in [(0, false), (1, true), (16, true), (17, false)] {
        let message = aws_esdk::encrypt(b"", &context(), &vec![&ours; count], FRAME_LENGTH);
        assert_eq!(message.is_ok(), valid, "{count}");
        assert!(message.is_err() || decrypt(&message.unwrap(), &ours).is_ok());
    }
}

#[test]
fn no_two_messages_share_an_id_a_key_or_an_iv() {
    let ours = ours();
    let (one, two) = (encrypt(b"secret", &[&ours], 5), encrypt(b"secret", &[&ours], 5));
    let ids = [&one, &two].map(|message| message[3..35].to_vec());
    assert_ne!(ids[0], ids[1]);
    let [one, two] = [one, two].map(|message| aws_esdk::describe(&message).unwrap());
    assert_ne!(one.data_keys()[0].info(), two.data_keys()[0].info());
    assert_ne!(one.data_keys()[0], two.data_keys()[0]);
}

/// Gives a few bytes at a time and is interrupted between.
struct Trickle<'a>(&'a [u8], bool);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = buffer.len().min(3);
        self.0.read(&mut buffer[..length])
    }
}

/// Fails after so many bytes.
struct Failing(usize);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.write(buffer)?;
        buffer[..length].fill(0);
        Ok(length)
    }
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = bytes.len().min(self.0);
        self.0 -= length;
        if length == 0 && !bytes.is_empty() { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(length) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn streams_may_give_little_at_a_time() {
    let ours = ours();
    let (plaintext, mut message, mut opened) = (vec![7; 100], Vec::new(), Vec::new());
    let frame_length = NonZero::new(10).unwrap();
    aws_esdk::encrypt_stream(Trickle(&plaintext, false), &mut message, &context(), &[&ours], frame_length).unwrap();
    aws_esdk::decrypt_stream(Trickle(&message, false), &mut opened, &context(), &[&ours]).unwrap();
    assert_eq!(opened, plaintext);
}

#[test]
fn a_stream_that_fails_is_no_damaged_message() {
    let ours = ours();
    let message = encrypt(&[7; 100], &[&ours], 10);
    let encrypted = aws_esdk::encrypt_stream(Failing(50), io::sink(), &context(), &[&ours], FRAME_LENGTH);
    assert!(matches!(encrypted, Err(Error::Stream { .. })));
    let encrypted = aws_esdk::encrypt_stream(&[7; 100][..], Failing(200), &context(), &[&ours], FRAME_LENGTH);
    assert!(matches!(encrypted, Err(Error::Stream { .. })));
    let decrypted = aws_esdk::decrypt_stream(message.chain(Failing(0)), io::sink(), &context(), &[&ours]);
    assert!(matches!(decrypted, Err(Error::Stream { .. })));
    let message = encrypt(&[7; 100], &[&ours], 10);
    let decrypted = aws_esdk::decrypt_stream(&message[..], Failing(50), &context(), &[&ours]);
    assert!(matches!(decrypted, Err(Error::Stream { .. })));
}

#[test]
fn a_stream_gives_out_no_frame_that_is_not_authentic() {
    let ours = ours();
    let mut message = encrypt(b"1111122222333334444", &[&ours], 5);
    let third = message.len() - LAST - FRAME;
    message[third + 20] ^= 1;
    let mut opened = Vec::new();
    let answer = aws_esdk::decrypt_stream(&message[..], &mut opened, &context(), &[&ours]);
    assert!(matches!(answer, Err(Error::Open)));
    assert_eq!(opened, b"1111122222");
}

#[test]
fn keyrings_are_wiped_on_drop() {
    const fn wiped<T: ZeroizeOnDrop>() {}
    wiped::<RawAesKeyring>();
}

#[test]
fn no_text_shows_a_key_a_plaintext_or_a_value_of_the_context() {
    let ours = ours();
    let message = encrypt(b"the plaintext", &[&ours], 5);
    let decrypted = aws_esdk::decrypt(&message, &context(), &[&ours]).unwrap();
    let text = format!("{decrypted:?} {ours:?} {:?}", aws_esdk::describe(&message).unwrap());
    for secret in ["the plaintext", "116, 104, 101", "7, 7, 7", "acme"] {
        assert!(!text.contains(secret), "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_encrypted_opens_again_in_one_piece_and_as_a_stream(
        plaintext in proptest::collection::vec(any::<u8>(), 0..600),
        frame_length in 1_u32..200,
        pairs in proptest::collection::btree_map("[a-zä]{1,8}", ".{0,8}", 0..4),
    ) {
        let (ours, frame_length) = (ours(), NonZero::new(frame_length).unwrap());
        let context = EncryptionContext::new(pairs).unwrap();
        let message = aws_esdk::encrypt(&plaintext, &context, &[&ours], frame_length).unwrap();
        let mut streamed = Vec::new();
        aws_esdk::encrypt_stream(&plaintext[..], &mut streamed, &context, &[&ours], frame_length).unwrap();
        prop_assert_eq!(message.len(), streamed.len());
        for message in [message, streamed] {
            let decrypted = aws_esdk::decrypt(&message, &context, &[&ours]).unwrap();
            prop_assert_eq!(&*decrypted.plaintext, &plaintext);
            prop_assert_eq!(&opened_stream(&message, &context, &ours).unwrap(), &plaintext);
        }
    }

    #[test]
    fn any_bytes_are_refused_without_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        real in any::<bool>(),
    ) {
        let start: &[u8] = if real { b"\x02\x04\x78" } else { b"" };
        let message = [start, &bytes].concat();
        prop_assert!(decrypt(&message, &ours()).is_err());
        let _ = aws_esdk::describe(&message);
    }
}

/// The length of a frame with a content of 5 bytes.
const FRAME: usize = 4 + 12 + 5 + 16;
/// The length of a last frame with a content of 4 bytes.
const LAST: usize = 4 + 4 + 12 + 4 + 4 + 16;

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/aws_esdk.json")).unwrap()
}

fn keyring(namespace: &str, name: &str, key: &[u8; 32]) -> RawAesKeyring {
    RawAesKeyring::new(namespace, name, &Key::from_bytes(key)).unwrap()
}

fn ours() -> RawAesKeyring {
    keyring("host", "ours", &[7; 32])
}

fn context() -> EncryptionContext {
    EncryptionContext::new([("organization", "acme"), ("purpose", "test")]).unwrap()
}

fn encrypt(plaintext: &[u8], keyrings: &[&RawAesKeyring], frame_length: u32) -> Vec<u8> {
    aws_esdk::encrypt(plaintext, &context(), keyrings, NonZero::new(frame_length).unwrap()).unwrap()
}

fn decrypt(message: &[u8], keyring: &RawAesKeyring) -> Result<Vec<u8>, Error> {
    aws_esdk::decrypt(message, &context(), &[keyring]).map(|decrypted| decrypted.plaintext.to_vec())
}

fn opened_stream(message: &[u8], required: &EncryptionContext, keyring: &RawAesKeyring) -> Result<Vec<u8>, Error> {
    let mut plaintext = Vec::new();
    aws_esdk::decrypt_stream(message, &mut plaintext, required, &[keyring])?;
    Ok(plaintext)
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap()).collect()
}
