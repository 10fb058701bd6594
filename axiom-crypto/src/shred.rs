//! Erasure by key: what a destroyed key encrypted is gone, wherever it was copied to.

use core::time::Duration;

use axiom_core::{Digest, Event, EventBuilder, OrganizationId, Timestamp};

use crate::envelope::{KeyReference, Patience, waited};
use crate::error::Error;
use crate::keystore::KeyRecord;
use crate::moment::later;
use crate::provider::KeyState;
use crate::scope::KeyScope;
use crate::tree::{ATTEMPTS, KeyTree, check_usable, root_above};

/// Erasing.
///
/// The way is [`revoke`](Self::revoke), a grace in which [`restore`](Self::restore) undoes it, and then
/// [`destroy`](Self::destroy). A legal hold stands in the way of the first and the last.
///
/// # What it promises
/// - Once a key is revoked, no clone of this tree encrypts or decrypts with it, and neither do the caches that asked
///   for it ([`evict_with`](Self::evict_with)).
/// - Once it is destroyed, the store holds no wrapped form of it, and neither does memory, once the calls that were
///   using it have ended.
/// - With an organization go its root and the keys of all its subjects.
///
/// # What it does not promise
/// - An older copy of the key store, with the provider's key that wrapped its roots, opens what was erased since. Keep
///   backups of the store for no longer than the grace.
/// - Another process notices when the keys in its memory have ended; see [`KeyTree`].
/// - A reader, writer or seek reader of a [`stream`](crate::stream) that was made before goes on for as long as it
///   lives, for it holds the key of its message: end it.
/// - A hold on an organization stops destructions of its subjects that begin after it.
/// - What was erased and comes again is encrypted under a new key.
impl KeyTree {
    /// The state of the key of `scope`: that of the newest, or `None` where there has been none.
    ///
    /// Whether a subject of a destroyed organization had a key can no longer be told: it counts as destroyed.
    ///
    /// # Errors
    /// [`Error::KeyStore`] and others where it cannot be told; for a subject, [`Error::Revoked`] where the organization
    /// is.
    pub async fn state(&self, scope: &KeyScope) -> Result<Option<KeyState>, Error> {
        match self.newest(scope).await {
            Err(Error::Destroyed { .. }) => Ok(Some(KeyState::Destroyed)),
            newest => Ok(newest?.map(|record| record.state())),
        }
    }

    /// Takes the key of `scope` out of use; from the answer on it may be destroyed, `grace` from now.
    ///
    /// Everything that needs it fails with [`Error::Revoked`]. Revoking again can lengthen the grace and does not cut it
    /// short: the answer is when it ends.
    ///
    /// # Errors
    /// [`Error::Held`], [`Error::NoKey`], [`Error::Destroyed`], and what the store answers.
    pub async fn revoke(&self, scope: &KeyScope, grace: Duration) -> Result<Timestamp, Error> {
        let due = later(self.shared().now(), grace);
        self.check_holds(scope).await?;
        let record = self.newest(scope).await?.ok_or(Error::NoKey)?;
        let revoke = |record: KeyRecord| {
            check_free(&record)?;
            check_kept(&record)?;
            let due = record.end().map_or(due, |before| before.max(due));
            Ok(Some(record.revoked(due)))
        };
        let outcome = self.shared().change(record.reference(), revoke).await;
        self.evict(scope);
        Ok(outcome?.and_then(|record| record.end()).unwrap_or(due))
    }

    /// Calls a revocation off.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::Destroyed`] where it comes too late, and what the store answers.
    pub async fn restore(&self, scope: &KeyScope) -> Result<(), Error> {
        let record = self.newest(scope).await?.ok_or(Error::NoKey)?;
        let restore = |record: KeyRecord| {
            check_kept(&record)?;
            Ok(Some(record.restored()))
        };
        self.shared().change(record.reference(), restore).await.map(drop)
    }

    /// Destroys the key of `scope`, whose grace is over.
    ///
    /// `by` and `reason` go into the receipt; one who lost it asks [`receipt`](Self::receipt) for another. Doing it again
    /// is no error, and does what an interruption has left undone.
    ///
    /// # Errors
    /// [`Error::Revoked`] before the end of the grace, [`Error::Invalid`] where the key was not revoked,
    /// [`Error::Held`], [`Error::NoKey`], [`Error::Destroyed`] for a subject whose organization is, and what the store
    /// answers; the key may then be destroyed in part, and doing it again does the rest.
    pub async fn destroy(&self, scope: &KeyScope, by: &str, reason: &str) -> Result<ErasureReceipt, Error> {
        let now = self.shared().now();
        let may_go = |record: &KeyRecord| match (record.state(), record.end()) {
            (KeyState::PendingDeletion, Some(due)) if due > now => Err(Error::Revoked { key: record.reference(), due }),
            (KeyState::PendingDeletion | KeyState::Destroyed, _) => Ok(()),
            _ => Err(Error::Invalid { what: "erasure", reason: "the key must be revoked first" }),
        };
        self.destroy_if(scope, may_go).await?;
        self.receipt(scope, by, reason).await
    }

