//! Escapes: characters that are written as their codes, in URLs, in JSON and in HTML.

use core::ops::Range;

/// The at sign that is written as its code, the first digit of which is at `digit`: `%40` (RFC 3986, section 2.1), `\u0040`
/// (RFC 8259, section 7) or `&#64;` (HTML, numeric character references).
pub(crate) fn at_sign(bytes: &[u8], digit: usize) -> Option<Range<usize>> {
    match (&bytes[..digit], &bytes[digit..]) {
        ([.., b'%'], [b'4', b'0', ..]) => Some(digit - 1..digit + 2),
        ([.., b'\\', b'u'], [b'0', b'0', b'4', b'0', ..]) => Some(digit - 2..digit + 4),
        ([.., b'&', b'#'], [b'6', b'4', b';', ..]) => Some(digit - 2..digit + 3),
        _ => None,
    }
}

/// Whether `before` ends with a character as it is written in a URL: `%20`, `%3D`.
pub(crate) const fn ends_percent(before: &[u8]) -> bool {
    matches!(before, [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

/// The length of a space at the beginning of `bytes`, as it is written in a URL or in HTML; 0 where there is none.
pub(crate) fn space(bytes: &[u8]) -> usize {
    let written = ["%20", "%C2%A0", "&nbsp;", "&#160;", "&#xa0;"];
    let starts =
        |space: &str| bytes.get(..space.len()).is_some_and(|start| start.eq_ignore_ascii_case(space.as_bytes()));
    written.into_iter().find(|space| starts(space)).map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_signs_are_read_in_every_code() {
        for (text, sign) in [("bob%40example.com", "%40"), ("bob\\u0040x", "\\u0040"), ("bob&#64;x", "&#64;")] {
            let digit = text.find(|character: char| character.is_ascii_digit()).unwrap();
            assert_eq!(at_sign(text.as_bytes(), digit).map(|range| &text[range]), Some(sign));
        }
        for text in ["x%41", "x40", "\\x40", "&#65;", "%4"] {
            let digit = text.find(|character: char| character.is_ascii_digit()).unwrap();
            assert_eq!(at_sign(text.as_bytes(), digit), None, "{text}");
        }
    }

    #[test]
    fn escapes_end_where_they_do() {
        assert!(ends_percent(b"card%3D") && ends_percent(b"%20"));
        assert!(!ends_percent(b"%3") && !ends_percent(b"%3G") && !ends_percent(b"20"));
        assert_eq!([space(b"%201"), space(b"&NBSP;1"), space(b"%21"), space(b" ")], [3, 6, 0, 0]);
    }
}
