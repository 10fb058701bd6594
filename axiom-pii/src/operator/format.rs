//! Format-preserving encryption of values: digits become digits, letters become letters.

use super::ff1::{Direction, Ff1, number, write};
use super::scope::Scope;
use crate::fold::look;

/// The value with its digits and letters encrypted: each digit is one again, each capital a capital, each small letter
/// a small one; everything else stays. `None` for less than a million possible values, for too many, and where other
/// characters than those of ASCII are left in what the value looks like.
///
/// Digits alone are encrypted by FF1 as they stand. With letters among them, the values of the same form are counted,
/// and the number of this one is encrypted, in as many digits as the last one has, until it is one of theirs again
/// (“cycle walking”): less than ten times, on average.
pub(super) fn apply(scope: &Scope, kind: &str, value: &str, direction: Direction) -> Option<String> {
    let mut bytes = look(value).into_bytes();
    if !bytes.is_ascii() {
        return None;
    }
    let form: Vec<Class> = bytes.iter().filter_map(|&byte| Class::of(byte)).collect();
    let digits: Vec<u8> = bytes.iter().filter_map(|&byte| Some(byte - Class::of(byte)?.first())).collect();
    let cipher = scope.cipher(kind)?;
    let tweak = scope.tweak(PURPOSE, kind, &[]);
    let ff1 = Ff1 { cipher: &*cipher, radix: 10, tweak: &tweak };
    let changed = if form.iter().all(|&class| class == Class::Digit) {
        let mut numerals = digits;
        ff1.apply(direction, &mut numerals)?;
        numerals
    } else {
        ranked(&ff1, &form, &digits, direction)?
    };
    let places = bytes.iter_mut().filter_map(|byte| Class::of(*byte).map(|class| (byte, class)));
    for ((byte, class), numeral) in places.zip(changed) {
        *byte = class.first() + numeral;
    }
    String::from_utf8(bytes).ok()
}

/// The digits of mixed radix with their rank encrypted.
fn ranked(ff1: &Ff1<'_>, form: &[Class], digits: &[u8], direction: Direction) -> Option<Vec<u8>> {
    let count = form.iter().try_fold(1_u128, |count, class| count.checked_mul(class.size()))?;
    if count < LEAST {
        return None;
    }
    let rank = form.iter().zip(digits).fold(0, |rank, (class, &digit)| rank * class.size() + u128::from(digit));
    let mut numerals = vec![0; (count - 1).to_string().len()];
    write(rank, 10, &mut numerals);
    walk(ff1, direction, &mut numerals, |numerals| number(numerals, 10) < count)?;
    let mut rank = number(&numerals, 10);
    let mut changed = vec![0; form.len()];
    for (digit, class) in changed.iter_mut().zip(form).rev() {
        *digit = u8::try_from(rank % class.size()).expect("a class has at most 26 members");
        rank /= class.size();
    }
    Some(changed)
}

/// Encrypts or decrypts until the numerals are `valid`, as they were before; that way it can be undone.
pub(super) fn walk(
    ff1: &Ff1<'_>,
    direction: Direction,
    numerals: &mut [u8],
    valid: impl Fn(&[u8]) -> bool,
) -> Option<()> {
    for _ in 0..LONGEST_WALK {
        ff1.apply(direction, numerals)?;
        if valid(numerals) {
            return Some(());
        }
    }
    None
}

/// What a character must become again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Capital,
    Digit,
    Small,
}

impl Class {
    const fn of(byte: u8) -> Option<Self> {
        match byte {
            b'0'..=b'9' => Some(Self::Digit),
            b'A'..=b'Z' => Some(Self::Capital),
            b'a'..=b'z' => Some(Self::Small),
            _ => None,
        }
    }

    const fn first(self) -> u8 {
        match self {
            Self::Capital => b'A',
            Self::Digit => b'0',
            Self::Small => b'a',
        }
    }

    const fn size(self) -> u128 {
        match self {
            Self::Capital | Self::Small => 26,
            Self::Digit => 10,
        }
    }
}

const PURPOSE: &str = "format";
/// The least number of values of one form, as the standard demands of FF1.
const LEAST: u128 = 1_000_000;
/// With one valid string in ten it takes longer once in 10^45 times.
const LONGEST_WALK: usize = 1_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::operator::tests::scope;

    fn encrypt(kind: &str, value: &str) -> Option<String> {
        apply(&scope(1, "acme"), kind, value, Direction::Encrypt)
    }

    #[test]
    fn the_same_value_is_another_one_for_others() {
        let encrypted = [
            apply(&scope(1, "acme"), "us_ssn", "536-90-4399", Direction::Encrypt),
            apply(&scope(2, "acme"), "us_ssn", "536-90-4399", Direction::Encrypt),
            apply(&scope(1, "other"), "us_ssn", "536-90-4399", Direction::Encrypt),
            apply(&scope(1, "acme"), "us_itin", "536-90-4399", Direction::Encrypt),
        ];
        for (place, value) in encrypted.iter().enumerate() {
            assert!(value.is_some() && !encrypted[..place].contains(value), "{encrypted:?}");
        }
        assert_eq!(encrypted[0], encrypt("us_ssn", "536-90-4399"));
        assert_eq!(encrypted[0].as_ref().unwrap().replace('-', ""), encrypt("us_ssn", "536904399").unwrap());
    }

    #[test]
    fn values_of_few_possible_ones_are_refused() {
        for value in ["", "12345", "ABCD", "A-1-B-2", "---------", "é123456789", "Привет, мир"] {
            assert_eq!(encrypt("x", value), None, "{value}");
        }
        for value in ["123456", "ABCDE", "A1234567", "１２３４５６"] {
            assert!(encrypt("x", value).is_some(), "{value}");
        }
        assert_eq!(encrypt("x", &"z".repeat(28)), None);
        assert_eq!(encrypt("x", &"1".repeat(71)), None);
    }

    proptest! {
        #[test]
        fn form_and_length_stay_and_decryption_gives_the_value_back(value in "[0-9A-Za-z @.+-]{0,24}") {
            let Some(encrypted) = encrypt("x", &value) else { return Ok(()) };
            let class = |byte| Class::of(byte).ok_or(byte);
            prop_assert!(value.bytes().map(class).eq(encrypted.bytes().map(class)));
            let decrypted = apply(&scope(1, "acme"), "x", &encrypted, Direction::Decrypt);
            prop_assert_eq!(decrypted, Some(value));
        }
    }
}
