//! Decodings that hosts and databases undo, so that what is scanned is what will be used.

use std::borrow::Cow;

/// Something that a host or a database decodes.
///
/// The scanner decodes nothing by itself: a `%27` is three characters unless the host makes one of it. Decode what the
/// host decodes, in its order, and scan the result; ranges of the report are then places of the result.
///
/// ```
/// use axiom_sqli::{Decoding, Mode, decode, scan};
///
/// let input = b"1%2527%20or%201=1--";
/// let decoded = decode(input, &[Decoding::Url, Decoding::Url]);
/// assert_eq!(decoded, b"1' or 1=1--".as_slice());
/// assert!(scan(&decoded, Mode::Field).is_blocked());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decoding {
    /// `char(97,98)` and `chr(97)` become `'ab'` and `'a'`; code points beyond ASCII stay as they are.
    CharCalls,
    /// Full-width forms (U+FF01 – U+FF5E) become ASCII.
    FullWidth,
    /// `0x6162` becomes `'ab'`, where that is printable ASCII.
    HexStrings,
    /// `&#39;`, `&#x27;`, `&quot;`, `&apos;`, `&amp;`, `&lt;`, `&gt;`.
    HtmlEntities,
    /// `\u0027`, `\x27` and `%u0027`.
    UnicodeEscapes,
    /// `%27`, and `+` for a blank (application/x-www-form-urlencoded, WHATWG URL standard).
    Url,
    /// `/*!50000 … */` becomes its content, as in MySQL. The scanner reads it that way too.
    VersionComments,
}

impl Decoding {
    /// Every decoding.
    pub const ALL: [Self; 7] = [
        Self::CharCalls,
        Self::FullWidth,
        Self::HexStrings,
        Self::HtmlEntities,
        Self::UnicodeEscapes,
        Self::Url,
        Self::VersionComments,
    ];

    /// The decoding's name as configuration writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CharCalls => "char_calls",
            Self::FullWidth => "full_width",
            Self::HexStrings => "hex_strings",
            Self::HtmlEntities => "html_entities",
            Self::UnicodeEscapes => "unicode_escapes",
            Self::Url => "url",
            Self::VersionComments => "version_comments",
        }
    }

    /// Undoes it once, in one pass.
    #[must_use]
    pub fn decode(self, input: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::CharCalls => replace(input, char_call),
            Self::FullWidth => replace(input, full_width),
            Self::HexStrings => replace(input, hex_string),
            Self::HtmlEntities => replace(input, html_entity),
            Self::UnicodeEscapes => replace(input, unicode_escape),
            Self::Url => replace(input, url),
            Self::VersionComments => replace(input, version_comment),
        }
    }
}

/// Undoes `decodings`, one after the other.
#[must_use]
pub fn decode<'a>(input: &'a [u8], decodings: &[Decoding]) -> Cow<'a, [u8]> {
    decodings.iter().fold(Cow::Borrowed(input), |decoded, decoding| match decoding.decode(&decoded) {
        Cow::Borrowed(_) => decoded,
        Cow::Owned(next) => Cow::Owned(next),
    })
}

/// What stands at the start of the rest of an input: how long it is, and what it becomes.
type Replacement = (usize, Vec<u8>);

fn replace(input: &[u8], at: impl Fn(&[u8]) -> Option<Replacement>) -> Cow<'_, [u8]> {
    let (mut out, mut kept, mut place) = (Vec::new(), 0, 0);
    while place < input.len() {
        match at(&input[place..]) {
            Some((length, replacement)) => {
                out.extend_from_slice(&input[kept..place]);
                out.extend_from_slice(&replacement);
                place += length;
                kept = place;
            }
            None => place += 1,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(input);
    }
    out.extend_from_slice(&input[kept..]);
    Cow::Owned(out)
}

fn url(rest: &[u8]) -> Option<Replacement> {
    match rest {
        [b'+', ..] => Some((1, b" ".to_vec())),
        [b'%', digits @ ..] => Some((3, vec![u8::try_from(hex(digits.get(..2)?)?).ok()?])),
        _ => None,
    }
}

