//! `axiom audit`: logs in a directory.

use std::path::{Path, PathBuf};

use axiom_audit::{CheckpointStore, FileStore, SignedNote, Store, TrustedKey, VerifierKey};
use axiom_core::{LogId, OrganizationId, Stream};
use axiom_crypto::Ed25519Verifier;
use clap::Subcommand;
use pollster::block_on;

use crate::failure::Failure;

mod append;
mod checkpoint;
mod export;
mod field_keys;
mod init;
mod prove;
mod query;
mod rotate_key;
mod show;
mod signing_keys;
mod tiles;
mod verify;
mod verify_proof;
mod verify_tiles;
mod vkeys;

#[derive(Subcommand)]
pub(crate) enum Audit {
    Append(append::Append),
    Checkpoint(checkpoint::Checkpoint),
    Export(export::Export),
    Init(init::Init),
    Prove(prove::Prove),
    Query(Box<query::Query>),
    RotateKey(rotate_key::RotateKey),
    Show(show::Show),
    Tiles(tiles::Tiles),
    Verify(verify::Verify),
    VerifyProof(verify_proof::VerifyProof),
    VerifyTiles(verify_tiles::VerifyTiles),
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
            Self::Query(command) => command.run(),
            Self::RotateKey(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Tiles(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::VerifyProof(command) => command.run(),
            Self::VerifyTiles(command) => command.run(),
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

/// The one log that is meant: of those of an organization, or of all, the one in this stream.
fn one_log(
    store: &FileStore,
    organization: Option<&OrganizationId>,
    stream: Option<&Stream>,
) -> Result<LogId, Failure> {
    let mut logs = logs(store, organization)?;
    logs.retain(|log| stream.is_none_or(|stream| log.stream == *stream));
    match <[LogId; 1]>::try_from(logs) {
        Ok([log]) => Ok(log),
        Err(logs) if logs.is_empty() => Err(Failure::Usage("there is no such log".into())),
        Err(logs) => {
            let choices: Vec<_> =
                logs.iter().map(|log| format!("--org {} --stream {}", log.organization, log.stream)).collect();
            Err(Failure::Usage(format!("there are several logs: choose one with {}", choices.join(", or "))))
        }
    }
}

/// What was signed last of a log.
fn newest_note(store: &FileStore, log: &LogId) -> Result<SignedNote, Failure> {
    match block_on(store.checkpoint(log))? {
        Some(note) => Ok(note.parse()?),
        None => Err(Failure::Integrity("nothing is signed yet: run `axiom audit checkpoint` first".into())),
    }
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
