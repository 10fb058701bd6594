//! MOD 97-10: the check characters of bank accounts.

/// Whether `text` leaves the remainder 1 modulo 97, letters counting from A = 10 to Z = 35 (ISO 7064, MOD 97-10).
///
/// Upper and lower case count alike. For an IBAN (ISO 13616) the first four characters go to the end before. About one
/// random text in 97 passes.
///
/// ```
/// use axiom_pii::checksum::mod97;
///
/// // GB82 WEST 1234 5698 7654 32, rearranged.
/// assert!(mod97(b"WEST12345698765432GB82"));
/// assert!(!mod97(b"WEST12345698765432GB28"));
/// ```
#[must_use]
pub fn mod97(text: &[u8]) -> bool {
    text.iter().try_fold(0, |remainder, &byte| push(remainder, byte)) == Some(1)
}

/// The remainder after one more character; `None` where it is neither a digit nor a letter.
fn push(remainder: u32, byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some((remainder * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((remainder * 100 + u32::from(byte - b'A') + 10) % 97),
        b'a'..=b'z' => Some((remainder * 100 + u32::from(byte - b'a') + 10) % 97),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::mod97;

    /// The definition: the whole text as one decimal number, divided by hand.
    fn naive(text: &str) -> bool {
        let number: String = text.chars().map(|character| character.to_digit(36).unwrap().to_string()).collect();
        let rest = number.chars().fold(0, |rest, digit| (rest * 10 + digit.to_digit(10).unwrap()) % 97);
        rest == 1
    }

    #[test]
    fn refuses_what_is_no_letter_or_digit() {
        assert!(mod97(b"1"));
        for text in ["", "1 ", " 1", "1-", "é1"] {
            assert!(!mod97(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn notices_swapped_neighbours() {
        let account = *b"370400440532013000DE89";
        assert!(mod97(&account));
        for place in (1..account.len()).filter(|&place| account[place] != account[place - 1]) {
            let mut swapped = account;
            swapped.swap(place, place - 1);
            assert!(!mod97(&swapped), "at {place}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(text in "[0-9A-Za-z]{1,34}") {
            prop_assert_eq!(mod97(text.as_bytes()), naive(&text));
        }
    }
}
