//! A message being read.

use std::io::Read;

use super::header::Header;
use super::keys::{MessageKeys, Place, Tag};
use super::transcript::{self, Transcript};
use super::writer::LAST_FRAME;
use super::{EncryptionContext, RawAesKeyring};
use crate::error::Error;

/// A message whose header is authentic, and how many of its frames have been read.
pub(super) struct Reader<R> {
    source: R,
    header: Header,
    keys: MessageKeys,
    frames: u32,
}

impl<R: Read> Reader<R> {
    /// Reads the header and checks it: a keyring opens it, it commits to its key, its tag holds, and it has the pairs
    /// that the caller asks for.
    pub(super) fn start(source: R, required: &EncryptionContext, keyrings: &[&RawAesKeyring]) -> Result<Self, Error> {
        let mut transcript = Transcript::new(source);
        let header = Header::read(&mut transcript)?;
        let (mut source, bytes) = transcript.finish();
        let tag = transcript::array(&mut source)?;
        let keys = keys_of(&header, keyrings).ok_or(Error::Open)?;
        keys.check_header(&bytes, &tag)?;
        if header.context.contains(required) { Ok(Self { source, header, keys, frames: 0 }) } else { Err(Error::Open) }
    }

    /// Appends the content of the next frame to `plaintext` and says whether it was the last one.
    ///
    /// Where it fails, what it has appended is not to be used.
    pub(super) fn frame(&mut self, plaintext: &mut Vec<u8>) -> Result<bool, Error> {
        let (place, length) = self.frame_start()?;
        let start = plaintext.len();
        transcript::take(&mut self.source, length.into(), plaintext)?;
        let tag: Tag = transcript::array(&mut self.source)?;
        self.keys.open(place, &mut plaintext[start..], &tag)?;
        Ok(place.last)
    }

    /// Makes sure that nothing follows, and gives the authentic context.
    pub(super) fn finish(mut self) -> Result<EncryptionContext, Error> {
        match transcript::fill(&mut self.source, &mut [0])? {
            0 => Ok(self.header.context),
            _ => Err(Error::Open),
        }
    }

    /// The next frame's place and length. Its number and IV must be the ones that are due.
    fn frame_start(&mut self) -> Result<(Place, u32), Error> {
        let limit = self.header.frame_length.get();
        let first = self.number()?;
        let last = first == LAST_FRAME;
        let sequence = if last { self.number()? } else { first };
        self.frames = self.frames.checked_add(1).ok_or(Error::Open)?;
        let place = Place { sequence: self.frames, last };
        let iv = transcript::array(&mut self.source)?;
        let length = if last { self.number()? } else { limit };
        let due = sequence == place.sequence && place.iv() == iv && length <= limit;
        if due { Ok((place, length)) } else { Err(Error::Open) }
    }

    fn number(&mut self) -> Result<u32, Error> {
        transcript::array(&mut self.source).map(u32::from_be_bytes)
    }
}

/// The keys that a message commits to, of the first data key that a keyring opens.
fn keys_of(header: &Header, keyrings: &[&RawAesKeyring]) -> Option<MessageKeys> {
    let context = header.context.to_bytes();
    let candidates = header.data_keys.iter().flat_map(|key| keyrings.iter().map(move |keyring| (key, keyring)));
    let data_key = candidates.into_iter().find_map(|(key, keyring)| keyring.unwrap(key, &context))?;
    let keys = MessageKeys::derive(&data_key, header.id);
    keys.commit_to(&header.commitment).then_some(keys)
}

#[cfg(test)]
mod tests {
    use core::num::NonZero;

    use super::*;
    use crate::aws_esdk::writer::Writer;
    use crate::key::Key;

    /// A message of one who holds the key and breaks a rule: everything in it is authentic.
    fn forged(change: impl FnOnce(&mut Header), content: &[u8]) -> Result<Vec<u8>, Error> {
        let keyring = RawAesKeyring::new("host", "name", &Key::from_bytes(&[7; 32])).unwrap();
        let (data_key, context) = (Key::from_bytes(&[9; 32]), EncryptionContext::default());
        let keys = MessageKeys::derive(&data_key, [1; 32]);
        let mut header = Header {
            id: [1; 32],
            data_keys: vec![keyring.wrap(&data_key, &context.to_bytes()).unwrap()],
            context,
            frame_length: NonZero::new(4).unwrap(),
            commitment: *keys.commitment(),
        };
        change(&mut header);
        let mut message = header.to_bytes();
        message.extend_from_slice(&keys.header_tag(&message));
        Writer::resume(keys, 0).frame(content, true, &mut message).unwrap();
        crate::aws_esdk::decrypt(&message, &EncryptionContext::default(), &[&keyring])
            .map(|decrypted| decrypted.plaintext.to_vec())
    }

    #[test]
    fn a_message_that_commits_to_another_key_is_refused() {
        assert_eq!(forged(|_| (), b"1234").unwrap(), b"1234");
        assert!(matches!(forged(|header| header.commitment[0] ^= 1, b"1234"), Err(Error::Open)));
    }

    #[test]
    fn a_last_frame_longer_than_a_frame_is_refused() {
        assert!(matches!(forged(|_| (), b"12345"), Err(Error::Open)));
    }

    #[test]
    fn a_context_that_the_data_key_is_not_bound_to_is_refused() {
        let context = EncryptionContext::new([("a", "b")]).unwrap();
        assert!(matches!(forged(|header| header.context = context, b"1234"), Err(Error::Open)));
    }
}
