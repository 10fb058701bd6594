//! Reads parts of a message.

use core::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use zeroize::Zeroizing;

use super::read_front;
use crate::context::Context;
use crate::encryptor::Encryptor;
use crate::envelope::{Frames, shape};
use crate::error::Error;
use crate::suite::{ContentKey, TAG_LEN};

impl Encryptor {
    /// A reader of any part of the plaintext of the message in `message`, from where it stands to its end.
    ///
    /// The last frame is authenticated first, and with it the length of the plaintext: of a message that was cut or
    /// prolonged not a byte is given.
    ///
    /// ```
    /// use std::io::{Cursor, Read, Seek, SeekFrom};
    /// use std::sync::Arc;
    ///
    /// use axiom_crypto::{Context, Encryptor, KeyFile};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # pollster::block_on(async {
    /// let keys = KeyFile::create(directory.path().join("backup.key"))?;
    /// let encryptor = Encryptor::new(Arc::new(keys));
    /// let context = Context::new([("organization", "org_7f3c")])?;
    /// let mut message = Vec::new();
    /// encryptor.seal_stream(&[7; 1_000_000][..], &mut message, &context).await?;
    ///
    /// let mut reader = encryptor.seek_reader(Cursor::new(message), &context).await?;
    /// assert_eq!(reader.len(), 1_000_000);
    /// let mut part = [0; 3];
    /// reader.seek(SeekFrom::Start(500_000))?;
    /// reader.read_exact(&mut part)?;
    /// assert_eq!(part, [7; 3]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`open_reader`](Self::open_reader).
    pub async fn seek_reader<R: Read + Seek>(&self, mut message: R, context: &Context) -> Result<SeekReader<R>, Error> {
        let front = read_front(&mut message)?;
        let frames = self.frames(&front, context).await?;
        SeekReader::new(message, frames)
    }
}

/// Decrypts the parts that are read of a message; made by [`Encryptor::seek_reader`].
///
/// Each frame is authenticated before a byte of it is given, and the one that was read last is kept. A frame that does
/// not open is an [`io::Error`] of the kind [`InvalidData`](io::ErrorKind::InvalidData) around [`Error::Open`]; other
/// frames can still be read.
pub struct SeekReader<R> {
    message: R,
    frames: Frames<ContentKey>,
    /// Where in `message` the body begins.
    body: u64,
    count: u64,
    len: u64,
    position: u64,
    /// The number of the frame in the buffer.
    loaded: Option<u64>,
    buffer: Zeroizing<Vec<u8>>,
}

impl<R: Read + Seek> SeekReader<R> {
    fn new(mut message: R, frames: Frames<ContentKey>) -> Result<Self, Error> {
        let mut ends = || -> io::Result<_> { Ok((message.stream_position()?, message.seek(SeekFrom::End(0))?)) };
        let (body, end) = ends().map_err(|source| Error::Stream { source })?;
        let (count, len) = shape(end.saturating_sub(body), frames.frame_len()).ok_or(Error::Open)?;
        let buffer = Zeroizing::new(Vec::with_capacity(frames.frame_len() + TAG_LEN));
        let mut reader = Self { message, frames, body, count, len, position: 0, loaded: None, buffer };
        reader.load(count - 1).map_err(Error::from_io)?;
        Ok(reader)
    }

    /// Puts a frame into the buffer, authentic and decrypted.
    fn load(&mut self, number: u64) -> io::Result<()> {
        if self.loaded == Some(number) {
            return Ok(());
        }
        self.loaded = None;
        let sealed = (self.frames.frame_len() + TAG_LEN) as u64;
        self.message.seek(SeekFrom::Start(self.body + number * sealed))?;
        self.buffer.clear();
        self.message.by_ref().take(sealed).read_to_end(&mut self.buffer)?;
        let len = self.frames.open(number, number + 1 == self.count, &mut self.buffer)?;
        self.buffer.truncate(len);
        self.loaded = Some(number);
        Ok(())
    }
}

impl<R> SeekReader<R> {
    /// The length of the plaintext, which is authentic.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether the plaintext is empty.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<R: Read + Seek> Read for SeekReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.position >= self.len {
            return Ok(0);
        }
        let frame = self.frames.frame_len() as u64;
        self.load(self.position / frame)?;
        let start = usize::try_from(self.position % frame).expect("a frame fits into memory");
        let read = self.buffer[start..].as_ref().read(buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl<R: Read + Seek> Seek for SeekReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl<R> fmt::Debug for SeekReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeekReader").field("len", &self.len).finish_non_exhaustive()
    }
}
