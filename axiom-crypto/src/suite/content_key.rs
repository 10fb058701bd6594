//! The key that encrypts bodies.

use aes::Aes256Enc;
use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::consts::U12;
use aes_gcm::{AesGcm, KeyInit};
use aes_gcm_siv::Aes256GcmSiv;
#[cfg(feature = "fast")]
use aws_lc_rs::aead::{AES_256_GCM, AES_256_GCM_SIV, Aad, LessSafeKey, Nonce as AwsNonce, UnboundKey};
use zeroize::Zeroizing;

use super::xaes::Derivation;
use super::{Backend, Nonce, Suite};
use crate::error::Error;
use crate::key::Key;

#[cfg(test)]
mod vectors;

/// The key that encrypts the bodies of messages; wiped when it is dropped.
pub(crate) enum ContentKey {
    /// A key for every nonce.
    One(Cipher),
    /// A key for each front half of a nonce.
    Derived(Derivation, Backend),
}

/// AES-256-GCM, which never runs AES backwards: keys for that would take as long again to make and to wipe.
type Aes256Gcm = AesGcm<Aes256Enc, U12>;

/// An authenticated cipher with a 96-bit nonce.
pub(crate) enum Cipher {
    #[cfg(feature = "fast")]
    AwsLc(Box<LessSafeKey>),
    Gcm(Box<Aes256Gcm>),
    Siv(Box<Aes256GcmSiv>),
}

impl ContentKey {
    /// What follows from a data key: the key of the bodies and the public commitment to the data key.
    ///
    /// The suite is part of the derivation, so no two suites ever use one AES key.
    pub(crate) fn schedule(suite: Suite, backend: Backend, dek: &Key) -> (Self, Commitment) {
        let output = dek.derive::<64>(&[SCHEDULE, &[suite.id()]]);
        let (content, commitment) = output.split_first_chunk().expect("64 bytes are more than 32");
        (Self::new(suite, backend, content), commitment.try_into().expect("64 bytes are 32 and 32"))
    }

    fn new(suite: Suite, backend: Backend, key: &[u8; 32]) -> Self {
        match suite {
            Suite::Xaes256Gcm => Self::Derived(Derivation::new(key), backend),
            Suite::Aes256Gcm => Self::One(Cipher::gcm(backend, key)),
            Suite::Aes256GcmSiv => Self::One(Cipher::siv(backend, key)),
        }
    }

    /// The same key as far as the frames of one message need it: what its nonce decides is derived once.
    pub(crate) fn of_message(self, nonce: &Nonce) -> Self {
        match (&self, nonce.front()) {
            (Self::Derived(derivation, backend), Some(front)) => {
                Self::One(Cipher::gcm(*backend, &derivation.key(front)))
            }
            _ => self,
        }
    }

    /// Encrypts `buffer` where it is and answers with the tag.
    ///
    /// # Errors
    /// [`Error::TooLong`].
    pub(crate) fn encrypt(&self, nonce: &Nonce, aad: &[u8], buffer: &mut [u8]) -> Result<Tag, Error> {
        match (self, nonce.front()) {
            (Self::Derived(derivation, Backend::RustCrypto), Some(front)) => {
                // It lives for one message: not worth a place on the heap.
                gcm_encrypt(&Aes256Gcm::new((&*derivation.key(front)).into()), nonce.back(), aad, buffer)
            }
            #[cfg(feature = "fast")]
            (Self::Derived(derivation, backend), Some(front)) => {
                Cipher::gcm(*backend, &derivation.key(front)).encrypt(nonce.back(), aad, buffer)
            }
            (Self::One(cipher), _) => cipher.encrypt(nonce.back(), aad, buffer),
            (Self::Derived(..), None) => unreachable!("the nonces of this suite have 24 bytes"),
        }
    }

