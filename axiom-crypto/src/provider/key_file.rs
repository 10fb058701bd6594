//! A key in a file of its own.

use core::fmt;
use std::path::Path;

use async_trait::async_trait;
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{Binding, KeyId, KeyProvider, key_wrap};
use crate::envelope::Recipient;
use crate::error::Error;
use crate::key::Key;
use crate::private_file;
use crate::secret::Secret;

/// A key in a local file that only its owner can read.
///
/// Back the file up: what was encrypted under a lost key is lost. To rotate, create a second file, put both into a
/// [`KeyRing`](crate::KeyRing), and [`rewrap`](crate::envelope::rewrap) the old messages.
///
/// ```
/// use axiom_crypto::{KeyFile, KeyProvider};
///
/// # let directory = tempfile::tempdir()?;
/// let path = directory.path().join("orders.key");
/// let created = KeyFile::create(&path)?;
/// assert_eq!(KeyFile::open(&path)?.describe(), created.describe());
/// assert!(KeyFile::create(&path).is_err(), "an existing key is never overwritten");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # File format
/// One line of ASCII, 67 bytes with its line feed, which may be missing; nothing else:
/// ```text
/// axiom-key-v1 <id> <key>
/// ```
/// `key` is the 32 bytes in base64 (RFC 4648, padded); `id` is 8 characters of base64url, the 6 bytes
/// HKDF-SHA256(key, info = "axiom/key-file/v1/id"). The id names the key in messages and is the line's checksum: a typo
/// or a cut line is found. It is the output of a key derivation, so it tells nothing about the key.
///
/// # Wrapping
/// The data key is wrapped by AES-256 key wrap (RFC 3394) under HKDF-SHA256(key, info = "axiom/key-file/v1/wrap" ‖
/// binding). The derivation ties the wrapped key to the context and to the commitment for no extra byte, and no two
/// messages share a wrapping key, so the number of messages per file is not limited by the cipher. Key wrap needs no
/// nonce and adds 8 bytes; AES-GCM would do the same for 28 bytes and a nonce that must never repeat.
pub struct KeyFile {
    key: Key,
    id: KeyId,
}

impl KeyFile {
    /// Creates a new random key and the file that holds it, readable by the owner alone.
    ///
    /// The file appears complete and durable or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] where `path` exists or cannot be written; [`Error::Random`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self, Error> {
        let file = Self::from_key(Key::generate()?);
        private_file::create(path.as_ref(), &file.line())?;
        Ok(file)
    }

    /// Reads the key at `path`.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::KeyFile`] for any other content, and on Unix [`Error::Permissions`] where group or
    /// others have any right to the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let content = private_file::read(path)?;
        Self::parse(&content).map_err(|reason| Error::KeyFile { path: path.into(), reason })
    }

    /// The key whose line, as a file holds it, is the value of the environment variable `name`.
    ///
    /// It is the same key as in the file: messages that were written with one open with the other. What cannot be
    /// promised for a value in the environment, [`Secret::try_from_env`] tells.
    ///
    /// # Errors
    /// [`Error::Environment`], which names the variable and shows nothing of its value.
    pub fn try_from_env(name: &str) -> Result<Self, Error> {
        let line = Secret::try_from_env(name)?;
        let failed = |reason| Error::Environment { name: name.to_owned(), reason };
        Self::parse(line.expose().as_bytes()).map_err(failed)
    }

    /// The key with this line, which the host keeps in a place of its own: a secret manager, a mounted volume.
    ///
    /// ```
    /// use axiom_crypto::{KeyFile, KeyProvider, Secret};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("orders.key");
    /// let created = KeyFile::create(&path)?;
    /// let line = Secret::from(std::fs::read_to_string(&path)?);
    /// assert_eq!(KeyFile::from_line(&line)?.describe(), created.describe());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`], which shows nothing of the line.
    pub fn from_line(line: &Secret<String>) -> Result<Self, Error> {
        Self::parse(line.expose().as_bytes()).map_err(|reason| Error::Invalid { what: "key line", reason })
    }

    pub(crate) fn from_key(key: Key) -> Self {
        let id = Base64UrlUnpadded::encode_string(&*key.derive::<6>(&[ID_LABEL]));
        Self { id: KeyId::new(PROVIDER, &id, 0).expect("base64url is printable"), key }
    }

    fn parse(content: &[u8]) -> Result<Self, &'static str> {
        let content = content.strip_suffix(b"\n").unwrap_or(content);
        let fields = content.strip_prefix(PREFIX).ok_or("it must start with axiom-key-v1")?;
        let (id, rest) = fields.split_first_chunk::<ID_LEN>().ok_or("it is too short")?;
        let encoded = rest.strip_prefix(b" ").ok_or("the id must have 8 characters")?;
        if encoded.len() != KEY_LEN {
            return Err("the key must have 44 characters");
        }
        let mut key = Key::zeroed();
        Base64::decode(encoded, key.expose_mut()).map_err(|_| "the key must be base64")?;
        let file = Self::from_key(key);
        if file.id.id().as_bytes() == id { Ok(file) } else { Err("the id does not belong to the key") }
    }

    fn line(&self) -> Zeroizing<Vec<u8>> {
        let mut encoded = Zeroizing::new([0; KEY_LEN]);
        Base64::encode(self.key.expose(), &mut *encoded).expect("32 bytes take 44 characters");
        Zeroizing::new([PREFIX, self.id.id().as_bytes(), b" ", &*encoded, b"\n"].concat())
    }

    fn wrap_now(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        Recipient::new(self.id.clone(), &key_wrap::wrap(&self.key, WRAP_LABEL, dek, binding))
    }

    fn unwrap_now(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        key_wrap::unwrap(&self.key, WRAP_LABEL, recipient.wrapped(), binding)
    }
}

