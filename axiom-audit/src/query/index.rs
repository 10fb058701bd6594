//! The index of a log in a directory: what a query reads instead of the log.
//!
//! It is a cache. It can be deleted at any time, and is made again by the next query of the process that writes the
//! log; who only reads changes nothing in the directory. Nothing in it is trusted:
//!
//! - Each hit is read from the log and held against the filter before it is given.
//! - Every block of a file is sealed, and bound to its log and place; a file that is torn, flipped or foreign is thrown
//!   away, and what it covered is read from the log.
//! - A file names the leaf hash of the last entry that it covers. Where the log has another entry there, or none, as
//!   after a rollback, the file is thrown away too.
//! - Nothing is written through a link or into a pipe that somebody else put there.
//!
//! What it cannot do: whoever may write to the directory and knows the host's salt, which lies in `axiom.json`, can
//! make an index that hides entries from queries (never from the verifier). After a break-in, delete it.
//!
//! # Files
//!
//! ```text
//! <log>/index/<first>-<end>.run   the index of the entries from <first> to before <end>, 20 digits each
//! <log>/index/new                 a file that is being written
//! <log>/index/lock                locked by the one thread that writes
//! ```
//!
//! A run is written once, renamed into place and never changed. It covers up to 65,536 entries; where eight of about
//! one size follow each other they are merged into one of up to 524,288. So a log of ten million entries has some
//! twenty runs.
//!
//! # Bytes
//!
//! A *number* is a LEB128 varint: seven bits a byte, low ones first, the top bit set where more bytes follow. Fixed
//! integers are little-endian, but for terms, which are big-endian. A *place* within a run is a sequence number less
//! the run's first. A *reference* is where a block is: offset (8 bytes) and length without seal (4 bytes).
//!
//! - *Key*: SHA-256("axiom-audit/v1/index\n" ‖ salt of the host (32 bytes) ‖ origin of the log).
//! - *Term*: what stands for a value of a field: the first 8 bytes of SHA-256(first 16 bytes of the key ‖ number of the
//!   field (1 byte) ‖ value). Fields: 1 actor (`userId`, `actor.id`), 2 `actor.type`, 3 `actor.onBehalfOf`,
//!   4 `actionType`, 5 category (`actionType` up to its first dot), 6 each of `resourceIds`, 7 `status`, 8 `riskLevel`,
//!   9 `traceId`, 10 `correlationId`.
//! - *Block*: bytes, and behind them their seal: the first 8 bytes of SHA-256(key ‖ first (8) ‖ end (8) ‖ offset of the
//!   block (8) ‖ bytes).
//!
//! A run is blocks one after another, each found by its reference; the last is the footer:
//!
//! ```text
//! footer      "axiom-index/v1\n\0" ‖ leaf hash of the last entry (32) ‖ reference of the tree's root (12)
//!             ‖ reference of the directory of times (12) ‖ levels above the leaves (1)
//! inner block rows: first term below (8, big-endian) ‖ reference of the block below (12)
//! leaf        terms in order, each: number: term less the one before in this leaf (the first: less 0) ‖ postings
//! postings    one place: number: place × 2
//!             in line:   number: length × 4 + 1 ‖ list, at most 256 bytes
//!             in chunks: number: length × 4 + 3 ‖ number: offset of the first chunk
//! list        number: first place ‖ numbers: each further place less the one before
//! chunks      blocks of 4,088 bytes (4,096 with their seals; the last may be shorter), each a list, filled with zeros
//! times       for up to 1,024 entries: numbers: `timestamp` of each less the one before (the first: less 0), zigzag,
//!             in microseconds since 1970; then the same of `recordedAt`. A time that is missing counts as −2^63.
//! directory   rows: first place (4) ‖ end (4) ‖ reference of the times (12) ‖ least and greatest `timestamp` (8 each)
//!             ‖ least and greatest `recordedAt` (8 each)
//! ```

use core::ops::Range;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use axiom_core::LogId;

use super::walk::Part;
use crate::error::Error;
use crate::store::file::disk::{Disk, LocalDisk, private};
use crate::store::file::layout::{Layout, failed};
use crate::store::{Store, each_line};

mod key;
mod output;
mod postings;
mod run;
mod selection;
mod terms;
mod times;
mod varint;
mod writer;

use key::Key;
pub(super) use run::{Fault, Run};
pub(super) use selection::Selection;
use writer::{Batch, check, merge};

/// The index of one log.
#[derive(Debug)]
pub(super) struct Index {
    directory: PathBuf,
    key: Key,
    /// Whether this process is the one that writes the log; nobody else changes its index.
    writes: bool,
}

/// A file with a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunFile {
    range: Range<u64>,
    path: PathBuf,
}

/// Fewer entries than this at the log's end are read from the log.
const MIN: u64 = 1024;

