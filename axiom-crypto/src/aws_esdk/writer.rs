//! A message being written.

use core::num::NonZero;

use super::header::{Header, MAX_DATA_KEYS, MessageId};
use super::keys::{MessageKeys, Place, TAG_LEN};
use super::{EncryptionContext, RawAesKeyring};
use crate::error::Error;
use crate::key::Key;

/// The keys of a new message, and how many of its frames are written.
pub(super) struct Writer {
    keys: MessageKeys,
    frames: u32,
}

impl Writer {
    /// A message under a fresh data key: its header with its tag, and the writer of its frames.
    pub(super) fn start(
        context: &EncryptionContext,
        keyrings: &[&RawAesKeyring],
        frame_length: NonZero<u32>,
    ) -> Result<(Self, Vec<u8>), Error> {
        if !(1..=MAX_DATA_KEYS).contains(&keyrings.len()) {
            return Err(Error::Invalid { what: "message", reason: "must have 1 to 16 keyrings" });
        }
        let data_key = Key::generate()?;
        let mut id = MessageId::default();
        getrandom::fill(&mut id).map_err(|_| Error::Random)?;
        let bound = context.to_bytes();
        let data_keys = keyrings.iter().map(|keyring| keyring.wrap(&data_key, &bound)).collect::<Result<_, _>>()?;
        let keys = MessageKeys::derive(&data_key, id);
        let header = Header { id, context: context.clone(), data_keys, frame_length, commitment: *keys.commitment() };
        let mut message = header.to_bytes();
        message.extend_from_slice(&keys.header_tag(&message));
        Ok((Self { keys, frames: 0 }, message))
    }

    /// A writer of frames under these keys that has written some already.
    #[cfg(test)]
    pub(super) const fn resume(keys: MessageKeys, frames: u32) -> Self {
        Self { keys, frames }
    }

    /// Appends the next frame to `message`, encrypted where it lands.
    pub(super) fn frame(&mut self, content: &[u8], last: bool, message: &mut Vec<u8>) -> Result<(), Error> {
        let too_long = || Error::Invalid { what: "plaintext", reason: "must fit into 2^32 - 1 frames" };
        self.frames = self.frames.checked_add(1).ok_or_else(too_long)?;
        let place = Place { sequence: self.frames, last };
        // Reserved first, so that no copy of a plaintext is left behind by a move.
        message.reserve(LAST_OVERHEAD + content.len());
        if last {
            message.extend_from_slice(&LAST_FRAME.to_be_bytes());
        }
        message.extend_from_slice(&place.sequence.to_be_bytes());
        message.extend_from_slice(&place.iv());
        if last {
            message.extend_from_slice(&(content.len() as u32).to_be_bytes());
        }
        let start = message.len();
        message.extend_from_slice(content);
        let tag = self.keys.seal(place, &mut message[start..]);
        message.extend_from_slice(&tag);
        Ok(())
    }
}

/// What stands before the number of the last frame. No other frame has this number for its own; it would be the last.
pub(super) const LAST_FRAME: u32 = u32::MAX;
/// What a frame has beside its content.
pub(super) const OVERHEAD: usize = 4 + 12 + TAG_LEN;
/// What the last frame has beside its content.
pub(super) const LAST_OVERHEAD: usize = OVERHEAD + 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_frames_does_not_wrap() {
        let keys = MessageKeys::derive(&Key::from_bytes(&[7; 32]), [1; 32]);
        let mut writer = Writer::resume(keys, u32::MAX - 1);
        let mut message = Vec::new();
        writer.frame(b"", true, &mut message).unwrap();
        assert!(matches!(writer.frame(b"", true, &mut message), Err(Error::Invalid { .. })));
    }
}
