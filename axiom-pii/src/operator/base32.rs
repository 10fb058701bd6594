//! Base32 in small letters, without padding (RFC 4648).

/// The text of the bytes.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(5));
    for group in bytes.chunks(5) {
        let mut bits = [0; 8];
        bits[3..3 + group.len()].copy_from_slice(group);
        let number = u64::from_be_bytes(bits);
        let count = (group.len() * 8).div_ceil(5);
        text.extend((0..count).map(|place| char::from(ALPHABET[(number >> (35 - 5 * place)) as usize & 31])));
    }
    text
}

/// The bytes that have exactly this text; `None` where none have.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    for group in text.as_bytes().chunks(8) {
        let mut number = 0_u64;
        for (place, &letter) in group.iter().enumerate() {
            number |= value(letter)? << (35 - 5 * place);
        }
        let length = group.len() * 5 / 8;
        bytes.extend_from_slice(&number.to_be_bytes()[3..3 + length]);
    }
    (encode(&bytes) == text).then_some(bytes)
}

/// Whether the byte is one of the alphabet's.
pub(super) const fn is_letter(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'2'..=b'7')
}

const fn value(letter: u8) -> Option<u64> {
    match letter {
        b'a'..=b'z' => Some((letter - b'a') as u64),
        b'2'..=b'7' => Some((letter - b'2') as u64 + 26),
        _ => None,
    }
}

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_those_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "my"),
            ("fo", "mzxq"),
            ("foo", "mzxw6"),
            ("foob", "mzxw6yq"),
            ("fooba", "mzxw6ytb"),
            ("foobar", "mzxw6ytboi"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn bytes_have_one_text() {
        for text in ["mz", "MY", "m", "mzx", "mzxw6y", "my======", "m1", "é"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
    }
}
