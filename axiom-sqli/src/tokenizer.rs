//! Bytes to tokens: every dialect at once, no memory, no look back.
//!
//! Where dialects disagree the tokenizer takes the reading that an attacker would want: `--` begins a comment also
//! without the blank that MySQL asks for, `#` begins one although only MySQL says so, a backslash escapes a quote.

use crate::class::{Class, class};
use crate::dialect::Dialects;
use crate::eight::{Eight, find};
use crate::keyword::{self, Role};
use crate::token::{Kind, Operator, Quote, Token};

/// An iterator over the tokens of `bytes`; cheap to copy, which is how one looks ahead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tokenizer<'a> {
    bytes: &'a [u8],
    at: usize,
    pub(crate) saw: Saw,
}

/// What was met between the tokens.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Saw {
    /// `/*!`, whose content MySQL executes.
    pub(crate) version_comment: bool,
    /// `1.e`, which means 1 to MySQL and is written by nobody.
    pub(crate) odd_number: bool,
    pub(crate) dialects: Dialects,
}

impl<'a> Tokenizer<'a> {
    /// Reads from `at`, as code.
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, saw: Saw::default() }
    }

    pub(crate) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn has(&self, ahead: usize) -> bool {
        self.at + ahead < self.bytes.len()
    }

    /// Moves on to the first byte that `stop` holds for.
    fn until(&mut self, stop: impl Fn(u8) -> bool) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| stop(*byte)).unwrap_or(rest.len());
    }

    /// Moves on to the first byte that `stop` holds for, or to a no-break space.
    fn until_blank_or(&mut self, stop: impl Fn(u8) -> bool) {
        while let Some(byte) = self.bytes.get(self.at) {
            if stop(*byte) || *byte >= 0x80 && self.no_break_space() > 0 {
                return;
            }
            self.at += 1;
        }
    }

    /// The length of the no-break space that stands here: of UTF-8, or of Latin-1 where it is no part of a character.
    fn no_break_space(&self) -> usize {
        let before = self.at.checked_sub(1).map_or(0, |at| self.bytes[at]);
        match (self.peek(0), self.peek(1)) {
            (0xc2, 0xa0) => 2,
            (0xa0, _) if before < 0x80 => 1,
            _ => 0,
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek(0) {
                _ if !self.has(0) => return,
                byte if class(byte) == Class::Blank => self.at += 1,
                b'%' if is_encoded_blank(self.peek(1), self.peek(2)) => self.at += 3,
                0xc2 | 0xa0 if self.no_break_space() > 0 => self.at += self.no_break_space(),
                b'/' if self.peek(1) == b'*' && matches!(self.peek(2), b'!' | b'M') => {
                    let mark = if self.peek(2) == b'M' { 4 } else { 3 };
                    if self.peek(mark - 1) != b'!' || !self.is_code(mark) {
                        return;
                    }
                    self.at += mark;
                    self.until(|byte| !byte.is_ascii_digit());
                    self.saw.version_comment = true;
                    self.saw.dialects.insert(Dialects::MYSQL);
                }
                // The end of `/*!`, or of a comment around another, which PostgreSQL and SQL Server know.
                b'*' if self.peek(1) == b'/' => self.at += 2,
                _ => return,
            }
        }
    }

    /// Whether code begins `ahead`, as it does behind `/*!`: a version, or a keyword.
    fn is_code(&self, ahead: usize) -> bool {
        let rest = self.bytes[self.at + ahead..].trim_ascii_start();
        let end = rest.iter().take(32).position(|byte| class(*byte) != Class::Letter).unwrap_or(rest.len().min(32));
        rest.first().is_some_and(u8::is_ascii_digit) || keyword::role(&rest[..end]) != Role::Name
    }

    #[inline(always)]
    fn kind(&mut self, byte: u8) -> Kind {
        match class(byte) {
            Class::Letter => self.word(),
            Class::Digit => self.number(),
            Class::Single => self.single(byte),
            Class::Quote => self.string(byte),
            Class::Operator => self.operator(),
            Class::Blank | Class::Other => self.mark(byte),
        }
    }

    #[inline(always)]
    fn single(&mut self, byte: u8) -> Kind {
        self.at += 1;
        match byte {
            b'(' => Kind::Open,
            b')' => Kind::Close,
            b',' => Kind::Comma,
            _ => Kind::Semicolon,
        }
    }

    #[inline(never)]
    fn mark(&mut self, byte: u8) -> Kind {
        self.at += 1;
        match byte {
            b'.' if self.peek(0).is_ascii_digit() => self.fraction(),
            b'.' => Kind::Dot,
            b'`' => self.enclosed(b'`', Dialects::MYSQL),
            b'[' => self.bracket(),
            b'{' | b'}' => self.brace(byte),
            b'@' => self.variable(),
            b'$' => self.dollar(),
            b':' => self.colon(),
            b'?' => self.parameter(),
            b'\\' if matches!(self.peek(0), b'N') => {
                self.at += 1;
                Kind::Word(Role::Literal)
            }
            b'\\' => self.next_kind(),
            _ => Kind::Stray,
        }
    }

    /// The token behind something that is passed over.
    fn next_kind(&mut self) -> Kind {
        match self.peek(0) {
            b'0'..=b'9' => self.number(),
            _ => Kind::Stray,
        }
    }

    #[inline(always)]
    fn word(&mut self) -> Kind {
        let start = self.at;
        let eight = Eight::first_of(&self.bytes[start..]);
        let length = eight.word_length();
        self.at += length;
        if length == 8 || matches!(self.peek(0), b'\'' | 0x80..) {
            return self.long_word(start);
        }
        Kind::Word(keyword::role_of_short(eight, length))
    }

    /// A word of any length and any letters, or a string with a prefix.
    #[inline(never)]
    fn long_word(&mut self, start: usize) -> Kind {
        while self.peek(0) < 0x80 {
            let length = Eight::first_of(&self.bytes[self.at..]).word_length();
            self.at += length;
            if length < 8 {
                break;
            }
        }
        if self.peek(0) >= 0x80 {
            self.until_blank_or(|byte| !matches!(class(byte), Class::Letter | Class::Digit) && byte != b'$');
        }
        // `N'…'`, `x'…'`, `E'…'`, `_utf8'…'`.
        let word = &self.bytes[start..self.at];
        if self.peek(0) == b'\'' && is_string_prefix(word) {
            return self.string(b'\'');
        }
        Kind::Word(keyword::role(word))
    }

    #[inline(always)]
    fn number(&mut self) -> Kind {
        let start = self.at;
        self.digits();
        // Most numbers end here.
        let next = self.peek(0);
        if next == b'.' || class(next) == Class::Letter { self.odd_number(start) } else { Kind::Number }
    }

    #[inline]
    fn digits(&mut self) {
        while self.peek(0).is_ascii_digit() {
            self.at += 1;
        }
    }

    /// A number with more than digits in it, which begins at `start`.
    #[inline(never)]
    fn odd_number(&mut self, start: usize) -> Kind {
        match self.peek(0) {
            b'x' | b'X' if self.bytes[start..self.at] == *b"0" => {
                self.at += 1;
                self.until(|byte| !byte.is_ascii_hexdigit());
            }
            b'b' | b'B' if self.bytes[start..self.at] == *b"0" => {
                self.at += 1;
                self.until(|byte| !matches!(byte, b'0' | b'1'));
            }
            b'.' => {
                self.at += 1;
                return self.fraction();
            }
            b'e' | b'E' => self.exponent(),
            _ => {}
        }
        self.number_or_word()
    }

    /// Behind the point of a number.
    fn fraction(&mut self) -> Kind {
        self.until(|byte| !byte.is_ascii_digit());
        if self.peek(0) | 0x20 == b'e' && class(self.peek(1)) != Class::Letter {
            // MySQL reads `1.e` as 1, whatever follows; before a parenthesis it does not count at all.
            self.at += 1;
            self.saw.odd_number |= matches!(self.peek(0), b'.' | b'(' | b')' | b',' | b' ');
            if self.peek(0) == b'(' {
                self.at += 1;
                return Kind::Open;
            }
            if matches!(self.peek(0), b'+' | b'-') && self.peek(1).is_ascii_digit() {
                self.at += 1;
            }
            self.until(|byte| !byte.is_ascii_digit());
        }
        Kind::Number
    }

    fn exponent(&mut self) {
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if self.peek(0) | 0x20 == b'e' && self.peek(1 + sign).is_ascii_digit() {
            self.at += 1 + sign;
            self.until(|byte| !byte.is_ascii_digit());
        }
    }

    /// `1union` is two tokens to SQL Server and SQLite; `1st` is a word.
    fn number_or_word(&mut self) -> Kind {
        let end = self.at;
        if class(self.peek(0)) != Class::Letter || self.no_break_space() > 0 {
            return Kind::Number;
        }
        self.until_blank_or(|byte| !matches!(class(byte), Class::Letter | Class::Digit));
        let joins = matches!(
            keyword::role(&self.bytes[end..self.at]),
            Role::Union | Role::Logic | Role::Select | Role::Order | Role::Group | Role::Having | Role::From
        );
        if joins {
            self.at = end;
            return Kind::Number;
        }
        Kind::Word(Role::Name)
    }

    #[inline(never)]
    fn string(&mut self, quote: u8) -> Kind {
        self.at += 1;
        let closed = skip_string(self.bytes, &mut self.at, quote);
        Kind::String(Quote::new(quote, closed))
    }

    fn enclosed(&mut self, end: u8, dialects: Dialects) -> Kind {
        let from = self.at;
        self.until(|byte| byte == end);
        if self.has(0) {
            self.at += 1;
            self.saw.dialects.insert(dialects);
            // A system table stays one between its marks.
            return Kind::Word(keyword::role_of_name(&self.bytes[from..self.at - 1]));
        }
        self.at = from;
        Kind::Stray
    }

    /// `[name]` of SQL Server and SQLite, or what stands behind `array`.
    fn bracket(&mut self) -> Kind {
        let array =
            self.bytes[..self.at - 1].last_chunk().is_some_and(|word: &[u8; 5]| word.eq_ignore_ascii_case(b"array"));
        let name = |byte: u8| {
            matches!(class(byte), Class::Letter | Class::Digit)
                || matches!(byte, b' ' | b'.')
                || array && matches!(byte, b',' | b'\'' | b'-')
        };
        let from = self.at;
        self.until(|byte| !name(byte));
        let typed = self.bytes[..from - 1].last().is_some_and(|byte| class(*byte) == Class::Letter);
        if self.peek(0) == b']' && (self.at > from || typed) {
            self.at += 1;
            let role = if array { Role::Literal } else { keyword::role_of_name(&self.bytes[from..self.at - 1]) };
            return Kind::Word(role);
        }
        self.at = from;
        Kind::Stray
    }

    /// `{d '2020-01-01'}`, `{fn now()}`, `{x expression}`: ODBC, and MySQL for any word.
    fn brace(&mut self, byte: u8) -> Kind {
        if byte == b'}' {
            return Kind::Close;
        }
        let from = self.at;
        self.skip_blanks();
        let word = self.at;
        self.until(|byte| !matches!(class(byte), Class::Letter | Class::Digit));
        if self.at == word {
            self.at = from;
            return Kind::Stray;
        }
        Kind::Open
    }

    fn variable(&mut self) -> Kind {
        match self.peek(0) {
            b'>' => {
                self.at += 1;
                return Kind::Operator(Operator::Compare);
            }
            b'@' => self.at += 1,
            quote @ (b'\'' | b'"' | b'`') => {
                self.at += 1;
                return if skip_string(self.bytes, &mut self.at, quote) { Kind::Variable } else { Kind::Stray };
            }
            _ => {}
        }
        let from = self.at;
        self.until(|byte| !matches!(class(byte), Class::Letter | Class::Digit) && !matches!(byte, b'$' | b'.'));
        if self.at == from && !matches!(self.peek(0), b'`' | b'=') { Kind::Stray } else { Kind::Variable }
    }

    /// `$1`, `$name`, `$$text$$`, `$tag$text$tag$`.
    fn dollar(&mut self) -> Kind {
        let from = self.at;
        self.until(|byte| !matches!(class(byte), Class::Letter | Class::Digit));
        if self.peek(0) != b'$' {
            return if self.at == from { Kind::Stray } else { Kind::Parameter };
        }
        self.at += 1;
        let tag = &self.bytes[from - 1..self.at];
        let closed = skip_dollar_string(self.bytes, &mut self.at, tag);
        self.saw.dialects.insert(Dialects::POSTGRESQL);
        Kind::String(Quote::new(b'$', closed))
    }

    fn colon(&mut self) -> Kind {
        match self.peek(0) {
            b':' => {
                self.at += 1;
                Kind::Operator(Operator::Arithmetic)
            }
            b'=' => {
                self.at += 1;
                Kind::Operator(Operator::Compare)
            }
            byte if class(byte) == Class::Letter => {
                self.until(|byte| !matches!(class(byte), Class::Letter | Class::Digit));
                Kind::Parameter
            }
            _ => Kind::Stray,
        }
    }

    fn parameter(&mut self) -> Kind {
        match self.peek(0) {
            b'|' | b'&' => {
                self.at += 1;
                Kind::Operator(Operator::Compare)
            }
            _ => {
                self.until(|byte| !byte.is_ascii_digit());
                Kind::Parameter
            }
        }
    }

    #[inline(never)]
    fn operator(&mut self) -> Kind {
        let (first, second, third) = (self.peek(0), self.peek(1), self.peek(2));
        match (first, second) {
            (b'-', b'-') if !matches!(third, b'0'..=b'9' | b'(' | b'@') => return self.line_comment(),
            (b'#', b'>' | b'-') => return self.take(2, Operator::Arithmetic),
            (b'#', _) => {
                self.saw.dialects.insert(Dialects::MYSQL);
                return self.line_comment();
            }
            (b'/', b'*') => return self.block_comment(),
            _ => {}
        }
        self.symbol(first, second, third)
    }

    fn symbol(&mut self, first: u8, second: u8, third: u8) -> Kind {
        match (first, second, third) {
            // `<` and the variable without a name that MySQL knows.
            (b'<', b'@', b'=' | b'<' | b'>') => self.take(1, Operator::Compare),
            (b'<', b'=', b'>') | (b'!', b'~', b'*') => self.take(3, Operator::Compare),
            (b'-' | b'#', b'>', b'>') => self.take(3, Operator::Arithmetic),
            (b'-', b'>', _) | (b'<', b'<', _) | (b'>', b'>', _) => self.take(2, Operator::Arithmetic),
            (b'<' | b'>' | b'!' | b'^' | b'~' | b'=', b'=', _)
            | (b'<', b'>' | b'@', _)
            | (b'!', b'~' | b'<' | b'>', _)
            | (b'~', b'*' | b'~', _) => self.take(2, Operator::Compare),
            (b'/', b'/', _) => self.take(2, Operator::Arithmetic),
            (b'&', b'&', _) | (b'|', b'|', _) => self.take(2, Operator::Logic),
            (b'<' | b'>' | b'=', ..) => self.take(1, Operator::Compare),
            (b'+' | b'-', ..) => self.take(1, Operator::Sign { only: false }),
            (b'!' | b'~', ..) => self.take(1, Operator::Sign { only: true }),
            _ => self.take(1, Operator::Arithmetic),
        }
    }

    fn take(&mut self, bytes: usize, operator: Operator) -> Kind {
        self.at += bytes;
        Kind::Operator(operator)
    }

    fn line_comment(&mut self) -> Kind {
        loop {
            self.at = find(self.bytes, self.at, *b"\n%").unwrap_or(self.bytes.len());
            // A line end of a URL that nobody decoded ends it, too.
            let encoded = self.peek(1) == b'0' && self.peek(2) | 0x20 == b'a';
            if self.peek(0) != b'%' || encoded {
                return Kind::Comment;
            }
            self.at += 1;
        }
    }

    fn block_comment(&mut self) -> Kind {
        self.at += 2;
        let rest = &self.bytes[self.at..];
        match rest.windows(2).position(|pair| pair == b"*/") {
            Some(end) => self.at += end + 2,
            None => self.at = self.bytes.len(),
        }
        Kind::Comment
    }
}

