//! National insurance numbers of the United Kingdom.

/// Whether `number` is a prefix that HMRC assigns, six digits and a suffix from A to D.
///
/// HMRC manual NIM39110: the first letter is not D, F, I, Q, U or V, the second not D, F, I, O, Q, U or V, and the
/// pairs BG, GB, KN, NK, NT, TN, ZZ are not used. Letters are upper case. There is no check digit.
///
/// ```
/// use axiom_pii::number::uk_nino;
///
/// assert!(uk_nino(b"AB123456C"));
/// assert!(!uk_nino(b"DA123456C"));
/// ```
#[must_use]
pub fn uk_nino(number: &[u8]) -> bool {
    let [first, second, digits @ .., suffix] = number else { return false };
    let letters = first.is_ascii_uppercase() && second.is_ascii_uppercase();
    letters
        && !b"DFIQUV".contains(first)
        && !b"DFIOQUV".contains(second)
        && !UNUSED.contains(&[*first, *second])
        && digits.len() == 6
        && digits.iter().all(u8::is_ascii_digit)
        && matches!(suffix, b'A'..=b'D')
}

const UNUSED: [[u8; 2]; 7] = [*b"BG", *b"GB", *b"KN", *b"NK", *b"NT", *b"TN", *b"ZZ"];

#[cfg(test)]
mod tests {
    use super::uk_nino;

    #[test]
    fn accepts_what_is_published() {
        for value in ["AB123456C", "JG103759A"] {
            assert!(uk_nino(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["DA123456C", "AO123456C", "GB123456C", "AB123456E", "", "AB123456", "ab123456c", "AB12345XC"] {
            assert!(!uk_nino(value.as_bytes()), "{value}");
        }
    }
}
