//! The immutable part of a message.

use axiom_core::Digest;

use super::KeyReference;
use super::frames::shape;
use crate::context::Context;
use crate::error::Error;
use crate::provider::Binding;
use crate::suite::{Commitment, Nonce, Suite, TAG_LEN};

/// The immutable part of a message: what its body is bound to.
///
/// It is the same for the whole life of the message; see the [format](crate::envelope#format-axe1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub(crate) suite: Suite,
    pub(crate) shared: bool,
    pub(crate) reference: Option<KeyReference>,
    pub(crate) commitment: Commitment,
    pub(crate) context: Digest,
    pub(crate) nonce: Nonce,
    /// The binary logarithm of the length of a frame, 0 where the body is in one piece.
    pub(crate) frame: u8,
}

impl Header {
    /// How the body is encrypted.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// Whether other messages may have the same data key.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    /// The key that takes the place of recipients, where there is one.
    #[must_use]
    pub const fn reference(&self) -> Option<KeyReference> {
        self.reference
    }

    /// The commitment to the message's data key.
    #[must_use]
    pub const fn commitment(&self) -> &[u8; 32] {
        &self.commitment
    }

    /// The digest of the message's [`Context`].
    #[must_use]
    pub const fn context(&self) -> Digest {
        self.context
    }

    /// The length of a frame of the body in bytes of plaintext, or `None` where it is in one piece.
    #[must_use]
    pub fn frame_len(&self) -> Option<usize> {
        (self.frame > 0).then(|| 1 << self.frame)
    }

    /// The length of the plaintext of a body of `body` bytes, or `None` where no body has this length.
    #[must_use]
    pub fn plaintext_len(&self, body: u64) -> Option<u64> {
        match self.frame_len() {
            None => body.checked_sub(TAG_LEN as u64),
            Some(frame) => shape(body, frame).map(|(_, len)| len),
        }
    }

    /// What the message's wrapped data keys are bound to, provided that `context` is the message's own.
    #[must_use]
    pub fn binding(&self, context: &Context) -> Binding {
        context.binding(&self.commitment, self.shared)
    }

    /// The header as it stands in the message: 84, 96 or 112 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MAX_LEN);
        self.write(&mut bytes);
        bytes
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let reference: &[u8] = self.reference.as_ref().map_or(&[], |reference| reference.as_bytes());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[self.suite.id(), self.shared.into(), reference.len() as u8]);
        bytes.extend_from_slice(reference);
        bytes.extend_from_slice(&self.commitment);
        bytes.extend_from_slice(self.context.as_bytes());
        bytes.extend_from_slice(self.nonce.as_bytes());
        bytes.push(self.frame);
    }

    /// The header that `bytes` starts with, and the rest.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Error> {
        Self::parse(bytes).ok_or(Error::Open)
    }

    fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&[suite, flags, reference], rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk()?;
        let suite = Suite::from_id(suite)?;
        let shared = match flags {
            0 => false,
            SHARED => true,
            _ => return None,
        };
        let (reference, rest) = match usize::from(reference) {
            0 => (None, rest),
            KeyReference::LEN => rest.split_first_chunk().map(|(bytes, rest)| (Some(*bytes), rest))?,
            _ => return None,
        };
        let (commitment, rest) = rest.split_first_chunk()?;
        let (context, rest) = rest.split_first_chunk()?;
        let (nonce, rest) = rest.split_at_checked(suite.nonce_len())?;
        let (&frame, rest) = rest.split_first()?;
        let header = Self {
            suite,
            shared,
            reference: reference.map(KeyReference::from_bytes),
            commitment: *commitment,
            context: Digest::from_bytes(*context),
            nonce: Nonce::from_bytes(suite, nonce)?,
            frame,
        };
        header.is_sound().then_some((header, rest))
    }

    /// Whether what it says goes together.
    ///
    /// A referenced key is shared by many processes, which nobody counts the messages of, and a frame's nonce has only
    /// 56 random bits: both are safe where a nonce of 192 bits gives each message a key of its own. A referenced key
    /// has no wrapped form that a scope could be bound to.
    fn is_sound(&self) -> bool {
        let roomy = self.suite == Suite::Xaes256Gcm;
        let framed = self.frame > 0;
        let counter = &self.nonce.as_bytes()[self.suite.nonce_len() - Nonce::COUNTER_LEN..];
        (self.reference.is_none() || (roomy && !self.shared))
            && (!framed || FRAMES.contains(&self.frame))
            && (!framed || roomy || !self.shared)
            && (!framed || counter.iter().all(|byte| *byte == 0))
    }
}

