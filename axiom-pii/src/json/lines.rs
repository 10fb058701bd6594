//! JSON Lines: one document a line.

use super::Located;
use super::escape;
use super::nested;
use super::pass::Pass;
use super::walker::{Limits, Walker};
use crate::document::{DocumentError, Place};
use crate::fields::Find;
use crate::redact::{Substitute, is_taken_out, stand_in};

/// Line after line; what is no JSON counts as text.
pub(crate) struct Lines<'a> {
    pass: Pass<'a>,
    checker: Walker,
    find: &'a Find<'a>,
    substitute: Option<&'a dyn Substitute>,
    limit: usize,
    /// How many bytes lie before the current line, and which line it is.
    passed: usize,
    line: usize,
    /// How much of it has been looked at.
    looked: usize,
}

/// Takes what was found, and what is wrong with a line.
pub(crate) type Sink<'a> = dyn FnMut(Result<&Located, &DocumentError>) + 'a;

impl<'a> Lines<'a> {
    pub(crate) fn new(limits: Limits, find: &'a Find<'a>, substitute: Option<&'a dyn Substitute>) -> Self {
        let (pass, checker) = (Pass::new(limits, find, substitute), Walker::new(limits));
        Self { pass, checker, find, substitute, limit: limits.token, passed: 0, line: 1, looked: 0 }
    }

    /// Goes through the whole lines of `buffer` and answers how many of its bytes are done with.
    pub(crate) fn advance(&mut self, buffer: &[u8], last: bool, sink: &mut Sink<'_>) -> Result<usize, DocumentError> {
        let mut start = 0;
        while let Some(length) = memchr::memchr(b'\n', &buffer[start + self.looked..]) {
            let end = start + self.looked + length + 1;
            self.line(&buffer[start..end], sink)?;
            start = end;
        }
        if last {
            self.line(&buffer[start..], sink)?;
            start = buffer.len();
        }
        self.looked = buffer.len() - start;
        self.check_length(self.looked)?;
        Ok(start)
    }

    /// What has been written since it was taken last.
    pub(crate) const fn written(&mut self) -> &mut Vec<u8> {
        &mut self.pass.output.bytes
    }

    fn check_length(&self, length: usize) -> Result<(), DocumentError> {
        if length > self.limit {
            let place = Place { offset: self.passed, line: self.line, column: 1 };
            return Err(DocumentError::TooLong { place, limit: self.limit });
        }
        Ok(())
    }

    /// Takes one line, with the newline at its end.
    fn line(&mut self, line: &[u8], sink: &mut Sink<'_>) -> Result<(), DocumentError> {
        self.check_length(line.len())?;
        if line.trim_ascii().is_empty() {
            self.write(line);
        } else if let Err(error) = self.document(line, sink) {
            sink(Err(&error));
            self.text(line, sink);
        }
        self.passed += line.len();
        self.line += 1;
        self.looked = 0;
        Ok(())
    }

    /// Takes a line that is a document; of one that is none, nothing.
    fn document(&mut self, line: &[u8], sink: &mut Sink<'_>) -> Result<(), DocumentError> {
        self.checker.restart(self.passed, self.line);
        self.checker.check(line)?;
        self.pass.restart(self.passed, self.line);
        self.pass.advance(line, true, &mut |located| sink(Ok(located)))?;
        Ok(())
    }

    /// Takes a line as text.
    fn text(&mut self, line: &[u8], sink: &mut Sink<'_>) {
        let mut start = self.passed;
        for chunk in line.utf8_chunks() {
            self.chunk(chunk.valid(), start, sink);
            self.write(chunk.invalid());
            start += chunk.valid().len() + chunk.invalid().len();
        }
    }

    /// Takes a piece of it: it may be JSON up to an error, and has escapes then.
    fn chunk(&mut self, text: &str, start: usize, sink: &mut Sink<'_>) {
        let (mut findings, mut copied) = (Vec::new(), 0);
        nested::find(self.find, "", text, &mut findings);
        for finding in findings {
            if is_taken_out(&finding)
                && let Some(substitute) = self.substitute
            {
                let (mut value, mut written) = (String::new(), String::new());
                escape::decode(&text[finding.range.clone()], &mut value);
                stand_in(substitute, &finding, &value, &mut written);
                self.write(&text.as_bytes()[copied..finding.range.start]);
                escape::encode(&written, self.written());
                copied = finding.range.end;
            }
            let raw = start + finding.range.start..start + finding.range.end;
            sink(Ok(&Located { finding, raw, line: self.line, is_key: false }));
        }
        self.write(&text.as_bytes()[copied..]);
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.substitute.is_some() {
            self.written().extend_from_slice(bytes);
        }
    }
}
