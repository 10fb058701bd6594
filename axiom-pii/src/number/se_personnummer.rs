//! Personnummer: the identity numbers of persons in Sweden.

use super::date::is_day;
use super::digits::{decimal, digits};
use crate::checksum::luhn;

/// Whether `number` is a date of birth with two or four digits of the year, three digits and a Luhn check digit.
///
/// Folkbokföringslagen (1991:481), § 18. Without a century, the date need only be one in 1900 to 2099. One random
/// number of the right form in ten passes.
///
/// ```
/// use axiom_pii::number::se_personnummer;
///
/// assert!(se_personnummer(b"8803200016"));
/// assert!(!se_personnummer(b"8803200017"));
/// ```
#[must_use]
pub fn se_personnummer(number: &[u8]) -> bool {
    let (century, short) = number.split_at(number.len().saturating_sub(10));
    let Some(digits) = digits::<10>(short) else { return false };
    let [year, month, day] = [&digits[..2], &digits[2..4], &digits[4..6]].map(decimal);
    let born = match century {
        [] => is_day(1900 + year, month, day) || is_day(2000 + year, month, day),
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            let century = u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
            is_day(century * 100 + year, month, day) && century > 0
        }
        _ => false,
    };
    born && luhn(short)
}

#[cfg(test)]
mod tests {
    use super::se_personnummer;

    #[test]
    fn accepts_what_is_published() {
        for value in ["8803200016", "198803200016"] {
            assert!(se_personnummer(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["8803200017", "8813200016", "", "880320001", "19880320001"] {
            assert!(!se_personnummer(value.as_bytes()), "{value}");
        }
    }
}
