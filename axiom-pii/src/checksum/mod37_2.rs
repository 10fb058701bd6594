//! MOD 37-2: the check character of blood donations (ISBT 128).

/// Whether the last of `text`, a letter, a digit or `*`, is its MOD 37-2 check character (ISO 7064).
///
/// Letters are upper case, A = 10 to Z = 35, and `*` is 36. One random text in 37 passes; empty input does not.
///
/// ```
/// use axiom_pii::checksum::mod37_2;
///
/// assert!(mod37_2(b"G123498654321H"));
/// assert!(!mod37_2(b"G123498654321I"));
/// ```
#[must_use]
pub fn mod37_2(text: &[u8]) -> bool {
    let Some((&check, number)) = text.split_last() else { return false };
    let last = if check == b'*' { Some(36) } else { value(check) };
    let sum = number.iter().try_fold(0, |sum, &byte| Some((sum + value(byte)?) * 2 % 37));
    sum.zip(last).is_some_and(|(sum, last)| (sum + last) % 37 == 1)
}

fn value(byte: u8) -> Option<u32> {
    if byte.is_ascii_lowercase() { None } else { char::from(byte).to_digit(36) }
}

#[cfg(test)]
mod tests {
    use super::mod37_2;

    #[test]
    fn accepts_what_is_published() {
        assert!(mod37_2(b"G123498654321H"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["G123498654321I", "", "*1", "g123498654321H"] {
            assert!(!mod37_2(value.as_bytes()), "{value}");
        }
    }
}
