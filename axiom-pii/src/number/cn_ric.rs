//! Resident identity numbers of China.

use super::date::is_day;
use super::digits::{decimal, digits};
use crate::checksum::mod11_2;

/// Whether `number` is a province, a district, a date of birth, three digits and a MOD 11-2 check character.
///
/// GB 11643-1999. The district is not looked up, since the list changes every year. The check character X is upper
/// case. One random number of the right form in eleven passes.
///
/// ```
/// use axiom_pii::number::cn_ric;
///
/// assert!(cn_ric(b"360426199101010071"));
/// assert!(!cn_ric(b"360426199101010072"));
/// ```
#[must_use]
pub fn cn_ric(number: &[u8]) -> bool {
    let Some(digits) = number.split_last().and_then(|(_, digits)| self::digits::<17>(digits)) else { return false };
    let [province, year, month, day] = [&digits[..2], &digits[6..10], &digits[10..12], &digits[12..14]].map(decimal);
    let known = matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91);
    known && is_day(year, month, day) && mod11_2(number)
}

#[cfg(test)]
mod tests {
    use super::cn_ric;

    #[test]
    fn accepts_what_is_published() {
        for value in ["360426199101010071", "11010519491231002X"] {
            assert!(cn_ric(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in [
            "360426199101010072",
            "360426199113010071",
            "990426199101010071",
            "",
            "36042619910101007",
            "11010519491231002x",
        ] {
            assert!(!cn_ric(value.as_bytes()), "{value}");
        }
    }
}
