//! Postings: the entries that hold a term, as ascending places within the run.
//!
//! Short lists stand beside their term. Long ones are cut into chunks of one length, so that any of them can be read
//! without those before it.

use std::io;

use super::output::Output;
use super::run::{Fault, Place, Run, SEAL};
use super::varint;

/// Where the places of a term are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Postings {
    /// In these bytes.
    Inline(Vec<u8>),
    /// In chunks: where the first begins, and how many bytes all take with their seals.
    Chunks { offset: u64, len: u64 },
}

/// How many bytes a chunk takes with its seal, but for the last one.
const STRIDE: u64 = 4096;

/// How many bytes a chunk has without its seal.
const CHUNK: usize = (STRIDE - SEAL) as usize;

/// The longest list that stands beside its term, in bytes.
pub(super) const INLINE: usize = 256;

impl Postings {
    pub(super) fn chunks(&self) -> u64 {
        match self {
            Self::Inline(_) => 1,
            Self::Chunks { len, .. } => len.div_ceil(STRIDE),
        }
    }

    /// How many bytes they take: a measure of how many they are.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Self::Inline(bytes) => bytes.len() as u64,
            Self::Chunks { len, .. } => *len,
        }
    }

    /// The places in one chunk: at least one, ascending, all within the run.
    pub(super) fn chunk(&self, run: &Run, index: u64) -> Result<Vec<u32>, Fault> {
        let places = match self {
            Self::Inline(bytes) => decode(bytes),
            Self::Chunks { offset, len } => {
                decode(&run.block(chunk_place(*offset, *len, index).ok_or(Fault::Broken)?)?)
            }
        };
        places.filter(|places| places.last().is_some_and(|last| *last < run.entries())).ok_or(Fault::Broken)
    }
}

fn chunk_place(offset: u64, len: u64, index: u64) -> Option<Place> {
    let before = index.checked_mul(STRIDE)?;
    let len = len.checked_sub(before)?.min(STRIDE).checked_sub(SEAL)?;
    Some(Place { offset: offset.checked_add(before)?, len: u32::try_from(len).ok()? })
}

/// The first place, and then how far each is from the one before; zeros fill a chunk up.
fn decode(mut bytes: &[u8]) -> Option<Vec<u32>> {
    let mut places = Vec::with_capacity(bytes.len());
    let mut place = varint::take(&mut bytes)?;
    loop {
        places.push(u32::try_from(place).ok()?);
        if bytes.first().is_none_or(|byte| *byte == 0) {
            return Some(places);
        }
        place = place.checked_add(varint::take(&mut bytes)?)?;
    }
}

/// Writes the places of one term after another.
#[derive(Debug, Default)]
pub(super) struct PostingsWriter {
    chunk: Vec<u8>,
    last: Option<u32>,
    /// Where the chunks that are written begin, and how many bytes they take.
    written: Option<(u64, u64)>,
}

impl PostingsWriter {
    /// Adds a place, above those before.
    pub(super) fn push(&mut self, place: u32, output: &mut Output) -> io::Result<()> {
        let before = self.chunk.len();
        varint::put(&mut self.chunk, u64::from(place - self.last.unwrap_or(0)));
        if self.chunk.len() > CHUNK {
            self.chunk.truncate(before);
            self.chunk.resize(CHUNK, 0);
            self.write_chunk(output)?;
            varint::put(&mut self.chunk, u64::from(place));
        }
        self.last = Some(place);
        Ok(())
    }

    /// Ends the list of a term.
    pub(super) fn finish(&mut self, output: &mut Output) -> io::Result<Postings> {
        self.last = None;
        if self.written.is_none() && self.chunk.len() <= INLINE {
            return Ok(Postings::Inline(core::mem::take(&mut self.chunk)));
        }
        self.write_chunk(output)?;
        let (offset, len) = self.written.take().expect("a chunk was just written");
        Ok(Postings::Chunks { offset, len })
    }

    fn write_chunk(&mut self, output: &mut Output) -> io::Result<()> {
        let place = output.block(&self.chunk)?;
        let (offset, len) = self.written.unwrap_or((place.offset, 0));
        self.written = Some((offset, len + u64::from(place.len) + SEAL));
        self.chunk.clear();
        Ok(())
    }
}
