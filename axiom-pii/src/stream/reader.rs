//! In front of a reader.

use std::io::{self, Read};

use super::StreamRedactor;

/// Redacts what is read from another reader.
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
    decided: Vec<u8>,
    /// How much of what is decided has been read.
    read: usize,
    ended: bool,
}

impl<R: Read> RedactingReader<R> {
    /// Redacts with `redactor` what comes from `inner`.
    #[must_use]
    pub fn new(redactor: StreamRedactor, inner: R) -> Self {
        Self { redactor, inner, chunk: vec![0; CHUNK], decided: Vec::new(), read: 0, ended: false }
    }

    /// The redactor, whose findings can be taken.
    pub const fn redactor(&mut self) -> &mut StreamRedactor {
        &mut self.redactor
    }

    /// Reads until something is decided, or the end.
    fn fill(&mut self) -> io::Result<()> {
        while self.read == self.decided.len() && !self.ended {
            let length = self.inner.read(&mut self.chunk)?;
            self.decided.clear();
            self.read = 0;
            if length == 0 {
                self.redactor.finish(&mut self.decided);
                self.ended = true;
            } else {
                self.redactor.push(&self.chunk[..length], &mut self.decided);
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
        let length = (&self.decided[self.read..]).read(buf)?;
        self.read += length;
        Ok(length)
    }
}

/// How much is read at once, in bytes: four windows.
const CHUNK: usize = 64 * 1024;
