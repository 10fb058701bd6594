//! The same over asynchronous streams, of any runtime.

use core::fmt;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context as Task, Poll, ready};
use std::io;

use futures_io::{AsyncRead, AsyncWrite};

use super::{Incoming, Outgoing};
use crate::context::Context;
use crate::encryptor::Encryptor;
use crate::envelope::{Envelope, front_end};
use crate::error::Error;

impl Encryptor {
    /// A writer that encrypts what is written to it into a message written to `message`.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use axiom_crypto::{Context, Encryptor, KeyFile};
    /// use futures_util::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # pollster::block_on(async {
    /// let keys = KeyFile::create(directory.path().join("backup.key"))?;
    /// let encryptor = Encryptor::new(Arc::new(keys));
    /// let context = Context::new([("organization", "org_7f3c")])?;
    ///
    /// let mut message = Vec::new();
    /// let mut writer = encryptor.seal_async_writer(&mut message, &context).await?;
    /// writer.write_all(&[7; 200_000]).await?;
    /// writer.close().await?;
    ///
    /// let mut plaintext = Vec::new();
    /// encryptor.open_async_reader(&message[..], &context).await?.read_to_end(&mut plaintext).await?;
    /// assert_eq!(plaintext, [7; 200_000]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Random`], and what a provider answers.
    pub async fn seal_async_writer<W>(&self, message: W, context: &Context) -> Result<SealAsyncWriter<W>, Error>
    where
        W: AsyncWrite + Unpin,
    {
        Ok(SealAsyncWriter { message, out: self.outgoing(context).await? })
    }

    /// A reader of the plaintext of the message that `message` gives.
    ///
    /// # Errors
    /// Those of [`open_reader`](Self::open_reader).
    pub async fn open_async_reader<R>(&self, mut message: R, context: &Context) -> Result<OpenAsyncReader<R>, Error>
    where
        R: AsyncRead + Unpin,
    {
        let front = read_front(&mut message).await?;
        let frames = self.frames(&front, context).await?;
        Ok(OpenAsyncReader { message, incoming: Incoming::new(frames) })
    }
}

/// Encrypts what is written to it; made by [`Encryptor::seal_async_writer`].
///
/// Closing it writes the last frame and closes what it writes to. A writer that is dropped before leaves a message that
/// does not open.
#[must_use = "a message opens only after `close`"]
pub struct SealAsyncWriter<W> {
    message: W,
    out: Outgoing,
}

impl<W: AsyncWrite + Unpin> SealAsyncWriter<W> {
    fn poll_drain(&mut self, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        while !self.out.pending().is_empty() {
            match ready!(Pin::new(&mut self.message).poll_write(task, self.out.pending()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.out.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for SealAsyncWriter<W> {
    fn poll_write(mut self: Pin<&mut Self>, task: &mut Task<'_>, plaintext: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(task))?;
        let space = self.out.space();
        let len = plaintext.len().min(space.len());
        space[..len].copy_from_slice(&plaintext[..len]);
        self.out.added(len)?;
        Poll::Ready(Ok(len))
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(task))?;
        Pin::new(&mut self.message).poll_flush(task)
    }

    fn poll_close(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(task))?;
        if !self.out.has_ended() {
            self.out.end()?;
            ready!(self.poll_drain(task))?;
        }
        Pin::new(&mut self.message).poll_close(task)
    }
}

impl<W> fmt::Debug for SealAsyncWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealAsyncWriter").finish_non_exhaustive()
    }
}

/// Decrypts what is read from it; made by [`Encryptor::open_async_reader`].
///
/// What is said of [`OpenReader`](super::OpenReader) holds for it.
pub struct OpenAsyncReader<R> {
    message: R,
    incoming: Incoming,
}

impl<R: AsyncRead + Unpin> AsyncRead for OpenAsyncReader<R> {
    fn poll_read(mut self: Pin<&mut Self>, task: &mut Task<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if buffer.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let Self { message, incoming } = &mut *self;
        while !incoming.is_ready()? {
            let read = ready!(Pin::new(&mut *message).poll_read(task, incoming.space()))?;
            incoming.added(read)?;
        }
        let plaintext = incoming.plaintext();
        let len = plaintext.len().min(buffer.len());
        buffer[..len].copy_from_slice(&plaintext[..len]);
        incoming.taken(len);
        Poll::Ready(Ok(len))
    }
}

impl<R> fmt::Debug for OpenAsyncReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAsyncReader").finish_non_exhaustive()
    }
}

/// [`read_front`](super::read_front) of an asynchronous stream.
async fn read_front(message: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, Error> {
    let mut front = Vec::new();
    loop {
        let (start, end) = (front.len(), front_end(&front)?);
        if end <= start {
            Envelope::parse(&front)?;
            return Ok(front);
        }
        front.resize(end, 0);
        let read = poll_fn(|task| Pin::new(&mut *message).poll_read(task, &mut front[start..])).await;
        match read.map_err(|source| Error::Stream { source })? {
            0 => return Err(Error::Open),
            read => front.truncate(start + read),
        }
    }
}
