//! `axiom audit init`.

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};

use axiom_audit::{Error, FileStore, Naming, VerifierKey};
use axiom_core::Origin;
use axiom_crypto::Ed25519Signer;
use clap::Args;

use super::signing_key;
use crate::failure::Failure;
use crate::terminal;

/// Make a log directory with a signing key, and print its verifier key
///
/// Give the verifier key to whoever is to verify the logs. It serves every log in the directory. A signing key of the
/// same name that is there already is used: that of an `init` that was interrupted.
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
        create_private(&self.dir).map_err(|error| Failure::io("create", &self.dir, &error))?;
        let signer = signer(&signing_key(&self.dir, self.key), &self.origin)?;
        let key = VerifierKey::of(self.origin, &signer)?;
        FileStore::create(&self.dir, &key)?;
        terminal::print(&format!("{key}\n"))
    }
}

/// Makes a directory that only its owner can enter.
fn create_private(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)
}

/// A new signing key, or the one of this name that an interrupted `init` left.
fn signer(path: &Path, origin: &Origin) -> Result<Ed25519Signer, Failure> {
    match Ed25519Signer::create(path, origin.clone()) {
        Err(axiom_crypto::Error::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {}
        created => return Ok(created?),
    }
    let signer = Ed25519Signer::open(path)?;
    if signer.name() != origin {
        let (path, name) = (path.display(), signer.name());
        return Err(Failure::Usage(format!("the signing key {path} is there already, and is that of {name}")));
    }
    terminal::note(&format!("the signing key {} was there already, and is used", path.display()));
    Ok(signer)
}
