//! The nonce of a message.

use super::Suite;
use crate::error::Error;
use crate::random;

/// A nonce as long as its suite wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nonce {
    bytes: [u8; 24],
    len: u8,
}

impl Nonce {
    /// How many of its last bytes number the frames of a message.
    pub(crate) const COUNTER_LEN: usize = 5;

    /// A nonce that nobody has used.
    pub(crate) fn random(suite: Suite) -> Result<Self, Error> {
        let mut nonce = Self { bytes: [0; 24], len: suite.nonce_len() as u8 };
        random::fill(&mut nonce.bytes[..suite.nonce_len()])?;
        Ok(nonce)
    }

    /// The nonce with these bytes, or `None` where the suite wants another number of them.
    pub(crate) fn from_bytes(suite: Suite, bytes: &[u8]) -> Option<Self> {
        let mut nonce = Self { bytes: [0; 24], len: suite.nonce_len() as u8 };
        if bytes.len() != suite.nonce_len() {
            return None;
        }
        nonce.bytes[..bytes.len()].copy_from_slice(bytes);
        Some(nonce)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len.into()]
    }

    /// The part that XAES-256-GCM derives a key from, empty for other suites.
    pub(super) fn front(&self) -> Option<&[u8; 12]> {
        self.as_bytes().split_first_chunk().filter(|(_, back)| !back.is_empty()).map(|(front, _)| front)
    }

    /// The 12 bytes that AES-GCM takes.
    pub(super) fn back(&self) -> &[u8; 12] {
        self.as_bytes().last_chunk().expect("a nonce has 12 or 24 bytes")
    }

    /// The nonce of one frame of a message: the last bytes are its number and whether it is the last.
    ///
    /// This is the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (CRYPTO 2015) with a 32-bit counter.
    pub(crate) fn of_frame(mut self, number: u32, last: bool) -> Self {
        let at = usize::from(self.len) - Self::COUNTER_LEN;
        self.bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
        self.bytes[at + 4] = last.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frames_nonce_ends_with_its_number_and_whether_it_is_the_last() {
        for suite in Suite::ALL {
            let nonce = Nonce::from_bytes(suite, &vec![0xaa; suite.nonce_len()]).unwrap();
            let frame = nonce.of_frame(0x0102_0304, true);
            let (front, back) = frame.as_bytes().split_at(suite.nonce_len() - 5);
            assert!(front.iter().all(|byte| *byte == 0xaa));
            assert_eq!(back, [1, 2, 3, 4, 1]);
            assert_ne!(frame, nonce.of_frame(0x0102_0304, false));
        }
    }

    #[test]
    fn a_nonce_of_another_length_is_refused() {
        for suite in Suite::ALL {
            for len in [0, 11, 13, 23, 25] {
                assert_eq!(Nonce::from_bytes(suite, &vec![0; len]), None, "{suite} {len}");
            }
        }
    }
}