impl Iterator for Tokenizer<'_> {
    type Item = Token;

    #[inline(always)]
    fn next(&mut self) -> Option<Token> {
        let mut byte = *self.bytes.get(self.at)?;
        while class(byte) == Class::Blank {
            self.at += 1;
            byte = *self.bytes.get(self.at)?;
        }
        // What only may be a blank: a no-break space, a mark of `/*! … */`.
        if matches!(byte, b'/' | b'*' | b'%' | 0x80..) {
            self.skip_blanks();
            byte = *self.bytes.get(self.at)?;
        }
        let start = self.at;
        let kind = self.kind(byte);
        Some(Token { kind, start, end: self.at })
    }
}

/// `%20`, `%09` to `%0d`, `%a0`: blanks of a URL that nobody decoded, and that the host may.
const fn is_encoded_blank(first: u8, second: u8) -> bool {
    matches!((first, second | 0x20), (b'2', b'0') | (b'0', b'9' | b'a'..=b'd'))
        || matches!((first | 0x20, second), (b'a', b'0'))
}

/// Moves `at` behind the end of a string whose opening quote is behind it; whether there is an end.
pub(crate) fn skip_string(bytes: &[u8], at: &mut usize, quote: u8) -> bool {
    while let Some(mark) = find(bytes, *at, [b'\\', quote]) {
        if bytes[mark] == quote && bytes.get(mark + 1) != Some(&quote) {
            *at = mark + 1;
            return true;
        }
        *at = mark + 2;
    }
    *at = bytes.len();
    false
}

fn skip_dollar_string(bytes: &[u8], at: &mut usize, tag: &[u8]) -> bool {
    while let Some(offset) = bytes[*at..].iter().position(|byte| *byte == b'$') {
        *at += offset;
        if bytes[*at..].starts_with(tag) {
            *at += tag.len();
            return true;
        }
        *at += 1;
    }
    *at = bytes.len();
    false
}

fn is_string_prefix(word: &[u8]) -> bool {
    matches!(word, [b'n' | b'N' | b'x' | b'X' | b'b' | b'B' | b'e' | b'E' | b'q' | b'Q' | b'u' | b'U'])
        || word.first() == Some(&b'_')
}
