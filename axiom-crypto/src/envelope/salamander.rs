//! The attack that the key commitment is there for, carried out.
//!
//! AES-GCM does not commit to its key: who knows two keys can choose a ciphertext block so that one tag holds under
//! both ("invisible salamanders": Dodis, Grubbs, Ristenpart, Woodage, CRYPTO 2018). The tag is `AES(J0) + GHASH(..)`
//! and GHASH is linear in every ciphertext block, so one equation over GF(2^128) gives that block.

use aes_kw::aes::Aes256;
use aes_kw::cipher::{BlockCipherEncrypt, KeyInit};

use super::{DataKey, Envelope, Header, Recipient, try_open};
use crate::context::Context;
use crate::error::Error;
use crate::key::Key;
use crate::provider::{KeyFile, KeyProvider};
use crate::suite::{Backend, ContentKey, Nonce, SCHEDULE, Suite, TAG_LEN};

#[test]
fn a_body_with_a_valid_tag_under_two_keys_opens_for_the_committed_one_only() {
    let (first, second) = (KeyFile::from_key(key(1)), KeyFile::from_key(key(2)));
    let (first_dek, second_dek) = (key(3), key(4));
    let header = header(schedule(&first_dek).1);
    let (body, plaintexts) = colliding_body(&header, [&first_dek, &second_dek]);
    assert_ne!(plaintexts[0], plaintexts[1], "without the commitment this body has two contents");

    let recipients = [recipient(&header, &first, &first_dek), recipient(&header, &second, &second_dek)];
    let envelope = Envelope { header, recipients: recipients.to_vec(), body: &body };
    let message = envelope.encode().unwrap();
    assert_eq!(*try_open(&message, &context(), &first).unwrap().unwrap(), plaintexts[0]);
    assert!(matches!(try_open(&message, &context(), &second).unwrap(), Err(Error::Open)));
}

#[test]
fn a_message_that_commits_to_another_key_does_not_open() {
    let (keys, dek) = (KeyFile::from_key(key(1)), DataKey::new(Suite::Aes256Gcm, Backend::RustCrypto, key(3)));
    for (commitment, opens) in [(*dek.commitment(), true), ([0; 32], false)] {
        let header = header(commitment);
        let message = dek.seal(&header, &[recipient(&header, &keys, dek.dek())], b"secret").unwrap();
        assert_eq!(try_open(&message, &context(), &keys).unwrap().is_ok(), opens);
    }
}

fn schedule(dek: &Key) -> (ContentKey, [u8; 32]) {
    ContentKey::schedule(Suite::Aes256Gcm, Backend::RustCrypto, dek)
}

fn recipient(header: &Header, keys: &KeyFile, dek: &Key) -> Recipient {
    keys.try_wrap(dek, &header.binding(&context())).unwrap().unwrap()
}

fn key(byte: u8) -> Key {
    Key::from_bytes(&[byte; 32])
}

fn context() -> Context {
    Context::new([("organization", "acme")]).unwrap()
}

fn header(commitment: [u8; 32]) -> Header {
    let nonce = Nonce::from_bytes(Suite::Aes256Gcm, &[5; 12]).unwrap();
    let (suite, context) = (Suite::Aes256Gcm, context().digest());
    Header { suite, shared: false, reference: None, commitment, context, nonce, frame: 0 }
}

/// A block with a tag that is valid under both data keys, and what the block decrypts to under each.
fn colliding_body(header: &Header, deks: [&Key; 2]) -> (Vec<u8>, [Vec<u8>; 2]) {
    let contents = deks.map(|dek| schedule(dek).0);
    let squares = deks.map(hash_key).map(|h| multiply(h, h));
    let keystreams = [0, 1].map(|i| block(&encrypt(&contents[i], header, 0)[..16]));
    // What the tag is without the block: encrypting the keystream gives the block zero.
    let tags = [0, 1].map(|i| block(&encrypt(&contents[i], header, keystreams[i])[16..]));
    let ciphertext = multiply(tags[0] ^ tags[1], invert(squares[0] ^ squares[1]));
    let body = encrypt(&contents[0], header, ciphertext ^ keystreams[0]);
    let plaintexts = contents.map(|content| {
        let opened = content.decrypt(&header.nonce, &header.to_bytes(), &body);
        opened.expect("the tag is valid under both keys").to_vec()
    });
    (body, plaintexts)
}

fn encrypt(content: &ContentKey, header: &Header, plaintext: u128) -> Vec<u8> {
    let mut body = plaintext.to_be_bytes();
    let tag: [u8; TAG_LEN] = content.encrypt(&header.nonce, &header.to_bytes(), &mut body).unwrap();
    [body, tag].concat()
}

/// GHASH's key: the encryption of the zero block under the content key.
fn hash_key(dek: &Key) -> u128 {
    let schedule = dek.derive::<64>(&[SCHEDULE, &[Suite::Aes256Gcm.id()]]);
    let mut zero = [0; 16].into();
    Aes256::new_from_slice(&schedule[..32]).unwrap().encrypt_block(&mut zero);
    block(&zero)
}

fn block(bytes: &[u8]) -> u128 {
    u128::from_be_bytes(bytes.try_into().unwrap())
}

/// Multiplication in GF(2^128) as GCM writes it: NIST SP 800-38D, section 6.3.
fn multiply(x: u128, mut v: u128) -> u128 {
    let mut z = 0;
    for bit in (0..128).rev() {
        if x >> bit & 1 == 1 {
            z ^= v;
        }
        v = (v >> 1) ^ if v & 1 == 1 { 0xe1 << 120 } else { 0 };
    }
    z
}

/// `x` to the power of 2^128 − 2.
fn invert(x: u128) -> u128 {
    let mut square = x;
    (1..128).fold(1 << 127, |product, _| {
        square = multiply(square, square);
        multiply(product, square)
    })
}
