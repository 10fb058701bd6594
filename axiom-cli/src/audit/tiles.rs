//! `axiom audit tiles`.

use std::path::PathBuf;

use axiom_audit::{Checkpoint, FileStore, SignedNote, TlogDirectory};
use axiom_core::{OrganizationId, Stream};
use clap::Args;
use pollster::block_on;

use super::{newest_note, one_log};
use crate::failure::Failure;
use crate::terminal;

/// Write a log as static files that any tlog-tiles client reads (C2SP tlog-tiles)
///
/// Run it again after each checkpoint: it adds what is new, and never touches a tile that is full. It refuses a
/// directory that holds another log, or another history of this one.
#[derive(Args)]
#[command(after_help = "Example:\n  axiom audit tiles ./logs /srv/tlog/acme --org acme --stream material")]
pub(crate) struct Tiles {
    /// The log directory
    dir: PathBuf,
    /// Where to write the tree
    out: PathBuf,
    /// Whose log [default: the only one]
    #[arg(long, value_name = "ORG")]
    org: Option<OrganizationId>,
    /// Which of its logs [default: the only one]
    #[arg(long, value_name = "NAME")]
    stream: Option<Stream>,
}

impl Tiles {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::read_only(&self.dir)?;
        let log = one_log(&store, self.org.as_ref(), self.stream.as_ref())?;
        let note: SignedNote = newest_note(&store, &log)?;
        let checkpoint: Checkpoint = note.text().parse()?;
        let bar = terminal::entries(checkpoint.size, "publishing");
        let mut advance = |written| bar.set_position(written);
        let published = block_on(TlogDirectory::new(&self.out).publish(&store, &log, &note, &mut advance));
        bar.finish_and_clear();
        let published = published?;
        let (added, out) = (published.size - published.before, self.out.display());
        terminal::say(&format!("{out}: {added} entries added, {} in all, of {}", published.size, checkpoint.origin));
        Ok(())
    }
}
