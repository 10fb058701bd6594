//! Messages of any length, sealed and opened in constant memory.
//!
//! An [`Encryptor`] makes the readers and writers; each holds one frame of a message, 64 KiB unless
//! [`Encryptor::frame_len`] says otherwise.
//!
//! | what | how |
//! |---|---|
//! | from a [`Read`] into a [`Write`] | [`Encryptor::seal_stream`], [`Encryptor::open_stream`] |
//! | encrypt what is written | [`Encryptor::seal_writer`] |
//! | decrypt what is read | [`Encryptor::open_reader`] |
//! | read a part of a message without the rest | [`Encryptor::seek_reader`] |
//! | rewrap or describe a file without its body | [`read_front`] |
//! | the same over `futures-io`; feature `futures-io` | `Encryptor::seal_async_writer`, `Encryptor::open_async_reader` |
//!
//! ```
//! use std::io::Write;
//! use std::sync::Arc;
//!
//! use axiom_crypto::{Context, Encryptor, KeyFile};
//!
//! # let directory = tempfile::tempdir()?;
//! # pollster::block_on(async {
//! let keys = KeyFile::create(directory.path().join("backup.key"))?;
//! let encryptor = Encryptor::new(Arc::new(keys));
//! let context = Context::new([("organization", "org_7f3c"), ("purpose", "backup")])?;
//!
//! let mut writer = encryptor.seal_writer(Vec::new(), &context).await?;
//! writer.write_all(&[7; 200_000])?;
//! let message = writer.finish()?;
//!
//! let mut plaintext = Vec::new();
//! encryptor.open_stream(&message[..], &mut plaintext, &context).await?;
//! assert_eq!(plaintext, [7; 200_000]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What they read and write is a message like every other, with its body in [frames](crate::envelope#frames): it is
//! rewrapped like others, and [`Encryptor::open`] opens it in memory. Messages whose body is in one piece, as
//! [`Encryptor::seal`] makes them, are refused here, as they can only be opened whole.
//!
//! The futures wait for key providers alone. Over [`Read`] and [`Write`] they block the thread for input and output; with
//! providers that never wait, as [`KeyFile`](crate::KeyFile), any way to run a future does.
//!
//! # What it promises
//! - Nothing is handed out before the tag of its frame has been checked.
//! - A message that was changed in any bit, cut at any place, prolonged, or whose frames were exchanged, repeated, left
//!   out or taken from another message fails with [`Error::Open`], and its reader gives nothing afterwards.
//! - Memory does not depend on the length of the message, nor on what it says of itself: a frame of at most 1 MiB and
//!   the keys of at most 16 recipients.
//! - Plaintext in the buffers is wiped when they are dropped.
//!
//! # What it does not promise
//! - **The beginning of a message is handed out before its end is seen.** That a message was cut shows only where it
//!   ends. Do nothing with the plaintext that cannot be undone before the reader has come to its end: write it to a
//!   temporary file and rename that, as `axiom crypto open` does.
//! - The length of the plaintext is visible.
//! - A reader or writer holds the key of its message for as long as it lives: it goes on after a key above that one was
//!   disabled, revoked or destroyed.

use std::io::{BufRead, Read, Write};

use crate::context::Context;
use crate::encryptor::Encryptor;
use crate::envelope::{self, Envelope, FRAMES, Frames, Patience, front_end, waited};
use crate::error::Error;
use crate::suite::ContentKey;

#[cfg(feature = "futures-io")]
mod asynchronous;
mod incoming;
mod open_reader;
mod outgoing;
mod seal_writer;
mod seek_reader;

#[cfg(feature = "futures-io")]
pub use asynchronous::{OpenAsyncReader, SealAsyncWriter};
use incoming::Incoming;
pub use open_reader::OpenReader;
pub(crate) use outgoing::Outgoing;
pub use seal_writer::SealWriter;
pub use seek_reader::SeekReader;

/// Streams; see [`stream`](crate::stream).
impl Encryptor {
    /// Seals streams in frames of `len` bytes of plaintext: a power of two, 4 KiB to 1 MiB.
    ///
    /// Each frame takes 16 bytes, and a frame is the least that is decrypted: small ones are for reading small parts
    /// here and there, large ones win little over the 64 KiB that are usual. Messages with frames of any length are
    /// opened.
    ///
    /// # Errors
    /// [`Error::Invalid`] for another length.
    pub fn frame_len(mut self, len: usize) -> Result<Self, Error> {
        let invalid = Error::Invalid { what: "frame length", reason: "must be a power of two from 4 KiB to 1 MiB" };
        let frame = FRAMES.into_iter().find(|frame| 1 << frame == len);
        self.frame = frame.ok_or(invalid)?;
        Ok(self)
    }

