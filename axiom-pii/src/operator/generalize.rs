//! Generalization: less exact values, which many share.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::date::Date;
use crate::catalogue::Id;
use crate::fold::look;

/// How exact a generalized value is.
///
/// | type | fine | coarse |
/// |---|---|---|
/// | date of birth | year: `1987` | decade: `1980s` |
/// | IP address | network: `203.0.113.0/24`, `2001:db8:1::/48` | `203.0.0.0/16`, `2001:db8::/32` |
/// | telephone number, international | country code: `+44` | `+44` |
/// | payment card | brand and last four digits: `Visa 1111` | brand: `Visa` |
/// | IBAN | country: `DE` | `DE` |
/// | mail address | domain: `example.com` | its last label: `com` |
/// | a host's own type, whole number | range of its first digit: `50000-59999`; below 100 of ten | of its length: `10000-99999` |
///
/// Everything else becomes a placeholder: telephone numbers without a country code, dates in other languages than
/// English, secrets, and the numbers that states and banks give, whose neighbours mean nothing.
///
/// How many share a generalized value is not counted. A domain may be that of one person, and a network that of one
/// household: take [`Coarse`](Self::Coarse) where that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Precision {
    /// Shared by more.
    Coarse,
    /// Shared by fewer.
    Fine,
}

impl Precision {
    /// The generalized value; `None` where its type or form has none.
    pub(super) fn apply(self, kind: &str, value: &str) -> Option<String> {
        let value = look(value);
        match Id::named(kind) {
            Some(Id::DateOfBirth) => self.date(&value),
            Some(Id::IpAddress) => self.network(&value),
            Some(Id::Phone) => country_code(&value),
            Some(Id::CreditCard) => self.card(&value),
            Some(Id::Iban) => country(&value),
            Some(Id::Email) => self.domain(&value),
            Some(_) => None,
            None => self.range(&value),
        }
    }

    fn date(self, value: &str) -> Option<String> {
        let year = Date::read(value)?.year;
        Some(match self {
            Self::Coarse => format!("{}s", year / 10 * 10),
            Self::Fine => year.to_string(),
        })
    }

    /// The network of an address, whose zone is left out; that of a network is never a smaller one.
    fn network(self, value: &str) -> Option<String> {
        let (address, length) = match value.split_once('/') {
            Some((address, length)) => (address, length.parse().ok()?),
            None => (value, u32::MAX),
        };
        let address: IpAddr = address.split('%').next()?.parse().ok()?;
        let (network, length) = match (address.to_canonical(), self) {
            (IpAddr::V4(address), Self::Coarse) => v4(address, length.min(16)),
            (IpAddr::V4(address), Self::Fine) => v4(address, length.min(24)),
            (IpAddr::V6(address), Self::Coarse) => v6(address, length.min(32)),
            (IpAddr::V6(address), Self::Fine) => v6(address, length.min(48)),
        };
        Some(format!("{network}/{length}"))
    }

    fn card(self, value: &str) -> Option<String> {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let brand = brand(&digits)?;
        Some(match self {
            Self::Coarse => brand.to_owned(),
            Self::Fine => format!("{brand} {}", &digits[digits.len() - 4..]),
        })
    }

    fn domain(self, value: &str) -> Option<String> {
        let domain = value.rsplit_once('@')?.1.to_lowercase();
        let whole = domain.chars().all(|character| character.is_alphanumeric() || matches!(character, '.' | '-'));
        let last = domain.rsplit('.').next().filter(|label| whole && !label.is_empty())?.to_owned();
        Some(match self {
            Self::Coarse => last,
            Self::Fine => domain,
        })
    }

    fn range(self, value: &str) -> Option<String> {
        let plain = value.bytes().all(|byte| byte.is_ascii_digit()) && (value.len() == 1 || !value.starts_with('0'));
        let number: u64 = value.parse().ok().filter(|_| plain && value.len() <= LONGEST)?;
        let width = 10_u64.pow(u32::try_from(value.len()).ok()? - 1);
        let (first, last) = match self {
            _ if number < 10 => (0, 9),
            Self::Coarse => (width, width * 10 - 1),
            Self::Fine => (number / width * width, number / width * width + width - 1),
        };
        Some(format!("{first}-{last}"))
    }
}

fn v4(address: Ipv4Addr, length: u32) -> (IpAddr, u32) {
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or_default();
    (Ipv4Addr::from_bits(address.to_bits() & mask).into(), length)
}

fn v6(address: Ipv6Addr, length: u32) -> (IpAddr, u32) {
    let mask = u128::MAX.checked_shl(128 - length).unwrap_or_default();
    (Ipv6Addr::from_bits(address.to_bits() & mask).into(), length)
}

