//! The journal: where entries of all logs become durable together, before they reach the segments.
//!
//! A batch is one *frame*, however many logs it is for, and one `fdatasync`. There are two files, `journal.0` and
//! `journal.1`. One is written; once it is full and everything in the other has reached the segments for good, the
//! other is written over from its start. Both are written with zeros before they are used, so that a frame changes no
//! metadata and a sync is a single write of the disk.
//!
//! ```text
//! page 0      axiom-journal/1 <generation, 20 digits>\n
//! page 1…     frame, padded with zeros to a multiple of the page size, and so on
//! frame       axiom-frame/1 <generation, 20> <number, 10> <parts, 10> <bytes, 12> <digest, 64 hex>\n
//!             one line of JSON a part: log, segment, byte offset, first seq, entries, bytes, tip
//!             the lines of all parts
//! ```
//!
//! Pages have 4,096 bytes. `bytes` is the length of the frame without its padding. The digest is SHA-256 over the
//! frame's first line without it and the lines of the parts; the tip of a part is the leaf hash of its last entry, and
//! each entry holds the hash of the one before. So the digest covers every byte, and none is hashed twice. No page that
//! was acknowledged is ever written again before all it holds is durable elsewhere.
//!
//! A part says which bytes belong where in which segment: writing it again changes nothing.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axiom_core::{Digest, LogId};
use serde::{Deserialize, Serialize};

use super::disk::{Access, Disk, DiskFile};
use super::layout::failed;
use crate::entry::{Links, leaf_hash};
use crate::error::Error;

/// Bytes for one log in a frame, and where they belong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    organization: String,
    stream: String,
    /// The first sequence number of the segment.
    pub(crate) segment: u64,
    /// Where in the segment the bytes belong.
    pub(crate) offset: u64,
    /// The sequence number of the first entry.
    pub(crate) seq: u64,
    /// How many entries there are.
    pub(crate) entries: u64,
    /// How many bytes they take, newlines included.
    pub(crate) bytes: u64,
    tip: String,
}

impl Part {
    /// Lines for `log` that belong to the segment that begins with the entry `segment`, at byte `offset` of it.
    pub(crate) fn new(log: &LogId, segment: u64, offset: u64, seq: u64, lines: Lines) -> Self {
        let (organization, stream) = (log.organization.as_str().into(), log.stream.as_str().into());
        let Lines { entries, bytes, tip } = lines;
        Self { organization, stream, segment, offset, seq, entries, bytes, tip: tip.to_string() }
    }

    /// The log, if the part names one.
    pub(crate) fn log(&self) -> Option<LogId> {
        Some(LogId::new(self.organization.parse().ok()?, self.stream.parse().ok()?))
    }

    /// Whether `lines` are what was written: each holds the hash of the one before, and the last has that of the part.
    fn covers(&self, lines: &[u8]) -> bool {
        let (mut next, mut hash) = (self.seq, None);
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let Some(line) = line.strip_suffix(b"\n") else { return false };
            let linked = Links::read(line)
                .is_some_and(|links| links.seq == next && hash.is_none_or(|hash: Digest| hash == links.prev));
            if !linked {
                return false;
            }
            hash = Some(leaf_hash(line));
            next += 1;
        }
        next - self.seq == self.entries && hash.is_some_and(|hash| hash.to_string() == self.tip)
    }
}

/// What a part says of its lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines {
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
    pub(crate) tip: Digest,
}

/// The journal, open for writing.
#[derive(Debug)]
pub(super) struct Journal {
    directory: PathBuf,
    /// The length at which a file gets no more frames.
    full: u64,
    /// The file that is written, and the other one once there is one.
    current: JournalFile,
    other: Option<JournalFile>,
    generation: u64,
    number: u64,
    /// Where the next frame begins.
    position: u64,
}

#[derive(Debug)]
struct JournalFile {
    file: Arc<dyn DiskFile>,
    length: u64,
}

/// Where the lines of a frame stand in the journal.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) file: Arc<dyn DiskFile>,
    /// Where the lines of the frame's first part begin.
    pub(super) offset: u64,
}

impl Journal {
    /// The length at which a file gets no more frames, unless told otherwise.
    pub(super) const FILE_LEN: u64 = 16 << 20;
    /// The length of a new file.
    const FIRST_LEN: u64 = 1 << 16;

