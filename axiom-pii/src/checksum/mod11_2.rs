//! MOD 11-2: the check character of Chinese identity numbers and ISNI.

/// Whether the last of `digits`, a digit or `X` for ten, is their MOD 11-2 check character (ISO 7064).
///
/// One random number in eleven passes; empty input does not.
///
/// ```
/// use axiom_pii::checksum::mod11_2;
///
/// assert!(mod11_2(b"079X"));
/// assert!(!mod11_2(b"0794"));
/// ```
#[must_use]
pub fn mod11_2(digits: &[u8]) -> bool {
    let Some((&check, number)) = digits.split_last() else { return false };
    let last = if check == b'X' { Some(10) } else { value(check) };
    let sum = number.iter().try_fold(0, |sum, &byte| Some((sum + value(byte)?) * 2 % 11));
    sum.zip(last).is_some_and(|(sum, last)| (sum + last) % 11 == 1)
}

fn value(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(10)
}

#[cfg(test)]
mod tests {
    use super::mod11_2;

    #[test]
    fn accepts_what_is_published() {
        for value in ["079X", "000000012281955X", "360426199101010071"] {
            assert!(mod11_2(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["0794", "", "07X4", "079x", "X79X"] {
            assert!(!mod11_2(value.as_bytes()), "{value}");
        }
    }
}
