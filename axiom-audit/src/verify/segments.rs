//! Reads the segments of a log, in parts that are hashed side by side.

use core::num::NonZero;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::fs;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::thread;

use super::part::{Part, ReadPart, block_len};
use super::pool::in_order;
use super::stretch::LineReader;
use super::{LogVerification, LogVerifier};
use crate::entry::MAX_ENTRY_LEN;
use crate::error::Error;
use crate::store::file::disk::Disk;
use crate::store::file::layout::failed;
use crate::store::file::reading::Journaled;
use crate::store::file::segment::Segment;

/// The segments of a log as they stood at one moment; a writer may add to the last one, and make more.
#[derive(Debug)]
pub(super) struct Segments {
    /// Each with its length in bytes.
    list: Vec<(Segment, u64)>,
    /// How many bytes are read as one part, about.
    part_len: u64,
}

impl Segments {
    /// Some milliseconds of work.
    const PART_LEN: u64 = 2 << 20;

    /// No segments at all.
    pub(super) const fn none() -> Self {
        Self { list: Vec::new(), part_len: Self::PART_LEN }
    }

    /// Finds the segments in `directory`.
    ///
    /// # Errors
    /// [`Error::Store`] where they cannot be listed.
    pub(super) fn find(disk: &dyn Disk, directory: &Path) -> Result<Self, Error> {
        // Of files that are made meanwhile a listing may show a later one and not an earlier one. Whatever is older
        // than one that the first listing shows is surely in the second.
        let newest = Segment::list(disk, directory)?.pop();
        let mut list = Segment::list(disk, directory)?;
        list.retain(|segment| newest.as_ref().is_some_and(|newest| segment.first <= newest.first));
        let with_len = |segment: Segment| (fs::metadata(&segment.path).map_or(0, |metadata| metadata.len()), segment);
        let list = list.into_iter().map(with_len).map(|(len, segment)| (segment, len)).collect();
        Ok(Self { list, part_len: Self::PART_LEN })
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        self.list.iter().map(|(_, len)| len).sum()
    }

    /// Whether there is work for more than one thread.
    pub(super) fn are_large(&self) -> bool {
        self.len() > 2 * self.part_len
    }

    /// Reads everything and what the journal has behind it, telling `progress` how many bytes it was each time, and
    /// names what is wrong with the files.
    pub(super) fn read(
        &self,
        disk: &dyn Disk,
        verifier: &LogVerifier,
        journaled: &Journaled,
        threads: NonZero<usize>,
        progress: &mut dyn FnMut(u64),
    ) -> (LogVerification, Vec<FileFault>) {
        let lines = verifier.line_reader();
        let odd = AtomicBool::new(false);
        let work = |part| read_unless(&odd, part, disk, &lines);
        let newest = self.list.last().map(|(segment, _)| segment);
        let (log, faults) = (verifier.clone().start(), Vec::new());
        let mut reading = Reading { disk, journaled, log, at: 0, odd: &odd, newest, faults, progress };
        let parts = self.list.iter().flat_map(|(segment, len)| Part::of(segment, *len, self.part_len));
        in_order(threads, parts, work, |(part, read)| reading.take(&part, read));
        let Reading { mut log, faults, .. } = reading;
        behind(journaled, log.expected()).iter().for_each(|line| log.push_journaled(line));
        (log, faults)
    }
}

/// The lines of the journal from the entry `expected` on.
///
/// What leaves the journal is in the segments. So where its first line comes later than that, what was between is lost,
/// and all are given to show it.
fn behind(journaled: &Journaled, expected: u64) -> &[Vec<u8>] {
    if journaled.first > expected { &journaled.lines } else { journaled.after(expected) }
}

/// What is wrong with a file, and which.
#[derive(Debug)]
pub(super) struct FileFault {
    pub(super) file: String,
    pub(super) reason: String,
}

/// Reads a part, unless it would be for nothing.
fn read_unless<'a>(
    odd: &AtomicBool,
    part: Part<'a>,
    disk: &dyn Disk,
    lines: &LineReader,
) -> (Part<'a>, Option<ReadPart>) {
    let wanted = !odd.load(Ordering::Relaxed);
    (part, wanted.then(|| part.read(disk, lines.clone()).ok()).flatten())
}

/// Takes the parts of a log in order.
///
/// A part was read on the belief that its first line bears its own number and begins where the part before ends. Once
/// that is not so, the rest of the log is read here, line by line.
struct Reading<'a> {
    disk: &'a dyn Disk,
    journaled: &'a Journaled,
    log: LogVerification,
    /// How much of the present segment has been taken, in bytes.
    at: u64,
    /// Set once parts are read for nothing.
    odd: &'a AtomicBool,
    /// The segment that a writer may be adding to.
    newest: Option<&'a Segment>,
    faults: Vec<FileFault>,
    progress: &'a mut dyn FnMut(u64),
}

