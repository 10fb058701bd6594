//! The root key of an organization.

use axiom_core::{OrganizationId, Timestamp};
use subtle::ConstantTimeEq;

use crate::context::Context;
use crate::envelope::{KeyReference, Recipient};
use crate::error::Error;
use crate::key::Key;
use crate::keystore::{KeyRecord, KeyRole, WrappedKey};
use crate::provider::{Binding, KeyId, key_wrap};

/// An organization's root key, unwrapped, in all versions that something is wrapped under.
pub(super) struct Root {
    pub(super) reference: KeyReference,
    pub(super) organization: OrganizationId,
    pub(super) versions: Vec<(u16, Key)>,
}

impl Root {
    /// A key of this organization, wrapped under the current version.
    pub(super) fn wrap(&self, role: KeyRole, reference: KeyReference, key: &Key, made: Timestamp) -> WrappedKey {
        let (version, wrapping) = self.versions.last().expect("a root has a version");
        let (commitment, id) = (commitment(key), key_id(self.reference, *version));
        let binding = binding(role, &self.organization, reference, &commitment);
        let wrapped = key_wrap::wrap(wrapping, WRAP, key, &binding);
        let recipient = Recipient::new(id, &wrapped).expect("a wrapped key has 40 bytes");
        WrappedKey { version: 1, made, commitment, recipients: vec![recipient] }
    }

    /// Whether `record` is wrapped under a version that is there.
    pub(super) fn has_version_of(&self, record: &KeyRecord) -> bool {
        wrapped_under(record).is_some_and(|key| self.versions.iter().any(|(version, _)| *version == key.version()))
    }

    /// Whether `record` is wrapped under this root, in any version.
    pub(super) fn is_above(&self, record: &KeyRecord) -> bool {
        let name = self.reference.to_string();
        wrapped_under(record).is_some_and(|key| key.provider() == PROVIDER && key.id() == name)
    }

    /// Whether `record` is wrapped under the current version.
    pub(super) fn is_current_for(&self, record: &KeyRecord) -> bool {
        let current = self.versions.last().map(|(version, _)| *version);
        wrapped_under(record).map(KeyId::version) == current
    }

    /// The key of this organization that `record` keeps.
    pub(super) fn unwrap(&self, record: &KeyRecord) -> Result<Key, Error> {
        let wrapped = record.keys().last().ok_or(Error::Open)?;
        let recipient = wrapped.recipients.first().ok_or(Error::Open)?;
        let is_under = |version: u16| *recipient.key() == key_id(self.reference, version);
        let (_, wrapping) = self.versions.iter().find(|(version, _)| is_under(*version)).ok_or(Error::Open)?;
        let binding = binding(record.role(), &self.organization, record.reference(), &wrapped.commitment);
        let key = key_wrap::unwrap(wrapping, WRAP, recipient.wrapped(), &binding)?;
        checked(key, &wrapped.commitment)
    }
}

/// The root that `record`, which is none itself, is wrapped under.
pub(super) fn wrapped_under(record: &KeyRecord) -> Option<&KeyId> {
    record.keys().last()?.recipients.first().map(Recipient::key)
}

/// The name of the root that `record`, which is none itself, is wrapped under.
pub(crate) fn root_above(record: &KeyRecord) -> Result<KeyReference, Error> {
    let root = wrapped_under(record).filter(|key| key.provider() == PROVIDER).ok_or(Error::Open)?;
    root.id().parse().map_err(|_| Error::Open)
}

/// How kept keys are named as those who wrap others.
pub(super) fn key_id(reference: KeyReference, version: u16) -> KeyId {
    KeyId::new(PROVIDER, &reference.to_string(), version).expect("hexadecimal digits are printable")
}

/// What a wrapped key belongs to: its organization, its role and its name.
pub(super) fn binding(
    role: KeyRole,
    organization: &OrganizationId,
    reference: KeyReference,
    commitment: &[u8; 32],
) -> Binding {
    let role = match role {
        KeyRole::Data => "data",
        KeyRole::Index => "index",
        KeyRole::Root => "root",
    };
    let reference = reference.to_string();
    let pairs = [("organization", organization.as_str()), ("key", &reference), ("role", role)];
    Context::new(pairs).expect("three short pairs are a context").binding(commitment, false)
}

/// 32 bytes that belong to this key and to no other.
pub(super) fn commitment(key: &Key) -> [u8; 32] {
    *key.derive(&[COMMITMENT])
}

/// `key`, if it is the one that was committed to.
pub(super) fn checked(key: Key, expected: &[u8; 32]) -> Result<Key, Error> {
    let same = commitment(&key).ct_eq(expected);
    if same.into() { Ok(key) } else { Err(Error::Open) }
}

/// The provider of kept keys, as it stands in a [`KeyId`].
pub(crate) const PROVIDER: &str = "key-tree";
const COMMITMENT: &[u8] = b"axiom/key-tree/v1/commitment";
const WRAP: &[u8] = b"axiom/key-tree/v1/wrap";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_not_committed_to_is_refused() {
        let key = |byte| Key::from_bytes(&[byte; 32]);
        assert!(checked(key(1), &commitment(&key(1))).is_ok());
        assert!(matches!(checked(key(1), &commitment(&key(2))), Err(Error::Open)));
    }

    #[test]
    fn a_wrapped_key_belongs_to_its_role_name_and_organization() {
        let bindings = ["acme", "other"].into_iter().flat_map(|organization| {
            let organization: OrganizationId = organization.parse().unwrap();
            [KeyRole::Data, KeyRole::Index, KeyRole::Root].into_iter().flat_map(move |role| {
                let organization = organization.clone();
                [1, 2].map(|name| binding(role, &organization, KeyReference::from_bytes([name; 16]), &[0; 32]))
            })
        });
        let bytes: std::collections::HashSet<[u8; 64]> = bindings.map(|binding| *binding.as_bytes()).collect();
        assert_eq!(bytes.len(), 12);
    }
}
