//! Identity numbers of Singapore: NRIC of citizens and residents, FIN of foreigners.

use super::digits::{digits, weighted};

/// Whether `number` is S, T, F, G or M, seven digits and the letter that their weights give.
///
/// Immigration and Checkpoints Authority of Singapore; the weights 2, 7, 6, 5, 4, 3, 2 and the letters are not
/// published officially but in use everywhere. Letters are upper case. One random number in eleven passes.
///
/// ```
/// use axiom_pii::number::sg_nric;
///
/// assert!(sg_nric(b"S1234567D"));
/// assert!(!sg_nric(b"S1234567E"));
/// ```
#[must_use]
pub fn sg_nric(number: &[u8]) -> bool {
    let [prefix, serial @ .., check] = number else { return false };
    let Some(serial) = digits::<7>(serial) else { return false };
    let (offset, letters) = match prefix {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    letters[(weighted(&serial, &[2, 7, 6, 5, 4, 3, 2]) + offset) as usize % 11] == *check
}

#[cfg(test)]
mod tests {
    use super::sg_nric;

    #[test]
    fn accepts_what_is_published() {
        for value in ["S1234567D", "T1234567J", "F1234567N", "G1234567X", "M1234567K"] {
            assert!(sg_nric(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["S1234567E", "", "A1234567D", "S123456D", "S12345678", "s1234567d"] {
            assert!(!sg_nric(value.as_bytes()), "{value}");
        }
    }
}