impl Reading<'_> {
    fn take(&mut self, part: &Part<'_>, read: Option<ReadPart>) {
        if part.start == 0 {
            self.begin(part.segment);
        }
        match read {
            Some(read) if self.fits(&read) => {
                read.stretches.into_iter().for_each(|stretch| self.log.join(stretch));
                self.advance(read.end - self.at);
            }
            _ => self.odd.store(true, Ordering::Relaxed),
        }
        let left = self.at < part.len || self.odd.load(Ordering::Relaxed);
        if part.end == part.len && left {
            self.rest(part).unwrap_or_else(|error| self.fault(part.segment, format!("cannot be read: {error}")));
        }
    }

    fn begin(&mut self, segment: &Segment) {
        self.log.end_segment();
        self.at = 0;
        let expected = self.log.expected();
        if segment.first != expected {
            self.fault(segment, format!("stands where entry {expected} should follow"));
        }
    }

    /// Whether a part continues what was taken; one without any lines does so wherever it stands.
    fn fits(&self, read: &ReadPart) -> bool {
        read.start == self.at && read.index.is_none_or(|index| index == self.log.entries())
    }

    /// Reads what is left of the segment that `part` ends.
    fn rest(&mut self, part: &Part<'_>) -> Result<(), Error> {
        let source = part.segment.reader(self.disk, self.at)?;
        let mut block = vec![0; block_len(part.len - self.at)];
        let mut source = source.take(part.len - self.at);
        loop {
            let len = source.read(&mut block).map_err(failed("read", &part.segment.path))?;
            self.log.push(&block[..len]);
            self.advance(len as u64);
            if len == 0 {
                break;
            }
        }
        if self.newest == Some(part.segment) {
            self.last_line(source.get_mut()).map_err(failed("read", &part.segment.path))?;
        }
        Ok(())
    }

    /// Waits for the end of a line: a writer may be in the middle of it, but what a crash has left does not grow.
    fn last_line(&mut self, source: &mut impl BufRead) -> io::Result<()> {
        let mut waits = 0;
        let in_journal = !behind(self.journaled, self.log.expected()).is_empty();
        while !in_journal && self.log.may_go_on() && waits < MAX_WAITS {
            let mut line = Vec::new();
            source.by_ref().take(MAX_ENTRY_LEN as u64).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                waits += 1;
                thread::sleep(WAIT);
            }
            self.log.push(&line);
        }
        Ok(())
    }

    fn advance(&mut self, bytes: u64) {
        self.at += bytes;
        (self.progress)(bytes);
    }

    fn fault(&mut self, segment: &Segment, reason: String) {
        let file = segment.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.faults.push(FileFault { file, reason });
    }
}

/// How long to wait for the rest of a line, and how often.
const WAIT: Duration = Duration::from_millis(20);
const MAX_WAITS: u32 = 25;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::file::disk::LocalDisk;
    use crate::verify::sample::{change, checkpoint, log, origin};

    /// Writes lines to segments that begin with the lines numbered in `starts`.
    fn write(directory: &Path, lines: &[Vec<u8>], starts: &[usize]) {
        let ends = starts.iter().skip(1).copied().chain([lines.len()]);
        for (start, end) in starts.iter().copied().zip(ends) {
            fs::write(Segment::new(directory, start as u64).path, lines[start..end].concat()).unwrap();
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// However long the parts are, and however many threads read them, the report is that of the bytes in order.
        #[test]
        fn parts_come_to_the_same_report(
            entries in 1_u64..25,
            changes in prop::collection::vec((0_u8..9, 0_usize..25, 0_usize..60), 0..3),
            trusted in prop::collection::vec((0_u64..27, any::<bool>()), 0..3),
            starts in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
            threads in 1_usize..4,
            part_len in prop_oneof![1_u64..700, Just(1 << 20)],
        ) {
            let mut lines = log(entries);
            for (how, at, other) in changes {
                change(&mut lines, how, at, other);
            }
            let trust = |verifier: LogVerifier, (size, honest): (u64, bool)| verifier.trust(checkpoint(&lines, size, honest));
            let verifier = trusted.into_iter().fold(LogVerifier::new(origin()), trust);
            let mut expected = verifier.clone().start();
            expected.push(&lines.concat());

            let mut starts: Vec<usize> = starts.iter().map(|start| start.index(lines.len())).chain([0]).collect();
            starts.sort_unstable();
            starts.dedup();
            let directory = tempfile::tempdir().unwrap();
            write(directory.path(), &lines, &starts);
            let segments = Segments { part_len, ..Segments::find(&LocalDisk, directory.path()).unwrap() };
            let mut bytes = 0;
            let (found, _) = segments.read(&LocalDisk, &verifier, &Journaled::default(), NonZero::new(threads).unwrap(), &mut |read| bytes += read);
            prop_assert_eq!(found.finish(), expected.finish());
            prop_assert_eq!(bytes, segments.len());
        }
    }

    #[test]
    fn a_line_that_is_being_written_is_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = Segment::new(directory.path(), 0).path;
        let whole = log(3).concat();
        fs::write(&path, &whole[..whole.len() - 10]).unwrap();
        let segments = Segments::find(&LocalDisk, directory.path()).unwrap();
        let writer = thread::spawn(move || {
            thread::sleep(3 * WAIT);
            fs::write(path, whole).unwrap();
        });
        let (log, faults) = segments.read(
            &LocalDisk,
            &LogVerifier::new(origin()),
            &Journaled::default(),
            NonZero::<usize>::MIN,
            &mut |_| {},
        );
        writer.join().unwrap();
        let report = log.finish();
        assert!(report.is_verified() && faults.is_empty() && report.entries == 3, "{report:?} {faults:?}");
    }

    #[test]
    fn what_comes_behind_the_moment_of_finding_is_not_read() {
        let directory = tempfile::tempdir().unwrap();
        let lines = log(9);
        write(directory.path(), &lines[..4], &[0, 2]);
        let segments = Segments::find(&LocalDisk, directory.path()).unwrap();
        write(directory.path(), &lines, &[0, 2, 7]);
        let (log, _) = segments.read(
            &LocalDisk,
            &LogVerifier::new(origin()),
            &Journaled::default(),
            NonZero::<usize>::MIN,
            &mut |_| {},
        );
        assert_eq!(log.finish().entries, 4);
    }
}
