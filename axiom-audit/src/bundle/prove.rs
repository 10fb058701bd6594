//! Makes proofs from a store.

use core::ops::Range;

use axiom_core::{Digest, LogId};

use super::ProofBundle;
use crate::checkpoint::Checkpoint;
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::merkle::{beside, between, verify_inclusion};
use crate::note::SignedNote;
use crate::store::{Store, root_of_entries};

/// Proves that the entry `seq` is in `log`, under the signed checkpoint `note`.
///
/// It reads the entry and asks the store for at most 64 [roots](Store::root), from the leaf up; a store that keeps no
/// tiles reads the log up to the checkpoint once for them, in memory that does not grow with it.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_audit::{MemoryStore, Naming, ProofBundle, Recorder, TrustedKey, VerifierKey, prove, sign_checkpoint};
/// use axiom_core::{Event, LogId, Origin, Stream, Unscrubbed};
/// use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
///
/// let host: Origin = "audit.example.com".parse()?;
/// let signer = Ed25519Signer::generate(host.clone())?;
/// let store = Arc::new(MemoryStore::new(Naming::new(host.clone(), [7; 32])?));
/// let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build()?;
/// let log = LogId::new("acme".parse()?, Stream::Material);
///
/// # pollster::block_on(async {
/// recorder.record(Event::builder("acme".parse()?, "apply.applied".parse()?).build()?).await?;
/// let note = sign_checkpoint(&*store, &*store, &log, &signer).await?;
/// let file: String = prove(&*store, &log, 0, &note).await?.to_string();
///
/// // Elsewhere, with the file and the public key alone:
/// let key = VerifierKey::of(host, &signer)?;
/// let verifier = Ed25519Verifier::from_public_key(key.public_key())?;
/// let bundle: ProofBundle = file.parse()?;
/// let (entry, checkpoint) = bundle.verify(&[TrustedKey::new(key, verifier)?])?;
/// assert_eq!(checkpoint.size, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Proof`] where the checkpoint does not cover the entry or is not one of what the log now holds,
/// [`Error::Store`] where the store cannot be read.
pub async fn prove(store: &dyn Store, log: &LogId, seq: u64, note: &SignedNote) -> Result<ProofBundle, Error> {
    let checkpoint: Checkpoint = note.text().parse()?;
    if seq >= checkpoint.size {
        return Err(Error::Proof("cannot be made: the checkpoint does not cover the entry yet, sign a newer one"));
    }
    let lines = store.read(log, seq, 1).await?;
    let entry = lines.into_iter().next().ok_or(Error::Proof("cannot be made: the entry was not found"))?;
    let leads = |hashes: &[Digest]| verify_inclusion(seq, checkpoint.size, leaf_hash(&entry), hashes, checkpoint.root);
    let mut hashes = roots(store, log, beside(seq, checkpoint.size)).await.unwrap_or_default();
    if !leads(&hashes) {
        // What the store keeps beside the entries may be damaged; the entries decide.
        hashes.clear();
        for range in beside(seq, checkpoint.size) {
            hashes.push(root_of_entries(store, log, range).await?);
        }
    }
    if !leads(&hashes) {
        return Err(Error::Proof("cannot be made: the log is not the one that was signed, run `axiom audit verify`"));
    }
    Ok(ProofBundle { entry, index: seq, hashes, checkpoint: note.clone() })
}

/// Proves that the first `new` entries of `log` begin with the first `old`, for
/// [`verify_consistency`](crate::merkle::verify_consistency).
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, prove_consistency};
/// use axiom_core::{LogId, Stream};
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// let proof = pollster::block_on(prove_consistency(&store, &log, 0, 0))?;
/// assert!(proof.is_empty(), "every log continues an empty one");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Proof`] where `old` is larger than `new`, [`Error::Damaged`] where the log has fewer entries than `new`,
/// [`Error::Store`] where the store cannot be read.
pub async fn prove_consistency(store: &dyn Store, log: &LogId, old: u64, new: u64) -> Result<Vec<Digest>, Error> {
    if old > new {
        return Err(Error::Proof("cannot be made: the old log is longer than the new one"));
    }
    roots(store, log, between(old, new)).await
}

async fn roots(store: &dyn Store, log: &LogId, ranges: Vec<Range<u64>>) -> Result<Vec<Digest>, Error> {
    let mut roots = Vec::with_capacity(ranges.len());
    for range in ranges {
        roots.push(store.root(log, range).await?);
    }
    Ok(roots)
}
