//! Identity numbers of Thailand.

use super::digits::{digits, weighted};

/// Whether `number` is thirteen digits, the first 1 to 8, with a check digit modulo eleven.
///
/// Department of Provincial Administration, Population Identification Number; the weights are 13 to 2. One random
/// number in twelve passes.
///
/// ```
/// use axiom_pii::number::th_id;
///
/// assert!(th_id(b"1234545678781"));
/// assert!(!th_id(b"1234545678789"));
/// ```
#[must_use]
pub fn th_id(number: &[u8]) -> bool {
    let Some(digits) = digits::<13>(number) else { return false };
    let sum = weighted(&digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    matches!(digits[0], 1..=8) && (11 - sum % 11) % 10 == digits[12]
}

#[cfg(test)]
mod tests {
    use super::th_id;

    #[test]
    fn accepts_what_is_published() {
        assert!(th_id(b"1234545678781"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["1234545678789", "0234545678781", "", "123454567878"] {
            assert!(!th_id(value.as_bytes()), "{value}");
        }
    }
}
