//! Addresses of machines: IPv4, IPv6 and MAC.

use core::net::Ipv6Addr;
use core::ops::Range;

use super::Candidate;
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::class::{DIGIT, WORD, is};

/// The IPv4 address whose first octet is `run`, in dotted decimal without leading zeros.
///
/// Small numbers, which versions and sections have as well, need a label, and so do object identifiers. What follows a
/// product's name as its version (`Chrome/120.0.0.0`, RFC 9110, section 10.1.5), stands behind a relation or beside another
/// version is none. Addresses that name no machine of their own are no one's.
pub(crate) fn dotted(text: &str, run: &Range<usize>) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let mut octets = [0; 4];
    let mut at = run.start;
    for (place, octet) in octets.iter_mut().enumerate() {
        if place > 0 {
            at += usize::from(bytes.get(at) == Some(&b'.'));
        }
        let length = bytes[at..].iter().take(4).take_while(|&&byte| is(byte, DIGIT)).count();
        let canonical = (1..=3).contains(&length) && (length == 1 || bytes[at] != b'0');
        *octet = text[at..at + length].parse::<u8>().ok().filter(|_| canonical)?;
        at += length;
        if place < 3 && bytes.get(at) != Some(&b'.') {
            return None;
        }
    }
    let path = bytes[..run.start].ends_with(b"//");
    let end = if path { at } else { prefixed(text, at, 32) };
    let score = match octets {
        [0 | 127 | 255, ..] => NOBODY,
        _ if is_product(&bytes[..run.start]) || is_related(&bytes[..run.start]) => VERSION,
        _ if is_beside_version(bytes, &(run.start..at)) => VERSION,
        octets if end == at && (is_small(octets) || is_object(octets)) => LABELLED,
        _ => Id::IpAddress.kind().base_score,
    };
    let free = starts_free(text, run.start) && ends_free(text, end);
    free.then_some(Candidate { id: Id::IpAddress, range: run.start..end, score, validated: true })
}

/// Whether `before` ends with the name of a product and a slash: a word with a capital that is no part of a path.
fn is_product(before: &[u8]) -> bool {
    let Some((b'/', before)) = before.split_last() else { return false };
    let name = before.iter().rev().take(PRODUCT).take_while(|&&byte| is(byte, WORD) || byte == b'-').count();
    let start = before.len() - name;
    name < PRODUCT
        && before.get(start).is_some_and(u8::is_ascii_uppercase)
        && (start == 0 || matches!(before[start - 1], b' ' | b'"' | b'\'' | b'(' | b'='))
}

/// Whether all numbers are as small as those of versions and sections; networks of their own begin with 10.
fn is_small(octets: [u8; 4]) -> bool {
    let most = if octets[0] < 10 { 100 } else { 30 };
    octets[0] != 10 && octets.iter().all(|&octet| octet < most)
}

/// Whether the first two numbers are those of object identifiers (X.660): `1.3.101.112`.
const fn is_object(octets: [u8; 4]) -> bool {
    matches!(octets, [1 | 2, second, ..] if second < 40)
}

/// Whether `before` ends with a relation, as those between packages: `(>= 5.18.0.240)`.
fn is_related(before: &[u8]) -> bool {
    let before = before.strip_suffix(b" ").unwrap_or(before);
    [&b">="[..], b"<=", b"~>", b"<<", b">>", b"(="].iter().any(|relation| before.ends_with(relation))
}

/// Whether the word before or behind is a version that begins with the same number, and has three parts or five and more.
fn is_beside_version(bytes: &[u8], range: &Range<usize>) -> bool {
    let before = &bytes[range.start.saturating_sub(VERSION_LENGTH)..range.start];
    let after = &bytes[range.end..bytes.len().min(range.end + VERSION_LENGTH)];
    let space = |beside: &(&u8, _)| beside.0.is_ascii_whitespace();
    let left = before.split_last().filter(space).and_then(|(_, rest)| rest.rsplit(u8::is_ascii_whitespace).next());
    let right = after.split_first().filter(space).and_then(|(_, rest)| rest.split(u8::is_ascii_whitespace).next());
    let first = bytes[range.clone()].split(|&byte| byte == b'.').next();
    [left, right].into_iter().flatten().any(|word| {
        let parts = word.split(|&byte| byte == b'.');
        let numbers = parts.clone().all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
        numbers && parts.clone().next() == first && matches!(parts.count(), 3 | 5..)
    })
}

