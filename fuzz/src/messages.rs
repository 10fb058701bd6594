//! Encrypted messages.

use std::io::{Cursor, Read};
use std::sync::{Arc, LazyLock};

use axiom_crypto::aws_esdk::{self, EncryptionContext, RawAesKeyring};
use axiom_crypto::envelope::{self, Envelope};
use axiom_crypto::stream::read_front;
use axiom_crypto::{Context, Encryptor, Error, Key, KeyFile, Secret};
use pollster::block_on;

/// Nothing but the messages that holders of the key have written opens, in one piece and as a stream.
pub fn aws_esdk(bytes: &[u8]) -> bool {
    let described = aws_esdk::describe(bytes).is_ok();
    let (keyring, required) = (keyring(), EncryptionContext::default());
    let mut streamed = Vec::new();
    let stream = aws_esdk::decrypt_stream(bytes, &mut streamed, &required, &[&keyring]);
    let opened = aws_esdk::decrypt(bytes, &required, &[&keyring]);
    assert_eq!(stream.is_ok(), opened.is_ok());
    let Ok(opened) = opened else { return false };
    assert!(described && *opened.plaintext == streamed);
    assert!(WRITTEN.contains(&bytes), "a forged message");
    true
}

/// A message is written as it was read, and its front is found without its body; what opens, holders of the key have
/// written, but for the list of recipients.
pub fn message(bytes: &[u8]) -> bool {
    let opened = block_on(ENCRYPTOR.open(bytes, &context())).is_ok();
    let Ok(parsed) = Envelope::parse(bytes) else {
        assert!(!opened && envelope::describe(bytes).is_err());
        return false;
    };
    assert_eq!(parsed.encode().expect("as many recipients as were read"), bytes);
    let front = read_front(bytes).expect("it has a front");
    assert_eq!(front.len() + parsed.body.len(), bytes.len());
    assert!(!opened || is_written(&parsed), "a forged message");
    true
}

/// A message in frames has one plaintext, or none, whichever way it is opened.
pub fn frames(bytes: &[u8]) -> bool {
    let mut streamed = Vec::new();
    let stream = block_on(ENCRYPTOR.open_stream(bytes, &mut streamed, &context()));
    if matches!(stream, Err(Error::Unsupported { .. })) {
        return false;
    }
    let whole = block_on(ENCRYPTOR.open(bytes, &context()));
    let mut parts = Vec::new();
    let seek = block_on(ENCRYPTOR.seek_reader(Cursor::new(bytes), &context()));
    let seek = seek.is_ok_and(|mut reader| reader.read_to_end(&mut parts).is_ok());
    assert_eq!((stream.is_ok(), seek), (whole.is_ok(), whole.is_ok()));
    let Ok(whole) = whole else { return false };
    assert!(*whole == streamed && *whole == parts);
    assert!(is_written(&Envelope::parse(bytes).expect("it has opened")), "a forged message");
    true
}

/// Whether a holder of the key has written the message, but for the list of its recipients, which is not authenticated.
fn is_written(message: &Envelope<'_>) -> bool {
    AXE1.iter().any(|written| {
        let written = Envelope::parse(written).expect("a seed");
        (written.header, written.body) == (message.header, message.body)
    })
}

/// Opens what the key of the seeds has sealed.
static ENCRYPTOR: LazyLock<Encryptor> = LazyLock::new(|| {
    let key = KeyFile::from_line(&Secret::new(KEY_LINE.to_owned())).expect("the key of the seeds");
    Encryptor::new(Arc::new(key))
});

fn context() -> Context {
    Context::new([("purpose", "fuzz")]).expect("a short context")
}

const KEY_LINE: &str = "axiom-key-v1 4ET0QZas t9AXetymDKuyb4L+c/EdHwRAHitwGPhTqPCqG1LzLJw=";

/// Messages that the key has sealed.
const AXE1: [&[u8]; 6] = [
    include_bytes!("../seeds/frames/empty"),
    include_bytes!("../seeds/frames/two"),
    include_bytes!("../seeds/frames/xaes"),
    include_bytes!("../seeds/message/frames"),
    include_bytes!("../seeds/message/piece"),
    include_bytes!("../seeds/message/siv"),
];

fn keyring() -> RawAesKeyring {
    RawAesKeyring::new("axiom test", "one", &Key::from_bytes(&KEY)).expect("short names")
}

/// Messages of the vectors, made by the AWS Encryption SDK for Python.
const WRITTEN: [&[u8]; 4] = [
    include_bytes!("../seeds/aws_esdk/empty"),
    include_bytes!("../seeds/aws_esdk/frames"),
    include_bytes!("../seeds/aws_esdk/keys"),
    include_bytes!("../seeds/aws_esdk/pairs"),
];

/// The key "one" of the vectors.
const KEY: [u8; 32] = [
    0xf8, 0x1e, 0xb9, 0x0f, 0x47, 0x4c, 0x58, 0x0e, 0xbc, 0x11, 0x55, 0x30, 0xc8, 0x7b, 0x88, 0xd4, 0x4f, 0x07, 0x70,
    0x88, 0xba, 0x06, 0xf3, 0xe3, 0x98, 0x59, 0x73, 0xf5, 0xd5, 0xfb, 0x4d, 0x4d,
];