    /// The dangerous door: destroys the key of `scope` at once, whether it was revoked or not.
    ///
    /// Doing it again destroys the key that was made since, if there is one: a lost receipt is had from
    /// [`receipt`](Self::receipt). An organization is out of use while the holds on its keys are looked for; one that
    /// was interrupted meanwhile stays revoked, and [`restore`](Self::restore) or doing it again ends that.
    ///
    /// # Errors
    /// Those of [`destroy`](Self::destroy), but for what concerns revocation and grace.
    pub async fn destroy_without_grace(
        &self,
        scope: &KeyScope,
        by: &str,
        reason: &str,
    ) -> Result<ErasureReceipt, Error> {
        self.destroy_if(scope, |_| Ok(())).await?;
        self.receipt(scope, by, reason).await
    }

    /// Puts the key of `scope` under the legal hold `name`: it can be neither revoked nor destroyed.
    ///
    /// A hold on an organization holds the keys of all its subjects. Where there is no key, or only destroyed ones, the
    /// key of what is to come is made and held; what was erased before stays so. A name has 1 to 64 printable ASCII
    /// characters without spaces.
    ///
    /// # Errors
    /// [`Error::Invalid`], what store and providers answer, and for a subject [`Error::Revoked`] or
    /// [`Error::Destroyed`] where its organization is, or has become so meanwhile: the hold then keeps nothing, and one
    /// on the organization may.
    pub async fn hold(&self, scope: &KeyScope, name: &str) -> Result<(), Error> {
        let record = self.to_hold(scope).await?;
        let hold = |record: KeyRecord| {
            check_kept(&record)?;
            record.held(name).map(Some)
        };
        self.shared().change(record.reference(), hold).await?;
        match scope.subject_ref() {
            // An erasure of the organization that began meanwhile may have looked for holds before.
            Some(_) => self.check_root(&record).await,
            None => Ok(()),
        }
    }

    /// Ends a legal hold.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::Invalid`] where there is no such hold, and what the store answers.
    pub async fn release(&self, scope: &KeyScope, name: &str) -> Result<(), Error> {
        let record = self.newest(scope).await?.ok_or(Error::NoKey)?;
        let release = |record: KeyRecord| {
            if record.holds().iter().any(|hold| hold == name) {
                return Ok(Some(record.released(name)));
            }
            Err(Error::Invalid { what: "legal hold", reason: "the key is not under it" })
        };
        self.shared().change(record.reference(), release).await.map(drop)
    }

    /// Destroys the key of `scope`, if its record `may_go`.
    async fn destroy_if(
        &self,
        scope: &KeyScope,
        may_go: impl Fn(&KeyRecord) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let outcome = match scope.subject_ref() {
            Some(_) => self.destroy_subject(scope, &may_go).await,
            None => self.destroy_organization(scope, &may_go).await,
        };
        // Where the store failed, it may still be destroyed.
        self.evict(scope);
        outcome
    }

    async fn destroy_subject(
        &self,
        scope: &KeyScope,
        may_go: &impl Fn(&KeyRecord) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.check_holds(scope).await?;
        let name = self.newest(scope).await?.ok_or(Error::NoKey)?.reference();
        let now = self.shared().now();
        let destroy = |record: KeyRecord| {
            if record.state() == KeyState::Destroyed {
                return Ok(None);
            }
            check_free(&record)?;
            may_go(&record)?;
            Ok(Some(record.destroyed(now)))
        };
        self.shared().change(name, destroy).await.map(drop)
    }

    async fn destroy_organization(
        &self,
        scope: &KeyScope,
        may_go: &impl Fn(&KeyRecord) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut outcome = Err(Error::Conflict);
        for _ in 0..ATTEMPTS {
            let root = self.newest(scope).await?.ok_or(Error::NoKey)?;
            outcome = self.destroy_root(scope, root, may_go).await;
            if !matches!(outcome, Err(Error::Conflict)) {
                break;
            }
        }
        // Whatever became of this root: an earlier erasure may have been interrupted.
        let left = self.destroy_lost(scope.organization_id()).await;
        outcome.and(left)
    }