/// The IPv6 or MAC address that has `word`, the first of its groups with a digit.
pub(crate) fn grouped(text: &str, word: &Range<usize>) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let separator = [bytes.get(word.end), word.start.checked_sub(1).map(|before| &bytes[before])]
        .into_iter()
        .flatten()
        .find(|byte| matches!(byte, b':' | b'-'))?;
    let inside = |byte: &u8| byte.is_ascii_hexdigit() || byte == separator;
    let left = bytes[..word.start].iter().rev().take(LONGEST).take_while(|byte| inside(byte)).count();
    let start = word.start - left;
    if bytes[start..word.start].iter().any(u8::is_ascii_digit) {
        return None;
    }
    let end = word.start + bytes[word.start..].iter().take(LONGEST).take_while(|byte| inside(byte)).count();
    let end = if *separator == b':' { embedded(bytes, end) } else { end };
    // A colon at either end is punctuation unless there are two.
    let start = start + usize::from(matches!(bytes[start..end], [b':', second, ..] if second != b':'));
    let end = end - usize::from(end > start + 1 && bytes[end - 1] == *separator && bytes[end - 2] != *separator);
    let (id, score) = hardware(&bytes[start..end], *separator).or_else(|| internet(&text[start..end]))?;
    let end = if id == Id::IpAddress { prefixed(text, zoned(bytes, end), 128) } else { end };
    let free = starts_free(text, start) && ends_free(text, end);
    free.then_some(Candidate { id, range: start..end, score, validated: id == Id::IpAddress })
}

/// The end of the IPv4 address that goes on where the groups end: `::ffff:192.0.2.17`.
fn embedded(bytes: &[u8], end: usize) -> usize {
    let dotted = |byte: &&u8| is(**byte, DIGIT) || **byte == b'.';
    let digits = bytes[..end].iter().rev().take_while(|&&byte| is(byte, DIGIT)).count();
    let length = bytes[end..].iter().take("255.255.255".len() + 2).take_while(dotted).count();
    let sentence = usize::from(bytes[..end + length].ends_with(b"."));
    if (1..=3).contains(&digits) && length > 1 { end + length - sentence } else { end }
}

/// The end of the zone behind an address (RFC 4007): `%eth0`.
fn zoned(bytes: &[u8], end: usize) -> usize {
    if bytes.get(end) != Some(&b'%') {
        return end;
    }
    let inside = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-');
    let length = bytes[end + 1..].iter().take(ZONE + 1).take_while(inside).count();
    if (1..=ZONE).contains(&length) { end + 1 + length } else { end }
}

/// The end of the length of a network's prefix behind an address (RFC 4632, RFC 4291): `/24`; a path goes on.
fn prefixed(text: &str, end: usize, most: u8) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(end) != Some(&b'/') {
        return end;
    }
    let length = bytes[end + 1..].iter().take(4).take_while(|&&byte| is(byte, DIGIT)).count();
    let after = end + 1 + length;
    let known = text[end + 1..after].parse::<u8>().is_ok_and(|bits| bits <= most);
    if known && ends_free(text, after) && bytes.get(after) != Some(&b'/') { after } else { end }
}

/// Six pairs of hexadecimal digits, not all the same.
fn hardware(bytes: &[u8], separator: u8) -> Option<(Id, f32)> {
    let mut pairs = bytes.split(|&byte| byte == separator);
    let paired = bytes.len() == 17 && pairs.all(|pair| pair.len() == 2);
    let varied = bytes.iter().any(|&byte| byte != bytes[0] && byte != separator);
    (paired && varied).then(|| (Id::MacAddress, Id::MacAddress.kind().base_score))
}

/// What [`Ipv6Addr`] reads; with fewer than three groups it may be anything with two colons.
fn internet(text: &str) -> Option<(Id, f32)> {
    let colons = text.bytes().filter(|&byte| byte == b':').count();
    if colons < 7 && !text.contains("::") {
        return None;
    }
    // Pairs are the bytes of a serial number or a fingerprint.
    if text.split(':').all(|group| group.len() == 2) {
        return None;
    }
    let address = text.parse::<Ipv6Addr>().ok()?;
    let groups = text.split(':').filter(|group| !group.is_empty()).count();
    let score = match groups {
        _ if address.is_loopback() || address.is_unspecified() => NOBODY,
        0..3 if !text.contains('.') => LABELLED,
        _ => Id::IpAddress.kind().base_score,
    };
    Some((Id::IpAddress, score))
}

