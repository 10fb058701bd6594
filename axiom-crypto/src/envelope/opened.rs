//! The key of a message, found to be the one it commits to.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Envelope;
use crate::error::Error;
use crate::key::Key;
use crate::suite::ContentKey;

/// The data key that a message commits to; there is no way to decrypt with any other.
pub(super) struct Opened<'a> {
    envelope: &'a Envelope<'a>,
    dek: Key,
    content: ContentKey,
}

impl<'a> Opened<'a> {
    /// Checks in constant time that `dek` is the key that `envelope` commits to.
    pub(super) fn new(envelope: &'a Envelope<'a>, dek: Key) -> Result<Self, Error> {
        let (content, commitment) = envelope.header.suite.schedule(&dek);
        let same = commitment.ct_eq(&envelope.header.commitment);
        if same.into() { Ok(Self { envelope, dek, content }) } else { Err(Error::Open) }
    }

    pub(super) const fn dek(&self) -> &Key {
        &self.dek
    }

    pub(super) fn decrypt(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let header = &self.envelope.header;
        self.content.decrypt(&header.nonce, &header.to_bytes(), self.envelope.body)
    }
}
