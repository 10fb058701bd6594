//! United States national provider identifiers.

use crate::checksum::luhn;

/// Whether `number` is ten digits, the first 1 or 2, that pass the Luhn check behind the prefix 80840.
///
/// 45 CFR 162.406 and the CMS standard for the check digit (ISO/IEC 7812 with the prefix for health in the United
/// States). One random number in fifty passes.
///
/// ```
/// use axiom_pii::number::us_npi;
///
/// assert!(us_npi(b"1234567893"));
/// assert!(!us_npi(b"1234567894"));
/// ```
#[must_use]
pub fn us_npi(number: &[u8]) -> bool {
    let Ok(number) = <&[u8; 10]>::try_from(number) else { return false };
    let mut prefixed = *b"808400000000000";
    prefixed[5..].copy_from_slice(number);
    matches!(number[0], b'1' | b'2') && luhn(&prefixed)
}

#[cfg(test)]
mod tests {
    use super::us_npi;

    #[test]
    fn accepts_what_is_published() {
        for value in ["1234567893", "1245319599"] {
            assert!(us_npi(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["1234567894", "", "3234567893", "123456789"] {
            assert!(!us_npi(value.as_bytes()), "{value}");
        }
    }
}
