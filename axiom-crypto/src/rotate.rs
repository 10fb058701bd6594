//! Rotation: from old keys to new ones, while everything stays readable.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::context::Context;
use crate::encryptor::Encryptor;
use crate::envelope::{Envelope, KeyReference};
use crate::error::Error;
use crate::provider::KeyId;

/// A host's messages, as a bulk rewrap reads and writes them: a table, a bucket, a directory.
#[async_trait]
pub trait Messages: Send + Sync {
    /// The messages that come after the one of this id, in a fixed order; none at the end.
    ///
    /// # Errors
    /// [`Error::Stream`] or [`Error::KeyStore`] where they cannot be read; the run ends, and its cursor is good.
    async fn page(&self, after: Option<&str>) -> Result<Vec<StoredMessage>, Error>;

    /// Puts `new` in the place of `old`, if that is what is stored there: compare and swap.
    ///
    /// # Errors
    /// [`Error::Conflict`] where something else is stored; the message is then read again. Another error makes it one
    /// that failed.
    async fn replace(&self, id: &str, old: &[u8], new: &[u8]) -> Result<(), Error>;

    /// The message of this id as it is now, or `None` where it is gone.
    ///
    /// # Errors
    /// What the host's storage says.
    async fn read(&self, id: &str) -> Result<Option<StoredMessage>, Error>;
}

/// A message in a host's storage.
#[derive(Debug, Clone)]
pub struct StoredMessage {
    /// The host's own id, which orders the messages; it stands in the report.
    pub id: String,
    /// The message.
    pub message: Vec<u8>,
    /// The context that it was sealed under.
    pub context: Context,
}

/// What a bulk rewrap has done.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Rewrapped {
    /// So many messages were written anew.
    pub done: u64,
    /// So many needed nothing: they are for the current keys, or refer to a kept key.
    pub skipped: u64,
    /// The first thousand of those that could not be rewrapped, and why; they stay as they are.
    pub failed: Vec<(String, Error)>,
    /// How many could not be rewrapped. A run from the start tries them again; one from the cursor does not.
    pub failures: u64,
    /// The trouble of a provider that passes ([`Failure::is_temporary`](crate::Failure::is_temporary)), where it ended
    /// the run: the next one begins with the message that met it.
    pub stopped: Option<Error>,
    /// The id of the last message that was looked at: where the next run goes on.
    pub cursor: Option<String>,
}

impl Rewrapped {
    fn add_failure(&mut self, id: String, error: Error) {
        self.failures += 1;
        if self.failed.len() < NAMED_FAILURES {
            self.failed.push((id, error));
        }
    }
}

impl Encryptor {
    /// Rewraps the messages that come after `after` for the current keys of the providers, all of them.
    ///
    /// `progress` sees the report after every page and answers whether to go on. A run that was stopped or has died
    /// goes on from its last cursor; what is done already needs nothing. Bodies are neither decrypted nor changed, and
    /// messages can be read and written all the time, under old keys and new.
    ///
    /// Before an old key is disabled, every process must seal for the new one, and a run from the start must have
    /// failed for no message.
    ///
    /// # Errors
    /// What [`Messages::page`] answers. What goes wrong with a single message stands in the report.
    pub async fn rewrap_all(
        &self,
        messages: &dyn Messages,
        after: Option<&str>,
        mut progress: impl FnMut(&Rewrapped) -> bool + Send,
    ) -> Result<Rewrapped, Error> {
        let mut report = Rewrapped { cursor: after.map(str::to_owned), ..Rewrapped::default() };
        loop {
            let page = messages.page(report.cursor.as_deref()).await?;
            if page.is_empty() {
                return Ok(report);
            }
            for stored in page {
                let id = stored.id.clone();
                match self.rewrap_stored(messages, stored).await {
                    Ok(true) => report.done += 1,
                    Ok(false) => report.skipped += 1,
                    Err(error) if passes(&error) => return Ok(Rewrapped { stopped: Some(error), ..report }),
                    Err(error) => report.add_failure(id.clone(), error),
                }
                report.cursor = Some(id);
            }
            if !progress(&report) {
                return Ok(report);
            }
        }
    }

    /// Whether the message had to be written anew.
    async fn rewrap_stored(&self, messages: &dyn Messages, mut stored: StoredMessage) -> Result<bool, Error> {
        for _ in 0..ATTEMPTS {
            if Envelope::parse(&stored.message)?.header.reference().is_some() {
                return Ok(false);
            }
            let Some(new) = self.rewrap(&stored.message, &stored.context).await? else { return Ok(false) };
            match messages.replace(&stored.id, &stored.message, &new).await {
                Err(Error::Conflict) => {}
                outcome => return outcome.map(|()| true),
            }
            match messages.read(&stored.id).await? {
                Some(now) => stored = now,
                None => return Ok(false),
            }
        }
        Err(Error::Conflict)
    }
}

/// Which keys open a heap of messages; nothing is decrypted and no provider is asked.
///
/// Before an old key is disabled, no message may name it any more:
///
/// ```
/// use axiom_crypto::{Context, KeyFile, KeyProvider, KeyUse, envelope};
///
/// # let directory = tempfile::tempdir()?;
/// let keys = KeyFile::create(directory.path().join("orders.key"))?;
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let message = envelope::try_seal(b"secret", &context, &keys).expect("a key file never waits")?;
///
/// let mut used = KeyUse::default();
/// used.add(&message);
/// used.add(b"no message");
/// assert_eq!(used.of_key(&keys.describe()), 1);
/// assert_eq!(used.unreadable(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct KeyUse {
    keys: BTreeMap<(String, String, u16), (KeyId, u64)>,
    references: BTreeMap<KeyReference, u64>,
    unreadable: u64,
}

impl KeyUse {
    /// Counts the keys that this message was written for; what is no message counts too.
    pub fn add(&mut self, message: &[u8]) {
        match Envelope::parse(message) {
            Ok(envelope) => {
                if let Some(reference) = envelope.header.reference() {
                    *self.references.entry(reference).or_default() += 1;
                }
                envelope.recipients.iter().for_each(|recipient| self.count(recipient.key()));
            }
            Err(_) => self.unreadable += 1,
        }
    }

    fn count(&mut self, key: &KeyId) {
        let name = (key.provider().to_owned(), key.id().to_owned(), key.version());
        self.keys.entry(name).or_insert_with(|| (key.clone(), 0)).1 += 1;
    }

    /// How many messages this key opens.
    #[must_use]
    pub fn of_key(&self, key: &KeyId) -> u64 {
        self.keys().find(|(other, _)| *other == key).map_or(0, |(_, count)| count)
    }

    /// Each key, and how many messages it opens.
    pub fn keys(&self) -> impl Iterator<Item = (&KeyId, u64)> {
        self.keys.values().map(|(key, count)| (key, *count))
    }

    /// Each kept key that messages refer to, and how many do.
    pub fn references(&self) -> impl Iterator<Item = (KeyReference, u64)> + '_ {
        self.references.iter().map(|(reference, count)| (*reference, *count))
    }

    /// How many were no messages of this format.
    #[must_use]
    pub const fn unreadable(&self) -> u64 {
        self.unreadable
    }
}

/// Whether the provider will be well again, so that going on would only make failures.
fn passes(error: &Error) -> bool {
    matches!(error, Error::Provider { failure, .. } if failure.is_temporary())
}

const NAMED_FAILURES: usize = 1000;
/// How often a message is tried that others write at the same time.
const ATTEMPTS: usize = 8;
