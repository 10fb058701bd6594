//! Segments: the files that hold the lines of one log, one after another.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::entry::MAX_ENTRY_LEN;
use crate::error::Error;

use super::disk::{Access, Disk, DiskReader};
use super::layout::failed;

/// One file of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The sequence number of its first entry.
    pub(crate) first: u64,
    /// Where it is.
    pub(crate) path: PathBuf,
}

impl Segment {
    pub(crate) fn new(directory: &Path, first: u64) -> Self {
        Self { first, path: directory.join(format!("{first:020}.jsonl")) }
    }

    /// The segments in `directory`, in order; other files there are passed over.
    pub(crate) fn list(disk: &dyn Disk, directory: &Path) -> Result<Vec<Self>, Error> {
        let names = match disk.names(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            names => names.map_err(failed("list", directory))?,
        };
        let firsts = names.iter().filter_map(|name| first_of(name));
        let mut segments: Vec<Self> = firsts.map(|first| Self::new(directory, first)).collect();
        segments.sort_by_key(|segment| segment.first);
        Ok(segments)
    }

    /// Reads from byte `offset` on.
    pub(crate) fn reader(&self, disk: &dyn Disk, offset: u64) -> Result<BufReader<DiskReader>, Error> {
        let file = disk.open(&self.path, Access::Read).map_err(failed("read", &self.path))?;
        Ok(BufReader::with_capacity(1 << 16, DiskReader::new(file, offset)))
    }

    /// The line whose newline is the last byte before `offset`, if there is one, without the newline.
    pub(super) fn line_ending_at(&self, disk: &dyn Disk, offset: u64) -> io::Result<Option<Vec<u8>>> {
        let file = disk.open(&self.path, Access::Read)?;
        // One more than the longest line takes, for the newline before it.
        let start = offset.saturating_sub(MAX_ENTRY_LEN as u64 + 2);
        let mut block = vec![0; usize::try_from(offset - start).map_err(io::Error::other)?];
        file.read_exact_at(&mut block, start)?;
        if block.pop() != Some(b'\n') {
            return Ok(None);
        }
        let line = memchr::memrchr(b'\n', &block).map_or(0, |before| before + 1);
        Ok(Some(block.split_off(line)))
    }
}

/// `00000000000000000042.jsonl` → 42.
fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".jsonl")?;
    let well_formed = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then(|| digits.parse().ok())?
}

/// Reads the next complete line into `line`, without its newline; false at the end of what is complete.
pub(crate) fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    reader.by_ref().take(MAX_ENTRY_LEN as u64 + 1).read_until(b'\n', line)?;
    Ok(line.pop_if(|byte| *byte == b'\n').is_some())
}
