//! OIB: the numbers of persons in Croatia.

use crate::checksum::mod11_10;

/// Whether `number` is eleven digits with a check digit of MOD 11,10.
///
/// Zakon o osobnom identifikacijskom broju; ISO/IEC 7064. One random number in ten passes.
///
/// ```
/// use axiom_pii::number::hr_oib;
///
/// assert!(hr_oib(b"33392005961"));
/// assert!(!hr_oib(b"33392005962"));
/// ```
#[must_use]
pub fn hr_oib(number: &[u8]) -> bool {
    number.len() == 11 && mod11_10(number)
}

#[cfg(test)]
mod tests {
    use super::hr_oib;

    #[test]
    fn accepts_what_is_published() {
        assert!(hr_oib(b"33392005961"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["33392005962", "", "3339200596"] {
            assert!(!hr_oib(value.as_bytes()), "{value}");
        }
    }
}
