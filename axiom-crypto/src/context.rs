//! What a message is bound to.

use core::fmt;

use axiom_core::Digest;

use crate::error::Error;

/// The names and values a message is bound to: it opens under the same context and no other.
///
/// The context is not encrypted and not stored; who opens the message must know it. Only its SHA-256 stands in the
/// message, and whoever can guess the values can confirm the guess: put identifiers into it, never secrets or personal
/// data.
///
/// A context has 1 to 16 pairs with unique keys of 1 to 64 bytes and values of 0 to 1024 bytes, all UTF-8. Their order
/// does not matter. Texts are compared as bytes, without Unicode normalization.
///
/// ```
/// use axiom_crypto::Context;
///
/// let context = Context::new([("organization", "org_7f3c"), ("purpose", "connection-state")])?;
/// assert_eq!(context, Context::new([("purpose", "connection-state"), ("organization", "org_7f3c")])?);
/// assert!(Context::new([("purpose", "a"), ("purpose", "b")]).is_err());
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
///
/// # Canonical form
/// ```text
/// "axiom/axe1/context"    the label, 18 bytes
/// n                       1 byte, number of pairs
/// n times, ascending by the bytes of the key:
///   k  key                1 byte, length of the key, and the key
///   v  value              2 bytes, big-endian, length of the value, and the value
/// ```
/// Every part is preceded by its length, so two different contexts never have the same form.
#[derive(Clone, PartialEq, Eq)]
pub struct Context {
    digest: Digest,
}

impl Context {
    /// The context of these pairs, in any order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a duplicate key and for what exceeds the limits above.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error> {
        let mut pairs: Vec<(K, V)> = pairs.into_iter().take(MAX_PAIRS + 1).collect();
        pairs.sort_unstable_by(|(one, _), (other, _)| one.as_ref().cmp(other.as_ref()));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (key.as_ref(), value.as_ref())).collect();
        Ok(Self { digest: Digest::of(&[&canonical(&pairs)?]) })
    }

    /// The SHA-256 of the canonical form.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({})", self.digest)
    }
}

fn canonical(sorted: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
    let refuse = |reason| Err(Error::Invalid { what: "context", reason });
    if sorted.is_empty() || sorted.len() > MAX_PAIRS {
        return refuse("must have 1 to 16 pairs");
    }
    if sorted.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return refuse("keys must be unique");
    }
    let mut bytes = LABEL.to_vec();
    bytes.push(sorted.len() as u8);
    for (key, value) in sorted {
        if key.is_empty() || key.len() > MAX_KEY {
            return refuse("a key must have 1 to 64 bytes");
        }
        if value.len() > MAX_VALUE {
            return refuse("a value must have at most 1024 bytes");
        }
        bytes.push(key.len() as u8);
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&(value.len() as u16).to_be_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    Ok(bytes)
}

const LABEL: &[u8] = b"axiom/axe1/context";
const MAX_PAIRS: usize = 16;
const MAX_KEY: usize = 64;
const MAX_VALUE: usize = 1024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn canonical_form_is_the_documented_one() {
        let expected = b"axiom/axe1/context\x02\x01a\x00\x02xy\x01b\x00\x00";
        assert_eq!(canonical(&[("a", "xy"), ("b", "")]).unwrap(), expected);
    }

    #[test]
    fn duplicate_keys_are_refused_even_with_equal_values() {
        assert!(Context::new([("a", "1"), ("b", "2"), ("a", "1")]).is_err());
    }

    #[test]
    fn limits_are_inclusive() {
        let pairs = |count: usize| (0..count).map(|index| (index.to_string(), "")).collect::<Vec<_>>();
        assert!(Context::new(pairs(16)).is_ok());
        assert!(Context::new(pairs(17)).is_err());
        assert!(Context::new(pairs(0)).is_err());
        assert!(Context::new([("k".repeat(64), "v".repeat(1024))]).is_ok());
        assert!(Context::new([("k".repeat(65), String::new())]).is_err());
        assert!(Context::new([("k".to_owned(), "v".repeat(1025))]).is_err());
        assert!(Context::new([("", "v")]).is_err());
    }

    #[test]
    fn debug_shows_no_value() {
        let context = Context::new([("organization", "org_7f3c")]).unwrap();
        assert!(!format!("{context:?}").contains("org_7f3c"));
    }

    proptest! {
        #[test]
        fn moving_a_byte_from_value_to_key_changes_the_context(key in "[a-z]{1,8}", value in "[a-z]{1,8}") {
            let moved = format!("{key}{}", &value[..1]);
            let one = Context::new([(key.as_str(), value.as_str())]).unwrap();
            prop_assert_ne!(one, Context::new([(moved.as_str(), &value[1..])]).unwrap());
        }

        #[test]
        fn order_does_not_matter(
            pairs in proptest::collection::btree_map("[a-z]{1,8}", ".{0,8}", 1..=16).prop_map(Vec::from_iter),
        ) {
            let reversed: Vec<_> = pairs.iter().rev().cloned().collect();
            prop_assert_eq!(Context::new(pairs).unwrap(), Context::new(reversed).unwrap());
        }
    }
}
