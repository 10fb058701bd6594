//! Where a value may begin and end: not inside a longer word, number or identifier.

use crate::class::{DIGIT, GLUE, WORD, is};
use crate::escape::ends_percent;

/// Whether a value that begins at `start` stands free on its left.
///
/// A letter, a digit or an underscore glues; so do a hyphen between it and the value, and a decimal point, with digits
/// before it or none (`.25`). The letter of an escape (`\n`, `\t`) does not, nor the code of one in a URL (`%20`): logs
/// are full of JSON texts in JSON texts.
#[inline]
pub(crate) fn starts_free(text: &str, start: usize) -> bool {
    start == 0 || !is(text.as_bytes()[start - 1], GLUE) || is_unglued(text, start)
}

#[inline(never)]
fn is_unglued(text: &str, start: usize) -> bool {
    match text.as_bytes()[..start] {
        [] | [.., b'\\', b'b' | b'f' | b'n' | b'r' | b't'] => true,
        ref before if ends_percent(before) => true,
        [.., before, b'-'] => !is(before, WORD),
        [.., before, b'.'] => !is(before, DIGIT) && !b" +-=,([{:|<>\t\n".contains(&before),
        [b'.'] => false,
        [.., before] if before.is_ascii() => !is(before, WORD),
        _ => !text[..start].chars().next_back().is_some_and(glues),
    }
}

/// Whether a value that ends at `end` stands free on its right.
pub(crate) fn ends_free(text: &str, end: usize) -> bool {
    match text.as_bytes()[end..] {
        [] => true,
        [b'-', after, ..] => !is(after, WORD),
        [b'.', after, ..] => !is(after, DIGIT),
        [after, ..] if after.is_ascii() => !is(after, WORD),
        _ => !text[end..].chars().next().is_some_and(glues),
    }
}

/// Whether no letter, digit or underscore touches the range; the letter of an escape does not count.
///
/// What a host looks for may stand beside hyphens and points.
#[cfg(feature = "patterns")]
pub(crate) fn stands_whole(text: &str, range: &core::ops::Range<usize>) -> bool {
    let before = match text.as_bytes()[..range.start] {
        [] | [.., b'\\', b'b' | b'f' | b'n' | b'r' | b't'] => false,
        [.., before] if before.is_ascii() => is(before, WORD),
        _ => text[..range.start].chars().next_back().is_some_and(glues),
    };
    let after = match text.as_bytes()[range.end..] {
        [] => false,
        [after, ..] if after.is_ascii() => is(after, WORD),
        _ => text[range.end..].chars().next().is_some_and(glues),
    };
    !before && !after
}

/// Whether the script of `character` is written without spaces between words: from Thai on, Chinese, Japanese, Korean.
///
/// There a letter next to a value is the normal case and says nothing.
pub(crate) fn is_unspaced(character: char) -> bool {
    character >= '\u{e00}' && !matches!(character, '\u{1e00}'..='\u{1fff}')
}

/// Whether a character beyond ASCII makes a value next to it part of a longer word or number.
fn glues(character: char) -> bool {
    character.is_numeric() || (character.is_alphabetic() && !is_unspaced(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_identifiers_glue() {
        for left in [".", " .", "-.", "[.", "=.", "x", "7", "_", "7.", "7-", "x-", "é", "Ж", "٣", "\\x"] {
            assert!(!starts_free(&format!("{left}42"), left.len()), "{left}");
        }
        for right in ["x", "7", "_", ".7", "-7", "-x", "é", "Ж", "٣"] {
            assert!(!ends_free(&format!("42{right}"), 2), "{right}");
        }
    }

    #[test]
    fn punctuation_escapes_and_unspaced_scripts_do_not_glue() {
        for left in ["", " ", "\"", "=", ",", "7,", "no.", "...", "\".", " -", "--", "号", "“", "\\n", "\\t", "/"] {
            assert!(starts_free(&format!("{left}42"), left.len()), "{left}");
        }
        for right in ["", " ", "\"", "&", ",7", ".", ". ", "-", "- x", "号", "”", "\\n", "/"] {
            assert!(ends_free(&format!("42{right}"), 2), "{right}");
        }
    }
}
