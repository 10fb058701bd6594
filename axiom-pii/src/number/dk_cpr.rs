//! CPR: the numbers of persons in Denmark.

use super::date::is_day;
use super::digits::{decimal, digits};

/// Whether `number` is ten digits that begin with a date of birth.
///
/// CPR-kontoret: the seventh digit tells the century. The check digit modulo eleven is not looked at, because numbers
/// without it are assigned since 2007.
///
/// ```
/// use axiom_pii::number::dk_cpr;
///
/// assert!(dk_cpr(b"2110625629"));
/// assert!(!dk_cpr(b"3213625629"));
/// ```
#[must_use]
pub fn dk_cpr(number: &[u8]) -> bool {
    let Some(digits) = digits::<10>(number) else { return false };
    let [day, month, year] = [&digits[..2], &digits[2..4], &digits[4..6]].map(decimal);
    let century = match (digits[6], year) {
        (5..=8, 58..) => 1800,
        (0..=3, _) | (4 | 9, 37..) => 1900,
        _ => 2000,
    };
    is_day(century + year, month, day)
}

#[cfg(test)]
mod tests {
    use super::dk_cpr;

    #[test]
    fn accepts_what_is_published() {
        for value in ["2110625629", "0101010001"] {
            assert!(dk_cpr(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["3213625629", "", "211062562", "2902010001"] {
            assert!(!dk_cpr(value.as_bytes()), "{value}");
        }
    }
}
