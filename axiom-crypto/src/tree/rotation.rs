//! Rotation of the keys of a tree.

use axiom_core::OrganizationId;

use super::keys::check_usable;
use super::root::Root;
use super::{KeyTree, Shared};
use crate::envelope::{KeyReference, Patience, Recipient, waited};
use crate::error::Error;
use crate::keystore::{KeyRecord, MAX_VERSIONS, WrappedKey};
use crate::moment::later;
use crate::provider::{KeyId, KeyState};
use crate::scope::KeyScope;

/// Rotating.
///
/// Logs and messages refer to data keys, which stay as they are, so that no rotation touches them.
impl KeyTree {
    /// Wraps the root keys for the current keys of the providers; the answer is how many were wrapped anew.
    ///
    /// This is the rotation of the key above all others: give the trees of all processes a provider that holds the old
    /// key and writes for the new one, or both, call this until it answers 0, and then take the old one away. A process
    /// that has only the old one goes on making roots under it. It can be repeated and interrupted at will.
    ///
    /// # Errors
    /// What store and providers answer: the first failure, once all other roots are done.
    pub async fn rewrap_roots(&self) -> Result<u64, Error> {
        let mut walk = Walk::default();
        for organization in self.0.organizations().await? {
            walk.add(self.0.rewrap_newest_root(&organization).await);
        }
        walk.end()
    }

    /// Gives the root of `organization` a new version and wraps everything below it anew; the answer is how many keys.
    ///
    /// The old version stays until [`retire`](Self::retire): other processes may be wrapping new keys under it. Where
    /// it was interrupted, [`retire`](Self::retire) does the rest.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::Revoked`], [`Error::Invalid`] where the root has eight versions already, and what
    /// store and providers answer: of records that cannot be wrapped anew the first failure, once all others are.
    pub async fn rotate(&self, organization: &OrganizationId) -> Result<u64, Error> {
        let record = self.0.newest_root(organization).await?.ok_or(Error::NoKey)?;
        check_usable(&record)?;
        let versions = record.keys();
        if versions.len() == MAX_VERSIONS {
            return Err(Error::Invalid { what: "rotation", reason: "the root has eight versions: retire them first" });
        }
        let next = versions.last().and_then(|wrapped| wrapped.version.checked_add(1));
        let version = next.ok_or(Error::Invalid { what: "rotation", reason: "there is no further version" })?;
        let added = waited(async {
            let key = self.0.generate(Patience::Waits).await?;
            self.0.wrap_root(record.reference(), organization, version, &key, Patience::Waits).await
        });
        let versions = [versions, &[added.await?]].concat();
        waited(self.0.save(&record.with_keys(versions), Patience::Waits)).await?;
        self.evict(&KeyScope::organization(organization.clone()));
        self.rewrap_below(organization).await
    }

    /// Drops the old versions of an organization's root, after wrapping what is still under them.
    ///
    /// Processes that unwrapped the root before the rotation use the old version until it ends in their memory. The new
    /// version must therefore be older than twice the age that this tree lets keys have, and all processes should let
    /// them have the same.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is too early, [`Error::NoKey`], [`Error::Revoked`], and what the store answers.
    pub async fn retire(&self, organization: &OrganizationId) -> Result<(), Error> {
        let record = self.0.newest_root(organization).await?.ok_or(Error::NoKey)?;
        check_usable(&record)?;
        let Some((current, old)) = record.keys().split_last() else { return Err(Error::NoKey) };
        if old.is_empty() {
            return Ok(());
        }
        if later(current.made, 2 * self.0.max_age()) > self.0.now() {
            let reason = "too early: other processes may still use the old version";
            return Err(Error::Invalid { what: "rotation", reason });
        }
        let (scope, current) = (KeyScope::organization(organization.clone()), vec![current.clone()]);
        // A root that was unwrapped before the rotation would find nothing to do.
        self.evict(&scope);
        self.rewrap_below(organization).await?;
        waited(self.0.save(&record.with_keys(current), Patience::Waits)).await?;
        self.evict(&scope);
        Ok(())
    }

    /// Wraps the keys below the root under its current version.
    async fn rewrap_below(&self, organization: &OrganizationId) -> Result<u64, Error> {
        let keys = waited(self.0.organization(organization, Patience::Waits)).await?;
        let mut walk = Walk::default();
        for name in self.0.names(organization).await? {
            walk.add(self.0.rewrap_below_root(name, &keys.root).await);
        }
        walk.end()
    }
}

