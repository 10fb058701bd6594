//! Opens the end of a log: where it stops, and what a crash left behind it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use axiom_core::{LogId, Object, Origin, Timestamp, Value};

use super::layout::{Layout, failed, open_regular, private, read_optional, sync_directory};
use super::segment::{Segment, next_line};
use crate::checkpoint::Checkpoint;
use crate::entry::{Links, MAX_ENTRY_LEN, genesis, leaf_hash};
use crate::error::Error;
use crate::note::SignedNote;
use crate::store::Head;

/// The end of a log as it is on disk.
#[derive(Debug)]
pub(super) struct Tail {
    pub(super) head: Head,
    /// The last segment and its length in bytes, if there is one.
    pub(super) segment: Option<(Segment, u64)>,
}

/// What was left of a write that a crash interrupted; it was never acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// The log's name.
    pub log: Origin,
    /// How many bytes were set aside.
    pub bytes: u64,
    /// Where they are now.
    pub kept_in: PathBuf,
}

impl Tail {
    /// Finds the end of `log`. A last line without a newline is not part of it.
    pub(super) fn read(layout: &Layout, log: &LogId) -> Result<(Self, Option<Torn>), Error> {
        let origin = layout.naming().origin(log);
        let Some(segment) = Segment::list(&layout.segments(log))?.pop() else {
            return Ok((Self { head: Head::empty(&origin), segment: None }, None));
        };
        let end = End::read(&segment.path).map_err(failed("read", &segment.path))?;
        let head = match &end.line {
            Some(line) => head_after(line, &origin)?,
            // A segment is made together with its first entries, so an empty one held the torn line alone.
            None => before(layout, log, &segment, &origin)?,
        };
        let torn = (end.torn > 0).then(|| Torn { segment: segment.clone(), complete: end.complete, bytes: end.torn });
        let tail = Self { head, segment: Some((segment, end.complete)) };
        tail.covers(layout, log, &origin)?;
        Ok((tail, torn))
    }

    /// Makes what is there durable, and checks that its last segment is a chain, before anything is linked to it.
    ///
    /// A process that was killed may have left lines that no sync has covered; and a loss of power may have left a gap
    /// before a whole last line.
    pub(super) fn settle(&self, origin: &Origin, segments: &Path) -> Result<(), Error> {
        let Some((segment, _)) = &self.segment else { return Ok(()) };
        let file = private().read(true).write(true).open(&segment.path);
        file.and_then(|file| file.sync_all()).map_err(failed("sync", &segment.path))?;
        sync_directory(segments)?;
        if is_chain(segment, origin)? {
            return Ok(());
        }
        Err(Error::Damaged { log: origin.to_string(), reason: "its last segment is not a chain of entries".into() })
    }

    /// A log that is shorter than its own checkpoint has lost what was acknowledged, and must not go on.
    fn covers(&self, layout: &Layout, log: &LogId, origin: &Origin) -> Result<(), Error> {
        let damaged = |reason: String| Error::Damaged { log: origin.to_string(), reason };
        let Some(note) = read_optional(&layout.checkpoint(log))? else { return Ok(()) };
        let checkpoint = note.parse::<SignedNote>().and_then(|note| note.text().parse::<Checkpoint>());
        let signed = checkpoint.map_err(|error| damaged(error.to_string()))?.size;
        if self.head.size < signed {
            return Err(damaged(format!("{} entries are left of {signed} that were signed", self.head.size)));
        }
        Ok(())
    }
}

/// The last bytes of a segment.
struct End {
    /// The last complete line.
    line: Option<Vec<u8>>,
    /// How many bytes the complete lines take.
    complete: u64,
    /// How many bytes follow them.
    torn: u64,
}

impl End {
    fn read(path: &Path) -> io::Result<Self> {
        let mut file = open_regular(path)?;
        let length = file.metadata()?.len();
        let newline = last_newline(&mut file, length)?;
        let Some(newline) = newline else { return Ok(Self { line: None, complete: 0, torn: length }) };
        let start = last_newline(&mut file, newline)?.map_or(0, |before| before + 1);
        let mut line = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(newline - start).read_to_end(&mut line)?;
        Ok(Self { line: Some(line), complete: newline + 1, torn: length - newline - 1 })
    }
}

