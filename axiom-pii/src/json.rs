//! JSON: personal data in the strings, numbers and keys of documents.

mod escape;
mod lines;
mod nested;
mod number;
mod output;
mod pass;
mod path;
mod walker;

use core::fmt;
use core::ops::Range;
use std::io::{Read, Write};

use axiom_core::Finding;

use self::lines::Lines;
use self::pass::Pass;
pub(crate) use self::pass::value;
pub(crate) use self::path::Path;
use self::walker::Limits;
pub(crate) use self::walker::{Sort, Step, Token, Walker};
use crate::document::DocumentError;
use crate::feed::{feed, write};
use crate::fields;
use crate::redact::{Placeholders, Substitute};
use crate::scanner::Scanner;

/// Something that was found in a document, and where.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Located {
    /// What was found. Its range counts in the text that the string, number or key stands for; its pointer leads to the
    /// value, or to the member whose key it is. In pointers, too, a placeholder stands for whatever a key holds of
    /// personal data.
    pub finding: Finding,
    /// Where it is written in the document, in bytes: escapes and all, without quotes. In a number that is written with
    /// a fraction or an exponent it is the whole number.
    pub raw: Range<usize>,
    /// On which line, from 1.
    pub line: usize,
    /// Whether it stands in a key.
    pub is_key: bool,
}

