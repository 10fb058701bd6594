//! Finds what a filter admits: by the index where there is one, and by reading the log where there is none.

use core::ops::Range;
use std::collections::VecDeque;

use axiom_core::{LogId, Origin};

use super::facts::Facts;
use super::filter::Filter;
use super::index::{Fault, Index, Run, RunFile, Selection};
use super::timeline::Order;
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::export::StoredEntry;
use crate::store::{Store, each_line};

/// A part of a log, and its index if it has one.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) range: Range<u64>,
    pub(super) run: Option<RunFile>,
}

/// What is walked through: the first `size` entries of one log.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) log: &'a LogId,
    pub(super) size: u64,
    pub(super) index: Option<&'a Index>,
}

/// Hits that an index led to, or why it could not.
type Indexed = Result<Vec<StoredEntry>, Fault>;

/// A walk through one log.
pub(super) struct Walk<'a> {
    source: Source<'a>,
    origin: Origin,
    filter: &'a Filter,
    order: Order,
}

impl<'a> Walk<'a> {
    pub(super) fn new(source: Source<'a>, filter: &'a Filter, order: Order) -> Self {
        Self { source, origin: source.store.naming().origin(source.log), filter, order }
    }

    /// The first `most` hits within `range`.
    pub(super) async fn hits(&self, range: Range<u64>, most: usize) -> Result<Vec<StoredEntry>, Error> {
        let mut hits = Vec::new();
        for part in self.parts(range) {
            if hits.len() == most {
                break;
            }
            hits.extend(self.part(part, most - hits.len()).await?);
        }
        Ok(hits)
    }

    /// How many hits there are.
    pub(super) async fn count(&self) -> Result<u64, Error> {
        let mut count = 0;
        for part in self.parts(0..u64::MAX) {
            count += match self.count_indexed(&part).await? {
                Some(count) => count,
                None => self.scan_count(part.range).await?,
            };
        }
        Ok(count)
    }

    /// How many hits a part has by its index, or none where that is of no use.
    async fn count_indexed(&self, part: &Part) -> Result<Option<u64>, Error> {
        let Some(file) = &part.run else { return Ok(None) };
        let count = |run: Run| Selection::new(&run, self.filter, self.order, &part.range)?.count();
        let counted = self.open(file).await?.and_then(count);
        Ok(self.usable(file, counted))
    }

    /// The parts of the log that lie in `range`, in the order of the walk.
    fn parts(&self, range: Range<u64>) -> Vec<Part> {
        let size = self.source.size;
        let mut parts =
            self.source.index.map_or_else(|| vec![Part { range: 0..size, run: None }], |index| index.parts(size));
        for part in &mut parts {
            part.range = part.range.start.max(range.start)..part.range.end.min(range.end);
        }
        parts.retain(|part| !part.range.is_empty());
        if self.order == Order::NewestFirst {
            parts.reverse();
        }
        parts
    }

    async fn part(&self, part: Part, most: usize) -> Result<Vec<StoredEntry>, Error> {
        if let Some(file) = &part.run {
            let hits = match self.open(file).await? {
                Ok(run) => self.indexed(&run, &part.range, most).await?,
                Err(fault) => Err(fault),
            };
            if let Some(hits) = self.usable(file, hits) {
                return Ok(hits);
            }
        }
        self.scan(part.range, most).await
    }

    /// Opens a run that is an index of this very log: the entry that it ends with is the one that the log has there.
    async fn open(&self, file: &RunFile) -> Result<Result<Run, Fault>, Error> {
        let Some(index) = self.source.index else { return Ok(Err(Fault::Unreadable)) };
        let run = match index.open(file) {
            Ok(run) => run,
            Err(fault) => return Ok(Err(fault)),
        };
        let last = self.source.store.read(self.source.log, run.range().end - 1, 0).await?;
        let is_that = last.first().is_some_and(|line| leaf_hash(line) == run.tip());
        Ok(if is_that { Ok(run) } else { Err(Fault::Broken) })
    }

    /// What came of a run, or none where the log itself is to be read; a broken run is thrown away.
    fn usable<T>(&self, file: &RunFile, found: Result<T, Fault>) -> Option<T> {
        if let (Err(Fault::Broken), Some(index)) = (&found, self.source.index) {
            index.discard(file);
        }
        found.ok()
    }

