//! Masks: most characters of a value hidden, its form kept.

/// Hides the characters of a value and keeps its form: `**** **** **** 1111`.
///
/// Spaces and the punctuation of numbers and addresses stay where they are, unless the value is a secret: keys, tokens
/// and passwords become eight masking characters, whatever they were.
///
/// However much it is asked to keep, at least half of the letters and digits are hidden, and at least five; what is
/// kept at the start gives way first.
///
/// ```
/// use axiom_pii::{Mask, Operators, Scanner};
///
/// let operators = Operators::builder().operator("credit_card", Mask::new('*').keep_last(4)).build()?;
/// let masked = Scanner::new().redact_with(&operators, "", "card 4111 1111 1111 1111", &mut Vec::new());
/// assert_eq!(masked, "card **** **** **** 1111");
/// # Ok::<(), axiom_pii::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask {
    character: char,
    first: usize,
    last: usize,
}

impl Mask {
    /// Hides all letters and digits behind `character`.
    #[must_use]
    pub const fn new(character: char) -> Self {
        Self { character, first: 0, last: 0 }
    }

    /// Keeps the first `count` letters and digits, as far as that is safe.
    #[must_use]
    pub const fn keep_first(mut self, count: usize) -> Self {
        self.first = count;
        self
    }

    /// Keeps the last `count` letters and digits, as far as that is safe.
    #[must_use]
    pub const fn keep_last(mut self, count: usize) -> Self {
        self.last = count;
        self
    }

    /// The masked value.
    pub(super) fn apply(self, value: &str) -> String {
        let total = value.chars().filter(|&character| !is_separator(character)).count();
        let most = (total / 2).min(total.saturating_sub(HIDDEN));
        let last = self.last.min(most);
        let first = self.first.min(most - last);
        let mut place = 0;
        let masked = value.chars().map(|character| {
            if is_separator(character) {
                return character;
            }
            place += 1;
            if place <= first || place > total - last { character } else { self.character }
        });
        masked.collect()
    }

    /// What stands for a secret of any length.
    pub(super) fn secret(self) -> String {
        core::iter::repeat_n(self.character, SECRET).collect()
    }
}

/// Whether the character is form and no content; everything that is not known to be is hidden.
const fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '-' | '.' | '/' | '(' | ')' | '+' | '@' | ':' | ',')
}

/// How many letters and digits are hidden at least.
const HIDDEN: usize = 5;
/// The length of a masked secret.
const SECRET: usize = 8;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn separators_stay_and_so_does_what_is_to_be_kept() {
        let mask = Mask::new('*');
        assert_eq!(mask.keep_last(4).apply("4111-1111-1111-1234"), "****-****-****-1234");
        assert_eq!(mask.keep_first(4).keep_last(4).apply("4111 1111 1111 1234"), "4111 **** **** 1234");
        assert_eq!(mask.apply("bob@example.com"), "***@*******.***");
        assert_eq!(Mask::new('█').keep_last(4).apply("+44 20 7946 0123"), "+██ ██ ████ 0123");
    }

    #[test]
    fn short_values_are_hidden_however_much_is_to_be_kept() {
        let greedy = Mask::new('*').keep_first(100).keep_last(100);
        assert_eq!(greedy.apply("1"), "*");
        assert_eq!(greedy.apply("12345"), "*****");
        assert_eq!(greedy.apply("123-456"), "***-**6");
        assert_eq!(greedy.apply("536-90-4399"), "***-**-4399");
        assert_eq!(greedy.apply("4111111111111111"), "********11111111");
        assert_eq!(greedy.apply(""), "");
    }

    #[test]
    fn characters_beyond_ascii_are_hidden() {
        assert_eq!(Mask::new('*').apply("４１１１\u{200b}①é🙂"), "********");
    }

    /// A character that no value below has.
    const HID: char = '\0';

    proptest! {
        #[test]
        fn at_least_half_and_five_are_hidden(value in "\\PC{0,40}", first in 0usize..50, last in 0usize..50) {
            let masked = Mask::new(HID).keep_first(first).keep_last(last).apply(&value);
            prop_assert_eq!(masked.chars().count(), value.chars().count());
            let (hidden, total) = (
                masked.chars().filter(|&character| character == HID).count(),
                value.chars().filter(|&character| !is_separator(character)).count(),
            );
            prop_assert!(hidden * 2 >= total && hidden >= total.min(HIDDEN));
            for (before, after) in value.chars().zip(masked.chars()) {
                prop_assert!(before == after || after == HID);
            }
        }
    }
}
