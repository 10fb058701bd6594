//! AHV: the social insurance numbers of Switzerland.

use super::digits::{digits, weighted};

/// Whether `number` is thirteen digits, of which the first are those of the country, with the check digit of an EAN.
///
/// Verordnung über die Alters- und Hinterlassenenversicherung (AHVV), article 133; GS1 General Specifications, check
/// digits. One random number that begins with 756 in ten passes.
///
/// ```
/// use axiom_pii::number::ch_ahv;
///
/// assert!(ch_ahv(b"7569217076985"));
/// assert!(!ch_ahv(b"7569217076984"));
/// ```
#[must_use]
pub fn ch_ahv(number: &[u8]) -> bool {
    digits::<13>(number)
        .is_some_and(|digits| number.starts_with(b"756") && weighted(&digits, &[1, 3].repeat(7)).is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::ch_ahv;

    #[test]
    fn accepts_what_is_published() {
        for value in ["7569217076985", "7561234567897"] {
            assert!(ch_ahv(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["7569217076984", "7579217076982", "", "756921707698"] {
            assert!(!ch_ahv(value.as_bytes()), "{value}");
        }
    }
}
