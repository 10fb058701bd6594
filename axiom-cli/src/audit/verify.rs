//! `axiom audit verify`.

use core::fmt::Write;
use core::num::NonZero;
use core::ops::Range;
use std::fs;
use std::path::PathBuf;

use axiom_audit::{
    DirectoryReport, DirectoryVerifier, Error, Fault, FileStore, LogReport, Quorum, SignedNote, TrustedWitness,
    VerifierKey,
};
use axiom_crypto::Ed25519Verifier;
use clap::Args;
use serde::Serialize;

use super::trusted;
use crate::failure::Failure;
use crate::terminal::{self, BAD, BOLD, DIM, GOOD, WARN, printable};

/// Find out whether the logs are as they were written
///
/// Give the verifier key that `init` printed, and checkpoints that were kept elsewhere. Without a key the directory's
/// own is used, which whoever changed the logs may have changed too.
///
/// Exit status: 0 nothing is wrong; 1 something is; 2 the directory could not be read.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom audit verify ./logs --vkey 'audit.example.com+1a2b3c4d+AQ…'\n  \
    axiom audit verify ./logs --vkey \"$(cat vkey)\" --checkpoint /mnt/elsewhere/checkpoints-2026-03-01")]
pub(crate) struct Verify {
    /// The log directory
    dir: PathBuf,
    /// The verifier key of the host, or of a log; may be given more than once [default: the one in the directory]
    #[arg(long, value_name = "KEY")]
    vkey: Vec<VerifierKey>,
    /// A file of signed notes that were kept elsewhere; may be given more than once
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// How often the signing key has been replaced by now, or more: a directory that shows less is an older state
    #[arg(long, value_name = "N", default_value_t = 0)]
    rotations: u64,
    /// The verifier key of a witness that must have cosigned the meta-log's checkpoint; may be given more than once
    #[arg(long, value_name = "KEY")]
    witness: Vec<VerifierKey>,
    /// How many of the witnesses must have [default: all]
    #[arg(long, value_name = "N", requires = "witness")]
    quorum: Option<usize>,
    /// Also parse every event: canonical form, schema, organization
    #[arg(long)]
    strict: bool,
    /// How many threads read and hash at once [default: as many as the machine runs]
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let own = match FileStore::read_only(&self.dir) {
            Err(Error::Damaged { .. }) if self.json => return self.print_damage(),
            store => store?.verifier_key().clone(),
        };
        let given = !self.vkey.is_empty();
        let keys = if given { self.vkey.clone() } else { vec![own] };
        let notes = self.notes()?;
        let (bad, notes): (Vec<_>, Vec<_>) = notes.into_iter().partition(|(_, note)| note.is_none());
        let mut verifier = DirectoryVerifier::new(&self.dir);
        for key in &keys {
            verifier = verifier.key(trusted(key.clone())?);
        }
        for (name, note) in notes {
            verifier = note.into_iter().fold(verifier, |verifier, note| verifier.checkpoint(name.clone(), note));
        }
        verifier = verifier.rotations(self.rotations);
        if let Some(quorum) = self.quorum()? {
            verifier = verifier.quorum(quorum);
        }
        if self.strict {
            verifier = verifier.strict();
        }
        if let Some(threads) = self.threads {
            verifier = verifier.threads(threads);
        }
        let bar = terminal::progress(verifier.size()?, "verifying");
        let mut advance = |bytes| bar.inc(bytes);
        let mut report = verifier.progress(&mut advance).verify()?;
        bar.finish_and_clear();
        report.faults.extend(bad.into_iter().map(|(checkpoint, _)| Fault::BadSignature { checkpoint }));
        self.print(&report, &keys, given)?;
        if report.is_verified() { Ok(()) } else { Err(Failure::Told) }
    }

    fn quorum(&self) -> Result<Option<Quorum>, Failure> {
        if self.witness.is_empty() {
            return Ok(None);
        }
        let trust = |key: &VerifierKey| -> Result<TrustedWitness, Failure> {
            Ok(TrustedWitness::new(key.clone(), Ed25519Verifier::from_public_key(key.public_key())?)?)
        };
        let witnesses = self.witness.iter().map(trust).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(Quorum::new(self.quorum.unwrap_or(witnesses.len()), witnesses)?))
    }

    /// The notes of all checkpoint files; none for what is not a file of notes.
    fn notes(&self) -> Result<Vec<(String, Option<SignedNote>)>, Failure> {
        let mut notes = Vec::new();
        for path in &self.checkpoint {
            let name = path.display().to_string();
            let bytes = fs::read(path).map_err(|error| Failure::io("read", path, &error))?;
            let parsed = String::from_utf8(bytes).ok().and_then(|text| SignedNote::parse_all(&text).ok());
            match parsed.filter(|parsed| !parsed.is_empty()) {
                Some(parsed) => notes.extend(parsed.into_iter().map(|note| (name.clone(), Some(note)))),
                None => notes.push((name, None)),
            }
        }
        Ok(notes)
    }

    fn print(&self, report: &DirectoryReport, keys: &[VerifierKey], given: bool) -> Result<(), Failure> {
        if self.json {
            return print_json(&described(report, keys, given));
        }
        if !given {
            terminal::note("no --vkey given: the directory's own key was used, which proves nothing against its owner");
        }
        terminal::print(&rendered(report))
    }

    /// Prints the report on a directory that does not say any more whose logs it holds.
    fn print_damage(&self) -> Result<(), Failure> {
        let fault = Fault::Storage { file: "axiom.json".into(), reason: "is not as it was written".into() };
        print_json(&Described {
            ok: false,
            host: None,
            vkeys: self.vkey.iter().map(ToString::to_string).collect(),
            vkey_source: source_of_keys(!self.vkey.is_empty()),
            entries: 0,
            logs: Vec::new(),
            faults: described_faults(&[fault]),
        })?;
        Err(Failure::Told)
    }
}

