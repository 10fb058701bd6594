//! The bytes of tokens and revocation lists: read strictly, so that what is read is written back the same.

use core::fmt;

use axiom_core::Timestamp;

use super::TokenError;

/// What is left to be read.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], TokenError> {
        let (bytes, rest) = self.0.split_at_checked(count).ok_or(CUT)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], TokenError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(super) fn byte(&mut self) -> Result<u8, TokenError> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn count(&mut self) -> Result<u32, TokenError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn number(&mut self) -> Result<u64, TokenError> {
        self.array().map(u64::from_be_bytes)
    }

    /// A time in whole seconds.
    pub(super) fn time(&mut self) -> Result<Timestamp, TokenError> {
        let second = self.number()?;
        let micros = i64::try_from(second).ok().and_then(|second| second.checked_mul(1_000_000));
        micros.and_then(Timestamp::from_unix_micros).ok_or(malformed("a time must lie before the year 10000"))
    }

    /// A text after its length of one byte.
    pub(super) fn short_text(&mut self) -> Result<&'a str, TokenError> {
        let length = self.byte()?;
        self.text(length.into())
    }

    /// A text after its length of two bytes.
    pub(super) fn long_text(&mut self) -> Result<&'a str, TokenError> {
        let length = self.array().map(u16::from_be_bytes)?;
        self.text(length.into())
    }

    pub(super) const fn end(&self) -> Result<(), TokenError> {
        if self.0.is_empty() { Ok(()) } else { Err(malformed("bytes are left over")) }
    }

    fn text(&mut self, length: usize) -> Result<&'a str, TokenError> {
        str::from_utf8(self.bytes(length)?).map_err(|_| malformed("a text must be UTF-8"))
    }
}

/// Writes what [`Reader`] reads.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn byte(&mut self, byte: u8) -> &mut Self {
        self.bytes(&[byte])
    }

    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.bytes(&number.to_be_bytes())
    }

    /// A time, of which the part of a second is not written.
    pub(super) fn time(&mut self, at: Timestamp) -> &mut Self {
        self.number(seconds(at))
    }

    /// A text of at most 255 bytes.
    pub(super) fn short_text(&mut self, text: &str) -> &mut Self {
        self.byte(u8::try_from(text.len()).expect("checked before")).bytes(text.as_bytes())
    }

    /// A text of at most 65 535 bytes.
    pub(super) fn long_text(&mut self, text: &str) -> &mut Self {
        let length = u16::try_from(text.len()).expect("checked before");
        self.bytes(&length.to_be_bytes()).bytes(text.as_bytes())
    }

    pub(super) fn finish(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.0)
    }
}

/// `at` without its part of a second; what lies before 1970 becomes 1970.
pub(super) fn whole_second(at: Timestamp) -> Timestamp {
    let micros = i64::try_from(seconds(at)).expect("seconds of a time") * 1_000_000;
    Timestamp::from_unix_micros(micros).expect("no later than the time itself")
}

/// Whether `next` comes after `last`, if there is one.
pub(super) fn ascends<T: Ord + ?Sized>(last: Option<&T>, next: &T) -> Result<(), TokenError> {
    if last.is_none_or(|last| last < next) { Ok(()) } else { Err(malformed("lists must ascend")) }
}

pub(super) const fn malformed(reason: &'static str) -> TokenError {
    TokenError::Malformed { reason }
}

pub(super) fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Bytes of lower-case hexadecimal digits.
pub(super) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.unix_micros().div_euclid(1_000_000)).unwrap_or(0)
}

const CUT: TokenError = malformed("it is cut off");
