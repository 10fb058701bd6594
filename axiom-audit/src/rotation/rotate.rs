//! Replaces the key that signs a host's checkpoints.

use axiom_core::{EventBuilder, Signer, Timestamp};

use super::{Claim, EPOCH, KEY, KeyRotation, OVERLAP_UNTIL, REPLACES};
use crate::bundle::prove;
use crate::checkpoints::CheckpointStore;
use crate::error::Error;
use crate::meta::{HostCheckpoint, ROTATED, append, clean, meta_log, own, sign_checkpoints};
use crate::note::{SignedNote, TrustedKey, VerifierKey};
use crate::signing::{Signers, sign_checkpoint};
use crate::store::Store;

/// Which key takes over from which.
#[derive(Clone, Copy)]
#[must_use]
pub struct Rotation<'a> {
    from: &'a dyn Signer,
    to: &'a dyn Signer,
    epoch: u64,
    overlap_until: Option<Timestamp>,
}

impl<'a> Rotation<'a> {
    /// `to` takes over from `from`, as the `epoch`th rotation of the host's key, from 1.
    pub const fn new(from: &'a dyn Signer, to: &'a dyn Signer, epoch: u64) -> Self {
        Self { from, to, epoch, overlap_until: None }
    }

    /// States until when the old key goes on signing beside the new one, so that verifiers that know only the old one
    /// have time to learn of the new. Without an overlap, the old key can and should be erased at once.
    pub const fn overlap_until(self, time: Timestamp) -> Self {
        Self { overlap_until: Some(time), ..self }
    }
}

impl core::fmt::Debug for Rotation<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { epoch, overlap_until, .. } = self;
        f.debug_struct("Rotation").field("epoch", epoch).field("overlap_until", overlap_until).finish_non_exhaustive()
    }
}

/// What came of a rotation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rotated {
    /// The certificate: keep it with the logs, and hand it to whoever verifies them.
    pub certificate: KeyRotation,
    /// What both keys signed before it. A log that could not be signed is to be signed again, or looked into, before
    /// the old key is erased: the new key alone does not continue it.
    pub signed: HostCheckpoint,
}

/// Replaces the key that signs a host's checkpoints: from here on the new one signs, with the old one during an
/// overlap.
///
/// First every log is signed by both keys, and the meta-log says at which size. Then the rotation itself is recorded
/// in the meta-log (`log.key_rotated`, with both verifier keys), and a checkpoint that both keys sign covers it. At
/// last both sign a statement that one replaces the other: that is the certificate. Interrupted anywhere, all that
/// was signed by the old key still verifies, and the rotation can be run again.
///
/// To a verifier that has followed the rotation, the old key signs nothing new: of what it alone signed, only that
/// counts which a checkpoint of the new key covers.
///
/// # Forward security
/// Keys that are rotated often, without an overlap and with the old one erased, are a chain of epochs. Who steals the
/// key of today cannot sign in the name of yesterday: the meta-log as it was at the last rotation is signed by a key
/// that is gone, and with it each log's size and root. What it takes:
///
/// - A verifier must know how many rotations there should have been, or keep a newer checkpoint. Otherwise it cannot
///   tell today's log, cut back to an earlier rotation, from an old and honest one. (journald's sealing had this flaw.)
/// - What was recorded since the last rotation is protected by nothing but checkpoints sent elsewhere; so rotate often.
///   Time plays no part: an epoch ends with its certificate, not at an hour, so none is skipped or closed late.
///   (journald sealed by the clock, and what was written late in an epoch could still be changed.)
/// - Erasing a file is up to the disk: copy-on-write file systems, snapshots, backups and flash may keep what it held.
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, Rotation, TrustedKey, VerifierKey, rotate_key};
/// use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
///
/// let host: axiom_core::Origin = "audit.example.com".parse()?;
/// let store = MemoryStore::new(Naming::new(host.clone(), [7; 32])?);
/// let (old, new) = (Ed25519Signer::generate(host.clone())?, Ed25519Signer::generate(host.clone())?);
/// let rotated = pollster::block_on(rotate_key(&store, &store, Rotation::new(&old, &new, 1)))?;
///
/// // A verifier that knows the old key learns the new one.
/// let verifier = Ed25519Verifier::from_public_key(old.verifying_key())?;
/// let old = TrustedKey::new(VerifierKey::of(host, &old)?, verifier)?;
/// assert_eq!(rotated.certificate.follow(&old)?.key().public_key(), new.verifying_key());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Key`] where both keys are the same or one is not Ed25519; [`Error::Unverified`] where the meta-log is not
/// signed by the old key; [`Error::Sign`] and [`Error::Store`] where a key or a store fails.
pub async fn rotate_key(
    store: &dyn Store,
    checkpoints: &dyn CheckpointStore,
    rotation: Rotation<'_>,
) -> Result<Rotated, Error> {
    let Rotation { from, to, epoch, overlap_until } = rotation;
    let host = store.naming().host();
    let (replaces, key) = (VerifierKey::of(host.clone(), from)?, VerifierKey::of(host.clone(), to)?);
    if replaces == key {
        return Err(Error::Key("a key cannot take over from itself"));
    }
    let both = Signers::new(to).and_retiring(from);
    let signed = sign_checkpoints(store, checkpoints, both).await?;
    let claim = Claim { replaces, key, epoch, overlap_until };
    let meta = meta_log();
    let seq = append(store, &meta, vec![clean(claim.event())?]).await?.ok_or(Error::Unknown)?;
    let note = sign_checkpoint(store, checkpoints, &meta, both).await?;
    let mut statement = SignedNote::sign(claim.statement(&note), host, from)?;
    statement.add_signature(host, to)?;
    let certificate = KeyRotation::new(statement, prove(store, &meta, seq, &note).await?)?;
    certificate.follow(&TrustedKey::of(host.clone(), from)?)?;
    Ok(Rotated { certificate, signed })
}

impl Claim {
    fn event(&self) -> EventBuilder {
        let event = own(ROTATED)
            .metadata(REPLACES, self.replaces.to_string())
            .metadata(KEY, self.key.to_string())
            .metadata(EPOCH, self.epoch.to_string());
        match self.overlap_until {
            Some(time) => event.metadata(OVERLAP_UNTIL, time.to_string()),
            None => event,
        }
    }
}
