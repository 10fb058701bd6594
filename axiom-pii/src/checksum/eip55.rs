//! EIP-55: the checksum in the case of Ethereum addresses.

use sha3::{Digest, Keccak256};

/// Whether `address`, forty hexadecimal digits without `0x`, has the capital letters of EIP-55.
///
/// Capital where the same digit of the Keccak-256 of the lower-case address is 8 or more. An address in one case, as
/// many programs write it, carries no checksum and does not pass unless it happens to fit. On average one wrong address
/// in 2^15 passes.
///
/// ```
/// use axiom_pii::checksum::eip55;
///
/// assert!(eip55(b"5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
/// assert!(!eip55(b"5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
/// ```
#[must_use]
pub fn eip55(address: &[u8]) -> bool {
    let Ok(address) = <[u8; 40]>::try_from(address) else { return false };
    let hash = Keccak256::digest(address.to_ascii_lowercase());
    address.iter().zip(0..).all(|(byte, place)| {
        let digit = hash[place / 2] >> (4 - place % 2 * 4) & 0xf;
        byte.is_ascii_hexdigit() && (byte.is_ascii_digit() || byte.is_ascii_uppercase() == (digit >= 8))
    })
}

#[cfg(test)]
mod tests {
    use super::eip55;

    #[test]
    fn accepts_what_is_published() {
        for value in [
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "fB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "D1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            assert!(eip55(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in [
            "5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "",
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        ] {
            assert!(!eip55(value.as_bytes()), "{value}");
        }
    }
}
