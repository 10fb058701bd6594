//! The keys of one organization, asked for type by type.

use std::sync::Arc;

use axiom_core::{OrganizationId, PseudonymKeys, PseudonymScope};

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

    pub(super) fn of<'a>(&'a self, kind: &'a str) -> PseudonymScope<'a> {
        PseudonymScope::new(&self.organization, kind)
    }
}
