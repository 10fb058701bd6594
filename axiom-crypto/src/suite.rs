//! The algorithms of a message: key schedule and body encryption.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, P_MAX};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::Key;

/// A set of algorithms, named by one byte of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    /// AES-256-GCM with a 96-bit nonce and a 128-bit tag (NIST SP 800-38D), HKDF-SHA256 (RFC 5869).
    Aes256Gcm,
}

impl Suite {
    /// The byte that names it.
    pub(crate) const fn id(self) -> u8 {
        match self {
            Self::Aes256Gcm => 1,
        }
    }

    /// The suite of this byte.
    pub(crate) const fn from_id(id: u8) -> Option<Self> {
        match id {
            1 => Some(Self::Aes256Gcm),
            _ => None,
        }
    }

    /// What follows from a message's data key: the key of its body and the public commitment to the data key.
    ///
    /// The suite is part of the derivation, so no two suites ever use one AES key.
    pub(crate) fn schedule(self, dek: &Key) -> (ContentKey, Commitment) {
        let output = dek.derive::<64>(&[SCHEDULE, &[self.id()]]);
        let (content, commitment) = output.split_at(Key::LEN);
        let cipher = Aes256Gcm::new_from_slice(content).expect("half of 64 bytes is an AES-256 key");
        (ContentKey(cipher), commitment.try_into().expect("half of 64 bytes is 32 bytes"))
    }
}

/// The key that encrypts one message's body; wiped when it is dropped.
pub(crate) struct ContentKey(Aes256Gcm);

impl ContentKey {
    /// Appends the ciphertext of `plaintext` and its tag to `message`.
    ///
    /// The plaintext is encrypted where it lands; the room is reserved first, so that no copy of it is left behind.
    pub(crate) fn encrypt(
        &self,
        nonce: &Nonce,
        aad: &[u8],
        plaintext: &[u8],
        message: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if plaintext.len() as u64 > P_MAX {
            return Err(Error::TooLong);
        }
        message.reserve_exact(plaintext.len() + TAG_LEN);
        let start = message.len();
        message.extend_from_slice(plaintext);
        let body = &mut message[start..];
        let tag = self.0.encrypt_inout_detached(nonce.into(), aad, body.into()).expect("the length is checked above");
        message.extend_from_slice(&tag);
        Ok(())
    }

    /// The plaintext of `body`, a ciphertext with its tag.
    ///
    /// The tag is checked over the ciphertext before a single byte is decrypted.
    pub(crate) fn decrypt(&self, nonce: &Nonce, aad: &[u8], body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (ciphertext, tag) = body.split_last_chunk::<TAG_LEN>().ok_or(Error::Open)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        let buffer = plaintext.as_mut_slice();
        self.0.decrypt_inout_detached(nonce.into(), aad, buffer.into(), tag.into()).map_err(|_| Error::Open)?;
        Ok(plaintext)
    }
}

/// 32 bytes that belong to one data key and no other: HKDF-SHA256 is collision resistant, AES-GCM alone is not.
pub(crate) type Commitment = [u8; 32];

/// A 96-bit nonce.
pub(crate) type Nonce = [u8; 12];

/// The length of the authentication tag.
pub(crate) const TAG_LEN: usize = 16;

pub(crate) const SCHEDULE: &[u8] = b"axiom/axe1/schedule";

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;

    #[test]
    fn the_content_key_is_wiped_on_drop() {
        fn wiped<T: ZeroizeOnDrop>(_: &T) {}
        wiped(&Suite::Aes256Gcm.schedule(&Key::from_bytes(&[7; 32])).0.0);
    }

    #[test]
    fn a_body_shorter_than_its_tag_does_not_open() {
        let (key, _) = Suite::Aes256Gcm.schedule(&Key::from_bytes(&[7; 32]));
        assert!(key.decrypt(&[0; 12], b"", &[0; 15]).is_err());
    }
}
