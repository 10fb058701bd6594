//! Permanent account numbers of India.

/// Whether `number` is five letters, the fourth a kind of holder, four digits and a letter.
///
/// Income Tax Department of India, structure of PAN; the digits 0000 are not assigned. Letters are upper case. There is
/// no public check digit.
///
/// ```
/// use axiom_pii::number::in_pan;
///
/// assert!(in_pan(b"ACUPA7085R"));
/// assert!(!in_pan(b"ACUZA7085R"));
/// ```
#[must_use]
pub fn in_pan(number: &[u8]) -> bool {
    let Ok(number) = <&[u8; 10]>::try_from(number) else { return false };
    number[..5].iter().chain(&number[9..]).all(u8::is_ascii_uppercase)
        && b"ABCFGHJKLPT".contains(&number[3])
        && number[5..9].iter().all(u8::is_ascii_digit)
        && &number[5..9] != b"0000"
}

#[cfg(test)]
mod tests {
    use super::in_pan;

    #[test]
    fn accepts_what_is_published() {
        for value in ["ACUPA7085R", "AAPFU0939F"] {
            assert!(in_pan(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["ACUZA7085R", "ACUPA0000R", "", "ACUPA7085", "ACUPA70851", "acupa7085r"] {
            assert!(!in_pan(value.as_bytes()), "{value}");
        }
    }
}
