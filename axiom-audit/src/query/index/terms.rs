//! The tree of terms: from what stands for a value to its postings.
//!
//! A B+ tree that is written from left to right. Leaves hold terms in order; the levels above hold, for each block
//! below, the first term in it and its place.

use std::io;

use super::output::Output;
use super::postings::{INLINE, Postings};
use super::run::{Fault, Footer, Place, Run, SEAL};
use super::varint;

/// The longest block of the tree, in bytes.
const BLOCK: usize = 4096 - SEAL as usize;

/// The longest term with its postings, in bytes: two numbers and a list in line, or three numbers.
const TERM: usize = 20 + INLINE;

/// How long a row above the leaves is: the first term below, and the place of the block.
const ROW: usize = 8 + Place::LEN;

/// Writes the tree; terms are given in ascending order.
#[derive(Debug, Default)]
pub(super) struct TermsWriter {
    leaf: Vec<u8>,
    first: u64,
    last: u64,
    /// The open block of each level above, the lowest first.
    levels: Vec<Vec<u8>>,
}

impl TermsWriter {
    pub(super) fn push(&mut self, term: u64, postings: &Postings, output: &mut Output) -> io::Result<()> {
        if self.leaf.len() + TERM > BLOCK {
            self.close_leaf(output)?;
        }
        if self.leaf.is_empty() {
            (self.first, self.last) = (term, 0);
        }
        varint::put(&mut self.leaf, term - self.last);
        self.last = term;
        put_postings(&mut self.leaf, postings);
        Ok(())
    }

    /// Closes all blocks; tells the place of the root, and how many levels are above the leaves.
    pub(super) fn finish(mut self, output: &mut Output) -> io::Result<(Place, u8)> {
        self.close_leaf(output)?;
        let mut level = 0;
        // A level of one row needs no block: the block that it names is the root.
        while self.levels.len() > level + 1 || self.levels[level].len() > ROW {
            self.close(level, output)?;
            level += 1;
        }
        let root = Place::from_bytes(&self.levels[level][8..]).expect("the level has one row");
        Ok((root, u8::try_from(level).map_err(io::Error::other)?))
    }

    fn close_leaf(&mut self, output: &mut Output) -> io::Result<()> {
        let place = output.block(&self.leaf)?;
        self.leaf.clear();
        self.add_row(0, self.first, place, output)
    }

    fn add_row(&mut self, level: usize, first: u64, place: Place, output: &mut Output) -> io::Result<()> {
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        if self.levels[level].len() + ROW > BLOCK {
            self.close(level, output)?;
        }
        self.levels[level].extend_from_slice(&first.to_be_bytes());
        self.levels[level].extend_from_slice(&place.to_bytes());
        Ok(())
    }

    fn close(&mut self, level: usize, output: &mut Output) -> io::Result<()> {
        let block = core::mem::take(&mut self.levels[level]);
        let first = first_of(&block).expect("a block is opened with a row");
        let place = output.block(&block)?;
        self.add_row(level + 1, first, place, output)
    }
}

/// The postings of `term`, if the run holds it.
pub(super) fn find(run: &Run, term: u64) -> Result<Option<Postings>, Fault> {
    let Footer { root, height, .. } = *run.footer();
    let mut place = root;
    for _ in 0..height {
        let block = run.block(place)?;
        let below = block.chunks_exact(ROW).take_while(|row| first_of(row).is_some_and(|first| first <= term));
        let Some(row) = below.last() else { return Ok(None) };
        place = Place::from_bytes(&row[8..]).ok_or(Fault::Broken)?;
    }
    let mut leaf = Leaf::new(run.block(place)?);
    while let Some((found, postings)) = leaf.next()? {
        if found >= term {
            return Ok((found == term).then_some(postings));
        }
    }
    Ok(None)
}

/// All terms of a run, in order.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    run: &'a Run,
    /// What is still to be read of each level, the root's first, each from its end.
    levels: Vec<Vec<Place>>,
    leaf: Leaf,
}

impl<'a> Terms<'a> {
    pub(super) fn new(run: &'a Run) -> Self {
        Self { run, levels: vec![vec![run.footer().root]], leaf: Leaf::new(Vec::new()) }
    }

    pub(super) fn next(&mut self) -> Result<Option<(u64, Postings)>, Fault> {
        loop {
            if let Some(found) = self.leaf.next()? {
                return Ok(Some(found));
            }
            if !self.next_leaf()? {
                return Ok(None);
            }
        }
    }

    fn next_leaf(&mut self) -> Result<bool, Fault> {
        while let Some(level) = self.levels.last_mut() {
            let Some(place) = level.pop() else {
                self.levels.pop();
                continue;
            };
            let block = self.run.block(place)?;
            if self.levels.len() > usize::from(self.run.footer().height) {
                self.leaf = Leaf::new(block);
                return Ok(true);
            }
            let below = block.chunks_exact(ROW).rev().map(|row| Place::from_bytes(&row[8..]).ok_or(Fault::Broken));
            self.levels.push(below.collect::<Result<_, _>>()?);
        }
        Ok(false)
    }
}

/// A leaf that is read from its start.
#[derive(Debug)]
struct Leaf {
    block: Vec<u8>,
    at: usize,
    last: u64,
}

impl Leaf {
    const fn new(block: Vec<u8>) -> Self {
        Self { block, at: 0, last: 0 }
    }

    fn next(&mut self) -> Result<Option<(u64, Postings)>, Fault> {
        let mut rest = &self.block[self.at..];
        if rest.is_empty() {
            return Ok(None);
        }
        let term = varint::take(&mut rest).and_then(|step| self.last.checked_add(step)).ok_or(Fault::Broken)?;
        let postings = take_postings(&mut rest).ok_or(Fault::Broken)?;
        (self.at, self.last) = (self.block.len() - rest.len(), term);
        Ok(Some((term, postings)))
    }
}

/// A single place: twice the place. A list in line: four times its length and one, and the list. Chunks: four times
/// their length and three, and where they begin.
fn put_postings(out: &mut Vec<u8>, postings: &Postings) {
    match postings {
        Postings::Inline(bytes) => match only_place(bytes) {
            Some(place) => varint::put(out, place << 1),
            None => {
                varint::put(out, (bytes.len() as u64) << 2 | 1);
                out.extend_from_slice(bytes);
            }
        },
        Postings::Chunks { offset, len } => {
            varint::put(out, len << 2 | 3);
            varint::put(out, *offset);
        }
    }
}

fn take_postings(bytes: &mut &[u8]) -> Option<Postings> {
    let head = varint::take(bytes)?;
    match head & 3 {
        1 => Some(Postings::Inline(bytes.split_off(..usize::try_from(head >> 2).ok()?)?.to_vec())),
        3 => Some(Postings::Chunks { len: head >> 2, offset: varint::take(bytes)? }),
        _ => {
            let mut place = Vec::new();
            varint::put(&mut place, head >> 1);
            Some(Postings::Inline(place))
        }
    }
}

fn only_place(mut bytes: &[u8]) -> Option<u64> {
    varint::take(&mut bytes).filter(|_| bytes.is_empty())
}

/// The term that a row, or a block of rows, begins with.
fn first_of(row: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*row.first_chunk()?))
}
