//! Verification: bytes and public keys in, a report out.
//!
//! A [`LogVerifier`] takes the entries of one log as bytes, in chunks of any size, and checks chain, tree and the
//! checkpoints it was told to trust. It needs no store, clock, network or runtime, and its memory does not grow with
//! the log. It does not stop at the first fault: the [`LogReport`] names every one.

use axiom_core::{Digest, Event, Object, Origin};

use crate::checkpoint::Checkpoint;
use crate::entry::{Links, MAX_ENTRY_LEN, genesis, leaf_hash};
use crate::merkle::Frontier;

#[cfg(feature = "log")]
mod directory;
mod report;

#[cfg(feature = "log")]
pub use directory::{DirectoryReport, DirectoryVerifier};
pub use report::{Fault, LogReport};

/// Verifies one log from its bytes.
///
/// ```
/// use axiom_audit::{Fault, LogVerifier};
///
/// let mut verifier = LogVerifier::new("audit.example.com/9f/material".parse()?);
/// verifier.push(b"{\"event\":{},\"log\":\"another\"");
/// verifier.push(b"}\n");
/// let report = verifier.finish();
/// assert_eq!(report.faults, [Fault::Malformed { seq: 0 }]);
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug)]
pub struct LogVerifier {
    origin: Origin,
    /// Whose events these are, where every event is to be parsed.
    organization: Option<String>,
    /// Trusted checkpoints not reached yet, the smallest last.
    trusted: Vec<Checkpoint>,
    anchored: u64,
    /// How many entries were read.
    entries: u64,
    /// The sequence number that the next entry should have.
    expected: u64,
    /// What the next entry should have for `prev`; unknown after an entry that could not be read.
    prev: Option<Digest>,
    tip: Digest,
    tree: Frontier,
    /// The start of a line whose end has not come yet.
    partial: Vec<u8>,
    /// How long that line is by now; a line that is too long is counted, not kept.
    partial_len: usize,
    faults: Vec<Fault>,
}