    /// Makes a new journal in `directory`, where there is none.
    pub(super) fn create(disk: &dyn Disk, directory: &Path, full: u64) -> Result<Self, Failure> {
        let current = JournalFile::create(disk, directory, 0)?;
        current.begin(1)?;
        Ok(Self { directory: directory.into(), full, current, other: None, generation: 1, number: 0, position: PAGE })
    }

    /// Whether a frame with these parts fits into the file that is being written.
    pub(super) fn has_room(&self, parts: &[Part]) -> bool {
        let bytes: u64 = parts.iter().map(|part| part.bytes + MAX_PART).sum();
        self.position == PAGE || self.position + padded(bytes + HEADER_LEN as u64) <= self.full
    }

    /// Goes on in the other file, in which nothing may be needed any more.
    pub(super) fn turn(&mut self, disk: &dyn Disk) -> Result<(), Failure> {
        let generation = self.generation + 1;
        let next = match self.other.take() {
            Some(next) => next,
            None => JournalFile::create(disk, &self.directory, 1)?,
        };
        let begun = next.begin(generation);
        self.other = Some(next);
        begun?;
        core::mem::swap(&mut self.current, self.other.as_mut().expect("it was just put there"));
        (self.generation, self.number, self.position) = (generation, 0, PAGE);
        Ok(())
    }

    /// Begins a frame with these parts in `frame`; their lines are to be added in the same order.
    pub(super) fn begin(&self, parts: &[Part], frame: &mut Vec<u8>) {
        frame.clear();
        frame.resize(HEADER_LEN, 0);
        for part in parts {
            serde_json::to_writer(&mut *frame, part).expect("a part has string keys and no floats");
            frame.push(b'\n');
        }
        let lines: u64 = parts.iter().map(|part| part.bytes).sum();
        let front = header(self.generation, self.number, parts.len() as u64, frame.len() as u64 + lines);
        let digest = Digest::of(&[front.as_bytes(), &frame[HEADER_LEN..]]);
        frame[..front.len()].copy_from_slice(front.as_bytes());
        frame[front.len()..HEADER_LEN - 1].copy_from_slice(&digest.to_hex());
        frame[HEADER_LEN - 1] = b'\n';
    }

    /// Makes a frame durable, and returns where its `lines` bytes of lines stand.
    ///
    /// If the write fails nothing has changed, and the next frame takes its place.
    pub(super) fn write(&mut self, frame: &mut Vec<u8>, lines: u64) -> Result<Place, Failure> {
        let offset = self.position + frame.len() as u64 - lines;
        pad(frame);
        let end = self.position + frame.len() as u64;
        self.current.grow(end, self.full)?;
        self.current.write(frame, self.position)?;
        self.position = end;
        self.number += 1;
        Ok(Place { file: self.current.file.clone(), offset })
    }

    /// Counts how often the journal has turned to its other file.
    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    /// Removes the journal's files, once nothing in them is needed any more.
    pub(super) fn remove(disk: &dyn Disk, directory: &Path) -> Result<(), Error> {
        let mut removed = false;
        for path in paths(directory) {
            match disk.remove(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed("remove", &path)(error)),
                Ok(()) => removed = true,
            }
        }
        if removed {
            disk.sync_names(directory).map_err(failed("sync", directory))?;
        }
        Ok(())
    }
}

/// Why the journal was not written.
#[derive(Debug)]
pub(super) enum Failure {
    /// Something did not get to the file as a whole.
    Write(io::Error),
    /// It did, and it is unknown whether it is durable.
    Sync(io::Error),
}

impl Failure {
    /// Whether there is no room, and nothing else is wrong.
    pub(super) fn is_no_room(&self) -> bool {
        let no_room = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge];
        matches!(self, Self::Write(error) if no_room.contains(&error.kind()))
    }
}

impl JournalFile {
    fn create(disk: &dyn Disk, directory: &Path, index: usize) -> Result<Self, Failure> {
        let file = disk.open(&paths(directory)[index], Access::Create).map_err(Failure::Write)?.into();
        let mut file = Self { file, length: 0 };
        file.grow(Journal::FIRST_LEN, Journal::FIRST_LEN)?;
        disk.sync_names(directory).map_err(Failure::Sync)?;
        Ok(file)
    }

