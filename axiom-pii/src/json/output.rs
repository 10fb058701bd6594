//! The document again, with something else in place of what is to be redacted.

use axiom_core::Finding;

use super::walker::{Sort, Token};
use super::{escape, number};
use crate::name;
use crate::redact::{Substitute, is_taken_out, replace, stand_in};

/// What has been written of a document.
pub(crate) struct Output<'a> {
    /// Nothing is written without.
    substitute: Option<&'a dyn Substitute>,
    pub(crate) bytes: Vec<u8>,
    /// How much of the buffer has been written.
    copied: usize,
    /// What stands in for the value at hand.
    value: String,
}

impl<'a> Output<'a> {
    pub(crate) const fn new(substitute: Option<&'a dyn Substitute>) -> Self {
        Self { substitute, bytes: Vec::new(), copied: 0, value: String::new() }
    }

    /// Writes `buffer` up to `end`; another buffer follows.
    pub(crate) fn finish(&mut self, buffer: &[u8], end: usize) {
        if self.substitute.is_some() {
            self.copy(buffer, end);
            self.copied = 0;
        }
    }

    /// Writes the text of `token` with something else in place of what is to be redacted; a key with a placeholder has
    /// a number.
    pub(crate) fn replace(
        &mut self,
        token: &Token<'_>,
        value: &str,
        findings: &[Finding],
        number: Option<usize>,
        buffer: &[u8],
    ) {
        let Some(substitute) = self.substitute else { return };
        let redacted = findings.iter().any(is_taken_out);
        if redacted && token.sort == Sort::Number {
            self.number(token, &replace(value, findings, substitute), buffer);
        } else if redacted || (number.is_some() && name::has_placeholder(value)) {
            self.copy(buffer, token.start);
            let start = self.bytes.len();
            self.string(token, value, findings, substitute, buffer);
            self.copy(buffer, token.end());
            if let Some(number) = number {
                self.end_key(start, number);
            }
        }
    }

    /// A number becomes a string, unless what stands in for it is a number too.
    fn number(&mut self, token: &Token<'_>, text: &str, buffer: &[u8]) {
        self.copy(buffer, token.start);
        if number::is_number(text) {
            self.bytes.extend(text.bytes());
        } else {
            self.bytes.push(b'"');
            escape::encode(text, &mut self.bytes);
            self.bytes.push(b'"');
        }
        self.copied = token.end();
    }

    fn string(
        &mut self,
        token: &Token<'_>,
        value: &str,
        findings: &[Finding],
        substitute: &dyn Substitute,
        buffer: &[u8],
    ) {
        let mut place = token.places(value);
        for finding in findings.iter().filter(|finding| is_taken_out(finding)) {
            let written = place(&finding.range);
            self.copy(buffer, written.start);
            self.value.clear();
            stand_in(substitute, finding, &value[finding.range.clone()], &mut self.value);
            escape::encode(&self.value, &mut self.bytes);
            self.copied = written.end;
        }
    }

    /// Makes the key that was written from `start` on differ from the others.
    fn end_key(&mut self, start: usize, number: usize) {
        self.value.clear();
        escape::decode(core::str::from_utf8(&self.bytes[start..]).unwrap_or_default(), &mut self.value);
        if let Some(suffix) = name::suffix(&self.value, number) {
            self.bytes.extend(suffix.bytes());
        }
    }

    fn copy(&mut self, buffer: &[u8], end: usize) {
        self.bytes.extend_from_slice(&buffer[self.copied..end]);
        self.copied = end;
    }
}