/// The longest header.
pub(super) const MAX_LEN: usize = 112;
/// Where the context digest stands in a header without a reference, and the nonce behind it.
pub(super) const CONTEXT_AT: usize = 39;
pub(super) const NONCE_AT: usize = CONTEXT_AT + 32;

pub(super) const MAGIC: &[u8; 4] = b"AXE1";
const SHARED: u8 = 1;
/// Frames of 4 KiB to 1 MiB.
pub(crate) const FRAMES: core::ops::RangeInclusive<u8> = 12..=20;

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(in crate::envelope) fn any_header() -> impl Strategy<Value = Header> {
        let suite = proptest::sample::select(&Suite::ALL);
        let reference = proptest::option::of(any::<[u8; 16]>());
        (suite, reference, any::<bool>(), any::<[u8; 32]>(), any::<[u8; 32]>(), any::<[u8; 24]>()).prop_map(
            |(suite, reference, shared, commitment, context, nonce)| {
                let reference = reference.filter(|_| suite == Suite::Xaes256Gcm);
                Header {
                    suite,
                    shared: shared && reference.is_none(),
                    reference: reference.map(KeyReference::from_bytes),
                    commitment,
                    context: Digest::from_bytes(context),
                    nonce: Nonce::from_bytes(suite, &nonce[..suite.nonce_len()]).unwrap(),
                    frame: 0,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn a_header_reads_back_and_has_one_encoding(header in any_header(), tail in any::<[u8; 3]>()) {
            let bytes = [&header.to_bytes()[..], &tail].concat();
            prop_assert_eq!(Header::read(&bytes).unwrap(), (header, &tail[..]));
        }

        #[test]
        fn a_cut_header_is_refused(header in any_header()) {
            let bytes = header.to_bytes();
            for len in 0..bytes.len() {
                prop_assert!(Header::read(&bytes[..len]).is_err());
            }
        }

        #[test]
        fn unknown_suites_flags_references_and_frames_are_refused(header in any_header(), value in any::<u8>()) {
            let mut bytes = header.to_bytes();
            let last = bytes.len() - 1;
            let known: [(usize, &[u8]); 4] = [(4, &[1, 2, 3]), (5, &[0, 1]), (6, &[0, 16]), (last, &[0])];
            for (index, values) in known {
                let before = core::mem::replace(&mut bytes[index], value);
                prop_assert!(values.contains(&value) || (index == last && FRAMES.contains(&value))
                    || Header::read(&bytes).is_err(), "{} at {}", value, index);
                bytes[index] = before;
            }
        }
    }

    fn reads(suite: Suite, shared: bool, reference: bool, frame: u8, nonce: Nonce) -> bool {
        let reference = reference.then(|| KeyReference::from_bytes([7; 16]));
        let (commitment, context) = ([1; 32], Digest::from_bytes([2; 32]));
        let header = Header { suite, shared, reference, commitment, context, nonce, frame };
        Header::read(&header.to_bytes()).is_ok()
    }

    #[test]
    fn what_many_share_needs_long_nonces() {
        for suite in Suite::ALL {
            let nonce = Nonce::from_bytes(suite, &vec![0; suite.nonce_len()]).unwrap();
            let roomy = suite == Suite::Xaes256Gcm;
            assert!(reads(suite, false, false, 0, nonce) && reads(suite, false, false, 16, nonce));
            assert!(reads(suite, true, false, 0, nonce));
            assert_eq!(reads(suite, true, false, 16, nonce), roomy, "{suite}");
            assert_eq!(reads(suite, false, true, 0, nonce), roomy, "{suite}");
            assert_eq!(reads(suite, false, true, 16, nonce), roomy, "{suite}");
            assert!(!reads(suite, true, true, 0, nonce));
        }
    }

    #[test]
    fn a_framed_headers_nonce_ends_with_zeros() {
        for suite in Suite::ALL {
            let zeros = Nonce::from_bytes(suite, &vec![0; suite.nonce_len()]).unwrap();
            for nonce in [zeros.of_frame(1, false), zeros.of_frame(0, true)] {
                assert!(!reads(suite, false, false, 16, nonce), "{suite}");
            }
        }
    }
}
