//! `axiom audit verify-tiles`.

use std::path::PathBuf;

use axiom_audit::{Checkpoint, SignedNote, TlogDirectory, TlogReader, TlogReport, TrustedKey, VerifierKey};
use clap::Args;

use super::trusted;
use crate::failure::Failure;
use crate::input::Source;
use crate::terminal;

/// Find out whether a static tree holds what was signed, whoever wrote it (C2SP tlog-tiles)
///
/// Every entry is hashed, every tile compared, and the root held to the signed checkpoint.
///
/// Exit status: 0 nothing is wrong; 1 something is; 2 the tree could not be read.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom audit verify-tiles /srv/tlog/acme --vkey 'audit.example.com+1a2b3c4d+AQ…'\n  \
    axiom audit verify-tiles /srv/tlog/acme --vkey \"$(cat vkey)\" --checkpoint /mnt/elsewhere/checkpoints-2026-03-01")]
pub(crate) struct VerifyTiles {
    /// The directory of the tree
    dir: PathBuf,
    /// The verifier key of the log or its host; may be given more than once
    #[arg(long, value_name = "KEY", required = true)]
    vkey: Vec<VerifierKey>,
    /// A file of signed notes that were kept elsewhere; may be given more than once
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
}

impl VerifyTiles {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let keys = self.vkey.iter().cloned().map(trusted).collect::<Result<Vec<_>, _>>()?;
        let tree = TlogDirectory::new(&self.dir);
        let mut reader = TlogReader::open(|path: &str| tree.read(path), &keys)?;
        let kept = self.kept(&keys, reader.checkpoint())?;
        let bar = terminal::entries(reader.checkpoint().size, "verifying");
        let report = reader.verify(&kept, &mut |seq, _| bar.set_position(seq + 1));
        bar.finish_and_clear();
        tell(&report?, kept.len())
    }

    /// The checkpoints of this log in the files that were given; each must hold at least one.
    fn kept(&self, keys: &[TrustedKey], own: &Checkpoint) -> Result<Vec<Checkpoint>, Failure> {
        let mut kept = Vec::new();
        for path in &self.checkpoint {
            let text = Source::new(Some(path)).read_text()?;
            let at = |error| Failure::from(error).at(&path.display().to_string());
            let before = kept.len();
            for note in SignedNote::parse_all(&text).map_err(at)? {
                let checkpoint = Checkpoint::from_note(&note, keys).map_err(at)?;
                if checkpoint.origin == own.origin {
                    kept.push(checkpoint);
                }
            }
            if kept.len() == before {
                return Err(Failure::Integrity(format!("{} holds no checkpoint of {}", path.display(), own.origin)));
            }
        }
        Ok(kept)
    }
}

fn tell(report: &TlogReport, kept: usize) -> Result<(), Failure> {
    for fault in &report.faults {
        terminal::error(&fault.to_string());
    }
    if !report.is_verified() {
        return Err(Failure::Told);
    }
    let also = if kept == 0 { String::new() } else { format!(", and all {kept} checkpoints that were kept") };
    terminal::good(&format!(
        "{} entries of {}: every tile and the signed root hold{also}",
        report.entries, report.origin
    ));
    Ok(())
}
