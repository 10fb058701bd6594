//! Finds an entry in its segment by number, without reading what stands before it.
//!
//! Every entry ends with its own number, so a segment can be halved again and again, as a sorted file. Nothing is kept
//! for it on disk. Where the lines are not what they should be, the search stops early and the reader goes on from
//! there line by line.

use std::io;

use crate::entry::MAX_ENTRY_LEN;

use super::disk::{Access, Disk, DiskFile};
use super::segment::Segment;

/// Where a line begins, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineStart {
    pub(super) seq: u64,
    pub(super) offset: u64,
}

/// The start of a line of `segment` that is at most 128 KiB before entry `seq`, or the best that can be found.
pub(super) fn line_before(disk: &dyn Disk, segment: &Segment, seq: u64) -> io::Result<LineStart> {
    let mut low = LineStart { seq: segment.first, offset: 0 };
    if seq <= low.seq {
        return Ok(low);
    }
    let file = disk.open(&segment.path, Access::Read)?;
    let mut high = file.length()?;
    let mut block = vec![0; MAX_ENTRY_LEN + 1];
    while high - low.offset > 2 * block.len() as u64 {
        let middle = low.offset + (high - low.offset) / 2;
        match line_after(&*file, middle, &mut block)? {
            Some(found) if found.seq < low.seq || found.offset >= high => break,
            Some(found) if found.seq <= seq => low = found,
            Some(_) => high = middle,
            None => break,
        }
    }
    Ok(low)
}

/// The first line that begins after `offset`; its number follows from the end of the line before it.
fn line_after(file: &dyn DiskFile, offset: u64, block: &mut [u8]) -> io::Result<Option<LineStart>> {
    let mut filled = 0;
    loop {
        // Most lines are short: a few pages are enough.
        let end = block.len().min(filled + STEP);
        let read = file.read_at(&mut block[filled..end], offset + filled as u64)?;
        filled += read;
        if let Some((end, seq)) = line_end(&block[..filled]) {
            return Ok(Some(LineStart { seq: seq + 1, offset: offset + end }));
        }
        if read == 0 {
            return Ok(None);
        }
    }
}

/// How much is read at a time.
const STEP: usize = 4096;

/// Where the first line that ends in `block` ends, with its number; too little of the line before may be there to tell.
fn line_end(block: &[u8]) -> Option<(u64, u64)> {
    let mut from = 0;
    while let Some(at) = block[from..].iter().position(|byte| *byte == b'\n') {
        let newline = from + at;
        if let Some(seq) = number_at_end(&block[..newline]) {
            return Some((newline as u64 + 1, seq));
        }
        from = newline + 1;
    }
    None
}

/// The number that an entry ends with.
fn number_at_end(line: &[u8]) -> Option<u64> {
    let rest = line.strip_suffix(br#","v":1}"#)?;
    let digits = rest.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (rest, digits) = rest.split_at(rest.len() - digits);
    rest.ends_with(br#","seq":"#).then(|| core::str::from_utf8(digits).ok()?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use std::fs;

    use axiom_core::Origin;

    use super::super::disk::LocalDisk;
    use super::*;
    use crate::entry::{PREFIX, genesis, write_suffix};

    /// A segment whose lines have the lengths that `padding` says, beginning with entry 7.
    fn segment(directory: &std::path::Path, padding: impl Fn(u64) -> usize) -> (Segment, Vec<u64>) {
        let origin: Origin = "audit.example.com/9f/material".parse().unwrap();
        let (mut bytes, mut starts) = (Vec::new(), Vec::new());
        for seq in 7..3_000 {
            starts.push(bytes.len() as u64);
            bytes.extend_from_slice(PREFIX);
            bytes.extend_from_slice(format!(r#"{{"a":"{}"}}"#, "x".repeat(padding(seq))).as_bytes());
            write_suffix(&mut bytes, &origin, genesis(&origin), seq);
            bytes.push(b'\n');
        }
        let segment = Segment::new(directory, 7);
        fs::write(&segment.path, bytes).unwrap();
        (segment, starts)
    }

    #[test]
    fn every_entry_is_found_from_nearby() {
        let directory = tempfile::tempdir().unwrap();
        for padding in [|_| 100, |seq: u64| usize::try_from(seq % 5).unwrap() * 9_000] {
            let (segment, starts) = segment(directory.path(), padding);
            let file_len = fs::metadata(&segment.path).unwrap().len();
            for seq in (7..3_000).step_by(13).chain([3_000, u64::MAX]) {
                let found = line_before(&LocalDisk, &segment, seq).unwrap();
                assert_eq!(found.offset, starts[usize::try_from(found.seq - 7).unwrap()], "entry {seq}");
                let wanted = usize::try_from(seq - 7).ok().and_then(|at| starts.get(at)).copied().unwrap_or(file_len);
                assert!(found.seq <= seq && wanted - found.offset <= 4 * 65_536, "entry {seq}: {found:?}");
            }
        }
    }

    #[test]
    fn a_segment_of_something_else_is_read_from_its_start() {
        let directory = tempfile::tempdir().unwrap();
        let segment = Segment::new(directory.path(), 7);
        let other = format!("{}\n", "not an entry ".repeat(10)).repeat(10_000);
        for bytes in [String::new(), "\n".repeat(300_000), "x".repeat(300_000), other] {
            fs::write(&segment.path, bytes).unwrap();
            assert_eq!(line_before(&LocalDisk, &segment, 2_000).unwrap(), LineStart { seq: 7, offset: 0 });
        }
    }
}
