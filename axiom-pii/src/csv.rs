//! CSV: personal data in the cells of tables.

mod content;
mod cutter;
mod output;
mod pass;

use core::fmt;
use core::ops::Range;
use std::io::{Read, Write};
use std::sync::Arc;

use axiom_core::Finding;

use self::cutter::Cutter;
use self::output::Output;
use self::pass::Pass;
use crate::document::DocumentError;
use crate::feed::{feed, write};
use crate::fields;
use crate::redact::{Placeholders, Substitute};
use crate::scanner::Scanner;

/// Something that was found in a cell of a table, and where.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InCell {
    /// What was found. Its range counts in the text that the cell holds, in bytes.
    pub finding: Finding,
    /// Where it is written in the table, in bytes: doubled quotes and all. In a cell with something behind its closing
    /// quote it is the whole cell.
    pub raw: Range<usize>,
    /// On which line, from 1.
    pub line: usize,
    /// In which record, from 1; a header is the first. Blank lines are none.
    pub row: usize,
    /// In which column, from 0.
    pub column: usize,
    /// The name of the column, if it has one, with placeholders for what it holds of personal data.
    pub name: Option<Arc<str>>,
}

/// What stands between the cells of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `|`
    Pipe,
    /// `;`
    Semicolon,
    /// The tabulator.
    Tab,
}

impl Delimiter {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Pipe => b'|',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// Finds and redacts personal data in CSV (RFC 4180), of any length in bounded memory.
///
/// Every cell is a text of its own, and the name of its column is its context, as with [`Scanner::scan_field`]; in a
/// table without a header the cell to the left is. Names are scanned as well: they may be data.
///
/// ```
/// use axiom_pii::{Csv, Scanner};
///
/// let table = b"name,ssn,order\r\nBob,536904399,536904399\r\n\"Alice\n\"\"A\"\"\",,\"to a@b.com, now\"\r\n";
/// let mut found = Vec::new();
/// let redacted = Csv::new(&Scanner::new()).redact(table, |cell| found.push(cell.clone()))?;
///
/// assert_eq!(
///     redacted,
///     b"name,ssn,order\r\nBob,[REDACTED:us_ssn],536904399\r\n\"Alice\n\"\"A\"\"\",,\"to [REDACTED:email], now\"\r\n"
/// );
/// assert_eq!((found[0].row, found[0].column, found[0].name.as_deref()), (2, 1, Some("ssn")));
/// assert_eq!(&table[found[1].raw.clone()], b"a@b.com");
/// # Ok::<(), axiom_pii::DocumentError>(())
/// ```
///
/// # How tables are read
///
/// - Records end with LF, CRLF or CR; cells in quotes may hold those, delimiters and doubled quotes. Rows may be shorter
///   or longer than the header.
/// - What stands behind a closing quote belongs to the cell; quotes inside a cell that does not begin with one are text.
///   A quoted cell that never ends is an error.
/// - Bytes that are not UTF-8 stay as they are and end a value. UTF-16, in which nothing would be found, is an error.
///
/// # What redaction keeps
///
/// - Cells in which nothing is redacted stay as they are, byte for byte, and so does everything between. A cell gets
///   quotes only where what stands in for a value calls for them.
/// - Names of columns stay distinct: the second one with a placeholder ends with `#2`, the third with `#3`.
/// - A placeholder begins with a bracket, so that no spreadsheet takes it for a formula; a cell that was one before is
///   none of this crate's concern.
///
/// A cell may be [`MAX_CELL`](Self::MAX_CELL) bytes long. A stream is held in memory one cell at a time, with the names
/// of the columns.
#[derive(Clone, Copy)]
pub struct Csv<'a> {
    scanner: &'a Scanner,
    substitute: &'a dyn Substitute,
    delimiter: Delimiter,
    has_header: bool,
    max_cell: usize,
}

impl fmt::Debug for Csv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { delimiter, has_header, max_cell, .. } = self;
        let mut shown = f.debug_struct("Csv");
        shown.field("delimiter", delimiter).field("has_header", has_header).field("max_cell", max_cell);
        shown.finish_non_exhaustive()
    }
}

impl<'a> Csv<'a> {
    /// How long a cell may be in bytes, with its quotes.
    pub const MAX_CELL: usize = 64 << 20;

    /// Finds what `scanner` finds, and redacts it by its placeholders, in tables with commas and a header.
    #[must_use]
    pub const fn new(scanner: &'a Scanner) -> Self {
        let (delimiter, max_cell) = (Delimiter::Comma, Self::MAX_CELL);
        Self { scanner, substitute: &Placeholders, delimiter, has_header: true, max_cell }
    }

    /// Redacts with something else than placeholders.
    #[must_use]
    pub const fn substitute(mut self, substitute: &'a dyn Substitute) -> Self {
        self.substitute = substitute;
        self
    }

