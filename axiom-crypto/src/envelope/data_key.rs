//! A data key with what follows from it.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::frames::Frames;
use super::header::Header;
use super::message::front;
use super::{KeyReference, Recipient};
use crate::context::Context;
use crate::error::Error;
use crate::key::Key;
use crate::suite::{Backend, Commitment, ContentKey, Nonce, Suite, TAG_LEN};

/// A data key, the key that encrypts bodies, and the commitment to both; wiped when it is dropped.
pub(crate) struct DataKey {
    suite: Suite,
    dek: Key,
    content: ContentKey,
    commitment: Commitment,
}

/// Who else may use a message's data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// No other message.
    Alone,
    /// Every message that carries this reference.
    Referenced(KeyReference),
    /// Other messages of the same scope.
    Shared,
}

impl DataKey {
    pub(crate) fn new(suite: Suite, backend: Backend, dek: Key) -> Self {
        let (content, commitment) = ContentKey::schedule(suite, backend, &dek);
        Self { suite, dek, content, commitment }
    }

    /// The key of `header`'s message, if that is what `dek` is; compared in constant time.
    pub(crate) fn of(header: &Header, backend: Backend, dek: Key) -> Result<Self, Error> {
        let key = Self::new(header.suite, backend, dek);
        let same = key.commitment.ct_eq(&header.commitment);
        if same.into() { Ok(key) } else { Err(Error::Open) }
    }

    pub(crate) const fn dek(&self) -> &Key {
        &self.dek
    }

    pub(crate) const fn commitment(&self) -> &Commitment {
        &self.commitment
    }

    /// The header of a new message, with a nonce that nobody has used.
    pub(crate) fn header(&self, context: &Context, used: Use) -> Result<Header, Error> {
        Ok(self.header_with(self.nonce()?, context, used))
    }

    /// The header of a new message in frames of 2^`frame` bytes, with a nonce that nobody has used.
    ///
    /// No other message has its data key, so the 56 random bits that the frames leave of a short nonce are not even
    /// needed.
    pub(crate) fn framed_header(&self, context: &Context, frame: u8) -> Result<Header, Error> {
        let nonce = Nonce::random(self.suite)?.of_frame(0, false);
        Ok(Header { frame, ..self.header_with(nonce, context, Use::Alone) })
    }

    /// The header of a message with this nonce; apart from tests only [`header`](Self::header) calls it.
    pub(super) fn header_with(&self, nonce: Nonce, context: &Context, used: Use) -> Header {
        let reference = match used {
            Use::Referenced(reference) => Some(reference),
            Use::Alone | Use::Shared => None,
        };
        let (commitment, context, shared) = (self.commitment, context.digest(), used == Use::Shared);
        Header { suite: self.suite, shared, reference, commitment, context, nonce, frame: 0 }
    }

    /// The message with this header, recipients and content.
    ///
    /// The plaintext is encrypted where it lands; the room is reserved first, so that no copy of it is left behind.
    pub(crate) fn seal(&self, header: &Header, recipients: &[Recipient], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let (mut message, aad_len) = front(header, recipients, plaintext.len() + TAG_LEN)?;
        let start = message.len();
        self.content.finish(&header.nonce, aad_len, start, plaintext, &mut message)?;
        Ok(message)
    }

    pub(super) const fn content(&self) -> &ContentKey {
        &self.content
    }

    /// A nonce that nobody has used with this key.
    pub(super) fn nonce(&self) -> Result<Nonce, Error> {
        Nonce::random(self.suite)
    }

    /// The plaintext of a body, in one piece or in frames.
    pub(crate) fn open(&self, header: &Header, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        match Frames::new(header, &self.content) {
            None => self.content.decrypt(&header.nonce, &header.to_bytes(), body),
            Some(frames) => frames.open_all(body),
        }
    }

    /// What seals and opens the frames of `header`'s message, unless its body is in one piece.
    pub(crate) fn into_frames(self, header: &Header) -> Option<Frames<ContentKey>> {
        Frames::new(header, self.content.of_message(&header.nonce))
    }
}
