//! `Base58Check`: the checksum of Bitcoin addresses and keys.

use sha2::{Digest, Sha256};

/// Whether `text` is `Base58Check`: data whose last four bytes begin the SHA-256 of the SHA-256 of the rest.
///
/// As Bitcoin writes addresses and private keys; at most 64 bytes of data are looked at, and longer ones do not pass.
/// One random text in 2^32 passes.
///
/// ```
/// use axiom_pii::checksum::base58check;
///
/// assert!(base58check(b"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"));
/// assert!(!base58check(b"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"));
/// ```
#[must_use]
pub fn base58check(text: &[u8]) -> bool {
    decode(text, &mut [0; LONGEST]).is_some()
}

/// The data of `text` without its checksum, decoded into `buffer`; `None` where the checksum does not hold.
pub(crate) fn decode<'a>(text: &[u8], buffer: &'a mut [u8; LONGEST]) -> Option<&'a [u8]> {
    let zeros = text.iter().take_while(|&&byte| byte == b'1').count();
    let mut used = 0;
    for &byte in &text[zeros..] {
        let mut carry = ALPHABET.iter().position(|&letter| letter == byte)?;
        for place in (0..LONGEST).rev().take(used) {
            carry += usize::from(buffer[place]) * 58;
            buffer[place] = (carry & 0xff) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            used += 1;
            *buffer.get_mut(LONGEST.checked_sub(used)?)? = (carry & 0xff) as u8;
            carry >>= 8;
        }
    }
    let start = (LONGEST - used).checked_sub(zeros)?;
    let (data, check) = buffer[start..].split_last_chunk::<4>()?;
    (!data.is_empty() && Sha256::digest(Sha256::digest(data))[..4] == check[..]).then_some(data)
}

/// The most bytes that are decoded.
pub(crate) const LONGEST: usize = 64;
const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

#[cfg(test)]
mod tests {
    use super::base58check;

    #[test]
    fn accepts_what_is_published() {
        for value in [
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "5KYZdUEo39z3FPrtuX2QbbwGnNP5zTd7yyr2SC1j299sBCnWjss",
        ] {
            assert!(base58check(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in [
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
            "",
            "1111",
            "0BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "1IvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        ] {
            assert!(!base58check(value.as_bytes()), "{value}");
        }
    }
}