    /// Puts the ciphertext of `plaintext` and its tag behind the first `start` bytes of `message`, in place of what is
    /// there; the first `aad_len` bytes are associated data.
    ///
    /// Where there is no room for them, a copy of the plaintext may be left behind. In a failure, none is.
    ///
    /// # Errors
    /// [`Error::TooLong`].
    pub(crate) fn finish(
        &self,
        nonce: &Nonce,
        aad_len: usize,
        start: usize,
        plaintext: &[u8],
        message: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if plaintext.len() as u64 > MAX_BODY {
            return Err(Error::TooLong);
        }
        #[cfg(feature = "fast")]
        if let Self::One(Cipher::AwsLc(key)) = self
            && *key.algorithm() == AES_256_GCM
        {
            return aws_lc_finish(key, nonce.back(), aad_len, start, plaintext, message);
        }
        message.truncate(start);
        message.extend_from_slice(plaintext);
        let (front, body) = message.split_at_mut(start);
        let tag = self.encrypt(nonce, &front[..aad_len], body)?;
        message.extend_from_slice(&tag);
        Ok(())
    }

    /// The plaintext of `body`, a ciphertext with its tag.
    ///
    /// The tag is checked before a single byte of plaintext is handed out.
    pub(crate) fn decrypt(&self, nonce: &Nonce, aad: &[u8], body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut plaintext = Zeroizing::new(body.to_vec());
        let len = self.decrypt_in_place(nonce, aad, &mut plaintext)?;
        plaintext.truncate(len);
        Ok(plaintext)
    }

    /// Decrypts `body`, a ciphertext with its tag, where it is; the answer is the length of the plaintext at its start.
    ///
    /// Where the tag does not hold, `body` is left as zeros or ciphertext, never as plaintext.
    pub(crate) fn decrypt_in_place(&self, nonce: &Nonce, aad: &[u8], body: &mut [u8]) -> Result<usize, Error> {
        match (self, nonce.front()) {
            (Self::Derived(derivation, backend), Some(front)) => {
                Cipher::gcm(*backend, &derivation.key(front)).decrypt(nonce.back(), aad, body)
            }
            (Self::One(cipher), _) => cipher.decrypt(nonce.back(), aad, body),
            (Self::Derived(..), None) => unreachable!("the nonces of this suite have 24 bytes"),
        }
    }
}

impl Cipher {
    fn gcm(backend: Backend, key: &[u8; 32]) -> Self {
        match backend {
            #[cfg(feature = "fast")]
            Backend::AwsLc => Self::AwsLc(aws_lc(&AES_256_GCM, key)),
            Backend::RustCrypto => Self::Gcm(Box::new(Aes256Gcm::new(key.into()))),
        }
    }

    fn siv(backend: Backend, key: &[u8; 32]) -> Self {
        match backend {
            #[cfg(feature = "fast")]
            Backend::AwsLc => Self::AwsLc(aws_lc(&AES_256_GCM_SIV, key)),
            Backend::RustCrypto => Self::Siv(Box::new(Aes256GcmSiv::new(key.into()))),
        }
    }

    fn encrypt(&self, nonce: &[u8; 12], aad: &[u8], buffer: &mut [u8]) -> Result<Tag, Error> {
        if buffer.len() as u64 > MAX_BODY {
            return Err(Error::TooLong);
        }
        let tag = match self {
            #[cfg(feature = "fast")]
            Self::AwsLc(key) => {
                let nonce = AwsNonce::assume_unique_for_key(*nonce);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), buffer).map_err(|_| Error::TooLong)?;
                tag.as_ref().try_into().expect("a tag has 16 bytes")
            }
            Self::Gcm(key) => gcm_encrypt(key, nonce, aad, buffer)?,
            Self::Siv(key) => {
                key.encrypt_inout_detached(nonce.into(), aad, buffer.into()).map_err(|_| Error::TooLong)?.into()
            }
        };
        Ok(tag)
    }

    fn decrypt(&self, nonce: &[u8; 12], aad: &[u8], body: &mut [u8]) -> Result<usize, Error> {
        let len = body.len().checked_sub(TAG_LEN).ok_or(Error::Open)?;
        let (ciphertext, tag) = body.split_at_mut(len);
        let tag: &Tag = (&*tag).try_into().expect("what is left is a tag");
        match self {
            #[cfg(feature = "fast")]
            Self::AwsLc(key) => {
                let nonce = AwsNonce::assume_unique_for_key(*nonce);
                key.open_in_place(nonce, Aad::from(aad), body).map_err(|_| Error::Open)?;
            }
            Self::Gcm(key) => {
                key.decrypt_inout_detached(nonce.into(), aad, ciphertext.into(), tag.into())
                    .map_err(|_| Error::Open)?;
            }
            Self::Siv(key) => {
                key.decrypt_inout_detached(nonce.into(), aad, ciphertext.into(), tag.into())
                    .map_err(|_| Error::Open)?;
            }
        }
        Ok(len)
    }
}

