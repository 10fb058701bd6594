//! Keys of pseudonyms, derived from one master key.

use core::fmt;

use aes::Aes256Enc;
use aes::cipher::BlockCipherEncrypt;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm_siv::Aes256GcmSiv;
use axiom_core::{BlockCipher, PseudonymError, PseudonymKeys, PseudonymScope};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::key::Key;

/// The keys of pseudonyms, one for each purpose, organization and type of data, all from one master key.
///
/// Keep the master key as long as pseudonyms must be the same, or reversible; with another one every pseudonym is
/// another. Nothing is cached: a key is derived for each call and wiped after it.
///
/// ```
/// use axiom_core::{PseudonymKeys, PseudonymScope};
/// use axiom_crypto::{DerivedPseudonymKeys, Key};
///
/// let keys = DerivedPseudonymKeys::new(Key::generate()?);
/// let (acme, other) = ("acme".parse()?, "other".parse()?);
///
/// let sealed = keys.seal(&PseudonymScope::new(&acme, "email"), b"bob@example.com")?;
/// assert_eq!(keys.open(&PseudonymScope::new(&acme, "email"), &sealed)?, b"bob@example.com");
/// assert!(keys.open(&PseudonymScope::new(&other, "email"), &sealed).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Key schedule
/// Each key is 32 bytes of HKDF-SHA256 (RFC 5869) over the master key, without salt, with the info
/// ```text
/// "axiom/pseudonym/v1"
/// purpose       1 byte    1 codes, 2 block cipher, 3 seals
/// o             1         length of the organization, and the organization
/// t             4         length of the type, big-endian, and the type
/// ```
/// Codes are HMAC-SHA256 (RFC 2104), the block cipher is AES-256 (FIPS 197), and values are sealed by AES-256-GCM-SIV
/// (RFC 8452) with a nonce of zeros and nothing besides: ciphertext, then tag, 16 bytes more than the value. A fixed nonce
/// makes it deterministic and is what the SIV construction allows: it tells which values are the same, and how long they
/// are. After n values of at most b blocks of 16 bytes, two have shared key stream with a probability of about
/// n² b / 2^127.
pub struct DerivedPseudonymKeys {
    master: Key,
}

impl DerivedPseudonymKeys {
    /// The keys that follow from `master`, which should serve nothing else.
    #[must_use]
    pub const fn new(master: Key) -> Self {
        Self { master }
    }

    fn key(&self, purpose: Purpose, scope: &PseudonymScope<'_>) -> Result<Zeroizing<[u8; 32]>, PseudonymError> {
        let (organization, kind) = (scope.organization.as_str(), scope.kind);
        let length = u8::try_from(organization.len()).expect("an organization has at most 128 bytes");
        let kind_length = u32::try_from(kind.len())
            .map_err(|_| PseudonymError::without_key("the name of a type has at most 2^32 - 1 bytes"))?;
        Ok(self.master.derive(&[
            LABEL,
            &[purpose as u8, length],
            organization.as_bytes(),
            &kind_length.to_be_bytes(),
            kind.as_bytes(),
        ]))
    }

    fn sealing(&self, scope: &PseudonymScope<'_>) -> Result<Aes256GcmSiv, PseudonymError> {
        Ok(Aes256GcmSiv::new((&*self.key(Purpose::Seal, scope)?).into()))
    }
}

impl PseudonymKeys for DerivedPseudonymKeys {
    fn mac(&self, scope: &PseudonymScope<'_>, message: &[u8]) -> Result<[u8; 32], PseudonymError> {
        let key = self.key(Purpose::Code, scope)?;
        let mac = Hmac::<Sha256>::new_from_slice(&*key).expect("HMAC takes keys of any length");
        Ok(mac.chain_update(message).finalize().into_bytes().into())
    }

    fn cipher(&self, scope: &PseudonymScope<'_>) -> Result<Box<dyn BlockCipher>, PseudonymError> {
        Ok(Box::new(Aes(Aes256Enc::new((&*self.key(Purpose::Block, scope)?).into()))))
    }

    fn seal(&self, scope: &PseudonymScope<'_>, value: &[u8]) -> Result<Vec<u8>, PseudonymError> {
        let mut sealed = Vec::with_capacity(value.len() + TAG);
        sealed.extend_from_slice(value);
        let tag = self
            .sealing(scope)?
            .encrypt_inout_detached((&NONCE).into(), &[], (&mut sealed[..]).into())
            .map_err(|_| PseudonymError::without_key("a value has at most 2^36 bytes"))?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    fn open(&self, scope: &PseudonymScope<'_>, sealed: &[u8]) -> Result<Vec<u8>, PseudonymError> {
        let (value, tag) = sealed.split_last_chunk::<TAG>().ok_or(PseudonymError::Opening)?;
        let mut value = value.to_vec();
        self.sealing(scope)?
            .decrypt_inout_detached((&NONCE).into(), &[], (&mut value[..]).into(), tag.into())
            .map_err(|_| PseudonymError::Opening)?;
        Ok(value)
    }
}

impl ZeroizeOnDrop for DerivedPseudonymKeys {}

impl fmt::Debug for DerivedPseudonymKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DerivedPseudonymKeys(..)")
    }
}

/// AES-256, whose round keys are wiped when it is dropped.
struct Aes(Aes256Enc);

impl BlockCipher for Aes {
    fn encrypt(&self, block: &mut [u8; 16]) -> Result<(), PseudonymError> {
        self.0.encrypt_block(block.into());
        Ok(())
    }
}

/// What a key is for.
#[derive(Clone, Copy)]
enum Purpose {
    Code = 1,
    Block = 2,
    Seal = 3,
}

const LABEL: &[u8] = b"axiom/pseudonym/v1";
const NONCE: [u8; 12] = [0; 12];
const TAG: usize = 16;

#[cfg(test)]
mod tests {
    use axiom_core::OrganizationId;
    use proptest::prelude::*;

    use super::*;

    fn keys(byte: u8) -> DerivedPseudonymKeys {
        DerivedPseudonymKeys::new(Key::from_bytes(&[byte; 32]))
    }

    fn organization(name: &str) -> OrganizationId {
        name.parse().unwrap()
    }

    #[test]
    fn nothing_of_a_key_or_a_value_is_shown() {
        assert_eq!(format!("{:?}", keys(0xab)), "DerivedPseudonymKeys(..)");
        let acme = organization("acme");
        let error = keys(1).open(&PseudonymScope::new(&acme, "email"), b"bob@example.com").unwrap_err();
        assert_eq!(error.to_string(), "opening failed: wrong key, wrong scope or damaged bytes");
        assert!(!format!("{error:?}").contains("bob"));
    }

    #[test]
    fn keys_wipe_themselves() {
        const fn wiped<T: ZeroizeOnDrop>() {}
        wiped::<DerivedPseudonymKeys>();
        wiped::<Aes256Enc>();
    }

    proptest! {
        #[test]
        fn sealing_is_deterministic_and_opens_again(value in prop::collection::vec(any::<u8>(), 0..80)) {
            let acme = organization("acme");
            let scope = PseudonymScope::new(&acme, "email");
            let sealed = keys(1).seal(&scope, &value).unwrap();
            prop_assert_eq!(&sealed, &keys(1).seal(&scope, &value).unwrap());
            prop_assert_eq!(sealed.len(), value.len() + TAG);
            prop_assert_eq!(keys(1).open(&scope, &sealed).unwrap(), value);
        }
    }
}
