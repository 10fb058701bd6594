//! Machine-readable zones of passports, identity cards and visas (ICAO Doc 9303).

use core::ops::Range;

use super::Candidate;
use crate::catalogue::Id;
use crate::checksum::icao9303;

/// The zone that has the line around `word`, and the lines of the same form beside it.
pub(crate) fn around(text: &str, word: &Range<usize>) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let left = bytes[..word.start].iter().rev().take(LONGEST).take_while(|byte| is_inside(byte)).count();
    let right = bytes[word.start..].iter().take(LONGEST + 1).take_while(|byte| is_inside(byte)).count();
    let line = word.start - left..word.start + right;
    // Zeros have the right check digits everywhere.
    let lettered = bytes[line.clone()].iter().any(u8::is_ascii_uppercase);
    if !lettered || !is_checked(&bytes[line.clone()]) {
        return None;
    }
    let range = above(bytes, &line)..below(bytes, &line);
    Some(Candidate { id: Id::Mrz, range, score: Id::Mrz.kind().base_score, validated: true })
}

/// Whether the lines of a format have this length.
pub(crate) const fn is_line(length: usize) -> bool {
    matches!(length, 30 | 36 | 44)
}

/// Whether the line has the check digits of one of the formats.
fn is_checked(line: &[u8]) -> bool {
    match line.len() {
        // TD3 and MRV-A, TD2 and MRV-B: number, date of birth, date of expiry.
        44 | 36 => icao9303(&line[..10]) && icao9303(&line[13..20]) && icao9303(&line[21..28]),
        // TD1: dates in the second line, the number in the first.
        30 => {
            (icao9303(&line[..7]) && icao9303(&line[8..15]))
                || (matches!(line[0], b'A' | b'C' | b'I') && icao9303(&line[5..15]))
        }
        _ => false,
    }
}

fn is_inside(byte: &u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<')
}

/// Where the zone begins: with the line above, if it has the same length.
fn above(bytes: &[u8], line: &Range<usize>) -> usize {
    let Some(end) = line.start.checked_sub(1).filter(|&end| bytes[end] == b'\n') else { return line.start };
    let Some(start) = end.checked_sub(line.len()) else { return line.start };
    if bytes[start..end].iter().all(is_inside) { start } else { line.start }
}

fn below(bytes: &[u8], line: &Range<usize>) -> usize {
    let start = line.end + 1;
    let next = bytes.get(start..start + line.len());
    let same = bytes.get(line.end) == Some(&b'\n')
        && next.is_some_and(|next| next.contains(&b'<') && next.iter().all(is_inside));
    if same { start + line.len() } else { line.end }
}

/// The longest line.
const LONGEST: usize = 44;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, word: Range<usize>) -> Option<&str> {
        around(text, &word).map(|candidate| &text[candidate.range])
    }

    #[test]
    fn the_specimens_of_the_standard_are_found() {
        let td3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
        assert_eq!(found(td3, 45..82), Some(td3));
        let td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
        assert_eq!(found(td2, 37..65), Some(td2));
        let td1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        assert_eq!(found(td1, 31..49), Some(td1));
    }

    #[test]
    fn wrong_check_digits_and_lengths_are_refused() {
        assert_eq!(found("L898902C37UTO7408122F1204159ZE184226B<<<<<10", 0..37), None);
        assert_eq!(found("L898902C36UTO7408122F1204159ZE184226B<<<<<1", 0..37), None);
    }
}
