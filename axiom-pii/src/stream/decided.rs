//! What a redactor has put out, until it is written or read.

/// Bytes that are taken piece by piece.
#[derive(Default)]
pub(super) struct Decided {
    bytes: Vec<u8>,
    taken: usize,
}

impl Decided {
    /// What has not been taken.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    /// Counts the next `length` bytes as taken.
    pub(super) const fn advance(&mut self, length: usize) {
        self.taken += length;
    }

    /// Copies what fits into `buf`, and answers how much that is.
    pub(super) fn read(&mut self, buf: &mut [u8]) -> usize {
        let length = buf.len().min(self.rest().len());
        buf[..length].copy_from_slice(&self.rest()[..length]);
        self.advance(length);
        length
    }

    /// The vector for more, now that all has been taken.
    pub(super) fn empty(&mut self) -> &mut Vec<u8> {
        self.bytes.clear();
        self.taken = 0;
        &mut self.bytes
    }
}

impl core::fmt::Debug for Decided {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Decided").field("rest", &self.rest().len()).finish_non_exhaustive()
    }
}
