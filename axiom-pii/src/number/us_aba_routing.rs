//! ABA routing transit numbers of United States banks.

use super::digits::{digits, weighted};

/// Whether `number` is nine digits whose weights 3, 7, 1 add up to a multiple of ten.
///
/// ABA Key to Routing Numbers; the prefix (00 to 12, 21 to 32, 61 to 72, 80) is not looked at. One random number in ten
/// passes.
///
/// ```
/// use axiom_pii::number::us_aba_routing;
///
/// assert!(us_aba_routing(b"111000025"));
/// assert!(!us_aba_routing(b"112000025"));
/// ```
#[must_use]
pub fn us_aba_routing(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|digits| weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::us_aba_routing;

    #[test]
    fn accepts_what_is_published() {
        for value in ["111000025", "021000021", "011401533"] {
            assert!(us_aba_routing(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["112000025", "", "11100002", "1110000255", "11100002x"] {
            assert!(!us_aba_routing(value.as_bytes()), "{value}");
        }
    }
}
