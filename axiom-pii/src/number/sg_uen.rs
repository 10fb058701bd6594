//! Unique entity numbers of Singapore.

use super::digits::{digits, weighted};

/// Whether `number` is the number of a business, of a local company or of another entity, with its check letter.
///
/// Accounting and Corporate Regulatory Authority of Singapore: `nnnnnnnnX`, `yyyynnnnnX` and `TyyPQnnnnX`, where `PQ`
/// is one of the types of entity. The year is not compared with the clock. Letters are upper case. One random number in
/// eleven passes.
///
/// ```
/// use axiom_pii::number::sg_uen;
///
/// assert!(sg_uen(b"00192200M"));
/// assert!(!sg_uen(b"00192201M"));
/// ```
#[must_use]
pub fn sg_uen(number: &[u8]) -> bool {
    match number {
        [_, _, _, _, _, _, _, _, _] => is_business(number),
        [b'0'..=b'9', ..] => is_company(number),
        _ => is_other(number),
    }
}

fn is_business(number: &[u8]) -> bool {
    let (serial, check) = number.split_at(8);
    digits::<8>(serial)
        .is_some_and(|digits| check == [b"XMKECAWLJDB"[weighted(&digits, &[10, 4, 9, 3, 8, 2, 7, 1]) as usize % 11]])
}

fn is_company(number: &[u8]) -> bool {
    let Some((check, serial)) = number.split_last() else { return false };
    digits::<9>(serial)
        .is_some_and(|digits| *check == b"ZKCMDNERGWH"[weighted(&digits, &[10, 8, 6, 4, 9, 7, 5, 3, 1]) as usize % 11])
}

fn is_other(number: &[u8]) -> bool {
    let [era, y1, y2, p, q, serial @ .., check] = number else { return false };
    let numbers = [y1, y2].into_iter().chain(serial).all(u8::is_ascii_digit);
    let kind = ENTITIES.as_bytes().chunks(3).any(|kind| kind[..2] == [*p, *q]);
    if !matches!(era, b'R' | b'S' | b'T') || serial.len() != 4 || !numbers || !kind {
        return false;
    }
    let sum = number.iter().zip([4, 3, 5, 3, 10, 2, 2, 5, 7]).try_fold(0, |sum, (byte, weight)| {
        let value = ALPHABET.iter().position(|letter| letter == byte)?;
        Some(sum + value * weight)
    });
    // Five less, or six more, modulo eleven.
    sum.is_some_and(|sum| *check == ALPHABET[(sum + 6) % 11])
}

const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";
/// The types of entity, two letters each.
const ENTITIES: &str = "CC CD CH CL CM CP CS CX DP FB FC FM FN GA GB GS HS LL LP MB MC MD MH MM MQ NB NR PA PB PF RF RP \
                        SM SS TC TU VH XL";

#[cfg(test)]
mod tests {
    use super::sg_uen;

    #[test]
    fn accepts_what_is_published() {
        for value in ["00192200M", "197401143C", "S16FC0121D", "T01FC6132D"] {
            assert!(sg_uen(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["00192201M", "197401144C", "S16FC0122D", "S16ZZ0121D", "", "0019220M", "t01fc6132d"] {
            assert!(!sg_uen(value.as_bytes()), "{value}");
        }
    }
}
