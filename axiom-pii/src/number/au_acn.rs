//! Australian company numbers.

use super::digits::{digits, weighted};

/// Whether `number` is nine digits whose weights 8 to 1 and 1 add up to a multiple of ten.
///
/// Australian Securities and Investments Commission, ACN check digit. One random number in ten passes.
///
/// ```
/// use axiom_pii::number::au_acn;
///
/// assert!(au_acn(b"004085616"));
/// assert!(!au_acn(b"004085617"));
/// ```
#[must_use]
pub fn au_acn(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|digits| weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 1, 1]).is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::au_acn;

    #[test]
    fn accepts_what_is_published() {
        for value in ["004085616", "010499966"] {
            assert!(au_acn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["004085617", "", "00408561", "0040856166"] {
            assert!(!au_acn(value.as_bytes()), "{value}");
        }
    }
}
