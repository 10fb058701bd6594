//! The walker: a JSON document by its tokens, out of buffers that need not hold it whole.

use core::ops::Range;

use super::escape::Origins;
use super::number;
use super::path::{Container, Path};
use crate::document::{DocumentError, Place};

/// Reads a document of RFC 8259 token by token and hands out its texts: keys, strings and numbers.
///
/// Everything is checked, also what is not handed out. A token that the buffer does not hold whole is begun anew with
/// the next buffer, and what was seen of it is not read again.
#[derive(Debug)]
pub(crate) struct Walker {
    pub(crate) path: Path,
    limits: Limits,
    expected: Expected,
    /// Where in the buffer the next token begins.
    at: usize,
    /// How many bytes lie before the buffer.
    passed: usize,
    line: usize,
    /// Where the line begins, in bytes of the whole.
    line_start: usize,
    unfinished: Unfinished,
}

/// What is held in memory at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How deep arrays and objects stand in each other.
    pub(crate) depth: usize,
    /// How long a string or a number is, in bytes.
    pub(crate) token: usize,
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Step<'b> {
    /// The document is complete.
    End,
    /// The buffer has no further whole token.
    More,
    Text(Token<'b>),
}

/// A key, a string or a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'b> {
    pub(crate) sort: Sort,
    /// As it is written, without quotes.
    pub(crate) raw: &'b str,
    /// Where `raw` begins in the buffer.
    pub(crate) start: usize,
    /// Whether `raw` has escapes.
    pub(crate) escaped: bool,
}

impl<'b> Token<'b> {
    /// Where `raw` ends in the buffer.
    pub(crate) const fn end(&self) -> usize {
        self.start + self.raw.len()
    }