    /// Destroys a root in two steps: under one that is revoked nobody can place a hold that is not found.
    async fn destroy_root(
        &self,
        scope: &KeyScope,
        root: KeyRecord,
        may_go: &impl Fn(&KeyRecord) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if root.state() == KeyState::Destroyed {
            return Ok(());
        }
        may_go(&root)?;
        if root.state() == KeyState::PendingDeletion {
            return self.destroy_revoked(scope, root).await;
        }
        // Nobody need notice where it is held.
        self.check_holds(scope).await?;
        let revoked = root.revoked(self.shared().now());
        waited(self.shared().save(&revoked, Patience::Waits)).await?;
        let outcome = self.destroy_revoked(scope, revoked.clone()).await;
        if outcome.is_err() {
            self.reopen(&revoked).await?;
        }
        outcome
    }

    async fn destroy_revoked(&self, scope: &KeyScope, root: KeyRecord) -> Result<(), Error> {
        self.check_holds(scope).await?;
        let destroyed = root.destroyed(self.shared().now());
        waited(self.shared().save(&destroyed, Patience::Waits)).await
    }

    /// Takes back that `revoked` was revoked, unless another has revoked or destroyed it since.
    async fn reopen(&self, revoked: &KeyRecord) -> Result<(), Error> {
        let restore = |record: KeyRecord| {
            let ours = record.state() == KeyState::PendingDeletion && record.end() == revoked.end();
            Ok(ours.then(|| record.restored()))
        };
        self.shared().change(revoked.reference(), restore).await.map(drop)
    }

    /// Destroys what is wrapped under roots that are gone. No hold can keep it, for nobody can open it.
    async fn destroy_lost(&self, organization: &OrganizationId) -> Result<(), Error> {
        let now = self.shared().now();
        let destroy = |record: KeyRecord| {
            let is_kept = record.state() != KeyState::Destroyed;
            Ok(is_kept.then(|| record.destroyed(now)))
        };
        let (lost, _) = split_lost(self.records(organization).await?);
        for record in lost {
            self.shared().change(record.reference(), destroy).await?;
        }
        Ok(())
    }

    /// Fails where a hold on another key stands in the way: for a subject one on its organization, for an organization
    /// one on any key of it.
    async fn check_holds(&self, scope: &KeyScope) -> Result<(), Error> {
        let organization = scope.organization_id();
        match scope.subject_ref() {
            Some(_) => match self.shared().newest_root(organization).await? {
                Some(root) => check_free(&root),
                None => Ok(()),
            },
            None => split_lost(self.records(organization).await?).1.iter().try_for_each(check_free),
        }
    }

    /// Fails where the root that `record` is wrapped under is revoked or gone.
    async fn check_root(&self, record: &KeyRecord) -> Result<(), Error> {
        let root = waited(self.shared().load(root_above(record)?, Patience::Waits)).await?;
        check_usable(&root.ok_or(Error::NoKey)?)
    }

    /// The record for a hold: of the newest key, or of the next where that is gone.
    async fn to_hold(&self, scope: &KeyScope) -> Result<KeyRecord, Error> {
        match self.newest(scope).await {
            Ok(Some(record)) if record.state() != KeyState::Destroyed => return Ok(record),
            Ok(_) | Err(Error::Destroyed { .. }) => {}
            Err(error) => return Err(error),
        }
        // Nothing must be made under a root that another process has destroyed.
        self.evict(&KeyScope::organization(scope.organization_id().clone()));
        self.key(scope).await?;
        self.newest(scope).await?.ok_or(Error::NoKey)
    }

    /// Every record of an organization.
    async fn records(&self, organization: &OrganizationId) -> Result<Vec<KeyRecord>, Error> {
        let mut records = Vec::new();
        for name in self.shared().names(organization).await? {
            records.extend(waited(self.shared().load(name, Patience::Waits)).await?);
        }
        Ok(records)
    }

    /// The newest record of a scope; nothing is made.
    async fn newest(&self, scope: &KeyScope) -> Result<Option<KeyRecord>, Error> {
        match scope.subject_ref() {
            None => self.shared().newest_root(scope.organization_id()).await,
            Some(_) => Ok(self.shared().generations(scope).await?.pop()),
        }
    }

    /// The receipt of what has been destroyed of `scope`, once more; nothing is destroyed.
    ///
    /// `by` and `reason` are for the caller to say again: the store keeps neither.
    ///
    /// # Errors
    /// [`Error::NoKey`] where nothing was destroyed, [`Error::Destroyed`] for a subject whose organization is, whose keys
    /// the receipt of the organization names, [`Error::Revoked`] where that is revoked, and what the store answers.
    pub async fn receipt(&self, scope: &KeyScope, by: &str, reason: &str) -> Result<ErasureReceipt, Error> {
        let organization = scope.organization_id();
        let records = match scope.subject_ref() {
            None => self.records(organization).await?,
            Some(_) => self.shared().generations(scope).await?,
        };
        let destroyed = || records.iter().filter(|record| record.state() == KeyState::Destroyed);
        let at = destroyed().filter_map(KeyRecord::end).max().ok_or(Error::NoKey)?;
        let mut keys: Vec<KeyReference> = destroyed().map(KeyRecord::reference).collect();
        keys.sort_unstable();
        Ok(ErasureReceipt {
            organization: organization.clone(),
            of_subject: scope.subject_ref().is_some(),
            keys,
            at,
            by: by.into(),
            reason: reason.into(),
        })
    }
}

