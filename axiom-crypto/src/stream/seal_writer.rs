//! Encrypts what is written.

use core::fmt;
use std::io::{self, Read, Write};

use super::Outgoing;
use crate::context::Context;
use crate::encryptor::Encryptor;
use crate::error::Error;

impl Encryptor {
    /// A writer that encrypts what is written to it into a message written to `message`.
    ///
    /// # Errors
    /// [`Error::Random`], and what a provider answers.
    pub async fn seal_writer<W: Write>(&self, message: W, context: &Context) -> Result<SealWriter<W>, Error> {
        Ok(SealWriter::new(message, self.outgoing(context).await?))
    }
}

/// Encrypts what is written to it; made by [`Encryptor::seal_writer`].
///
/// [`finish`](Self::finish) writes the last frame. A writer that is dropped without it leaves a message that does not
/// open, so what was interrupted is never taken for complete.
///
/// [`flush`](Write::flush) writes the frames that are full; the rest has to wait for its frame.
#[must_use = "a message opens only after `finish`"]
pub struct SealWriter<W> {
    message: W,
    out: Outgoing,
}

impl<W: Write> SealWriter<W> {
    pub(crate) const fn new(message: W, out: Outgoing) -> Self {
        Self { message, out }
    }

    /// Writes the rest of the message and answers with what it was written to, flushed.
    ///
    /// # Errors
    /// [`Error::Stream`]; what is written by then does not open.
    pub fn finish(mut self) -> Result<W, Error> {
        self.drain().map_err(Error::from_io)?;
        self.out.end()?;
        self.drain().map_err(Error::from_io)?;
        self.message.flush().map_err(|source| Error::Stream { source })?;
        Ok(self.message)
    }

    /// Encrypts all that `plaintext` gives, read to where it is encrypted.
    pub(super) fn fill_from(&mut self, mut plaintext: impl Read) -> Result<u64, Error> {
        let mut len = 0;
        loop {
            self.drain().map_err(Error::from_io)?;
            match plaintext.read(self.out.space()) {
                Ok(0) => return Ok(len),
                Ok(read) => {
                    len += read as u64;
                    self.out.added(read)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Error::Stream { source }),
            }
        }
    }

    /// Writes what is pending. Where that fails nothing is lost, and the next call goes on.
    fn drain(&mut self) -> io::Result<()> {
        while !self.out.pending().is_empty() {
            match self.message.write(self.out.pending()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.out.advance(written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        self.drain()?;
        let space = self.out.space();
        let len = plaintext.len().min(space.len());
        space[..len].copy_from_slice(&plaintext[..len]);
        self.out.added(len)?;
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.drain()?;
        self.message.flush()
    }
}

impl<W> fmt::Debug for SealWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealWriter").finish_non_exhaustive()
    }
}
