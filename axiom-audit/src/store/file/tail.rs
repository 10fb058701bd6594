//! Finds the end of a log: where it stops, and what a crash left behind it.

use std::io;
use std::path::PathBuf;

use axiom_core::{Digest, LogId, Object, Origin, Timestamp, Value};

use super::disk::{Access, Disk};
use super::layout::{Layout, failed, read_small};
use super::segment::{Segment, next_line};
use super::tree::Tree;
use crate::checkpoint::Checkpoint;
use crate::entry::{Links, MAX_ENTRY_LEN, leaf_hash};
use crate::error::Error;
use crate::merkle::Frontier;
use crate::note::SignedNote;
use crate::store::Head;

/// The end of a log as its segments have it.
#[derive(Debug)]
pub(super) struct Tail {
    pub(super) head: Head,
    pub(super) frontier: Frontier,
    /// How far the hash tiles reach.
    pub(super) tree: Tree,
    /// The last segment, if there is one, and how many bytes of it are complete lines.
    pub(super) segment: Option<Segment>,
    pub(super) length: u64,
    /// How many bytes follow what the tiles reach.
    pub(super) untiled: u64,
    pub(super) torn: Option<Torn>,
}

/// What was left of a write that a crash interrupted; it was never acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// The log's name; the host's, where the write was for several logs.
    pub log: Origin,
    /// How many bytes were set aside.
    pub bytes: u64,
    /// Where they are now.
    pub kept_in: PathBuf,
}

impl Tail {
    /// Reads what follows the hash tiles, and checks that it is a chain. A last line without a newline is not part of
    /// it.
    pub(super) fn read(layout: &Layout, log: &LogId) -> Result<Self, Error> {
        let origin = layout.naming().origin(log);
        // Before the entries: what is signed while they are read may cover more than was found.
        let signed = signed_size(layout, log, &origin)?;
        let tree = Tree::load(layout, log, &origin)?;
        let mut tail = Self {
            head: tree.head(),
            frontier: tree.frontier().clone(),
            segment: None,
            length: tree.offset(),
            untiled: 0,
            torn: None,
            tree,
        };
        let mut segments = Segment::list(layout.disk(), &layout.segments(log))?;
        segments.retain(|segment| segment.first >= tail.tree.segment());
        let last = segments.len();
        for (number, segment) in (1..).zip(segments) {
            tail.follow(layout.disk(), segment, &origin, number == last)?;
        }
        check_signed(&origin, tail.head.size, signed)?;
        let (size, claimed) = (tail.head.size, tail.tree.claimed());
        if size < claimed {
            let reason = format!("{size} entries are left of {claimed} that its hash tiles cover");
            return Err(Error::Damaged { log: origin.to_string(), reason });
        }
        Ok(tail)
    }

    /// Goes on with the entries of the next segment.
    fn follow(&mut self, disk: &dyn Disk, segment: Segment, origin: &Origin, is_last: bool) -> Result<(), Error> {
        let damaged = |reason: &str| Error::Damaged { log: origin.to_string(), reason: reason.into() };
        let goes_on = segment.first == self.tree.segment() && self.segment.is_none();
        if !goes_on {
            if segment.first != self.head.size {
                return Err(damaged("a segment is missing or misnamed"));
            }
            self.length = 0;
        }
        let (mut reader, mut line, mut last) = (segment.reader(disk, self.length)?, Vec::new(), Vec::new());
        while next_line(&mut reader, &mut line).map_err(failed("read", &segment.path))? {
            let linked = Links::read(&line).is_some_and(|links| {
                links.log == origin.as_str() && links.seq == self.head.size && links.prev == self.head.tip
            });
            if !linked {
                return Err(damaged("its last segment is not a chain of entries"));
            }
            self.push(leaf_hash(&line));
            self.length += line.len() as u64 + 1;
            self.untiled += line.len() as u64 + 1;
            core::mem::swap(&mut line, &mut last);
        }
        if !last.is_empty() {
            self.head.recorded_at = recorded_at(&last);
        }
        self.torn = Torn::find(disk, &segment, self.length).map_err(failed("read", &segment.path))?;
        match &self.torn {
            Some(torn) if !is_last || torn.bytes > MAX_ENTRY_LEN as u64 => {
                return Err(damaged("a line in the middle of it has no end"));
            }
            _ => self.segment = Some(segment),
        }
        Ok(())
    }

    fn push(&mut self, hash: Digest) {
        self.frontier.push(hash);
        self.head.tip = hash;
        self.head.size += 1;
    }
}

