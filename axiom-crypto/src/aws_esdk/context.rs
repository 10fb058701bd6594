//! The encryption context of a message.

use core::fmt;
use std::collections::BTreeMap;

use crate::error::Error;

/// Names and values that stand readable in a message and are authenticated with it.
///
/// Unlike a [`Context`](crate::Context) it travels with the message; who decrypts says which pairs it must have. Put no
/// secrets and no personal data into it.
///
/// It may be empty. Keys are unique, none begins with `aws-crypto-` (the SDK's own), and the serialized form has at
/// most 65,535 bytes.
///
/// ```
/// use axiom_crypto::aws_esdk::EncryptionContext;
///
/// let context = EncryptionContext::new([("purpose", "export"), ("organization", "org_7f3c")])?;
/// assert_eq!(context.get("purpose"), Some("export"));
/// assert_eq!(context.iter().next(), Some(("organization", "org_7f3c")));
/// assert!(EncryptionContext::new([("aws-crypto-public-key", "")]).is_err());
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
///
/// # Serialized form
/// Nothing where it is empty, otherwise, all numbers big-endian:
/// ```text
/// n       2 bytes, number of pairs
/// n times, ascending by the bytes of the key:
///   key   2 bytes, its length, and the key
///   value 2 bytes, its length, and the value
/// ```
/// Source: AWS Encryption SDK specification, `framework/structures.md`, "Encryption Context".
#[derive(Clone, PartialEq, Eq, Default)]
pub struct EncryptionContext {
    pairs: BTreeMap<Box<str>, Box<str>>,
}

impl EncryptionContext {
    /// The context of these pairs, in any order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a key that comes twice and for what exceeds the limits above.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error> {
        let mut context = Self::default();
        let mut length = COUNT_LEN;
        for (key, value) in pairs {
            let (key, value) = (key.as_ref(), value.as_ref());
            if key.starts_with(RESERVED) {
                return invalid("a key must not begin with aws-crypto-");
            }
            length += 2 * LENGTH_LEN + key.len() + value.len();
            if length > usize::from(u16::MAX) {
                return invalid("must have at most 65535 bytes");
            }
            if context.pairs.insert(key.into(), value.into()).is_some() {
                return invalid("keys must be unique");
            }
        }
        Ok(context)
    }

    /// The value of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs.get(key).map(|value| &**value)
    }

    /// The pairs, ascending by the bytes of the key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(key, value)| (&**key, &**value))
    }

    /// Whether it has every pair of `required`, and maybe more.
    #[must_use]
    pub fn contains(&self, required: &Self) -> bool {
        required.iter().all(|(key, value)| self.get(key) == Some(value))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.pairs.is_empty() {
            return bytes;
        }
        bytes.extend_from_slice(&(self.pairs.len() as u16).to_be_bytes());
        for text in self.iter().flat_map(|(key, value)| [key, value]) {
            bytes.extend_from_slice(&(text.len() as u16).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let context = match bytes {
            [] => Self::default(),
            _ => Self::new(read_pairs(bytes)?).ok()?,
        };
        // Another order, a wrong count and bytes after the last pair all end here: a context has one form.
        (context.to_bytes() == bytes).then_some(context)
    }
}

impl fmt::Debug for EncryptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionContext({} pairs)", self.pairs.len())
    }
}

fn invalid<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::Invalid { what: "encryption context", reason })
}

fn read_pairs(bytes: &[u8]) -> Option<Vec<(&str, &str)>> {
    let (count, mut bytes) = bytes.split_first_chunk()?;
    let mut pairs = Vec::new();
    for _ in 0..u16::from_be_bytes(*count) {
        let (key, after) = read_text(bytes)?;
        let (value, after) = read_text(after)?;
        pairs.push((key, value));
        bytes = after;
    }
    Some(pairs)
}

fn read_text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (length, bytes) = bytes.split_first_chunk()?;
    let (text, rest) = bytes.split_at_checked(u16::from_be_bytes(*length).into())?;
    Some((core::str::from_utf8(text).ok()?, rest))
}

const RESERVED: &str = "aws-crypto-";
const COUNT_LEN: usize = 2;
const LENGTH_LEN: usize = 2;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_serialized_form_is_the_documented_one() {
        let context = EncryptionContext::new([("b", ""), ("a", "xy")]).unwrap();
        assert_eq!(context.to_bytes(), b"\0\x02\0\x01a\0\x02xy\0\x01b\0\0");
        assert!(EncryptionContext::default().to_bytes().is_empty());
    }

    #[test]
    fn every_other_form_is_refused() {
        for bytes in [
            &b"\0\0"[..],
            b"\0",
            b"\0\x01\0\x01a\0\x01",
            b"\0\x01\0\x01a\0\x01xy",
            b"\0\x02\0\x01b\0\0\0\x01a\0\0",
            b"\0\x02\0\x01a\0\0\0\x01a\0\0",
            b"\0\x01\0\x01\xff\0\0",
            b"\0\x01\0\x0baws-crypto-\0\0",
        ] {
            assert!(EncryptionContext::from_bytes(bytes).is_none(), "{bytes:?}");
        }
    }

    #[test]
    fn the_limit_is_inclusive() {
        assert!(EncryptionContext::new([("k", "v".repeat(65_535 - 7))]).is_ok());
        assert!(EncryptionContext::new([("k", "v".repeat(65_535 - 6))]).is_err());
        assert!(EncryptionContext::new([("k", "1"), ("k", "1")]).is_err());
    }

    #[test]
    fn a_required_pair_must_be_there_and_equal() {
        let context = |pairs: &[(&str, &str)]| EncryptionContext::new(pairs.iter().copied()).unwrap();
        let all = context(&[("a", "1"), ("b", "2")]);
        assert!(all.contains(&context(&[])) && all.contains(&context(&[("b", "2")])) && all.contains(&all));
        for other in [&[("a", "2")][..], &[("c", "1")], &[("a", "1"), ("c", "")]] {
            assert!(!all.contains(&context(other)));
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let context = EncryptionContext::new([("organization", "org_7f3c")]).unwrap();
        assert!(!format!("{context:?}").contains("org_7f3c"));
    }

    proptest! {
        #[test]
        fn a_context_reads_back(pairs in proptest::collection::btree_map(".{0,8}", ".{0,8}", 0..8)) {
            let context = EncryptionContext::new(pairs).unwrap();
            prop_assert_eq!(EncryptionContext::from_bytes(&context.to_bytes()), Some(context));
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Some(context) = EncryptionContext::from_bytes(&bytes) {
                prop_assert_eq!(context.to_bytes(), bytes);
            }
        }
    }
}
