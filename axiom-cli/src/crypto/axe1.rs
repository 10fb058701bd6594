//! `--format axe1`: our own messages, one frame at a time.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use axiom_crypto::envelope::Envelope;
use axiom_crypto::stream::read_front;
use axiom_crypto::{Context, Encryptor, Error, KeyFile, Suite};
use pollster::block_on;

use crate::failure::Failure;

/// Keys, and what messages are bound to.
pub(super) struct Axe1 {
    encryptor: Encryptor,
    context: Context,
}

impl Axe1 {
    /// The keys in these files, of which there is at least one.
    pub(super) fn new(keys: &[PathBuf], pairs: &[(String, String)]) -> Result<Self, Failure> {
        let context = context(pairs)?;
        let mut keys = keys.iter().map(|key| KeyFile::open(key).map(Arc::new));
        let first = keys.next().ok_or_else(|| Failure::Usage("a --key is needed".into()))??;
        let encryptor = keys.try_fold(Encryptor::new(first), |encryptor, key| key.map(|key| encryptor.and(key)))?;
        Ok(Self { encryptor, context })
    }

    pub(super) fn suite(self, suite: Suite) -> Self {
        Self { encryptor: self.encryptor.suite(suite), ..self }
    }

    pub(super) fn seal(&self, from: &mut dyn Read, to: &mut dyn Write) -> Result<(), Error> {
        block_on(self.encryptor.seal_stream(from, to, &self.context)).map(drop)
    }

    pub(super) fn open(&self, from: &mut dyn Read, to: &mut dyn Write) -> Result<(), Error> {
        let front = read_front(&mut *from)?;
        let framed = Envelope::parse(&front)?.header.frame_len().is_some();
        let mut message = front.chain(from);
        if framed {
            return block_on(self.encryptor.open_stream(message, to, &self.context)).map(drop);
        }
        // What a program sealed in memory is opened in memory.
        let stream = |source| Error::Stream { source };
        let mut whole = Vec::new();
        message.read_to_end(&mut whole).map_err(stream)?;
        let plaintext = block_on(self.encryptor.open(&whole, &self.context))?;
        to.write_all(&plaintext).map_err(stream)
    }
}

/// What a message is bound to where these pairs are given.
pub(super) fn context(pairs: &[(String, String)]) -> Result<Context, Failure> {
    Ok(match pairs {
        [] => Context::new([("purpose", "file")])?,
        pairs => Context::new(pairs.iter().map(|(name, value)| (name, value)))?,
    })
}

/// A name and a value.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.into(), value.into()))
}
