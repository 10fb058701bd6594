//! The pass: once through a table, from cell to cell.

use std::sync::Arc;

use axiom_core::Finding;

use super::InCell;
use super::content::{self, Form, Origins};
use super::cutter::{Cell, Cutter};
use super::output::Output;
use crate::document::DocumentError;
use crate::fields::Find;
use crate::name;

/// One pass over one table, in as many buffers as it comes in.
pub(crate) struct Pass<'a> {
    cutter: Cutter,
    find: &'a Find<'a>,
    pub(crate) output: Output<'a>,
    /// The names of the columns, if there is a header.
    names: Option<Names>,
    /// The end of the cell to the left, as it is shown.
    left: String,
    findings: Vec<Finding>,
    content: Vec<u8>,
}

/// Takes what was found.
pub(crate) type Sink<'a> = dyn FnMut(&InCell) + 'a;

/// The names of the columns.
#[derive(Debug, Default)]
pub(crate) struct Names {
    columns: Vec<Arc<str>>,
    /// How many hold a placeholder.
    redacted: usize,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(cutter: Cutter, has_header: bool, find: &'a Find<'a>, output: Output<'a>) -> Self {
        let names = has_header.then(Names::default);
        Self { cutter, find, output, names, left: String::new(), findings: Vec::new(), content: Vec::new() }
    }

    /// Goes through the whole cells of `buffer` and answers how many of its bytes are done with.
    pub(crate) fn advance(&mut self, buffer: &[u8], last: bool, sink: &mut Sink<'_>) -> Result<usize, DocumentError> {
        while let Some(cell) = self.cutter.next(buffer, last)? {
            self.cell(&cell, buffer, sink);
        }
        let read = self.cutter.take_read();
        self.output.finish(buffer, read);
        Ok(read)
    }

    fn cell(&mut self, cell: &Cell<'_>, buffer: &[u8], sink: &mut Sink<'_>) {
        let mut scratch = core::mem::take(&mut self.content);
        let (form, content) = content::read(cell.raw, &mut scratch);
        self.collect(cell, content);
        let number = self.name(cell, content);
        self.output.replace(cell, (form, content), &self.findings, number, buffer);
        self.report(cell, form, content, sink);
        self.content = scratch;
    }

    /// Collects what stands in a cell; a byte that is not UTF-8 ends a value.
    fn collect(&mut self, cell: &Cell<'_>, content: &[u8]) {
        self.findings.clear();
        let field = match &self.names {
            Some(_) if cell.row == HEADER => "",
            Some(names) => names.columns.get(cell.column).map_or("", |name| name::end_of(name)),
            None if cell.column == 0 => "",
            None => &self.left,
        };
        let mut start = 0;
        for chunk in content.utf8_chunks() {
            let from = self.findings.len();
            (self.find)(field, chunk.valid(), &mut self.findings);
            for finding in &mut self.findings[from..] {
                finding.range = start + finding.range.start..start + finding.range.end;
            }
            start += chunk.valid().len() + chunk.invalid().len();
        }
    }

    /// Keeps what the cell says about others: a name of the column, about those below it; without a header, about the
    /// one to the right. A name with a placeholder has a number.
    fn name(&mut self, cell: &Cell<'_>, content: &[u8]) -> Option<usize> {
        match &mut self.names {
            Some(names) if cell.row == HEADER => names.add(&shown(content, &self.findings)),
            Some(_) => None,
            None => {
                let shown = shown(content, &self.findings);
                self.left.clear();
                self.left.push_str(name::end_of(&shown));
                None
            }
        }
    }

    fn report(&mut self, cell: &Cell<'_>, form: Form, content: &[u8], sink: &mut Sink<'_>) {
        let mut origins = Origins::of(form, content, cell.raw);
        let (mut line, mut counted) = (cell.line, 0);
        for finding in self.findings.drain(..) {
            let raw = origins.range(&finding.range);
            line += memchr::memchr_iter(b'\n', &cell.raw[counted..raw.start.max(counted)]).count();
            counted = raw.start.max(counted);
            let start = self.cutter.passed() + cell.start;
            let name = self.names.as_ref().and_then(|names| names.columns.get(cell.column)).cloned();
            let (row, column) = (cell.row, cell.column);
            sink(&InCell { finding, raw: start + raw.start..start + raw.end, line, row, column, name });
        }
    }
}

impl Names {
    /// Takes the name of the next column, and answers its number if it holds a placeholder.
    fn add(&mut self, shown: &str) -> Option<usize> {
        if !name::has_placeholder(shown) {
            self.columns.push(shown.into());
            return None;
        }
        self.redacted += 1;
        self.columns.push(name::distinct(shown.to_owned(), self.redacted).into());
        Some(self.redacted)
    }
}

/// The text of a cell with placeholders; of one that is not UTF-8, nothing where something stands in it.
fn shown(content: &[u8], findings: &[Finding]) -> String {
    match core::str::from_utf8(content) {
        Ok(text) => name::shown(text, findings),
        Err(_) if findings.is_empty() => String::from_utf8_lossy(content).into_owned(),
        Err(_) => String::new(),
    }
}

/// The record that names the columns.
const HEADER: usize = 1;
