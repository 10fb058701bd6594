//! Australian business numbers.

use super::digits::{digits, weighted};

/// Whether `number` is eleven digits that, one taken from the first, are divisible by 89 by their weights.
///
/// Australian Business Register, Format of the ABN; the weights are 10, 1, 3, 5 to 19, and the two check digits in
/// front are 11 to 99. One random number in 89 passes.
///
/// ```
/// use axiom_pii::number::au_abn;
///
/// assert!(au_abn(b"83914571673"));
/// assert!(!au_abn(b"83914571674"));
/// ```
#[must_use]
pub fn au_abn(number: &[u8]) -> bool {
    digits::<11>(number).is_some_and(|mut digits| {
        // Check digits are 11 at least: 10 would do where 99 does.
        let possible = digits[0] > 0 && digits[..2] != [1, 0];
        digits[0] = digits[0].saturating_sub(1);
        possible && weighted(&digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]).is_multiple_of(89)
    })
}

#[cfg(test)]
mod tests {
    use super::au_abn;

    #[test]
    fn accepts_what_is_published() {
        for value in ["83914571673", "51824753556"] {
            assert!(au_abn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["83914571674", "10241401605", "", "8391457167"] {
            assert!(!au_abn(value.as_bytes()), "{value}");
        }
    }
}
