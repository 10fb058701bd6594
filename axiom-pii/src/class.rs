//! The class of every byte: one load tells every stage what it needs to know.

/// The class of `byte`: a set of the bits below.
#[inline]
pub(crate) const fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

/// Whether `byte` is of one of the classes of `mask`.
#[inline]
pub(crate) const fn is(byte: u8, mask: u8) -> bool {
    class(byte) & mask != 0
}

/// 0 to 9.
pub(crate) const DIGIT: u8 = 1;
/// A to Z, a to z.
pub(crate) const LETTER: u8 = 1 << 1;
/// What local parts hold in practice; the delimiters of paths, queries and templates that RFC 5322 also allows do not
/// count.
pub(crate) const LOCAL: u8 = 1 << 2;
/// What ASCII domain labels hold.
pub(crate) const LABEL: u8 = 1 << 3;
/// Part of a character beyond ASCII.
pub(crate) const HIGH: u8 = 1 << 4;
/// What glues a value to a longer identifier: digits, letters and the underscore.
pub(crate) const WORD: u8 = 1 << 5;

/// Where the next byte is from which a value can be recognized: a digit or an at sign.
///
/// Whole blocks are tested without a branch a byte, which the compiler does with vectors.
pub(crate) fn next_anchor(bytes: &[u8], mut at: usize) -> Option<usize> {
    let near = bytes[at..].iter().take(NEAR).position(|&byte| is_anchor(byte));
    if let Some(near) = near {
        return Some(at + near);
    }
    at = bytes.len().min(at + NEAR);
    while let Some(block) = bytes[at..].first_chunk::<BLOCK>() {
        if block.iter().fold(false, |any, &byte| any | is_anchor(byte)) {
            break;
        }
        at += BLOCK;
    }
    bytes[at..].iter().position(|&byte| is_anchor(byte)).map(|place| at + place)
}

const fn is_anchor(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'@'
}

/// How many bytes are tested one by one before blocks are.
const NEAR: usize = 8;
const BLOCK: usize = 32;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT | LOCAL | LABEL | WORD,
            b'A'..=b'Z' | b'a'..=b'z' => LETTER | LOCAL | LABEL | WORD,
            b'_' => LOCAL | WORD,
            b'-' => LOCAL | LABEL,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'.' | b'^' | b'~' => LOCAL,
            0x80.. => HIGH,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_anchor_is_the_next_one() {
        for place in 0..200 {
            let mut text = vec![b'x'; 200];
            text[place] = b'7';
            for at in 0..200 {
                assert_eq!(next_anchor(&text, at), (at <= place).then_some(place));
            }
        }
        assert_eq!(next_anchor(b"", 0), None);
        assert_eq!(next_anchor(b"/:?A@", 0), Some(4));
    }
}
