//! `tests/vectors/axe1.json`: the messages this code writes when data key and nonce are given.
//!
//! `tests/axe1.rs` opens the messages of the same file through the public API.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Deserialize;

use super::{DataKey, Header, Recipient, Use, front};
use crate::context::Context;
use crate::key::Key;
use crate::provider::{KeyFile, KeyProvider};
use crate::stream::{Outgoing, SealWriter};
use crate::suite::{Backend, Nonce, Suite};

#[derive(Deserialize)]
struct Vectors {
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Vector {
    Written(Box<Written>),
    Refused {},
}

/// The vectors that can be written; only they have a data key.
#[derive(Deserialize)]
struct Written {
    name: String,
    key_file_key: String,
    key_id: String,
    context: BTreeMap<String, String>,
    suite: String,
    shared: bool,
    /// The binary logarithm of the length of a frame, 0 where the body is in one piece.
    frame: u8,
    data_key: String,
    nonce: String,
    plaintext: String,
    message: String,
}

#[test]
fn the_vectors_are_what_this_code_writes() {
    let vectors: Vectors = serde_json::from_str(include_str!("../../tests/vectors/axe1.json")).unwrap();
    let mut count = 0;
    for vector in vectors.tests {
        let Vector::Written(vector) = vector else { continue };
        let keys = KeyFile::from_key(key(&vector.key_file_key));
        assert_eq!(keys.describe().id(), vector.key_id, "{}", vector.name);
        assert_eq!(hex(&write(&vector, &keys)), vector.message, "{}", vector.name);
        count += 1;
    }
    assert_eq!(count, 14);
}

fn write(vector: &Written, keys: &KeyFile) -> Vec<u8> {
    let context = Context::new(&vector.context).unwrap();
    let suite: Suite = vector.suite.parse().unwrap();
    let used = if vector.shared { Use::Shared } else { Use::Alone };
    let mut messages = Backend::ALL.iter().map(|backend| {
        let data_key = DataKey::new(suite, *backend, key(&vector.data_key));
        let nonce = Nonce::from_bytes(suite, &unhex(&vector.nonce)).unwrap();
        let header = Header { frame: vector.frame, ..data_key.header_with(nonce, &context, used) };
        let recipient = keys.try_wrap(data_key.dek(), &header.binding(&context)).unwrap().unwrap();
        let plaintext = unhex(&vector.plaintext);
        match vector.frame {
            0 => data_key.seal(&header, &[recipient], &plaintext).unwrap(),
            _ => write_frames(data_key, &header, &[recipient], &plaintext),
        }
    });
    let message = messages.next().unwrap();
    assert!(messages.all(|other| other == message), "the backends disagree about {}", vector.name);
    message
}

fn write_frames(key: DataKey, header: &Header, recipients: &[Recipient], plaintext: &[u8]) -> Vec<u8> {
    let (front, _) = front(header, recipients, 0).unwrap();
    let mut writer = SealWriter::new(Vec::new(), Outgoing::new(front, key.into_frames(header).unwrap()));
    writer.write_all(plaintext).unwrap();
    writer.finish().unwrap()
}

fn key(text: &str) -> Key {
    Key::from_bytes(&unhex(text).try_into().unwrap())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap()).collect()
}
