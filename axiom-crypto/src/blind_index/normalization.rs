//! Which values count as the same.

use unicode_normalization::UnicodeNormalization;

use super::invalid;
use crate::error::Error;

/// Which values count as the same value, and so get the same index.
///
/// No form of the value is kept on the way; what the Unicode algorithms hold of it at a time, a few characters, is not
/// wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Normalization {
    /// The ASCII digits of the value, whatever stands between them: telephone numbers, cards.
    ///
    /// A value without any is refused, and so is one with other digits than 0 to 9, which would be lost.
    Digits,
    /// Only the same bytes.
    Exact,
    /// Texts that differ in case, in the space around them, or in the way Unicode writes them: addresses, names.
    ///
    /// That is: without white space at the ends; NFKC (Unicode Standard Annex 15); upper case, then lower case, letter
    /// by letter, which also makes `ß` the same as `ss` and `ς` as `σ`; NFKC again. Letters that Unicode assigns in
    /// later versions may be folded differently by a later release; accents are kept.
    Folded,
}

impl Normalization {
    /// Gives the normalized value to `take`, part by part.
    pub(super) fn each_part(self, value: &str, mut take: impl FnMut(&[u8])) -> Result<(), Error> {
        let mut is_empty = true;
        let mut take = |character: char| {
            is_empty = false;
            take(character.encode_utf8(&mut [0; 4]).as_bytes());
        };
        match self {
            Self::Digits => {
                if value.chars().any(|character| character.is_numeric() && !character.is_ascii()) {
                    return Err(invalid("the value must have no digits but 0 to 9"));
                }
                value.chars().filter(char::is_ascii_digit).for_each(&mut take);
            }
            Self::Exact => value.chars().for_each(&mut take),
            Self::Folded => folded(value.trim()).for_each(&mut take),
        }
        if is_empty { Err(invalid("nothing is left of the value")) } else { Ok(()) }
    }

    /// How it stands in the derivation of the key.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Exact => 0,
            Self::Folded => 1,
            Self::Digits => 2,
        }
    }
}

fn folded(value: &str) -> impl Iterator<Item = char> {
    value.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(normalization: Normalization, value: &str) -> Option<String> {
        let mut bytes = Vec::new();
        normalization.each_part(value, |part| bytes.extend_from_slice(part)).ok()?;
        Some(String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn case_space_and_ways_of_writing_are_folded() {
        let folded = |value| normalized(Normalization::Folded, value);
        for (value, expected) in [
            (" Ada@Example.COM\t", "ada@example.com"),
            ("Ａｄａ", "ada"),
            ("e\u{301}", "é"),
            ("É", "é"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("ﬁn", "fin"),
            // Folding takes the first apart and leaves the second as it is; the second NFKC puts them together.
            ("\u{390}", "\u{390}"),
            ("\u{3aa}\u{301}", "\u{390}"),
            ("a  b", "a  b"),
        ] {
            assert_eq!(folded(value).as_deref(), Some(expected), "{value}");
        }
        assert_eq!(folded(" \u{3000}\n"), None);
        assert_ne!(folded("resume"), folded("résumé"));
    }

    #[test]
    fn digits_are_what_is_left_of_a_number() {
        let digits = |value| normalized(Normalization::Digits, value);
        assert_eq!(digits("+49 (30) 123-456").as_deref(), Some("4930123456"));
        for refused in ["", "none", "١٢٣", "12３", "½ 1"] {
            assert_eq!(digits(refused), None, "{refused}");
        }
    }

    #[test]
    fn exact_values_stay_as_they_are() {
        let value = " É e\u{301} ";
        assert_eq!(normalized(Normalization::Exact, value).as_deref(), Some(value));
        assert_eq!(normalized(Normalization::Exact, ""), None);
    }
}
