//! Verifies a whole directory of logs, as `FileStore` writes it.

use core::time::Duration;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread;

use axiom_core::{LogId, Origin};

use super::trust::Trust;
use super::{Fault, LogReport, LogVerification, LogVerifier};
use crate::error::Error;
use crate::note::{SignedNote, TrustedKey};
use crate::store::file::layout::{Layout, failed, read_small};
use crate::store::file::reading::{Journaled, journaled};
use crate::store::file::segment::Segment;
use crate::witness::Quorum;

/// Verifies every log of a directory against public keys and trusted checkpoints.
///
/// It takes no lock, so it may run while another process writes; what is being written at that moment may show as a
/// torn tail.
///
/// ```
/// use axiom_audit::{DirectoryVerifier, FileStore, TrustedKey, VerifierKey};
/// use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
///
/// # let directory = tempfile::tempdir()?;
/// let signer = Ed25519Signer::generate("audit.example.com".parse()?)?;
/// let key = VerifierKey::of("audit.example.com".parse()?, &signer)?;
/// FileStore::create(directory.path(), &key)?;
///
/// let verifier = Ed25519Verifier::from_public_key(key.public_key())?;
/// let report = DirectoryVerifier::new(directory.path()).key(TrustedKey::new(key, verifier)?).strict().verify()?;
/// for (log, fault) in report.faults() {
///     println!("{log}: {fault}");
/// }
/// assert!(report.is_verified());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DirectoryVerifier<'a> {
    root: PathBuf,
    keys: Vec<TrustedKey>,
    trusted: Vec<(String, SignedNote)>,
    rotations: u64,
    quorum: Option<Quorum>,
    strict: bool,
    progress: Option<&'a mut dyn FnMut(u64)>,
}

/// What was found in a directory of logs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryReport {
    /// The host's name.
    pub host: Origin,
    /// One report a log, in the order of their origins.
    pub logs: Vec<LogReport>,
    /// Faults that belong to no log that is there.
    pub faults: Vec<Fault>,
}

impl DirectoryReport {
    /// Whether nothing is wrong with any log, or with the directory itself.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.faults().next().is_none()
    }

    /// Every fault and where it is: a log's origin, or the host's name.
    pub fn faults(&self) -> impl Iterator<Item = (&Origin, &Fault)> {
        let own = self.faults.iter().map(|fault| (&self.host, fault));
        own.chain(self.logs.iter().flat_map(|log| log.faults.iter().map(|fault| (&log.origin, fault))))
    }

    /// How many entries there are in all logs.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.logs.iter().map(|log| log.entries).sum()
    }
}

