//! Writes a run: out of entries, or out of other runs.

use core::ops::Range;
use std::io;
use std::path::Path;

use axiom_core::Digest;

use super::key::Key;
use super::output::Output;
use super::postings::{Postings, PostingsWriter};
use super::run::{Fault, Footer, Run};
use super::terms::{Terms, TermsWriter};
use super::times::{Moment, TimesWriter};
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::query::facts::Facts;
use crate::query::filter::Time;

/// Entries that wait to become a run.
#[derive(Debug)]
pub(super) struct Batch {
    first: u64,
    moments: Vec<Moment>,
    /// Which term is in which entry.
    pairs: Vec<(u64, u32)>,
    tip: Option<Digest>,
}

impl Batch {
    /// The most entries that are held.
    const ENTRIES: usize = 65_536;
    /// The most terms that are held, but for those of the last entry: 16 MiB.
    const PAIRS: usize = 1 << 20;

    pub(super) const fn new(first: u64) -> Self {
        Self { first, moments: Vec::new(), pairs: Vec::new(), tip: None }
    }

    pub(super) fn range(&self) -> Range<u64> {
        self.first..self.first + self.moments.len() as u64
    }

    pub(super) fn is_full(&self) -> bool {
        self.moments.len() >= Self::ENTRIES || self.pairs.len() >= Self::PAIRS
    }

    /// Adds the next line of the log.
    pub(super) fn push(&mut self, line: &[u8], origin: &str, key: &Key) -> Result<(), Error> {
        let facts = Facts::read(line, origin, self.range().end)?;
        let place = self.moments.len() as u32;
        facts.each(&mut |field, value| self.pairs.push((key.term(field, value), place)));
        self.moments.push([Time::Happened.of(&facts), Time::Recorded.of(&facts)]);
        self.tip = Some(leaf_hash(line));
        Ok(())
    }

    /// Writes the run.
    pub(super) fn write(mut self, directory: &Path, key: &Key, path: &Path) -> io::Result<()> {
        let Some(tip) = self.tip else { return Ok(()) };
        let mut writer = Writer::new(Output::create(directory, key, self.range())?);
        writer.times.push(&self.moments, &mut writer.output)?;
        self.pairs.sort_unstable();
        self.pairs.dedup();
        for pairs in self.pairs.chunk_by(|a, b| a.0 == b.0) {
            pairs.iter().try_for_each(|(_, place)| writer.postings.push(*place, &mut writer.output))?;
            writer.end_term(pairs[0].0)?;
        }
        writer.finish(tip, path)
    }
}

/// Writes one run that stands for `runs`, which follow each other.
pub(super) fn merge(runs: &[Run], directory: &Path, path: &Path) -> Result<(), Fault> {
    let (first, last) = runs.first().zip(runs.last()).ok_or(Fault::Broken)?;
    let start = first.range().start;
    let mut writer = Writer::new(Output::create(directory, first.key(), start..last.range().end)?);
    for run in runs {
        writer.times.push_run(run, &mut writer.output)?;
    }
    let mut heads = runs.iter().map(Head::new).collect::<Result<Vec<_>, _>>()?;
    while let Some(term) = heads.iter().filter_map(Head::term).min() {
        for head in heads.iter_mut().filter(|head| head.term() == Some(term)) {
            let before = (head.run.range().start - start) as u32;
            let postings = head.advance()?;
            each_place(head.run, &postings, &mut |place| {
                Ok(writer.postings.push(before + place, &mut writer.output)?)
            })?;
        }
        writer.end_term(term)?;
    }
    Ok(writer.finish(last.tip(), path)?)
}

/// Reads a run to its end, and fails where it is not as it was written.
pub(super) fn check(run: &Run) -> Result<(), Fault> {
    let mut terms = Terms::new(run);
    while let Some((_, postings)) = terms.next()? {
        each_place(run, &postings, &mut |_| Ok(()))?;
    }
    Ok(())
}

fn each_place(run: &Run, postings: &Postings, visit: &mut dyn FnMut(u32) -> Result<(), Fault>) -> Result<(), Fault> {
    for chunk in 0..postings.chunks() {
        postings.chunk(run, chunk)?.into_iter().try_for_each(&mut *visit)?;
    }
    Ok(())
}

/// The next term of a run that is merged.
struct Head<'a> {
    run: &'a Run,
    terms: Terms<'a>,
    next: Option<(u64, Postings)>,
}

impl<'a> Head<'a> {
    fn new(run: &'a Run) -> Result<Self, Fault> {
        let mut terms = Terms::new(run);
        let next = terms.next()?;
        Ok(Self { run, terms, next })
    }

    fn term(&self) -> Option<u64> {
        self.next.as_ref().map(|(term, _)| *term)
    }

    /// Goes on to the term after, and gives the postings of this one.
    fn advance(&mut self) -> Result<Postings, Fault> {
        let next = self.terms.next()?;
        let (term, postings) = core::mem::replace(&mut self.next, next).ok_or(Fault::Broken)?;
        if self.term().is_some_and(|next| next <= term) { Err(Fault::Broken) } else { Ok(postings) }
    }
}

struct Writer {
    output: Output,
    times: TimesWriter,
    terms: TermsWriter,
    postings: PostingsWriter,
}

impl Writer {
    fn new(output: Output) -> Self {
        let (times, terms, postings) = Default::default();
        Self { output, times, terms, postings }
    }

    /// Gives the places that were pushed to `term`.
    fn end_term(&mut self, term: u64) -> io::Result<()> {
        let postings = self.postings.finish(&mut self.output)?;
        self.terms.push(term, &postings, &mut self.output)
    }

    fn finish(self, tip: Digest, path: &Path) -> io::Result<()> {
        let Self { mut output, times, terms, postings: _ } = self;
        let (root, height) = terms.finish(&mut output)?;
        let times = times.finish(&mut output)?;
        output.finish(Footer { tip, root, times, height }, path)
    }
}
