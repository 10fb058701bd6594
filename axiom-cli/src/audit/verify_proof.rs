//! `axiom audit verify-proof`.

use std::path::PathBuf;

use axiom_audit::export::StoredEntry;
use axiom_audit::{Error, ProofBundle, VerifierKey};
use clap::Args;

use super::{show, trusted};
use crate::failure::Failure;
use crate::input::Source;
use crate::terminal;

/// Check the proof of one entry, and print the entry
///
/// Exit status: 0 the entry is in the log that was signed; 1 it is not; 2 the file could not be read.
#[derive(Args)]
#[command(
    after_help = "Example:\n  axiom audit verify-proof entry-7.tlog-proof --vkey 'audit.example.com+1a2b3c4d+AQ…'"
)]
pub(crate) struct VerifyProof {
    /// The proof, - for standard input
    file: PathBuf,
    /// The verifier key of the host, or of the log
    #[arg(long, value_name = "KEY")]
    vkey: VerifierKey,
}

impl VerifyProof {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let bytes = Source::new(Some(&self.file)).read()?;
        let text = String::from_utf8(bytes).map_err(|_| Error::Proof("is not text"))?;
        let bundle: ProofBundle = text.parse()?;
        let (line, checkpoint) = bundle.verify(&[trusted(self.vkey)?])?;
        let entry = StoredEntry::read(line.to_vec())?;
        terminal::print(&show::pretty(&entry)?)?;
        let (seq, size, origin) = (entry.seq(), checkpoint.size, &checkpoint.origin);
        terminal::good(&format!("entry {seq} is one of the first {size} entries of {origin}"));
        Ok(())
    }
}
