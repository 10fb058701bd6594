//! Outside bytes, read in pieces whose lengths they state themselves.

use std::io::{self, Read};

use crate::error::Error;

/// A source of bytes, and what has been read of it so far: the tag of a header covers exactly that.
pub(super) struct Transcript<R> {
    source: R,
    bytes: Vec<u8>,
}

impl<R: Read> Transcript<R> {
    pub(super) const fn new(source: R) -> Self {
        Self { source, bytes: Vec::new() }
    }

    /// The next bytes. A length that lies costs no more memory than there are bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&[u8], Error> {
        let start = self.bytes.len();
        take(&mut self.source, length as u64, &mut self.bytes)?;
        Ok(&self.bytes[start..])
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        Ok(self.take(N)?.try_into().expect("as many bytes as asked for"))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    /// The next bytes, after their length in two bytes.
    pub(super) fn prefixed(&mut self) -> Result<&[u8], Error> {
        let length = self.u16()?;
        self.take(length.into())
    }

    /// The source, and what has been read of it.
    pub(super) fn finish(self) -> (R, Vec<u8>) {
        (self.source, self.bytes)
    }
}

/// Appends the next `length` bytes of `source`; a source that ends before is a damaged message.
pub(super) fn take(source: &mut impl Read, length: u64, bytes: &mut Vec<u8>) -> Result<(), Error> {
    let read = source.take(length).read_to_end(bytes).map_err(stream)?;
    if read as u64 == length { Ok(()) } else { Err(Error::Open) }
}

/// The next `N` bytes of `source`.
pub(super) fn array<const N: usize>(source: &mut impl Read) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    match source.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(Error::Open),
        Err(error) => Err(stream(error)),
    }
}

/// As many bytes as there are, up to the length of `buffer`.
pub(super) fn fill(source: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(stream(error)),
        }
    }
    Ok(filled)
}

pub(super) fn stream(source: io::Error) -> Error {
    Error::Stream { source }
}
