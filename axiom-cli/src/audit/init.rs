//! `axiom audit init`.

use std::path::PathBuf;

use axiom_audit::{Error, FileStore, Naming, VerifierKey};
use axiom_core::Origin;
use axiom_crypto::Ed25519Signer;
use clap::Args;

use super::signing_key;
use crate::failure::Failure;
use crate::terminal;

/// Make a log directory with a signing key, and print its verifier key
///
/// Give the verifier key to whoever is to verify the logs. It serves every log in the directory.
#[derive(Args)]
#[command(after_help = "Example:\n  axiom audit init ./logs --origin audit.example.com")]
pub(crate) struct Init {
    /// The directory to make
    dir: PathBuf,
    /// The name of the host whose logs these are, like audit.example.com
    #[arg(long, value_name = "NAME")]
    origin: Origin,
    /// Where to keep the signing key [default: DIR/signing.key]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Init {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.dir.join("axiom.json").exists() {
            return Err(Error::Exists { path: self.dir.display().to_string() }.into());
        }
        Naming::new(self.origin.clone(), [0; 32])?;
        std::fs::create_dir_all(&self.dir).map_err(|error| Failure::io("create", &self.dir, &error))?;
        let path = signing_key(&self.dir, self.key);
        let signer = Ed25519Signer::create(&path, self.origin.clone())?;
        let key = VerifierKey::of(self.origin, &signer)?;
        FileStore::create(&self.dir, &key)?;
        terminal::print(&format!("{key}\n"))
    }
}
