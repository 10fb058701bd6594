//! Addresses of Bitcoin and Ethereum.

use core::ops::Range;

use super::Candidate;
use crate::catalogue::Id;
use crate::checksum::eip55;
use crate::number::btc_address;

/// The address that `word` is, a whole run of letters and digits.
pub(crate) fn at(text: &str, word: &Range<usize>) -> Option<Candidate> {
    let value = &text.as_bytes()[word.clone()];
    let (id, score, validated) = match value {
        [b'0', b'x', digits @ ..] => (Id::EthAddress, ethereum(digits)?, eip55(digits)),
        [b'1' | b'3', ..] if (26..=35).contains(&value.len()) && btc_address(value) => bitcoin(),
        [b'b' | b'B', b'c' | b'C', b'1', ..] if (14..=74).contains(&value.len()) && btc_address(value) => bitcoin(),
        _ => return None,
    };
    Some(Candidate { id, range: word.clone(), score, validated })
}

const fn bitcoin() -> (Id, f32, bool) {
    (Id::BtcAddress, Id::BtcAddress.kind().base_score, true)
}

/// What forty hexadecimal digits are worth: mixed case must be that of EIP-55.
fn ethereum(digits: &[u8]) -> Option<f32> {
    let hexadecimal = digits.len() == 40 && digits.iter().all(u8::is_ascii_hexdigit);
    let mixed = digits.iter().any(u8::is_ascii_lowercase) && digits.iter().any(u8::is_ascii_uppercase);
    match (hexadecimal, mixed) {
        (true, false) => Some(ONE_CASE),
        (true, true) => eip55(digits).then(|| Id::EthAddress.kind().base_score),
        _ => None,
    }
}

/// The length of the shortest address: Bech32 with a program of two bytes.
pub(crate) const SHORTEST: usize = 14;
/// The worth of an address without a checksum.
const ONE_CASE: f32 = 0.6;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(Id, f32)> {
        at(text, &(0..text.len())).map(|candidate| (candidate.id, candidate.score))
    }

    #[test]
    fn addresses_are_known_by_their_checksums() {
        assert_eq!(found("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"), Some((Id::BtcAddress, 0.95)));
        assert_eq!(found("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"), Some((Id::BtcAddress, 0.95)));
        assert_eq!(found("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), Some((Id::EthAddress, 0.9)));
        assert_eq!(found("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"), Some((Id::EthAddress, ONE_CASE)));
        for text in ["1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6"] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
