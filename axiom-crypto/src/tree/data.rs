//! The key that encrypts what belongs to one subject, or to an organization.

use axiom_core::OrganizationId;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::envelope::{DataKey, Envelope, KeyReference, Use};
use crate::error::Error;
use crate::key::Key;
use crate::suite::{Backend, Suite};

/// An unwrapped data key, ready for use.
pub(crate) struct Data {
    pub(super) reference: KeyReference,
    pub(super) organization: OrganizationId,
    key: DataKey,
}

impl Data {
    pub(super) fn new(reference: KeyReference, organization: OrganizationId, backend: Backend, key: Key) -> Self {
        Self { reference, organization, key: DataKey::new(Suite::Xaes256Gcm, backend, key) }
    }

    /// The key itself, which wraps others.
    pub(super) const fn key(&self) -> &Key {
        self.key.dek()
    }

    /// A message that refers to this key and carries none.
    pub(crate) fn seal(&self, plaintext: &[u8], context: &Context) -> Result<Vec<u8>, Error> {
        let header = self.key.header(context, Use::Referenced(self.reference))?;
        self.key.seal(&header, &[], plaintext)
    }

    /// The plaintext of a message that refers to this key.
    pub(crate) fn open(&self, envelope: &Envelope<'_>, context: &Context) -> Result<Zeroizing<Vec<u8>>, Error> {
        let committed = self.key.commitment().ct_eq(envelope.header.commitment());
        if !bool::from(committed) || envelope.header.reference() != Some(self.reference) {
            return Err(Error::Open);
        }
        envelope.check_context(context)?;
        self.key.open(&envelope.header, envelope.body)
    }
}
