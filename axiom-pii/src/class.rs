//! The class of every byte: one load tells every stage what it needs to know.

use core::ops::Range;

use crate::block::{Block, digits_end};

/// The class of `byte`: a set of the bits below.
#[inline]
pub(crate) const fn class(byte: u8) -> u16 {
    CLASSES[byte as usize]
}

/// Whether `byte` is of one of the classes of `mask`.
#[inline]
pub(crate) const fn is(byte: u8, mask: u16) -> bool {
    class(byte) & mask != 0
}

/// 0 to 9.
pub(crate) const DIGIT: u16 = 1;
/// A to Z, a to z.
pub(crate) const LETTER: u16 = 1 << 1;
/// What local parts hold in practice; the delimiters of paths, queries and templates that RFC 5322 also allows do not
/// count.
pub(crate) const LOCAL: u16 = 1 << 2;
/// What ASCII domain labels hold.
pub(crate) const LABEL: u16 = 1 << 3;
/// Part of a character beyond ASCII.
pub(crate) const HIGH: u16 = 1 << 4;
/// What glues a value to a longer identifier: digits, letters and the underscore.
pub(crate) const WORD: u16 = 1 << 5;
/// What joins the parts of a value, or parts that are no words; letters and digits do not count.
pub(crate) const JOINT: u16 = 1 << 6;
/// What ends a clause of a text, or a member of a structure.
pub(crate) const CLAUSE: u16 = 1 << 7;
/// What has nothing to do with a number beside it: line breaks, tabs, commas, brackets but round ones; no byte at all (0).
pub(crate) const EDGE: u16 = 1 << 8;
/// What passwords and keys are made of.
pub(crate) const SECRET: u16 = 1 << 9;
/// What stands between the pairs of an address of a machine, and the filler of machine-readable zones.
pub(crate) const PAIR: u16 = 1 << 10;
/// What may glue a value to what is before it: letters, digits, the underscore, hyphens, points, bytes beyond ASCII.
pub(crate) const GLUE: u16 = 1 << 11;

/// The next bytes from which a value can be recognized: a run of digits, or the empty run before an at sign.
///
/// Near ones are found eight bytes at once; behind those, whole blocks are tested without a branch a byte, which the
/// compiler does with vectors.
#[inline]
pub(crate) fn next_anchor(bytes: &[u8], mut at: usize) -> Option<Range<usize>> {
    for _ in 0..NEAR {
        if let Some(anchor) = anchor(bytes, at) {
            return Some(anchor);
        }
        at += BLOCK;
    }
    far_anchor(bytes, at)
}

fn far_anchor(bytes: &[u8], mut at: usize) -> Option<Range<usize>> {
    while let Some(span) = bytes.get(at..)?.first_chunk::<SPAN>() {
        if span.iter().fold(false, |any, &byte| any | is_anchor(byte)) {
            break;
        }
        at += SPAN;
    }
    while at < bytes.len() {
        if let Some(anchor) = anchor(bytes, at) {
            return Some(anchor);
        }
        at += BLOCK;
    }
    None
}

/// The first anchor of the block at `at`.
#[inline]
fn anchor(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let block = Block::at(bytes, at);
    let digits = block.digits();
    let first = digits.or(block.equal(b'@')).first();
    if first == BLOCK {
        return None;
    }
    let end = first + digits.run(first);
    Some(at + first..if end < BLOCK { at + end } else { digits_end(bytes, at + BLOCK) })
}

const fn is_anchor(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'@'
}

/// How many bytes a block has.
const BLOCK: usize = 8;
/// How many blocks are tested before spans of [`SPAN`] bytes are.
const NEAR: usize = 2;
const SPAN: usize = 64;

static CLASSES: [u16; 256] = classes();

const fn classes() -> [u16; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT | LOCAL | LABEL | WORD | SECRET | GLUE,
            b'A'..=b'Z' | b'a'..=b'z' => LETTER | LOCAL | LABEL | WORD | SECRET | GLUE,
            b'_' => LOCAL | WORD | JOINT | SECRET | GLUE,
            b'-' => LOCAL | LABEL | JOINT | SECRET | PAIR | GLUE,
            b'.' => LOCAL | JOINT | SECRET | GLUE,
            b'!' | b'#' | b'$' | b'%' | b'*' | b'+' | b'^' | b'~' => LOCAL | JOINT | SECRET,
            b'&' => LOCAL | JOINT | CLAUSE | SECRET,
            b'/' | b'@' => JOINT | SECRET,
            b'\'' => LOCAL,
            b' ' | b'(' | b')' => JOINT,
            b':' | b'<' => JOINT | CLAUSE | PAIR,
            b'=' => JOINT | CLAUSE,
            b',' | b';' | b'{' | b'}' | b'[' | b']' | b'|' | b'>' | b'\n' => CLAUSE | EDGE,
            b'?' => CLAUSE,
            b'\t' => CLAUSE | EDGE,
            b'\0' | b'\r' => EDGE,
            0x80.. => HIGH | GLUE,
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
                assert_eq!(next_anchor(&text, at), (at <= place).then_some(place..place + 1));
            }
        }
        assert_eq!(next_anchor(b"", 0), None);
        assert_eq!(next_anchor(b"/:?A@", 0), Some(4..4));
        for length in 1..100 {
            let text = format!("ab{}x{}", "7".repeat(length), "8".repeat(20));
            assert_eq!(next_anchor(text.as_bytes(), 0), Some(2..2 + length));
            assert_eq!(next_anchor(&text.as_bytes()[..2 + length], 1), Some(2..2 + length));
        }
    }
}