fn html_entity(rest: &[u8]) -> Option<Replacement> {
    if rest.first() != Some(&b'&') {
        return None;
    }
    let end = rest.iter().take(12).position(|byte| *byte == b';')?;
    let text = core::str::from_utf8(&rest[1..end]).ok()?;
    let character = match text {
        "amp" => '&',
        "apos" => '\'',
        "gt" => '>',
        "lt" => '<',
        "quot" => '"',
        _ => {
            let number = text.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => hex(digits.as_bytes())?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((end + 1, character.to_string().into_bytes()))
}

fn unicode_escape(rest: &[u8]) -> Option<Replacement> {
    let (length, digits) = match rest {
        [b'\\' | b'%', b'u', digits @ ..] => (6, digits.get(..4)?),
        [b'\\', b'x', digits @ ..] => (4, digits.get(..2)?),
        _ => return None,
    };
    Some((length, char::from_u32(hex(digits)?)?.to_string().into_bytes()))
}

/// U+FF01 – U+FF5E are `!` to `~`: EF BC 81 – EF BC BF and EF BD 80 – EF BD 9E.
fn full_width(rest: &[u8]) -> Option<Replacement> {
    match rest {
        [0xef, 0xbc, byte @ 0x81..=0xbf, ..] => Some((3, vec![byte - 0x60])),
        [0xef, 0xbd, byte @ 0x80..=0x9e, ..] => Some((3, vec![byte - 0x20])),
        _ => None,
    }
}

fn hex_string(rest: &[u8]) -> Option<Replacement> {
    let digits = rest.strip_prefix(b"0x")?;
    let length = digits.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(digits.len());
    let pairs = digits[..length].chunks(2);
    let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::try_from(hex(pair)?).ok()).collect();
    let bytes = bytes.filter(|bytes| length > 0 && length.is_multiple_of(2) && is_printable(bytes))?;
    Some((2 + length, quoted(&bytes)))
}

fn char_call(rest: &[u8]) -> Option<Replacement> {
    let lower = |at: usize| rest.get(at).map(u8::to_ascii_lowercase);
    let name = match (lower(0)?, lower(1)?, lower(2)?, lower(3)) {
        (b'c', b'h', b'a', Some(b'r')) => 4,
        (b'c', b'h', b'r', _) => 3,
        _ => return None,
    };
    let arguments = rest[name..].strip_prefix(b"(")?;
    let end = arguments.iter().take(LONGEST_CALL).position(|byte| *byte == b')')?;
    let text = core::str::from_utf8(&arguments[..end]).ok()?;
    let codes: Option<Vec<u8>> = text.split(',').map(|code| code.trim().parse().ok()).collect();
    let codes = codes.filter(|codes| is_printable(codes))?;
    Some((name + 1 + end + 1, quoted(&codes)))
}

/// How far the end of a call is looked for.
const LONGEST_CALL: usize = 4096;

fn version_comment(rest: &[u8]) -> Option<Replacement> {
    let content = rest.strip_prefix(b"/*!")?;
    let digits = content.iter().take(6).position(|byte| !byte.is_ascii_digit()).unwrap_or(content.len().min(6));
    let end = content.windows(2).position(|pair| pair == b"*/")?;
    let code = content.get(digits..end)?;
    Some((3 + end + 2, [b" ", code, b" "].concat()))
}

fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 6 {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
}

fn is_printable(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A string literal.
fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut literal = vec![b'\''];
    for byte in bytes {
        literal.extend_from_slice(if *byte == b'\'' { b"''" } else { core::slice::from_ref(byte) });
    }
    literal.push(b'\'');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_undone() {
        for (decoding, input, output) in [
            (Decoding::Url, "a%27+b%zz%2", "a' b%zz%2"),
            (Decoding::HtmlEntities, "&#39;&#x27;&quot;&amp;&nbsp;&", "''\"&&nbsp;&"),
            (Decoding::UnicodeEscapes, "\\u0027\\x27%u0027\\u00", "'''\\u00"),
            (Decoding::FullWidth, "ＵＮＩＯＮ　＇ａ～é", "UNION　'a~é"),
            (Decoding::HexStrings, "0x6162 0x27 0x6 0x00 0x", "'ab' '''' 0x6 0x00 0x"),
            (Decoding::CharCalls, "CHAR(97, 98)+chr(99) char(x) char(", "'ab'+'c' char(x) char("),
            (Decoding::VersionComments, "1/*!50000union*/2/*!x", "1 union 2/*!x"),
        ] {
            assert_eq!(String::from_utf8_lossy(&decoding.decode(input.as_bytes())), output, "{decoding:?}");
        }
    }

    #[test]
    fn what_holds_none_is_not_copied() {
        assert!(matches!(decode(b"plain text", &[Decoding::Url, Decoding::HtmlEntities]), Cow::Borrowed(_)));
    }
}
