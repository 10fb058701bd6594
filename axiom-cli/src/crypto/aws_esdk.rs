//! `--format aws-esdk`: messages of the AWS Encryption SDK, one frame at a time.

use std::io::{Read, Write};
use std::path::Path;

use axiom_crypto::Error;
use axiom_crypto::aws_esdk::{EncryptionContext, FRAME_LENGTH, RawAesKeyring, decrypt_stream, encrypt_stream};

use crate::failure::Failure;

/// A key with its names, and what messages are bound to.
pub(super) struct AwsEsdk {
    keyring: RawAesKeyring,
    context: EncryptionContext,
}

impl AwsEsdk {
    /// The key in the file `key`, of 32 bytes or of 64 hexadecimal digits.
    pub(super) fn new(
        key: &Path,
        is_hex: bool,
        (namespace, name): &(String, String),
        context: &[(String, String)],
    ) -> Result<Self, Failure> {
        let open = if is_hex { RawAesKeyring::open_hex } else { RawAesKeyring::open };
        let context = EncryptionContext::new(context.iter().map(|(name, value)| (name, value)))?;
        Ok(Self { keyring: open(namespace, name, key)?, context })
    }

    pub(super) fn seal(&self, from: &mut dyn Read, to: &mut dyn Write) -> Result<(), Error> {
        encrypt_stream(from, to, &self.context, &[&self.keyring], FRAME_LENGTH)
    }

    pub(super) fn open(&self, from: &mut dyn Read, to: &mut dyn Write) -> Result<(), Error> {
        decrypt_stream(from, to, &self.context, &[&self.keyring]).map(drop)
    }
}

/// Namespace and name of a key: what stands before the first slash, and all behind it.
pub(super) fn keyring(text: &str) -> Result<(String, String), String> {
    let (namespace, name) = text.split_once('/').ok_or("must be NAMESPACE/NAME")?;
    Ok((namespace.into(), name.into()))
}