impl LogVerifier {
    /// A verifier for the log named `origin`, from its first entry on.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        let genesis = genesis(&origin);
        Self {
            origin,
            organization: None,
            trusted: Vec::new(),
            anchored: 0,
            entries: 0,
            expected: 0,
            prev: Some(genesis),
            tip: genesis,
            tree: Frontier::new(),
            partial: Vec::new(),
            partial_len: 0,
            faults: Vec::new(),
        }
    }

    /// Holds the log to a checkpoint whose signature has been checked.
    #[must_use]
    pub fn trust(mut self, checkpoint: Checkpoint) -> Self {
        // The same checkpoint often comes from two places, and is one fault at the most.
        if !self.trusted.contains(&checkpoint) {
            self.trusted.push(checkpoint);
        }
        self.trusted.sort_by_key(|trusted| core::cmp::Reverse(trusted.size));
        self
    }

    /// Also parses every entry: canonical form, event schema, and that each event is `organization`'s.
    #[must_use]
    pub fn strict(mut self, organization: impl Into<String>) -> Self {
        self.organization = Some(organization.into());
        self
    }

    /// Takes the next bytes of the log.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            if self.partial_len == 0 {
                self.line(line);
            } else {
                self.keep(line);
                let whole = core::mem::take(&mut self.partial);
                self.line(&whole);
                self.partial = whole;
                self.partial.clear();
                self.partial_len = 0;
            }
            rest = after;
        }
        self.keep(rest);
    }

    /// The sequence number that the next entry should have.
    #[cfg(feature = "log")]
    pub(crate) const fn expected(&self) -> u64 {
        self.expected
    }

    /// Whether the bytes so far end within a line that no trusted checkpoint covers.
    #[cfg(feature = "log")]
    pub(crate) fn may_go_on(&self) -> bool {
        self.partial_len > 0 && self.trusted.iter().all(|trusted| trusted.size <= self.entries)
    }

    /// Ends a file that is not the last: a line does not go on in the next one.
    #[cfg(feature = "log")]
    pub(crate) fn end_segment(&mut self) {
        if self.partial_len > 0 {
            self.fault(Fault::TornTail { seq: self.expected, bytes: self.partial_len as u64 });
            self.push(b"\n");
        }
    }

    /// The report, once all bytes have been taken.
    #[must_use]
    pub fn finish(mut self) -> LogReport {
        self.check_trusted();
        if self.partial_len > 0 {
            self.fault(Fault::TornTail { seq: self.expected, bytes: self.partial_len as u64 });
        }
        while let Some(missed) = self.trusted.pop() {
            self.fault(Fault::Truncated { entries: self.entries, signed: missed.size });
        }
        LogReport {
            origin: self.origin,
            entries: self.entries,
            tip: self.tip,
            root: self.tree.root(),
            anchored: self.anchored,
            faults: self.faults,
        }
    }

    /// Keeps the start of a line, up to the length that no entry exceeds.
    fn keep(&mut self, bytes: &[u8]) {
        let room = (MAX_ENTRY_LEN + 1).saturating_sub(self.partial.len());
        self.partial.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.partial_len = self.partial_len.saturating_add(bytes.len());
    }

    fn line(&mut self, line: &[u8]) {
        self.check_trusted();
        let hash = leaf_hash(line);
        match Links::read(line).filter(|links| line.len() <= MAX_ENTRY_LEN && self.could_be(links.log)) {
            Some(links) => {
                self.check_links(&links);
                if self.organization.is_some() {
                    self.check_event(&links);
                }
                self.expected = links.seq + 1;
                self.prev = Some(hash);
            }
            None => {
                self.fault(Fault::Malformed { seq: self.expected });
                self.expected += 1;
                self.prev = None;
            }
        }
        self.tip = hash;
        self.tree.push(hash);
        self.entries += 1;
    }

    /// Whether `log` is the name of a log; what a report repeats must not be any text at all.
    fn could_be(&self, log: &str) -> bool {
        log == self.origin.as_str() || log.parse::<Origin>().is_ok()
    }

    /// Adds a fault; from the thousandth on they are counted.
    fn fault(&mut self, fault: Fault) {
        let named = self.faults.len();
        match self.faults.last_mut() {
            Some(Fault::More { count }) => *count += 1,
            _ if named == MAX_FAULTS => self.faults.push(Fault::More { count: 1 }),
            _ => self.faults.push(fault),
        }
    }

    fn check_links(&mut self, links: &Links<'_>) {
        let seq = links.seq;
        if links.log != self.origin.as_str() {
            self.fault(Fault::Foreign { seq, log: links.log.into() });
        }
        if seq > self.expected {
            self.fault(Fault::Missing { from: self.expected, to: seq - 1 });
        } else if seq < self.expected {
            self.fault(Fault::OutOfPlace { seq, expected: self.expected });
        } else if self.prev.is_some_and(|prev| prev != links.prev) {
            self.fault(match seq {
                0 => Fault::BadGenesis,
                _ => Fault::BrokenLink { before: seq - 1, after: seq },
            });
        }
    }

    fn check_event(&mut self, links: &Links<'_>) {
        let seq = links.seq;
        let object: Option<Object> = serde_json::from_slice(links.event).ok();
        let dated = |object: &Object| LOGGED.iter().all(|name| object.get(name).is_some());
        let canonical = object.as_ref().and_then(|object| serde_json::to_vec(object).ok());
        if canonical.as_deref() != Some(links.event) {
            self.fault(Fault::NotCanonical { seq });
            return;
        }
        if !object.as_ref().is_some_and(dated) {
            self.fault(Fault::Schema { seq, reason: "it lacks an id or a time".into() });
            return;
        }
        match object.map(Event::from_object) {
            Some(Ok(event)) if Some(event.organization_id.as_str()) == self.organization.as_deref() => {}
            Some(Ok(_)) => self.fault(Fault::ForeignEvent { seq }),
            Some(Err(error)) => self.fault(Fault::Schema { seq, reason: error.to_string() }),
            None => {}
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

/// What every recorded event has, whether its author gave it or not.
const LOGGED: [&str; 3] = ["id", "recordedAt", "timestamp"];
