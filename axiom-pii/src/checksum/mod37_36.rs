//! MOD 37,36: the check character of audiovisual works (ISAN).

/// Whether the last of `text` is its MOD 37,36 check character (ISO 7064, hybrid system).
///
/// Letters are upper case, A = 10 to Z = 35. One random text in 36 passes; empty input does not.
///
/// ```
/// use axiom_pii::checksum::mod37_36;
///
/// assert!(mod37_36(b"A12425GABC1234002M"));
/// assert!(!mod37_36(b"A12425GABC1234002N"));
/// ```
#[must_use]
pub fn mod37_36(text: &[u8]) -> bool {
    let Some((&check, number)) = text.split_last() else { return false };
    let product = number.iter().try_fold(36, |product, &byte| {
        let sum = (product + value(byte)?) % 36;
        Some(if sum == 0 { 36 } else { sum } * 2 % 37)
    });
    product.zip(value(check)).is_some_and(|(product, check)| (product + check) % 36 == 1)
}

fn value(byte: u8) -> Option<u32> {
    if byte.is_ascii_lowercase() { None } else { char::from(byte).to_digit(36) }
}

#[cfg(test)]
mod tests {
    use super::mod37_36;

    #[test]
    fn accepts_what_is_published() {
        assert!(mod37_36(b"A12425GABC1234002M"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["A12425GABC1234002N", "", "a12425GABC1234002M", "A1242-GABC1234002M"] {
            assert!(!mod37_36(value.as_bytes()), "{value}");
        }
    }
}