    /// The way from places in `value`, which the token stands for, to those in the buffer. Of a number that is written
    /// in another way than its value it is the whole.
    pub(crate) fn places(&self, value: &str) -> impl FnMut(&Range<usize>) -> Range<usize> + use<'b> {
        let (start, end, respelled) = (self.start, self.end(), self.sort == Sort::Number && self.raw != value);
        let mut origins = Origins::of(self.raw);
        move |range| {
            if respelled {
                return start..end;
            }
            let written = origins.range(range);
            start + written.start..start + written.end
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Key,
    Number,
    String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Colon,
    CommaOrEnd,
    /// The document is complete.
    Nothing,
    /// Behind a comma.
    Key,
    KeyOrEnd,
    Value,
    ValueOrEnd,
}

/// What was seen of a token that the last buffer did not hold whole.
#[derive(Debug, Clone, Copy, Default)]
struct Unfinished {
    length: usize,
    escaped: bool,
}

impl Walker {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            path: Path::default(),
            limits,
            expected: Expected::Value,
            at: 0,
            passed: 0,
            line: 1,
            line_start: 0,
            unfinished: Unfinished::default(),
        }
    }

    /// Begins another document, on a line of its own.
    pub(crate) fn restart(&mut self, offset: usize, line: usize) {
        self.path.clear();
        self.expected = Expected::Value;
        (self.at, self.passed, self.line, self.line_start) = (0, offset, line, offset);
        self.unfinished = Unfinished::default();
    }

    /// How many bytes lie before the buffer.
    pub(crate) const fn passed(&self) -> usize {
        self.passed
    }

    /// The line of the last token.
    pub(crate) const fn line(&self) -> usize {
        self.line
    }

    /// How much of the buffer has been read; the next one begins there.
    pub(crate) const fn take_read(&mut self) -> usize {
        let read = self.at;
        self.passed += read;
        self.at = 0;
        read
    }

    /// The next text of the document. After a key, [`Path::enter`] has to be called.
    pub(crate) fn next<'b>(&mut self, buffer: &'b [u8], last: bool) -> Result<Step<'b>, DocumentError> {
        loop {
            self.skip_blanks(buffer);
            let Some(&byte) = buffer.get(self.at) else {
                return match (last, self.expected) {
                    (false, _) => Ok(Step::More),
                    (true, Expected::Nothing) => Ok(Step::End),
                    (true, _) => Err(self.malformed(self.at, "the document ends too early")),
                };
            };
            let token = match self.expected {
                Expected::Value | Expected::ValueOrEnd => self.value(byte, buffer, last)?,
                Expected::Key | Expected::KeyOrEnd => self.key(byte, buffer, last)?,
                Expected::Colon => self.colon(byte)?,
                Expected::CommaOrEnd => self.comma_or_end(byte)?,
                Expected::Nothing => return Err(self.malformed(self.at, "something follows the document")),
            };
            match token {
                Read::Nothing => return Ok(Step::More),
                Read::Sign => {}
                Read::Text(token) => return Ok(Step::Text(token)),
            }
        }
    }

    /// Reads a whole document for its errors.
    pub(crate) fn check(&mut self, document: &[u8]) -> Result<(), DocumentError> {
        while let Step::Text(token) = self.next(document, true)? {
            if token.sort == Sort::Key {
                self.path.enter("");
            }
        }
        Ok(())
    }

    fn skip_blanks(&mut self, buffer: &[u8]) {
        while let Some(byte @ (b' ' | b'\n' | b'\r' | b'\t')) = buffer.get(self.at) {
            self.at += 1;
            if *byte == b'\n' {
                self.line += 1;
                self.line_start = self.passed + self.at;
            }
        }
    }

    fn value<'b>(&mut self, byte: u8, buffer: &'b [u8], last: bool) -> Result<Read<'b>, DocumentError> {
        match byte {
            b'"' => self.string(Sort::String, buffer, last),
            b'-' | b'0'..=b'9' => self.number(buffer, last),
            b'{' => self.open(Container::Object),
            b'[' => self.open(Container::Array),
            b']' if self.expected == Expected::ValueOrEnd => Ok(self.close()),
            b't' => self.literal("true", buffer, last),
            b'f' => self.literal("false", buffer, last),
            b'n' => self.literal("null", buffer, last),
            0xef if self.passed + self.at == 0 => self.byte_order_mark(buffer, last),
            _ => Err(self.malformed(self.at, "a value was expected")),
        }
    }

    fn key<'b>(&mut self, byte: u8, buffer: &'b [u8], last: bool) -> Result<Read<'b>, DocumentError> {
        match byte {
            b'"' => self.string(Sort::Key, buffer, last),
            b'}' if self.expected == Expected::KeyOrEnd => Ok(self.close()),
            _ => Err(self.malformed(self.at, "a key was expected")),
        }
    }

    fn colon<'b>(&mut self, byte: u8) -> Result<Read<'b>, DocumentError> {
        if byte != b':' {
            return Err(self.malformed(self.at, "a colon was expected"));
        }
        self.at += 1;
        self.expected = Expected::Value;
        Ok(Read::Sign)
    }

    fn comma_or_end<'b>(&mut self, byte: u8) -> Result<Read<'b>, DocumentError> {
        match (byte, self.path.container()) {
            (b',', Some(Container::Array)) => {
                self.path.next_item();
                self.expected = Expected::Value;
            }
            (b',', _) => self.expected = Expected::Key,
            (b']', Some(Container::Array)) | (b'}', Some(Container::Object)) => return Ok(self.close()),
            _ => return Err(self.malformed(self.at, "a comma or the end of the array or object was expected")),
        }
        self.at += 1;
        Ok(Read::Sign)
    }

    fn open<'b>(&mut self, container: Container) -> Result<Read<'b>, DocumentError> {
        if self.path.depth() == self.limits.depth {
            return Err(DocumentError::TooDeep { place: self.place(self.at), limit: self.limits.depth });
        }
        self.at += 1;
        self.path.open(container);
        self.expected = match container {
            Container::Array => Expected::ValueOrEnd,
            Container::Object => Expected::KeyOrEnd,
        };
        Ok(Read::Sign)
    }

    fn close<'b>(&mut self) -> Read<'b> {
        self.at += 1;
        self.path.close();
        self.expect_after_value();
        Read::Sign
    }

    const fn expect_after_value(&mut self) {
        self.expected = if self.path.depth() == 0 { Expected::Nothing } else { Expected::CommaOrEnd };
    }

    fn literal<'b>(&mut self, word: &str, buffer: &[u8], last: bool) -> Result<Read<'b>, DocumentError> {
        let rest = &buffer[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            self.expect_after_value();
            Ok(Read::Sign)
        } else if !last && word.as_bytes().starts_with(rest) {
            Ok(Read::Nothing)
        } else {
            Err(self.malformed(self.at, "a value was expected"))
        }
    }

    /// RFC 8259, section 8.1: a parser may ignore it.
    fn byte_order_mark<'b>(&mut self, buffer: &[u8], last: bool) -> Result<Read<'b>, DocumentError> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if buffer.starts_with(MARK) {
            self.at += MARK.len();
            Ok(Read::Sign)
        } else if !last && MARK.starts_with(buffer) {
            Ok(Read::Nothing)
        } else {
            Err(self.malformed(self.at, "a value was expected"))
        }
    }

    fn number<'b>(&mut self, buffer: &'b [u8], last: bool) -> Result<Read<'b>, DocumentError> {
        let from = self.at + self.unfinished.length;
        let end = from + buffer[from..].iter().take_while(|&&byte| number::may_hold(byte)).count();
        self.check_length(end - self.at)?;
        if end == buffer.len() && !last {
            self.unfinished.length = end - self.at;
            return Ok(Read::Nothing);
        }
        let raw = core::str::from_utf8(&buffer[self.at..end]).unwrap_or_default();
        if !number::is_number(raw) {
            return Err(self.malformed(self.at, "a number that is none"));
        }
        let token = Token { sort: Sort::Number, raw, start: self.at, escaped: false };
        self.at = end;
        self.unfinished = Unfinished::default();
        self.expect_after_value();
        Ok(Read::Text(token))
    }

    fn string<'b>(&mut self, sort: Sort, buffer: &'b [u8], last: bool) -> Result<Read<'b>, DocumentError> {
        let start = self.at + 1;
        let Some(end) = self.end_of_string(start, buffer, last)? else { return Ok(Read::Nothing) };
        let raw = core::str::from_utf8(&buffer[start..end])
            .map_err(|error| self.malformed(start + error.valid_up_to(), "bytes that are not UTF-8"))?;
        let token = Token { sort, raw, start, escaped: self.unfinished.escaped };
        self.at = end + 1;
        self.unfinished = Unfinished::default();
        match sort {
            Sort::Key => self.expected = Expected::Colon,
            Sort::Number | Sort::String => self.expect_after_value(),
        }
        Ok(Read::Text(token))
    }

    /// Where the closing quote stands, if it does already.
    fn end_of_string(&mut self, start: usize, buffer: &[u8], last: bool) -> Result<Option<usize>, DocumentError> {
        let mut at = start + self.unfinished.length;
        loop {
            at += buffer[at..].iter().take_while(|&&byte| is_plain(byte)).count();
            self.check_length(at - start)?;
            match buffer.get(at) {
                Some(b'"') => return Ok(Some(at)),
                Some(b'\\') => match escape(&buffer[at..]) {
                    Escape::Whole(length) => {
                        self.unfinished.escaped = true;
                        at += length;
                    }
                    Escape::Cut => break,
                    Escape::Wrong => return Err(self.malformed(at, "an escape that is none")),
                },
                Some(_) => return Err(self.malformed(at, "a control character in a string")),
                None => break,
            }
        }
        if last {
            return Err(self.malformed(buffer.len(), "the document ends too early"));
        }
        self.unfinished.length = at - start;
        Ok(None)
    }

    fn check_length(&self, length: usize) -> Result<(), DocumentError> {
        if length > self.limits.token {
            return Err(DocumentError::TooLong { place: self.place(self.at), limit: self.limits.token });
        }
        Ok(())
    }

    fn malformed(&self, at: usize, problem: &'static str) -> DocumentError {
        DocumentError::Malformed { place: self.place(at), problem }
    }

    const fn place(&self, at: usize) -> Place {
        let offset = self.passed + at;
        Place { offset, line: self.line, column: offset - self.line_start + 1 }
    }
}

/// What was read at once.
enum Read<'b> {
    /// Nothing: the token is not whole.
    Nothing,
    /// A sign or a word of the grammar.
    Sign,
    Text(Token<'b>),
}

/// What begins with a backslash.
enum Escape {
    Cut,
    Whole(usize),
    Wrong,
}

fn escape(bytes: &[u8]) -> Escape {
    match bytes {
        [_, b'u', digits @ ..] => match digits.iter().take(4).take_while(|digit| digit.is_ascii_hexdigit()).count() {
            4 => Escape::Whole(6),
            count if count == digits.len() => Escape::Cut,
            _ => Escape::Wrong,
        },
        [_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Escape::Whole(2),
        [_] => Escape::Cut,
        _ => Escape::Wrong,
    }
}

/// Whether a byte stands for itself inside a string.
const fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte != b'"' && byte != b'\\'
}
