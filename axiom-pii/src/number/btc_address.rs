//! Bitcoin addresses.

use crate::checksum::{base58check, bech32};

/// Whether `address` is one of the main network: `Base58Check` of a hash (1…, 3…) or a Segwit program (bc1…).
///
/// BIP 13, BIP 173 and BIP 350. Bech32 for version 0, as the standard asks, and either checksum for the later ones,
/// since early wallets wrote Bech32.
///
/// ```
/// use axiom_pii::number::btc_address;
///
/// assert!(btc_address(b"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"));
/// assert!(!btc_address(b"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"));
/// ```
#[must_use]
pub fn btc_address(address: &[u8]) -> bool {
    match address {
        [b'1' | b'3', ..] => is_hash(address),
        [b'b' | b'B', b'c' | b'C', b'1', program @ ..] => is_segwit(address, program),
        _ => false,
    }
}

/// Whether the data are a version and twenty bytes; version 0 is written `1…` and version 5 `3…`.
fn is_hash(address: &[u8]) -> bool {
    let mut buffer = [0; base58check::LONGEST];
    base58check::decode(address, &mut buffer).is_some_and(|data| data.len() == 21)
}

fn is_segwit(address: &[u8], program: &[u8]) -> bool {
    let sum = bech32::checksum(address);
    let Some(version) = program.first().and_then(|&byte| bech32::value(byte)) else { return false };
    // The version, the program and six check characters.
    let Some(characters) = program.len().checked_sub(7) else { return false };
    let (bytes, padding) = (characters * 5 / 8, characters * 5 % 8);
    let length = if version == 0 { matches!(bytes, 20 | 32) } else { (2..=40).contains(&bytes) };
    let filler = bech32::value(program[characters]).is_some_and(|value| value & ((1 << padding) - 1) == 0);
    let checked = sum == Some(bech32::BECH32) || (version > 0 && sum == Some(bech32::BECH32M));
    checked && version <= 16 && length && padding < 5 && filler
}

#[cfg(test)]
mod tests {
    use super::btc_address;

    #[test]
    fn accepts_what_is_published() {
        for value in [
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ] {
            assert!(btc_address(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in [
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdz",
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
            "",
            "bc1",
            "2",
        ] {
            assert!(!btc_address(value.as_bytes()), "{value}");
        }
    }
}
