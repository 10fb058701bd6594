//! PESEL: the numbers of persons in Poland.

use super::date::is_day;
use super::digits::{decimal, digits, weighted};

/// Whether `number` is eleven digits with a date of birth and a check digit.
///
/// Ustawa o ewidencji ludności, article 15: twenty is added to the month for every century after 1900, and eighty for
/// 1800; the weights are 1, 3, 7, 9. One random number of the right form in ten passes.
///
/// ```
/// use axiom_pii::number::pl_pesel;
///
/// assert!(pl_pesel(b"44051401359"));
/// assert!(!pl_pesel(b"44051401358"));
/// ```
#[must_use]
pub fn pl_pesel(number: &[u8]) -> bool {
    let Some(digits) = digits::<11>(number) else { return false };
    let [year, month, day] = [&digits[..2], &digits[2..4], &digits[4..6]].map(decimal);
    let century = [1900, 2000, 2100, 2200, 1800][month as usize / 20];
    is_day(century + year, month % 20, day) && weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::pl_pesel;

    #[test]
    fn accepts_what_is_published() {
        for value in ["44051401359", "02070803628"] {
            assert!(pl_pesel(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["44051401358", "44131401359", "", "4405140135"] {
            assert!(!pl_pesel(value.as_bytes()), "{value}");
        }
    }
}
