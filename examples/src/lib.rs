//! The steps that the examples share: record, look, sign, verify, attack, export.
//!
//! Each step is a few calls of axiom and the lines that show the result. Read `quickstart.rs` first.

#![forbid(unsafe_code)]

use core::error::Error;
use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anstream::println;
use axiom_audit::export::{Csv, Format, Json, StoredEntry, export};
use axiom_audit::{
    DirectoryReport, DirectoryVerifier, FileStore, Receipt, Recorder, SignedNote, Store, TrustedKey, VerifierKey,
    sign_checkpoint,
};
use axiom_core::{Event, LogId, Origin, SealPaths, Value};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier, FieldSealer, KeyFile};
use axiom_pii::PiiScrubber;
use pollster::block_on;

mod attack;
mod screen;

use screen::{BAD, BOLD, DIM, GOOD, WARN, shorten};
pub use screen::{bar, heading};

/// What a step gives.
pub type Result<T> = core::result::Result<T, Box<dyn Error>>;

/// A directory of logs, the key that signs them and the key that seals their fields.
pub struct Session {
    root: PathBuf,
    signer: Ed25519Signer,
    sealing_key: PathBuf,
}

impl Session {
    /// Makes the directory and both keys.
    ///
    /// # Errors
    /// Where there is such a directory already, or it cannot be made.
    pub fn create(root: &Path) -> Result<Self> {
        let host: Origin = "audit.example.com".parse()?;
        fs::create_dir_all(root)?;
        let signer = Ed25519Signer::create(root.join("signing.key"), host.clone())?;
        FileStore::create(root, &VerifierKey::of(host, &signer)?)?;
        let sealing_key = root.join("sealing.key");
        KeyFile::create(&sealing_key)?;
        Ok(Self { root: root.into(), signer, sealing_key })
    }

    /// Records the events: personal data out, the fields at `sealed` encrypted, entries chained, all of it on disk.
    ///
    /// # Errors
    /// Where an event cannot be recorded.
    pub fn record(&self, events: &[Event], sealed: SealPaths) -> Result<()> {
        heading("Record", "personal data is redacted, sensitive fields are sealed, entries are chained");
        let sealer = FieldSealer::new(Arc::new(KeyFile::open(&self.sealing_key)?));
        let recorder =
            Recorder::builder(FileStore::open(&self.root)?, PiiScrubber::default()).seal(sealed, sealer).build()?;
        let bar = bar(events.len());
        let mut protected = 0;
        for chunk in events.chunks(1000) {
            let receipts = recorder.record_batch_blocking(chunk.to_vec());
            for (event, receipt) in chunk.iter().zip(receipts) {
                let receipt = receipt?;
                let touched = !receipt.findings.is_empty() || !receipt.sealed.is_empty();
                protected += usize::from(touched);
                if touched && protected <= MOST_SHOWN {
                    show_receipt(&receipt, event.action_type.as_str());
                }
            }
            bar.inc(chunk.len() as u64);
        }
        bar.finish_and_clear();
        if protected > MOST_SHOWN {
            println!("  {DIM}… and {} more{DIM:#}", protected - MOST_SHOWN);
        }
        println!("{} events recorded", events.len());
        Ok(())
    }

    /// Shows the first entries of each log and their hashes.
    ///
    /// # Errors
    /// Where a log cannot be read.
    pub fn show(&self, most: usize) -> Result<()> {
        heading("Look", "one log for each organization and stream, each entry linked to the one before");
        let store = FileStore::read_only(&self.root)?;
        for log in block_on(store.logs())? {
            println!("{BOLD}{log}{BOLD:#}  {DIM}{}{DIM:#}", store.naming().origin(&log));
            let lines = block_on(store.read(&log, 0, 1 << 20))?;
            for line in lines.iter().take(most) {
                let entry = StoredEntry::read(line.clone())?;
                let (prev, hash) = (shorten(entry.prev()), shorten(entry.hash()));
                let action = entry.event().get("actionType").and_then(Value::as_str).unwrap_or_default();
                println!("  {:>4}  {action:<42} {DIM}{prev} ← {DIM:#}{hash}", entry.seq());
            }
            if lines.len() > most {
                println!("        {DIM}… and {} more{DIM:#}", lines.len() - most);
            }
        }
        Ok(())
    }

