//! T.C. Kimlik: the identity numbers of Türkiye.

use super::digits::{digits, weighted};

/// Whether `number` is eleven digits, the first not 0, with both check digits.
///
/// Nüfus ve Vatandaşlık İşleri: the tenth digit follows from the sums of the odd and the even places, the last from the
/// sum of all before. One random number in a hundred passes.
///
/// ```
/// use axiom_pii::number::tr_tckn;
///
/// assert!(tr_tckn(b"17291716060"));
/// assert!(!tr_tckn(b"17291716050"));
/// ```
#[must_use]
pub fn tr_tckn(number: &[u8]) -> bool {
    let Some(digits) = digits::<11>(number) else { return false };
    let first = (10 - weighted(&digits, &[3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10) % 10;
    let second = digits[..10].iter().sum::<u32>() % 10;
    digits[0] > 0 && first == digits[9] && second == digits[10]
}

#[cfg(test)]
mod tests {
    use super::tr_tckn;

    #[test]
    fn accepts_what_is_published() {
        for value in ["17291716060", "10000000146"] {
            assert!(tr_tckn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["17291716050", "07291716060", "", "1729171606"] {
            assert!(!tr_tckn(value.as_bytes()), "{value}");
        }
    }
}