fn gcm_encrypt(key: &Aes256Gcm, nonce: &[u8; 12], aad: &[u8], buffer: &mut [u8]) -> Result<Tag, Error> {
    let tag = key.encrypt_inout_detached(nonce.into(), aad, buffer.into());
    tag.map(Into::into).map_err(|_| Error::TooLong)
}

/// Encrypts from one place to another: it is so fast that copying the plaintext first would take a third of the time,
/// and so would zeros where bytes of an earlier message are as good.
#[cfg(feature = "fast")]
fn aws_lc_finish(
    key: &LessSafeKey,
    nonce: &[u8; 12],
    aad_len: usize,
    start: usize,
    plaintext: &[u8],
    message: &mut Vec<u8>,
) -> Result<(), Error> {
    message.resize(start + plaintext.len() + TAG_LEN, 0);
    let (front, body) = message.split_at_mut(start);
    let nonce = AwsNonce::assume_unique_for_key(*nonce);
    key.seal_in_place_scatter(nonce, Aad::from(&front[..aad_len]), &mut [], plaintext, body).map_err(|_| Error::TooLong)
}

#[cfg(feature = "fast")]
fn aws_lc(algorithm: &'static aws_lc_rs::aead::Algorithm, key: &[u8; 32]) -> Box<LessSafeKey> {
    let key = UnboundKey::new(algorithm, key).expect("the algorithm takes keys of 32 bytes");
    Box::new(LessSafeKey::new(key))
}

/// 32 bytes that belong to one data key and no other: HKDF-SHA256 is collision resistant, AES-GCM alone is not.
pub(crate) type Commitment = [u8; 32];

/// The length of the authentication tag.
pub(crate) const TAG_LEN: usize = 16;

pub(crate) type Tag = [u8; TAG_LEN];

/// The longest plaintext of AES-GCM, and of AES-GCM-SIV: 2^36 − 32 bytes.
const MAX_BODY: u64 = (1 << 36) - 32;

pub(crate) const SCHEDULE: &[u8] = b"axiom/axe1/schedule";

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;

    fn wiped<T: ZeroizeOnDrop>() {}

    #[test]
    fn what_the_content_key_is_made_of_is_wiped_on_drop() {
        wiped::<Aes256Gcm>();
        wiped::<Aes256Enc>();
        wiped::<Zeroizing<[u8; 16]>>();
    }

    #[test]
    fn a_body_shorter_than_its_tag_does_not_open() {
        for (suite, backend, key) in every_key() {
            let nonce = Nonce::random(suite).unwrap();
            for len in 0..TAG_LEN {
                assert!(key.decrypt(&nonce, b"", &vec![0; len]).is_err(), "{suite} {backend:?}");
            }
        }
    }

    #[test]
    fn the_key_of_a_message_is_the_key_for_its_nonce() {
        for (suite, backend, key) in every_key() {
            let nonce = Nonce::random(suite).unwrap();
            let mut whole = *b"plaintext";
            let tag = key.encrypt(&nonce, b"aad", &mut whole).unwrap();
            let mut frame = *b"plaintext";
            let other = key.of_message(&nonce).encrypt(&nonce, b"aad", &mut frame).unwrap();
            assert_eq!((whole, tag), (frame, other), "{suite} {backend:?}");
        }
    }

    fn every_key() -> impl Iterator<Item = (Suite, Backend, ContentKey)> {
        let pairs = Suite::ALL.into_iter().flat_map(|suite| Backend::ALL.iter().map(move |backend| (suite, *backend)));
        pairs.map(|(suite, backend)| {
            (suite, backend, ContentKey::schedule(suite, backend, &Key::from_bytes(&[7; 32])).0)
        })
    }
}
