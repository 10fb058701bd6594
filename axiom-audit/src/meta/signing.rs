//! Signs all logs of a host and records what was signed in the meta-log.

use axiom_core::{Canonical, Error as CoreError, Event, EventBuilder, LogId, SystemClock, Unscrubbed, Unsealed};
use axiom_core::{Clock as _, Stream};

use super::{CHECKPOINTED, member, meta_log};
use crate::chain::Entry;
use crate::checkpoint::Checkpoint;
use crate::checkpoints::{CheckpointStore, Saved};
use crate::error::Error;
use crate::note::SignedNote;
use crate::signing::{Signers, Signing, sign_checkpoint};
use crate::store::{Append, Outcome, Store};

/// What was signed of a host's logs.
#[derive(Debug)]
#[non_exhaustive]
pub struct HostCheckpoint {
    /// The meta-log's checkpoint, which stands for all the others: if only one can be kept elsewhere, keep this one.
    pub meta: SignedNote,
    /// Each log's checkpoint, or why it was not signed.
    pub logs: Vec<(LogId, Result<SignedNote, Error>)>,
}

/// Signs every log of a store and records what was signed in the [meta-log](meta_log), which is signed last.
///
/// As [`sign_checkpoint`] for each log; one that cannot be signed does not keep the others from it. A log whose
/// checkpoint has not changed is not recorded again. What is recorded is durable before the log's checkpoint is saved,
/// so that no log is signed that the meta-log does not know. A host that also signs single logs by [`sign_checkpoint`]
/// has those missing in the meta-log until they grow and are signed here.
///
/// # What an insider can do
/// Whoever can write the store's files can add an event to the meta-log, as to any log, and have it signed with the
/// rest. Such a record of a size or root that a log never had makes an honest log fail to verify from then on. It
/// replaces no key: that takes more, see [`KeyRotation`](crate::KeyRotation).
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, sign_checkpoints};
/// use axiom_crypto::Ed25519Signer;
///
/// let host: axiom_core::Origin = "audit.example.com".parse()?;
/// let store = MemoryStore::new(Naming::new(host.clone(), [7; 32])?);
/// let signed = pollster::block_on(sign_checkpoints(&store, &store, &Ed25519Signer::generate(host)?))?;
/// assert!(signed.logs.is_empty());
/// assert!(signed.meta.text().contains("/meta\n0\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What [`sign_checkpoint`] answers for the meta-log, and [`Error::Store`] where it cannot be written.
pub async fn sign_checkpoints<'a>(
    store: &dyn Store,
    checkpoints: &dyn CheckpointStore,
    signers: impl Into<Signers<'a>>,
) -> Result<HostCheckpoint, Error> {
    let signers = signers.into();
    let meta = meta_log();
    let mut ready = Vec::new();
    for log in store.logs().await?.into_iter().filter(|log| *log != meta) {
        let signed = Ready::sign(store, checkpoints, &log, signers).await;
        ready.push((log, signed));
    }
    let all = store.head(&meta).await?.size == 0;
    let fresh = ready.iter().filter_map(|(_, ready)| ready.as_ref().ok()).filter(|ready| all || ready.is_new());
    let events = fresh.map(Ready::event).collect::<Result<Vec<_>, _>>()?;
    append(store, &meta, events).await?;
    let mut logs = Vec::with_capacity(ready.len());
    for (log, signed) in ready {
        let saved = match signed {
            Ok(ready) => ready.save(store, checkpoints, &log).await,
            Err(error) => Err(error),
        };
        logs.push((log, saved));
    }
    Ok(HostCheckpoint { meta: sign_checkpoint(store, checkpoints, &meta, signers).await?, logs })
}

/// A log that was signed and not saved yet.
struct Ready {
    saved: Option<String>,
    note: SignedNote,
    checkpoint: Checkpoint,
}

impl Ready {
    async fn sign(
        store: &dyn Store,
        checkpoints: &dyn CheckpointStore,
        log: &LogId,
        signers: Signers<'_>,
    ) -> Result<Self, Error> {
        let saved = checkpoints.checkpoint(log).await?;
        let note = Signing::new(store, log, signers)?.sign(saved.as_deref()).await?;
        let checkpoint = note.text().parse()?;
        Ok(Self { saved, note, checkpoint })
    }

    /// Whether anything but the signatures differs from what is saved.
    fn is_new(&self) -> bool {
        let text = self.note.text();
        self.saved.as_ref().is_none_or(|saved| !saved.starts_with(&format!("{text}\n")))
    }

    fn event(&self) -> Result<Canonical, Error> {
        let event = own(CHECKPOINTED)
            .metadata(member::LOG, self.checkpoint.origin.as_str())
            .metadata(member::SIZE, self.checkpoint.size.to_string())
            .metadata(member::ROOT, self.checkpoint.root.to_string());
        Ok(clean(event)?)
    }

    async fn save(
        self,
        store: &dyn Store,
        checkpoints: &dyn CheckpointStore,
        log: &LogId,
    ) -> Result<SignedNote, Error> {
        let text = self.note.to_string();
        if self.saved.as_ref() == Some(&text)
            || checkpoints.save_checkpoint(log, self.saved.as_deref(), &text).await? == Saved::Saved
        {
            return Ok(self.note);
        }
        // Another signer came first: its checkpoint stands, and the next one is recorded again.
        Err(Error::Conflict { log: store.naming().origin(log).to_string() })
    }
}

/// An event in the name of the host's log.
pub(crate) fn own(action: &str) -> EventBuilder {
    Event::builder(meta_log().organization, action.parse().expect("it is in the catalogue"))
}

/// The canonical form of an event that the log itself made, which holds nothing to scrub or seal.
pub(crate) fn clean(event: EventBuilder) -> Result<Canonical, CoreError> {
    let stream: Stream = meta_log().stream;
    event.build()?.scrub(&Unscrubbed)?.without_sealing(Unsealed).canonical_in(stream)
}

/// Appends events that the log itself made, and returns the sequence number of the last one.
pub(crate) async fn append(store: &dyn Store, log: &LogId, events: Vec<Canonical>) -> Result<Option<u64>, Error> {
    let mut last = None;
    let mut rest = events.as_slice();
    let mut tries = 0;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(rest.len().min(BATCH));
        match append_once(store, log, batch).await? {
            Some(seq) => (last, rest, tries) = (Some(seq), after, 0),
            None if tries == MAX_TRIES => {
                return Err(Error::Conflict { log: store.naming().origin(log).to_string() });
            }
            None => tries += 1,
        }
    }
    Ok(last)
}

/// Links the events to the log's end and appends them, unless another writer comes first.
async fn append_once(store: &dyn Store, log: &LogId, events: &[Canonical]) -> Result<Option<u64>, Error> {
    let origin = store.naming().origin(log);
    let expected = store.head(log).await?;
    let mut head = expected;
    let link = |event: &Canonical| {
        let entry = Entry::link(event.clone(), &origin, &head, SystemClock.now());
        head = entry.head();
        entry
    };
    let entries: Vec<Entry> = events.iter().map(link).collect();
    let outcomes = store.append(&[Append { log, expected, entries: &entries }]).await?;
    let appended = outcomes.first() == Some(&Outcome::Appended);
    Ok(entries.last().map(Entry::seq).filter(|_| appended))
}

/// How many events are appended at a time.
const BATCH: usize = 1000;

/// How often a batch is tried against other writers.
const MAX_TRIES: usize = 16;
