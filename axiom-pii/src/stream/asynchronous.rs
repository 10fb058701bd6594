//! The same over asynchronous streams, of any runtime.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use futures_io::{AsyncRead, AsyncWrite};

use super::StreamRedactor;
use super::decided::Decided;

/// Redacts what is written, and hands it on, and fails where a value is to be blocked; needs the feature `futures-io`.
///
/// What is held back is written when it is closed: a writer that is merely dropped has not written it.
///
/// ```
/// use axiom_pii::{Scanner, StreamRedactor, stream::RedactingAsyncWriter};
/// use futures_util::io::AsyncWriteExt;
///
/// # pollster::block_on(async {
/// let mut out = Vec::new();
/// let mut writer = RedactingAsyncWriter::new(StreamRedactor::new(Scanner::new()), &mut out);
/// writer.write_all(b"write to bob@exam").await?;
/// writer.write_all(b"ple.com").await?;
/// writer.close().await?;
/// assert_eq!(writer.redactor().findings().len(), 1);
/// assert_eq!(out, b"write to [REDACTED:email]");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct RedactingAsyncWriter<W> {
    redactor: StreamRedactor,
    inner: W,
    decided: Decided,
    ended: bool,
}

impl<W: AsyncWrite + Unpin> RedactingAsyncWriter<W> {
    /// Redacts with `redactor` what goes to `inner`.
    pub fn new(redactor: StreamRedactor, inner: W) -> Self {
        Self { redactor, inner, decided: Decided::default(), ended: false }
    }

    /// The redactor, whose findings can be taken.
    pub const fn redactor(&mut self) -> &mut StreamRedactor {
        &mut self.redactor
    }

    fn poll_drain(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.decided.rest().is_empty() {
            match ready!(Pin::new(&mut self.inner).poll_write(task, self.decided.rest()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.decided.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for RedactingAsyncWriter<W> {
    fn poll_write(mut self: Pin<&mut Self>, task: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(task))?;
        let Self { redactor, decided, .. } = &mut *self;
        redactor.push(buf, decided.empty()).map_err(io::Error::other)?;
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(task))?;
        Pin::new(&mut self.inner).poll_flush(task)
    }

    fn poll_close(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(task))?;
        let Self { redactor, decided, ended, .. } = &mut *self;
        if !*ended {
            *ended = true;
            redactor.finish(decided.empty()).map_err(io::Error::other)?;
        }
        ready!(self.poll_drain(task))?;
        Pin::new(&mut self.inner).poll_close(task)
    }
}

/// Redacts what is read from another reader, and fails where a value is to be blocked; needs the feature `futures-io`.
///
/// ```
/// use axiom_pii::{Scanner, StreamRedactor, stream::RedactingAsyncReader};
/// use futures_util::io::AsyncReadExt;
///
/// # pollster::block_on(async {
/// let redactor = StreamRedactor::new(Scanner::new());
/// let mut reader = RedactingAsyncReader::new(redactor, &b"write to bob@example.com"[..]);
/// let mut text = String::new();
/// reader.read_to_string(&mut text).await?;
/// assert_eq!(text, "write to [REDACTED:email]");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct RedactingAsyncReader<R> {
    redactor: StreamRedactor,
    inner: R,
    chunk: Vec<u8>,
    decided: Decided,
    ended: bool,
}

impl<R: AsyncRead + Unpin> RedactingAsyncReader<R> {
    /// Redacts with `redactor` what comes from `inner`.
    #[must_use]
    pub fn new(redactor: StreamRedactor, inner: R) -> Self {
        Self { redactor, inner, chunk: vec![0; super::CHUNK], decided: Decided::default(), ended: false }
    }

    /// The redactor, whose findings can be taken.
    pub const fn redactor(&mut self) -> &mut StreamRedactor {
        &mut self.redactor
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for RedactingAsyncReader<R> {
    fn poll_read(mut self: Pin<&mut Self>, task: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let Self { redactor, inner, chunk, decided, ended } = &mut *self;
        while decided.rest().is_empty() && !*ended && !buf.is_empty() {
            match ready!(Pin::new(&mut *inner).poll_read(task, chunk))? {
                0 => {
                    *ended = true;
                    redactor.finish(decided.empty()).map_err(io::Error::other)?;
                }
                length => redactor.push(&chunk[..length], decided.empty()).map_err(io::Error::other)?,
            }
        }
        Poll::Ready(Ok(decided.read(buf)))
    }
}
