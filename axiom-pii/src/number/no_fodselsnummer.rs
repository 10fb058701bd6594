//! Fødselsnummer: the birth numbers of Norway, and the D and H numbers beside them.

use super::date::is_day;
use super::digits::{decimal, digits, weighted};

/// Whether `number` is eleven digits with a date of birth and two check digits modulo eleven.
///
/// Folkeregisterforskriften § 2-2-3. D numbers add forty to the day, H numbers forty to the month; the century follows
/// from the three digits behind the date. One random number of the right form in a hundred passes.
///
/// ```
/// use axiom_pii::number::no_fodselsnummer;
///
/// assert!(no_fodselsnummer(b"15108695088"));
/// assert!(!no_fodselsnummer(b"15108695077"));
/// ```
#[must_use]
pub fn no_fodselsnummer(number: &[u8]) -> bool {
    let Some(digits) = digits::<11>(number) else { return false };
    let first = weighted(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
    let second = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
    first.is_multiple_of(11) && second.is_multiple_of(11) && is_born(&digits)
}

fn is_born(digits: &[u32; 11]) -> bool {
    let [day, month, year, individual] = [&digits[..2], &digits[2..4], &digits[4..6], &digits[6..9]].map(decimal);
    let century = match (individual, year) {
        (0..500, _) => 1900,
        (500..750, 54..) => 1800,
        (500.., ..40) => 2000,
        (900.., _) => 1900,
        _ => return false,
    };
    let less = |value: u32| if value > 40 { value - 40 } else { value };
    day < 80 && is_day(century + year, less(month), less(day))
}

#[cfg(test)]
mod tests {
    use super::no_fodselsnummer;

    #[test]
    fn accepts_what_is_published() {
        assert!(no_fodselsnummer(b"15108695088"));
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["15108695077", "32108695088", "", "1510869508"] {
            assert!(!no_fodselsnummer(value.as_bytes()), "{value}");
        }
    }
}
