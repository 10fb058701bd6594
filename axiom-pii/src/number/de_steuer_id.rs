//! Tax identification numbers of persons in Germany.

use super::digits::digits;
use crate::checksum::mod11_10;

/// Whether `number` is eleven digits with one of the first ten repeated, and a MOD 11,10 check digit.
///
/// Bundeszentralamt für Steuern, § 139b AO: the first is not 0, and of the first ten exactly one stands twice or three
/// times. One random number in a hundred passes.
///
/// ```
/// use axiom_pii::number::de_steuer_id;
///
/// assert!(de_steuer_id(b"36574261809"));
/// assert!(!de_steuer_id(b"36574261808"));
/// ```
#[must_use]
pub fn de_steuer_id(number: &[u8]) -> bool {
    let Some(digits) = digits::<11>(number) else { return false };
    let mut counts = [0; 10];
    digits[..10].iter().for_each(|&digit| counts[digit as usize] += 1);
    let mut repeated = counts.into_iter().filter(|&count| count > 1);
    let one = matches!((repeated.next(), repeated.next()), (Some(2 | 3), None));
    digits[0] > 0 && one && mod11_10(number)
}

#[cfg(test)]
mod tests {
    use super::de_steuer_id;

    #[test]
    fn accepts_what_is_published() {
        for value in ["36574261809", "86095742719"] {
            assert!(de_steuer_id(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["36574261808", "12345678903", "", "3657426180", "11223344556"] {
            assert!(!de_steuer_id(value.as_bytes()), "{value}");
        }
    }
}
