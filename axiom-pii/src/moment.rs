//! Moments: the times in logs, which are passed over as a whole.

use crate::class::{DIGIT, WORD, is};

/// Where the moment ends that begins at `start`, or `None`: `2026-11-21T10:15:00.123`, with a space instead of the `T`
/// too, or the time of day alone.
///
/// Every line of a log begins with one, and none of its numbers can be part of a value.
pub(crate) fn end(bytes: &[u8], start: usize) -> Option<usize> {
    let free =
        start == 0 || !(is(bytes[start - 1], WORD) || matches!(bytes[start - 1], b':' | b'-' | b'.' | b'+' | b'('));
    if !free {
        return None;
    }
    let text = &bytes[start..];
    let day = if has_form(text, b"9999-99-99") && matches!(text.get(10), Some(b'T' | b' ')) { 11 } else { 0 };
    has_form(&text[day..], b"99:99:99").then(|| fraction(bytes, start + day + 8)).flatten()
}

/// The end of a fraction of a second at `end`; `None` where it goes on like an address or another number.
fn fraction(bytes: &[u8], end: usize) -> Option<usize> {
    match bytes[end..] {
        [b'.', digit, ..] if is(digit, DIGIT) => {
            let length = bytes[end + 1..].iter().take(NANOSECONDS + 1).take_while(|&&byte| is(byte, DIGIT)).count();
            let alone = !matches!(bytes.get(end + 1 + length), Some(b'-' | b'.'));
            (length <= NANOSECONDS && alone).then_some(end + 1 + length)
        }
        [b':' | b'-', ..] => None,
        [after, ..] if is(after, WORD) && after != b'Z' => None,
        _ => Some(end),
    }
}

/// Whether `text` begins with digits where `form` has nines, and with its other bytes.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    let fits = |(&byte, &class): (&u8, &u8)| if class == b'9' { is(byte, DIGIT) } else { byte == class };
    text.len() >= form.len() && text.iter().zip(form).all(fits)
}

/// The most digits of a fraction of a second.
const NANOSECONDS: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(text: &str) -> Option<&str> {
        end(text.as_bytes(), text.find(|c: char| c.is_ascii_digit())?).map(|end| &text[end..])
    }

    #[test]
    fn moments_are_passed_over_whole() {
        assert_eq!(rest("2026-11-21T10:15:00.123Z x"), Some("Z x"));
        assert_eq!(rest("[2026-11-21 10:15:00] x"), Some("] x"));
        assert_eq!(rest("10:15:00,4111111111111111"), Some(",4111111111111111"));
        assert_eq!(rest("10:15:00 x"), Some(" x"));
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            "2026-11-21 1015",
            "10:15:00:11:22:33",
            "00:1B:44",
            "10:15:00ab",
            "10:15:00.1234567890",
            "x:10:15:00",
            "2026-11-21",
            "10:15",
        ] {
            assert_eq!(rest(text), None, "{text}");
        }
    }
}
