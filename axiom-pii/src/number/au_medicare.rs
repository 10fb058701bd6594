//! Medicare card numbers of Australia.

use super::digits::{digits, weighted};

/// Whether `number` is ten digits, or eleven with the person on the card, with the ninth as check digit.
///
/// Services Australia: the first digit is 2 to 6, the weights are 1, 3, 7, 9, and the tenth digit, the issue of the
/// card, is not 0. One random number of the right form in ten passes.
///
/// ```
/// use axiom_pii::number::au_medicare;
///
/// assert!(au_medicare(b"2123456701"));
/// assert!(!au_medicare(b"2123456711"));
/// ```
#[must_use]
pub fn au_medicare(number: &[u8]) -> bool {
    let (card, person) = number.split_at(number.len().min(10));
    let Some(digits) = digits::<10>(card) else { return false };
    let check = weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
    (2..=6).contains(&digits[0]) && check == digits[8] && digits[9] > 0 && matches!(person, [] | [b'1'..=b'9'])
}

#[cfg(test)]
mod tests {
    use super::au_medicare;

    #[test]
    fn accepts_what_is_published() {
        for value in ["2123456701", "21234567012"] {
            assert!(au_medicare(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["2123456711", "1123456701", "2123456700", "", "212345670"] {
            assert!(!au_medicare(value.as_bytes()), "{value}");
        }
    }
}
