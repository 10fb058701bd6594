//! The immutable part of a message.

use axiom_core::Digest;

use crate::error::Error;
use crate::provider::Binding;
use crate::suite::{Commitment, Nonce, Suite};

/// The immutable part of a message: what its body is bound to.
///
/// It is the same for the whole life of the message; see the [format](crate::envelope#format-axe1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub(super) suite: Suite,
    pub(super) commitment: Commitment,
    pub(super) context: Digest,
    pub(super) nonce: Nonce,
}

impl Header {
    /// The length of the encoded header, in bytes.
    pub const LEN: usize = 84;

    /// The commitment to the message's data key.
    #[must_use]
    pub const fn commitment(&self) -> &[u8; 32] {
        &self.commitment
    }

    /// The digest of the message's [`Context`](crate::Context).
    #[must_use]
    pub const fn context(&self) -> Digest {
        self.context
    }

    /// What the message's wrapped data keys are bound to.
    #[must_use]
    pub fn binding(&self) -> Binding {
        Binding::new(self.context.as_bytes(), &self.commitment)
    }

    /// The header as it stands in the message.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[4] = self.suite.id();
        bytes[5..7].copy_from_slice(&[FLAGS, REFERENCE_LEN]);
        bytes[7..39].copy_from_slice(&self.commitment);
        bytes[39..71].copy_from_slice(self.context.as_bytes());
        bytes[71..83].copy_from_slice(&self.nonce);
        bytes[83] = FRAME_SIZE;
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; Self::LEN]) -> Result<Self, Error> {
        let suite = Suite::from_id(bytes[4]).ok_or(Error::Open)?;
        let header = Self {
            suite,
            commitment: array(bytes, 7),
            context: Digest::from_bytes(array(bytes, 39)),
            nonce: array(bytes, 71),
        };
        // Whatever is not a field must have its one value, and so the encoding of a header is unique.
        if header.to_bytes() == *bytes { Ok(header) } else { Err(Error::Open) }
    }
}

fn array<const N: usize>(bytes: &[u8; Header::LEN], start: usize) -> [u8; N] {
    bytes[start..start + N].try_into().expect("a slice of N bytes")
}

const MAGIC: &[u8; 4] = b"AXE1";
const FLAGS: u8 = 0;
const REFERENCE_LEN: u8 = 0;
const FRAME_SIZE: u8 = 0;

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(in crate::envelope) fn any_header() -> impl Strategy<Value = Header> {
        (any::<[u8; 32]>(), any::<[u8; 32]>(), any::<[u8; 12]>()).prop_map(|(commitment, context, nonce)| Header {
            suite: Suite::Aes256Gcm,
            commitment,
            context: Digest::from_bytes(context),
            nonce,
        })
    }

    proptest! {
        #[test]
        fn a_header_reads_back(header in any_header()) {
            prop_assert_eq!(Header::from_bytes(&header.to_bytes()).unwrap(), header);
        }

        #[test]
        fn unknown_suites_flags_references_and_frames_are_refused(header in any_header(), value in any::<u8>()) {
            for (index, known) in [(4, 1), (5, 0), (6, 0), (83, 0)] {
                let mut bytes = header.to_bytes();
                bytes[index] = value;
                prop_assert_eq!(Header::from_bytes(&bytes).is_ok(), value == known);
            }
        }
    }
}
