//! Cuts bytes that come in pieces into whole lines.

use crate::entry::MAX_ENTRY_LEN;

/// Takes bytes in pieces of any size and hands on whole lines, keeping at most one line.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The start of a line whose end has not come yet.
    partial: Vec<u8>,
    /// How long that line is by now; of a line that is too long only the start is kept.
    len: u64,
}

impl Lines {
    /// Takes the next bytes, and hands on whole lines, each with its newline.
    pub(super) fn push(&mut self, bytes: &[u8], take: &mut impl FnMut(&[u8])) {
        let mut rest = bytes;
        if self.len > 0 {
            let Some(end) = memchr::memchr(b'\n', rest) else { return self.keep(rest) };
            self.keep(&rest[..end]);
            self.end(take);
            rest = &rest[end + 1..];
        }
        let (whole, start) = rest.split_at(memchr::memrchr(b'\n', rest).map_or(0, |end| end + 1));
        if !whole.is_empty() {
            take(whole);
        }
        self.keep(start);
    }

    /// How many bytes of a line have come whose end has not.
    pub(super) const fn unfinished(&self) -> u64 {
        self.len
    }

    /// Takes the line that has no end as if it had one.
    pub(super) fn end(&mut self, take: &mut impl FnMut(&[u8])) {
        self.partial.push(b'\n');
        take(&self.partial);
        self.partial.clear();
        self.len = 0;
    }

    /// Keeps the start of a line, up to the length that no entry exceeds.
    fn keep(&mut self, bytes: &[u8]) {
        let room = (MAX_ENTRY_LEN + 1).saturating_sub(self.partial.len());
        self.partial.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.len = self.len.saturating_add(bytes.len() as u64);
    }
}
