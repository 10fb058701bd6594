//! Identity numbers of South Africa.

use super::date::is_day;
use super::digits::{decimal, digits};
use crate::checksum::luhn;

/// Whether `number` is thirteen digits with a date of birth, 0 or 1 for the citizenship and a Luhn check digit.
///
/// Department of Home Affairs, Identification Act 68 of 1997. The date need only be one in 1900 to 2099. One random
/// number of the right form in ten passes.
///
/// ```
/// use axiom_pii::number::za_id;
///
/// assert!(za_id(b"7503305044089"));
/// assert!(!za_id(b"7503305044088"));
/// ```
#[must_use]
pub fn za_id(number: &[u8]) -> bool {
    let Some(digits) = digits::<13>(number) else { return false };
    let [year, month, day] = [&digits[..2], &digits[2..4], &digits[4..6]].map(decimal);
    let born = is_day(1900 + year, month, day) || is_day(2000 + year, month, day);
    born && digits[10] < 2 && luhn(number)
}

#[cfg(test)]
mod tests {
    use super::za_id;

    #[test]
    fn accepts_what_is_published() {
        for value in ["7503305044089", "8001015009087"] {
            assert!(za_id(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["7503305044088", "7503325044089", "", "750330504408"] {
            assert!(!za_id(value.as_bytes()), "{value}");
        }
    }
}
