//! NIF: the numbers of taxpayers in Portugal.

use super::digits::{digits, weighted};

/// Whether `number` is nine digits, the first not 0, with a check digit of modulo eleven.
///
/// Decreto-Lei 14/2013. One random number in eleven passes.
///
/// ```
/// use axiom_pii::number::pt_nif;
///
/// assert!(pt_nif(b"501964843"));
/// assert!(!pt_nif(b"501964842"));
/// ```
#[must_use]
pub fn pt_nif(number: &[u8]) -> bool {
    let Some(digits) = digits::<9>(number) else { return false };
    digits[0] != 0 && (11 - weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == digits[8]
}

#[cfg(test)]
mod tests {
    use super::pt_nif;

    #[test]
    fn accepts_what_is_published() {
        for value in ["501964843", "123456789"] {
            assert!(pt_nif(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["501964842", "001964843", "", "50196484"] {
            assert!(!pt_nif(value.as_bytes()), "{value}");
        }
    }
}
