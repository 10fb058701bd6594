//! The second half of verification: what was read is put together in order.

use axiom_core::{Digest, Origin};

use super::stretch::{Claim, Stretch};
use super::{Fault, LogReport};
use crate::checkpoint::Checkpoint;
use crate::entry::genesis;
use crate::merkle::Frontier;

/// A log as far as it has been read: where it ends, its tree, and every fault.
#[derive(Debug)]
pub(super) struct Chain {
    origin: Origin,
    /// Trusted checkpoints not reached yet, the smallest last.
    trusted: Vec<Checkpoint>,
    anchored: u64,
    /// The sequence number that the next entry should have.
    expected: u64,
    /// What the next entry should have for `prev`; unknown after an entry that could not be read.
    prev: Option<Digest>,
    tip: Digest,
    tree: Frontier,
    faults: Vec<Fault>,
}

impl Chain {
    pub(super) fn new(origin: Origin, mut trusted: Vec<Checkpoint>) -> Self {
        let genesis = genesis(&origin);
        trusted.sort_by_key(|trusted| core::cmp::Reverse(trusted.size));
        Self {
            origin,
            trusted,
            anchored: 0,
            expected: 0,
            prev: Some(genesis),
            tip: genesis,
            tree: Frontier::new(),
            faults: Vec::new(),
        }
    }

    /// How many entries there are.
    pub(super) const fn entries(&self) -> u64 {
        self.tree.size()
    }

    /// The sequence number that the next entry should have.
    #[cfg(feature = "log")]
    pub(super) const fn expected(&self) -> u64 {
        self.expected
    }

    /// Whether every trusted checkpoint has been reached.
    #[cfg(feature = "log")]
    pub(super) fn covers_trusted(&self) -> bool {
        self.trusted.iter().all(|trusted| trusted.size <= self.entries())
    }

    /// Joins the lines that come next.
    pub(super) fn join(&mut self, stretch: Stretch) {
        self.check_trusted();
        match (stretch.last_seq(), &stretch.first) {
            (Some(last), Some(first)) => {
                self.check_links(first);
                stretch.event.into_iter().for_each(|fault| self.fault(fault));
                self.expected = last + 1;
                self.prev = Some(stretch.last);
            }
            _ => self.malformed(stretch.span.len()),
        }
        self.tip = stretch.last;
        stretch.span.append_to(&mut self.tree);
    }

    /// The report, once every line has been joined; `torn` bytes of one more have come.
    pub(super) fn finish(mut self, torn: u64) -> LogReport {
        self.check_trusted();
        if torn > 0 {
            self.fault(Fault::TornTail { seq: self.expected, bytes: torn });
        }
        let entries = self.entries();
        while let Some(missed) = self.trusted.pop() {
            self.fault(Fault::Truncated { entries, signed: missed.size });
        }
        LogReport {
            origin: self.origin,
            entries,
            tip: self.tip,
            root: self.tree.root(),
            anchored: self.anchored,
            faults: self.faults,
        }
    }

    /// Adds a fault; from the thousandth on they are counted.
    pub(super) fn fault(&mut self, fault: Fault) {
        let named = self.faults.len();
        match self.faults.last_mut() {
            Some(Fault::More { count }) => *count += 1,
            _ if named == MAX_FAULTS => self.faults.push(Fault::More { count: 1 }),
            _ => self.faults.push(fault),
        }
    }

    fn malformed(&mut self, lines: u64) {
        for _ in 0..lines {
            self.fault(Fault::Malformed { seq: self.expected });
            self.expected += 1;
        }
        self.prev = None;
    }

    fn check_links(&mut self, claim: &Claim) {
        let seq = claim.seq;
        if let Some(log) = &claim.foreign {
            self.fault(Fault::Foreign { seq, log: log.to_string() });
        }
        if seq > self.expected {
            self.fault(Fault::Missing { from: self.expected, to: seq - 1 });
        } else if seq < self.expected {
            self.fault(Fault::OutOfPlace { seq, expected: self.expected });
        } else if self.prev.is_some_and(|prev| prev != claim.prev) {
            self.fault(match seq {
                0 => Fault::BadGenesis,
                _ => Fault::BrokenLink { before: seq - 1, after: seq },
            });
        }
    }

    /// Compares the root with every trusted checkpoint of the present size.
    fn check_trusted(&mut self) {
        while let Some(trusted) = self.trusted.pop_if(|trusted| trusted.size <= self.tree.size()) {
            if trusted.root == self.tree.root() {
                self.anchored = trusted.size;
            } else {
                self.fault(Fault::Forked { size: trusted.size });
            }
        }
    }
}

/// How many faults of one log are named.
const MAX_FAULTS: usize = 1000;
