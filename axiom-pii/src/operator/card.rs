//! Card numbers that stay card numbers: the last four digits kept, and a valid check digit.

use core::ops::RangeInclusive;

use super::ff1::{Direction, Ff1};
use super::format::walk;
use super::scope::Scope;
use crate::checksum::luhn;
use crate::fold::look;

/// The card number with its middle encrypted; `None` where it is none, or where the middle has less than six digits.
///
/// What is kept is part of the tweak, so that cards with the same middle have different ones. The middle is encrypted
/// until the whole number passes the Luhn check again: ten times, on average.
pub(super) fn apply(scope: &Scope, kind: &str, value: &str, keep_issuer: bool, direction: Direction) -> Option<String> {
    let mut bytes = look(value).into_bytes();
    let digits: Vec<u8> = bytes.iter().copied().filter(u8::is_ascii_digit).collect();
    let form = bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'));
    if !(form && LENGTHS.contains(&digits.len()) && luhn(&digits)) {
        return None;
    }
    let middle = if keep_issuer { ISSUER } else { 0 }..digits.len() - LAST;
    let kept = [&digits[..middle.start], &digits[middle.end..]].concat();
    let cipher = scope.cipher(kind)?;
    let tweak = scope.tweak(PURPOSE, kind, &kept);
    let ff1 = Ff1 { cipher: &*cipher, radix: 10, tweak: &tweak };
    let mut numerals: Vec<u8> = digits[middle.clone()].iter().map(|digit| digit - b'0').collect();
    let whole = |numerals: &[u8]| {
        let mut number = digits.clone();
        number[middle.clone()].iter_mut().zip(numerals).for_each(|(digit, numeral)| *digit = b'0' + numeral);
        number
    };
    walk(&ff1, direction, &mut numerals, |numerals| luhn(&whole(numerals)))?;
    let places = bytes.iter_mut().filter(|byte| byte.is_ascii_digit());
    places.zip(whole(&numerals)).for_each(|(byte, digit)| *byte = digit);
    String::from_utf8(bytes).ok()
}

const PURPOSE: &str = "card";
/// The lengths that a card number can have.
const LENGTHS: RangeInclusive<usize> = 12..=19;
/// The digits that name the issuer of a card (ISO/IEC 7812-1), as they are kept.
const ISSUER: usize = 6;
/// The digits at the end that are kept.
const LAST: usize = 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::operator::tests::scope;

    fn encrypt(value: &str, keep_issuer: bool) -> Option<String> {
        apply(&scope(1, "acme"), "credit_card", value, keep_issuer, Direction::Encrypt)
    }

    #[test]
    fn cards_stay_cards_in_the_form_in_which_they_are_written() {
        let card = encrypt("4111 1111 1111 1111", false).unwrap();
        assert!(card.ends_with(" 1111") && card != "4111 1111 1111 1111", "{card}");
        assert_eq!(card.replace(' ', ""), encrypt("４１１１-111111111111", false).unwrap().replace('-', ""));
        let issuer = encrypt("4111 1111 1111 1111", true).unwrap();
        assert!(issuer.starts_with("4111 11") && issuer.ends_with(" 1111"), "{issuer}");
        assert_ne!(card, issuer);
    }

    #[test]
    fn what_is_no_card_or_would_have_few_others_is_refused() {
        for (value, keep_issuer) in [
            ("4111111111111112", false),
            ("378282246310005", true),
            ("30569309025904", true),
            ("411111", false),
            ("4111x1111x1111x1111", false),
            ("", false),
        ] {
            assert_eq!(encrypt(value, keep_issuer), None, "{value}");
        }
        assert!(encrypt("378282246310005", false).is_some());
        assert!(encrypt("501864667909", false).is_some());
    }

    proptest! {
        #[test]
        fn check_digit_form_and_kept_digits_stay(digits in "[0-9]{11,18}", keep_issuer: bool, master in 0u8..4) {
            let check = ('0'..='9').map(|check| format!("{digits}{check}")).find(|card| luhn(card.as_bytes()));
            let card = check.unwrap();
            let scope = scope(master, "acme");
            let encrypted = apply(&scope, "credit_card", &card, keep_issuer, Direction::Encrypt);
            prop_assert_eq!(encrypted.is_some(), !keep_issuer || card.len() >= 16);
            let Some(encrypted) = encrypted else { return Ok(()) };
            prop_assert!(luhn(encrypted.as_bytes()) && encrypted.len() == card.len());
            prop_assert_eq!(&encrypted[card.len() - 4..], &card[card.len() - 4..]);
            if keep_issuer {
                prop_assert_eq!(&encrypted[..6], &card[..6]);
            }
            let decrypted = apply(&scope, "credit_card", &encrypted, keep_issuer, Direction::Decrypt);
            prop_assert_eq!(decrypted, Some(card));
        }
    }
}
