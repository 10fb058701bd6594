//! Verification: bytes and public keys in, a report out.
//!
//! A [`LogVerifier`] is told what to hold a log to, and takes its entries as bytes, in chunks of any size: it checks
//! chain, tree and the checkpoints it was told to trust. It needs no store, clock, network or runtime, and its memory
//! does not grow with the log. It does not stop at the first fault: the [`LogReport`] names every one.

use axiom_core::Origin;

use crate::checkpoint::Checkpoint;

mod chain;
#[cfg(feature = "log")]
mod directory;
mod event;
#[cfg(feature = "log")]
mod keyring;
mod lines;
#[cfg(feature = "log")]
mod log_files;
#[cfg(feature = "log")]
mod part;
#[cfg(feature = "log")]
mod pool;
mod report;
#[cfg(test)]
mod sample;
#[cfg(feature = "log")]
mod segments;
mod stretch;
mod suffix;
#[cfg(feature = "log")]
mod trust;

use chain::Chain;
#[cfg(feature = "log")]
pub use directory::{DirectoryReport, DirectoryVerifier};
use lines::Lines;
pub use report::{Fault, LogReport};
use stretch::LineReader;
#[cfg(feature = "log")]
use stretch::Stretch;

/// What a log is held to; [`start`](Self::start) begins to verify it.
///
/// ```
/// use axiom_audit::{Fault, LogVerifier};
///
/// let mut verification = LogVerifier::new("audit.example.com/9f/material".parse()?).start();
/// verification.push(b"{\"event\":{},\"log\":\"another\"");
/// verification.push(b"}\n");
/// let report = verification.finish();
/// assert_eq!(report.faults, [Fault::Malformed { seq: 0 }]);
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is verified before it is started"]
pub struct LogVerifier {
    origin: Origin,
    organization: Option<String>,
    trusted: Vec<Checkpoint>,
}

impl LogVerifier {
    /// A verifier for the log named `origin`, from its first entry on.
    pub const fn new(origin: Origin) -> Self {
        Self { origin, organization: None, trusted: Vec::new() }
    }

    /// Holds the log to a checkpoint whose signature has been checked.
    pub fn trust(mut self, checkpoint: Checkpoint) -> Self {
        // The same checkpoint often comes from two places, and is one fault at the most.
        if !self.trusted.contains(&checkpoint) {
            self.trusted.push(checkpoint);
        }
        self
    }

    /// Also parses every entry: canonical form, event schema, and that each event is `organization`'s.
    pub fn strict(mut self, organization: impl Into<String>) -> Self {
        self.organization = Some(organization.into());
        self
    }

    /// Begins to verify; what the log is held to does not change any more.
    #[must_use]
    pub fn start(self) -> LogVerification {
        let reader = self.line_reader();
        let chain = Chain::new(self.origin, self.trusted);
        LogVerification { lines: Lines::default(), reader, chain }
    }

    fn line_reader(&self) -> LineReader {
        let mut cuts: Vec<u64> = self.trusted.iter().map(|trusted| trusted.size).collect();
        cuts.sort_unstable();
        cuts.dedup();
        LineReader::new(self.origin.clone(), self.organization.clone(), cuts)
    }
}

/// A log being verified: takes its bytes, and has the report at the end; made by [`LogVerifier::start`].
#[derive(Debug)]
pub struct LogVerification {
    lines: Lines,
    reader: LineReader,
    chain: Chain,
}

impl LogVerification {
    /// Takes the next bytes of the log.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self { lines, reader, chain } = self;
        lines.push(bytes, &mut |whole| read(reader, chain, whole));
    }

    /// The report, once all bytes have been taken.
    #[must_use]
    pub fn finish(self) -> LogReport {
        self.chain.finish(self.lines.unfinished())
    }
}

#[cfg(feature = "log")]
impl LogVerification {
    /// How many entries there are.
    pub(crate) const fn entries(&self) -> u64 {
        self.chain.entries()
    }

    /// The sequence number that the next entry should have.
    pub(crate) const fn expected(&self) -> u64 {
        self.chain.expected()
    }

    /// Whether the bytes so far end within a line.
    pub(crate) const fn is_within_line(&self) -> bool {
        self.lines.unfinished() > 0
    }

