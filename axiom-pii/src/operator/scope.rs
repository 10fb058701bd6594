//! The keys of one organization, asked for type by type.

use std::sync::Arc;

use axiom_core::{BlockCipher, OrganizationId, PseudonymError, PseudonymKeys, PseudonymScope};

/// The keys of one organization's pseudonyms.
#[derive(Clone)]
pub(super) struct Scope {
    organization: OrganizationId,
    keys: Arc<dyn PseudonymKeys>,
}

impl Scope {
    pub(super) const fn new(organization: OrganizationId, keys: Arc<dyn PseudonymKeys>) -> Self {
        Self { organization, keys }
    }

    pub(super) const fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// The code of `message` for `purpose`, whose name has no zero byte; so no two purposes have a message in common.
    pub(super) fn mac(&self, kind: &str, purpose: &str, message: &str) -> Option<[u8; 32]> {
        let message = [purpose.as_bytes(), &[0], message.as_bytes()].concat();
        self.keys.mac(&self.of(kind), &message).ok()
    }

    /// The block cipher for values of this type.
    pub(super) fn cipher(&self, kind: &str) -> Option<Box<dyn BlockCipher>> {
        self.keys.cipher(&self.of(kind)).ok()
    }

    /// The tweak of format-preserving encryption: purpose and organization, with a zero byte behind each, which neither
    /// has; the length of the type, in four bytes, and the type; the rest.
    pub(super) fn tweak(&self, purpose: &str, kind: &str, rest: &[u8]) -> Vec<u8> {
        let length = u32::try_from(kind.len()).unwrap_or(u32::MAX).to_be_bytes();
        let organization = self.organization.as_str().as_bytes();
        [purpose.as_bytes(), &[0], organization, &[0], &length, kind.as_bytes(), rest].concat()
    }

    pub(super) fn seal(&self, kind: &str, value: &str) -> Option<Vec<u8>> {
        self.keys.seal(&self.of(kind), value.as_bytes()).ok()
    }

    pub(super) fn open(&self, kind: &str, sealed: &[u8]) -> Result<Vec<u8>, PseudonymError> {
        self.keys.open(&self.of(kind), sealed)
    }

    fn of<'a>(&'a self, kind: &'a str) -> PseudonymScope<'a> {
        PseudonymScope::new(&self.organization, kind)
    }
}
