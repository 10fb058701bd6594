//! Numbers of the National Health Service of England, Wales and the Isle of Man.

use super::digits::{digits, weighted};

/// Whether `number` is ten digits whose weights 10 to 1 add up to a multiple of eleven.
///
/// NHS Data Dictionary, NHS NUMBER. One random number in eleven passes.
///
/// ```
/// use axiom_pii::number::uk_nhs;
///
/// assert!(uk_nhs(b"9434765870"));
/// assert!(!uk_nhs(b"9434765871"));
/// ```
#[must_use]
pub fn uk_nhs(number: &[u8]) -> bool {
    digits::<10>(number).is_some_and(|digits| weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

#[cfg(test)]
mod tests {
    use super::uk_nhs;

    #[test]
    fn accepts_what_is_published() {
        for value in ["9434765870", "4010232137", "9434765919"] {
            assert!(uk_nhs(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["9434765871", "", "943476587", "94347658700"] {
            assert!(!uk_nhs(value.as_bytes()), "{value}");
        }
    }
}
