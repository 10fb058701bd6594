//! NIF: the tax numbers of Spain.

use super::digits::{decimal, digits};
use super::es_nie;

/// Whether `number` is a number of a person (DNI, NIE or K, L, M) or of an entity (CIF) with its check character.
///
/// Real Decreto 1065/2007, articles 18 to 24, and Orden EHA/451/2008. Letters are upper case. One random DNI in 23
/// passes, one random CIF in ten.
///
/// ```
/// use axiom_pii::number::es_nif;
///
/// assert!(es_nif(b"54362315K"));
/// assert!(!es_nif(b"54362315Z"));
/// ```
#[must_use]
pub fn es_nif(number: &[u8]) -> bool {
    let [first, serial @ .., check] = number else { return false };
    match first {
        b'0'..=b'9' => digits::<8>(&number[..number.len() - 1]).is_some_and(|digits| letter(&digits) == *check),
        b'X'..=b'Z' => es_nie(number),
        b'K'..=b'M' => digits::<7>(serial).is_some_and(|digits| letter(&digits) == *check),
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U'..=b'W' => is_entity(serial, *check),
        _ => false,
    }
}

fn is_entity(serial: &[u8], check: u8) -> bool {
    digits::<7>(serial).is_some_and(|digits| {
        let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
        let sum: u32 =
            digits.iter().zip(0..).map(|(&digit, place)| if place % 2 == 0 { doubled(digit) } else { digit }).sum();
        let place = ((10 - sum % 10) % 10) as usize;
        check == b"0123456789"[place] || check == b"JABCDEFGHI"[place]
    })
}

/// The check letter of a number of persons.
pub(super) fn letter(digits: &[u32]) -> u8 {
    b"TRWAGMYFPDXBNJZSQVHLCKE"[decimal(digits) as usize % 23]
}

#[cfg(test)]
mod tests {
    use super::es_nif;

    #[test]
    fn accepts_what_is_published() {
        for value in ["54362315K", "A13585625", "X2482300W", "K0867756N"] {
            assert!(es_nif(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["54362315Z", "A13585626", "I1358562J", "", "5436231K", "54362315k"] {
            assert!(!es_nif(value.as_bytes()), "{value}");
        }
    }
}
