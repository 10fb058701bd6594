//! Redaction of a text that comes in chunks: an answer as a model writes it, a log as it grows, a file of any size.
//!
//! ```
//! use axiom_pii::{Scanner, StreamRedactor};
//!
//! let mut redactor = StreamRedactor::new(Scanner::new());
//! let mut out = Vec::new();
//! for chunk in ["Write to bo", "b@exam", "ple.com, or call +44 20 79", "46 0123."] {
//!     redactor.push(chunk.as_bytes(), &mut out)?;
//! }
//! redactor.finish(&mut out)?;
//!
//! assert_eq!(out, b"Write to [REDACTED:email], or call [REDACTED:phone].");
//! assert_eq!(redactor.findings().len(), 2);
//! # Ok::<(), axiom_pii::Blocked>(())
//! ```
//!
//! # What it promises
//! - The output is that of [`Scanner::redact`] for the whole text, however the text is cut into chunks, also within a
//!   character. So are the findings, whose ranges are bytes of the whole input.
//! - What was put out is final. Only the tail is held back that is not decided yet:
//!
//! | the text so far ends with | held back, in bytes |
//! |---|---|
//! | words, without a digit or an at sign among the last 200 bytes | 96, and the rest of a word |
//! | anything else | 1,024, and a value or token that is not at its end yet |
//! | characters that hide a value, in a row | up to 16,384 |
//! | a private key, or a token of any length | nothing of it is put out; its placeholder follows at its end |
//!
//!   With [detectors](crate::Detector) and patterns of the host, which may look at all of a text, it is up to 16,384 bytes
//!   always, and they are shown the text in windows of that length.
//!
//!   Where many small chunks come, it is a sixty-fourth of the last 16 KiB more, for each costs a scan.
//! - Of a value that is [blocked](axiom_core::Action::Block), and of what follows it, nothing is put out; what was decided
//!   before has been.
//! - Memory does not grow with the text: some 40 KiB, and the findings until they are [taken](StreamRedactor::findings).
//! - Bytes that are not UTF-8 pass as they are, and end a value as punctuation does.
//!
//! # In front of readers and writers
//! [`RedactingWriter`] and [`RedactingReader`] stand between the host and what it writes to or reads from; with the
//! feature `futures-io`, `RedactingAsyncWriter` and `RedactingAsyncReader` do so for every asynchronous runtime.

#[cfg(feature = "futures-io")]
mod asynchronous;
mod decided;
mod reader;
mod writer;

use core::fmt;

use axiom_core::{Action, Finding};

use crate::enforce::Blocked;
use crate::redact::{Placeholders, Substitute, is_taken_out, shifted, stand_in};
use crate::scanner::Scanner;
use crate::scratch::Scratch;
use crate::tail::Tail;
use crate::window::{BEFORE, Behind, LONGEST, Window, floor};

#[cfg(feature = "futures-io")]
pub use asynchronous::{RedactingAsyncReader, RedactingAsyncWriter};
pub use reader::RedactingReader;
pub use writer::RedactingWriter;

/// Redacts a text that comes in chunks; see the [module](self).
pub struct StreamRedactor {
    scanner: Scanner,
    substitute: Box<dyn Substitute>,
    field: String,
    scratch: Scratch,
    /// The window and what was before it.
    buffer: String,
    /// Where the window begins in the buffer.
    start: usize,
    /// Up to where the buffer has been put out.
    done: usize,
    /// How long the buffer was when it was scanned last.
    scanned: usize,
    /// How much of the input was before the buffer, in bytes.
    offset: usize,
    /// The first bytes of a character whose last ones are to come.
    partial: Vec<u8>,
    /// The value that is being passed over.
    endless: Option<Finding>,
    findings: Vec<Finding>,
    /// Why nothing more is put out.
    blocked: Option<Blocked>,
}

