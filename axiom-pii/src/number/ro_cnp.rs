//! CNP: the numbers of persons in Romania.

use super::date::is_day;
use super::digits::{decimal, digits, weighted};

/// Whether `number` is thirteen digits with sex and century, a date of birth, a county and a check digit.
///
/// Legea 105/1996, Hotărârea 1375/2006; the weights are 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9. One random number of the right
/// form in eleven passes.
///
/// ```
/// use axiom_pii::number::ro_cnp;
///
/// assert!(ro_cnp(b"1630615123457"));
/// assert!(!ro_cnp(b"1630615123458"));
/// ```
#[must_use]
pub fn ro_cnp(number: &[u8]) -> bool {
    let Some(digits) = digits::<13>(number) else { return false };
    let century = match digits[0] {
        0 => return false,
        3 | 4 => 1800,
        5 | 6 => 2000,
        _ => 1900,
    };
    let [year, month, day, county] = [&digits[1..3], &digits[3..5], &digits[5..7], &digits[7..9]].map(decimal);
    let known = matches!(county, 1..=48 | 51 | 52 | 70 | 80..=83);
    let check = weighted(&digits[..12], &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    known && is_day(century + year, month, day) && digits[12] == if check == 10 { 1 } else { check }
}

#[cfg(test)]
mod tests {
    use super::ro_cnp;

    #[test]
    fn accepts_what_is_published() {
        assert!(ro_cnp(b"1630615123457"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["1630615123458", "0630615123457", "1631315123457", "1630615993457", ""] {
            assert!(!ro_cnp(value.as_bytes()), "{value}");
        }
    }
}
