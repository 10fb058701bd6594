//! A wrapping key that the host holds itself.

use core::fmt;
use std::path::Path;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use zeroize::ZeroizeOnDrop;

use super::EncryptedDataKey;
use super::keys::TAG_LEN;
use crate::error::Error;
use crate::key::Key;
use crate::{private_file, random};

/// A raw AES keyring: data keys are encrypted by AES-256-GCM under a key that the host holds itself.
///
/// It is the raw AES keyring of the other AWS Encryption SDKs and the raw master key of the older ones, with the
/// wrapping algorithm AES-256 only. A message opens where namespace, name and key are the same; namespace and name
/// stand readable in it.
///
/// Every message takes a random 96-bit IV under this key: rotate it before 2^32 messages (NIST SP 800-38D, 8.3).
///
/// # Form of the encrypted data key
/// ```text
/// provider     namespace
/// information  name ‖ 128 in 4 bytes (bits of the tag) ‖ 12 in 4 bytes (length of the IV) ‖ IV
/// ciphertext   AES-256-GCM(key, IV, associated data = serialized encryption context, data key) ‖ tag
/// ```
/// Source: AWS Encryption SDK specification, `framework/raw-aes-keyring.md`.
pub struct RawAesKeyring {
    namespace: Box<str>,
    name: Box<str>,
    cipher: Aes256Gcm,
}

impl RawAesKeyring {
    /// The keyring of this key, under the names that all its users have agreed on.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a namespace that does not have 1 to 65,535 bytes or begins with `aws-kms`, and for a name
    /// that does not have 1 to 65,515 bytes.
    pub fn new(namespace: &str, name: &str, key: &Key) -> Result<Self, Error> {
        let refuse = |reason| Err(Error::Invalid { what: "keyring", reason });
        if !(1..=MAX).contains(&namespace.len()) {
            return refuse("the namespace must have 1 to 65535 bytes");
        }
        if namespace.starts_with(RESERVED) {
            return refuse("the namespace must not begin with aws-kms");
        }
        if !(1..=MAX - SUFFIX_LEN).contains(&name.len()) {
            return refuse("the name must have 1 to 65515 bytes");
        }
        Ok(Self { namespace: namespace.into(), name: name.into(), cipher: Aes256Gcm::new(key.expose().into()) })
    }

    /// The keyring of the key in a file of 32 bytes.
    ///
    /// ```
    /// use axiom_crypto::aws_esdk::RawAesKeyring;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("aes.key");
    /// # std::fs::write(&path, [7; 32])?;
    /// # #[cfg(unix)]
    /// # std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    /// let keyring = RawAesKeyring::open("acme", "exports-2026", &path)?;
    /// assert!(RawAesKeyring::open_hex("acme", "exports-2026", &path).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`new`](Self::new); [`Error::Io`], [`Error::KeyFile`] for any other length, and on Unix
    /// [`Error::Permissions`] where group or others have any right to the file.
    pub fn open(namespace: &str, name: &str, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let content = private_file::read(path)?;
        let bytes = content.as_slice().try_into();
        let key = bytes.map_err(|_| Error::KeyFile { path: path.into(), reason: "it must have 32 bytes" })?;
        Self::new(namespace, name, &Key::from_bytes(key))
    }

    /// The keyring of the key in a file of 64 hexadecimal digits, which a line feed may follow.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_hex(namespace: &str, name: &str, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let content = private_file::read(path)?;
        let digits = content.strip_suffix(b"\n").unwrap_or(&content);
        let key = key_of_hex(digits);
        let key = key.ok_or(Error::KeyFile { path: path.into(), reason: "it must have 64 hexadecimal digits" })?;
        Self::new(namespace, name, &key)
    }

    /// The data key, encrypted for this keyring and bound to the serialized context.
    pub(super) fn wrap(&self, data_key: &Key, context: &[u8]) -> Result<EncryptedDataKey, Error> {
        let mut iv = [0; IV_LEN];
        random::fill(&mut iv)?;
        let mut ciphertext = [0; Key::LEN + TAG_LEN];
        let (content, tag) = ciphertext.split_at_mut(Key::LEN);
        content.copy_from_slice(data_key.expose());
        let made = self.cipher.encrypt_inout_detached((&iv).into(), context, content.into());
        tag.copy_from_slice(&made.expect("32 bytes are no long message"));
        let info = [self.name.as_bytes(), &SIZES, &iv].concat();
        Ok(EncryptedDataKey { provider: self.namespace.clone(), info: info.into(), ciphertext: ciphertext.into() })
    }

    /// The data key, where this keyring has encrypted it.
    pub(super) fn unwrap(&self, encrypted: &EncryptedDataKey, context: &[u8]) -> Option<Key> {
        let iv = self.iv_of(encrypted)?;
        let ciphertext: &[u8; Key::LEN + TAG_LEN] = (&*encrypted.ciphertext).try_into().ok()?;
        let (content, tag) = ciphertext.split_last_chunk::<TAG_LEN>()?;
        let mut key = Key::zeroed();
        key.expose_mut().copy_from_slice(content);
        self.cipher
            .decrypt_inout_detached(iv.into(), context, key.expose_mut().as_mut_slice().into(), tag.into())
            .ok()?;
        Some(key)
    }

    /// The IV of a data key that says it was encrypted by this keyring.
    fn iv_of<'a>(&self, encrypted: &'a EncryptedDataKey) -> Option<&'a [u8; IV_LEN]> {
        if encrypted.provider != self.namespace {
            return None;
        }
        encrypted.info.strip_prefix(self.name.as_bytes())?.strip_prefix(&SIZES)?.try_into().ok()
    }
}