/// Finds and redacts personal data in JSON (RFC 8259), of any length in bounded memory.
///
/// Every string, number and key is a text of its own, read with its escapes resolved; the nearest key, also through
/// arrays, is its context, as with [`Scanner::scan_field`]. Whole numbers that are written with a fraction or an
/// exponent (`4.111111111111111E15`) are read as the digits they stand for. Strings that hold JSON are scanned as text,
/// as they are and with the escapes in them resolved.
///
/// ```
/// use axiom_pii::{Json, Scanner};
///
/// let document = br#"{"name": "Bob", "ssns": [536904399], "note": "card 4111\u00201111\u00201111\u00201111"}"#;
/// let mut found = Vec::new();
/// let redacted = Json::new(&Scanner::new()).redact(document, |located| found.push(located.clone()))?;
///
/// assert_eq!(redacted, br#"{"name": "Bob", "ssns": ["[REDACTED:us_ssn]"], "note": "card [REDACTED:credit_card]"}"#);
/// assert_eq!(found[0].finding.pointer.as_deref(), Some("/ssns/0"));
/// assert_eq!(&document[found[1].raw.clone()], br"4111\u00201111\u00201111\u00201111");
/// # Ok::<(), axiom_pii::DocumentError>(())
/// ```
///
/// # What redaction keeps
///
/// - The output is JSON if the input is, and differs from it in what is redacted alone, byte for byte.
/// - A number in which something is redacted becomes a string, unless what stands in for it is a number too.
/// - Keys stay distinct: of the keys of one object that hold a placeholder, the second ends with `#2`, the third with
///   `#3` and so on. Only a key that equals by chance what a host's own [`Substitute`] writes could become the second
///   of its name.
/// - Duplicate keys are kept, each with its value.
///
/// # Limits
///
/// Arrays and objects may stand [`MAX_DEPTH`](Self::MAX_DEPTH) deep in each other, and one string or number may be
/// [`MAX_TOKEN`](Self::MAX_TOKEN) bytes long; what goes beyond is an error, never read half. A stream is held in memory
/// one string at a time, with the keys on the path to it. A byte order mark at the start is passed over. Half a
/// surrogate pair (`\ud800`), which is no character, is read as U+FFFD and left as it is.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    scanner: &'a Scanner,
    substitute: &'a dyn Substitute,
    limits: Limits,
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl<'a> Json<'a> {
    /// How deep arrays and objects may stand in each other.
    pub const MAX_DEPTH: usize = 1024;
    /// How long one string or number may be in bytes, and one line where lines are read.
    pub const MAX_TOKEN: usize = 64 << 20;

    pub(crate) const LIMITS: Limits = Limits { depth: Self::MAX_DEPTH, token: Self::MAX_TOKEN };

    /// Finds what `scanner` finds, and redacts it by its placeholders.
    #[must_use]
    pub const fn new(scanner: &'a Scanner) -> Self {
        Self { scanner, substitute: &Placeholders, limits: Self::LIMITS }
    }

    /// Redacts with something else than placeholders.
    #[must_use]
    pub const fn substitute(mut self, substitute: &'a dyn Substitute) -> Self {
        self.substitute = substitute;
        self
    }

    /// Reads strings, numbers and lines of at most this many bytes.
    #[must_use]
    pub const fn max_token(mut self, bytes: usize) -> Self {
        self.limits.token = bytes;
        self
    }

    /// Gives everything that stands in `document` to `sink`, in the order of the document.
    ///
    /// # Errors
    /// [`DocumentError`] where the document is malformed, too deep or too long. What stands before is found.
    pub fn scan(&self, document: &[u8], mut sink: impl FnMut(&Located)) -> Result<(), DocumentError> {
        let find = fields::finding(self.scanner);
        Pass::new(self.limits, &find, None).advance(document, true, &mut sink).map(drop)
    }

    /// The document with everything redacted that is to be; what was found goes to `sink`.
    ///
    /// # Errors
    /// [`DocumentError`] where the document is malformed, too deep or too long.
    pub fn redact(&self, document: &[u8], mut sink: impl FnMut(&Located)) -> Result<Vec<u8>, DocumentError> {
        let find = fields::settling(self.scanner);
        let mut pass = Pass::new(self.limits, &find, Some(self.substitute));
        pass.advance(document, true, &mut sink)?;
        Ok(pass.output.bytes)
    }

    /// [`scan`](Self::scan) of a document that is read piece by piece.
    ///
    /// # Errors
    /// As with [`scan`](Self::scan), and [`DocumentError::Read`].
    pub fn scan_stream(&self, reader: impl Read, mut sink: impl FnMut(&Located)) -> Result<(), DocumentError> {
        let find = fields::finding(self.scanner);
        let mut pass = Pass::new(self.limits, &find, None);
        feed(reader, |buffer, last| pass.advance(buffer, last, &mut sink))
    }

    /// [`redact`](Self::redact) of a document that is read and written piece by piece: an array of millions of records
    /// takes the memory of one string.
    ///
    /// ```
    /// use axiom_pii::{Json, Scanner};
    ///
    /// let (input, mut output) = (&br#"[{"to": "bob@example.com"}, {"to": "nobody"}]"#[..], Vec::new());
    /// Json::new(&Scanner::new()).redact_stream(input, &mut output, |_| ())?;
    /// assert_eq!(output, br#"[{"to": "[REDACTED:email]"}, {"to": "nobody"}]"#);
    /// # Ok::<(), axiom_pii::DocumentError>(())
    /// ```
    ///
    /// # Errors
    /// As with [`redact`](Self::redact), [`DocumentError::Read`] and [`DocumentError::Write`]. What has been written then
    /// is redacted, and not whole.
    pub fn redact_stream(
        &self,
        reader: impl Read,
        mut writer: impl Write,
        mut sink: impl FnMut(&Located),
    ) -> Result<(), DocumentError> {
        let find = fields::settling(self.scanner);
        let mut pass = Pass::new(self.limits, &find, Some(self.substitute));
        feed(reader, |buffer, last| {
            let read = pass.advance(buffer, last, &mut sink)?;
            write(&mut writer, &mut pass.output.bytes)?;
            Ok(read)
        })?;
        writer.flush().map_err(|source| DocumentError::Write { source })
    }

    /// Gives everything that stands in the documents of `reader`, one a line, to `sink`.
    ///
    /// A line that is no document is scanned as text, and `sink` is told what is wrong with it before what stands in it;
    /// what is found there has no pointer. Blank lines are passed over.
    ///
    /// # Errors
    /// [`DocumentError::TooLong`] for a line above the limit, [`DocumentError::Read`].
    pub fn scan_lines(
        &self,
        reader: impl Read,
        mut sink: impl FnMut(Result<&Located, &DocumentError>),
    ) -> Result<(), DocumentError> {
        let find = fields::finding(self.scanner);
        let mut lines = Lines::new(self.limits, &find, None);
        feed(reader, |buffer, last| lines.advance(buffer, last, &mut sink))
    }

    /// Redacts the documents of `reader`, one a line, and writes as many lines.
    ///
    /// Nothing is left out and nothing passes unscanned: a line that is no document is redacted as text, as it is
    /// written and with its escapes resolved, and `sink` is told what is wrong with it.
    ///
    /// ```
    /// use axiom_pii::{Json, Scanner};
    ///
    /// let input = "{\"ssn\": 536904399}\n{\"ssn\": \"536-90-4399\n";
    /// let (mut output, mut wrong) = (Vec::new(), Vec::new());
    /// Json::new(&Scanner::new()).redact_lines(input.as_bytes(), &mut output, |found| {
    ///     wrong.extend(found.err().map(ToString::to_string));
    /// })?;
    /// assert_eq!(output, b"{\"ssn\": \"[REDACTED:us_ssn]\"}\n{\"ssn\": \"[REDACTED:us_ssn]\n");
    /// assert_eq!(wrong, ["a control character in a string at line 2, column 21 (offset 39)"]);
    /// # Ok::<(), axiom_pii::DocumentError>(())
    /// ```
    ///
    /// # Errors
    /// [`DocumentError::TooLong`] for a line above the limit, [`DocumentError::Read`], [`DocumentError::Write`].
    pub fn redact_lines(
        &self,
        reader: impl Read,
        mut writer: impl Write,
        mut sink: impl FnMut(Result<&Located, &DocumentError>),
    ) -> Result<(), DocumentError> {
        let find = fields::settling(self.scanner);
        let mut lines = Lines::new(self.limits, &find, Some(self.substitute));
        feed(reader, |buffer, last| {
            let read = lines.advance(buffer, last, &mut sink)?;
            write(&mut writer, lines.written())?;
            Ok(read)
        })?;
        writer.flush().map_err(|source| DocumentError::Write { source })
    }
}

