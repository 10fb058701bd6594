//! Aadhaar numbers of India.

use crate::checksum::verhoeff;

/// Whether `number` is twelve digits, the first 2 to 9, with a Verhoeff check digit.
///
/// UIDAI, Aadhaar number format; a palindrome is never assigned. One random number in thirteen passes.
///
/// ```
/// use axiom_pii::number::in_aadhaar;
///
/// assert!(in_aadhaar(b"234123412346"));
/// assert!(!in_aadhaar(b"234123412347"));
/// ```
#[must_use]
pub fn in_aadhaar(number: &[u8]) -> bool {
    let palindrome = number.iter().eq(number.iter().rev());
    number.len() == 12 && matches!(number[0], b'2'..=b'9') && !palindrome && verhoeff(number)
}

#[cfg(test)]
mod tests {
    use super::in_aadhaar;

    #[test]
    fn accepts_what_is_published() {
        assert!(in_aadhaar(b"234123412346"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["234123412347", "", "134123412346", "23412341234", "222222222222"] {
            assert!(!in_aadhaar(value.as_bytes()), "{value}");
        }
    }
}