    /// Writes the first page: from now on frames of other generations do not count.
    fn begin(&self, generation: u64) -> Result<(), Failure> {
        let mut header = format!("{FILE_MARK}{generation:020}\n").into_bytes();
        pad(&mut header);
        self.write(&header, 0)
    }

    fn write(&self, bytes: &[u8], offset: u64) -> Result<(), Failure> {
        self.file.write_all_at(bytes, offset).map_err(Failure::Write)?;
        self.file.sync().map_err(Failure::Sync)
    }

    /// Fills the file with zeros up to `end` at least: at first little, then twice as much each time, up to `full`.
    ///
    /// Where there is no room for so much, it takes what it needs and no more.
    fn grow(&mut self, end: u64, full: u64) -> Result<(), Failure> {
        if end <= self.length {
            return Ok(());
        }
        let wished = (self.length * 2).clamp(Journal::FIRST_LEN, full.max(Journal::FIRST_LEN)).max(end);
        self.fill(wished).or_else(|failure| if failure.is_no_room() { self.fill(end) } else { Err(failure) })
    }

    /// Fills the file with zeros up to `end`, or gives back what it took.
    fn fill(&mut self, end: u64) -> Result<(), Failure> {
        let zeros = vec![0; usize::try_from(end - self.length).unwrap_or(usize::MAX).min(1 << 18)];
        let mut written = self.length;
        while written < end {
            let chunk = usize::try_from(end - written).unwrap_or(usize::MAX).min(zeros.len());
            if let Err(error) = self.file.write_all_at(&zeros[..chunk], written) {
                self.file.set_length(self.length).map_err(Failure::Write)?;
                return Err(Failure::Write(error));
            }
            written += chunk as u64;
        }
        self.file.sync().map_err(Failure::Sync)?;
        self.length = end;
        Ok(())
    }
}

/// A frame as it was read, with the lines of each part.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) parts: Vec<(Part, &'a [u8])>,
}

/// How a journal file ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// After its last frame.
    Clean,
    /// In a frame that was not written as a whole, so never acknowledged.
    Torn {
        position: u64,
        /// How long it would have been.
        bytes: u64,
    },
}

