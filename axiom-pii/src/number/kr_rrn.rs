//! Resident registration numbers of South Korea.

use super::date::is_day;
use super::digits::{decimal, digits, weighted};

/// Whether `number` is thirteen digits with a date of birth, a place up to 96 and a check digit.
///
/// Enforcement rules of the Resident Registration Act. Numbers given since October 2020 are random behind the seventh
/// digit and pass by chance only. One random number of the right form in ten passes.
///
/// ```
/// use axiom_pii::number::kr_rrn;
///
/// assert!(kr_rrn(b"9710139019902"));
/// assert!(!kr_rrn(b"9710139019903"));
/// ```
#[must_use]
pub fn kr_rrn(number: &[u8]) -> bool {
    let Some(digits) = digits::<13>(number) else { return false };
    let century = [1800, 1900, 1900, 2000, 2000, 1900, 1900, 2000, 2000, 1800][digits[6] as usize];
    let [year, month, day, place] = [&digits[..2], &digits[2..4], &digits[4..6], &digits[7..9]].map(decimal);
    let sum = weighted(&digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    is_day(century + year, month, day) && place <= 96 && (11 - sum % 11) % 10 == digits[12]
}

#[cfg(test)]
mod tests {
    use super::kr_rrn;

    #[test]
    fn accepts_what_is_published() {
        assert!(kr_rrn(b"9710139019902"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["9710139019903", "9713139019902", "9710139979902", "", "971013901990"] {
            assert!(!kr_rrn(value.as_bytes()), "{value}");
        }
    }
}
