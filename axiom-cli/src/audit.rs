//! `axiom audit`: logs in a directory.

use std::path::{Path, PathBuf};

use axiom_audit::{FileStore, Store, TrustedKey, VerifierKey};
use axiom_core::{LogId, OrganizationId};
use axiom_crypto::Ed25519Verifier;
use clap::Subcommand;
use pollster::block_on;

use crate::failure::Failure;

mod append;
mod checkpoint;
mod export;
mod init;
mod prove;
mod show;
mod verify;
mod verify_proof;
mod vkeys;

#[derive(Subcommand)]
pub(crate) enum Audit {
    Append(append::Append),
    Checkpoint(checkpoint::Checkpoint),
    Export(export::Export),
    Init(init::Init),
    Prove(prove::Prove),
    Show(show::Show),
    Verify(verify::Verify),
    VerifyProof(verify_proof::VerifyProof),
    Vkeys(vkeys::Vkeys),
}

impl Audit {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Append(command) => command.run(),
            Self::Checkpoint(command) => command.run(),
            Self::Export(command) => command.run(),
            Self::Init(command) => command.run(),
            Self::Prove(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::VerifyProof(command) => command.run(),
            Self::Vkeys(command) => command.run(),
        }
    }
}

/// Where the signing key of a directory is, unless the user keeps it elsewhere.
fn signing_key(directory: &Path, elsewhere: Option<PathBuf>) -> PathBuf {
    elsewhere.unwrap_or_else(|| directory.join("signing.key"))
}

/// A verifier key together with what checks its signatures.
fn trusted(key: VerifierKey) -> Result<TrustedKey, Failure> {
    let verifier = Ed25519Verifier::from_public_key(key.public_key())?;
    Ok(TrustedKey::new(key, verifier)?)
}

/// The logs of a directory, or of one organization in it.
fn logs(store: &FileStore, organization: Option<&OrganizationId>) -> Result<Vec<LogId>, Failure> {
    let mut logs = block_on(store.logs())?;
    if let Some(organization) = organization {
        logs.retain(|log| log.organization == *organization);
        if logs.is_empty() {
            return Err(Failure::Usage(format!("there is no log of the organization {organization}")));
        }
    }
    Ok(logs)
}

/// Tells what a crash had left behind and was set aside.
fn tell_recoveries(store: &FileStore) {
    for recovery in store.recoveries() {
        let (log, bytes, kept_in) = (&recovery.log, recovery.bytes, recovery.kept_in.display());
        crate::terminal::note(&format!(
            "{log}: an interrupted write of {bytes} bytes, never acknowledged, was moved to {kept_in}"
        ));
    }
}
