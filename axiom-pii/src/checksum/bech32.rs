//! Bech32 and Bech32m: the checksums of Segwit addresses.

/// Whether `text` is a Bech32 (BIP 173) or Bech32m (BIP 350) string with a checksum that holds.
///
/// A readable prefix, `1`, data and six check characters, at most 90 characters, all in one case. Four changed
/// characters are always noticed; one random text in 2^29 passes.
///
/// ```
/// use axiom_pii::checksum::bech32;
///
/// assert!(bech32(b"A12UEL5L"));
/// assert!(!bech32(b"A12UEL5M"));
/// ```
#[must_use]
pub fn bech32(text: &[u8]) -> bool {
    let checksum = checksum(text);
    checksum == Some(BECH32) || checksum == Some(BECH32M)
}

/// What the characters of `text` leave; `None` where it is no string of the standard.
pub(crate) fn checksum(text: &[u8]) -> Option<u32> {
    let mixed = text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase);
    let separator = text.iter().rposition(|&byte| byte == b'1')?;
    let (prefix, data) = (&text[..separator], &text[separator + 1..]);
    let readable = prefix.iter().all(|byte| (33..=126).contains(byte));
    if mixed || prefix.is_empty() || !readable || data.len() < 6 || text.len() > 90 {
        return None;
    }
    let lower = |byte: &u8| u32::from(byte.to_ascii_lowercase());
    let high = prefix.iter().map(|byte| lower(byte) >> 5);
    let low = prefix.iter().map(|byte| lower(byte) & 31);
    let start = high.chain([0]).chain(low).fold(1, push);
    data.iter().try_fold(start, |sum, &byte| Some(push(sum, value(byte)?)))
}

/// The five bits that a character stands for.
pub(crate) fn value(byte: u8) -> Option<u32> {
    let place = ALPHABET.iter().position(|&letter| letter == byte.to_ascii_lowercase())?;
    u32::try_from(place).ok()
}

fn push(sum: u32, value: u32) -> u32 {
    let top = sum >> 25;
    let shifted = (sum & 0x01ff_ffff) << 5 ^ value;
    GENERATOR.iter().enumerate().fold(shifted, |sum, (bit, term)| if top >> bit & 1 == 1 { sum ^ term } else { sum })
}

/// What a Bech32 string leaves.
pub(crate) const BECH32: u32 = 1;
/// What a Bech32m string leaves.
pub(crate) const BECH32M: u32 = 0x2bc8_30a3;
const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];

#[cfg(test)]
mod tests {
    use super::bech32;

    #[test]
    fn accepts_what_is_published() {
        for value in [
            "A12UEL5L",
            "A1LQFN3A",
            "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
            "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
            "?1ezyfcl",
        ] {
            assert!(bech32(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in [
            "A12UEL5M",
            "",
            "1pzry9x0s0muk",
            "x1b4n0q5v",
            "li1dgmt3",
            "A12uEL5L",
            "pzry9x0s0muk",
            "10a06t8",
            "abc1rzgt4",
        ] {
            assert!(!bech32(value.as_bytes()), "{value}");
        }
    }
}
