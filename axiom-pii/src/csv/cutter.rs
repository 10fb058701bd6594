//! The cutter: a table cell by cell, out of buffers that need not hold it whole.

use crate::document::{DocumentError, Place};

/// Cuts a table of RFC 4180 into its cells.
///
/// A cell that the buffer does not hold whole is begun anew with the next buffer, and what was seen of it is not read
/// again.
#[derive(Debug)]
pub(crate) struct Cutter {
    delimiter: u8,
    limit: usize,
    /// Where in the buffer the next cell begins.
    at: usize,
    /// How many bytes lie before the buffer.
    passed: usize,
    line: usize,
    /// Where the line begins, in bytes of the whole.
    line_start: usize,
    /// The record, from 1.
    row: usize,
    column: usize,
    inside: Inside,
    /// How much of the next cell has been looked at.
    looked: usize,
}

/// A cell as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'b> {
    /// With its quotes.
    pub(crate) raw: &'b [u8],
    /// Where it begins in the buffer.
    pub(crate) start: usize,
    pub(crate) line: usize,
    pub(crate) row: usize,
    pub(crate) column: usize,
}

/// Where the cutter is in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Behind the closing quote, or in a cell without.
    Plain,
    Quotes,
    Start,
}

impl Cutter {
    pub(crate) const fn new(delimiter: u8, limit: usize) -> Self {
        Self {
            delimiter,
            limit,
            at: 0,
            passed: 0,
            line: 1,
            line_start: 0,
            row: 1,
            column: 0,
            inside: Inside::Start,
            looked: 0,
        }
    }

    /// How many bytes lie before the buffer.
    pub(crate) const fn passed(&self) -> usize {
        self.passed
    }

    /// How much of the buffer has been read; the next one begins there.
    pub(crate) const fn take_read(&mut self) -> usize {
        let read = self.at;
        self.passed += read;
        self.at = 0;
        read
    }

    /// The next cell that the buffer holds whole.
    pub(crate) fn next<'b>(&mut self, buffer: &'b [u8], last: bool) -> Result<Option<Cell<'b>>, DocumentError> {
        if self.passed + self.at == 0 && !self.skip_byte_order_mark(buffer, last)? {
            return Ok(None);
        }
        if !self.pass_record_end(buffer, last) || (last && self.at == buffer.len() && self.column == 0) {
            return Ok(None);
        }
        let Some(end) = self.end_of_cell(buffer, last)? else { return Ok(None) };
        let raw = &buffer[self.at..end];
        if memchr::memchr(0, raw).is_some() {
            return Err(self.malformed("a byte of zeros, as in UTF-16: the table must be in UTF-8"));
        }
        let cell = Cell { raw, start: self.at, line: self.line, row: self.row, column: self.column };
        self.pass_newlines(raw);
        self.pass_separator(buffer, end);
        (self.inside, self.looked) = (Inside::Start, 0);
        Ok(Some(cell))
    }

    /// Passes over the mark of UTF-8 and refuses those of UTF-16; answers whether there is enough to tell.
    fn skip_byte_order_mark(&mut self, buffer: &[u8], last: bool) -> Result<bool, DocumentError> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if matches!(buffer, [0xfe, 0xff, ..] | [0xff, 0xfe, ..]) {
            return Err(self.malformed("the mark of UTF-16: the table must be in UTF-8"));
        }
        if buffer.starts_with(MARK) {
            self.at = MARK.len();
        }
        Ok(last || buffer.len() >= MARK.len())
    }

    /// Passes over the end of the last record and blank lines; answers whether the buffer tells where those end.
    fn pass_record_end(&mut self, buffer: &[u8], last: bool) -> bool {
        while self.column == 0 && self.inside == Inside::Start {
            match &buffer[self.at..] {
                [b'\r', b'\n', ..] => self.pass_newline(2),
                [b'\r'] if !last => return false,
                [b'\r' | b'\n', ..] => self.pass_newline(1),
                _ => return true,
            }
        }
        true
    }

    /// Where the next cell ends, if the buffer tells.
    fn end_of_cell(&mut self, buffer: &[u8], last: bool) -> Result<Option<usize>, DocumentError> {
        loop {
            let at = self.at + self.looked;
            let end = match self.inside {
                Inside::Start => {
                    let Some(first) = buffer.get(at).or(if last { Some(&0) } else { None }) else { return Ok(None) };
                    (self.inside, self.looked) = if *first == b'"' { (Inside::Quotes, 1) } else { (Inside::Plain, 0) };
                    continue;
                }
                Inside::Plain => memchr::memchr3(self.delimiter, b'\r', b'\n', &buffer[at..]).map(|length| at + length),
                Inside::Quotes => match memchr::memchr(b'"', &buffer[at..]).map(|length| at + length) {
                    Some(quote) if buffer.get(quote + 1) == Some(&b'"') => {
                        self.looked = quote + 2 - self.at;
                        continue;
                    }
                    Some(quote) if last || quote + 1 < buffer.len() => {
                        (self.inside, self.looked) = (Inside::Plain, quote + 1 - self.at);
                        continue;
                    }
                    // Whether another quote follows is not known yet.
                    Some(quote) => {
                        self.looked = quote - self.at;
                        return self.check_length(quote - self.at).map(|()| None);
                    }
                    None if last => return Err(self.malformed("a quoted cell without an end")),
                    None => None,
                },
            };
            let end = end.or(last.then_some(buffer.len()));
            self.looked = end.unwrap_or(buffer.len()) - self.at;
            self.check_length(self.looked)?;
            return Ok(end);
        }
    }

    /// Goes on behind the delimiter at `end`, or to the end of the record.
    fn pass_separator(&mut self, buffer: &[u8], end: usize) {
        self.at = end;
        match buffer.get(end) {
            Some(&byte) if byte == self.delimiter => {
                self.at += 1;
                self.column += 1;
            }
            _ => {
                self.row += 1;
                self.column = 0;
            }
        }
    }

    fn pass_newlines(&mut self, raw: &[u8]) {
        for newline in memchr::memchr_iter(b'\n', raw) {
            self.line += 1;
            self.line_start = self.passed + self.at + newline + 1;
        }
    }

    const fn pass_newline(&mut self, length: usize) {
        self.at += length;
        self.line += 1;
        self.line_start = self.passed + self.at;
    }

    fn check_length(&self, length: usize) -> Result<(), DocumentError> {
        if length > self.limit {
            return Err(DocumentError::TooLong { place: self.place(), limit: self.limit });
        }
        Ok(())
    }

    /// Something is wrong with the cell that begins here.
    const fn malformed(&self, problem: &'static str) -> DocumentError {
        DocumentError::Malformed { place: self.place(), problem }
    }

    const fn place(&self) -> Place {
        let offset = self.passed + self.at;
        Place { offset, line: self.line, column: offset - self.line_start + 1 }
    }
}
