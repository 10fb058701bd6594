//! CNPJ: the numbers of companies in Brazil.

/// Whether `number` is twelve letters or digits and their two check digits modulo eleven.
///
/// Receita Federal do Brasil, Instrução Normativa RFB 2.229/2024: from July 2026 on the first twelve may be letters,
/// which count as their ASCII code less 48. Letters are upper case. One random number in a hundred passes.
///
/// ```
/// use axiom_pii::number::br_cnpj;
///
/// assert!(br_cnpj(b"16727230000197"));
/// assert!(!br_cnpj(b"16727230000198"));
/// ```
#[must_use]
pub fn br_cnpj(number: &[u8]) -> bool {
    let Ok(number) = <&[u8; 14]>::try_from(number) else { return false };
    let known = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let check = |count: usize| {
        let values = number[..count].iter().map(|byte| u32::from(byte - b'0'));
        let sum: u32 = values.zip(&WEIGHTS[13 - count..]).map(|(value, weight)| value * weight).sum();
        (11 - sum % 11) % 11 % 10
    };
    number.iter().all(known)
        && !number.starts_with(b"000000000000")
        && u32::from(number[12]) == check(12) + 48
        && u32::from(number[13]) == check(13) + 48
}

const WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];

#[cfg(test)]
mod tests {
    use super::br_cnpj;

    #[test]
    fn accepts_what_is_published() {
        for value in ["16727230000197", "12ABC34501DE35"] {
            assert!(br_cnpj(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["16727230000198", "", "00000000000000", "1672723000019", "12abc34501de35", "12ABC34501DEAB"] {
            assert!(!br_cnpj(value.as_bytes()), "{value}");
        }
    }
}