    /// Reads tables with this delimiter.
    #[must_use]
    pub const fn delimiter(mut self, delimiter: Delimiter) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// Reads tables whose first record is data.
    #[must_use]
    pub const fn without_header(mut self) -> Self {
        self.has_header = false;
        self
    }

    /// Reads cells of at most this many bytes.
    #[must_use]
    pub const fn max_cell(mut self, bytes: usize) -> Self {
        self.max_cell = bytes;
        self
    }

    /// Gives everything that stands in `table` to `sink`, in the order of the table.
    ///
    /// # Errors
    /// [`DocumentError`] where a quoted cell has no end, the table is UTF-16, or a cell is too long. What stands before
    /// is found.
    pub fn scan(&self, table: &[u8], mut sink: impl FnMut(&InCell)) -> Result<(), DocumentError> {
        self.pass(&fields::finding(self.scanner), None).advance(table, true, &mut sink).map(drop)
    }

    /// The table with everything redacted that is to be; what was found goes to `sink`.
    ///
    /// # Errors
    /// [`DocumentError`] where a quoted cell has no end, the table is UTF-16, or a cell is too long.
    pub fn redact(&self, table: &[u8], mut sink: impl FnMut(&InCell)) -> Result<Vec<u8>, DocumentError> {
        let find = fields::settling(self.scanner);
        let mut pass = self.pass(&find, Some(self.substitute));
        pass.advance(table, true, &mut sink)?;
        Ok(pass.output.bytes)
    }

    /// [`scan`](Self::scan) of a table that is read piece by piece.
    ///
    /// # Errors
    /// As with [`scan`](Self::scan), and [`DocumentError::Read`].
    pub fn scan_stream(&self, reader: impl Read, mut sink: impl FnMut(&InCell)) -> Result<(), DocumentError> {
        let find = fields::finding(self.scanner);
        let mut pass = self.pass(&find, None);
        feed(reader, |buffer, last| pass.advance(buffer, last, &mut sink))
    }

    /// [`redact`](Self::redact) of a table that is read and written piece by piece.
    ///
    /// ```
    /// use axiom_pii::{Csv, Delimiter, Scanner};
    ///
    /// let (input, mut output) = (&b"ssn;536904399\nid;536904399\n"[..], Vec::new());
    /// let scanner = Scanner::new();
    /// let csv = Csv::new(&scanner).delimiter(Delimiter::Semicolon).without_header();
    /// csv.redact_stream(input, &mut output, |_| ())?;
    /// assert_eq!(output, b"ssn;[REDACTED:us_ssn]\nid;536904399\n");
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
        mut sink: impl FnMut(&InCell),
    ) -> Result<(), DocumentError> {
        let find = fields::settling(self.scanner);
        let mut pass = self.pass(&find, Some(self.substitute));
        feed(reader, |buffer, last| {
            let read = pass.advance(buffer, last, &mut sink)?;
            write(&mut writer, &mut pass.output.bytes)?;
            Ok(read)
        })?;
        writer.flush().map_err(|source| DocumentError::Write { source })
    }

    fn pass<'p>(&self, find: &'p fields::Find<'p>, substitute: Option<&'p dyn Substitute>) -> Pass<'p> {
        let delimiter = self.delimiter.byte();
        Pass::new(Cutter::new(delimiter, self.max_cell), self.has_header, find, Output::new(substitute, delimiter))
    }
}

impl Scanner {
    /// Gives everything that stands in a CSV table with a header to `sink`; [`Csv`] reads others, and streams too.
    ///
    /// ```
    /// axiom_pii::Scanner::new().scan_csv(b"id,ssn\n1,536904399\n", |cell| {
    ///     assert_eq!((&*cell.finding.kind, cell.name.as_deref()), ("us_ssn", Some("ssn")));
    /// })?;
    /// # Ok::<(), axiom_pii::DocumentError>(())
    /// ```
    ///
    /// # Errors
    /// As with [`Csv::scan`].
    pub fn scan_csv(&self, table: &[u8], sink: impl FnMut(&InCell)) -> Result<(), DocumentError> {
        Csv::new(self).scan(table, sink)
    }

    /// A CSV table with a header, with placeholders for what is to be redacted; [`Csv`] reads others, and streams too.
    ///
    /// ```
    /// let redacted = axiom_pii::Scanner::new().redact_csv(b"id,ssn\n1,536904399\n", |_| ())?;
    /// assert_eq!(redacted, b"id,ssn\n1,[REDACTED:us_ssn]\n");
    /// # Ok::<(), axiom_pii::DocumentError>(())
    /// ```
    ///
    /// # Errors
    /// As with [`Csv::redact`].
    pub fn redact_csv(&self, table: &[u8], sink: impl FnMut(&InCell)) -> Result<Vec<u8>, DocumentError> {
        Csv::new(self).redact(table, sink)
    }
}
