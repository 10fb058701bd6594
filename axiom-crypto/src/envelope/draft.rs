//! A message in the making.

use super::message::front;
use super::{Header, Recipient};
use crate::context::Context;
use crate::error::Error;
use crate::key::Key;
use crate::suite::{ContentKey, Nonce, Suite};

/// A message that has its keys and lacks its recipient.
///
/// Finishing consumes it, so a data key never encrypts twice.
pub(super) struct Draft {
    dek: Key,
    content: ContentKey,
    header: Header,
}

impl Draft {
    /// A draft with a fresh data key and a fresh nonce.
    pub(super) fn random(context: &Context) -> Result<Self, Error> {
        let mut nonce = Nonce::default();
        getrandom::fill(&mut nonce).map_err(|_| Error::Random)?;
        Ok(Self::new(Key::generate()?, nonce, context))
    }

    /// A draft with these; apart from tests only [`random`](Self::random) calls it.
    pub(super) fn new(dek: Key, nonce: Nonce, context: &Context) -> Self {
        let suite = Suite::Aes256Gcm;
        let (content, commitment) = suite.schedule(&dek);
        Self { dek, content, header: Header { suite, commitment, context: context.digest(), nonce } }
    }

    pub(super) const fn dek(&self) -> &Key {
        &self.dek
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    /// The message with this one recipient.
    pub(super) fn finish(self, plaintext: &[u8], recipient: Recipient) -> Result<Vec<u8>, Error> {
        let mut message = front(&self.header, &[recipient])?;
        self.content.encrypt(&self.header.nonce, &self.header.to_bytes(), plaintext, &mut message)?;
        Ok(message)
    }
}
