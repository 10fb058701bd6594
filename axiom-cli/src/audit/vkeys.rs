//! `axiom audit vkeys`.

use std::path::PathBuf;

use axiom_audit::{FileStore, Store};
use clap::Args;

use super::logs;
use crate::failure::Failure;
use crate::terminal;

/// Print a verifier key for each log, for tools that ask for the log's own name
///
/// All have the same public key as the one that `init` printed.
#[derive(Args)]
#[command(after_help = "Example:\n  axiom audit vkeys ./logs")]
pub(crate) struct Vkeys {
    /// The log directory
    dir: PathBuf,
}

impl Vkeys {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::read_only(&self.dir)?;
        let mut keys: Vec<String> = logs(&store, None)?
            .iter()
            .filter_map(|log| store.verifier_key().for_origin(&store.naming().origin(log)))
            .map(|key| format!("{key}\n"))
            .collect();
        keys.sort();
        terminal::print(&keys.concat())
    }
}
