//! The IBAN registry: the account numbers of every country that has IBANs.

/// The structure of the basic bank account number (BBAN) of a country, in the registry's notation.
///
/// `4!a6!n8!n` is four letters, six digits, eight digits; `c` is a letter or a digit. `country` is its ISO 3166 code in
/// upper case. Kosovo is `XK`.
pub(super) fn structure(country: [u8; 2]) -> Option<&'static str> {
    let place = REGISTRY.binary_search_by_key(&country, |row| row.0).ok()?;
    Some(REGISTRY[place].1)
}

/// The parts of a structure: how many characters of which class.
pub(super) fn parts(structure: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut count = 0;
    structure.bytes().filter_map(move |byte| match byte {
        b'0'..=b'9' => {
            count = count * 10 + usize::from(byte - b'0');
            None
        }
        b'!' => None,
        class => Some((core::mem::take(&mut count), class)),
    })
}

/// Country and BBAN structure, as in release 101 of the SWIFT IBAN registry (ISO 13616-2), sorted by country.
#[rustfmt::skip]
const REGISTRY: [([u8; 2], &str); 89] = [
    (*b"AD", "4!n4!n12!c"), (*b"AE", "3!n16!n"), (*b"AL", "8!n16!c"), (*b"AT", "5!n11!n"), (*b"AZ", "4!a20!c"),
    (*b"BA", "3!n3!n8!n2!n"), (*b"BE", "3!n7!n2!n"), (*b"BG", "4!a4!n2!n8!c"), (*b"BH", "4!a14!c"),
    (*b"BI", "5!n5!n11!n2!n"), (*b"BR", "8!n5!n10!n1!a1!c"), (*b"BY", "4!c4!n16!c"), (*b"CH", "5!n12!c"),
    (*b"CR", "4!n14!n"), (*b"CY", "3!n5!n16!c"), (*b"CZ", "4!n16!n"), (*b"DE", "8!n10!n"),
    (*b"DJ", "5!n5!n11!n2!n"), (*b"DK", "4!n9!n1!n"), (*b"DO", "4!c20!n"), (*b"EE", "2!n14!n"),
    (*b"EG", "4!n4!n17!n"), (*b"ES", "4!n4!n1!n1!n10!n"), (*b"FI", "3!n11!n"), (*b"FK", "2!a12!n"),
    (*b"FO", "4!n9!n1!n"), (*b"FR", "5!n5!n11!c2!n"), (*b"GB", "4!a6!n8!n"), (*b"GE", "2!a16!n"),
    (*b"GI", "4!a15!c"), (*b"GL", "4!n9!n1!n"), (*b"GR", "3!n4!n16!c"), (*b"GT", "4!c20!c"), (*b"HN", "4!a20!n"),
    (*b"HR", "7!n10!n"), (*b"HU", "3!n4!n1!n15!n1!n"), (*b"IE", "4!a6!n8!n"), (*b"IL", "3!n3!n13!n"),
    (*b"IQ", "4!a3!n12!n"), (*b"IS", "4!n2!n6!n10!n"), (*b"IT", "1!a5!n5!n12!c"), (*b"JO", "4!a4!n18!c"),
    (*b"KW", "4!a22!c"), (*b"KZ", "3!n13!c"), (*b"LB", "4!n20!c"), (*b"LC", "4!a24!c"), (*b"LI", "5!n12!c"),
    (*b"LT", "5!n11!n"), (*b"LU", "3!n13!c"), (*b"LV", "4!a13!c"), (*b"LY", "3!n3!n15!n"),
    (*b"MC", "5!n5!n11!c2!n"), (*b"MD", "2!c18!c"), (*b"ME", "3!n13!n2!n"), (*b"MK", "3!n10!c2!n"),
    (*b"MN", "4!n12!n"), (*b"MR", "5!n5!n11!n2!n"), (*b"MT", "4!a5!n18!c"), (*b"MU", "4!a2!n2!n12!n3!n3!a"),
    (*b"NI", "4!a20!n"), (*b"NL", "4!a10!n"), (*b"NO", "4!n6!n1!n"), (*b"OM", "3!n16!c"), (*b"PK", "4!a16!c"),
    (*b"PL", "8!n16!n"), (*b"PS", "4!a21!c"), (*b"PT", "4!n4!n11!n2!n"), (*b"QA", "4!a21!c"), (*b"RO", "4!a16!c"),
    (*b"RS", "3!n13!n2!n"), (*b"RU", "9!n5!n15!c"), (*b"SA", "2!n18!c"), (*b"SC", "4!a2!n2!n16!n3!a"),
    (*b"SD", "2!n12!n"), (*b"SE", "3!n16!n1!n"), (*b"SI", "5!n8!n2!n"), (*b"SK", "4!n6!n10!n"),
    (*b"SM", "1!a5!n5!n12!c"), (*b"SO", "4!n3!n12!n"), (*b"ST", "4!n4!n11!n2!n"), (*b"SV", "4!a20!n"),
    (*b"TL", "3!n14!n2!n"), (*b"TN", "2!n3!n13!n2!n"), (*b"TR", "5!n1!n16!c"), (*b"UA", "6!n19!c"),
    (*b"VA", "3!n15!n"), (*b"VG", "4!a16!n"), (*b"XK", "4!n10!n2!n"), (*b"YE", "4!a4!n18!c"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sorted_by_country() {
        assert!(REGISTRY.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn every_structure_is_made_of_known_parts_and_fits() {
        for (country, structure) in REGISTRY {
            let length: usize = parts(structure).map(|(count, _)| count).sum();
            assert!((11..=30).contains(&length), "{country:?}");
            assert!(parts(structure).all(|(count, class)| count > 0 && b"acn".contains(&class)), "{country:?}");
        }
    }
}
