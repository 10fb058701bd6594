//! The AES-256-GCM this crate builds on, against messages of Tink: with its prefix, without, and as a KMS envelope.
//!
//! The layouts are those of Tink's documentation, "Tink wire format" and "Client-side encryption with Tink and Cloud
//! KMS".

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    key: String,
    key_id: u32,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    kind: Kind,
    aad: String,
    plaintext: String,
    message: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Raw,
    Prefixed,
    Envelope,
}

#[test]
fn messages_of_tink_open() {
    let vectors = vectors();
    for vector in &vectors.tests {
        assert_eq!(vectors.open(vector, &unhex(&vector.message)).unwrap(), unhex(&vector.plaintext), "{}", vector.name);
    }
    for kind in [Kind::Raw, Kind::Prefixed, Kind::Envelope] {
        assert!(vectors.tests.iter().any(|vector| vector.kind == kind));
    }
}

#[test]
fn changed_messages_of_tink_do_not_open() {
    let vectors = vectors();
    for vector in &vectors.tests {
        let message = unhex(&vector.message);
        for place in 0..message.len() {
            let mut changed = message.clone();
            changed[place] ^= 1;
            assert_eq!(vectors.open(vector, &changed), None, "{}, byte {place}", vector.name);
        }
    }
}

impl Vectors {
    fn open(&self, vector: &Vector, message: &[u8]) -> Option<Vec<u8>> {
        let (key, aad) = (unhex(&self.key), unhex(&vector.aad));
        match vector.kind {
            Kind::Raw => open_raw(&key, message, &aad),
            Kind::Prefixed => open_raw(&key, message.strip_prefix(&*self.prefix())?, &aad),
            Kind::Envelope => {
                let (length, rest) = message.split_first_chunk()?;
                let (wrapped, body) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
                let data_key = open_raw(&key, wrapped, b"")?;
                open_raw(data_key.strip_prefix(AES_GCM_KEY_FIELD)?, body, &aad)
            }
        }
    }

    /// A version byte and the number of the key.
    fn prefix(&self) -> Vec<u8> {
        [&[1][..], &self.key_id.to_be_bytes()].concat()
    }
}

/// IV, ciphertext, tag.
fn open_raw(key: &[u8], message: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    let (iv, msg) = message.split_first_chunk::<12>()?;
    Aes256Gcm::new_from_slice(key).ok()?.decrypt(iv.into(), Payload { msg, aad }).ok()
}

/// How the protocol buffer of an AES-256-GCM key begins: field 3, 32 bytes.
const AES_GCM_KEY_FIELD: &[u8] = b"\x1a\x20";

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/tink_aead.json")).unwrap()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap()).collect()
}