impl Scanner {
    /// Gives everything that stands in a JSON document to `sink`; [`Json`] says what that is and reads streams too.
    ///
    /// ```
    /// axiom_pii::Scanner::new().scan_json(br#"{"ssn": 536904399}"#, |located| {
    ///     assert_eq!(located.finding.to_string(), "us_ssn at 0..9 of /ssn");
    ///     assert_eq!(located.raw, 8..17);
    /// })?;
    /// # Ok::<(), axiom_pii::DocumentError>(())
    /// ```
    ///
    /// # Errors
    /// As with [`Json::scan`].
    pub fn scan_json(&self, document: &[u8], sink: impl FnMut(&Located)) -> Result<(), DocumentError> {
        Json::new(self).scan(document, sink)
    }

    /// A JSON document with placeholders for what is to be redacted; [`Json`] says what it keeps and reads streams too.
    ///
    /// ```
    /// let redacted = axiom_pii::Scanner::new().redact_json(br#"{"ssn": 536904399}"#, |_| ())?;
    /// assert_eq!(redacted, br#"{"ssn": "[REDACTED:us_ssn]"}"#);
    /// # Ok::<(), axiom_pii::DocumentError>(())
    /// ```
    ///
    /// # Errors
    /// As with [`Json::redact`].
    pub fn redact_json(&self, document: &[u8], sink: impl FnMut(&Located)) -> Result<Vec<u8>, DocumentError> {
        Json::new(self).redact(document, sink)
    }
}
