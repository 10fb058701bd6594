//! NIE: the identity numbers of foreigners in Spain.

use super::digits::digits;
use super::es_nif::letter;

/// Whether `number` is X, Y or Z, seven digits and their check letter.
///
/// Orden INT/2058/2008: X, Y, Z count as 0, 1, 2 before the digits, and the remainder modulo 23 selects the letter.
/// Letters are upper case. One random number in 23 passes.
///
/// ```
/// use axiom_pii::number::es_nie;
///
/// assert!(es_nie(b"X2482300W"));
/// assert!(!es_nie(b"X2482300A"));
/// ```
#[must_use]
pub fn es_nie(number: &[u8]) -> bool {
    let [first @ b'X'..=b'Z', serial @ .., check] = number else { return false };
    digits::<7>(serial).is_some_and(|serial| {
        let mut digits = [u32::from(first - b'X'); 8];
        digits[1..].copy_from_slice(&serial);
        letter(&digits) == *check
    })
}

#[cfg(test)]
mod tests {
    use super::es_nie;

    #[test]
    fn accepts_what_is_published() {
        assert!(es_nie(b"X2482300W"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["X2482300A", "", "W2482300W", "X248230W", "x2482300w"] {
            assert!(!es_nie(value.as_bytes()), "{value}");
        }
    }
}
