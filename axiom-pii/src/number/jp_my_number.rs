//! My Number: the individual numbers of Japan.

use super::digits::{digits, weighted};

/// Whether `number` is twelve digits with a check digit modulo eleven.
///
/// Ministry of Internal Affairs and Communications, ordinance 85 of 2014, article 5; the weights are 6 to 2 and 7 to 2.
/// One random number in eleven passes.
///
/// ```
/// use axiom_pii::number::jp_my_number;
///
/// assert!(jp_my_number(b"123456789018"));
/// assert!(!jp_my_number(b"123456789017"));
/// ```
#[must_use]
pub fn jp_my_number(number: &[u8]) -> bool {
    digits::<12>(number).is_some_and(|digits| {
        let sum = weighted(&digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
        (11 - sum % 11) % 11 % 10 == digits[11]
    })
}

#[cfg(test)]
mod tests {
    use super::jp_my_number;

    #[test]
    fn accepts_what_is_published() {
        assert!(jp_my_number(b"123456789018"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["123456789017", "", "12345678901", "1234567890188"] {
            assert!(!jp_my_number(value.as_bytes()), "{value}");
        }
    }
}