    /// Whether the bytes so far end within a line that no trusted checkpoint covers.
    pub(crate) fn may_go_on(&self) -> bool {
        self.is_within_line() && self.chain.covers_trusted()
    }

    /// Joins lines that were read elsewhere.
    fn join(&mut self, stretch: Stretch) {
        self.chain.join(stretch);
    }

    /// Takes a line from the journal; of what is unfinished in the segment it has the whole.
    pub(crate) fn push_journaled(&mut self, line: &[u8]) {
        self.lines = Lines::default();
        self.push(line);
        self.push(b"\n");
    }

    /// Ends a file that is not the last: a line does not go on in the next one.
    pub(crate) fn end_segment(&mut self) {
        if self.is_within_line() {
            let Self { lines, reader, chain } = self;
            chain.fault(Fault::TornTail { seq: chain.expected(), bytes: lines.unfinished() });
            lines.end(&mut |line| read(reader, chain, line));
        }
    }
}

/// Reads whole lines, and joins them to what was read before.
fn read(reader: &mut LineReader, chain: &mut Chain, lines: &[u8]) {
    reader.read(chain.entries(), lines, &mut |stretch| chain.join(stretch));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::sample::{change, checkpoint, log, origin};
    use super::*;

    fn report(verifier: &LogVerifier, chunks: &[&[u8]]) -> LogReport {
        let mut verification = verifier.clone().start();
        chunks.iter().for_each(|chunk| verification.push(chunk));
        verification.finish()
    }

    /// What `lines` come to where each part is read by itself.
    fn report_of_parts(verifier: &LogVerifier, parts: &[&[Vec<u8>]]) -> LogReport {
        let mut chain = Chain::new(verifier.origin.clone(), verifier.trusted.clone());
        for part in parts {
            let index = chain.entries();
            verifier.line_reader().read(index, &part.concat(), &mut |stretch| chain.join(stretch));
        }
        chain.finish(0)
    }

    #[test]
    fn a_sound_log_is_anchored_as_far_as_it_is_signed() {
        let lines = log(40);
        let verifier = LogVerifier::new(origin());
        let verifier = [0, 7, 31].iter().fold(verifier, |all, size| all.trust(checkpoint(&lines, *size, true)));
        let report = report(&verifier, &[&lines.concat()]);
        assert!(report.is_verified(), "{:?}", report.faults);
        assert_eq!((report.anchored_range(), report.unanchored_range()), (0..31, 31..40));
        assert_eq!(report.root, checkpoint(&lines, 40, true).root);
    }

    proptest! {
        /// Whatever was done to a log, its report does not depend on how the bytes come, nor on how they are read.
        #[test]
        fn the_report_is_that_of_the_bytes(
            entries in 1_u64..25,
            changes in prop::collection::vec((0_u8..9, 0_usize..25, 0_usize..60), 0..4),
            trusted in prop::collection::vec((0_u64..27, any::<bool>()), 0..4),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut lines = log(entries);
            for (how, at, other) in changes {
                change(&mut lines, how, at, other);
            }
            let trust = |verifier: LogVerifier, (size, honest): (u64, bool)| verifier.trust(checkpoint(&lines, size, honest));
            let verifier = trusted.into_iter().fold(LogVerifier::new(origin()), trust);
            let whole = lines.concat();
            let expected = report(&verifier, &[&whole]);

            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(whole.len())).chain([0, whole.len()]).collect();
            ends.sort_unstable();
            let chunks: Vec<&[u8]> = ends.windows(2).map(|ends| &whole[ends[0]..ends[1]]).collect();
            prop_assert_eq!(&report(&verifier, &chunks), &expected);

            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(lines.len())).chain([0, lines.len()]).collect();
            ends.sort_unstable();
            let parts: Vec<&[Vec<u8>]> = ends.windows(2).map(|ends| &lines[ends[0]..ends[1]]).collect();
            prop_assert_eq!(&report_of_parts(&verifier, &parts), &expected);

            let single: Vec<&[Vec<u8>]> = lines.chunks(1).collect();
            prop_assert_eq!(&report_of_parts(&verifier, &single), &expected);
        }
    }
}
