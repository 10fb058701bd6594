//! The pass: once through a document, from text to text.

use core::ops::Range;

use axiom_core::Finding;

use super::Located;
use super::escape;
use super::nested;
use super::number;
use super::output::Output;
use super::walker::{Limits, Sort, Step, Token, Walker};
use crate::document::DocumentError;
use crate::fields::Find;
use crate::redact::Substitute;

/// One pass over one document, in as many buffers as it comes in.
pub(crate) struct Pass<'a> {
    walker: Walker,
    find: &'a Find<'a>,
    pub(crate) output: Output<'a>,
    /// What stands in the text at hand.
    findings: Vec<Finding>,
    decoded: String,
}

/// Takes what was found.
pub(crate) type Sink<'a> = dyn FnMut(&Located) + 'a;

impl<'a> Pass<'a> {
    /// A pass that writes the document again if there is something that stands in for values.
    pub(crate) fn new(limits: Limits, find: &'a Find<'a>, substitute: Option<&'a dyn Substitute>) -> Self {
        let (findings, decoded) = (Vec::new(), String::new());
        Self { walker: Walker::new(limits), find, output: Output::new(substitute), findings, decoded }
    }

    /// Goes through the whole texts of `buffer` and answers how many of its bytes are done with.
    pub(crate) fn advance(&mut self, buffer: &[u8], last: bool, sink: &mut Sink<'_>) -> Result<usize, DocumentError> {
        while let Step::Text(token) = self.walker.next(buffer, last)? {
            self.text(&token, buffer, sink);
        }
        let read = self.walker.take_read();
        self.output.finish(buffer, read);
        Ok(read)
    }

    /// Begins another document, on a line of its own.
    pub(crate) fn restart(&mut self, offset: usize, line: usize) {
        self.walker.restart(offset, line);
    }

    fn text(&mut self, token: &Token<'_>, buffer: &[u8], sink: &mut Sink<'_>) {
        let value = value(token, &mut self.decoded);
        let path = &mut self.walker.path;
        let is_key = token.sort == Sort::Key;
        let field = if is_key { path.outer_field() } else { path.field() };
        nested::find(self.find, field, value, &mut self.findings);
        let number = if is_key { path.enter_key(value, &self.findings) } else { None };
        self.output.replace(token, value, &self.findings, number, buffer);
        if !self.findings.is_empty() {
            let mut place = token.places(value);
            self.report(is_key, &mut place, sink);
        }
    }

    fn report(&mut self, is_key: bool, place: &mut dyn FnMut(&Range<usize>) -> Range<usize>, sink: &mut Sink<'_>) {
        let (passed, line) = (self.walker.passed(), self.walker.line());
        let mut pointer = self.walker.path.take_pointer();
        for mut finding in self.findings.drain(..) {
            let raw = place(&finding.range);
            finding.pointer = Some(pointer);
            let located = Located { finding, raw: passed + raw.start..passed + raw.end, line, is_key };
            sink(&located);
            pointer = located.finding.pointer.unwrap_or_default();
        }
        self.walker.path.give_back(pointer);
    }
}

/// The text that `token` stands for.
pub(crate) fn value<'t>(token: &Token<'t>, decoded: &'t mut String) -> &'t str {
    decoded.clear();
    if token.sort == Sort::Number {
        if number::spell_out(token.raw, decoded) { decoded } else { token.raw }
    } else if token.escaped {
        escape::decode(token.raw, decoded);
        decoded
    } else {
        token.raw
    }
}
