//! Verifies a whole directory of logs, as `FileStore` writes it.

use core::num::NonZero;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::thread;

use axiom_core::{LogId, Origin};

use super::log_files::{Expectations, Found, LogFiles};
use super::pool::in_order;
use super::segments::Segments;
use super::trust::Trust;
use super::{Fault, LogReport};
use crate::error::Error;
use crate::note::{SignedNote, TrustedKey};
use crate::store::file::layout::Layout;
use crate::store::file::reading::{Journaled, journaled};
use crate::witness::Quorum;

/// Verifies every log of a directory against public keys and trusted checkpoints.
///
/// It takes no lock, so it may run while another process writes, signs and replaces the key: of each log it verifies
/// what was there when it came, the checkpoint first, so that the log holds whatever that covers.
///
/// Memory does not grow with the logs. All cores are used unless [`threads`](Self::threads) says otherwise; the rest of
/// a log behind missing, repeated or moved entries is read by one.
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
    threads: Option<NonZero<usize>>,
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
            threads: None,
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
    ///
    /// Between signing it and the witnesses' answer it is not: on a directory that is being signed meanwhile, verify
    /// again before [`Fault::TooFewWitnesses`] alarms anybody.
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

    /// Reads and hashes in so many threads; by default in as many as the machine runs at once.
    #[must_use]
    pub const fn threads(mut self, threads: NonZero<usize>) -> Self {
        self.threads = Some(threads);
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
        let layout = Layout::open(&self.root)?;
        let find = |directory: &PathBuf| Ok(Segments::find(layout.disk(), &directory.join("segments"))?.len());
        layout.log_dirs()?.iter().map(find).sum()
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
        let threads = self.thread_count();
        let mut nobody = |_| {};
        let progress = self.progress.take().unwrap_or(&mut nobody);
        let journal = journal(&layout, &mut faults);
        let expected = Expectations { layout: &layout, trust: &trust, journal: &journal, strict: self.strict };
        let mut logs = verify_logs(&expected, layout.log_dirs()?, threads, progress, &mut faults);
        logs.sort_by(|a, b| a.origin.cmp(&b.origin));
        let present: BTreeSet<&Origin> = logs.iter().map(|log| &log.origin).collect();
        faults.extend(trust.missing(&present));
        Ok(DirectoryReport { host, logs, faults })
    }

    fn thread_count(&self) -> NonZero<usize> {
        self.threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN)
    }
}

/// Verifies small logs side by side, and then large ones one after the other, in parts.
fn verify_logs(
    expected: &Expectations<'_>,
    directories: Vec<PathBuf>,
    threads: NonZero<usize>,
    progress: &mut dyn FnMut(u64),
    faults: &mut Vec<Fault>,
) -> Vec<LogReport> {
    let (mut logs, mut large) = (Vec::new(), Vec::new());
    let work = |directory: PathBuf| Verified::of(expected.find(&directory));
    in_order(threads.min(at_least_one(directories.len())), directories.into_iter(), work, |verified| match verified {
        Verified::Small { report, bytes } => {
            logs.push(report);
            progress(bytes);
        }
        Verified::Large(log) => large.push(log),
        Verified::Stray(fault) => faults.push(fault),
    });
    logs.extend(large.into_iter().map(|log| log.verify(threads, progress)));
    let found: BTreeSet<&Origin> = logs.iter().map(|log| &log.origin).collect();
    let unfound = expected.journal.iter().filter(|(origin, _)| !found.contains(origin));
    let unfound: Vec<_> = unfound.map(|(origin, (id, _))| expected.journaled(origin, id)).collect();
    logs.extend(unfound.into_iter().map(|log| log.verify(threads, progress)));
    logs
}

/// What stands in the journal, by log.
fn journal(layout: &Layout, faults: &mut Vec<Fault>) -> HashMap<Origin, (LogId, Journaled)> {
    let journal = journaled(layout, None).unwrap_or_else(|error| {
        faults.push(Fault::Storage { file: "journal".into(), reason: format!("cannot be read: {error}") });
        HashMap::new()
    });
    journal.into_iter().map(|(id, journaled)| (layout.naming().origin(&id), (id, journaled))).collect()
}

/// How far one thread has come with one directory.
enum Verified<'a> {
    /// To the end.
    Small {
        report: LogReport,
        bytes: u64,
    },
    /// There is work for all threads in it.
    Large(LogFiles<'a>),
    Stray(Fault),
}

impl<'a> Verified<'a> {
    fn of(found: Found<'a>) -> Self {
        match found {
            Found::Log(log) if log.are_large() => Self::Large(log),
            Found::Log(log) => {
                let mut bytes = 0;
                let report = log.verify(NonZero::<usize>::MIN, &mut |read| bytes += read);
                Self::Small { report, bytes }
            }
            Found::Stray(fault) => Self::Stray(fault),
        }
    }
}

fn at_least_one(count: usize) -> NonZero<usize> {
    NonZero::new(count).unwrap_or(NonZero::<usize>::MIN)
}
