//! Social insurance numbers of Canada.

use crate::checksum::luhn;

/// Whether `number` is nine digits, the first neither 0 nor 8, with a Luhn check digit.
///
/// Employment and Social Development Canada, SIN Code of Practice. One random number in thirteen passes.
///
/// ```
/// use axiom_pii::number::ca_sin;
///
/// assert!(ca_sin(b"123456782"));
/// assert!(!ca_sin(b"123456783"));
/// ```
#[must_use]
pub fn ca_sin(number: &[u8]) -> bool {
    number.len() == 9 && !matches!(number[0], b'0' | b'8') && luhn(number)
}

#[cfg(test)]
mod tests {
    use super::ca_sin;

    #[test]
    fn accepts_what_is_published() {
        for value in ["123456782", "193456787"] {
            assert!(ca_sin(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["123456783", "046454286", "", "12345678"] {
            assert!(!ca_sin(value.as_bytes()), "{value}");
        }
    }
}
