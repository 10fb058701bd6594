//! Who holds the keys that wrap data keys.

use core::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::cache::DataKeyCache;
use crate::envelope::Recipient;
use crate::error::Error;
use crate::key::Key;

#[cfg(feature = "aws-kms")]
mod aws_kms;
mod key_file;
mod key_ring;
pub(crate) mod key_wrap;
mod memory;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod state;

#[cfg(feature = "aws-kms")]
pub use aws_kms::AwsKms;
pub use key_file::KeyFile;
pub use key_ring::KeyRing;
pub use memory::MemoryKeys;
#[cfg(feature = "pkcs11")]
pub use pkcs11::Pkcs11;
pub use state::{Failure, KeyState};

/// Wraps and unwraps data keys under keys that it keeps to itself.
///
/// Implemented here by [`KeyFile`], [`MemoryKeys`] and, over several providers, [`KeyRing`]; with their features by
/// `AwsKms` and `Pkcs11`; by hosts for any other key service. The envelope makes the data key and calls [`try_wrap`](Self::try_wrap) first, so that a provider whose key
/// is at hand never suspends, and [`wrap`](Self::wrap) where that answers `None`; the same holds for unwrapping.
///
/// A wrapped key must be authenticated together with its [`Binding`] (as associated data, encryption context or key
/// derivation input): unwrapping under another binding must fail with [`Error::Open`].
///
/// ```
/// use async_trait::async_trait;
/// use axiom_crypto::{Binding, Error, Key, KeyFile, KeyId, KeyProvider, Recipient};
///
/// /// A provider in another process, here played by a key file; it always has to be waited for.
/// struct Remote(KeyFile);
///
/// #[async_trait]
/// impl KeyProvider for Remote {
///     fn describe(&self) -> KeyId {
///         self.0.describe()
///     }
///     async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
///         self.0.wrap(dek, binding).await
///     }
///     async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
///         self.0.unwrap(recipient, binding).await
///     }
/// }
/// ```
#[async_trait]
pub trait KeyProvider: Send + Sync {
    /// The key that new messages are wrapped under.
    fn describe(&self) -> KeyId;

    /// Whether this provider can unwrap what was wrapped under `key`.
    ///
    /// A provider that keeps older keys for reading overrides it.
    fn holds(&self, key: &KeyId) -> bool {
        *key == self.describe()
    }

    /// Whether everything wrapped under the current key is lost once the key of this data subject is destroyed.
    ///
    /// A message whose context names a `subject` is written for such providers alone, or destroying the subject's key
    /// would not erase it. Only the keys of a [`KeyTree`](crate::KeyTree) should answer with yes.
    fn erases(&self, organization: Option<&str>, subject: &str) -> bool {
        let _ = (organization, subject);
        false
    }

    /// Wraps without waiting, or answers `None` where that is not possible.
    fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
        let _ = (dek, binding);
        None
    }

    /// Unwraps without waiting, or answers `None` where that is not possible.
    fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
        let _ = (recipient, binding);
        None
    }

    /// A new data key without waiting, or `None` where that is not possible.
    ///
    /// From the operating system, unless the provider has a source of its own; such a provider overrides
    /// [`generate`](Self::generate) too.
    fn try_generate(&self) -> Option<Result<Key, Error>> {
        Some(Key::generate())
    }

    /// A new data key.
    ///
    /// # Errors
    /// [`Error::Random`], or [`Error::Provider`] where the provider has a source of its own.
    async fn generate(&self) -> Result<Key, Error> {
        Key::generate()
    }

    /// Wraps a data key under the current key.
    ///
    /// # Errors
    /// [`Error::Provider`] where the key cannot be used.
    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error>;

    /// Unwraps a data key; called only for a recipient whose key this provider [`holds`](Self::holds).
    ///
    /// # Errors
    /// [`Error::Open`] for a wrapped key that does not hold, [`Error::Provider`] where the key cannot be used.
    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error>;

    /// The same data key under the current key.
    ///
    /// A service that can do this without handing out the data key overrides it; else it is unwrapped here, wrapped
    /// again and wiped.
    ///
    /// # Errors
    /// Those of [`unwrap`](Self::unwrap) and [`wrap`](Self::wrap).
    async fn rewrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Recipient, Error> {
        let dek = self.unwrap(recipient, binding).await?;
        self.wrap(&dek, binding).await
    }

    /// A number that is another one whenever [`describe`](Self::describe) answers with another key.
    ///
    /// A [`DataKeyCache`](crate::DataKeyCache) asks for it before it seals with a kept data key, so that a key that was
    /// rotated serves from then on. A provider whose current key never changes keeps this default.
    fn epoch(&self) -> u64 {
        0
    }

    /// Tells `cache` of it when keys of this provider are revoked or destroyed.
    ///
    /// An [`Encryptor`](crate::Encryptor) with a cache calls it, perhaps more than once for the same cache. A provider
    /// that cannot tell keeps this default: what was cached then serves until it is too old.
    fn evict_with(&self, cache: &DataKeyCache) {
        let _ = cache;
    }

    /// Whether the current key can be used.
    ///
    /// A provider that cannot tell answers [`KeyState::Enabled`], as this default does; using the key then says more.
    ///
    /// # Errors
    /// [`Error::Provider`] where the provider cannot be asked.
    async fn state(&self) -> Result<KeyState, Error> {
        Ok(KeyState::Enabled)
    }
}

