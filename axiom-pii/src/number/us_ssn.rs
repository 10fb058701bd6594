//! United States social security numbers.

use super::digits::{decimal, digits};

/// Whether the Social Security Administration can have assigned the nine digits of `number`.
///
/// No area 000, 666 or 900 to 999, no group 00, no serial 0000 (20 CFR 422.103, SSA POMS RM 10201.035); and not one of
/// the numbers that were voided because print brought them to everybody. There is no check digit: eight random numbers
/// in nine pass.
///
/// ```
/// use axiom_pii::number::us_ssn;
///
/// assert!(us_ssn(b"536904399"));
/// assert!(!us_ssn(b"000123456"));
/// ```
#[must_use]
pub fn us_ssn(number: &[u8]) -> bool {
    let Some(digits) = digits::<9>(number) else { return false };
    let [area, group, serial] = [&digits[..3], &digits[3..5], &digits[5..]].map(decimal);
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0 && !VOID.contains(&number)
}

/// The numbers of a wallet maker's sample card, of an advertisement and of a pamphlet.
const VOID: [&[u8]; 3] = [b"078051120", b"457555462", b"219099999"];

#[cfg(test)]
mod tests {
    use super::us_ssn;

    #[test]
    fn accepts_what_is_published() {
        for value in ["536904399", "001010001", "899999999"] {
            assert!(us_ssn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in [
            "000123456",
            "666123456",
            "900123456",
            "123004567",
            "123450000",
            "078051120",
            "219099999",
            "457555462",
            "",
            "53690439",
            "536-90-4399",
        ] {
            assert!(!us_ssn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn agrees_with_the_rules_read_as_numbers() {
        for (area, group, serial) in [(1, 1, 1), (665, 1, 1), (667, 99, 9999), (899, 1, 1)] {
            assert!(us_ssn(format!("{area:03}{group:02}{serial:04}").as_bytes()));
        }
    }
}
