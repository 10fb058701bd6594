//! Decrypts what is read.

use core::fmt;
use std::io::{self, BufRead, Read};

use super::{Incoming, read_front};
use crate::context::Context;
use crate::encryptor::Encryptor;
use crate::error::Error;

impl Encryptor {
    /// A reader of the plaintext of the message that `message` gives.
    ///
    /// The front of the message is read and its key unwrapped; of the body nothing yet.
    ///
    /// # Errors
    /// Those of [`Encryptor::open`]; [`Error::Stream`], and [`Error::Unsupported`] for a message whose body is in one
    /// piece.
    pub async fn open_reader<R: Read>(&self, mut message: R, context: &Context) -> Result<OpenReader<R>, Error> {
        let front = read_front(&mut message)?;
        let frames = self.frames(&front, context).await?;
        Ok(OpenReader { message, incoming: Incoming::new(frames) })
    }
}

/// Decrypts what is read from it; made by [`Encryptor::open_reader`].
///
/// Every byte it gives is authentic. That nothing is missing at the end is known when it has ended: until then do
/// nothing with the plaintext that cannot be undone. Damage is an [`io::Error`] of the kind
/// [`InvalidData`](io::ErrorKind::InvalidData) around [`Error::Open`], from then on at every call.
///
/// A frame is handed out when the first byte after it has come, so over a connection the reader is a frame behind.
pub struct OpenReader<R> {
    message: R,
    incoming: Incoming,
}

impl<R: Read> BufRead for OpenReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while !self.incoming.is_ready()? {
            match self.message.read(self.incoming.space()) {
                Ok(read) => self.incoming.added(read)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.incoming.plaintext())
    }

    fn consume(&mut self, amount: usize) {
        self.incoming.taken(amount);
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R> fmt::Debug for OpenReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenReader").finish_non_exhaustive()
    }
}
