//! Input: files or standard input, whole or line by line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// How much is read at once: of a file, more than a thousand events.
const BUFFER: usize = 1 << 20;

/// A file, or standard input where it is `-` or missing.
#[derive(Debug, Clone)]
pub(crate) struct Source(Option<PathBuf>);

impl Source {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        Self(path.filter(|path| *path != Path::new("-")).map(Path::to_owned))
    }

    /// The name to call it by.
    pub(crate) fn name(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new("standard input"))
    }

    /// How many bytes there are, if that can be known.
    pub(crate) fn len(&self) -> u64 {
        self.0.as_ref().and_then(|path| path.metadata().ok()).map_or(0, |metadata| metadata.len())
    }

    pub(crate) fn open(&self) -> Result<Box<dyn Read>, Failure> {
        match &self.0 {
            Some(path) => Ok(Box::new(File::open(path).map_err(|error| self.failed(&error))?)),
            None => Ok(Box::new(io::stdin())),
        }
    }

    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        self.open()?.read_to_end(&mut bytes).map_err(|error| self.failed(&error))?;
        Ok(bytes)
    }

    pub(crate) fn read_text(&self) -> Result<String, Failure> {
        let text = String::from_utf8(self.read()?);
        text.map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Failure::Usage(format!("{} is not UTF-8: invalid byte at offset {at}", self.name().display()))
        })
    }

    /// Its lines, of which those longer than `longest` bytes are passed over.
    pub(crate) fn lines(&self, longest: usize) -> Result<Lines, Failure> {
        let reader = BufReader::with_capacity(BUFFER, self.open()?);
        Ok(Lines { source: self.clone(), reader, longest, number: 0, line: Vec::new() })
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::io("read", self.name(), error)
    }
}

/// The lines of an input, in memory that no line can exhaust.
pub(crate) struct Lines {
    source: Source,
    reader: BufReader<Box<dyn Read>>,
    longest: usize,
    number: u64,
    line: Vec<u8>,
}

/// A line of an input.
pub(crate) enum Line<'a> {
    /// Its number, from 1, and its bytes without the newline.
    Whole(u64, &'a [u8]),
    /// The number of one that is too long.
    TooLong(u64),
}

impl Lines {
    /// The next line that is not blank.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, Failure> {
        loop {
            self.line.clear();
            let limit = self.longest as u64 + 1;
            let read = self.reader.by_ref().take(limit).read_until(b'\n', &mut self.line);
            if read.map_err(|error| self.source.failed(&error))? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if self.line.last() == Some(&b'\n') {
                self.line.pop();
            } else if self.line.len() > self.longest {
                self.skip_line()?;
                return Ok(Some(Line::TooLong(self.number)));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some(Line::Whole(self.number, self.text())));
            }
        }
    }

    /// Whether the next line that is not blank may have to be waited for.
    pub(crate) fn would_wait(&self) -> bool {
        let buffer = self.reader.buffer();
        let complete = buffer.iter().rposition(|byte| *byte == b'\n').map_or(&[][..], |end| &buffer[..end]);
        complete.trim_ascii().is_empty()
    }

    /// The line without the byte order mark that some editors put at the start of a file.
    fn text(&self) -> &[u8] {
        let marked = if self.number == 1 { self.line.strip_prefix(b"\xef\xbb\xbf") } else { None };
        marked.unwrap_or(&self.line)
    }

    fn skip_line(&mut self) -> Result<(), Failure> {
        self.line.clear();
        loop {
            let buffer = self.reader.fill_buf().map_err(|error| self.source.failed(&error))?;
            let (skipped, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.reader.consume(skipped);
            if ended {
                return Ok(());
            }
        }
    }
}
