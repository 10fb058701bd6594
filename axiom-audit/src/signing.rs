//! Signs checkpoints over logs that continue what was signed before.

use core::fmt;

use axiom_core::{Digest, LogId, Origin, Signer};

use crate::checkpoint::Checkpoint;
use crate::checkpoints::{CheckpointStore, Saved};
use crate::error::Error;
use crate::note::{SignedNote, TrustedKey};
use crate::store::{Head, Store, root_of_entries};
use crate::verify::Fault;

/// The keys that sign a host's checkpoints: one, or two while one takes over from the other.
///
/// A `&` to a [`Signer`] is one key. After a rotation, until its overlap ends, the key before signs too, so that
/// verifiers that know only that one go on verifying.
///
/// ```
/// use axiom_audit::Signers;
/// use axiom_crypto::Ed25519Signer;
///
/// let host: axiom_core::Origin = "audit.example.com".parse()?;
/// let (old, new) = (Ed25519Signer::generate(host.clone())?, Ed25519Signer::generate(host)?);
/// let signers = Signers::new(&new).and_retiring(&old);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Signers<'a> {
    current: &'a dyn Signer,
    retiring: Option<&'a dyn Signer>,
}

impl<'a> Signers<'a> {
    /// One key.
    #[must_use]
    pub const fn new(current: &'a dyn Signer) -> Self {
        Self { current, retiring: None }
    }

    /// And the key that it takes over from.
    #[must_use]
    pub const fn and_retiring(self, retiring: &'a dyn Signer) -> Self {
        Self { retiring: Some(retiring), ..self }
    }

    fn all(&self) -> impl Iterator<Item = &'a dyn Signer> {
        self.retiring.into_iter().chain([self.current])
    }
}

impl<'a, S: Signer> From<&'a S> for Signers<'a> {
    fn from(signer: &'a S) -> Self {
        Self::new(signer)
    }
}

impl<'a> From<&'a dyn Signer> for Signers<'a> {
    fn from(signer: &'a dyn Signer) -> Self {
        Self::new(signer)
    }
}

impl fmt::Debug for Signers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signers").field("keys", &self.all().count()).finish_non_exhaustive()
    }
}

/// Signs `log` as it now stands, if it continues what was signed before, and saves the checkpoint.
///
/// The checkpoint before must be of this log and signed by one of these keys, and the log must still have its root at
/// its size. This costs O(log n) where the store keeps hash tiles; no entry is read again. A log that has not changed
/// keeps its checkpoint, with the cosignatures that it may have, and is not signed again.
///
/// Entries and checkpoints may be kept in one store, as [`FileStore`](crate::FileStore) does, or better in two that no
/// one person can write to.
///
/// # What an insider can have signed
/// The signature says that the store gave out this root, and that it continues the one before. It does not say that
/// nobody changed the bytes of entries since: [`DirectoryVerifier`](crate::DirectoryVerifier) reads them, and finds
/// that they do not belong to the signed root. Run it first where that has to be known before signing.
///
/// - Entries that no checkpoint covers yet can be replaced by whoever can write to the store. Sign often.
/// - Whoever can delete the checkpoint before can have another history signed: to the signer the log is then a new one.
///   Keep checkpoints in another trust domain ([`FileCheckpoints`](crate::FileCheckpoints)), and send them out.
/// - Whoever has the key, or the signing process in hand, can sign anything. That is what checkpoints kept elsewhere
///   and witnesses are for: both show that two histories were signed.
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, sign_checkpoint};
/// use axiom_core::{LogId, Stream};
/// use axiom_crypto::Ed25519Signer;
///
/// let host: axiom_core::Origin = "audit.example.com".parse()?;
/// let store = MemoryStore::new(Naming::new(host.clone(), [7; 32])?);
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// let signer = Ed25519Signer::generate(host)?;
/// let note = pollster::block_on(sign_checkpoint(&store, &store, &log, &signer))?;
/// assert!(note.text().ends_with("\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Unverified`] where the log does not continue its checkpoint, or that is not signed by one of these keys;
/// [`Error::Sign`] where a key cannot be used; [`Error::Signature`] where what it signed does not hold;
/// [`Error::Conflict`] where others save checkpoints faster, try again; [`Error::Store`] where a store cannot be read
/// or written.
pub async fn sign_checkpoint<'a>(
    store: &dyn Store,
    checkpoints: &dyn CheckpointStore,
    log: &LogId,
    signers: impl Into<Signers<'a>>,
) -> Result<SignedNote, Error> {
    let signing = Signing::new(store, log, signers.into())?;
    for _ in 0..MAX_TRIES {
        let saved = checkpoints.checkpoint(log).await?;
        let note = signing.sign(saved.as_deref()).await?;
        let text = note.to_string();
        if saved.as_deref() == Some(&text)
            || checkpoints.save_checkpoint(log, saved.as_deref(), &text).await? == Saved::Saved
        {
            return Ok(note);
        }
    }
    Err(Error::Conflict { log: signing.origin.to_string() })
}

