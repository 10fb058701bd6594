//! HETU: the identity codes of persons in Finland.

use super::date::is_day;
use super::digits::{decimal, digits};

/// Whether `number` is a date of birth, the sign of its century, a number from 002 to 899 and a check character.
///
/// Digital and Population Data Services Agency; the signs that were added in 2023 count. Letters are upper case.
/// Numbers from 900 on are made up for tests and do not pass. One random code of the right form in 31 passes.
///
/// ```
/// use axiom_pii::number::fi_hetu;
///
/// assert!(fi_hetu(b"131052-308T"));
/// assert!(!fi_hetu(b"131052-308U"));
/// ```
#[must_use]
pub fn fi_hetu(number: &[u8]) -> bool {
    let Ok(number) = <&[u8; 11]>::try_from(number) else { return false };
    let century = match number[6] {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return false,
    };
    let (Some(date), Some(serial)) = (digits::<6>(&number[..6]), digits::<3>(&number[7..10])) else { return false };
    let [day, month, year] = [&date[..2], &date[2..4], &date[4..]].map(decimal);
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(decimal(&date) * 1000 + decimal(&serial)) as usize % 31];
    is_day(century + year, month, day) && (2..900).contains(&decimal(&serial)) && check == number[10]
}

#[cfg(test)]
mod tests {
    use super::fi_hetu;

    #[test]
    fn accepts_what_is_published() {
        for value in ["131052-308T", "131052Y308T"] {
            assert!(fi_hetu(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["131052-308U", "320152-308T", "131052-900X", "131052G308T", "", "131052308T", "131052-308t"] {
            assert!(!fi_hetu(value.as_bytes()), "{value}");
        }
    }
}
