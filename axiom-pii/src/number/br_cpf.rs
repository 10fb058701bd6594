//! CPF: the numbers of persons in Brazil.

use super::digits::{decimal, digits};

/// Whether `number` is eleven digits whose last two are the check digits modulo eleven.
///
/// Receita Federal do Brasil. The number of zeros only is not assigned. One random number in a hundred passes.
///
/// ```
/// use axiom_pii::number::br_cpf;
///
/// assert!(br_cpf(b"39053344705"));
/// assert!(!br_cpf(b"39053344706"));
/// ```
#[must_use]
pub fn br_cpf(number: &[u8]) -> bool {
    let Some(digits) = digits::<11>(number) else { return false };
    let check = |count: u32| {
        let sum: u32 = digits.iter().zip((2..=count + 1).rev()).map(|(digit, weight)| digit * weight).sum();
        (11 - sum % 11) % 11 % 10
    };
    decimal(&digits[..9]) + digits[9] > 0 && check(9) == digits[9] && check(10) == digits[10]
}

#[cfg(test)]
mod tests {
    use super::br_cpf;

    #[test]
    fn accepts_what_is_published() {
        for value in ["39053344705", "11144477735"] {
            assert!(br_cpf(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["39053344706", "", "00000000000", "3905334470", "390.533.447-05"] {
            assert!(!br_cpf(value.as_bytes()), "{value}");
        }
    }
}
