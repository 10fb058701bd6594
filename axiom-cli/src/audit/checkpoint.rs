//! `axiom audit checkpoint`.

use std::path::PathBuf;

use axiom_audit::{FileStore, Store, sign_checkpoint};
use axiom_crypto::Ed25519Signer;
use clap::Args;
use pollster::block_on;

use super::{logs, signing_key, tell_recoveries};
use crate::failure::{Failure, chain};
use crate::terminal;

/// Sign every log as it now stands, and print the signed notes
///
/// Each log is verified first, also against its checkpoint before. Keep the notes where whoever writes the logs cannot
/// change them: `verify --checkpoint` holds the logs to them.
#[derive(Args)]
#[command(after_help = "Example:\n  axiom audit checkpoint ./logs > /mnt/elsewhere/checkpoints-$(date +%F)")]
pub(crate) struct Checkpoint {
    /// The log directory
    dir: PathBuf,
    /// Where the signing key is [default: DIR/signing.key]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Checkpoint {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::open(&self.dir)?;
        let signer = Ed25519Signer::open(signing_key(&self.dir, self.key))?;
        if signer.verifying_key() != store.verifier_key().public_key() {
            return Err(Failure::Usage("the signing key is not the one whose verifier key the directory names".into()));
        }
        let mut logs = logs(&store, None)?;
        logs.sort_by_key(|log| store.naming().origin(log));
        let (mut notes, mut failed) = (Vec::new(), false);
        for log in &logs {
            match block_on(sign_checkpoint(&store, &store, log, &signer)) {
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
}
