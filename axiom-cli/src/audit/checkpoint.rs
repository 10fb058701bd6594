//! `axiom audit checkpoint`.

use std::path::{Path, PathBuf};

use axiom_audit::{
    DirectoryVerifier, Error, FileStore, HostCheckpoint, SignedNote, Store, VerifierKey, meta_log, sign_checkpoint,
    sign_checkpoints,
};
use clap::Args;
use pollster::block_on;

use super::signing_keys::{Open, SigningKeys};
use super::{tell_recoveries, trusted};
use crate::failure::{Failure, chain};
use crate::terminal;

/// Sign every log as it now stands, and print the signed notes
///
/// A log that does not continue its checkpoint before is not signed. Keep the notes where whoever writes the logs
/// cannot change them: `verify --checkpoint` holds the logs to them.
#[derive(Args)]
#[command(after_help = "Example:\n  axiom audit checkpoint ./logs > /mnt/elsewhere/checkpoints-$(date +%F)")]
pub(crate) struct Checkpoint {
    /// The log directory
    dir: PathBuf,
    /// Where the signing key is [default: DIR/signing.key]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Record what every log was signed at in a meta-log, sign that as well, and go on doing so from now on
    ///
    /// Its note is printed last. Kept alone it stands for all: `verify` notices by it that a whole log has vanished.
    #[arg(long)]
    meta_log: bool,
    /// Read and verify every entry first, and sign nothing if anything is wrong
    #[arg(long)]
    verify: bool,
}

impl Checkpoint {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::open(&self.dir)?;
        let keys = SigningKeys::of(&self.dir, self.key.clone()).open(&store)?;
        if self.verify {
            verify(&self.dir, store.verifier_key())?;
        }
        let signed = self.sign(&store, &keys)?;
        let (mut notes, mut failed) = (Vec::new(), false);
        for note in signed {
            match note {
                Ok(note) => notes.push(note.to_string()),
                Err(error) => {
                    terminal::error(&chain(&error));
                    failed = true;
                }
            }
        }
        tell_recoveries(&store);
        terminal::print(&notes.join("\n"))?;
        if failed { Err(Failure::Told) } else { Ok(()) }
    }

    /// The note of every log by its origin, and at last that of the meta-log if there is one.
    fn sign(&self, store: &FileStore, keys: &Open) -> Result<Vec<Result<SignedNote, Error>>, Failure> {
        let mut logs = block_on(store.logs())?;
        logs.sort_by_key(|log| store.naming().origin(log));
        if !self.meta_log && !logs.contains(&meta_log()) {
            return Ok(logs.iter().map(|log| block_on(sign_checkpoint(store, store, log, keys.signers()))).collect());
        }
        let HostCheckpoint { mut logs, meta, .. } = block_on(sign_checkpoints(store, store, keys.signers()))?;
        logs.sort_by_key(|(log, _)| store.naming().origin(log));
        Ok(logs.into_iter().map(|(_, note)| note).chain([Ok(meta)]).collect())
    }
}

fn verify(directory: &Path, key: &VerifierKey) -> Result<(), Failure> {
    let report = DirectoryVerifier::new(directory).key(trusted(key.clone())?).strict().verify()?;
    match report.faults().next() {
        Some((log, fault)) => Err(Failure::Integrity(format!("nothing was signed: {log}: {fault}"))),
        None => Ok(()),
    }
}
