//! RUT: the numbers of taxpayers and persons in Chile.

/// Whether `number` is seven or eight digits with the check character of modulo eleven.
///
/// Servicio de Impuestos Internos, Rol Único Tributario. `K` is upper case. One random number in eleven passes.
///
/// ```
/// use axiom_pii::number::cl_rut;
///
/// assert!(cl_rut(b"760864285"));
/// assert!(!cl_rut(b"760864284"));
/// ```
#[must_use]
pub fn cl_rut(number: &[u8]) -> bool {
    let Some((&check, digits)) = number.split_last() else { return false };
    if !(7..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weights = [9, 8, 7, 6, 5, 4].into_iter().cycle();
    let sum: u32 = digits.iter().rev().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    check == b"0123456789K"[sum as usize % 11]
}

#[cfg(test)]
mod tests {
    use super::cl_rut;

    #[test]
    fn accepts_what_is_published() {
        for value in ["760864285", "125319092"] {
            assert!(cl_rut(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["760864284", "76086428K", "", "7608642850"] {
            assert!(!cl_rut(value.as_bytes()), "{value}");
        }
    }
}