/// Hands all frames of the journal in `directory` to `visit`, oldest first. Returns what is left of each file.
pub(crate) fn each_frame(
    disk: &dyn Disk,
    directory: &Path,
    visit: &mut dyn FnMut(Frame<'_>) -> Result<(), Error>,
) -> Result<Vec<Rest>, Error> {
    let mut files = Vec::new();
    for path in paths(directory) {
        let file = match disk.open(&path, Access::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            file => file.map_err(failed("read", &path))?,
        };
        if let Some(generation) = generation(&*file).map_err(failed("read", &path))? {
            files.push((generation.ok_or_else(|| damaged(&path))?, path, file));
        }
    }
    files.sort_by_key(|(generation, ..)| *generation);
    let read = |(generation, path, file)| {
        let mut rest = Rest { generation, path, file, number: 0, position: PAGE };
        rest.each_frame(visit)?;
        Ok(rest)
    };
    files.into_iter().map(read).collect()
}

/// The generation of a file: nothing if it was never used, and nothing within if that cannot be told.
fn generation(file: &dyn DiskFile) -> io::Result<Option<Option<u64>>> {
    let mut first = vec![0; FILE_MARK.len() + 21];
    if file.length()? < PAGE {
        return Ok(None);
    }
    file.read_exact_at(&mut first, 0)?;
    if first.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let text = core::str::from_utf8(&first).ok();
    let number = text.and_then(|text| text.strip_prefix(FILE_MARK)?.strip_suffix('\n'));
    Ok(Some(number.and_then(|number| number.parse().ok())))
}

/// A file of the journal, from some frame on.
#[derive(Debug)]
pub(crate) struct Rest {
    generation: u64,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    /// The number of the next frame, and where it begins.
    number: u64,
    position: u64,
}

impl Rest {
    fn each_frame(&mut self, visit: &mut dyn FnMut(Frame<'_>) -> Result<(), Error>) -> Result<(), Error> {
        let (length, mut bytes) = (self.length()?, Vec::new());
        while let Some(parts) = self.load(self.position, self.number, length, &mut bytes)? {
            let Some(frame) = split(parts, &bytes) else { break };
            visit(frame)?;
            self.position += padded(bytes.len() as u64);
            self.number += 1;
        }
        Ok(())
    }

    /// The path of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What stands where no frame follows: nothing, or one that was torn.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a later frame is there, so that the one that is missing had been acknowledged.
    pub(crate) fn end(&self) -> Result<End, Error> {
        let (length, mut bytes) = (self.length()?, Vec::new());
        for later in (self.position + PAGE..length).step_by(PAGE as usize) {
            let follows = self.header(later, length)?.filter(|found| found.number > self.number);
            if let Some(found) = follows
                && let Some(parts) = self.load(later, found.number, length, &mut bytes)?
                && split(parts, &bytes).is_some()
            {
                return Err(damaged(&self.path));
            }
        }
        let torn = self.header(self.position, length)?.filter(|found| found.number == self.number);
        let bytes = |torn: Header| torn.bytes.min(length - self.position);
        Ok(torn.map_or(End::Clean, |torn| End::Torn { position: self.position, bytes: bytes(torn) }))
    }

    fn length(&self) -> Result<u64, Error> {
        self.file.length().map_err(failed("read", &self.path))
    }

    /// The first line of the frame at `position`, if there is one of this generation.
    fn header(&self, position: u64, length: u64) -> Result<Option<Header>, Error> {
        let mut line = [0; HEADER_LEN];
        if position + PAGE > length {
            return Ok(None);
        }
        self.file.read_exact_at(&mut line, position).map_err(failed("read", &self.path))?;
        Ok(Header::read(&line).filter(|found| found.generation == self.generation))
    }

    /// Reads the frame at `position`, if it is the one with that number; its content is not checked yet.
    fn load(&self, position: u64, number: u64, length: u64, bytes: &mut Vec<u8>) -> Result<Option<u64>, Error> {
        let fits =
            |found: &Header| found.number == number && (HEADER_LEN as u64..=length - position).contains(&found.bytes);
        let Some(found) = self.header(position, length)?.filter(fits) else { return Ok(None) };
        bytes.resize(usize::try_from(found.bytes).unwrap_or(usize::MAX), 0);
        self.file.read_exact_at(bytes, position).map_err(failed("read", &self.path))?;
        Ok(Some(found.parts))
    }
}

/// The first line of a frame.
struct Header {
    generation: u64,
    number: u64,
    parts: u64,
    bytes: u64,
}

impl Header {
    fn read(line: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(line).ok()?.strip_prefix(FRAME_MARK)?.strip_suffix('\n')?;
        let mut numbers = text.split(' ').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        let read = Self { generation: next()?, number: next()?, parts: next()?, bytes: next()? };
        // Written again it must be the same, so that one frame has one form.
        header(read.generation, read.number, read.parts, read.bytes)
            .as_bytes()
            .eq(&line[..HEADER_LEN - 65])
            .then_some(read)
    }
}

/// The first line of a frame, up to its digest.
fn header(generation: u64, number: u64, parts: u64, bytes: u64) -> String {
    format!("{FRAME_MARK}{generation:020} {number:010} {parts:010} {bytes:012} ")
}

/// Splits a frame into its parts, if every byte of it is as it was written.
fn split(parts: u64, frame: &[u8]) -> Option<Frame<'_>> {
    let mut rest = frame.get(HEADER_LEN..)?;
    let mut table = Vec::new();
    for _ in 0..parts {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        table.push(serde_json::from_slice::<Part>(&rest[..end]).ok()?);
        rest = &rest[end + 1..];
    }
    let digest = Digest::of(&[&frame[..HEADER_LEN - 65], &frame[HEADER_LEN..frame.len() - rest.len()]]);
    if digest.to_hex() != frame[HEADER_LEN - 65..HEADER_LEN - 1] {
        return None;
    }
    let mut split = Vec::with_capacity(table.len());
    for part in table {
        let (lines, after) = rest.split_at_checked(usize::try_from(part.bytes).ok()?)?;
        part.covers(lines).then_some(())?;
        split.push((part, lines));
        rest = after;
    }
    rest.is_empty().then_some(Frame { parts: split })
}

/// The two files.
pub(super) fn paths(directory: &Path) -> [PathBuf; 2] {
    [directory.join("journal.0"), directory.join("journal.1")]
}

fn damaged(path: &Path) -> Error {
    let reason = "what was acknowledged is not as it was written; restore the file, or verify the logs and remove it";
    Error::Damaged { log: path.display().to_string(), reason: reason.into() }
}

/// Fills up the last page with zeros.
fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(usize::try_from(padded(bytes.len() as u64)).unwrap_or(usize::MAX), 0);
}

