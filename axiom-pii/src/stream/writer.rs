//! In front of a writer.

use std::io::{self, Write};

use super::StreamRedactor;
use super::decided::Decided;

/// Redacts what is written, and hands it on.
///
/// What is held back is written by [`finish`](Self::finish), which is to be called at the end: a writer that is merely
/// dropped has not written it. [`flush`](Write::flush) does not put out what is not decided yet. Where a value is to be
/// blocked, writing fails.
///
/// ```
/// use std::io::Write;
///
/// use axiom_pii::{Scanner, StreamRedactor, stream::RedactingWriter};
///
/// let mut writer = RedactingWriter::new(StreamRedactor::new(Scanner::new()), Vec::new());
/// writer.write_all(b"write to bob@exam")?;
/// writer.write_all(b"ple.com")?;
/// let (out, findings) = writer.finish()?;
/// assert_eq!(out, b"write to [REDACTED:email]");
/// assert_eq!(findings[0].range, 9..24);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct RedactingWriter<W> {
    redactor: StreamRedactor,
    inner: W,
    decided: Decided,
}

impl<W: Write> RedactingWriter<W> {
    /// Redacts with `redactor` what goes to `inner`.
    pub fn new(redactor: StreamRedactor, inner: W) -> Self {
        Self { redactor, inner, decided: Decided::default() }
    }

    /// The redactor, whose findings can be taken.
    pub const fn redactor(&mut self) -> &mut StreamRedactor {
        &mut self.redactor
    }

    /// Writes the rest, and answers the inner writer and what was found and not taken yet.
    ///
    /// # Errors
    /// That of the inner writer; [`Blocked`](crate::Blocked), as the inner error of one of kind
    /// [`Other`](io::ErrorKind::Other).
    pub fn finish(mut self) -> io::Result<(W, Vec<axiom_core::Finding>)> {
        self.write_decided()?;
        let finished = self.redactor.finish(self.decided.empty());
        self.write_decided()?;
        finished.map_err(io::Error::other)?;
        self.inner.flush()?;
        Ok((self.inner, self.redactor.findings()))
    }

    fn write_decided(&mut self) -> io::Result<()> {
        while !self.decided.rest().is_empty() {
            match self.inner.write(self.decided.rest()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.decided.advance(written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<W: Write> Write for RedactingWriter<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        // An error must mean that nothing of `buf` was taken.
        self.write_decided()?;
        self.redactor.push(buf, self.decided.empty()).map_err(io::Error::other)?;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_decided()?;
        self.inner.flush()
    }
}
