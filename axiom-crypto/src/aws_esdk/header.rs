//! What precedes the body of a message.

use core::num::NonZero;
use std::io::Read;

use super::keys::Commitment;
use super::transcript::Transcript;
use super::{EncryptedDataKey, EncryptionContext};
use crate::error::Error;

/// The header of a message, without its tag: nothing in it has been authenticated yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub(super) id: MessageId,
    pub(super) context: EncryptionContext,
    pub(super) data_keys: Vec<EncryptedDataKey>,
    pub(super) frame_length: NonZero<u32>,
    pub(super) commitment: Commitment,
}

impl Header {
    /// The encryption context.
    #[must_use]
    pub const fn context(&self) -> &EncryptionContext {
        &self.context
    }

    /// The keys that open the message.
    #[must_use]
    pub fn data_keys(&self) -> &[EncryptedDataKey] {
        &self.data_keys
    }

    /// The length of a frame's content, in bytes.
    #[must_use]
    pub const fn frame_length(&self) -> NonZero<u32> {
        self.frame_length
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let context = self.context.to_bytes();
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&SUITE.to_be_bytes());
        bytes.extend_from_slice(&self.id);
        bytes.extend_from_slice(&(context.len() as u16).to_be_bytes());
        bytes.extend_from_slice(&context);
        bytes.extend_from_slice(&(self.data_keys.len() as u16).to_be_bytes());
        self.data_keys.iter().for_each(|key| key.write(&mut bytes));
        bytes.push(FRAMED);
        bytes.extend_from_slice(&self.frame_length.get().to_be_bytes());
        bytes.extend_from_slice(&self.commitment);
        bytes
    }

    /// Reads a header up to its tag.
    pub(super) fn read(source: &mut Transcript<impl Read>) -> Result<Self, Error> {
        let [version] = source.array()?;
        check_version(version)?;
        check_suite(source.u16()?)?;
        let id = source.array()?;
        let context = EncryptionContext::from_bytes(source.prefixed()?).ok_or(Error::Open)?;
        let count = source.u16()?;
        if !(1..=MAX_DATA_KEYS).contains(&count.into()) {
            return Err(Error::Open);
        }
        let data_keys = (0..count).map(|_| EncryptedDataKey::read(source)).collect::<Result<_, _>>()?;
        let [content_type] = source.array()?;
        check_content_type(content_type)?;
        let frame_length = NonZero::new(source.array().map(u32::from_be_bytes)?).ok_or(Error::Open)?;
        Ok(Self { id, context, data_keys, frame_length, commitment: source.array()? })
    }
}

fn check_version(version: u8) -> Result<(), Error> {
    match version {
        VERSION => Ok(()),
        1 => Err(Error::Unsupported { what: "message format version 1, which does not commit to its key" }),
        _ => Err(Error::Open),
    }
}

fn check_suite(suite: u16) -> Result<(), Error> {
    match suite {
        SUITE => Ok(()),
        SIGNED_SUITE => Err(Error::Unsupported { what: "algorithm suite 0x0578, which signs with ECDSA" }),
        _ => Err(Error::Unsupported { what: "an algorithm suite other than 0x0478" }),
    }
}

fn check_content_type(content_type: u8) -> Result<(), Error> {
    match content_type {
        FRAMED => Ok(()),
        NON_FRAMED => Err(Error::Unsupported { what: "a body without frames" }),
        _ => Err(Error::Open),
    }
}

pub(super) type MessageId = [u8; 32];

pub(super) const MAX_DATA_KEYS: usize = 16;
/// AES-256-GCM with key commitment, HKDF-SHA512, unsigned.
pub(super) const SUITE: u16 = 0x0478;
const SIGNED_SUITE: u16 = 0x0578;
const VERSION: u8 = 2;
const NON_FRAMED: u8 = 1;
const FRAMED: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn header(data_keys: usize) -> Header {
        let data_key =
            EncryptedDataKey { provider: "host".into(), info: (*b"info").into(), ciphertext: (*b"ciphertext").into() };
        Header {
            id: [1; 32],
            context: EncryptionContext::new([("a", "b")]).unwrap(),
            data_keys: vec![data_key; data_keys],
            frame_length: NonZero::new(5).unwrap(),
            commitment: [2; 32],
        }
    }

    fn read(bytes: &[u8]) -> Result<Header, Error> {
        Header::read(&mut Transcript::new(bytes))
    }

    #[test]
    fn a_header_reads_back_and_not_when_it_is_cut() {
        let bytes = header(2).to_bytes();
        assert_eq!(read(&bytes).unwrap(), header(2));
        for length in 0..bytes.len() {
            assert!(matches!(read(&bytes[..length]), Err(Error::Open)), "{length}");
        }
    }

    #[test]
    fn one_to_sixteen_data_keys_are_read() {
        for (count, valid) in [(0, false), (1, true), (16, true), (17, false)] {
            assert_eq!(read(&header(count).to_bytes()).is_ok(), valid, "{count}");
        }
    }

    #[test]
    fn what_is_not_supported_is_named() {
        let bytes = header(1).to_bytes();
        let content_type = bytes.len() - 37;
        let changed = |place: usize, value: u8| {
            let mut bytes = bytes.clone();
            bytes[place] = value;
            read(&bytes).unwrap_err()
        };
        for (place, value, name) in
            [(0, 1, "version 1"), (1, 5, "0x0578"), (1, 0, "other than"), (content_type, 1, "without frames")]
        {
            assert!(changed(place, value).to_string().contains(name), "{name}");
        }
        assert!(matches!(changed(0, 3), Error::Open));
        assert!(matches!(changed(content_type, 3), Error::Open));
    }

    #[test]
    fn a_frame_length_of_zero_is_refused() {
        let mut bytes = header(1).to_bytes();
        let place = bytes.len() - 36;
        bytes[place..place + 4].fill(0);
        assert!(matches!(read(&bytes), Err(Error::Open)));
    }
}
