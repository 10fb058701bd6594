//! In front of a reader.

use std::io::{self, Read};

use super::decided::Decided;
use super::{CHUNK, StreamRedactor};

/// Redacts what is read from another reader. Where a value is to be blocked, reading fails, and so it does from then on.
///
/// ```
/// use std::io::Read;
///
/// use axiom_pii::{Scanner, StreamRedactor, stream::RedactingReader};
///
/// let mut reader = RedactingReader::new(StreamRedactor::new(Scanner::new()), &b"write to bob@example.com"[..]);
/// let mut text = String::new();
/// reader.read_to_string(&mut text)?;
/// assert_eq!(text, "write to [REDACTED:email]");
/// assert_eq!(reader.redactor().findings().len(), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct RedactingReader<R> {
    redactor: StreamRedactor,
    inner: R,
    chunk: Vec<u8>,
    decided: Decided,
    ended: bool,
}

impl<R: Read> RedactingReader<R> {
    /// Redacts with `redactor` what comes from `inner`.
    #[must_use]
    pub fn new(redactor: StreamRedactor, inner: R) -> Self {
        Self { redactor, inner, chunk: vec![0; CHUNK], decided: Decided::default(), ended: false }
    }

    /// The redactor, whose findings can be taken.
    pub const fn redactor(&mut self) -> &mut StreamRedactor {
        &mut self.redactor
    }

    /// Reads until something is decided, or the end.
    fn fill(&mut self) -> io::Result<()> {
        while self.decided.rest().is_empty() && !self.ended {
            match self.inner.read(&mut self.chunk)? {
                0 => {
                    self.ended = true;
                    self.redactor.finish(self.decided.empty()).map_err(io::Error::other)?;
                }
                length => self.redactor.push(&self.chunk[..length], self.decided.empty()).map_err(io::Error::other)?,
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for RedactingReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        self.fill()?;
        Ok(self.decided.read(buf))
    }
}