/// The most entries that a merged run covers, so that no query waits long for a merge.
const MAX: u64 = 1 << 19;

/// How many runs of about one size are merged into one.
const FANOUT: usize = 8;

impl Index {
    pub(super) fn new(layout: &Layout, log: &LogId, writes: bool) -> Self {
        Self { directory: layout.log(log).join("index"), key: Key::new(layout.naming(), log), writes }
    }

    /// A log of `size` entries, cut into what a run covers and what none does.
    pub(super) fn parts(&self, size: u64) -> Vec<Part> {
        let (mut parts, mut end) = (Vec::new(), 0);
        for run in chosen(self.files(), size) {
            if end < run.range.start {
                parts.push(Part { range: end..run.range.start, run: None });
            }
            end = run.range.end;
            parts.push(Part { range: run.range.clone(), run: Some(run) });
        }
        if end < size {
            parts.push(Part { range: end..size, run: None });
        }
        parts
    }

    pub(super) fn open(&self, file: &RunFile) -> Result<Run, Fault> {
        Run::open(&file.path, &self.key, file.range.clone())
    }

    /// Throws a run away, if this process may; where that fails it will be found wanting again.
    pub(super) fn discard(&self, file: &RunFile) {
        if self.writes {
            let _ = fs::remove_file(&file.path);
        }
    }

    /// Indexes what was appended, as far as that can and may be done, and tells how many entries the log has.
    pub(super) async fn up_to_date(&self, store: &dyn Store, log: &LogId) -> Result<u64, Error> {
        let size = store.head(log).await?.size;
        if !self.writes || self.gaps(size).is_empty() {
            return Ok(size);
        }
        // Where this fails, the walk finds the same fault if it goes that far, or does without an index.
        let _ = self.update(store, log).await;
        // The index may reach further by now.
        Ok(store.head(log).await?.size)
    }

    /// Indexes what was appended, unless another thread is at it.
    pub(super) async fn update(&self, store: &dyn Store, log: &LogId) -> Result<(), Error> {
        let size = store.head(log).await?.size;
        if self.gaps(size).is_empty() {
            return Ok(());
        }
        let Some(_lock) = self.lock()? else { return Ok(()) };
        // Others may have written, and indexed, more entries before the lock was taken.
        let size = store.head(log).await?.size;
        let wanted = chosen(self.files(), size);
        self.files().iter().filter(|file| !wanted.contains(file)).for_each(|file| self.discard(file));
        for gap in self.gaps(size) {
            self.fill(store, log, gap).await?;
        }
        self.compact(size);
        Ok(())
    }

    /// What is worth an index and has none.
    fn gaps(&self, size: u64) -> Vec<Range<u64>> {
        let is_worth = |range: &Range<u64>| range.end < size || range.end - range.start >= MIN;
        let bare = self.parts(size).into_iter().filter(|part| part.run.is_none());
        bare.map(|part| part.range).filter(is_worth).collect()
    }

    async fn fill(&self, store: &dyn Store, log: &LogId, gap: Range<u64>) -> Result<(), Error> {
        let origin = store.naming().origin(log);
        let mut batch = Batch::new(gap.start);
        let index = &mut |line: Vec<u8>| -> Result<(), Error> {
            batch.push(&line, origin.as_str(), &self.key)?;
            if batch.is_full() {
                let next = Batch::new(batch.range().end);
                self.write(core::mem::replace(&mut batch, next))?;
            }
            Ok(())
        };
        each_line(store, log, gap, index).await?;
        self.write(batch)
    }

    fn write(&self, batch: Batch) -> Result<(), Error> {
        let path = self.path(&batch.range());
        batch.write(&self.directory, &self.key, &path).map_err(failed("write", &path))
    }

    /// Merges runs until there are few. A run that cannot be merged is thrown away if it is broken, and else left.
    fn compact(&self, size: u64) {
        loop {
            let files = chosen(self.files(), size);
            let Some(group) = group(&files).map(|group| &files[group]) else { return };
            if self.merge(group).is_none() {
                let broken =
                    |file: &&RunFile| matches!(self.open(file).and_then(|run| check(&run)), Err(Fault::Broken));
                group.iter().filter(broken).for_each(|file| self.discard(file));
                return;
            }
            group.iter().for_each(|file| self.discard(file));
        }
    }

    fn merge(&self, files: &[RunFile]) -> Option<()> {
        let range = files.first()?.range.start..files.last()?.range.end;
        let runs = files.iter().map(|file| self.open(file).ok()).collect::<Option<Vec<_>>>()?;
        merge(&runs, &self.directory, &self.path(&range)).ok()
    }

    fn path(&self, range: &Range<u64>) -> PathBuf {
        self.directory.join(format!("{:020}-{:020}.run", range.start, range.end))
    }

