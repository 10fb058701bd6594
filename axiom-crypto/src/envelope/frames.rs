//! A body in frames.

use core::borrow::Borrow;

use zeroize::Zeroizing;

use super::header::Header;
use crate::error::Error;
use crate::suite::{ContentKey, Nonce, TAG_LEN, Tag};

/// What seals and opens the frames of one message.
pub(crate) struct Frames<K> {
    key: K,
    nonce: Nonce,
    aad: Vec<u8>,
    len: usize,
}

impl<K: Borrow<ContentKey>> Frames<K> {
    /// The frames of `header`'s message, unless its body is in one piece.
    pub(crate) fn new(header: &Header, key: K) -> Option<Self> {
        Some(Self { key, nonce: header.nonce, aad: header.to_bytes(), len: header.frame_len()? })
    }

    /// The length of the plaintext of a frame that is not the last.
    pub(crate) const fn frame_len(&self) -> usize {
        self.len
    }

    /// Encrypts the plaintext of a frame where it is and answers with the tag.
    ///
    /// Each number is given once, and only the last frame is not full.
    pub(crate) fn seal(&self, number: u64, last: bool, frame: &mut [u8]) -> Result<Tag, Error> {
        let place = u32::try_from(number).map_err(|_| Error::TooLong)?;
        debug_assert!(self.fits(number, last, frame.len()), "a frame in the wrong place");
        self.key.borrow().encrypt(&self.nonce.of_frame(place, last), &self.aad, frame)
    }

    /// Decrypts a frame where it is; the answer is the length of the plaintext at its start.
    ///
    /// Where the tag does not hold, `frame` is left as zeros or ciphertext, never as plaintext.
    pub(crate) fn open(&self, number: u64, last: bool, frame: &mut [u8]) -> Result<usize, Error> {
        let len = frame.len().checked_sub(TAG_LEN).ok_or(Error::Open)?;
        if !self.fits(number, last, len) {
            return Err(Error::Open);
        }
        let place = u32::try_from(number).map_err(|_| Error::Open)?;
        self.key.borrow().decrypt_in_place(&self.nonce.of_frame(place, last), &self.aad, frame)
    }

    /// The plaintext of a whole body.
    pub(super) fn open_all(&self, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let sealed = body.chunks(self.len + TAG_LEN);
        let last = sealed.len().checked_sub(1).ok_or(Error::Open)?;
        // A body is longer than its plaintext, so the plaintext never moves.
        let mut plaintext = Zeroizing::new(Vec::with_capacity(body.len()));
        for (number, frame) in sealed.enumerate() {
            let start = plaintext.len();
            plaintext.extend_from_slice(frame);
            let len = self.open(number as u64, number == last, &mut plaintext[start..])?;
            plaintext.truncate(start + len);
        }
        Ok(plaintext)
    }

    /// Whether a plaintext of this length can be that of the frame: what is not the last one is full, and an empty one
    /// stands alone.
    const fn fits(&self, number: u64, last: bool, len: usize) -> bool {
        if last { len <= self.len && (len > 0 || number == 0) } else { len == self.len }
    }
}

/// How a body of `body` bytes divides into frames of `frame` bytes of plaintext: how many there are, and the length of
/// the plaintext. `None` where no body has this length.
pub(crate) fn shape(body: u64, frame: usize) -> Option<(u64, u64)> {
    let (tag, sealed) = (TAG_LEN as u64, (frame + TAG_LEN) as u64);
    let frames = body.div_ceil(sealed);
    let last = body.checked_sub(frames.checked_sub(1)? * sealed)?;
    let fits = last > tag || (last == tag && frames == 1);
    (fits && frames <= 1 << 32).then(|| (frames, body - frames * tag))
}

#[cfg(test)]
mod tests {
    use axiom_core::Digest;

    use super::*;
    use crate::key::Key;
    use crate::suite::{Backend, Suite};

    fn of_suite(suite: Suite) -> Frames<ContentKey> {
        let (key, commitment) = ContentKey::schedule(suite, Backend::default(), &Key::from_bytes(&[7; 32]));
        let nonce = Nonce::random(suite).unwrap().of_frame(0, false);
        let context = Digest::from_bytes([2; 32]);
        let header = Header { suite, shared: false, reference: None, commitment, context, nonce, frame: 12 };
        Frames::new(&header, key).unwrap()
    }

    #[test]
    fn there_are_2_to_the_32_frames_and_no_more() {
        let frames = of_suite(Suite::Aes256Gcm);
        let mut frame = vec![0; 4096];
        let tag = frames.seal((1 << 32) - 1, true, &mut frame).unwrap();
        assert!(matches!(frames.seal(1 << 32, true, &mut [0; 1]), Err(Error::TooLong)));
        frame.extend_from_slice(&tag);
        assert!(matches!(frames.open((1 << 33) - 1, true, &mut frame.clone()), Err(Error::Open)));
        assert_eq!(frames.open((1 << 32) - 1, true, &mut frame).unwrap(), 4096);
    }

    #[test]
    fn an_empty_or_short_frame_stands_only_at_the_end() {
        for suite in Suite::ALL {
            let frames = of_suite(suite);
            let sealed = |number, last, len: usize| {
                let mut frame = vec![0; len];
                let place = frames.nonce.of_frame(number, last);
                let tag = frames.key.encrypt(&place, &frames.aad, &mut frame).unwrap();
                frame.extend_from_slice(&tag);
                frame
            };
            for (number, last, len, opens) in [
                (0, true, 0, true),
                (1, true, 0, false),
                (1, true, 1, true),
                (1, true, 4096, true),
                (1, true, 4097, false),
                (0, false, 4095, false),
                (0, false, 4096, true),
                (0, false, 4097, false),
            ] {
                let opened = frames.open(number.into(), last, &mut sealed(number, last, len));
                assert_eq!(opened.is_ok(), opens, "{suite}: frame {number} of {len}, last: {last}");
            }
        }
    }

    #[test]
    fn a_body_has_one_shape() {
        let sealed = 4096 + 16;
        for (body, expected) in [
            (0, None),
            (15, None),
            (16, Some((1, 0))),
            (17, Some((1, 1))),
            (sealed, Some((1, 4096))),
            (sealed + 16, None),
            (sealed + 17, Some((2, 4097))),
            (2 * sealed, Some((2, 8192))),
            (sealed << 32, Some((1 << 32, 4096 << 32))),
            ((sealed << 32) + 17, None),
            (u64::MAX, None),
        ] {
            assert_eq!(shape(body, 4096), expected, "{body}");
        }
    }
}
