//! `axiom audit checkpoint`.

use std::path::{Path, PathBuf};

use axiom_audit::{DirectoryVerifier, FileStore, HostCheckpoint, Store, VerifierKey, sign_checkpoints};
use clap::Args;
use pollster::block_on;

use super::signing_keys::SigningKeys;
use super::{tell_recoveries, trusted};
use crate::failure::{Failure, chain};
use crate::terminal;

/// Sign every log as it now stands, and print the signed notes
///
/// A log that does not continue its checkpoint before is not signed. Keep the notes where whoever writes the logs
/// cannot change them: `verify --checkpoint` holds the logs to them. The last one is that of the meta-log, which records
/// what all logs were signed at: kept alone, it stands for all.
#[derive(Args)]
#[command(after_help = "Example:\n  axiom audit checkpoint ./logs > /mnt/elsewhere/checkpoints-$(date +%F)")]
pub(crate) struct Checkpoint {
    /// The log directory
    dir: PathBuf,
    /// Where the signing key is [default: DIR/signing.key]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Read and verify every entry first, and sign nothing if anything is wrong
    #[arg(long)]
    verify: bool,
}

impl Checkpoint {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::open(&self.dir)?;
        let keys = SigningKeys::of(&self.dir, self.key).open(&store)?;
        if self.verify {
            verify(&self.dir, store.verifier_key())?;
        }
        let HostCheckpoint { mut logs, meta, .. } = block_on(sign_checkpoints(&store, &store, keys.signers()))?;
        logs.sort_by_key(|(log, _)| store.naming().origin(log));
        let (mut notes, mut failed) = (Vec::new(), false);
        for (_, note) in logs {
            match note {
                Ok(note) => notes.push(note.to_string()),
                Err(error) => {
                    terminal::error(&chain(&error));
                    failed = true;
                }
            }
        }
        notes.push(meta.to_string());
        tell_recoveries(&store);
        terminal::print(&notes.join("\n"))?;
        if failed { Err(Failure::Told) } else { Ok(()) }
    }
}

fn verify(directory: &Path, key: &VerifierKey) -> Result<(), Failure> {
    let report = DirectoryVerifier::new(directory).key(trusted(key.clone())?).strict().verify()?;
    match report.faults().next() {
        Some((log, fault)) => Err(Failure::Integrity(format!("nothing was signed: {log}: {fault}"))),
        None => Ok(()),
    }
}