/// How often a checkpoint is signed against other signers.
const MAX_TRIES: usize = 16;

/// One log that is to be signed.
pub(crate) struct Signing<'a> {
    store: &'a dyn Store,
    log: &'a LogId,
    origin: Origin,
    signers: Signers<'a>,
    keys: Vec<TrustedKey>,
}

impl<'a> Signing<'a> {
    pub(crate) fn new(store: &'a dyn Store, log: &'a LogId, signers: Signers<'a>) -> Result<Self, Error> {
        let host = store.naming().host();
        let keys = signers.all().map(|signer| TrustedKey::of(host.clone(), signer)).collect::<Result<_, _>>()?;
        Ok(Self { store, log, origin: store.naming().origin(log), signers, keys })
    }

    /// The note that is to stand in the place of `saved`; the same one if there is nothing to add.
    pub(crate) async fn sign(&self, saved: Option<&str>) -> Result<SignedNote, Error> {
        let before = saved.map(|saved| self.before(saved)).transpose()?;
        let head = self.store.head(self.log).await?;
        self.store.flush(self.log).await?;
        if let Some((_, before)) = &before {
            self.check_continues(before, &head).await?;
        }
        self.check_tip(&head).await?;
        let root = self.root(head.size).await?;
        let checkpoint = Checkpoint { origin: self.origin.clone(), size: head.size, root };
        match before {
            Some((note, before)) if before == checkpoint => self.complete(note),
            _ => {
                let mut note = checkpoint.sign(self.signers.current)?;
                if let Some(retiring) = self.signers.retiring {
                    note.add_signature(&self.origin, retiring)?;
                }
                note.verify_all(&self.origin, &self.keys)?;
                Ok(note)
            }
        }
    }

    /// Reads the checkpoint before, which must be this log's and signed by one of these keys.
    fn before(&self, saved: &str) -> Result<(SignedNote, Checkpoint), Error> {
        let note: SignedNote = saved.parse().map_err(|_| self.unverified("its checkpoint is not one"))?;
        let before: Checkpoint = note.text().parse().map_err(|_| self.unverified("its checkpoint is not one"))?;
        if before.origin != self.origin {
            return Err(self.unverified("its checkpoint is that of another log"));
        }
        note.verify_any(&self.origin, &self.keys)
            .map_err(|_| self.unverified("its checkpoint is not signed by the key that is to sign the next one"))?;
        Ok((note, before))
    }

    async fn check_continues(&self, before: &Checkpoint, head: &Head) -> Result<(), Error> {
        let fault = if before.size > head.size {
            Fault::Truncated { entries: head.size, signed: before.size }
        } else if self.root(before.size).await? != before.root {
            // What the store keeps beside the entries may be damaged: that is another thing than another history.
            let found = root_of_entries(self.store, self.log, 0..before.size).await?;
            if found == before.root {
                return Err(self.unverified("its hash tiles are damaged; delete its `tree.json` and `tile`"));
            }
            Fault::Forked { size: before.size }
        } else {
            return Ok(());
        };
        Err(self.unverified(&fault.to_string()))
    }

    /// What the tree ends with must be what was acknowledged last.
    async fn check_tip(&self, head: &Head) -> Result<(), Error> {
        if head.size > 0 && self.store.root(self.log, head.size - 1..head.size).await? != head.tip {
            return Err(self.unverified("it does not end with the entry that was written last"));
        }
        Ok(())
    }

    async fn root(&self, size: u64) -> Result<Digest, Error> {
        self.store.root(self.log, 0..size).await
    }

    /// Adds the signatures that the note lacks.
    fn complete(&self, mut note: SignedNote) -> Result<SignedNote, Error> {
        for (signer, key) in self.signers.all().zip(&self.keys) {
            if note.verify(&self.origin, key).is_err() {
                note.add_signature(&self.origin, signer)?;
                note.verify(&self.origin, key)?;
            }
        }
        Ok(note)
    }

    fn unverified(&self, fault: &str) -> Error {
        Error::Unverified { log: self.origin.to_string(), fault: fault.into() }
    }
}
