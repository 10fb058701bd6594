//! `--format axe1`: our own messages, one frame at a time.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use axiom_crypto::envelope::{self, Envelope};
use axiom_crypto::stream::read_front;
use axiom_crypto::{Context, Encryptor, Error, KeyFile, KeyRing, Suite};
use pollster::block_on;

use crate::failure::Failure;

/// Keys, and what messages are bound to.
pub(super) struct Axe1 {
    encryptor: Encryptor,
    ring: KeyRing,
    context: Context,
}

impl Axe1 {
    /// The keys in these files, of which there is at least one.
    pub(super) fn new(keys: &[PathBuf], pairs: &[(String, String)]) -> Result<Self, Failure> {
        let context = context(pairs)?;
        let mut keys = keys.iter().map(|key| KeyFile::open(key).map(Arc::new));
        let first = keys.next().ok_or_else(|| Failure::Usage("a --key is needed".into()))??;
        let one = (Encryptor::new(first.clone()), KeyRing::new(first));
        let (encryptor, ring) =
            keys.try_fold(one, |(encryptor, ring), key| key.map(|key| (encryptor.and(key.clone()), ring.and(key))))?;
        Ok(Self { encryptor, ring, context })
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
        if framed {
            return block_on(self.encryptor.open_stream(front.chain(from), to, &self.context)).map(drop);
        }
        self.open_whole(front, from, to)
    }

    /// What a program sealed in memory is opened in memory.
    fn open_whole(&self, front: Vec<u8>, body: &mut dyn Read, to: &mut dyn Write) -> Result<(), Error> {
        // Only the front is unwrapped: where no key fits, there is nothing to read.
        block_on(envelope::rewrap(&front, &self.context, &self.ring, &self.ring))?;
        let whole = completed(front, body, LONGEST)?;
        let plaintext = block_on(self.encryptor.open(&whole, &self.context))?;
        to.write_all(&plaintext).map_err(|source| Error::Stream { source })
    }
}

/// The message with this front and body, which is at most `longest` bytes long.
fn completed(front: Vec<u8>, body: &mut dyn Read, longest: u64) -> Result<Vec<u8>, Error> {
    let mut whole = front;
    let read = body.take(longest.saturating_add(1)).read_to_end(&mut whole);
    if read.map_err(|source| Error::Stream { source })? as u64 > longest {
        return Err(Error::Unsupported { what: "a body in one piece of more than 1 GiB; open it where it was sealed" });
    }
    Ok(whole)
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

/// The longest body in one piece that is opened: it is in memory twice.
const LONGEST: u64 = 1 << 30;

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// A body that is not to be read.
    struct Unread;

    impl Read for Unread {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("this was read"))
        }
    }

    #[test]
    fn of_a_body_in_one_piece_nothing_is_read_before_a_key_fits() {
        let directory = tempfile::tempdir().unwrap();
        let files = ["mine", "other", "none"].map(|name| directory.path().join(name));
        let keys = files.each_ref().map(|file| KeyFile::create(file).unwrap());
        let bound = context(&[]).unwrap();
        let message = envelope::try_seal(b"secret", &bound, &keys[0]).unwrap().unwrap();
        let front = read_front(&message[..]).unwrap();
        let open = |files: &[PathBuf], pairs: &[(String, String)], body: &mut dyn Read| {
            let mut plaintext = Vec::new();
            Axe1::new(files, pairs).unwrap().open(&mut front.chain(body), &mut plaintext).map(|()| plaintext)
        };
        assert!(matches!(open(&files[2..], &[], &mut Unread), Err(Error::KeyNotFound { .. })));
        assert!(matches!(open(&files, &[("a".into(), "b".into())], &mut Unread), Err(Error::Open)));
        assert!(matches!(open(&files, &[], &mut Unread), Err(Error::Stream { .. })));
        for files in [&files[..1], &files[..], &[files[2].clone(), files[0].clone()]] {
            assert_eq!(open(files, &[], &mut &message[front.len()..]).unwrap(), b"secret");
        }
    }

    #[test]
    fn an_endless_body_in_one_piece_is_refused() {
        assert!(matches!(completed(Vec::new(), &mut io::repeat(0), 9), Err(Error::Unsupported { .. })));
        assert_eq!(completed(vec![1], &mut io::repeat(0).take(9), 9).unwrap().len(), 10);
    }
}
