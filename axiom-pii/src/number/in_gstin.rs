//! GSTIN: the numbers of taxpayers of goods and services in India.

use super::in_pan::in_pan;

/// Whether `number` is a state, a PAN, a number of its registration, `Z` and a check character.
///
/// Goods and Services Tax Network, structure of GSTIN. Letters are upper case. The check character is that of Luhn's
/// algorithm over digits and letters: one random value of the right form in thirty-six passes.
///
/// ```
/// use axiom_pii::number::in_gstin;
///
/// assert!(in_gstin(b"27AAPFU0939F1ZV"));
/// assert!(!in_gstin(b"27AAPFU0939F1ZA"));
/// ```
#[must_use]
pub fn in_gstin(number: &[u8]) -> bool {
    let Ok(number) = <&[u8; 15]>::try_from(number) else { return false };
    let state = number[..2].iter().all(u8::is_ascii_digit) && (b"01".as_slice()..=b"37").contains(&&number[..2]);
    let entity = number[12] != b'0' && number[13] == b'Z';
    state && entity && in_pan(&number[2..12]) && luhn36(number)
}

/// Whether the sum of Luhn's algorithm over digits and capitals is a multiple of thirty-six.
fn luhn36(number: &[u8]) -> bool {
    let sum = number.iter().rev().zip([1, 2].into_iter().cycle()).try_fold(0, |sum, (&byte, weight)| {
        let value = char::from(byte).to_digit(36).filter(|_| !byte.is_ascii_lowercase())? * weight;
        Some(sum + value / 36 + value % 36)
    });
    sum.is_some_and(|sum| sum.is_multiple_of(36))
}

#[cfg(test)]
mod tests {
    use super::in_gstin;

    #[test]
    fn accepts_what_is_published() {
        assert!(in_gstin(b"27AAPFU0939F1ZV"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["27AAPFU0939F1ZA", "27AAPFU0939F0ZV", "27AAPZU0939F1ZV", "00AAPFU0939F1ZV", "27AAPFU0939F1YV", ""]
        {
            assert!(!in_gstin(value.as_bytes()), "{value}");
        }
    }
}