/// What was done to many records: one that fails keeps none of the others from being done.
#[derive(Default)]
struct Walk {
    changed: u64,
    failure: Option<Error>,
}

impl Walk {
    fn add(&mut self, outcome: Result<bool, Error>) {
        match outcome {
            Ok(changed) => self.changed += u64::from(changed),
            Err(error) => drop(self.failure.get_or_insert(error)),
        }
    }

    /// How many were changed, or the first failure.
    fn end(self) -> Result<u64, Error> {
        self.failure.map_or(Ok(self.changed), Err)
    }
}

impl Shared {
    async fn rewrap_newest_root(&self, organization: &OrganizationId) -> Result<bool, Error> {
        // Those before it are destroyed.
        match self.newest_root(organization).await? {
            Some(record) => self.rewrap_root(record).await,
            None => Ok(false),
        }
    }

    async fn rewrap_below_root(&self, name: KeyReference, root: &Root) -> Result<bool, Error> {
        match waited(self.load(name, Patience::Waits)).await? {
            Some(record) if root.is_above(&record) => self.rewrap_kept(&record, root).await,
            _ => Ok(false),
        }
    }

    /// Whether a root had to be wrapped anew for the providers.
    async fn rewrap_root(&self, record: KeyRecord) -> Result<bool, Error> {
        let name = record.reference();
        let mut record = Some(record);
        for _ in 0..super::ATTEMPTS {
            let stored = match record.take() {
                Some(record) => record,
                None => waited(self.load(name, Patience::Waits)).await?.ok_or(Error::NoKey)?,
            };
            if stored.keys().iter().all(|wrapped| self.is_current(wrapped)) {
                return Ok(false);
            }
            let keys = self.rewrapped_versions(&stored).await?;
            match waited(self.save(&stored.with_keys(keys), Patience::Waits)).await {
                Ok(()) => return Ok(true),
                Err(Error::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict)
    }

    /// The versions of a root, for the current keys of the providers; recipients that are not theirs stay.
    async fn rewrapped_versions(&self, record: &KeyRecord) -> Result<Vec<WrappedKey>, Error> {
        let mut versions = Vec::new();
        for wrapped in record.keys() {
            let new = waited(async {
                let key = self.unwrap_version(record, wrapped, Patience::Waits).await?;
                let (name, id) = (record.reference(), record.organization());
                self.wrap_root(name, id, wrapped.version, &key, Patience::Waits).await
            });
            let mut new = WrappedKey { made: wrapped.made, ..new.await? };
            let foreign = |recipient: &&Recipient| !self.holds(recipient.key());
            new.recipients.extend(wrapped.recipients.iter().filter(foreign).cloned());
            versions.push(new);
        }
        Ok(versions)
    }

    /// Whether a version of a root is wrapped for the current keys of the providers and no other key of theirs.
    fn is_current(&self, wrapped: &WrappedKey) -> bool {
        let current: Vec<KeyId> = self.providers().iter().map(|provider| provider.describe()).collect();
        let has = |key: &KeyId| wrapped.recipients.iter().any(|recipient| recipient.key() == key);
        let in_place = |recipient: &Recipient| current.contains(recipient.key()) || !self.holds(recipient.key());
        current.iter().all(has) && wrapped.recipients.iter().all(in_place)
    }

    fn holds(&self, key: &KeyId) -> bool {
        self.providers().iter().any(|provider| provider.holds(key))
    }

    /// Whether a key below a root had to be wrapped anew.
    async fn rewrap_kept(&self, record: &KeyRecord, root: &Root) -> Result<bool, Error> {
        let rewrap = |record: KeyRecord| {
            if record.state() == KeyState::Destroyed || root.is_current_for(&record) {
                return Ok(None);
            }
            let made = record.keys().last().map_or(record.created(), |wrapped| wrapped.made);
            let wrapped = root.wrap(record.role(), record.reference(), &root.unwrap(&record)?, made);
            Ok(Some(record.with_keys(vec![wrapped])))
        };
        if root.is_current_for(record) {
            return Ok(false);
        }
        self.change(record.reference(), rewrap).await.map(|changed| changed.is_some())
    }
}
