//! UUIDs, which are passed over as a whole (RFC 9562, section 4).

use crate::block::Block;
use crate::class::{WORD, is};

/// Where the UUID ends that begins at `start`, or `None`: `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.
///
/// Logs and records are full of them, and none of their groups can be a value.
pub(crate) fn end(bytes: &[u8], start: usize) -> Option<usize> {
    let end = start + LENGTH;
    let hyphens = bytes.len() >= end && [8, 13, 18, 23].iter().all(|place| bytes[start + place] == b'-');
    let free = |byte: Option<&u8>| byte.is_none_or(|&byte| !is(byte, WORD) && byte != b'-');
    let alone = hyphens && free(start.checked_sub(1).map(|before| &bytes[before])) && free(bytes.get(end));
    (alone && is_hexadecimal(bytes, start)).then_some(end)
}

/// Whether everything between the hyphens is hexadecimal.
fn is_hexadecimal(bytes: &[u8], start: usize) -> bool {
    let digits = |offset| Block::at(bytes, start + offset).hexadecimal().bits();
    digits(0) == 0xff
        && digits(8) == 0b1101_1110
        && digits(16) == 0b0111_1011
        && digits(24) == 0xff
        && digits(28) == 0xff
}

/// The length of its first group.
pub(crate) const FIRST: usize = 8;
/// The length of a UUID in characters.
const LENGTH: usize = 36;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_passed_over_whole() {
        let uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
        for (before, after) in
            [("", ""), ("\"", "\""), ("id=", " x"), ("/", "/4111111111111111"), ("{", "}"), ("", ".")]
        {
            let text = format!("{before}{uuid}{after}");
            assert_eq!(end(text.as_bytes(), before.len()), Some(before.len() + LENGTH), "{text}");
            assert_eq!(end(text.to_uppercase().as_bytes(), before.len()), Some(before.len() + LENGTH), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        let uuid = "12345678-1234-1234-1234-123456789012";
        assert_eq!(end(uuid.as_bytes(), 0), Some(LENGTH));
        for place in 0..LENGTH {
            for other in ["g", "-", "x", " "] {
                let mut text = uuid.to_owned();
                if &text[place..=place] != other {
                    text.replace_range(place..=place, other);
                    assert_eq!(end(text.as_bytes(), 0), None, "{text}");
                }
            }
        }
        for text in [&uuid[1..], &uuid[..LENGTH - 1], &format!("{uuid}1"), &format!("{uuid}-1"), ""] {
            assert_eq!(end(text.as_bytes(), 0), None, "{text}");
        }
        for before in ["x", "1", "_", "-"] {
            assert_eq!(end(format!("{before}{uuid}").as_bytes(), 1), None, "{before}");
        }
    }
}
