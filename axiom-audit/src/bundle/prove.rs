//! Makes proof bundles.

use core::ops::Range;

use axiom_core::LogId;

use super::ProofBundle;
use crate::checkpoint::Checkpoint;
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::merkle::{Frontier, beside};
use crate::note::SignedNote;
use crate::store::{Store, each_line};

/// Proves that the entry `seq` is in `log`, under the signed checkpoint `note`.
///
/// It reads the log up to the checkpoint once, in memory that does not grow with it.
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
/// [`Error::Proof`] where the checkpoint does not cover the entry, [`Error::Store`] where the store cannot be read.
pub async fn prove(store: &dyn Store, log: &LogId, seq: u64, note: &SignedNote) -> Result<ProofBundle, Error> {
    let checkpoint: Checkpoint = note.text().parse()?;
    if seq >= checkpoint.size {
        return Err(Error::Proof("cannot be made: the checkpoint does not cover the entry yet, sign a newer one"));
    }
    let mut subtrees: Vec<(Range<u64>, Frontier)> =
        beside(seq, checkpoint.size).into_iter().map(|range| (range, Frontier::new())).collect();
    let (mut next, mut entry) = (0, None);
    let visit = &mut |line: Vec<u8>| -> Result<(), Error> {
        match subtrees.iter_mut().find(|(range, _)| range.contains(&next)) {
            Some((_, tree)) => tree.push(leaf_hash(&line)),
            None => entry = Some(line),
        }
        next += 1;
        Ok(())
    };
    each_line(store, log, 0..checkpoint.size, visit).await?;
    let hashes = subtrees.iter().map(|(_, tree)| tree.root()).collect();
    let entry = entry.ok_or(Error::Proof("cannot be made: the entry was not found"))?;
    Ok(ProofBundle { entry, index: seq, hashes, checkpoint: note.clone() })
}
