//! The table again, with something else in place of what is to be redacted.

use axiom_core::Finding;

use super::content::{self, Form};
use super::cutter::Cell;
use crate::name;
use crate::redact::{Substitute, is_taken_out, stand_in};

/// What has been written of a table.
pub(crate) struct Output<'a> {
    /// Nothing is written without.
    substitute: Option<&'a dyn Substitute>,
    delimiter: u8,
    pub(crate) bytes: Vec<u8>,
    /// How much of the buffer has been written.
    copied: usize,
}

impl<'a> Output<'a> {
    pub(crate) const fn new(substitute: Option<&'a dyn Substitute>, delimiter: u8) -> Self {
        Self { substitute, delimiter, bytes: Vec::new(), copied: 0 }
    }

    /// Writes `buffer` up to `end`; another buffer follows.
    pub(crate) fn finish(&mut self, buffer: &[u8], end: usize) {
        if self.substitute.is_some() {
            self.copy(buffer, end);
            self.copied = 0;
        }
    }

    /// Writes `cell` with something else in place of what is to be redacted; a name of a column that holds a placeholder
    /// has a number.
    pub(crate) fn replace(
        &mut self,
        cell: &Cell<'_>,
        (form, content): (Form, &[u8]),
        findings: &[Finding],
        number: Option<usize>,
        buffer: &[u8],
    ) {
        let Some(substitute) = self.substitute else { return };
        let redacted = findings.iter().any(is_taken_out);
        if redacted || (number.is_some() && name::has_placeholder(&String::from_utf8_lossy(content))) {
            let mut text = replaced(content, findings, substitute);
            if let Some(suffix) = number.and_then(|number| name::suffix(&String::from_utf8_lossy(&text), number)) {
                text.extend(suffix.bytes());
            }
            self.copy(buffer, cell.start);
            if form == Form::Bare && !self.needs_quotes(&text, content) {
                self.bytes.extend(text);
            } else {
                self.bytes.push(b'"');
                content::write(&text, &mut self.bytes);
                self.bytes.push(b'"');
            }
            self.copied = cell.start + cell.raw.len();
        }
    }

    /// Whether `text` would be read as something else without quotes; those that a cell had inside before may stay.
    fn needs_quotes(&self, text: &[u8], before: &[u8]) -> bool {
        let has = |text: &[u8], byte| memchr::memchr(byte, text).is_some();
        let ends_cell = [self.delimiter, b'\r', b'\n'].into_iter().any(|byte| has(text, byte));
        ends_cell || text.is_empty() || text.starts_with(b"\"") || (has(text, b'"') && !has(before, b'"'))
    }

    fn copy(&mut self, buffer: &[u8], end: usize) {
        self.bytes.extend_from_slice(&buffer[self.copied..end]);
        self.copied = end;
    }
}

/// `content` with what stands in for the findings to be redacted.
fn replaced(content: &[u8], findings: &[Finding], substitute: &dyn Substitute) -> Vec<u8> {
    let (mut text, mut written, mut copied) = (Vec::new(), String::new(), 0);
    for finding in findings.iter().filter(|finding| is_taken_out(finding)) {
        // What was found is text, also where the rest of the cell is none.
        let value = core::str::from_utf8(&content[finding.range.clone()]).unwrap_or_default();
        written.clear();
        stand_in(substitute, finding, value, &mut written);
        text.extend_from_slice(&content[copied..finding.range.start]);
        text.extend_from_slice(written.as_bytes());
        copied = finding.range.end;
    }
    text.extend_from_slice(&content[copied..]);
    text
}
