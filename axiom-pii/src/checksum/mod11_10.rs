//! MOD 11,10: the check digit of German tax numbers and Croatian OIB.

/// Whether the last of `digits` is their MOD 11,10 check digit (ISO 7064, hybrid system).
///
/// It notices every changed digit. One random number in ten passes; empty input does not.
///
/// ```
/// use axiom_pii::checksum::mod11_10;
///
/// assert!(mod11_10(b"36574261809"));
/// assert!(!mod11_10(b"36574261808"));
/// ```
#[must_use]
pub fn mod11_10(digits: &[u8]) -> bool {
    let Some((&check, number)) = digits.split_last() else { return false };
    let product = number.iter().try_fold(10, |product, &byte| {
        let sum = (product + value(byte)?) % 10;
        Some(if sum == 0 { 10 } else { sum } * 2 % 11)
    });
    product.zip(value(check)).is_some_and(|(product, check)| (product + check) % 10 == 1)
}

fn value(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(10)
}

#[cfg(test)]
mod tests {
    use super::mod11_10;

    #[test]
    fn accepts_what_is_published() {
        for value in ["36574261809", "33392005961"] {
            assert!(mod11_10(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["36574261808", "", "3657426180x"] {
            assert!(!mod11_10(value.as_bytes()), "{value}");
        }
    }
}
