//! Moments: the times in logs, which are passed over as a whole.

use crate::block::Block;
use crate::class::{DIGIT, WORD, is};

/// Where the moment ends that begins at `start`, or `None`: `2026-11-21T10:15:00.123`, with a space instead of the `T`
/// too, the time of day alone, or `21/Nov/2026:10:15:00 +0000` as in the Common Log Format of web servers.
///
/// Every line of a log begins with one, and none of its numbers can be part of a value.
pub(crate) fn end(bytes: &[u8], start: usize) -> Option<usize> {
    let free =
        start == 0 || !(is(bytes[start - 1], WORD) || matches!(bytes[start - 1], b':' | b'-' | b'.' | b'+' | b'('));
    if !free {
        return None;
    }
    if is_web_day(bytes, start) {
        return is_time(bytes, start + 12).then(|| fraction(bytes, start + 20)).flatten().map(|end| zone(bytes, end));
    }
    let day = if is_day(bytes, start) { 11 } else { 0 };
    is_time(bytes, start + day).then(|| fraction(bytes, start + day + 8)).flatten()
}

/// Whether a day stands at `start` as web servers write it: `21/Nov/2026:`.
fn is_web_day(bytes: &[u8], start: usize) -> bool {
    let Some([_, _, b'/', _, _, _, b'/', _, _, _, _, b':']) = bytes[start..].first_chunk() else { return false };
    let (first, rest) = (Block::at(bytes, start), Block::at(bytes, start + 4));
    first.digits().bits() == 0b1000_0011 && first.letters().bits() == 0b0011_1000 && rest.digits().bits() == 0b0111_1000
}

/// The end of the offset from universal time behind a moment: ` +0100`.
fn zone(bytes: &[u8], end: usize) -> usize {
    let offset = matches!(bytes[end..], [b' ', b'+' | b'-', ..])
        && Block::at(bytes, end + 2).digits().bits() & 0b1_1111 == 0b1111;
    if offset { end + 6 } else { end }
}

/// Whether a day stands at `start`, and a time of day may follow: `2026-11-21T`.
fn is_day(bytes: &[u8], start: usize) -> bool {
    let Some([.., hyphen, _, _, second, _, _, then]) = bytes[start..].first_chunk::<11>() else { return false };
    (*hyphen, *second) == (b'-', b'-')
        && matches!(then, b'T' | b' ')
        && Block::at(bytes, start).digits().bits() == 0b0110_1111
        && Block::at(bytes, start + 8).digits().bits() & 0b11 == 0b11
}

/// Whether a time of day stands at `start`: `10:15:00`.
fn is_time(bytes: &[u8], start: usize) -> bool {
    matches!(bytes[start..], [_, _, b':', _, _, b':', ..]) && Block::at(bytes, start).digits().bits() == 0b1101_1011
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
        assert_eq!(rest("[21/Nov/2026:10:15:00 +0100] x"), Some("] x"));
        assert_eq!(rest("[21/Nov/2026:10:15:00] x"), Some("] x"));
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
            "21/Nov/2026",
            "21/Nov/2026:10:15",
            "21/Nov/2026:10:15:00:1",
            "21/11/2026:10:15:00",
        ] {
            assert_eq!(rest(text), None, "{text}");
        }
    }
}