/// The length in whole pages.
const fn padded(bytes: u64) -> u64 {
    bytes.next_multiple_of(PAGE)
}

const PAGE: u64 = 4096;
const FILE_MARK: &str = "axiom-journal/1 ";
const FRAME_MARK: &str = "axiom-frame/1 ";
/// The length of a frame's first line: mark, four numbers, digest, newline.
const HEADER_LEN: usize = FRAME_MARK.len() + 21 + 11 + 11 + 13 + 65;
/// The longest line of a part: two names of 128 bytes at the most, five numbers and a hash.
const MAX_PART: u64 = 1024;

#[cfg(test)]
mod tests {
    use std::fs;

    use axiom_core::{LogId, Origin, Stream};
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::super::disk::LocalDisk;
    use super::*;
    use crate::entry::{PREFIX, genesis, write_suffix};

    fn log(name: &str) -> LogId {
        LogId::new(name.parse().unwrap(), Stream::Material)
    }

    /// The lines of `count` entries, and what a part says of them.
    fn lines(count: u64) -> (Vec<u8>, Lines) {
        let origin: Origin = "audit.example.com/9f/material".parse().unwrap();
        let (mut bytes, mut tip) = (Vec::new(), genesis(&origin));
        for seq in 0..count {
            let mut line = [PREFIX, b"{}"].concat();
            write_suffix(&mut line, &origin, tip, seq);
            tip = leaf_hash(&line);
            bytes.extend_from_slice(&line);
            bytes.push(b'\n');
        }
        let said = Lines { entries: count, bytes: bytes.len() as u64, tip };
        (bytes, said)
    }

    fn write(journal: &mut Journal, shares: &[(&str, u64)]) {
        let parts = shares.iter().map(|(name, count)| Part::new(&log(name), 0, 0, 0, lines(*count).1));
        let parts: Vec<Part> = parts.collect();
        let mut frame = Vec::new();
        journal.begin(&parts, &mut frame);
        shares.iter().for_each(|(_, count)| frame.extend_from_slice(&lines(*count).0));
        journal.write(&mut frame, parts.iter().map(|part| part.bytes).sum()).unwrap();
    }

    fn journal() -> (TempDir, Journal) {
        let directory = tempfile::tempdir().unwrap();
        let journal = Journal::create(&LocalDisk, directory.path(), 1 << 16).unwrap();
        (directory, journal)
    }

    /// Which logs' parts there are, with how many entries.
    type Parts = Vec<(LogId, u64)>;

    /// What is read, and how the files end.
    fn read(directory: &Path) -> Result<(Parts, Vec<End>), Error> {
        let mut found = Vec::new();
        let rests = each_frame(&LocalDisk, directory, &mut |frame| {
            found.extend(frame.parts.iter().map(|(part, _)| (part.log().unwrap(), part.entries)));
            Ok(())
        })?;
        Ok((found, rests.iter().map(Rest::end).collect::<Result<_, _>>()?))
    }

    #[test]
    fn what_is_written_is_read() {
        let (directory, mut journal) = journal();
        write(&mut journal, &[("acme", 2), ("globex", 1)]);
        journal.turn(&LocalDisk).unwrap();
        write(&mut journal, &[("acme", 40)]);
        let (found, ends) = read(directory.path()).unwrap();
        assert_eq!(found, [(log("acme"), 2), (log("globex"), 1), (log("acme"), 40)]);
        assert_eq!(ends, [End::Clean, End::Clean]);
    }

    #[test]
    fn a_file_is_written_over_and_what_it_held_does_not_count_any_more() {
        let (directory, mut journal) = journal();
        for name in ["a", "b", "c"] {
            for _ in 0..3 {
                write(&mut journal, &[(name, 1)]);
            }
            journal.turn(&LocalDisk).unwrap();
        }
        write(&mut journal, &[("d", 1)]);
        let (found, ends) = read(directory.path()).unwrap();
        let names: Vec<_> = found.iter().map(|(log, _)| log.organization.as_str()).collect();
        assert_eq!(names, ["c", "c", "c", "d"]);
        assert_eq!(ends, [End::Clean, End::Clean]);
    }