    /// Signs a checkpoint of every log, and shows the first.
    ///
    /// # Errors
    /// Where a log does not verify, or the key cannot be used.
    pub fn sign(&self) -> Result<Vec<SignedNote>> {
        heading("Sign", "a checkpoint commits to everything so far; keep it where the log's owner cannot reach");
        let store = FileStore::open(&self.root)?;
        let sign = |log: &LogId| block_on(sign_checkpoint(&store, &store, log, &self.signer));
        let notes: Vec<SignedNote> =
            block_on(store.logs())?.iter().map(sign).collect::<core::result::Result<_, _>>()?;
        for line in
            notes.iter().take(1).flat_map(|note| note.to_string().lines().map(str::to_owned).collect::<Vec<_>>())
        {
            println!("  {line}");
        }
        println!("{DIM}{} checkpoints signed{DIM:#}", notes.len());
        Ok(notes)
    }

    /// Verifies the directory with nothing but the public key and the checkpoints, and shows the verdict.
    ///
    /// # Errors
    /// Where the directory cannot be read, or does not verify.
    pub fn verify(&self, notes: &[SignedNote]) -> Result<()> {
        heading("Verify", "bytes, a public key and the checkpoints: nothing else is needed, or trusted");
        println!("  {DIM}{}{DIM:#}", self.verifier_key()?);
        let report = self.report(&self.root, notes)?;
        show_report(&report);
        if report.is_verified() { Ok(()) } else { Err("the logs do not verify".into()) }
    }

    fn report(&self, directory: &Path, notes: &[SignedNote]) -> Result<DirectoryReport> {
        let key = self.verifier_key()?;
        let verifier = Ed25519Verifier::from_public_key(key.public_key())?;
        let mut directory = DirectoryVerifier::new(directory).key(TrustedKey::new(key, verifier)?);
        for note in notes {
            directory = directory.checkpoint("kept elsewhere", note.clone());
        }
        Ok(directory.verify()?)
    }

    fn verifier_key(&self) -> Result<VerifierKey> {
        Ok(VerifierKey::of(self.signer.name().clone(), &self.signer)?)
    }

    /// Exports everything as JSON and as CSV.
    ///
    /// # Errors
    /// Where a log cannot be read or a file not written.
    pub fn export(&self) -> Result<()> {
        heading("Export", "for auditors and spreadsheets");
        let store = FileStore::read_only(&self.root)?;
        let logs = block_on(store.logs())?;
        let formats: [(&str, Box<dyn Format + Send>); 2] =
            [("export.json", Box::new(Json::new())), ("export.csv", Box::new(Csv))];
        for (name, mut format) in formats {
            let path = self.root.join(name);
            let mut out = BufWriter::new(fs::File::create(&path)?);
            let entries = block_on(export(&store, &logs, &mut *format, &mut out))?;
            drop(out);
            println!("  {entries} entries, {} bytes  {BOLD}{}{BOLD:#}", fs::metadata(&path)?.len(), path.display());
            for line in fs::read_to_string(&path)?.lines().take(2) {
                println!("    {DIM}{}…{DIM:#}", line.chars().take(110).collect::<String>());
            }
        }
        Ok(())
    }
}

/// Of how many events the record step shows what was redacted and sealed.
const MOST_SHOWN: usize = 20;

/// Shows what was redacted and sealed in one event.
fn show_receipt(receipt: &Receipt, action: &str) {
    let hash = receipt.place().map_or_else(String::new, |place| shorten(place.hash));
    println!("  {action:<42} {DIM}{hash}{DIM:#}");
    for finding in &receipt.findings {
        let pointer = finding.pointer.as_deref().unwrap_or_default();
        println!("      {WARN}redacted{WARN:#} {:<12} {DIM}{pointer}{DIM:#}", finding.kind);
    }
    for pointer in &receipt.sealed {
        println!("      {GOOD}sealed{GOOD:#}   {DIM}{pointer}{DIM:#}");
    }
}

fn show_report(report: &DirectoryReport) {
    if report.is_verified() {
        println!("  {GOOD}verified{GOOD:#}: {} entries in {} logs", report.entries(), report.logs.len());
    }
    for (log, fault) in report.faults() {
        println!("  {BAD}{fault}{BAD:#}  {DIM}{log}{DIM:#}");
    }
}

#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
struct Readme;
