//! A message on its way in.

use core::ops::Range;

use zeroize::Zeroizing;

use crate::envelope::Frames;
use crate::error::Error;
use crate::suite::{ContentKey, TAG_LEN};

/// Takes the bytes of a body and gives its plaintext, one authenticated frame at a time.
///
/// A frame is opened when the first byte after it is there, or the end: that tells whether it is the last one.
pub(super) struct Incoming {
    frames: Frames<ContentKey>,
    number: u64,
    state: State,
    /// Room for a frame, its tag, and the byte after it.
    buffer: Zeroizing<Vec<u8>>,
    /// How much of the buffer is the next frame, still sealed; 0 while there is plaintext.
    filled: usize,
    /// What of the buffer is authentic plaintext and has not been taken.
    plaintext: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ended,
    Failed,
    /// The byte at the end of the buffer is the first of the next frame.
    Frame,
    Reads,
}

impl Incoming {
    pub(super) fn new(frames: Frames<ContentKey>) -> Self {
        let buffer = Zeroizing::new(vec![0; frames.frame_len() + TAG_LEN + 1]);
        Self { frames, number: 0, state: State::Reads, buffer, filled: 0, plaintext: 0..0 }
    }

    /// What has been opened and not taken.
    pub(super) fn plaintext(&self) -> &[u8] {
        &self.buffer[self.plaintext.clone()]
    }

    /// So much of the plaintext has been taken.
    pub(super) fn taken(&mut self, plaintext: usize) {
        self.plaintext.start = self.plaintext.end.min(self.plaintext.start + plaintext);
    }

    /// Whether there is plaintext, or nothing will follow.
    pub(super) fn is_ready(&self) -> Result<bool, Error> {
        match self.state {
            State::Failed => Err(Error::Open),
            State::Ended => Ok(true),
            State::Frame | State::Reads => Ok(!self.plaintext.is_empty()),
        }
    }

    /// Where bytes of the message go, once all plaintext is taken.
    pub(super) fn space(&mut self) -> &mut [u8] {
        if self.state == State::Frame {
            self.buffer[0] = *self.buffer.last().expect("the buffer is longer than a frame");
            (self.filled, self.state) = (1, State::Reads);
        }
        &mut self.buffer[self.filled..]
    }

    /// So many bytes have been put into the [`space`](Self::space); 0 where the message has ended.
    pub(super) fn added(&mut self, sealed: usize) -> Result<(), Error> {
        self.filled += sealed;
        if sealed > 0 && self.filled < self.buffer.len() {
            return Ok(());
        }
        let last = sealed == 0;
        let len = if last { self.filled } else { self.filled - 1 };
        self.state = State::Failed;
        let len = self.frames.open(self.number, last, &mut self.buffer[..len])?;
        self.state = if last { State::Ended } else { State::Frame };
        self.number += 1;
        self.plaintext = 0..len;
        Ok(())
    }
}
