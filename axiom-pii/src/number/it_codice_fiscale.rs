//! Codice fiscale: the tax codes of persons in Italy.

use super::date::is_day;

/// Whether `number` is sixteen characters with a date of birth and a check letter.
///
/// Decreto Ministeriale 23 dicembre 1976. Where two persons would have the same code, letters from L to V stand for
/// digits. Letters are upper case; the eleven digits of companies are not looked at. One random code of the right form
/// in 26 passes.
///
/// ```
/// use axiom_pii::number::it_codice_fiscale;
///
/// assert!(it_codice_fiscale(b"RCCMNL83S18D969H"));
/// assert!(!it_codice_fiscale(b"RCCMNL83S18D969A"));
/// ```
#[must_use]
pub fn it_codice_fiscale(number: &[u8]) -> bool {
    let Ok(number) = <&[u8; 16]>::try_from(number) else { return false };
    let [name @ .., y1, y2, month, d1, d2, _, _, _, _, _] = number;
    let places = number[12..15].iter().all(|&byte| digit(byte).is_some());
    let letters = name.iter().chain(&number[11..12]).all(u8::is_ascii_uppercase);
    letters && places && is_born([*y1, *y2, *month, *d1, *d2]) && check(&number[..15]) == number[15]
}

/// Whether year, month and day can be; the day of a woman is forty more.
fn is_born([y1, y2, month, d1, d2]: [u8; 5]) -> bool {
    let two = |tens, ones| Some(digit(tens)? * 10 + digit(ones)?);
    let month = (1..).zip(*b"ABCDEHLMPRST").find(|&(_, letter)| letter == month);
    match (two(y1, y2), month, two(d1, d2)) {
        // Of the years 1920 to 2019, those divisible by four are leap years.
        (Some(year), Some((month, _)), Some(day)) => is_day(2000 + year, month, day % 40),
        _ => false,
    }
}

fn digit(byte: u8) -> Option<u32> {
    let place = match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        _ => b"LMNPQRSTUV".iter().position(|&letter| letter == byte)?,
    };
    u32::try_from(place).ok()
}

fn check(code: &[u8]) -> u8 {
    let value = |byte: u8| usize::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
    let sum: usize =
        (0..).zip(code).map(|(place, &byte)| if place % 2 == 0 { ODD[value(byte)] } else { value(byte) }).sum();
    b'A' + (sum % 26) as u8
}

/// What characters at odd places count.
const ODD: [usize; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

#[cfg(test)]
mod tests {
    use super::it_codice_fiscale;

    #[test]
    fn accepts_what_is_published() {
        for value in ["RCCMNL83S18D969H", "CNTCHR83T41D969D"] {
            assert!(it_codice_fiscale(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["RCCMNL83S18D969A", "RCCMNL83S38D969X", "", "RCCMNL83S18D969", "rccmnl83s18d969h"] {
            assert!(!it_codice_fiscale(value.as_bytes()), "{value}");
        }
    }
}
