//! The data key of a message, encrypted for one of its readers.

use std::io::Read;

use super::transcript::Transcript;
use crate::error::Error;

/// One key that opens a message, and the data key encrypted under it.
///
/// Source: AWS Encryption SDK specification, `data-format/message-header.md`, "Encrypted Data Key Entries".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedDataKey {
    pub(super) provider: Box<str>,
    pub(super) info: Box<[u8]>,
    pub(super) ciphertext: Box<[u8]>,
}

impl EncryptedDataKey {
    /// The key provider: the namespace of a raw keyring, `aws-kms` for AWS KMS.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The key provider information: the ARN of an AWS KMS key; for a raw AES keyring the key's name and the IV.
    #[must_use]
    pub const fn info(&self) -> &[u8] {
        &self.info
    }

    pub(super) fn write(&self, header: &mut Vec<u8>) {
        for part in [self.provider.as_bytes(), &self.info, &self.ciphertext] {
            header.extend_from_slice(&(part.len() as u16).to_be_bytes());
            header.extend_from_slice(part);
        }
    }

    pub(super) fn read(header: &mut Transcript<impl Read>) -> Result<Self, Error> {
        let provider = core::str::from_utf8(header.prefixed()?).map_err(|_| Error::Open)?.into();
        let info = header.prefixed()?.into();
        let ciphertext = header.prefixed()?.into();
        Ok(Self { provider, info, ciphertext })
    }
}
