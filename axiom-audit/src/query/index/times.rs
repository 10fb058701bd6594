//! The times of the entries, and between which ones each thousand lies.

use core::ops::Range;
use std::io;

use super::output::Output;
use super::run::{Fault, Place, Run};
use super::varint;
use crate::query::filter::{Span, Time};
use crate::query::timeline::Order;

/// How many entries share a block.
const ENTRIES: usize = 1024;

/// When an entry happened and was recorded, each in microseconds since 1970 or `NO_TIME`.
pub(super) type Moment = [i64; 2];

/// What the directory says of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    entries: Range<u32>,
    place: Place,
    /// The least and the greatest time: of happening, of recording.
    bounds: [[i64; 2]; 2],
}

impl Row {
    const LEN: usize = 8 + Place::LEN + 32;

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [self.entries.start.to_le_bytes(), self.entries.end.to_le_bytes()].concat();
        bytes.extend_from_slice(&self.place.to_bytes());
        self.bounds.iter().flatten().for_each(|time| bytes.extend_from_slice(&time.to_le_bytes()));
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (start, rest) = bytes.split_first_chunk()?;
        let (end, rest) = rest.split_first_chunk()?;
        let (place, rest) = rest.split_at_checked(Place::LEN)?;
        let time = |index: usize| Some(i64::from_le_bytes(*rest.get(index * 8..)?.first_chunk()?));
        Some(Self {
            entries: u32::from_le_bytes(*start)..u32::from_le_bytes(*end),
            place: Place::from_bytes(place)?,
            bounds: [[time(0)?, time(1)?], [time(2)?, time(3)?]],
        })
    }

    const fn len(&self) -> usize {
        self.entries.end.saturating_sub(self.entries.start) as usize
    }
}

/// Which of the two times it is.
const fn column(time: Time) -> usize {
    match time {
        Time::Happened => 0,
        Time::Recorded => 1,
    }
}

/// Writes blocks of times and then their directory.
#[derive(Debug, Default)]
pub(super) struct TimesWriter {
    directory: Vec<u8>,
    entries: u32,
}

impl TimesWriter {
    /// Adds the times of the next entries.
    pub(super) fn push(&mut self, moments: &[Moment], output: &mut Output) -> io::Result<()> {
        for moments in moments.chunks(ENTRIES) {
            let mut block = Vec::new();
            let bounds = [0, 1].map(|column| put_column(&mut block, moments.iter().map(|moment| moment[column])));
            self.add(&block, moments.len() as u32, bounds, output)?;
        }
        Ok(())
    }

    /// Adds all blocks of a run behind those that are there.
    pub(super) fn push_run(&mut self, run: &Run, output: &mut Output) -> Result<(), Fault> {
        for row in rows(run)? {
            self.add(&run.block(row.place)?, row.len() as u32, row.bounds, output)?;
        }
        Ok(())
    }

    pub(super) fn finish(self, output: &mut Output) -> io::Result<Place> {
        output.block(&self.directory)
    }

    fn add(&mut self, block: &[u8], len: u32, bounds: [[i64; 2]; 2], output: &mut Output) -> io::Result<()> {
        let entries = self.entries..self.entries + len;
        self.entries = entries.end;
        let row = Row { entries, place: output.block(block)?, bounds };
        self.directory.extend_from_slice(&row.to_bytes());
        Ok(())
    }
}

/// Writes each time as its distance from the one before, and tells the least and the greatest.
fn put_column(block: &mut Vec<u8>, times: impl Iterator<Item = i64>) -> [i64; 2] {
    let (mut before, mut bounds) = (0_i64, [i64::MAX, i64::MIN]);
    for time in times {
        varint::put(block, varint::zigzag(time.wrapping_sub(before)));
        before = time;
        bounds = [bounds[0].min(time), bounds[1].max(time)];
    }
    bounds
}

fn take_column(block: &mut &[u8], len: usize) -> Result<Vec<i64>, Fault> {
    let mut before = 0_i64;
    let next = |_| {
        before = before.wrapping_add(varint::unzigzag(varint::take(block).ok_or(Fault::Broken)?));
        Ok(before)
    };
    (0..len).map(next).collect()
}

/// The directory, whose rows follow each other without gaps.
fn rows(run: &Run) -> Result<Vec<Row>, Fault> {
    let directory = run.block(run.footer().times)?;
    let rows = directory.chunks(Row::LEN).map(Row::from_bytes).collect::<Option<Vec<_>>>().ok_or(Fault::Broken)?;
    let mut end = 0;
    for row in &rows {
        if row.entries.start != end || !(1..=ENTRIES).contains(&row.len()) {
            return Err(Fault::Broken);
        }
        end = row.entries.end;
    }
    if end == run.entries() { Ok(rows) } else { Err(Fault::Broken) }
}

/// The entries of a run that lie in a span of time.
#[derive(Debug)]
pub(super) struct TimesCursor<'a> {
    run: &'a Run,
    span: Span,
    rows: Vec<Row>,
    /// The row that was looked into last, and its times.
    open: Option<(usize, Vec<i64>)>,
}

impl<'a> TimesCursor<'a> {
    pub(super) fn new(run: &'a Run, span: Span) -> Result<Self, Fault> {
        Ok(Self { run, span, rows: rows(run)?, open: None })
    }

    /// The nearest entry from `at` on.
    pub(super) fn next(&mut self, at: u32, order: Order) -> Result<Option<u32>, Fault> {
        let mut at = at;
        let mut row = self.rows.partition_point(|row| row.entries.end <= at);
        while row < self.rows.len() {
            if let Some(found) = self.next_in(row, at, order)? {
                return Ok(Some(found));
            }
            match order {
                Order::NewestFirst if row == 0 => break,
                Order::NewestFirst => {
                    row -= 1;
                    at = self.rows[row].entries.end - 1;
                }
                Order::OldestFirst => {
                    at = self.rows[row].entries.end;
                    row += 1;
                }
            }
        }
        Ok(None)
    }

    /// The nearest entry from `at` on within the row that holds `at`.
    fn next_in(&mut self, index: usize, at: u32, order: Order) -> Result<Option<u32>, Fault> {
        let row = &self.rows[index];
        let ([least, greatest], span) = (row.bounds[column(self.span.time)], self.span);
        if greatest < span.first || least >= span.end {
            return Ok(None);
        }
        if span.holds(least) && span.holds(greatest) {
            return Ok(Some(at));
        }
        let start = row.entries.start;
        let times = self.times(index)?;
        let middle = (at - start) as usize;
        let found = match order {
            Order::NewestFirst => times[..=middle].iter().rposition(|time| span.holds(*time)),
            Order::OldestFirst => times[middle..].iter().position(|time| span.holds(*time)).map(|at| at + middle),
        };
        Ok(found.map(|found| start + found as u32))
    }

    fn times(&mut self, index: usize) -> Result<&[i64], Fault> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != index) {
            let row = &self.rows[index];
            let block = self.run.block(row.place)?;
            let mut rest = &block[..];
            let columns = [take_column(&mut rest, row.len())?, take_column(&mut rest, row.len())?];
            let [happened, recorded] = columns;
            let times = if self.span.time == Time::Happened { happened } else { recorded };
            self.open = Some((index, times));
        }
        Ok(self.open.as_ref().map_or(&[], |(_, times)| times))
    }
}
