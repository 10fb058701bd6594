//! One entry of a message's mutable part.

use crate::error::Error;
use crate::provider::KeyId;

/// One key that opens a message, and the data key wrapped under it.
///
/// ```
/// use axiom_crypto::{KeyId, Recipient};
///
/// let key = KeyId::new("aws-kms", "arn:aws:kms:eu-west-1:123456789012:key/1234", 0)?;
/// let recipient = Recipient::new(key, b"what the service answered")?;
/// assert_eq!(recipient.key().provider(), "aws-kms");
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    key: KeyId,
    wrapped: Box<[u8]>,
}

impl Recipient {
    /// A data key that `key` has wrapped into these 1 to 65,535 bytes.
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other length.
    pub fn new(key: KeyId, wrapped: &[u8]) -> Result<Self, Error> {
        if wrapped.is_empty() || wrapped.len() > usize::from(u16::MAX) {
            return Err(Error::Invalid { what: "wrapped key", reason: "must have 1 to 65535 bytes" });
        }
        Ok(Self { key, wrapped: wrapped.into() })
    }

    /// The key that unwraps the data key.
    #[must_use]
    pub const fn key(&self) -> &KeyId {
        &self.key
    }

    /// The wrapped data key, in its provider's own form.
    #[must_use]
    pub const fn wrapped(&self) -> &[u8] {
        &self.wrapped
    }

    pub(super) fn into_key(self) -> KeyId {
        self.key
    }

    pub(super) fn encoded_len(&self) -> usize {
        self.key.provider().len() + self.key.id().len() + self.wrapped.len() + 6
    }

    pub(crate) fn write(&self, message: &mut Vec<u8>) {
        for text in [self.key.provider(), self.key.id()] {
            message.push(text.len() as u8);
            message.extend_from_slice(text.as_bytes());
        }
        message.extend_from_slice(&self.key.version().to_be_bytes());
        message.extend_from_slice(&(self.wrapped.len() as u16).to_be_bytes());
        message.extend_from_slice(&self.wrapped);
    }

    /// The recipient that `bytes` starts with, and the rest.
    pub(crate) fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (provider, bytes) = read_text(bytes)?;
        let (id, bytes) = read_text(bytes)?;
        let (version, bytes) = bytes.split_first_chunk()?;
        let (length, bytes) = bytes.split_first_chunk()?;
        let (wrapped, rest) = bytes.split_at_checked(u16::from_be_bytes(*length).into())?;
        let key = KeyId::new(provider, id, u16::from_be_bytes(*version)).ok()?;
        Some((Self::new(key, wrapped).ok()?, rest))
    }
}

fn read_text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (&length, bytes) = bytes.split_first()?;
    let (text, rest) = bytes.split_at_checked(length.into())?;
    Some((str::from_utf8(text).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_has_1_to_65535_bytes() {
        let key = KeyId::new("file", "id", 0).unwrap();
        assert!(Recipient::new(key.clone(), &[]).is_err());
        assert!(Recipient::new(key.clone(), &vec![0; 65_535]).is_ok());
        assert!(Recipient::new(key, &vec![0; 65_536]).is_err());
    }

    #[test]
    fn a_length_beyond_the_end_is_refused() {
        let recipient = Recipient::new(KeyId::new("file", "id", 0).unwrap(), &[1, 2, 3]).unwrap();
        let mut bytes = Vec::new();
        recipient.write(&mut bytes);
        assert_eq!(bytes.len(), recipient.encoded_len());
        for index in 0..bytes.len() {
            assert!(Recipient::read(&bytes[..index]).is_none(), "{index}");
        }
        assert_eq!(Recipient::read(&bytes), Some((recipient, &[][..])));
    }
}