#[async_trait]
impl KeyProvider for KeyFile {
    fn describe(&self) -> KeyId {
        self.id.clone()
    }

    fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
        Some(self.wrap_now(dek, binding))
    }

    fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
        Some(self.unwrap_now(recipient, binding))
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.wrap_now(dek, binding)
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        self.unwrap_now(recipient, binding)
    }
}

impl ZeroizeOnDrop for KeyFile {}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile({})", self.id)
    }
}

const PROVIDER: &str = "file";
const PREFIX: &[u8] = b"axiom-key-v1 ";
const ID_LABEL: &[u8] = b"axiom/key-file/v1/id";
const WRAP_LABEL: &[u8] = b"axiom/key-file/v1/wrap";
const ID_LEN: usize = 8;
const KEY_LEN: usize = 44;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key_file(byte: u8) -> KeyFile {
        KeyFile::from_key(Key::from_bytes(&[byte; 32]))
    }

    fn binding(byte: u8) -> Binding {
        Binding::new(&[byte; 32], &[byte; 32])
    }

    #[test]
    fn a_line_reads_back_with_and_without_its_line_feed() {
        let file = key_file(7);
        let line = file.line();
        assert_eq!(line.len(), 67);
        for text in [&line[..], &line[..66]] {
            assert_eq!(KeyFile::parse(text).unwrap().key.expose(), file.key.expose());
        }
    }

    #[test]
    fn every_changed_or_cut_line_is_refused() {
        let line = key_file(7).line();
        for index in 0..line.len() - 1 {
            for bit in 0..8 {
                let mut changed = line.to_vec();
                changed[index] ^= 1 << bit;
                assert!(KeyFile::parse(&changed).is_err(), "byte {index} bit {bit}");
            }
            assert!(KeyFile::parse(&line[..index]).is_err(), "cut at {index}");
        }
        assert!(KeyFile::parse(&[&line[..], b"\n"].concat()).is_err());
    }

    #[test]
    fn a_wrapped_key_belongs_to_its_key_and_binding() {
        let dek = Key::from_bytes(&[9; 32]);
        let recipient = key_file(7).wrap_now(&dek, &binding(1)).unwrap();
        assert_eq!(key_file(7).unwrap_now(&recipient, &binding(1)).unwrap().expose(), dek.expose());
        assert!(matches!(key_file(7).unwrap_now(&recipient, &binding(2)), Err(Error::Open)));
        assert!(matches!(key_file(8).unwrap_now(&recipient, &binding(1)), Err(Error::Open)));
    }

    #[test]
    fn a_wrapped_key_of_another_length_is_refused() {
        for length in [1, 8, 16, 32, 39, 41, 48] {
            let recipient = Recipient::new(key_file(7).describe(), &vec![0; length]).unwrap();
            assert!(matches!(key_file(7).unwrap_now(&recipient, &binding(1)), Err(Error::Open)), "{length}");
        }
    }

    proptest! {
        #[test]
        fn any_content_is_read_or_refused_without_panic(content in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = KeyFile::parse(&content);
        }
    }
}
