//! Signs checkpoints over logs that verify.

use axiom_core::{LogId, Signer};

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::note::SignedNote;
use crate::store::{CheckpointStore, Store, each_line};
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
    let mut verifier = LogVerifier::new(origin.clone()).strict(log.organization.as_str());
    if let Some(note) = checkpoints.checkpoint(log).await? {
        let before: Checkpoint = note.parse::<SignedNote>()?.text().parse()?;
        if before.origin != origin {
            return Err(Error::Unverified {
                log: origin.to_string(),
                fault: "its checkpoint is that of another log".into(),
            });
        }
        verifier = verifier.trust(before);
    }
    let mut verifier = verifier.start();
    let push = &mut |line: Vec<u8>| -> Result<(), Error> {
        verifier.push(&line);
        verifier.push(b"\n");
        Ok(())
    };
    each_line(store, log, 0..head.size, push).await?;
    let report = verifier.finish();
    let unverified = |fault: String| Error::Unverified { log: origin.to_string(), fault };
    if let Some(fault) = report.faults.first() {
        return Err(unverified(fault.to_string()));
    }
    if (report.entries, report.tip) != (head.size, head.tip) {
        return Err(unverified("it does not end with the entry that was written last".into()));
    }
    let note = Checkpoint { origin, size: report.entries, root: report.root }.sign(signer)?;
    checkpoints.save_checkpoint(log, &note.to_string()).await?;
    Ok(note)
}