    /// A file on a disk that has no room for more than so many bytes of it.
    #[derive(Debug)]
    struct Cramped(Box<dyn DiskFile>, u64);

    impl DiskFile for Cramped {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            self.0.read_at(buffer, offset)
        }

        fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
            let fits = usize::try_from(self.1.saturating_sub(offset)).unwrap().min(bytes.len());
            self.0.write_all_at(&bytes[..fits], offset)?;
            if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }

        fn length(&self) -> io::Result<u64> {
            self.0.length()
        }

        fn set_length(&self, length: u64) -> io::Result<()> {
            self.0.set_length(length)
        }

        fn sync(&self) -> io::Result<()> {
            self.0.sync()
        }
    }

    #[test]
    fn where_room_is_short_a_file_takes_what_a_frame_needs() {
        let directory = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(&LocalDisk, directory.path(), 1 << 20).unwrap();
        let room = Journal::FIRST_LEN + 2 * PAGE;
        let file = || LocalDisk.open(&directory.path().join("journal.0"), Access::Write).unwrap();
        journal.current.file = Arc::new(Cramped(file(), room));
        while journal.position < room {
            write(&mut journal, &[("acme", 1)]);
        }
        assert!(journal.current.grow(room + PAGE, 1 << 20).unwrap_err().is_no_room());
        assert_eq!(file().length().unwrap(), room, "what was taken in vain is given back");
        journal.current.file = Arc::new(Cramped(file(), room + PAGE));
        write(&mut journal, &[("acme", 1)]);
        assert_eq!(read(directory.path()).unwrap(), (vec![(log("acme"), 1); 18], vec![End::Clean]));
    }

    #[test]
    fn every_changed_bit_of_the_last_frame_tears_it_and_of_another_damages_the_journal() {
        let (directory, mut journal) = journal();
        write(&mut journal, &[("acme", 2)]);
        write(&mut journal, &[("acme", 2), ("globex", 1)]);
        let path = directory.path().join("journal.0");
        let whole = fs::read(&path).unwrap();
        let frame = |number: u64| {
            let start = usize::try_from(PAGE * (1 + number)).unwrap();
            let end = whole[start..].iter().position(|byte| *byte == 0).unwrap();
            start..start + end
        };
        for (frame, is_last) in [(frame(0), false), (frame(1), true)] {
            for at in frame {
                let mut changed = whole.clone();
                changed[at] ^= 1 << (at % 8);
                fs::write(&path, changed).unwrap();
                match read(directory.path()) {
                    Ok((found, _)) => assert!(is_last && found == [(log("acme"), 2)], "byte {at}"),
                    Err(error) => assert!(!is_last && matches!(error, Error::Damaged { .. }), "byte {at}: {error}"),
                }
            }
        }
    }

    #[test]
    fn a_first_page_that_is_not_one_is_damage() {
        let (directory, mut journal) = journal();
        write(&mut journal, &[("acme", 2)]);
        let path = directory.path().join("journal.0");
        let mut bytes = fs::read(&path).unwrap();
        bytes[20] = b'x';
        fs::write(&path, bytes).unwrap();
        assert!(matches!(read(directory.path()), Err(Error::Damaged { .. })));
    }

    #[test]
    fn a_frame_longer_than_a_file_has_room() {
        let (directory, mut journal) = journal();
        write(&mut journal, &[("acme", 2_000)]);
        assert!(!journal.has_room(&[Part::new(&log("acme"), 0, 0, 0, lines(1).1)]));
        journal.turn(&LocalDisk).unwrap();
        write(&mut journal, &[("acme", 1)]);
        assert_eq!(read(directory.path()).unwrap().0, [(log("acme"), 2_000), (log("acme"), 1)]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..2_000),
            frame in "axiom-frame/1 0{19}1 0{10} [0-9]{10} [0-9]{12} [0-9a-f]{64}\n[{}a-z0-9\":\n]{0,200}",
        ) {
            let directory = tempfile::tempdir().unwrap();
            let mut file = format!("{FILE_MARK}{:020}\n", 1).into_bytes();
            pad(&mut file);
            file.extend_from_slice(frame.as_bytes());
            pad(&mut file);
            file.extend_from_slice(&bytes);
            fs::write(directory.path().join("journal.0"), file).unwrap();
            fs::write(directory.path().join("journal.1"), bytes).unwrap();
            let _ = read(directory.path());
        }
    }
}
