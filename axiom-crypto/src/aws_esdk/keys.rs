//! What follows from a message's data key.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use hkdf::Hkdf;
use sha2::Sha512;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::header::{MessageId, SUITE};
use crate::error::Error;
use crate::key::Key;

/// The key that encrypts one message, and the public commitment to its data key.
///
/// Source: AWS Encryption SDK specification, `framework/algorithm-suites.md`, suite 0x0478;
/// `data-format/message-header.md`, "Header Authentication Version 2.0"; `data-format/message-body-aad.md`.
pub(super) struct MessageKeys {
    id: MessageId,
    content: Aes256Gcm,
    commitment: Commitment,
}

impl MessageKeys {
    pub(super) fn derive(data_key: &Key, id: MessageId) -> Self {
        let hkdf = Hkdf::<Sha512>::new(Some(&id), data_key.expose());
        let mut content = Zeroizing::new([0; Key::LEN]);
        let mut commitment = Commitment::default();
        hkdf.expand_multi_info(&[&SUITE.to_be_bytes(), b"DERIVEKEY"], &mut *content).expect("32 bytes are one block");
        hkdf.expand(b"COMMITKEY", &mut commitment).expect("32 bytes are one block");
        Self { id, content: Aes256Gcm::new((&*content).into()), commitment }
    }

    pub(super) const fn commitment(&self) -> &Commitment {
        &self.commitment
    }

    /// Whether a message with this commitment was encrypted with these keys, in constant time.
    pub(super) fn commit_to(&self, commitment: &Commitment) -> bool {
        self.commitment.ct_eq(commitment).into()
    }

    pub(super) fn header_tag(&self, header: &[u8]) -> Tag {
        let nothing: &mut [u8] = &mut [];
        let tag = self.content.encrypt_inout_detached((&[0; 12]).into(), header, nothing.into());
        tag.expect("a header is no long message").into()
    }

    pub(super) fn check_header(&self, header: &[u8], tag: &Tag) -> Result<(), Error> {
        let nothing: &mut [u8] = &mut [];
        let checked = self.content.decrypt_inout_detached((&[0; 12]).into(), header, nothing.into(), tag.into());
        checked.map_err(|_| Error::Open)
    }

    /// Encrypts the content of a frame in place.
    pub(super) fn seal(&self, place: Place, content: &mut [u8]) -> Tag {
        let aad = self.aad(place, content.len());
        let tag = self.content.encrypt_inout_detached((&place.iv()).into(), &aad, content.into());
        tag.expect("a frame is shorter than 2^36 - 32 bytes").into()
    }

    /// Decrypts the content of a frame in place, after its tag has been checked.
    pub(super) fn open(&self, place: Place, content: &mut [u8], tag: &Tag) -> Result<(), Error> {
        let aad = self.aad(place, content.len());
        let opened = self.content.decrypt_inout_detached((&place.iv()).into(), &aad, content.into(), tag.into());
        opened.map_err(|_| Error::Open)
    }

    fn aad(&self, place: Place, length: usize) -> Vec<u8> {
        let kind: &[u8] =
            if place.last { b"AWSKMSEncryptionClient Final Frame" } else { b"AWSKMSEncryptionClient Frame" };
        [&self.id[..], kind, &place.sequence.to_be_bytes(), &(length as u64).to_be_bytes()].concat()
    }
}

/// Which frame of a message it is; the first one has the number 1.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) sequence: u32,
    pub(super) last: bool,
}

impl Place {
    /// The IV of this frame: its number. The header has the number 0, so none comes twice under the key of a message.
    pub(super) fn iv(self) -> [u8; 12] {
        let mut iv = [0; 12];
        iv[8..].copy_from_slice(&self.sequence.to_be_bytes());
        iv
    }
}

pub(super) type Commitment = [u8; 32];
pub(super) type Tag = [u8; TAG_LEN];
pub(super) const TAG_LEN: usize = 16;
