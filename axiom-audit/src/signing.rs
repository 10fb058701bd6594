//! Signs checkpoints over logs that verify.

use axiom_core::{LogId, Signer};

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::note::SignedNote;
use crate::store::{CheckpointStore, Store};
use crate::verify::LogVerifier;

/// Reads `log` to its end, verifies it against its checkpoint before, and signs and saves a new one.
///
/// Entries and checkpoints may be kept in one store, as [`FileStore`](crate::FileStore) does, or better in two that no
/// one person can write to.
///
/// A log that does not verify, or no longer holds what was signed before, is not signed: the signature would cover up
/// what happened.
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, sign_checkpoint};
/// use axiom_core::{LogId, Stream};
/// use axiom_crypto::Ed25519Signer;
///
/// let host: axiom_core::Origin = "audit.example.com".parse()?;
/// let store = MemoryStore::new(Naming::new(host.clone(), [7; 32])?);
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// let note = pollster::block_on(sign_checkpoint(&store, &store, &log, &Ed25519Signer::generate(host)?))?;
/// assert!(note.text().ends_with("\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Unverified`] where the log does not verify, [`Error::Sign`] where the key cannot be used, [`Error::Store`]
/// where the store cannot be read or written.
pub async fn sign_checkpoint(
    store: &dyn Store,
    checkpoints: &dyn CheckpointStore,
    log: &LogId,
    signer: &dyn Signer,
) -> Result<SignedNote, Error> {
    let origin = store.naming().origin(log);
    let head = store.head(log).await?;
    let mut verifier = LogVerifier::new(origin.clone());
    if let Some(note) = checkpoints.checkpoint(log).await? {
        verifier = verifier.trust(note.parse::<SignedNote>()?.text().parse()?);
    }
    let mut next = 0;
    while next < head.size {
        let lines = store.read(log, next, PAGE).await?;
        if lines.is_empty() {
            break;
        }
        next += lines.len() as u64;
        for line in lines {
            verifier.push(&line);
            verifier.push(b"\n");
        }
    }
    let report = verifier.finish();
    let unverified = |fault: String| Error::Unverified { log: origin.to_string(), fault };
    if let Some(fault) = report.faults.first() {
        return Err(unverified(fault.to_string()));
    }
    if report.entries == head.size && report.tip != head.tip {
        return Err(unverified("its last entry is not the one that was written".into()));
    }
    let note = Checkpoint { origin, size: report.entries, root: report.root }.sign(signer)?;
    checkpoints.save_checkpoint(log, &note.to_string()).await?;
    Ok(note)
}

/// How many bytes are read at a time.
const PAGE: usize = 1 << 20;
