//! Names of months, in the languages whose labels for dates of birth are known.

use std::sync::LazyLock;

/// Whether `word` is the name of a month, or what is written for one.
#[inline]
pub(super) fn is_name(word: &str) -> bool {
    begins_one(word.as_bytes()) && is_one(word)
}

/// Whether a month has the first two letters of `word`, which few words have.
fn begins_one(word: &[u8]) -> bool {
    let [first, second, ..] = word else { return false };
    first.is_ascii_alphabetic() && SECONDS[letter(*first)] >> letter(*second) & 1 != 0
}

#[inline(never)]
fn is_one(word: &str) -> bool {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(names);
    let mut lower = [0; LONGEST];
    let mut length = 0;
    for letter in word.chars().flat_map(char::to_lowercase) {
        let Some(free) = lower.get_mut(length..).filter(|free| free.len() >= letter.len_utf8()) else { return false };
        length += letter.encode_utf8(free).len();
    }
    NAMES.binary_search_by_key(&&lower[..length], |name| name.as_bytes()).is_ok()
}

/// Every name, sorted.
fn names() -> Vec<&'static str> {
    let short = MONTHS.iter().map(|month| &month[..3]);
    let mut names: Vec<_> = MONTHS.into_iter().chain(short).chain(OTHERS.split(' ')).collect();
    names.sort_unstable();
    names
}

/// The months in English, in lower case.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The same in other languages, and what is written for them where it is longer or other than the first three letters
/// in English (Unicode CLDR, `months` of the Gregorian calendar).
const OTHERS: &str = "sept \
    januar jänner februar feber märz mär mrz mai juni juli oktober okt dezember dez \
    janvier janv février févr fév mars avril avr juin juillet juil août septembre octobre novembre décembre déc \
    enero ene febrero marzo abril abr mayo junio julio agosto ago septiembre setiembre octubre noviembre diciembre dic \
    gennaio gen febbraio aprile maggio mag giugno giu luglio lug settembre set ottobre ott dicembre \
    janeiro fevereiro fev março maio junho julho setembro outubro out novembro dezembro \
    januari februari maart mrt mei augustus \
    maj augusti marts juli august desember des \
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia";

/// The length of the longest name, in bytes.
const LONGEST: usize = 13;

/// The letters, as bits, that follow each letter at the beginning of a month.
static SECONDS: [u32; 32] = seconds();

const fn seconds() -> [u32; 32] {
    let mut seconds = [0; 32];
    let mut month = 0;
    while month < MONTHS.len() {
        let name = MONTHS[month].as_bytes();
        seconds[letter(name[0])] |= 1 << letter(name[1]);
        month += 1;
    }
    let names = OTHERS.as_bytes();
    let mut place = 0;
    while place + 1 < names.len() {
        if place == 0 || names[place - 1] == b' ' {
            seconds[letter(names[place])] |= 1 << letter(names[place + 1]);
        }
        place += 1;
    }
    seconds
}

/// The number of a letter in either case; 0 for what is beyond ASCII.
const fn letter(byte: u8) -> usize {
    if byte.is_ascii() { (byte & 0x1f) as usize } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_longer_than_the_longest() {
        assert_eq!(names().iter().map(|name| name.len()).max(), Some(LONGEST));
        assert!(!is_name("październikaa") && !is_name(&"j".repeat(LONGEST + 1)));
    }

    #[test]
    fn months_are_known_in_any_case() {
        for word in ["June", "JUN", "jun", "sept", "März", "MÄRZ", "août", "Août", "maggio", "października"] {
            assert!(is_name(word), "{word}");
        }
        for word in ["", "j", "ju", "june1", "junes", "monday", "marching"] {
            assert!(!is_name(word), "{word}");
        }
    }
}
