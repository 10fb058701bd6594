//! BSN: the numbers of citizens of the Netherlands.

use super::digits::{decimal, digits, weighted};

/// Whether `number` is nine digits whose weights 9 to 2 less the last add up to a multiple of eleven.
///
/// Besluit burgerservicenummer (the eleven test); zeros only do not pass. One random number in eleven passes.
///
/// ```
/// use axiom_pii::number::nl_bsn;
///
/// assert!(nl_bsn(b"111222333"));
/// assert!(!nl_bsn(b"111252333"));
/// ```
#[must_use]
pub fn nl_bsn(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|digits| {
        // Less the last is ten times more of it, modulo eleven.
        decimal(&digits) > 0 && weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11)
    })
}

#[cfg(test)]
mod tests {
    use super::nl_bsn;

    #[test]
    fn accepts_what_is_published() {
        for value in ["111222333", "123456782"] {
            assert!(nl_bsn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["111252333", "000000000", "", "11122233"] {
            assert!(!nl_bsn(value.as_bytes()), "{value}");
        }
    }
}
