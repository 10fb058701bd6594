//! Verhoeff: the check digit of Aadhaar numbers.

/// Whether the last of `digits` is their Verhoeff check digit.
///
/// J. Verhoeff, Error Detecting Decimal Codes (Mathematical Centre Tracts 29, 1969): a walk through the dihedral group
/// of order ten. It notices every changed digit and every swap of neighbours. One random number in ten passes; empty
/// input does not.
///
/// ```
/// use axiom_pii::checksum::verhoeff;
///
/// assert!(verhoeff(b"2363"));
/// assert!(!verhoeff(b"2364"));
/// ```
#[must_use]
pub fn verhoeff(digits: &[u8]) -> bool {
    let check = digits.iter().rev().enumerate().try_fold(0, |check, (place, byte)| {
        let digit = byte.is_ascii_digit().then(|| usize::from(byte - b'0'))?;
        Some(usize::from(PRODUCT[check][usize::from(PERMUTATION[place % 8][digit])]))
    });
    !digits.is_empty() && check == Some(0)
}

/// The product of two elements of the dihedral group.
const PRODUCT: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// What a digit becomes at each place from the right.
const PERMUTATION: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

#[cfg(test)]
mod tests {
    use super::verhoeff;

    #[test]
    fn accepts_what_is_published() {
        for value in ["2363", "234123412346", "758722"] {
            assert!(verhoeff(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["2364", "", "236x", "2 363", "2336"] {
            assert!(!verhoeff(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn notices_every_changed_digit_and_every_swap() {
        let number = *b"234123412346";
        for place in 0..number.len() {
            for digit in b'0'..=b'9' {
                let mut changed = number;
                changed[place] = digit;
                assert_eq!(verhoeff(&changed), changed == number);
            }
            if place > 0 && number[place] != number[place - 1] {
                let mut swapped = number;
                swapped.swap(place, place - 1);
                assert!(!verhoeff(&swapped));
            }
        }
    }
}