impl<'a> DirectoryVerifier<'a> {
    /// Verifies the directory at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            keys: Vec::new(),
            trusted: Vec::new(),
            rotations: 0,
            quorum: None,
            strict: false,
            progress: None,
        }
    }

    /// Trusts one more key, and those that it leads to by the rotations that the directory holds; without any,
    /// checkpoints cannot be checked and count as badly signed.
    #[must_use]
    pub fn key(mut self, key: TrustedKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Holds the logs to one more checkpoint, kept elsewhere and known here as `name`.
    #[must_use]
    pub fn checkpoint(mut self, name: impl Into<String>, note: SignedNote) -> Self {
        self.trusted.push((name.into(), note));
        self
    }

    /// The signing key has been replaced this often by now, or more: a directory that shows fewer rotations is an older
    /// state, which nothing else may tell. See [`rotate_key`](crate::rotate_key).
    #[must_use]
    pub const fn rotations(mut self, at_least: u64) -> Self {
        self.rotations = at_least;
        self
    }

    /// The meta-log's newest checkpoint, which stands for those of all logs, must be cosigned by these witnesses.
    #[must_use]
    pub fn quorum(mut self, quorum: Quorum) -> Self {
        self.quorum = Some(quorum);
        self
    }

    /// Also parses every entry: canonical form, schema, organization.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Tells `progress` how many bytes have been read, now and then.
    #[must_use]
    pub fn progress(mut self, progress: &'a mut dyn FnMut(u64)) -> Self {
        self.progress = Some(progress);
        self
    }

    /// How many bytes there are to read.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no directory of logs, [`Error::Store`] where it cannot be read.
    pub fn size(&self) -> Result<u64, Error> {
        let mut size = 0;
        let layout = Layout::open(&self.root)?;
        for directory in layout.log_dirs()? {
            for segment in Segment::list(layout.disk(), &directory.join("segments"))? {
                size += fs::metadata(&segment.path).map_err(failed("read", &segment.path))?.len();
            }
        }
        Ok(size)
    }

    /// Verifies everything.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no directory of logs, [`Error::Damaged`] where its `axiom.json` cannot be
    /// read, [`Error::Store`] where a file cannot be read. Whatever else is wrong stands in the report.
    pub fn verify(mut self) -> Result<DirectoryReport, Error> {
        let layout = Layout::open(&self.root)?;
        let host = layout.naming().host().clone();
        let mut faults = Vec::new();
        let trust = Trust::gather(&layout, core::mem::take(&mut self.keys), &self.trusted, &mut faults)?;
        faults.extend(self.quorum.as_ref().and_then(|quorum| Trust::check_witnesses(&layout, quorum)));
        if trust.epoch() < self.rotations {
            faults.push(Fault::TooFewRotations { rotations: trust.epoch(), expected: self.rotations });
        }
        let mut logs = Vec::new();
        // What leaves the journal after it was read is in the segments when those are read.
        let mut journal = journaled(&layout, None)?;
        for directory in layout.log_dirs()? {
            match origin_of(&layout, &directory) {
                Some(origin) => logs.push(self.verify_log(&layout, &directory, &origin, &trust, &mut journal)),
                None => faults.push(stray(&layout, &directory)),
            }
        }
        logs.extend(journal.into_iter().map(|(log, journaled)| self.verify_journaled(&layout, &log, &journaled)));
        logs.sort_by(|a, b| a.origin.cmp(&b.origin));
        let present: BTreeSet<&Origin> = logs.iter().map(|log| &log.origin).collect();
        faults.extend(trust.missing(&present));
        Ok(DirectoryReport { host, logs, faults })
    }

    fn verify_log(
        &mut self,
        layout: &Layout,
        directory: &Path,
        origin: &Origin,
        trust: &Trust,
        journal: &mut HashMap<LogId, Journaled>,
    ) -> LogReport {
        let mut faults = Vec::new();
        let mut verifier = LogVerifier::new(origin.clone());
        let mut journaled = Journaled::default();
        match layout.identify(directory) {
            Ok(log) => {
                journaled = journal.remove(&log).unwrap_or_default();
                if self.strict {
                    verifier = verifier.strict(log.organization.as_str());
                }
            }
            Err(_) => faults.push(storage(origin, "log.json", "is not as it was written")),
        }
        let own = read_small(layout.disk(), &directory.join("checkpoint"));
        let (trusted, signed) = trust.of(origin, own, &mut faults);
        for checkpoint in trusted {
            verifier = verifier.trust(checkpoint);
        }
        let mut verification = verifier.start();
        self.read_segments(layout, origin, directory, &mut verification, &mut faults);
        journaled.after(verification.expected()).iter().for_each(|line| verification.push_journaled(line));
        let mut report = verification.finish();
        report.faults.iter_mut().for_each(|fault| name_rollback(fault, signed));
        faults.append(&mut report.faults);
        LogReport { faults, ..report }
    }

    /// A log of which nothing has left the journal yet.
    fn verify_journaled(&self, layout: &Layout, log: &LogId, journaled: &Journaled) -> LogReport {
        let mut verifier = LogVerifier::new(layout.naming().origin(log));
        if self.strict {
            verifier = verifier.strict(log.organization.as_str());
        }
        let mut verification = verifier.start();
        journaled.after(0).iter().for_each(|line| verification.push_journaled(line));
        verification.finish()
    }

    fn read_segments(
        &mut self,
        layout: &Layout,
        origin: &Origin,
        directory: &Path,
        verifier: &mut LogVerification,
        faults: &mut Vec<Fault>,
    ) {
        let segments = match Segment::list(layout.disk(), &directory.join("segments")) {
            Ok(segments) => segments,
            Err(error) => return faults.push(storage(origin, "segments", &format!("cannot be read: {error}"))),
        };
        for (index, segment) in segments.iter().enumerate() {
            verifier.end_segment();
            let name = segment.path.file_name().unwrap_or_default().to_string_lossy();
            if segment.first != verifier.expected() {
                let reason = format!("stands where entry {} should follow", verifier.expected());
                faults.push(storage(origin, &name, &reason));
            }
            if let Err(error) = self.read_segment(layout, segment, index + 1 == segments.len(), verifier) {
                faults.push(storage(origin, &name, &format!("cannot be read: {error}")));
            }
        }
    }

    fn read_segment(
        &mut self,
        layout: &Layout,
        segment: &Segment,
        is_last: bool,
        verifier: &mut LogVerification,
    ) -> Result<(), Error> {
        let mut reader = segment.reader(layout.disk(), 0)?;
        let (mut block, mut waits) = (vec![0; 1 << 16], 0);
        loop {
            let read = reader.read(&mut block).map_err(failed("read", &segment.path))?;
            if read == 0 {
                // A writer may be in the middle of a line; what a crash has left does not grow.
                if !is_last || !verifier.may_go_on() || waits == MAX_WAITS {
                    return Ok(());
                }
                waits += 1;
                thread::sleep(WAIT);
            }
            verifier.push(&block[..read]);
            if let Some(progress) = &mut self.progress {
                progress(read as u64);
            }
        }
    }
}

/// How long to wait for the rest of a line, and how often.
const WAIT: Duration = Duration::from_millis(20);
const MAX_WAITS: u32 = 5;

/// The origin that follows from where a log lies, if a log could lie there; its entries must agree.
fn origin_of(layout: &Layout, directory: &Path) -> Option<Origin> {
    let relative = directory.strip_prefix(layout.root()).ok()?.to_str()?;
    format!("{}/{relative}", layout.naming().host()).parse().ok()
}

fn stray(layout: &Layout, directory: &Path) -> Fault {
    let relative = directory.strip_prefix(layout.root()).unwrap_or(directory);
    Fault::Storage { file: format!("{relative:?}"), reason: "is no place for a log".into() }
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