impl ZeroizeOnDrop for RawAesKeyring {}

impl fmt::Debug for RawAesKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawAesKeyring({}/{})", self.namespace, self.name)
    }
}

fn key_of_hex(digits: &[u8]) -> Option<Key> {
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let mut key = Key::zeroed();
    if pairs.len() != Key::LEN {
        return None;
    }
    for (byte, [high, low]) in key.expose_mut().iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(key)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

const RESERVED: &str = "aws-kms";
const MAX: usize = u16::MAX as usize;
const IV_LEN: usize = 12;
/// The tag's length in bits and the IV's in bytes, as they follow the key's name.
const SIZES: [u8; 8] = [0, 0, 0, 128, 0, 0, 0, IV_LEN as u8];
const SUFFIX_LEN: usize = SIZES.len() + IV_LEN;

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(namespace: &str, name: &str, byte: u8) -> RawAesKeyring {
        RawAesKeyring::new(namespace, name, &Key::from_bytes(&[byte; 32])).unwrap()
    }

    #[test]
    fn a_data_key_belongs_to_namespace_name_key_and_context() {
        let data_key = Key::from_bytes(&[9; 32]);
        let encrypted = keyring("host", "one", 7).wrap(&data_key, b"context").unwrap();
        let open = |ring: RawAesKeyring, context: &[u8]| ring.unwrap(&encrypted, context).map(|key| *key.expose());
        assert_eq!(open(keyring("host", "one", 7), b"context"), Some([9; 32]));
        assert_eq!(open(keyring("other", "one", 7), b"context"), None);
        assert_eq!(open(keyring("host", "on", 7), b"context"), None);
        assert_eq!(open(keyring("host", "one", 8), b"context"), None);
        assert_eq!(open(keyring("host", "one", 7), b"other"), None);
    }

    #[test]
    fn a_data_key_of_another_length_is_refused() {
        let ring = keyring("host", "one", 7);
        let mut encrypted = ring.wrap(&Key::from_bytes(&[9; 32]), b"").unwrap();
        for length in [0, 16, 47, 49] {
            encrypted.ciphertext = vec![0; length].into();
            assert!(ring.unwrap(&encrypted, b"").is_none(), "{length}");
        }
    }

    #[test]
    fn names_have_limits() {
        let make = |namespace: &str, name: &str| RawAesKeyring::new(namespace, name, &Key::from_bytes(&[7; 32]));
        assert!(make(&"n".repeat(65_535), &"k".repeat(65_515)).is_ok());
        for (namespace, name) in [("", "k"), ("n", ""), ("aws-kms", "k"), ("aws-kms-mrk", "k")] {
            assert!(make(namespace, name).is_err(), "{namespace} {name}");
        }
        assert!(make(&"n".repeat(65_536), "k").is_err());
        assert!(make("n", &"k".repeat(65_516)).is_err());
    }

    #[test]
    fn a_key_is_read_from_a_file_of_bytes_or_digits_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let (key, hex) = ([0x5a; 32], "5A".repeat(32));
        let open = |content: &[u8], is_hex: bool| {
            let path = directory.path().join("key");
            let _ = std::fs::remove_file(&path);
            private_file::create(&path, content).unwrap();
            let open = if is_hex { RawAesKeyring::open_hex } else { RawAesKeyring::open };
            open("host", "one", &path)
        };
        let encrypted = keyring("host", "one", 0x5a).wrap(&Key::from_bytes(&[9; 32]), b"").unwrap();
        let line = format!("{hex}\n");
        for (content, is_hex) in [(&key[..], false), (hex.as_bytes(), true), (line.as_bytes(), true)] {
            assert!(open(content, is_hex).unwrap().unwrap(&encrypted, b"").is_some());
        }
        for (content, is_hex) in [
            (&key[1..], false),
            (&[0; 33], false),
            (hex.as_bytes(), false),
            (&hex.as_bytes()[1..], true),
            (&hex.as_bytes()[2..], true),
            (format!("{hex}00").as_bytes(), true),
            (format!("{hex}\n\n").as_bytes(), true),
            (hex.replace("5A", "5g").as_bytes(), true),
        ] {
            assert!(matches!(open(content, is_hex), Err(Error::KeyFile { .. })));
        }
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", keyring("host", "one", 7)), "RawAesKeyring(host/one)");
    }
}
