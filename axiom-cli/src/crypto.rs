//! `axiom crypto`: files under key files.

use std::path::PathBuf;

use axiom_crypto::{KeyFile, KeyProvider};
use clap::Subcommand;

use crate::failure::Failure;
use crate::terminal;

mod aws_esdk;
mod axe1;
mod coding;
mod describe;
mod erasure;
mod files;
mod named;
mod rewrap;

#[derive(Subcommand)]
pub(crate) enum Crypto {
    /// Make a key file that only its owner can read
    #[command(after_help = "Example:\n  axiom crypto keygen seal.key")]
    Keygen {
        /// The file to make
        file: PathBuf,
    },
    Describe(describe::Describe),
    Hold(erasure::Hold),
    Open(coding::Open),
    Release(erasure::Release),
    Restore(erasure::Restore),
    Rewrap(rewrap::Rewrap),
    Seal(coding::Seal),
    Shred(erasure::Shred),
}

impl Crypto {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Keygen { file } => {
                let key = KeyFile::create(&file)?.describe();
                terminal::print(&format!("{key}\n"))
            }
            Self::Describe(command) => command.run(),
            Self::Hold(command) => command.run(),
            Self::Open(command) => command.run(),
            Self::Release(command) => command.run(),
            Self::Restore(command) => command.run(),
            Self::Rewrap(command) => command.run(),
            Self::Seal(command) => command.run(),
            Self::Shred(command) => command.run(),
        }
    }
}
