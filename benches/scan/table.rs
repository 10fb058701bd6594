//! The bare table scan: what a scanner that knows cards only cannot do without.

use axiom_pii::checksum::luhn;

/// How many runs of 13 to 19 digits pass the Luhn check.
pub(crate) fn cards(bytes: &[u8]) -> usize {
    let (mut cards, mut length) = (0, 0);
    for (place, &byte) in bytes.iter().enumerate() {
        if DIGITS[usize::from(byte)] {
            length += 1;
        } else {
            if (13..=19).contains(&length) && luhn(&bytes[place - length..place]) {
                cards += 1;
            }
            length = 0;
        }
    }
    cards
}

static DIGITS: [bool; 256] = digits();

const fn digits() -> [bool; 256] {
    let mut digits = [false; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        digits[digit as usize] = true;
        digit += 1;
    }
    digits
}
