//! The files of one log, and what they are held to.

use core::num::NonZero;
use std::collections::HashMap;
use std::path::Path;

use axiom_core::{LogId, Origin};

use super::segments::Segments;
use super::trust::Trust;
use super::{Fault, LogReport, LogVerifier};
use crate::error::Error;
use crate::store::file::layout::{Layout, read_small};
use crate::store::file::reading::Journaled;

/// What the logs of a directory are held to.
///
/// The journal was read before any of the rest is: what has left it meanwhile is then in the segments.
pub(super) struct Expectations<'a> {
    pub(super) layout: &'a Layout,
    pub(super) trust: &'a Trust<'a>,
    pub(super) journal: &'a HashMap<Origin, (LogId, Journaled)>,
    pub(super) strict: bool,
}

/// A log whose entries have not been read yet.
pub(super) struct LogFiles<'a> {
    layout: &'a Layout,
    journaled: Journaled,
    verifier: LogVerifier,
    segments: Segments,
    /// The size of the checkpoint that lies beside the log; 0 without one.
    signed: u64,
    faults: Vec<Fault>,
}

/// What a directory turns out to be.
pub(super) enum Found<'a> {
    /// A log.
    Log(LogFiles<'a>),
    /// A directory in which no log could lie.
    Stray(Fault),
}

impl<'a> Expectations<'a> {
    /// Finds the files of the log in `directory`.
    ///
    /// The checkpoint comes first and the description last. A writer makes the description before it adds entries, and
    /// a checkpoint after it: so whatever is read here covers what was read before.
    pub(super) fn find(&self, directory: &Path) -> Found<'a> {
        let Some(origin) = self.origin(directory) else { return Found::Stray(self.stray(directory)) };
        let mut log = self.unread(&origin, read_small(self.layout.disk(), &directory.join("checkpoint")));
        match Segments::find(self.layout.disk(), &directory.join("segments")) {
            Ok(segments) => log.segments = segments,
            Err(error) => log.faults.push(storage(&origin, "segments", &format!("cannot be read: {error}"))),
        }
        match self.layout.identify(directory) {
            Ok(id) if self.strict => log.verifier = log.verifier.strict(id.organization.as_str()),
            Ok(_) => {}
            Err(_) => log.faults.push(storage(&origin, "log.json", "is not as it was written")),
        }
        Found::Log(log)
    }

    /// The log of `id`, of which there is nothing but what the journal holds.
    pub(super) fn journaled(&self, origin: &Origin, id: &LogId) -> LogFiles<'a> {
        let mut log = self.unread(origin, Ok(None));
        if self.strict {
            log.verifier = log.verifier.strict(id.organization.as_str());
        }
        log
    }

    /// A log with what it is held to, beside which lies the checkpoint `own`.
    fn unread(&self, origin: &Origin, own: Result<Option<String>, Error>) -> LogFiles<'a> {
        let mut faults = Vec::new();
        let (trusted, signed) = self.trust.of(origin, own, &mut faults);
        LogFiles {
            layout: self.layout,
            journaled: self.journal.get(origin).map(|(_, journaled)| journaled.clone()).unwrap_or_default(),
            verifier: trusted.into_iter().fold(LogVerifier::new(origin.clone()), LogVerifier::trust),
            segments: Segments::none(),
            signed,
            faults,
        }
    }

    /// The origin that follows from where a log lies, if a log could lie there; its entries must agree.
    fn origin(&self, directory: &Path) -> Option<Origin> {
        let relative = directory.strip_prefix(self.layout.root()).ok()?.to_str()?;
        format!("{}/{relative}", self.layout.naming().host()).parse().ok()
    }

    fn stray(&self, directory: &Path) -> Fault {
        let relative = directory.strip_prefix(self.layout.root()).unwrap_or(directory);
        Fault::Storage { file: format!("{relative:?}"), reason: "is no place for a log".into() }
    }
}

impl LogFiles<'_> {
    /// Whether there is work for more than one thread.
    pub(super) fn are_large(&self) -> bool {
        self.segments.are_large()
    }

    /// Verifies the log in up to `threads` threads.
    pub(super) fn verify(mut self, threads: NonZero<usize>, progress: &mut dyn FnMut(u64)) -> LogReport {
        let (verification, faults) =
            self.segments.read(self.layout.disk(), &self.verifier, &self.journaled, threads, progress);
        let mut report = verification.finish();
        let origin = &report.origin;
        self.faults.extend(faults.into_iter().map(|fault| storage(origin, &fault.file, &fault.reason)));
        report.faults.iter_mut().for_each(|fault| name_rollback(fault, self.signed));
        self.faults.append(&mut report.faults);
        LogReport { faults: self.faults, ..report }
    }
}

/// A log that ends before a trusted checkpoint, but holds its own, is an older copy.
fn name_rollback(fault: &mut Fault, own: u64) {
    if let Fault::Truncated { entries, signed } = *fault
        && own > 0
        && own <= entries
    {
        *fault = Fault::RolledBack { entries, signed };
    }
}

fn storage(origin: &Origin, file: &str, reason: &str) -> Fault {
    Fault::Storage { file: format!("{origin}/{file}"), reason: reason.into() }
}
