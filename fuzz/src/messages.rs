//! Encrypted messages.

use axiom_crypto::Key;
use axiom_crypto::aws_esdk::{self, EncryptionContext, RawAesKeyring};

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