fn print_json(described: &Described<'_>) -> Result<(), Failure> {
    let json = serde_json::to_string(described).map_err(|error| Failure::Usage(error.to_string()))?;
    terminal::print(&(terminal::printable_json(&json) + "\n"))
}

fn rendered(report: &DirectoryReport) -> String {
    let mut text = String::new();
    for log in &report.logs {
        let (style, mark) = if log.is_verified() { (GOOD, "ok") } else { (BAD, "FAULTY") };
        let _ = writeln!(text, "{style}{mark:<6}{style:#} {BOLD}{}{BOLD:#}", printable(log.origin.as_str()));
        let _ = writeln!(text, "       {}", extent(log));
        let _ = writeln!(text, "       {DIM}root {}{DIM:#}", log.root);
    }
    for (place, fault) in report.faults() {
        let (place, fault) = (printable(place.as_str()), printable(&fault.to_string()));
        let _ = writeln!(text, "{BAD}fault{BAD:#}  {WARN}{place}{WARN:#} {fault}");
    }
    let (logs, entries) = (report.logs.len(), report.entries());
    let (style, verdict) = if report.is_verified() { (GOOD, "verified") } else { (BAD, "NOT VERIFIED") };
    let _ = writeln!(text, "{style}{verdict}{style:#}: {entries} entries in {logs} logs");
    text
}

/// How many entries there are, and which of them are anchored.
fn extent(log: &LogReport) -> String {
    let part = |range: Range<u64>| match Sequence::of(range) {
        Some(Sequence { from, to }) if from == to => format!(" (entry {from})"),
        Some(Sequence { from, to }) => format!(" (entries {from} to {to})"),
        None => String::new(),
    };
    let (anchored, unanchored) = (part(log.anchored_range()), part(log.unanchored_range()));
    format!(
        "{} entries: {} anchored by a signed checkpoint{anchored}, {} not yet{unanchored}",
        log.entries,
        log.anchored,
        log.unanchored()
    )
}

/// Entries that follow one another: the first and the last.
#[derive(Serialize)]
struct Sequence {
    from: u64,
    to: u64,
}

impl Sequence {
    fn of(range: Range<u64>) -> Option<Self> {
        (!range.is_empty()).then(|| Self { from: range.start, to: range.end - 1 })
    }
}

#[derive(Serialize)]
struct Described<'a> {
    ok: bool,
    /// Missing where the directory does not tell it any more.
    host: Option<&'a str>,
    vkeys: Vec<String>,
    vkey_source: &'static str,
    entries: u64,
    logs: Vec<DescribedLog<'a>>,
    faults: Vec<DescribedFault<'a>>,
}

#[derive(Serialize)]
struct DescribedLog<'a> {
    log: &'a str,
    ok: bool,
    entries: u64,
    anchored: u64,
    unanchored: u64,
    anchored_range: Option<Sequence>,
    unanchored_range: Option<Sequence>,
    tip: String,
    root: String,
    faults: Vec<DescribedFault<'a>>,
}

#[derive(Serialize)]
struct DescribedFault<'a> {
    #[serde(flatten)]
    fault: &'a Fault,
    message: String,
}

fn described<'a>(report: &'a DirectoryReport, keys: &[VerifierKey], given: bool) -> Described<'a> {
    let log = |log: &'a LogReport| DescribedLog {
        log: log.origin.as_str(),
        ok: log.is_verified(),
        entries: log.entries,
        anchored: log.anchored,
        unanchored: log.unanchored(),
        anchored_range: Sequence::of(log.anchored_range()),
        unanchored_range: Sequence::of(log.unanchored_range()),
        tip: log.tip.to_string(),
        root: log.root.to_string(),
        faults: described_faults(&log.faults),
    };
    Described {
        ok: report.is_verified(),
        host: Some(report.host.as_str()),
        vkeys: keys.iter().map(ToString::to_string).collect(),
        vkey_source: source_of_keys(given),
        entries: report.entries(),
        logs: report.logs.iter().map(log).collect(),
        faults: described_faults(&report.faults),
    }
}

fn described_faults(faults: &[Fault]) -> Vec<DescribedFault<'_>> {
    faults.iter().map(|fault| DescribedFault { fault, message: fault.to_string() }).collect()
}

const fn source_of_keys(given: bool) -> &'static str {
    if given { "given" } else { "directory" }
}
