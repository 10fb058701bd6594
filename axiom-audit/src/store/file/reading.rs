//! Reads lines of a log: from its segments, and what is not there yet from the journal.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axiom_core::LogId;

use super::journal::each_frame;
use super::layout::{Layout, failed};
use super::search::line_before;
use super::segment::{Segment, next_line};
use crate::error::Error;

/// Where readers stopped, so that the next page does not begin at the start of a segment.
#[derive(Debug, Default)]
pub(super) struct Positions(Mutex<HashMap<LogId, Position>>);

#[derive(Debug, Clone)]
struct Position {
    seq: u64,
    segment: Segment,
    offset: u64,
}

impl Positions {
    /// For so many logs a position is kept.
    const MAX: usize = 1024;

    fn all(&self) -> MutexGuard<'_, HashMap<LogId, Position>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, log: &LogId, position: Position) {
        let mut all = self.all();
        if all.len() >= Self::MAX {
            all.clear();
        }
        all.insert(log.clone(), position);
    }

    /// Where the entry `seq` begins, or one shortly before it.
    fn find(&self, layout: &Layout, log: &LogId, seq: u64) -> Result<Option<Position>, Error> {
        let known = self.all().get(log).filter(|known| known.seq == seq).cloned();
        if let Some(known) = known.filter(|known| layout.disk().kind(&known.segment.path).is_some()) {
            return Ok(Some(known));
        }
        let segments = Segment::list(layout.disk(), &layout.segments(log))?;
        let Some(segment) = segments.into_iter().rev().find(|segment| segment.first <= seq) else { return Ok(None) };
        let start = line_before(layout.disk(), &segment, seq).map_err(failed("read", &segment.path))?;
        Ok(Some(Position { seq: start.seq, segment, offset: start.offset }))
    }

    /// Lines in the segments from the entry `from` on, as [`Store::read`](crate::Store::read) gives them.
    pub(super) fn page(&self, layout: &Layout, log: &LogId, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        let Some(mut position) = self.find(layout, log, from)? else { return Ok(Vec::new()) };
        let mut lines = position.page(layout, from, most)?;
        if lines.is_empty() && position.seq > position.segment.first {
            // The segment ended before `from`; the next one, if there is one, begins there.
            let next = Segment::new(&layout.segments(log), position.seq);
            if layout.disk().kind(&next.path).is_some() {
                position = Position { seq: next.first, segment: next, offset: 0 };
                lines = position.page(layout, from, most)?;
            }
        }
        self.keep(log, position);
        Ok(lines)
    }
}

impl Position {
    /// Reads lines from here on, to the end of the segment or until `most` bytes are read.
    fn page(&mut self, layout: &Layout, from: u64, most: usize) -> Result<Vec<Vec<u8>>, Error> {
        let path = self.segment.path.clone();
        self.take(layout, from, most).map_err(failed("read", &path))
    }

    fn take(&mut self, layout: &Layout, from: u64, most: usize) -> io::Result<Vec<Vec<u8>>> {
        let mut reader = self.segment.reader(layout.disk(), self.offset).map_err(io::Error::other)?;
        let (mut lines, mut taken, mut line) = (Vec::new(), 0, Vec::new());
        while next_line(&mut reader, &mut line)? {
            if self.seq >= from {
                taken += line.len();
                if !lines.is_empty() && taken > most {
                    break;
                }
                lines.push(line.clone());
            }
            self.seq += 1;
            self.offset += line.len() as u64 + 1;
            if reader.fill_buf()?.is_empty() || taken > most {
                break;
            }
        }
        Ok(lines)
    }
}

/// Lines of one log that stand in the journal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journaled {
    /// The sequence number of the first line.
    pub(crate) first: u64,
    pub(crate) lines: Vec<Vec<u8>>,
}

impl Journaled {
    /// The lines from the entry `from` on, if they go back that far.
    pub(crate) fn after(&self, from: u64) -> &[Vec<u8>] {
        let known = from.checked_sub(self.first).and_then(|skip| usize::try_from(skip).ok());
        known.and_then(|skip| self.lines.get(skip..)).unwrap_or_default()
    }

    pub(super) fn page(&self, from: u64, most: usize) -> Vec<Vec<u8>> {
        let mut read = 0;
        let page = self.after(from).iter().take_while(|line| {
            let first = read == 0;
            read += line.len();
            first || read <= most
        });
        page.cloned().collect()
    }
}

/// What the journal holds, for readers: by log, each an unbroken run of entries.
///
/// Who reads a log that is being written reads the journal first and the segments after it: what has left the journal
/// meanwhile is then found there.
pub(crate) fn journaled(layout: &Layout, only: Option<&LogId>) -> Result<HashMap<LogId, Journaled>, Error> {
    let mut found: HashMap<LogId, Journaled> = HashMap::new();
    let read = each_frame(layout.disk(), layout.root(), &mut |frame| {
        for (part, bytes) in &frame.parts {
            let Some(log) = part.log().filter(|log| only.is_none_or(|only| only == log)) else { continue };
            let journaled = found.entry(log).or_default();
            if journaled.lines.is_empty() {
                journaled.first = part.seq;
            }
            // A writer may have gone on to the other file between the reading of the two.
            if journaled.first + journaled.lines.len() as u64 == part.seq {
                let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
                journaled.lines.extend(lines.map(<[u8]>::to_vec));
            }
        }
        Ok(())
    });
    read.map(|_| found)
}