    /// All files of runs; none where the directory cannot be read, or stands for another.
    fn files(&self) -> Vec<RunFile> {
        if !is_directory(&self.directory) {
            return Vec::new();
        }
        let entries = fs::read_dir(&self.directory).into_iter().flatten().filter_map(Result::ok);
        let run = |path: PathBuf| Some(RunFile { range: range_of(&path)?, path });
        entries.filter_map(|entry| run(entry.path())).collect()
    }

    /// The right to write, or none where another thread has it.
    fn lock(&self) -> Result<Option<File>, Error> {
        let lock = || -> io::Result<Option<File>> {
            LocalDisk.create_dirs(&self.directory)?;
            if !is_directory(&self.directory) {
                return Err(io::Error::new(io::ErrorKind::NotADirectory, "it stands for another directory"));
            }
            let file = open_lock(&self.directory.join("lock"))?;
            match file.try_lock() {
                Ok(()) => Ok(Some(file)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        };
        lock().map_err(failed("write", &self.directory))
    }
}

/// Whether `path` is a directory itself, and no link to one.
fn is_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// Opens the file whose lock is taken, or makes it; a link is not followed, and a pipe not waited for.
fn open_lock(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => private().write(true).open(path),
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "the lock is not a regular file")),
        Err(_) => private().write(true).create_new(true).open(path),
    }
}

/// Runs that do not overlap and end within the log; of those that begin alike, the longest.
fn chosen(mut files: Vec<RunFile>, size: u64) -> Vec<RunFile> {
    files.retain(|file| file.range.end <= size);
    files.sort_by_key(|file| (file.range.start, core::cmp::Reverse(file.range.end)));
    let mut end = 0;
    files.retain(|file| {
        let follows = file.range.start >= end;
        if follows {
            end = file.range.end;
        }
        follows
    });
    files
}

/// Runs that are to be merged.
fn group(files: &[RunFile]) -> Option<Range<usize>> {
    let level = |file: &RunFile| (len(file) / MIN).max(1).ilog(FANOUT as u64);
    let alike = |pair: &[RunFile]| pair[0].range.end == pair[1].range.start && level(&pair[0]) == level(&pair[1]);
    let group = |(first, window): (usize, &[RunFile])| {
        let mut entries = 0;
        let fitting = window.iter().take_while(|file| {
            entries += len(file);
            entries <= MAX
        });
        let count = fitting.count();
        (count > 1 && window.windows(2).all(alike)).then_some(first..first + count)
    };
    files.windows(FANOUT).enumerate().find_map(group)
}

const fn len(file: &RunFile) -> u64 {
    file.range.end - file.range.start
}

/// `…/00000000000000000000-00000000000000065536.run` → 0..65,536.
fn range_of(path: &Path) -> Option<Range<u64>> {
    let (first, end) = path.file_name()?.to_str()?.strip_suffix(".run")?.split_once('-')?;
    let number = |digits: &str| {
        let well_formed = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
        well_formed.then(|| digits.parse::<u64>().ok())?
    };
    let (first, end) = (number(first)?, number(end)?);
    (first < end && end - first <= MAX).then_some(first..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(range: Range<u64>) -> RunFile {
        RunFile { range, path: PathBuf::new() }
    }

    fn row(lengths: &[u64]) -> Vec<RunFile> {
        let mut end = 0;
        let next = |len: &u64| {
            end += len;
            file(end - len..end)
        };
        lengths.iter().map(next).collect()
    }

    #[test]
    fn runs_do_not_overlap_and_end_within_the_log() {
        let files = vec![file(10..30), file(0..5), file(0..10), file(20..40), file(30..40), file(40..50)];
        assert_eq!(chosen(files, 45), [file(0..10), file(10..30), file(30..40)]);
    }

    #[test]
    fn eight_of_about_one_size_are_merged_up_to_a_limit() {
        assert_eq!(group(&row(&[65_536; 7])), None);
        assert_eq!(group(&row(&[65_536; 9])), Some(0..8));
        assert_eq!(group(&row(&[96_000; 8])), Some(0..5));
        assert_eq!(group(&row(&[MAX; 20])), None);
        assert_eq!(group(&row(&[MAX, 1500, 1500, 1500, 1500, 1500, 1500, 1500, 1500])), Some(1..9));
        let mut apart = row(&[2000; 9]);
        apart.remove(4);
        assert_eq!(group(&apart), None);
    }

    #[test]
    fn only_names_of_runs_are_read() {
        let path = |name: &str| range_of(Path::new(name));
        assert_eq!(path("x/00000000000000000007-00000000000000000009.run"), Some(7..9));
        for name in [
            "new",
            "lock",
            "7-9.run",
            "00000000000000000009-00000000000000000007.run",
            "a.run",
            "x/..",
            "00000000000000000000-00000000000000524289.run",
            "+0000000000000000007-00000000000000000009.run",
        ] {
            assert_eq!(path(name), None, "{name}");
        }
    }
}
