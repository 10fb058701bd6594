//! International bank account numbers (ISO 13616).

use super::iban_registry::{parts, structure};
use crate::checksum::mod97;

/// Whether `number` has the length and the shape of its country, and check digits that hold.
///
/// ISO 13616-1 with the structures of release 101 of the SWIFT IBAN registry. Upper and lower case count alike. One
/// random number of the right form in 97 passes.
///
/// ```
/// use axiom_pii::number::iban;
///
/// assert!(iban(b"GB82WEST12345698765432"));
/// assert!(!iban(b"GB82WEST12345698765433"));
/// assert!(!iban(b"GB8212345WEST698765432"), "letters stand at other places");
/// ```
#[must_use]
pub fn iban(number: &[u8]) -> bool {
    let Some((&[c1, c2, k1, k2], bban)) = number.split_first_chunk() else { return false };
    let Some(structure) = structure([c1, c2].map(|letter| letter.to_ascii_uppercase())) else { return false };
    // 00, 01 and 99 leave the same remainders as 97, 98 and 02, but ISO 7064 never yields them.
    let possible = !matches!([k1, k2], [b'0', b'0' | b'1'] | [b'9', b'9']);
    possible && k1.is_ascii_digit() && k2.is_ascii_digit() && has_structure(bban, structure) && is_checked(number)
}

/// The length of the numbers of `country`, two letters in upper case.
pub(crate) fn length(country: [u8; 2]) -> Option<usize> {
    structure(country).map(|structure| 4 + parts(structure).map(|(count, _)| count).sum::<usize>())
}

fn has_structure(mut bban: &[u8], structure: &str) -> bool {
    let fits = parts(structure).all(|(count, class)| {
        let Some((part, rest)) = bban.split_at_checked(count) else { return false };
        bban = rest;
        part.iter().all(|byte| match class {
            b'a' => byte.is_ascii_alphabetic(),
            b'n' => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric(),
        })
    });
    fits && bban.is_empty()
}

/// Whether the number, its first four characters at the end, leaves 1 modulo 97.
fn is_checked(number: &[u8]) -> bool {
    let mut rearranged = [0; LONGEST];
    let Some(rearranged) = rearranged.get_mut(..number.len()) else { return false };
    rearranged.copy_from_slice(number);
    rearranged.rotate_left(4);
    mod97(rearranged)
}

/// The longest number that ISO 13616 allows.
pub(crate) const LONGEST: usize = 34;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_examples_of_the_registry() {
        for number in
            ["GB82WEST12345698765432", "de89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"]
        {
            assert!(iban(number.as_bytes()), "{number}");
        }
    }

    #[test]
    fn refuses_wrong_lengths_countries_and_check_digits() {
        for number in [
            "",
            "GB",
            "GB82",
            "GB82WEST1234569876543",
            "GB82WEST123456987654320",
            "ZZ82WEST12345698765432",
            "GB83WEST12345698765432",
            "GB82 WEST12345698765432",
        ] {
            assert!(!iban(number.as_bytes()), "{number}");
        }
    }
}
