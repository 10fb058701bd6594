//! `axiom audit prove`.

use std::path::PathBuf;

use axiom_audit::{CheckpointStore, FileStore, prove};
use axiom_core::{LogId, OrganizationId, Stream};
use clap::Args;
use pollster::block_on;

use super::logs;
use crate::failure::Failure;
use crate::terminal;

/// Print a proof that one entry is in its log, to be checked without the log
///
/// The proof holds the entry, its place and the newest signed checkpoint. `verify-proof` checks it with the verifier
/// key alone.
#[derive(Args)]
#[command(after_help = "Example:\n  axiom audit prove ./logs --org acme --stream material --seq 7 > entry-7.proof")]
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
        let log = self.log(logs(&store, Some(&self.org))?)?;
        let note = block_on(store.checkpoint(&log))?;
        let note =
            note.ok_or_else(|| Failure::Integrity("nothing is signed yet: run `axiom audit checkpoint` first".into()))?;
        let bundle = block_on(prove(&store, &log, self.seq, &note.parse()?))?;
        terminal::print(&bundle.to_string())
    }

    fn log(&self, mut logs: Vec<LogId>) -> Result<LogId, Failure> {
        if let Some(stream) = &self.stream {
            logs.retain(|log| log.stream == *stream);
        }
        match <[LogId; 1]>::try_from(logs) {
            Ok([log]) => Ok(log),
            Err(logs) if logs.is_empty() => Err(Failure::Usage(format!("{} has no such stream", self.org))),
            Err(logs) => {
                let streams: Vec<&str> = logs.iter().map(|log| log.stream.as_str()).collect();
                Err(Failure::Usage(format!(
                    "{} has several logs: choose one with --stream {}",
                    self.org,
                    streams.join("|")
                )))
            }
        }
    }
}