/// The name of a key: which provider, which key, which version of it.
///
/// It stands in the clear in every message and in errors, so it must say nothing secret. The provider has 1 to 32
/// lower-case letters, digits or `-`; the id has 1 to 255 printable ASCII characters without spaces. A key without
/// versions has version 0; a service whose versions are no small numbers makes them part of the id.
///
/// ```
/// use axiom_crypto::KeyId;
///
/// let key = KeyId::new("vault", "transit/orders", 3)?;
/// assert_eq!(key.to_string(), "vault:transit/orders#3");
/// assert!(KeyId::new("vault", "two words", 0).is_err());
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyId {
    provider: Box<str>,
    id: Box<str>,
    version: u16,
}

impl KeyId {
    /// The key `id` of `provider` in this version.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a part is not as described above.
    pub fn new(provider: &str, id: &str, version: u16) -> Result<Self, Error> {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=32).contains(&provider.len()) || !provider.bytes().all(is_name) {
            let reason = "the provider must be 1 to 32 lower-case letters, digits or -";
            return Err(Error::Invalid { what: "key id", reason });
        }
        if !(1..=255).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            let reason = "the id must be 1 to 255 printable ASCII characters without spaces";
            return Err(Error::Invalid { what: "key id", reason });
        }
        Ok(Self { provider: provider.into(), id: id.into(), version })
    }

    /// The kind of provider: `file`, `aws-kms`.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The key's name with that provider.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key's version, 0 where it has none.
    #[must_use]
    pub const fn version(&self) -> u16 {
        self.version
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.provider, self.id)?;
        match self.version {
            0 => Ok(()),
            version => write!(f, "#{version}"),
        }
    }
}

/// What a wrapped data key belongs to: the digest of the context and the commitment to the data key.
///
/// A provider authenticates these 64 bytes together with the key. They are public. Where the context names an
/// organization, the binding tells its name too, so that a key service can check it against its policies and write it
/// into its own log; the digest covers it already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    bytes: [u8; 64],
    organization: Option<Arc<str>>,
    subject: Option<Arc<str>>,
}

impl Binding {
    /// The binding of a message with this context digest and this key commitment.
    #[must_use]
    pub fn new(context: &[u8; 32], commitment: &[u8; 32]) -> Self {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(context);
        bytes[32..].copy_from_slice(commitment);
        Self { bytes, organization: None, subject: None }
    }

    /// The same binding, with the organization that the context names.
    #[must_use]
    pub fn of_organization(self, organization: Arc<str>) -> Self {
        Self { organization: Some(organization), ..self }
    }

    /// The same binding, with the data subject that the context names.
    #[must_use]
    pub(crate) fn of_subject(self, subject: Arc<str>) -> Self {
        Self { subject: Some(subject), ..self }
    }

    /// The value of the context's pair `subject`, where it has one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The context digest followed by the commitment.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.bytes
    }

    /// The value of the context's pair `organization`, where it has one.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.organization.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ids_cannot_break_a_log_line() {
        for id in ["", " ", "a b", "a\n", "\u{1b}[31m", "ä", &"a".repeat(256)] {
            assert!(KeyId::new("file", id, 0).is_err(), "{id:?}");
        }
        for provider in ["", "File", "a b", "a:b", &"a".repeat(33)] {
            assert!(KeyId::new(provider, "id", 0).is_err(), "{provider:?}");
        }
    }
}
