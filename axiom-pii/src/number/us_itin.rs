//! United States individual taxpayer identification numbers.

use super::digits::{decimal, digits};

/// Whether the Internal Revenue Service can have assigned the nine digits of `number`.
///
/// Area 900 to 999 and group 50 to 65, 70 to 88, 90 to 92 or 94 to 99 (IRS Internal Revenue Manual 3.21.263), but not
/// 987-65-4320 to 4329, which advertisements use. There is no check digit.
///
/// ```
/// use axiom_pii::number::us_itin;
///
/// assert!(us_itin(b"912701234"));
/// assert!(!us_itin(b"912661234"));
/// ```
#[must_use]
pub fn us_itin(number: &[u8]) -> bool {
    let Some(digits) = digits::<9>(number) else { return false };
    let group = decimal(&digits[3..5]);
    let assigned = matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    digits[0] == 9 && assigned && !number.starts_with(b"98765432")
}

#[cfg(test)]
mod tests {
    use super::us_itin;

    #[test]
    fn accepts_what_is_published() {
        for value in ["912701234", "900501234", "999999999"] {
            assert!(us_itin(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["912661234", "912891234", "912931234", "812701234", "987654320", "", "91270123"] {
            assert!(!us_itin(value.as_bytes()), "{value}");
        }
    }
}
