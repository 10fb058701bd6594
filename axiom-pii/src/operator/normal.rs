//! The normal form: ways of writing one value become one text, so that it has one pseudonym.

use core::net::IpAddr;

use super::date::Date;
use crate::catalogue::{Category, Id};
use crate::fold::{fold, look};

/// What `value` of type `kind` is, however it is written.
///
/// | type | normal form |
/// |---|---|
/// | secrets | as written |
/// | email | as it looks, in lower case |
/// | addresses of machines | as Rust writes them; in lower case where they are none |
/// | dates | `1987-06-05` where it is clear which number is the month |
/// | Bitcoin addresses, types of a host | as it looks |
/// | all others | letters and digits as the scanner reads them, in capitals |
///
/// “As it looks” means that digits of all scripts, full-width and mathematical letters and the spaces and dashes of
/// Unicode are those of ASCII, and invisible characters are left out. Letters with accents and those of other scripts
/// stay what they are: they tell mailboxes apart. No number has such letters, so there they are what the scanner reads in their place.
pub(super) fn normal(kind: &str, value: &str) -> String {
    let id = Id::named(kind);
    if id.is_some_and(|id| id.kind().category == Category::Secret) {
        return value.to_owned();
    }
    let look = look(value);
    match id {
        None | Some(Id::BtcAddress) => look,
        Some(Id::Email) => look.to_lowercase(),
        Some(Id::IpAddress) => look.parse().map_or_else(|_| look.to_lowercase(), |address: IpAddr| address.to_string()),
        Some(Id::DateOfBirth) => Date::read(&look).and_then(Date::iso).unwrap_or_else(|| plain(&look)),
        Some(_) => plain(&value.chars().filter_map(fold).collect::<String>()),
    }
}

/// Its letters and digits, in capitals.
fn plain(look: &str) -> String {
    look.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_become_one() {
        for (kind, ways) in [
            ("credit_card", &["4111111111111111", "4111 1111-1111 1111", "４１１１\u{200b}111111111111"][..]),
            ("iban", &["DE89370400440532013000", "de89 3704 0044 0532 0130 00"]),
            ("email", &["bob@example.com", "Bob@Example.COM", "ｂob@example.com"]),
            ("ip_address", &["2001:db8::1", "2001:0DB8:0:0::1"]),
            ("date_of_birth", &["1987-06-15", "15/06/1987", "June 15, 1987", "15th of June 1987", "6/15/1987"]),
            ("phone", &["+44 20 7946 0123", "+442079460123", "+44 (20) 7946-0123"]),
            ("iban", &["GB82WEST12345698765432", "GВ82 WЕST 1234 5698 7654 32"]),
            ("mac_address", &["00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7"]),
        ] {
            for way in ways {
                assert_eq!(normal(kind, way), normal(kind, ways[0]), "{way}");
            }
        }
    }

    #[test]
    fn what_differs_stays_different() {
        for (kind, one, two) in [
            ("secret", "Passw0rd-Passw0rd", "passw0rd-passw0rd"),
            ("secret", "a b", "ab"),
            ("employee_number", "A-1", "A1"),
            ("btc_address", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1boatslrhtknngkdxeeobr76b53letTPYt"),
            ("date_of_birth", "05/06/1987", "1987-06-05"),
            ("email", "bob@example.com", "bo.b@example.com"),
            ("email", "jose@example.com", "josé@example.com"),
            ("email", "jose@example.com", "jose\u{301}@example.com"),
            ("employee_number", "A-1", "А-1"),
        ] {
            assert_ne!(normal(kind, one), normal(kind, two), "{one}");
        }
    }
}
