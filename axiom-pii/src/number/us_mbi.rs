//! United States Medicare beneficiary identifiers.

/// Whether `number` has the eleven characters that CMS gives: `C A AN N A AN N A A N N`.
///
/// CMS, Understanding the New Medicare Beneficiary Identifier Format: the first digit is not 0, and no letter is S, L,
/// O, I, B or Z. Letters are upper case. There is no check digit.
///
/// ```
/// use axiom_pii::number::us_mbi;
///
/// assert!(us_mbi(b"1EG4TE5MK73"));
/// assert!(!us_mbi(b"0EG4TE5MK73"));
/// ```
#[must_use]
pub fn us_mbi(number: &[u8]) -> bool {
    number.len() == FORM.len()
        && number[0] != b'0'
        && number.iter().zip(*FORM).all(|(&byte, class)| {
            let letter = byte.is_ascii_uppercase() && !b"SLOIBZ".contains(&byte);
            (class != b'A' && byte.is_ascii_digit()) || (class != b'9' && letter)
        })
}

/// `9` a digit, `A` a letter, `X` either.
const FORM: &[u8; 11] = b"9AX9AX9AA99";

#[cfg(test)]
mod tests {
    use super::us_mbi;

    #[test]
    fn accepts_what_is_published() {
        for value in ["1EG4TE5MK73", "1EG4TE5MK72"] {
            assert!(us_mbi(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["0EG4TE5MK73", "1SG4TE5MK73", "", "1EG4TE5MK7", "1eg4te5mk73", "1EGATE5MK73"] {
            assert!(!us_mbi(value.as_bytes()), "{value}");
        }
    }
}
