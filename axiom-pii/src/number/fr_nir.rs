//! NIR: the social security numbers of France.

use super::digits::{decimal, digits};

/// Whether `number` is thirteen characters and the key that completes them modulo 97.
///
/// INSEE, Numéro d’inscription au répertoire; the departments 2A and 2B of Corsica count as 19 and 18. Letters are
/// upper case. One random number in 97 passes.
///
/// ```
/// use axiom_pii::number::fr_nir;
///
/// assert!(fr_nir(b"295109912611193"));
/// assert!(!fr_nir(b"295109912611199"));
/// ```
#[must_use]
pub fn fr_nir(number: &[u8]) -> bool {
    let Ok(mut number) = <[u8; 15]>::try_from(number) else { return false };
    match &mut number[5..7] {
        department if department == b"2A" => department.copy_from_slice(b"19"),
        department if department == b"2B" => department.copy_from_slice(b"18"),
        _ => {}
    }
    let Some(digits) = digits::<15>(&number) else { return false };
    let rest = digits[..13].iter().fold(0, |rest, digit| (rest * 10 + digit) % 97);
    decimal(&digits[13..]) == 97 - rest
}

#[cfg(test)]
mod tests {
    use super::fr_nir;

    #[test]
    fn accepts_what_is_published() {
        for value in ["295109912611193", "253072B07300470", "253072A07300443"] {
            assert!(fr_nir(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["295109912611199", "253072C07300443", "", "29510991261119", "253072a07300443"] {
            assert!(!fr_nir(value.as_bytes()), "{value}");
        }
    }
}
