//! International bank account numbers (ISO 13616).

use core::ops::Range;

use super::{Candidate, supported};
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::number::iban as is_valid;
use crate::number::iban::{LONGEST, length};
use crate::token::Gap;

/// The account number that begins with the two letters before the digit at `digit`.
///
/// Upper and lower case count alike. The number stands in one piece, or in groups of four with the same [`Gap`] between;
/// once a line may end anywhere in it.
pub(crate) fn before(text: &str, digit: usize) -> Option<Candidate> {
    let start = digit.checked_sub(2)?;
    let bytes = text.as_bytes();
    let country = [bytes[start].to_ascii_uppercase(), bytes[start + 1].to_ascii_uppercase()];
    let length = length(country)?;
    if !starts_free(text, start) {
        return None;
    }
    let grouped = bytes.get(start + 4).is_some_and(|byte| !byte.is_ascii_alphanumeric());
    let read = |grouped| read(bytes, start, length, grouped);
    let (number, range) = grouped.then(|| read(true)).flatten().or_else(|| read(false))?;
    let number = &number[..length];
    let score = Id::Iban.kind().base_score;
    let score = if range.len() > length { supported(score) } else { score };
    (ends_free(text, range.end) && is_valid(number)).then_some(Candidate {
        id: Id::Iban,
        range,
        score,
        validated: true,
    })
}

/// Reads `length` letters and digits from `start` on, with a gap after every fourth or with none.
fn read(bytes: &[u8], start: usize, length: usize, grouped: bool) -> Option<([u8; LONGEST], Range<usize>)> {
    let mut number = [0; LONGEST];
    let (mut separator, mut broken) = (0, false);
    let mut at = start;
    for (place, character) in number[..length].iter_mut().enumerate() {
        if grouped && place > 0 && place % 4 == 0 {
            let gap = Gap::at(bytes, at).filter(|gap| gap.separator == 0 || [0, gap.separator].contains(&separator))?;
            separator = gap.separator.max(separator);
            at += gap.width;
        } else if !broken && place >= 4 && matches!(bytes.get(at), Some(b'\r' | b'\n')) {
            at += Gap::at(bytes, at).filter(|gap| gap.separator == 0)?.width;
            broken = true;
        }
        *character = bytes.get(at).copied().filter(u8::is_ascii_alphanumeric)?;
        at += 1;
    }
    Some((number, start..at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::checksum::mod97;

    fn found(text: &str) -> Option<Range<usize>> {
        before(text, 2).map(|candidate| candidate.range)
    }

    #[test]
    fn reads_both_written_forms_in_either_case() {
        for text in ["GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32", "gb82west12345698765432"] {
            assert_eq!(found(text), Some(0..text.len()), "{text}");
        }
    }

    #[test]
    fn reads_wide_gaps_and_lines() {
        for text in [
            "GB82  WEST  1234 5698 7654 32",
            "GB82-WEST-1234-5698-7654-32",
            "GB82 WEST 1234\r\n5698 7654 32",
            "GB82\nWEST 1234 5698 7654 32",
            "GB82 WE\nST 1234 5698 7654 32",
            "GB82WEST1234\r\n5698765432",
            "GB82\nWEST12345698765432",
        ] {
            assert_eq!(found(text), Some(0..text.len()), "{text:?}");
        }
    }

    #[test]
    fn refuses_other_groups() {
        for text in [
            "GB82WEST 1234 5698 7654 32",
            "GB82WEST12\n3456987\n65432",
            "GB82 WEST 12345698765432",
            "GB82 WEST-1234 5698 7654 32",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn refuses_wrong_check_digits_shapes_and_countries() {
        for text in
            ["GB83WEST12345698765432", "GB8212345WEST698765432", "ZZ82WEST12345698765432", "GB82WEST123456987654321"]
        {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn refuses_check_digits_that_the_standard_never_yields() {
        for body in 0..100 {
            let number = |check| format!("NO{check:02}860111179{body:02}");
            for (impossible, same) in [(0, 97), (1, 98), (99, 2)] {
                assert!(found(&number(impossible)).is_none());
                let rearranged = |check| format!("860111179{body:02}NO{check:02}");
                assert_eq!(mod97(rearranged(impossible).as_bytes()), mod97(rearranged(same).as_bytes()));
            }
        }
    }

    /// The rule of the standard by long division, with the shape as a second reading of the notation.
    fn naive(number: &str) -> bool {
        let bban = &number[4..];
        let shape = number.starts_with("NL").then_some((4, 10)).or(number.starts_with("GB").then_some((4, 14)));
        let shaped = shape.is_some_and(|(letters, digits)| {
            bban.len() == letters + digits
                && bban[..letters].chars().all(|letter| letter.is_ascii_alphabetic())
                && bban[letters..].chars().all(|digit| digit.is_ascii_digit())
        });
        let decimal: String =
            format!("{bban}{}", &number[..4]).chars().map(|c| c.to_digit(36).unwrap().to_string()).collect();
        let rest = decimal.chars().fold(0, |rest, digit| (rest * 10 + digit.to_digit(10).unwrap()) % 97);
        shaped && rest == 1 && (2..=98).contains(&number[2..4].parse::<u32>().unwrap())
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard(bban in "[A-Z]{4}[0-9]{10}([0-9]{4})?", check in 0u32..100, twist in 0u8..4) {
            let country = if bban.len() == 14 { "NL" } else { "GB" };
            let valid = (2..=98).map(|check| format!("{country}{check:02}{bban}")).find(|number| naive(number)).unwrap();
            prop_assert!(found(&valid).is_some());
            let number = match twist {
                0 => format!("{country}{check:02}{bban}"),
                1 => format!("{country}{check:02}{}", &bban[1..]),
                2 => valid.replace('0', "O"),
                _ => valid,
            };
            if number[2..4].bytes().all(|byte| byte.is_ascii_digit()) {
                prop_assert_eq!(found(&number).is_some(), naive(&number));
            }
        }
    }
}
