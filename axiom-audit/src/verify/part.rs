//! Parts of a segment, which are read and hashed side by side.

use std::io::{BufRead, Read};

use super::lines::Lines;
use super::stretch::{LineReader, Stretch};
use crate::entry::Links;
use crate::error::Error;
use crate::store::file::disk::Disk;
use crate::store::file::layout::failed;
use crate::store::file::segment::Segment;

/// The lines of a segment that begin between two of its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) segment: &'a Segment,
    /// Which byte comes first; beyond the first part it is most likely within a line of the part before.
    pub(super) start: u64,
    /// The byte behind the last one in which a line may begin.
    pub(super) end: u64,
    /// How many bytes the whole segment has.
    pub(super) len: u64,
}

/// What stands in a [`Part`].
///
/// Its first line is taken for the leaf whose number it bears: that has to be compared with the leaves before.
#[derive(Debug)]
pub(super) struct ReadPart {
    /// Where the first line begins.
    pub(super) start: u64,
    /// Where the last line ends.
    pub(super) end: u64,
    /// Which leaf the first line was taken for; nothing where there is none, or it is no entry.
    pub(super) index: Option<u64>,
    pub(super) stretches: Vec<Stretch>,
}

impl<'a> Part<'a> {
    /// The parts of the first `len` bytes of `segment`, each of about `part_len` bytes: one at the least.
    pub(super) fn of(segment: &'a Segment, len: u64, part_len: u64) -> impl Iterator<Item = Self> {
        (0..len.div_ceil(part_len).max(1)).map(move |number| {
            let start = number * part_len;
            Self { segment, start, end: len.min(start + part_len), len }
        })
    }

    /// Reads the part.
    ///
    /// # Errors
    /// [`Error::Store`] where the segment cannot be read.
    pub(super) fn read(&self, disk: &dyn Disk, mut reader: LineReader) -> Result<ReadPart, Error> {
        let path = &self.segment.path;
        let mut source = self.segment.reader(disk, self.start.saturating_sub(1))?;
        let mut at = self.start;
        if self.start > 0 {
            at = self.start - 1 + source.skip_until(b'\n').map_err(failed("read", path))? as u64;
        }
        let mut part = ReadPart { start: at, end: at, index: None, stretches: Vec::new() };
        let (mut lines, mut block) = (Lines::default(), vec![0; block_len(self.end - self.start)]);
        while at - lines.unfinished() < self.end {
            let len = source.read(&mut block).map_err(failed("read", path))?;
            let bytes = self.own(at, &block[..len]);
            lines.push(bytes, &mut |whole| part.take(&mut reader, whole));
            at += bytes.len() as u64;
            let whole = at - lines.unfinished();
            if len == 0 || (whole > part.start && part.index.is_none()) {
                break;
            }
            part.end = whole;
        }
        Ok(part)
    }

    /// Those of the `bytes` from `at` on that are part of it: up to the end of the line that goes beyond its end.
    fn own<'b>(&self, at: u64, bytes: &'b [u8]) -> &'b [u8] {
        let last = usize::try_from((self.end - 1).saturating_sub(at)).unwrap_or(usize::MAX);
        let newline = bytes.get(last..).and_then(|rest| memchr::memchr(b'\n', rest));
        newline.map_or(bytes, |newline| &bytes[..=last + newline])
    }
}

impl ReadPart {
    /// Reads whole lines, if the number of the first of all is known.
    fn take(&mut self, reader: &mut LineReader, lines: &[u8]) {
        let first = || lines.split(|byte| *byte == b'\n').next().and_then(Links::read).map(|links| links.seq);
        self.index = self.index.or_else(first);
        let read: u64 = self.stretches.iter().map(|stretch| stretch.span.len()).sum();
        if let Some(index) = self.index {
            reader.read(index + read, lines, &mut |stretch| self.stretches.push(stretch));
        }
    }
}

/// How much to read at once: no more than a core keeps close by.
pub(super) fn block_len(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX).clamp(1 << 10, 128 << 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::file::disk::LocalDisk;
    use crate::verify::LogVerifier;
    use crate::verify::sample::{log, origin};

    #[test]
    fn parts_of_a_sound_log_fit_together() {
        let directory = tempfile::tempdir().unwrap();
        let segment = Segment::new(directory.path(), 0);
        let lines = log(12).concat();
        std::fs::write(&segment.path, &lines).unwrap();
        for part_len in (1..lines.len() as u64).step_by(7) {
            let (mut at, mut leaves) = (0, 0);
            for part in Part::of(&segment, lines.len() as u64, part_len) {
                let read = part.read(&LocalDisk, LogVerifier::new(origin()).line_reader()).unwrap();
                if read.index.is_none() {
                    assert_eq!((read.start, read.stretches.len()), (read.end, 0));
                    continue;
                }
                assert_eq!((read.start, read.index), (at, Some(leaves)), "parts of {part_len} bytes");
                at = read.end;
                leaves += read.stretches.iter().map(|stretch| stretch.span.len()).sum::<u64>();
            }
            assert_eq!((at, leaves), (lines.len() as u64, 12));
        }
    }
}
