//! CURP: the population registry codes of Mexico.

use super::date::is_day;
use super::digits::{decimal, digits};

/// Whether `number` is eighteen characters with a date of birth, a sex, a state and a check digit.
///
/// RENAPO, Instructivo normativo para la asignación de la CURP (DOF 18 October 2021). Letters are upper case. One
/// random code of the right form in ten passes.
///
/// ```
/// use axiom_pii::number::mx_curp;
///
/// assert!(mx_curp(b"BOXW310820HNERXN09"));
/// assert!(!mx_curp(b"BOXW310820HNERXN08"));
/// ```
#[must_use]
pub fn mx_curp(number: &[u8]) -> bool {
    let Ok(number) = <&[u8; 18]>::try_from(number) else { return false };
    let letters = number[..4].iter().chain(&number[10..16]).all(u8::is_ascii_uppercase);
    let Some(date) = digits::<6>(&number[4..10]) else { return false };
    let [year, month, day] = [&date[..2], &date[2..4], &date[4..]].map(decimal);
    // Who was born in this century has a letter there.
    let century = if number[16].is_ascii_digit() { 1900 } else { 2000 };
    letters
        && matches!(number[10], b'H' | b'M')
        && STATES.as_bytes().chunks(3).any(|state| state[..2] == number[11..13])
        && is_day(century + year, month, day)
        && check(number) == Some(u32::from(number[17]))
}

/// The check digit of the first seventeen characters, in ASCII.
fn check(number: &[u8; 18]) -> Option<u32> {
    let values = number[..17].iter().map(|byte| ALPHABET.chars().position(|letter| letter == char::from(*byte)));
    let sum = values.zip((2..=18).rev()).try_fold(0, |sum, (value, weight)| Some(sum + value? * weight))?;
    u32::try_from((10 - sum % 10) % 10 + 48).ok()
}

const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
/// The states, and NE for who was born abroad.
const STATES: &str =
    "AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL TS VZ YN ZS";

#[cfg(test)]
mod tests {
    use super::mx_curp;

    #[test]
    fn accepts_what_is_published() {
        assert!(mx_curp(b"BOXW310820HNERXN09"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["BOXW310820HNERXN08", "BOXW311320HNERXN09", "BOXW310820HZZRXN09", "", "BOXW310820HNERXN0"] {
            assert!(!mx_curp(value.as_bytes()), "{value}");
        }
    }
}
