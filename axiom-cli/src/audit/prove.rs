//! `axiom audit prove`.

use std::path::PathBuf;

use axiom_audit::{FileStore, prove};
use axiom_core::{OrganizationId, Stream};
use clap::Args;
use pollster::block_on;

use super::{newest_note, one_log};
use crate::failure::Failure;
use crate::terminal;

/// Print a proof that one entry is in its log, to be checked without the log
///
/// The proof holds the entry, its place and the newest signed checkpoint. `verify-proof` checks it with the verifier
/// key alone.
#[derive(Args)]
#[command(
    after_help = "Example:\n  axiom audit prove ./logs --org acme --stream material --seq 7 > entry-7.tlog-proof"
)]
pub(crate) struct Prove {
    /// The log directory
    dir: PathBuf,
    /// Whose log
    #[arg(long, value_name = "ORG")]
    org: OrganizationId,
    /// Which of its logs [default: the only one]
    #[arg(long, value_name = "NAME")]
    stream: Option<Stream>,
    /// Which entry
    #[arg(long, value_name = "N")]
    seq: u64,
}

impl Prove {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::read_only(&self.dir)?;
        let log = one_log(&store, Some(&self.org), self.stream.as_ref())?;
        let bundle = block_on(prove(&store, &log, self.seq, &newest_note(&store, &log)?))?;
        terminal::print(&bundle.to_string())
    }
}
