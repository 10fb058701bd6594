//! IMEI: the numbers of mobile devices.

use crate::checksum::luhn;

/// Whether `number` is fifteen digits with a Luhn check digit.
///
/// 3GPP TS 23.003, section 6.2 and annex B. The fourteen and sixteen digits without a check digit (IMEISV) do not pass.
/// One random number in ten passes.
///
/// ```
/// use axiom_pii::number::imei;
///
/// assert!(imei(b"353879234252633"));
/// assert!(!imei(b"353879234252634"));
/// ```
#[must_use]
pub fn imei(number: &[u8]) -> bool {
    number.len() == 15 && luhn(number)
}

#[cfg(test)]
mod tests {
    use super::imei;

    #[test]
    fn accepts_what_is_published() {
        for value in ["353879234252633", "490154203237518"] {
            assert!(imei(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["353879234252634", "", "35387923425263", "3538792342526333"] {
            assert!(!imei(value.as_bytes()), "{value}");
        }
    }
}
