//! Dumps: bytes and words in hexadecimal, some of which have no letter and look like groups of digits.

use core::ops::{Range, RangeInclusive};

use crate::class::{DIGIT, is};

/// Whether a word of a dump stands beside the groups of digits at `range`, or a few groups further: hexadecimal digits,
/// as many as a group has, letters among them. The digits may also be the address of a line, with words of two or four
/// behind.
pub(crate) fn is_around(bytes: &[u8], range: &Range<usize>) -> bool {
    let (before, after) = (&bytes[..range.start], &bytes[range.end..]);
    let after = after.strip_prefix(b":").unwrap_or(after);
    let first = bytes[range.start..].iter().take_while(|&&byte| is(byte, DIGIT)).count();
    let last = bytes[..range.end].iter().rev().take_while(|&&byte| is(byte, DIGIT)).count();
    is_dump(words_before(before), first) || is_dump(words_after(after), last)
}

/// Whether one of the next words is hexadecimal, `length` characters long, before one is not.
///
/// Letters alone are a word of a language as well; beyond them goes the address of the line, or more words of the dump.
fn is_dump<'a>(words: impl Iterator<Item = &'a [u8]>, length: usize) -> bool {
    let (mut letters, mut beyond) = (false, 0);
    for word in words.take(WORDS) {
        let address = word.strip_suffix(b":");
        let (digit, letter) = kinds(address.unwrap_or(word));
        let beside = is_beside(word.len(), length);
        match (digit, letter) {
            _ if !word.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b':') => return false,
            (true, true) if address.is_some() || beside => return true,
            (true, _) if address.is_some() => return letters,
            _ if beside && (letters || !digit) => (letters, beyond) = (true, beyond + 1),
            (false, _) => return false,
            _ => {}
        }
    }
    beyond > 2
}

/// Whether a word of one length stands beside one of the other in a dump: they are alike, or one of them is an address.
fn is_beside(word: usize, length: usize) -> bool {
    word == length || ADDRESS.contains(&word) || (ADDRESS.contains(&length) && matches!(word, 2 | 4))
}

/// Whether the word has a decimal digit, and a letter.
fn kinds(word: &[u8]) -> (bool, bool) {
    (word.iter().any(u8::is_ascii_digit), word.iter().any(u8::is_ascii_alphabetic))
}

/// The words behind, each after a few blanks.
fn words_after(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    core::iter::from_fn(move || {
        let blanks = bytes.iter().take(BLANKS).take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = &bytes[blanks..];
        let length = rest.iter().take(LONGEST).take_while(|byte| is_part(byte)).count();
        let word;
        (word, bytes) = rest.split_at(length);
        (blanks > 0 && length > 0).then_some(word)
    })
}

/// The words before, the nearest first.
fn words_before(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    core::iter::from_fn(move || {
        let blanks = bytes.iter().rev().take(BLANKS).take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = &bytes[..bytes.len() - blanks];
        let length = rest.iter().rev().take(LONGEST).take_while(|byte| is_part(byte)).count();
        let word;
        (bytes, word) = rest.split_at(rest.len() - length);
        (blanks > 0 && length > 0).then_some(word)
    })
}

/// Whether a word goes on with the byte; columns end it.
const fn is_part(byte: &u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'|')
}

/// How many words are looked at on either side.
const WORDS: usize = 5;
/// The longest word, an address with its colon.
const LONGEST: usize = 17;
/// The most blanks between two words, where the line ends, too.
const BLANKS: usize = 4;
/// The usual lengths of addresses.
const ADDRESS: RangeInclusive<usize> = 7..=8;

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the part of `text` between the brackets is in a dump.
    fn dumped(text: &str) -> bool {
        let (start, end) = (text.find('[').unwrap(), text.find(']').unwrap());
        is_around(text.replace(['[', ']'], "").as_bytes(), &(start..end - 1))
    }

    #[test]
    fn words_of_a_dump_stand_on_either_side() {
        for text in [
            "00148700: [5070 4889 5424 2831] d248 8950",
            "53C3 [5879 6158 6159] 61FA 65AC",
            "[6081 6082 6083 6084] 6085 6087 6088 608B",
            "a06b [9400 0000 0000]  .k......",
            "40a860: ba [15 00 00 00]        mov",
            "ff 7f 41  bd [01 00 00 00 83] fd 7e",
            "40c107:\tbe [06 00 00 00]       \tmov",
            "[00136260]  e8 9b 6d 0b",
            "[00026680]  fe 88 43 fe 48",
            "[00100400]: 4c89 5424 10e8",
            "0061 [2680 0028 0029 2681] 05D0;1;1",
            "5840\n[5841 5842 5844 5845]\n5846 584A",
            "0008fd00  [04 10 88 06 85] db 74 05  48",
            "76 79 ba [04 00 00 00 44]",
            "9b 53 be [04 00 00 00 48]  |....",
            "00012900  [73 00 50 79 49] 6e 69 74",
            "0: bf [26 00 00 00 00 00] 00 r6 = r2",
        ] {
            assert!(dumped(text), "{text}");
        }
    }

    #[test]
    fn other_words_are_those_of_a_language() {
        for text in [
            "card [4111 1111 1111 1111]",
            "flat 12b [4111 1111 1111 1111] paid",
            "appelez de [01 99 00 12 34] ou",
            "at 10:15 [4111 1111 1111 1111] 12 25 123",
            "feed [4111 1111 1111 1111] face",
            "2 [4111 1111 1111 1111] 3",
            "3d [4111 1111 1111 1111] 1st",
        ] {
            assert!(!dumped(text), "{text}");
        }
    }
}
