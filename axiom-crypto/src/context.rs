//! What a message is bound to.

use core::fmt;
use std::sync::{Arc, OnceLock};

use axiom_core::Digest;

use crate::error::Error;
use crate::provider::Binding;
use crate::suite::Commitment;

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
///
/// # Scope
/// Messages that share a data key share their organization and their subject: the pairs `organization` and `subject`
/// of a context, where it has them, are its scope. The scope has the same form, with the label `axiom/axe1/scope` (16
/// bytes) and none, one or both of these pairs.
#[derive(Clone)]
pub struct Context {
    digest: Digest,
    organization: Option<Arc<str>>,
    subject: Option<Arc<str>>,
    /// Made when it is first asked for.
    scope: OnceLock<Digest>,
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
        let value = |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| Arc::from(*value));
        Ok(Self {
            digest: Digest::of(&[&canonical(LABEL, &pairs)?]),
            organization: value(ORGANIZATION),
            subject: value(SUBJECT),
            scope: OnceLock::new(),
        })
    }

    /// The SHA-256 of the canonical form.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The value of the pair `organization`, where there is one.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.organization.as_deref()
    }

    /// The value of the pair `subject`, where there is one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The SHA-256 of the canonical form of the scope: what messages that share a data key have in common.
    #[must_use]
    pub fn scope(&self) -> Digest {
        *self.scope.get_or_init(|| {
            let pairs = [(ORGANIZATION, self.organization()), (SUBJECT, self.subject())];
            let pairs: Vec<_> = pairs.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
            Digest::of(&[&form(SCOPE_LABEL, &pairs)])
        })
    }

    /// What a data key is bound to that commits to `commitment` and encrypts for this context alone, or, where it is
    /// `shared`, for every context of the same scope.
    pub(crate) fn binding(&self, commitment: &Commitment, shared: bool) -> Binding {
        let digest = if shared { self.scope() } else { self.digest };
        let mut binding = Binding::new(digest.as_bytes(), commitment);
        if let Some(organization) = &self.organization {
            binding = binding.of_organization(Arc::clone(organization));
        }
        if let Some(subject) = &self.subject {
            binding = binding.of_subject(Arc::clone(subject));
        }
        binding
    }
}

/// The digest says it all.
impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for Context {}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({})", self.digest)
    }
}

fn canonical(label: &[u8], sorted: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
    let refuse = |reason| Err(Error::Invalid { what: "context", reason });
    if sorted.is_empty() || sorted.len() > MAX_PAIRS {
        return refuse("must have 1 to 16 pairs");
    }
    if sorted.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return refuse("keys must be unique");
    }
    if sorted.iter().any(|(key, _)| key.is_empty() || key.len() > MAX_KEY) {
        return refuse("a key must have 1 to 64 bytes");
    }
    if sorted.iter().any(|(_, value)| value.len() > MAX_VALUE) {
        return refuse("a value must have at most 1024 bytes");
    }
    Ok(form(label, sorted))
}

/// The form of pairs that are within the limits.
fn form(label: &[u8], sorted: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = label.to_vec();
    bytes.push(sorted.len() as u8);
    for (key, value) in sorted {
        bytes.push(key.len() as u8);
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&(value.len() as u16).to_be_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes
}

const LABEL: &[u8] = b"axiom/axe1/context";
const SCOPE_LABEL: &[u8] = b"axiom/axe1/scope";
const ORGANIZATION: &str = "organization";
const SUBJECT: &str = "subject";
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
        assert_eq!(canonical(LABEL, &[("a", "xy"), ("b", "")]).unwrap(), expected);
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
    fn the_scope_is_organization_and_subject_alone() {
        let context =
            |event, subject| Context::new([("organization", "acme"), ("event", event), ("subject", subject)]).unwrap();
        assert_eq!(context("1", "s").scope(), context("2", "s").scope());
        assert_ne!(context("1", "s").scope(), context("1", "t").scope());
        let expected = b"axiom/axe1/scope\x01\x0corganization\x00\x04acme";
        let alone = Context::new([("organization", "acme")]).unwrap();
        assert_eq!(alone.scope(), Digest::of(&[expected]));
        assert_ne!(alone.scope(), alone.digest());
        assert_eq!(Context::new([("event", "1")]).unwrap().scope(), Digest::of(&[b"axiom/axe1/scope\x00"]));
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