/// Where the last newline before byte `end` is.
fn last_newline(file: &mut File, end: u64) -> io::Result<Option<u64>> {
    let mut end = end;
    let mut block = vec![0; MAX_ENTRY_LEN + 1];
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let part = &mut block[..usize::try_from(end - start).unwrap_or(usize::MAX)];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(part)?;
        if let Some(at) = part.iter().rposition(|byte| *byte == b'\n') {
            return Ok(Some(start + at as u64));
        }
        end = start;
    }
    Ok(None)
}

fn head_after(line: &[u8], origin: &Origin) -> Result<Head, Error> {
    let damaged =
        || Error::Damaged { log: origin.to_string(), reason: "its last line is not an entry of this log".into() };
    let links = Links::read(line).filter(|links| links.log == origin.as_str()).ok_or_else(damaged)?;
    Ok(Head { size: links.seq + 1, tip: leaf_hash(line), recorded_at: recorded_at(links.event) })
}

fn recorded_at(event: &[u8]) -> Option<Timestamp> {
    let event: Object = serde_json::from_slice(event).ok()?;
    event.get("recordedAt").and_then(Value::as_str)?.parse().ok()
}

/// The end of the segment before an empty one.
fn before(layout: &Layout, log: &LogId, segment: &Segment, origin: &Origin) -> Result<Head, Error> {
    let mut earlier = Segment::list(&layout.segments(log))?;
    earlier.retain(|other| other.first < segment.first);
    let Some(earlier) = earlier.pop() else { return Ok(Head::empty(origin)) };
    let end = End::read(&earlier.path).map_err(failed("read", &earlier.path))?;
    head_after(&end.line.unwrap_or_default(), origin)
}

/// Whether the lines of `segment` are entries of this log, each linked to the one before.
fn is_chain(segment: &Segment, origin: &Origin) -> Result<bool, Error> {
    let mut reader = segment.reader(0)?;
    let (mut line, mut seq) = (Vec::new(), segment.first);
    let mut prev = (segment.first == 0).then(|| genesis(origin));
    while next_line(&mut reader, &mut line).map_err(failed("read", &segment.path))? {
        let linked = Links::read(&line).is_some_and(|links| {
            links.log == origin.as_str() && links.seq == seq && prev.is_none_or(|prev| prev == links.prev)
        });
        if !linked {
            return Ok(false);
        }
        prev = Some(leaf_hash(&line));
        seq += 1;
    }
    Ok(true)
}

/// An incomplete last line.
#[derive(Debug)]
pub(super) struct Torn {
    segment: Segment,
    complete: u64,
    bytes: u64,
}

impl Torn {
    /// Copies the incomplete line aside and cuts it off.
    pub(super) fn set_aside(&self, log: &Origin) -> Result<Recovery, Error> {
        let mut file =
            private().read(true).write(true).open(&self.segment.path).map_err(failed("open", &self.segment.path))?;
        let kept_in = self.copy(&mut file).map_err(failed("recover", &self.segment.path))?;
        // The copy has its name for good before the original goes.
        kept_in.parent().map_or(Ok(()), sync_directory)?;
        let cut = file.set_len(self.complete).and_then(|()| file.sync_all());
        cut.map_err(failed("recover", &self.segment.path))?;
        Ok(Recovery { log: log.clone(), bytes: self.bytes, kept_in })
    }

    /// Copies the incomplete line to a file of its own, beside those of earlier crashes.
    fn copy(&self, file: &mut File) -> io::Result<PathBuf> {
        let name = |count: u32| self.segment.path.with_extension(format!("torn-{}-{count}", self.complete));
        let kept_in = (0..).map(name).find(|path| !path.exists()).expect("there are more names than crashes");
        let mut copy = private().write(true).create_new(true).open(&kept_in)?;
        file.seek(SeekFrom::Start(self.complete))?;
        io::copy(file, &mut copy)?;
        copy.sync_all()?;
        Ok(kept_in)
    }
}