impl StreamRedactor {
    /// A redactor that writes placeholders.
    #[must_use]
    pub fn new(scanner: Scanner) -> Self {
        Self::with(scanner, Placeholders)
    }

    /// A redactor that writes what `substitute` does.
    ///
    /// Of a value that is longer than a window (16 KiB), and so of most private keys that are, only the placeholder is
    /// written.
    #[must_use]
    pub fn with(scanner: Scanner, substitute: impl Substitute + 'static) -> Self {
        Self {
            scanner,
            substitute: Box::new(substitute),
            field: String::new(),
            scratch: Scratch::default(),
            buffer: String::new(),
            start: 0,
            done: 0,
            scanned: 0,
            offset: 0,
            partial: Vec::new(),
            endless: None,
            findings: Vec::new(),
            blocked: None,
        }
    }

    /// The same for the value of a field or column, whose name counts as context.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = name.into();
        self
    }

    /// Takes the next bytes of the text, and appends to `out` what is decided.
    ///
    /// # Errors
    /// [`Blocked`] once a value is found whose action is [`Action::Block`], and from then on until the text is finished.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Blocked> {
        let mut bytes = core::mem::take(&mut self.partial);
        let chunk = if bytes.is_empty() {
            chunk
        } else {
            bytes.extend_from_slice(chunk);
            &bytes
        };
        let mut read = 0;
        for part in chunk.utf8_chunks() {
            self.push_text(part.valid(), out);
            read += part.valid().len() + part.invalid().len();
            if read == chunk.len() && is_begun(part.invalid()) {
                self.partial = part.invalid().to_vec();
            } else if !part.invalid().is_empty() {
                self.pass(part.invalid(), out);
            }
        }
        if self.buffer.len() - self.scanned > (self.buffer.len() - self.start) / SHARE {
            self.put_out(Behind::Unknown, out);
        }
        self.blocked.clone().map_or(Ok(()), Err)
    }

    /// Ends the text, and appends the rest to `out`. The redactor is ready for another text then.
    ///
    /// # Errors
    /// [`Blocked`] where a value was found whose action is [`Action::Block`].
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Blocked> {
        let partial = core::mem::take(&mut self.partial);
        self.pass(&partial, out);
        self.offset = 0;
        self.blocked.take().map_or(Ok(()), Err)
    }

    /// How much of the input is decided, in bytes: whether as it is or replaced, it has been put out. What is found later
    /// begins behind that.
    #[must_use]
    pub fn decided(&self) -> usize {
        self.endless.as_ref().map_or(self.offset + self.done, |endless| endless.range.start)
    }

    /// Takes what was found in what has been put out; ranges are bytes of the whole input.
    pub fn findings(&mut self) -> Vec<Finding> {
        core::mem::take(&mut self.findings)
    }

    fn push_text(&mut self, mut text: &str, out: &mut Vec<u8>) {
        while !text.is_empty() && self.blocked.is_none() {
            text = self.pass_over(text, out);
            let room = text.len().min(self.start + LONGEST - self.buffer.len());
            let (fits, rest) = text.split_at(floor(text, room));
            self.buffer.push_str(fits);
            text = rest;
            if !text.is_empty() {
                self.put_out(Behind::More, out);
            }
        }
    }

    /// Scans the window, and puts out what is decided of it; a full one is followed by the next.
    fn put_out(&mut self, behind: Behind, out: &mut Vec<u8>) {
        self.scanned = self.buffer.len();
        if self.endless.is_some() || self.blocked.is_some() {
            return;
        }
        let window = Window::of(&self.scanner, &mut self.scratch, &self.field, &self.buffer, self.start, behind);
        let endless = window.endless.is_some();
        for finding in window.findings.into_iter().chain(window.endless) {
            self.put_out_before(finding.range.start, out);
            if finding.action == Action::Block {
                return self.block(finding);
            }
            if endless && finding.range.end == self.buffer.len() {
                return self.begin_tail(finding);
            }
            if finding.range.end > self.done {
                self.put_out_finding(finding, out);
            }
        }
        self.put_out_before(window.end, out);
        if behind == Behind::More {
            self.advance(window.end);
        }
    }

    /// Puts out the text up to `end`, as it is.
    fn put_out_before(&mut self, end: usize, out: &mut Vec<u8>) {
        if end > self.done {
            out.extend_from_slice(&self.buffer.as_bytes()[self.done..end]);
            self.done = end;
        }
    }

    fn put_out_finding(&mut self, finding: Finding, out: &mut Vec<u8>) {
        let value = finding.range.clone();
        let finding = shifted(finding, self.offset);
        if is_taken_out(&finding) {
            self.substitute(&finding, &self.buffer[value.clone()], out);
            self.done = value.end;
        }
        self.findings.push(finding);
    }

    /// Puts out nothing more, because of `finding`.
    fn block(&mut self, finding: Finding) {
        self.findings.push(shifted(finding, self.offset));
        self.blocked = Blocked::check(self.findings.clone()).err();
    }

    fn substitute(&self, finding: &Finding, value: &str, out: &mut Vec<u8>) {
        let mut written = String::new();
        stand_in(&*self.substitute, finding, value, &mut written);
        out.extend_from_slice(written.as_bytes());
    }

    /// Begins the next window at `start`, and forgets what is too far before it.
    fn advance(&mut self, start: usize) {
        let (forgotten, done) = (floor(&self.buffer, start.saturating_sub(BEFORE)), self.done);
        self.forget(forgotten);
        (self.start, self.done, self.scanned) = (start - forgotten, done - forgotten, self.buffer.len());
    }

    /// Begins to pass over the value that fills the window.
    fn begin_tail(&mut self, endless: Finding) {
        self.endless = Some(shifted(endless, self.offset));
        self.forget(self.start);
    }

    /// Passes over what of `text` belongs to an endless value, and answers what follows that.
    fn pass_over<'t>(&mut self, text: &'t str, out: &mut Vec<u8>) -> &'t str {
        let Some(tail) = self.endless.as_ref().map(Tail::of) else { return text };
        let known = self.buffer.len();
        self.buffer.push_str(text);
        match tail.end(&self.buffer) {
            Ok(end) => {
                self.buffer.truncate(end);
                self.end_tail(out);
                &text[end - known..]
            }
            Err(seen) => {
                self.forget(seen);
                ""
            }
        }
    }

    /// Ends the endless value at the end of the buffer.
    fn end_tail(&mut self, out: &mut Vec<u8>) {
        let Some(mut finding) = self.endless.take() else { return };
        self.forget(self.buffer.len());
        finding.range.end = self.offset;
        if is_taken_out(&finding) {
            out.extend_from_slice(finding.placeholder().as_bytes());
        }
        self.findings.push(finding);
    }

    /// Drops the first bytes of the buffer, which have been put out.
    fn forget(&mut self, length: usize) {
        self.buffer.drain(..length);
        self.offset += length;
        (self.start, self.done, self.scanned) = (0, 0, 0);
    }

    /// Ends the text, and passes bytes that are none.
    fn pass(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.end_tail(out);
        self.put_out(Behind::Nothing, out);
        self.forget(self.buffer.len());
        if self.blocked.is_none() {
            out.extend_from_slice(bytes);
        }
        self.offset += bytes.len();
    }
}

impl fmt::Debug for StreamRedactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.buffer.len() - self.done + self.partial.len();
        f.debug_struct("StreamRedactor").field("offset", &self.offset).field("held", &held).finish_non_exhaustive()
    }
}

/// Whether more bytes may make a character of these.
fn is_begun(bytes: &[u8]) -> bool {
    core::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// How much a reader reads at once, in bytes: four windows.
const CHUNK: usize = 4 * LONGEST;
/// A window is scanned again when it has grown by one part in so many.
const SHARE: usize = 64;
