//! The algorithms of a message, and who computes them.

use core::fmt;
use core::str::FromStr;

use crate::error::Error;

mod backend;
mod content_key;
mod nonce;
mod xaes;

pub use backend::Backend;
#[cfg(test)]
pub(crate) use content_key::SCHEDULE;
pub(crate) use content_key::{Commitment, ContentKey, TAG_LEN, Tag};
pub(crate) use nonce::Nonce;

/// How a message's body is encrypted; one byte of the message names it.
///
/// | suite | byte | nonce | messages under one data key | for |
/// |---|---|---|---|---|
/// | AES-256-GCM | 1 | 12 bytes | at most 2^32 | the default |
/// | XAES-256-GCM | 2 | 24 bytes | no limit in practice | data keys that many processes share |
/// | AES-256-GCM-SIV | 3 | 12 bytes | at most 2^32 | where a repeated nonce must be survived |
///
/// AES-256-GCM is NIST SP 800-38D: two messages with one key and one nonce lose both their secrecy and their
/// integrity, and a random nonce may be used 2^32 times (its section 8.3). XAES-256-GCM (C2SP) derives an AES-256-GCM
/// key for each nonce, so that random nonces never run out. AES-256-GCM-SIV is RFC 8452: a repeated nonce tells no more
/// than whether two messages are equal; it is about half as fast, and reads the plaintext twice.
///
/// ```
/// use axiom_crypto::Suite;
///
/// assert_eq!("xaes-256-gcm".parse::<Suite>()?, Suite::Xaes256Gcm);
/// assert_eq!(Suite::default().to_string(), "aes-256-gcm");
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Suite {
    /// AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D).
    #[default]
    Aes256Gcm,
    /// AES-256-GCM-SIV with a random 96-bit nonce (RFC 8452).
    Aes256GcmSiv,
    /// XAES-256-GCM with a random 192-bit nonce (C2SP XAES-256-GCM).
    Xaes256Gcm,
}

impl Suite {
    /// Every suite.
    pub const ALL: [Self; 3] = [Self::Aes256Gcm, Self::Xaes256Gcm, Self::Aes256GcmSiv];

    /// The most messages that one data key may encrypt; a [`DataKeyCache`](crate::DataKeyCache) stays within it.
    #[must_use]
    pub const fn max_messages(self) -> u64 {
        match self {
            Self::Aes256Gcm | Self::Aes256GcmSiv => 1 << 32,
            Self::Xaes256Gcm => u64::MAX,
        }
    }

    /// The byte that names it.
    pub(crate) const fn id(self) -> u8 {
        match self {
            Self::Aes256Gcm => 1,
            Self::Xaes256Gcm => 2,
            Self::Aes256GcmSiv => 3,
        }
    }

    /// The suite of this byte.
    pub(crate) fn from_id(id: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.id() == id)
    }

    /// The length of its nonce, in bytes.
    pub(crate) const fn nonce_len(self) -> usize {
        match self {
            Self::Aes256Gcm | Self::Aes256GcmSiv => 12,
            Self::Xaes256Gcm => 24,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "aes-256-gcm",
            Self::Aes256GcmSiv => "aes-256-gcm-siv",
            Self::Xaes256Gcm => "xaes-256-gcm",
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Suite {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|suite| suite.name() == text);
        found.ok_or(Error::Invalid { what: "suite", reason: "must be aes-256-gcm, xaes-256-gcm or aes-256-gcm-siv" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_is_found_by_its_byte_and_by_its_name() {
        for suite in Suite::ALL {
            assert_eq!(Suite::from_id(suite.id()), Some(suite));
            assert_eq!(suite.to_string().parse::<Suite>().unwrap(), suite);
        }
        assert_eq!(Suite::from_id(0), None);
        assert!("aes-128-gcm".parse::<Suite>().is_err());
    }
}