/// The records of an organization under roots that are destroyed, and those that can be of use.
fn split_lost(records: Vec<KeyRecord>) -> (Vec<KeyRecord>, Vec<KeyRecord>) {
    let destroyed = records.iter().filter(|record| record.state() == KeyState::Destroyed);
    let gone: Vec<KeyReference> = destroyed.map(KeyRecord::reference).collect();
    let is_lost = |record: &KeyRecord| root_above(record).is_ok_and(|root| gone.contains(&root));
    records.into_iter().partition(is_lost)
}

/// Fails where a hold is on the key.
fn check_free(record: &KeyRecord) -> Result<(), Error> {
    match record.holds() {
        [] => Ok(()),
        _ if record.state() == KeyState::Destroyed => Ok(()),
        holds => Err(Error::Held { holds: holds.to_vec() }),
    }
}

/// Fails where the key is gone.
fn check_kept(record: &KeyRecord) -> Result<(), Error> {
    match record.state() {
        KeyState::Destroyed => Err(Error::Destroyed { key: record.reference() }),
        _ => Ok(()),
    }
}

/// The evidence of an erasure, to be recorded in the organization's log.
///
/// It names the keys that were destroyed and not the subject: the names of keys stand in the sealed fields too, so that
/// everyone can see which of them are erased, while whose they were can only be told with the organization's index key
/// and a guess. A host that must show whom it has erased keeps that elsewhere, or adds the opaque reference with
/// [`EventBuilder::subject`].
///
/// With a subject, it names all keys that were ever destroyed for it; with an organization, all that were destroyed in
/// it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureReceipt {
    organization: OrganizationId,
    of_subject: bool,
    keys: Vec<KeyReference>,
    at: Timestamp,
    by: String,
    reason: String,
}

impl ErasureReceipt {
    /// Whose keys were destroyed.
    #[must_use]
    pub const fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// The destroyed keys, in ascending order.
    #[must_use]
    pub fn keys(&self) -> &[KeyReference] {
        &self.keys
    }

    /// When the last of them was destroyed.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// SHA-256("axiom/erasure/v2" ‖ time in microseconds, 8 bytes ‖ 1 for a subject, 0 for an organization, 1 byte ‖
    /// number of keys, 8 bytes ‖ keys ‖ organization ‖ who ‖ reason), the last three after their lengths in 8 bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let keys: Vec<u8> = self.keys.iter().flat_map(|key| *key.as_bytes()).collect();
        let length = |len: usize| (len as u64).to_be_bytes();
        let (at, count) = (self.at.unix_micros().to_be_bytes(), length(self.keys.len()));
        let texts = [self.organization.as_str(), &self.by, &self.reason];
        let lengths = texts.map(|text| length(text.len()));
        let mut parts: Vec<&[u8]> =
            vec![b"axiom/erasure/v2", &at, if self.of_subject { &[1] } else { &[0] }, &count, &keys];
        parts.extend(texts.iter().zip(&lengths).flat_map(|(text, length)| [length.as_slice(), text.as_bytes()]));
        Digest::of(&parts)
    }

    /// The event `log.erased` for the organization's log.
    ///
    /// Its resources are the first hundred keys, as `key:<reference>`; the metadata have their number (`keys`), the
    /// `scope` (`subject` or `organization`) and the `digest`, which covers all of them.
    ///
    /// # Panics
    /// Never: the action stands in the catalogue.
    pub fn to_event(&self) -> EventBuilder {
        let action = "log.erased".parse().expect("the action stands in the catalogue");
        let scope = if self.of_subject { "subject" } else { "organization" };
        let builder = Event::builder(self.organization.clone(), action)
            .timestamp(self.at)
            .user(self.by.as_str())
            .reason(self.reason.as_str())
            .metadata("scope", scope)
            .metadata("keys", i64::try_from(self.keys.len()).unwrap_or(i64::MAX))
            .metadata("digest", self.digest().to_string());
        self.keys.iter().take(NAMED_KEYS).fold(builder, |builder, key| builder.resource(format!("key:{key}")))
    }
}

/// So many names fit into an event with room for the rest.
const NAMED_KEYS: usize = 100;
