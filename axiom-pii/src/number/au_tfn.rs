//! Tax file numbers of Australia.

use super::digits::{digits, weighted};

/// Whether `number` is eight or nine digits whose weights add up to a multiple of eleven.
///
/// Australian Taxation Office; the weights 1, 4, 3, 7, 5, 8, 6, 9, 10 are in use everywhere. One random number in
/// eleven passes.
///
/// ```
/// use axiom_pii::number::au_tfn;
///
/// assert!(au_tfn(b"123456782"));
/// assert!(!au_tfn(b"999999999"));
/// ```
#[must_use]
pub fn au_tfn(number: &[u8]) -> bool {
    let weights = [1, 4, 3, 7, 5, 8, 6, 9, 10];
    match number.len() {
        8 => digits::<8>(number).is_some_and(|digits| weighted(&digits, &weights).is_multiple_of(11)),
        _ => digits::<9>(number).is_some_and(|digits| weighted(&digits, &weights).is_multiple_of(11)),
    }
}

#[cfg(test)]
mod tests {
    use super::au_tfn;

    #[test]
    fn accepts_what_is_published() {
        for value in ["123456782", "876543210", "37118030"] {
            assert!(au_tfn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["999999999", "", "1234567", "12345678x"] {
            assert!(!au_tfn(value.as_bytes()), "{value}");
        }
    }
}
