//! Asks witnesses for their cosignatures.

use std::sync::Arc;

use async_trait::async_trait;
use axiom_core::LogId;

use super::AddCheckpoint;
use crate::bundle::prove_consistency;
use crate::checkpoint::Checkpoint;
use crate::checkpoints::{CheckpointStore, Saved};
use crate::error::Error;
use crate::note::{SignedNote, TrustedWitness};
use crate::store::Store;

/// Somebody who cosigns checkpoints that continue what they saw before.
///
/// Hosts implement it with an HTTP client of theirs: `POST` the request to `<witness>/add-checkpoint` and read the
/// status. `conformance` has one in memory, for tests.
#[async_trait]
pub trait Witness: Send + Sync {
    /// Shows a checkpoint to the witness, and returns its signature lines.
    ///
    /// # Errors
    /// [`Refusal`].
    async fn add_checkpoint(&self, request: &AddCheckpoint) -> Result<String, Refusal>;
}

/// Why a witness did not cosign a checkpoint; with the status codes of C2SP tlog-witness.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// 409: it cosigned another size last, or another root at this size.
    #[error("the witness saw {size} entries last")]
    Conflict {
        /// The size that it cosigned last.
        size: u64,
    },
    /// 422: the proof does not show that the log has only grown.
    #[error("the log does not continue what the witness saw before")]
    Inconsistent,
    /// 400: it could not read the request.
    #[error("the witness could not read the request")]
    Malformed,
    /// The witness could not be reached, or failed.
    #[error("the witness could not be asked")]
    Unavailable(#[source] Arc<dyn core::error::Error + Send + Sync>),
    /// 404: it does not know the log.
    #[error("the witness does not know the log")]
    UnknownLog,
    /// 403: it knows no key that signed the checkpoint.
    #[error("the witness trusts no key that signed the checkpoint")]
    Unsigned,
}

/// Has the newest checkpoint of `log` cosigned by a witness, and saves the cosignature beside it.
///
/// Nothing that is recorded waits for this. If the witness fails, the checkpoint stays as it was; asking again is up to
/// the host. One that is cosigned already is not shown again. Of what the witness returns, only its own signature is
/// taken: it cannot touch that of the log, or of another witness.
///
/// Of many logs, have the [meta-log](crate::meta_log) cosigned: it stands for all.
///
/// # Errors
/// [`Error::Witness`] where the witness refuses, which may mean that two histories of this log were signed;
/// [`Error::Note`] where nothing was signed yet; [`Error::Signature`] where what it returned is not a cosignature of
/// its own; [`Error::Conflict`] where a newer checkpoint was saved meanwhile; [`Error::Store`] where a store fails.
pub async fn witness_checkpoint(
    store: &dyn Store,
    checkpoints: &dyn CheckpointStore,
    log: &LogId,
    witness: &dyn Witness,
    key: &TrustedWitness,
) -> Result<SignedNote, Error> {
    let saved = checkpoints.checkpoint(log).await?.ok_or(Error::Note("is not there: sign a checkpoint first"))?;
    let note: SignedNote = saved.parse()?;
    if note.cosigned(key)?.is_some() {
        return Ok(note);
    }
    let lines = ask(store, log, witness, &note).await.map_err(|error| named(error, key))?;
    let add = |saved: &str| -> Result<SignedNote, Error> {
        let mut note: SignedNote = saved.parse()?;
        note.add_cosignature(&lines, key)?;
        Ok(note)
    };
    let mut saved = saved;
    for _ in 0..MAX_TRIES {
        let cosigned = add(&saved)?;
        match checkpoints.save_checkpoint(log, Some(&saved), &cosigned.to_string()).await? {
            Saved::Saved => return Ok(cosigned),
            // Another witness may have been quicker.
            Saved::Conflict(Some(now)) if now.starts_with(&format!("{}\n", note.text())) => saved = now,
            Saved::Conflict(_) => break,
        }
    }
    Err(Error::Conflict { log: store.naming().origin(log).to_string() })
}

/// How often a cosignature is saved against others.
const MAX_TRIES: usize = 16;

/// Asks as if the witness had seen nothing, and again with what it says that it saw.
async fn ask(store: &dyn Store, log: &LogId, witness: &dyn Witness, note: &SignedNote) -> Result<String, Error> {
    let checkpoint: Checkpoint = note.text().parse()?;
    let mut old = 0;
    loop {
        let proof = prove_consistency(store, log, old, checkpoint.size).await?;
        let request = AddCheckpoint { old, proof, note: note.clone() };
        match witness.add_checkpoint(&request).await {
            Ok(lines) => return Ok(lines),
            Err(Refusal::Conflict { size }) if old == 0 && size > 0 && size <= checkpoint.size => old = size,
            Err(refusal) => return Err(Error::Witness { witness: String::new(), refusal }),
        }
    }
}

fn named(error: Error, key: &TrustedWitness) -> Error {
    match error {
        Error::Witness { refusal, .. } => Error::Witness { witness: key.key().name().to_string(), refusal },
        other => other,
    }
}