/// The two letters that begin an account number.
fn country(value: &str) -> Option<String> {
    let country = value.get(..2).filter(|country| country.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
    Some(country.to_ascii_uppercase())
}

/// The country code of an international number (ITU-T E.164, list of 2023): one digit for 1 and 7, two for those below,
/// else three.
fn country_code(value: &str) -> Option<String> {
    let number = value.trim_start_matches('(').strip_prefix('+')?;
    let digits: String = number.chars().filter(char::is_ascii_digit).take(3).collect();
    let length = match digits.get(..2)?.as_bytes() {
        [b'1' | b'7', _] => 1,
        two if TWO_DIGITS.iter().any(|code| code.as_bytes() == two) => 2,
        _ => 3,
    };
    digits.get(..length).map(|code| format!("+{code}"))
}

/// The brand of a card by its first digits (ISO/IEC 7812-1; the brands' published prefixes).
fn brand(digits: &str) -> Option<&'static str> {
    let lead = |count: usize| digits.get(..count)?.parse::<u32>().ok();
    let (two, three, four, six) = (lead(2)?, lead(3)?, lead(4)?, lead(6)?);
    Some(match (two, three, four, six) {
        (40..=49, ..) => "Visa",
        (51..=55, ..) | (_, _, 2221..=2720, _) => "Mastercard",
        (34 | 37, ..) => "American Express",
        (65, ..) | (_, 644..=649, ..) | (_, _, 6011, _) | (.., 622_126..=622_925) => "Discover",
        (36 | 38 | 39, ..) | (_, 300..=305, ..) | (_, _, 3095, _) => "Diners Club",
        (_, _, 3528..=3589, _) => "JCB",
        (62, ..) => "UnionPay",
        (50 | 56..=69, ..) => "Maestro",
        _ => return None,
    })
}

#[rustfmt::skip]
const TWO_DIGITS: [&str; 45] = [
    "20", "27", "28", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
    "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64",
    "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// The most digits of a number that is counted.
const LONGEST: usize = 18;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_become_what_many_share() {
        for (kind, value, fine, coarse) in [
            ("date_of_birth", "1987-06-05", "1987", "1980s"),
            ("date_of_birth", "June 5th, 2001", "2001", "2000s"),
            ("date_of_birth", "05/06/87", "1987", "1980s"),
            ("ip_address", "203.0.113.77", "203.0.113.0/24", "203.0.0.0/16"),
            ("ip_address", "203.0.113.77/32", "203.0.113.0/24", "203.0.0.0/16"),
            ("ip_address", "10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8"),
            ("ip_address", "10.1.2.3/0", "0.0.0.0/0", "0.0.0.0/0"),
            ("ip_address", "2001:db8:1:2:3::4", "2001:db8:1::/48", "2001:db8::/32"),
            ("ip_address", "fe80::1%eth0", "fe80::/48", "fe80::/32"),
            ("ip_address", "::ffff:203.0.113.77", "203.0.113.0/24", "203.0.0.0/16"),
            ("phone", "+44 20 7946 0123", "+44", "+44"),
            ("phone", "(+1) 202-555-0123", "+1", "+1"),
            ("phone", "+353 1 234 5678", "+353", "+353"),
            ("phone", "+7 495 123 45 67", "+7", "+7"),
            ("credit_card", "4111 1111 1111 1234", "Visa 1234", "Visa"),
            ("credit_card", "378282246310005", "American Express 0005", "American Express"),
            ("credit_card", "６011000990139424", "Discover 9424", "Discover"),
            ("iban", "de89 3704 0044 0532 0130 00", "DE", "DE"),
            ("email", "\"a@b\"@Mail.Example.com", "mail.example.com", "com"),
            ("salary", "53210", "50000-59999", "10000-99999"),
            ("salary", "53", "50-59", "10-99"),
            ("salary", "7", "0-9", "0-9"),
            (
                "salary",
                "999999999999999999",
                "900000000000000000-999999999999999999",
                "100000000000000000-999999999999999999",
            ),
        ] {
            assert_eq!(Precision::Fine.apply(kind, value).as_deref(), Some(fine), "{kind} {value}");
            assert_eq!(Precision::Coarse.apply(kind, value).as_deref(), Some(coarse), "{kind} {value}");
        }
    }

    #[test]
    fn what_has_no_general_form_has_none() {
        for (kind, value) in [
            ("date_of_birth", "5 juin 1987"),
            ("ip_address", "203.0.113"),
            ("ip_address", "203.0.113.0/x"),
            ("phone", "020 7946 0123"),
            ("phone", "+"),
            ("phone", "+35"),
            ("credit_card", "0000000000000000"),
            ("credit_card", "4"),
            ("iban", "é"),
            ("email", "bob"),
            ("email", "bob@[203.0.113.7]"),
            ("email", "bob@"),
            ("us_ssn", "536-90-4399"),
            ("secret", "12345678"),
            ("salary", "53.5"),
            ("salary", "007"),
            ("salary", ""),
            ("salary", "1000000000000000000"),
        ] {
            for precision in [Precision::Fine, Precision::Coarse] {
                assert_eq!(precision.apply(kind, value), None, "{kind} {value}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_value_is_read_without_a_panic(value in "\\PC{0,24}", place in 0usize..80) {
            let kind = crate::catalogue().get(place).map_or("mine", |kind| kind.name);
            for precision in [Precision::Fine, Precision::Coarse] {
                let _ = precision.apply(kind, &value);
            }
        }

        #[test]
        fn a_range_holds_its_number_and_nine_others_at_least(number in 0u64..1_000_000_000_000_000_000) {
            for precision in [Precision::Fine, Precision::Coarse] {
                let range = precision.apply("mine", &number.to_string()).unwrap();
                let (first, last) = range.split_once('-').unwrap();
                let (first, last): (u64, u64) = (first.parse().unwrap(), last.parse().unwrap());
                prop_assert!((first..=last).contains(&number) && last - first >= 9);
            }
        }
    }
}
