//! The name of a key that is kept elsewhere.

use core::fmt;
use core::str::FromStr;

use crate::error::Error;

/// The name of a key in a [`KeyStore`](crate::KeyStore): 16 bytes, which do not say whose data key it is.
///
/// A message that carries a reference has no recipients: who opens it looks the key up, and once the key is destroyed
/// nobody can. It is written as 32 lower-case hexadecimal digits.
///
/// ```
/// use axiom_crypto::KeyReference;
///
/// let reference = KeyReference::from_bytes([0xab; 16]);
/// assert_eq!(reference.to_string(), "ab".repeat(16));
/// assert_eq!(reference.to_string().parse::<KeyReference>()?, reference);
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyReference([u8; Self::LEN]);

impl KeyReference {
    /// The length, in bytes.
    pub const LEN: usize = 16;

    /// The name with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Display for KeyReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for KeyReference {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 2 * Self::LEN || !text.bytes().all(is_digit) {
            let reason = "must be 32 lower-case hexadecimal digits";
            return Err(Error::Invalid { what: "key reference", reason });
        }
        let number = u128::from_str_radix(text, 16).expect("32 hexadecimal digits are 128 bits");
        Ok(Self(number.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_one_written_form() {
        let reference = KeyReference::from_bytes([0xab; 16]);
        assert_eq!(reference.to_string(), "ab".repeat(16));
        for text in ["", &"AB".repeat(16), &"ab".repeat(15), &"ab".repeat(17), &"+a".repeat(16), &"é".repeat(16)] {
            assert!(text.parse::<KeyReference>().is_err(), "{text}");
        }
    }
}