    /// Encrypts all that `plaintext` gives into a message written to `message`; answers the length of the plaintext.
    ///
    /// # Errors
    /// [`Error::Stream`], [`Error::TooLong`], [`Error::Random`], and what a provider answers. What is written by then is
    /// no message and does not open.
    pub async fn seal_stream(
        &self,
        plaintext: impl Read,
        message: impl Write,
        context: &Context,
    ) -> Result<u64, Error> {
        let mut writer = self.seal_writer(message, context).await?;
        let len = writer.fill_from(plaintext)?;
        writer.finish()?;
        Ok(len)
    }

    /// Decrypts the message that `message` gives, to its end, into `plaintext`; answers the length of the plaintext.
    ///
    /// What is in `plaintext` before the answer is authentic, and maybe only a beginning. **On an error discard it.**
    ///
    /// # Errors
    /// Those of [`open_reader`](Self::open_reader).
    pub async fn open_stream(
        &self,
        message: impl Read,
        mut plaintext: impl Write,
        context: &Context,
    ) -> Result<u64, Error> {
        let mut reader = self.open_reader(message, context).await?;
        let mut len = 0;
        loop {
            let opened = reader.fill_buf().map_err(Error::from_io)?;
            if opened.is_empty() {
                plaintext.flush().map_err(|source| Error::Stream { source })?;
                return Ok(len);
            }
            plaintext.write_all(opened).map_err(|source| Error::Stream { source })?;
            let opened = opened.len();
            len += opened as u64;
            reader.consume(opened);
        }
    }

    /// A message on its way out that has been given nothing yet.
    async fn outgoing(&self, context: &Context) -> Result<Outgoing, Error> {
        waited(async {
            let (providers, patience) = (self.providers(), Patience::Waits);
            let (frames, front) = envelope::start(context, &providers, self.algorithms, self.frame, patience).await?;
            Ok(Outgoing::new(front, frames))
        })
        .await
    }

    /// What opens the frames of the message that starts with `front`.
    async fn frames(&self, front: &[u8], context: &Context) -> Result<Frames<ContentKey>, Error> {
        let envelope = Envelope::parse(front)?;
        if envelope.header.frame_len().is_none() {
            return Err(Error::Unsupported { what: "a body in one piece in a stream; open the message in memory" });
        }
        let (providers, backend) = (self.providers(), self.algorithms.backend);
        let (key, _) = waited(envelope::unwrap(&envelope, context, &providers, backend, Patience::Waits)).await?;
        Ok(key.into_frames(&envelope.header).expect("the body is in frames"))
    }
}

/// The immutable and the mutable part of the message that `message` gives; the body stays where it is.
///
/// They are all that [`describe`](envelope::describe) and [`Encryptor::rewrap`] look at, so a message that is too large
/// for memory is rewrapped by rewrapping its front and copying its body after it. A front takes at most 1.1 MB.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_crypto::{Context, Encryptor, KeyFile, KeyProvider, envelope, stream};
///
/// # let directory = tempfile::tempdir()?;
/// # pollster::block_on(async {
/// let keys = Arc::new(KeyFile::create(directory.path().join("backup.key"))?);
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let mut message = Vec::new();
/// Encryptor::new(keys.clone()).seal_stream(&[7; 200_000][..], &mut message, &context).await?;
///
/// let front = stream::read_front(&message[..])?;
/// assert!(front.len() < 200 && message.starts_with(&front));
/// assert_eq!(envelope::describe(&front)?, [keys.describe()]);
/// # Ok::<(), axiom_crypto::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Stream`], and [`Error::Open`] where these bytes are no message.
pub fn read_front(mut message: impl Read) -> Result<Vec<u8>, Error> {
    let mut front = Vec::new();
    loop {
        let missing = front_end(&front)?.saturating_sub(front.len());
        if missing == 0 {
            Envelope::parse(&front)?;
            return Ok(front);
        }
        let read = message.by_ref().take(missing as u64).read_to_end(&mut front);
        if read.map_err(|source| Error::Stream { source })? < missing {
            return Err(Error::Open);
        }
    }
}

/// The binary logarithm of the usual length of a frame: 64 KiB.
pub(crate) const FRAME: u8 = 16;
