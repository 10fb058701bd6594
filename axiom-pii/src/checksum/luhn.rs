//! Luhn: the check digit of payment cards.

/// Whether the last of `digits` is their Luhn check digit (ISO/IEC 7812-1, annex B).
///
/// One random number in ten passes, so the answer says little without a known prefix and length. Empty input does not
/// pass.
///
/// ```
/// use axiom_pii::checksum::luhn;
///
/// assert!(luhn(b"4111111111111111"));
/// assert!(!luhn(b"4111111111111112"));
/// assert!(!luhn(b"4111 1111 1111 1111"), "separators are the caller's business");
/// ```
#[must_use]
pub fn luhn(digits: &[u8]) -> bool {
    // The crate skips what is no digit; here such a value is not one number.
    digits.iter().all(u8::is_ascii_digit) && core::str::from_utf8(digits).is_ok_and(::luhn::valid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::luhn;

    /// The definition, from the right: every second digit doubled, the digits of the products added.
    fn naive(digits: &str) -> bool {
        let sum: u32 = digits
            .chars()
            .rev()
            .enumerate()
            .map(|(place, digit)| digit.to_digit(10).unwrap() * if place % 2 == 1 { 2 } else { 1 })
            .map(|product| product / 10 + product % 10)
            .sum();
        !digits.is_empty() && sum.is_multiple_of(10)
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in ["", " ", "4111-1111-1111-1111", "41111111111111l1", "４１１１"] {
            assert!(!luhn(text.as_bytes()), "{text}");
        }
        assert!(!luhn(b"\xff"));
    }

    #[test]
    fn notices_every_changed_digit() {
        let card = b"5555555555554444";
        for place in 0..card.len() {
            for digit in b'0'..=b'9' {
                let mut changed = *card;
                changed[place] = digit;
                assert_eq!(luhn(&changed), changed == *card);
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(digits in "[0-9]{0,24}") {
            prop_assert_eq!(luhn(digits.as_bytes()), naive(&digits));
        }
    }
}