    /// The hits in `range` by the index.
    async fn indexed(&self, run: &Run, range: &Range<u64>, most: usize) -> Result<Indexed, Error> {
        let mut selection = match Selection::new(run, self.filter, self.order, range) {
            Ok(selection) => selection,
            Err(fault) => return Ok(Err(fault)),
        };
        let mut hits = Vec::new();
        loop {
            match take(&mut selection, BATCH.min(most - hits.len())) {
                Ok(batch) if batch.is_empty() => return Ok(Ok(hits)),
                Ok(batch) => match self.read(batch).await? {
                    Some(batch) => hits.extend(batch),
                    None => return Ok(Err(Fault::Broken)),
                },
                Err(fault) => return Ok(Err(fault)),
            }
        }
    }

    /// Reads the entries `batch`, or none where one is not what the filter admits.
    async fn read(&self, mut batch: Vec<u64>) -> Result<Option<Vec<StoredEntry>>, Error> {
        // Forwards, so that what stands together is read together.
        batch.sort_unstable();
        let (mut entries, mut first, mut lines) = (Vec::new(), 0, Vec::new());
        for seq in batch {
            if seq - first >= lines.len() as u64 {
                (first, lines) = (seq, self.source.store.read(self.source.log, seq, PAGE).await?);
            }
            let line = lines.get_mut((seq - first) as usize).map(core::mem::take).ok_or_else(|| self.ended(seq))?;
            if !self.filter.admits(&Facts::read(&line, self.origin.as_str(), seq)?) {
                return Ok(None);
            }
            entries.push(StoredEntry::read(line)?);
        }
        if self.order == Order::NewestFirst {
            entries.reverse();
        }
        Ok(Some(entries))
    }

    fn ended(&self, seq: u64) -> Error {
        Error::Damaged { log: self.origin.to_string(), reason: format!("entry {seq} was there and cannot be read") }
    }

    /// The first `most` hits in `range`, read from the log: windows of growing size from where the walk begins.
    async fn scan(&self, mut range: Range<u64>, most: usize) -> Result<Vec<StoredEntry>, Error> {
        let (mut hits, mut len) = (Vec::new(), MIN_WINDOW);
        while !range.is_empty() && hits.len() < most {
            let window;
            (window, range) = split(range, len, self.order);
            hits.extend(self.scan_window(window, most - hits.len()).await?);
            len = (len * 4).min(MAX_WINDOW);
        }
        Ok(hits)
    }

    async fn scan_window(&self, window: Range<u64>, most: usize) -> Result<Vec<StoredEntry>, Error> {
        let (mut hits, mut seq) = (VecDeque::new(), window.start);
        let visit = &mut |line: Vec<u8>| -> Result<(), Error> {
            let admitted = self.filter.admits(&Facts::read(&line, self.origin.as_str(), seq)?);
            seq += 1;
            if admitted && hits.len() == most && self.order == Order::NewestFirst {
                hits.pop_front();
            }
            if admitted && hits.len() < most {
                hits.push_back(StoredEntry::read(line)?);
            }
            Ok(())
        };
        each_line(self.source.store, self.source.log, window, visit).await?;
        let mut hits = Vec::from(hits);
        if self.order == Order::NewestFirst {
            hits.reverse();
        }
        Ok(hits)
    }

    async fn scan_count(&self, range: Range<u64>) -> Result<u64, Error> {
        let (mut count, mut seq) = (0, range.start);
        let visit = &mut |line: Vec<u8>| -> Result<(), Error> {
            count += u64::from(self.filter.admits(&Facts::read(&line, self.origin.as_str(), seq)?));
            seq += 1;
            Ok(())
        };
        each_line(self.source.store, self.source.log, range, visit).await?;
        Ok(count)
    }
}

/// How many entries are read between two looks into the index.
const BATCH: usize = 1024;

/// How many bytes are read around a hit.
const PAGE: usize = 1 << 14;

/// How many entries are read at once where there is no index.
const MIN_WINDOW: u64 = 64;
const MAX_WINDOW: u64 = 4096;

/// Takes `len` from that end of `range` where the walk begins.
fn split(range: Range<u64>, len: u64, order: Order) -> (Range<u64>, Range<u64>) {
    match order {
        Order::NewestFirst => {
            let middle = range.end.saturating_sub(len).max(range.start);
            (middle..range.end, range.start..middle)
        }
        Order::OldestFirst => {
            let middle = (range.start + len).min(range.end);
            (range.start..middle, middle..range.end)
        }
    }
}

fn take(selection: &mut Selection<'_>, most: usize) -> Result<Vec<u64>, Fault> {
    let mut taken = Vec::new();
    while taken.len() < most {
        match selection.next()? {
            Some(seq) => taken.push(seq),
            None => break,
        }
    }
    Ok(taken)
}
