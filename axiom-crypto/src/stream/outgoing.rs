//! A message on its way out.

use core::ops::Range;

use zeroize::{Zeroize, Zeroizing};

use crate::envelope::Frames;
use crate::error::Error;
use crate::suite::{ContentKey, TAG_LEN};

/// Takes plaintext and gives the bytes of a message, one frame at a time; whose they are is not its concern.
///
/// A frame is sealed when the first byte after it is there, for only then it is known not to be the last.
pub(crate) struct Outgoing {
    frames: Frames<ContentKey>,
    number: u64,
    ended: bool,
    /// The front of the message at first; then room for a frame, its tag, and the byte after it.
    buffer: Zeroizing<Vec<u8>>,
    /// How much of the buffer is plaintext of the next frame.
    filled: usize,
    /// What of the buffer is to be written before plaintext is taken.
    pending: Range<usize>,
}

impl Outgoing {
    pub(crate) fn new(front: Vec<u8>, frames: Frames<ContentKey>) -> Self {
        let pending = 0..front.len();
        Self { frames, number: 0, ended: false, buffer: Zeroizing::new(front), filled: 0, pending }
    }

    /// The bytes that have to be written next.
    pub(super) fn pending(&self) -> &[u8] {
        &self.buffer[self.pending.clone()]
    }

    /// The next `written` bytes are written.
    pub(super) fn advance(&mut self, written: usize) {
        self.pending.start += written;
        if self.pending.is_empty() && !self.ended {
            self.begin();
        }
    }

    /// Where plaintext goes; it is empty while bytes are pending, and after the end.
    pub(super) fn space(&mut self) -> &mut [u8] {
        let end = if self.pending.is_empty() && !self.ended { self.frames.frame_len() + 1 } else { self.filled };
        &mut self.buffer[self.filled..end]
    }

    /// So many bytes have been put into the [`space`](Self::space).
    pub(super) fn added(&mut self, plaintext: usize) -> Result<(), Error> {
        self.filled += plaintext;
        if self.filled <= self.frames.frame_len() {
            return Ok(());
        }
        let next = self.buffer[self.filled - 1];
        self.seal(self.filled - 1, false)?;
        self.number += 1;
        self.filled = 1;
        *self.buffer.last_mut().expect("the buffer is longer than a frame") = next;
        Ok(())
    }

    /// There is no more plaintext; to be called once, and while nothing is pending.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        self.seal(self.filled, true)?;
        self.ended = true;
        Ok(())
    }

    /// Whether the last frame is sealed.
    #[cfg(feature = "futures-io")]
    pub(super) const fn has_ended(&self) -> bool {
        self.ended
    }

    fn seal(&mut self, len: usize, last: bool) -> Result<(), Error> {
        let tag = self.frames.seal(self.number, last, &mut self.buffer[..len])?;
        self.buffer[len..len + TAG_LEN].copy_from_slice(&tag);
        self.pending = 0..len + TAG_LEN;
        Ok(())
    }

    /// Makes room for the next frame, which the byte at the end of the buffer belongs to.
    fn begin(&mut self) {
        let len = self.frames.frame_len() + TAG_LEN + 1;
        if self.buffer.len() != len {
            self.buffer = Zeroizing::new(vec![0; len]);
        }
        self.buffer.swap(0, len - 1);
        self.buffer[len - 1].zeroize();
    }
}
