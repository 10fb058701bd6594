//! Verification: bytes and public keys in, a report out.
//!
//! A [`LogVerifier`] is told what to hold a log to, and takes its entries as bytes, in chunks of any size: it checks
//! chain, tree and the checkpoints it was told to trust. It needs no store, clock, network or runtime, and its memory
//! does not grow with the log. It does not stop at the first fault: the [`LogReport`] names every one.

use axiom_core::Origin;

use crate::checkpoint::Checkpoint;
use crate::entry::{MAX_ENTRY_LEN, genesis};

mod chain;
#[cfg(feature = "log")]
mod directory;
mod event;
#[cfg(feature = "log")]
mod keyring;
mod report;
mod stretch;
mod suffix;
#[cfg(feature = "log")]
mod trust;

use chain::Chain;
#[cfg(feature = "log")]
pub use directory::{DirectoryReport, DirectoryVerifier};
pub use report::{Fault, LogReport};
use stretch::LineReader;

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
        let mut lines = self.line_reader();
        lines.expect(0, genesis(&self.origin));
        let chain = Chain::new(self.origin, self.trusted);
        LogVerification { lines, chain, partial: Vec::new(), partial_len: 0 }
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
    lines: LineReader,
    chain: Chain,
    /// The start of a line whose end has not come yet.
    partial: Vec<u8>,
    /// How long that line is by now; a line that is too long is counted, not kept.
    partial_len: u64,
}

impl LogVerification {
    /// Takes the next bytes of the log.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        if self.partial_len > 0 {
            let Some(end) = memchr::memchr(b'\n', rest) else { return self.keep(rest) };
            self.keep(&rest[..end]);
            self.end_line();
            rest = &rest[end + 1..];
        }
        let whole = memchr::memrchr(b'\n', rest).map_or(0, |end| end + 1);
        self.lines(&rest[..whole]);
        self.keep(&rest[whole..]);
    }

    /// The report, once all bytes have been taken.
    #[must_use]
    pub fn finish(self) -> LogReport {
        self.chain.finish(self.partial_len)
    }

    /// Takes whole lines.
    fn lines(&mut self, lines: &[u8]) {
        let chain = &mut self.chain;
        self.lines.read(chain.entries(), lines, &mut |stretch| chain.join(stretch));
    }

    /// Takes the line that was kept.
    fn end_line(&mut self) {
        let mut line = core::mem::take(&mut self.partial);
        line.push(b'\n');
        self.lines(&line);
        line.clear();
        self.partial = line;
        self.partial_len = 0;
    }

    /// Keeps the start of a line, up to the length that no entry exceeds.
    fn keep(&mut self, bytes: &[u8]) {
        let room = (MAX_ENTRY_LEN + 1).saturating_sub(self.partial.len());
        self.partial.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.partial_len = self.partial_len.saturating_add(bytes.len() as u64);
    }
}

#[cfg(feature = "log")]
impl LogVerification {
    /// The sequence number that the next entry should have.
    pub(crate) const fn expected(&self) -> u64 {
        self.chain.expected()
    }

    /// Whether the bytes so far end within a line that no trusted checkpoint covers.
    pub(crate) fn may_go_on(&self) -> bool {
        self.partial_len > 0 && self.chain.covers_trusted()
    }

    /// Takes a line from the journal; of what is unfinished in the segment it has the whole.
    pub(crate) fn push_journaled(&mut self, line: &[u8]) {
        self.partial.clear();
        self.partial_len = 0;
        self.push(line);
        self.push(b"\n");
    }

    /// Ends a file that is not the last: a line does not go on in the next one.
    pub(crate) fn end_segment(&mut self) {
        if self.partial_len > 0 {
            self.chain.fault(Fault::TornTail { seq: self.expected(), bytes: self.partial_len });
            self.end_line();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::{PREFIX, leaf_hash, write_suffix};
    use crate::merkle::Frontier;

    fn origin() -> Origin {
        "audit.example.com/9f/material".parse().unwrap()
    }

    /// The lines of a sound log, each with its newline.
    fn log(entries: u64) -> Vec<Vec<u8>> {
        let mut prev = genesis(&origin());
        let line = |seq: u64| {
            let mut line = [PREFIX, format!(r#"{{"n":{}}}"#, seq * 7).as_bytes()].concat();
            write_suffix(&mut line, &origin(), prev, seq);
            prev = leaf_hash(&line);
            line.push(b'\n');
            line
        };
        (0..entries).map(line).collect()
    }

    /// What the log of `lines` should be signed as at `size`, or something else.
    fn checkpoint(lines: &[Vec<u8>], size: u64, honest: bool) -> Checkpoint {
        let mut tree = Frontier::new();
        for line in lines.iter().take(usize::try_from(size).unwrap()) {
            tree.push(leaf_hash(&line[..line.len() - 1]));
        }
        let root = if honest { tree.root() } else { leaf_hash(b"another") };
        Checkpoint { origin: origin(), size, root }
    }

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

    /// One way to change a log.
    fn change(lines: &mut Vec<Vec<u8>>, how: u8, at: usize, other: usize) {
        let (at, other) = (at % lines.len(), other % lines.len());
        match how {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[other].clone()),
            2 => lines.swap(at, other),
            3 => lines[at] = b"\n".to_vec(),
            4 => lines.insert(at, b"not an entry\n".to_vec()),
            5 => lines.insert(at, [&[b'x'; MAX_ENTRY_LEN + 9][..], b"\n"].concat()),
            6 => lines[at] = String::from_utf8(lines[at].clone()).unwrap().replace("9f", "8e").into_bytes(),
            _ => {
                let place = other * 5 % (lines[at].len() - 1);
                lines[at][place] ^= if lines[at][place] == 0x0b { 2 } else { 1 };
            }
        }
        if lines.is_empty() {
            lines.push(b"\n".to_vec());
        }
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