/// The longest address, and one more.
const LONGEST: usize = 40;
/// The longest name of an interface.
const ZONE: usize = 15;
/// The longest version beside another, in bytes.
const VERSION_LENGTH: usize = 24;
/// The longest name of a product.
const PRODUCT: usize = 32;
/// The worth of what needs a label.
const LABELLED: f32 = 0.3;
/// The worth of a version of four parts, which no label makes an address.
const VERSION: f32 = 0.05;
/// The worth of loopback and unspecified addresses, and of masks: reported to who asks for everything.
const NOBODY: f32 = 0.05;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(&str, f32)> {
        let digit = text.find(|character: char| character.is_ascii_digit())?;
        let letters = text[..digit].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        let end = digit + text[digit..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let word = digit - letters..end;
        let dots = !text.contains("::") && text[word.end..].starts_with('.');
        let candidate = if dots { dotted(text, &word) } else { grouped(text, &word) };
        candidate.map(|candidate| (&text[candidate.range], candidate.score))
    }

    #[test]
    fn ipv4_is_four_octets() {
        assert_eq!(found("192.0.2.17"), Some(("192.0.2.17", 0.8)));
        assert_eq!(found("(203.0.113.9:8080)"), Some(("203.0.113.9", 0.8)));
        for text in ["127.0.0.1", "0.0.0.0", "255.255.255.0"] {
            assert_eq!(found(text), Some((text, NOBODY)), "{text}");
        }
        for text in ["1.2.3.4", "1.14.16.5", "4.3.99.16", "9.99.99.99", "22.2.1.5", "1.3.101.112", "2.23.133.3"] {
            assert_eq!(found(text), Some((text, LABELLED)), "{text}");
        }
        assert_eq!(found("3.2.3.100"), Some(("3.2.3.100", 0.8)));
        assert_eq!(found("22.2.1.30"), Some(("22.2.1.30", 0.8)));
        assert_eq!(found("22.2.1.0/24"), Some(("22.2.1.0/24", 0.8)));
        assert_eq!(found("10.2.3.4"), Some(("10.2.3.4", 0.8)));
        for text in ["256.1.1.1", "192.0.2", "192.0.2.1.5", "192.0.02.1", "192.0.2.1234", "192.0.2.1-rc1"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn versions_of_products_are_no_addresses() {
        let score = |text: &str| found(text).map(|found| found.1);
        for text in ["Chrome/120.0.0.0", "Mobile Edg/119.0.215.97", "\"Chrome/112.0.61.35", "My-App_x/10.20.30.40"] {
            assert_eq!(score(text), Some(VERSION), "{text}");
        }
        for text in ["(>= 5.18.0.240)", "(= 4.0.120.118)", "4.0.100.22 4.0.101", "x 4.0.101 4.0.100.22 y"] {
            let start = text.find("118").or_else(|| text.find("240")).or_else(|| text.find("22")).unwrap();
            let start = text[..start].rfind([' ', '(']).map_or(0, |space| space + 1);
            let end = start + text[start..].find('.').unwrap();
            assert_eq!(dotted(text, &(start..end)).map(|found| found.score), Some(VERSION), "{text}");
        }
        for text in ["192.0.2.17 1.2.3", "192.0.2.17 192.0.2.18", "192.0.2.17 192.0"] {
            assert_eq!(score(text), Some(0.8), "{text}");
        }
        for text in ["tcp/18.30.0.212", "/Hosts/18.30.0.212", "http://18.30.0.212", "18.30.0.212/24"] {
            assert_eq!(score(text), Some(0.8), "{text}");
        }
    }

    #[test]
    fn ipv6_is_what_the_standard_reads() {
        for text in ["2001:db8::8a2e:370:7334", "fe80::1ff:fe23:4567:890a", "6e40:4041:c617:e898:c11:40d2:c669:2eb4"] {
            assert_eq!(found(text), Some((text, 0.8)), "{text}");
        }
        assert_eq!(found("::ffff:192.0.2.17"), Some(("::ffff:192.0.2.17", 0.8)));
        assert_eq!(found("::1"), Some(("::1", NOBODY)));
        assert_eq!(found("fe80::1"), Some(("fe80::1", LABELLED)));
        for text in ["12:34:56", "std::u8::max", "2001:db8:::1", "a::b::c1", "AF:A2:8B:B9:33:AD:DA:AD"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn zones_and_prefixes_belong_to_the_address() {
        for text in ["192.0.2.0/24", "2001:db8:1:2::/64", "fe80::1ff:fe23:4567:890a%eth0", "fe80::1:2:3%en1/64"] {
            assert_eq!(found(text), Some((text, 0.8)), "{text}");
        }
        for text in ["192.0.2.17/33", "192.0.2.17/24/page", "192.0.2.17/24x", "192.0.2.17/"] {
            assert_eq!(found(text), Some(("192.0.2.17", 0.8)), "{text}");
        }
        assert_eq!(found("//192.0.2.17/24"), Some(("192.0.2.17", 0.8)));
    }

    #[test]
    fn mac_addresses_are_six_pairs() {
        for text in ["00:1B:44:11:3A:B7", "aa-bb-cc-dd-ee-01"] {
            assert_eq!(found(text), Some((text, 0.8)), "{text}");
        }
        for text in ["00:00:00:00:00:00", "00:1B:44:11:3A", "00:1B:44:11:3A:B7:01"] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
