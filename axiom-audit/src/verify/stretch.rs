//! The first half of verification: lines are read and hashed, without knowing what stands before them.
//!
//! It takes nearly all of the time, and any part of a log can be read in any order or at the same time as another. The
//! second half, [`Chain`](super::chain::Chain), puts the parts together in order.

use axiom_core::{Digest, Origin};

use super::suffix::Suffix;
use super::{Fault, event};
use crate::entry::{Links, MAX_ENTRY_LEN, leaf_hash};
use crate::merkle::Span;

/// Neighbouring lines of which each follows from the one before, so that only the first has to be joined to a log.
#[derive(Debug)]
pub(super) struct Stretch {
    /// What the first line says of itself; nothing where none of the lines is an entry.
    pub(super) first: Option<Claim>,
    /// What is wrong with the first line's event.
    pub(super) event: Option<Fault>,
    /// The leaf hash of the last line.
    pub(super) last: Digest,
    /// The leaf hashes of all lines.
    pub(super) span: Span,
}

/// What an entry says of its place.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) seq: u64,
    pub(super) prev: Digest,
    /// The log that it names, if that is another one.
    pub(super) foreign: Option<Box<str>>,
}

/// Reads lines into [`Stretch`]es.
#[derive(Debug, Clone)]
pub(super) struct LineReader {
    origin: Origin,
    /// Whose events these are, where every event is to be parsed.
    organization: Option<String>,
    /// Sizes at which the root is asked for, in order: a stretch ends there.
    cuts: Vec<u64>,
    suffix: Suffix,
}

impl LineReader {
    /// A reader for lines of which nothing is known but that they are to be of the log `origin`.
    pub(super) fn new(origin: Origin, organization: Option<String>, cuts: Vec<u64>) -> Self {
        Self { suffix: Suffix::unknown(origin.clone()), origin, organization, cuts }
    }

    /// Reads whole lines, each with its newline, the first of which is leaf number `index` of the tree.
    pub(super) fn read(&mut self, index: u64, lines: &[u8], take: &mut impl FnMut(Stretch)) {
        let (mut open, mut start, mut index) = (None, 0, index);
        let mut cut = self.cut_after(index);
        for end in memchr::memchr_iter(b'\n', lines) {
            if cut == Some(index) {
                open.take().into_iter().for_each(&mut *take);
                cut = self.cut_after(index);
            }
            let line = &lines[start..end];
            let line = &line[..line.len().min(MAX_ENTRY_LEN + 1)];
            self.line(index, line, &mut open, take);
            (start, index) = (end + 1, index + 1);
        }
        open.into_iter().for_each(take);
    }

    fn cut_after(&self, index: u64) -> Option<u64> {
        self.cuts.get(self.cuts.partition_point(|cut| *cut <= index)).copied()
    }

    /// Adds a line to the open stretch if it follows from that, or begins another.
    fn line(&mut self, index: u64, line: &[u8], open: &mut Option<Stretch>, take: &mut impl FnMut(Stretch)) {
        let hash = leaf_hash(line);
        match open {
            Some(open) if self.follows(open, line) => open.push(hash),
            _ => open.replace(self.begin(index, line, hash)).into_iter().for_each(take),
        }
        if let Some(last) = open.as_ref().and_then(Stretch::last_seq) {
            self.suffix.expect(last + 1, hash);
        }
    }

    /// Whether `line` has nothing to report that does not follow from the lines of `open`.
    fn follows(&self, open: &Stretch, line: &[u8]) -> bool {
        if open.first.is_none() {
            return self.links(line).is_none();
        }
        let event = self.suffix.strip(line).filter(|_| line.len() <= MAX_ENTRY_LEN);
        event.is_some_and(|(seq, event)| self.check_event(seq, event).is_none())
    }

    fn begin(&self, index: u64, line: &[u8], hash: Digest) -> Stretch {
        let links = self.links(line);
        let mut span = Span::new(index);
        span.push(hash);
        Stretch {
            event: links.as_ref().and_then(|links| self.check_event(links.seq, links.event)),
            first: links.map(|links| self.claim(&links)),
            last: hash,
            span,
        }
    }

    /// The links of `line`, if it has the form of an entry. The log that it names must be the name of a log: what a
    /// report repeats must not be any text at all.
    fn links<'a>(&self, line: &'a [u8]) -> Option<Links<'a>> {
        let could_be = |log: &str| log == self.origin.as_str() || log.parse::<Origin>().is_ok();
        Links::read(line).filter(|links| line.len() <= MAX_ENTRY_LEN && could_be(links.log))
    }

    fn claim(&self, links: &Links<'_>) -> Claim {
        let foreign = (links.log != self.origin.as_str()).then(|| links.log.into());
        Claim { seq: links.seq, prev: links.prev, foreign }
    }

    fn check_event(&self, seq: u64, event: &[u8]) -> Option<Fault> {
        self.organization.as_ref().and_then(|organization| event::check(seq, event, organization))
    }
}

impl Stretch {
    fn push(&mut self, hash: Digest) {
        self.span.push(hash);
        self.last = hash;
    }

    /// The sequence number of the last entry.
    pub(super) fn last_seq(&self) -> Option<u64> {
        self.first.as_ref().map(|claim| claim.seq + self.span.len() - 1)
    }
}