/// Where the segments of a log end, for who only reads it: whether they are a chain is for the verifier to say.
pub(super) fn head(layout: &Layout, log: &LogId) -> Result<Head, Error> {
    let origin = layout.naming().origin(log);
    let signed = signed_size(layout, log, &origin)?;
    let mut head = Head::empty(&origin);
    for segment in Segment::list(layout.disk(), &layout.segments(log))?.iter().rev() {
        if let Some(line) = last_line(layout.disk(), segment)? {
            let links = Links::read(&line).filter(|links| links.log == origin.as_str());
            let seq = links.map(|links| links.seq).ok_or_else(|| {
                let reason = "its last line is not an entry of this log".into();
                Error::Damaged { log: origin.to_string(), reason }
            })?;
            head = Head { size: seq + 1, tip: leaf_hash(&line), recorded_at: recorded_at(&line) };
            break;
        }
    }
    check_signed(&origin, head.size, signed)?;
    Ok(head)
}

/// The last complete line of a segment, of which an incomplete one may follow.
fn last_line(disk: &dyn Disk, segment: &Segment) -> Result<Option<Vec<u8>>, Error> {
    let read = || -> io::Result<Vec<u8>> {
        let file = disk.open(&segment.path, Access::Read)?;
        let length = file.length()?;
        let start = length.saturating_sub(2 * (MAX_ENTRY_LEN as u64 + 1));
        let mut end = vec![0; usize::try_from(length - start).map_err(io::Error::other)?];
        file.read_exact_at(&mut end, start)?;
        Ok(end)
    };
    let end = read().map_err(failed("read", &segment.path))?;
    let Some(newline) = memchr::memrchr(b'\n', &end) else { return Ok(None) };
    let start = memchr::memrchr(b'\n', &end[..newline]).map_or(0, |before| before + 1);
    Ok(Some(end[start..newline].to_vec()))
}

/// A log that is shorter than its own checkpoint has lost what was acknowledged, and must not go on.
fn check_signed(origin: &Origin, size: u64, signed: u64) -> Result<(), Error> {
    if size >= signed {
        return Ok(());
    }
    let reason = format!("{size} entries are left of {signed} that were signed");
    Err(Error::Damaged { log: origin.to_string(), reason })
}

/// How many entries the checkpoint that lies beside the log covers.
fn signed_size(layout: &Layout, log: &LogId, origin: &Origin) -> Result<u64, Error> {
    let Some(note) = read_small(layout.disk(), &layout.checkpoint(log))? else { return Ok(0) };
    let checkpoint = note.parse::<SignedNote>().and_then(|note| note.text().parse::<Checkpoint>());
    let size = checkpoint.map(|checkpoint| checkpoint.size);
    size.map_err(|error| Error::Damaged { log: origin.to_string(), reason: error.to_string() })
}

/// When the entry was recorded, as it says itself.
pub(super) fn recorded_at(line: &[u8]) -> Option<Timestamp> {
    let event: Object = serde_json::from_slice(Links::read(line)?.event).ok()?;
    event.get("recordedAt").and_then(Value::as_str)?.parse().ok()
}

/// An incomplete last line.
#[derive(Debug)]
pub(super) struct Torn {
    segment: Segment,
    complete: u64,
    bytes: u64,
}

impl Torn {
    fn find(disk: &dyn Disk, segment: &Segment, complete: u64) -> io::Result<Option<Self>> {
        let length = disk.open(&segment.path, Access::Read)?.length()?;
        Ok((length > complete).then(|| Self { segment: segment.clone(), complete, bytes: length - complete }))
    }

    /// Copies the incomplete line aside and cuts it off.
    pub(super) fn set_aside(&self, disk: &dyn Disk, log: &Origin) -> Result<Recovery, Error> {
        let path = &self.segment.path;
        let cut = || -> io::Result<PathBuf> {
            let file = disk.open(path, Access::Write)?;
            let aside = |count| path.with_extension(format!("torn-{}-{count}", self.complete));
            let kept_in = keep(disk, &*file, self.complete, self.bytes, &aside)?;
            file.set_length(self.complete)?;
            file.sync()?;
            Ok(kept_in)
        };
        let kept_in = cut().map_err(failed("recover", path))?;
        Ok(Recovery { log: log.clone(), bytes: self.bytes, kept_in })
    }
}

/// Copies a part of a file to one of its own, beside those of earlier crashes, for good.
pub(super) fn keep(
    disk: &dyn Disk,
    file: &dyn super::disk::DiskFile,
    offset: u64,
    bytes: u64,
    name: &dyn Fn(u32) -> PathBuf,
) -> io::Result<PathBuf> {
    let kept_in = (0..).map(name).find(|path| disk.kind(path).is_none()).expect("there are more names than crashes");
    let mut part = vec![0; usize::try_from(bytes).map_err(io::Error::other)?];
    file.read_exact_at(&mut part, offset)?;
    let copy = disk.open(&kept_in, Access::Create)?;
    copy.write_all_at(&part, 0)?;
    copy.sync()?;
    kept_in.parent().map_or(Ok(()), |directory| disk.sync_names(directory))?;
    Ok(kept_in)
}
