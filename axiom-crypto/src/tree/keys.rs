//! How the keys of a tree are found, made and unwrapped.

use std::sync::Arc;

use axiom_core::OrganizationId;

use super::cache::Organization;
use super::data::Data;
use super::root::{Root, binding, checked, commitment, root_above};
use super::{ATTEMPTS, Shared, lock, names};
use crate::envelope::{self, KeyReference, Patience, Stop, waited};
use crate::error::Error;
use crate::key::Key;
use crate::keystore::{KeyRecord, KeyRole, WrappedKey};
use crate::provider::{KeyProvider, KeyState};
use crate::scope::KeyScope;

impl Shared {
    /// The data key of `scope`, made where it is missing.
    pub(super) async fn data(&self, scope: &KeyScope, patience: Patience) -> Result<Arc<Data>, Stop> {
        let fetch = {
            let (mut cache, now) = (lock(&self.cache), self.now());
            if let Some(data) = cache.data(scope, now) {
                return Ok(data);
            }
            cache.fetch(now)
        };
        let organization = self.organization(scope.organization_id(), patience).await?;
        for generation in 0..=u32::MAX {
            let name = names::data(&organization.index, scope.subject_ref(), generation);
            let record = self.kept(KeyRole::Data, name, &organization.root, patience).await?;
            if record.state() == KeyState::Destroyed {
                continue;
            }
            let data = self.unwrap_data(&record, &organization, patience).await?;
            lock(&self.cache).put_data(scope, &data, fetch.under(&organization));
            return Ok(data);
        }
        Err(Error::NoKey.into())
    }

    /// The data key of this name, which must belong to `organization`.
    pub(super) async fn data_of(
        &self,
        organization: &OrganizationId,
        name: KeyReference,
        patience: Patience,
    ) -> Result<Arc<Data>, Stop> {
        let fetch = {
            let (mut cache, now) = (lock(&self.cache), self.now());
            if let Some(data) = cache.data_of(name, now) {
                return if data.organization == *organization { Ok(data) } else { Err(Error::Open.into()) };
            }
            cache.fetch(now)
        };
        let record = self.load(name, patience).await?.ok_or(Error::NoKey)?;
        if record.organization() != organization || record.role() != KeyRole::Data {
            return Err(Error::Open.into());
        }
        check_usable(&record)?;
        let keys = self.organization_of(&record, patience).await?;
        let data = self.unwrap_data(&record, &keys, patience).await?;
        lock(&self.cache).put_data_of(&data, fetch.under(&keys));
        Ok(data)
    }

    async fn unwrap_data(
        &self,
        record: &KeyRecord,
        organization: &Organization,
        patience: Patience,
    ) -> Result<Arc<Data>, Stop> {
        check_usable(record)?;
        let root = &organization.root;
        let key = if root.has_version_of(record) {
            root.unwrap(record)?
        } else {
            // The root was rotated since it was unwrapped.
            let fits = |keys: &Organization| keys.root.reference == root.reference && keys.root.has_version_of(record);
            let fetch = self.load_organization(root.reference, &root.organization, patience);
            self.one_fetch(&root.organization, patience, fits, fetch).await?.root.unwrap(record)?
        };
        Ok(Arc::new(Data::new(record.reference(), record.organization().clone(), self.backend, key)))
    }

    /// The keys that `record` is wrapped under.
    async fn organization_of(&self, record: &KeyRecord, patience: Patience) -> Result<Arc<Organization>, Stop> {
        self.organization_under(root_above(record)?, record.organization(), patience).await
    }

    /// The keys of an organization with the root of this name.
    async fn organization_under(
        &self,
        root: KeyReference,
        id: &OrganizationId,
        patience: Patience,
    ) -> Result<Arc<Organization>, Stop> {
        let fits = |keys: &Organization| keys.root.reference == root;
        self.one_fetch(id, patience, fits, self.load_organization(root, id, patience)).await
    }

    /// The keys of an organization, made where they are missing.
    pub(super) async fn organization(
        &self,
        id: &OrganizationId,
        patience: Patience,
    ) -> Result<Arc<Organization>, Stop> {
        self.one_fetch(id, patience, |_| true, self.newest_organization(id, patience)).await
    }

    /// The keys of an organization at hand, if they fit, or else what `fetch` brings: one at a time of those who can
    /// wait, for it asks the key provider.
    async fn one_fetch(
        &self,
        id: &OrganizationId,
        patience: Patience,
        fits: impl Fn(&Organization) -> bool,
        fetch: impl Future<Output = Result<Arc<Organization>, Stop>>,
    ) -> Result<Arc<Organization>, Stop> {
        let at_hand = || lock(&self.cache).organization(id, self.now()).filter(|keys| fits(keys));
        if let Some(keys) = at_hand() {
            return Ok(keys);
        }
        let _turn = self.flights.turn_if(patience, names::root(id, 0)).await;
        match at_hand() {
            Some(keys) => Ok(keys),
            None => fetch.await,
        }
    }

    async fn newest_organization(&self, id: &OrganizationId, patience: Patience) -> Result<Arc<Organization>, Stop> {
        for generation in 0..=u32::MAX {
            let name = names::root(id, generation);
            match self.load(name, patience).await? {
                Some(record) if record.state() == KeyState::Destroyed => {}
                Some(_) => return self.load_organization(name, id, patience).await,
                None => {
                    self.make_root(name, id, patience).await?;
                    return self.load_organization(name, id, patience).await;
                }
            }
        }
        Err(Error::NoKey.into())
    }

    /// The newest root of an organization; nothing is made.
    pub(crate) async fn newest_root(&self, id: &OrganizationId) -> Result<Option<KeyRecord>, Error> {
        let mut newest = None;
        for generation in 0..=u32::MAX {
            match waited(self.load(names::root(id, generation), Patience::Waits)).await? {
                Some(record) => newest = Some(record),
                None => break,
            }
        }
        Ok(newest)
    }

    /// The records of all data keys that `scope` has had, the newest last; nothing is made.
    pub(crate) async fn generations(&self, scope: &KeyScope) -> Result<Vec<KeyRecord>, Error> {
        let mut records = Vec::new();
        let root = self.newest_root(scope.organization_id()).await?;
        let Some(root) = root else { return Ok(records) };
        check_usable(&root)?;
        // What is at hand may be of a root that another process has destroyed.
        let keys = self.organization_under(root.reference(), scope.organization_id(), Patience::Waits);
        let keys = waited(keys).await?;
        for generation in 0..=u32::MAX {
            let name = names::data(&keys.index, scope.subject_ref(), generation);
            match waited(self.load(name, Patience::Waits)).await? {
                Some(record) => records.push(record),
                None => break,
            }
        }
        Ok(records)
    }

    async fn load_organization(
        &self,
        name: KeyReference,
        id: &OrganizationId,
        patience: Patience,
    ) -> Result<Arc<Organization>, Stop> {
        let mut revision = None;
        for _ in 0..ATTEMPTS {
            let fetch = lock(&self.cache).fetch(self.now());
            let record = self.load(name, patience).await?.ok_or(Error::NoKey)?;
            if record.organization() != id || record.role() != KeyRole::Root {
                return Err(Error::Open.into());
            }
            check_usable(&record)?;
            if revision.replace(record.revision()) == Some(record.revision()) {
                return Err(Error::Open.into());
            }
            let root = self.unwrap_root(&record, patience).await?;
            let index = self.kept(KeyRole::Index, names::index(name), &root, patience).await?;
            if root.has_version_of(&index) {
                let index = root.unwrap(&index)?;
                let organization = Arc::new(Organization { since: fetch.since, root, index });
                lock(&self.cache).put_organization(&organization, fetch);
                return Ok(organization);
            }
            // The root was rotated or destroyed since its record was read, or else the index key is damaged.
        }
        Err(Error::Conflict.into())
    }

    /// The record of a key under `root`, made where it is missing.
    async fn kept(
        &self,
        role: KeyRole,
        name: KeyReference,
        root: &Root,
        patience: Patience,
    ) -> Result<KeyRecord, Stop> {
        for _ in 0..ATTEMPTS {
            match self.load(name, patience).await? {
                Some(record) if *record.organization() != root.organization || record.role() != role => {
                    return Err(Error::Open.into());
                }
                Some(record) => return Ok(record),
                None => {}
            }
            let wrapped = root.wrap(role, name, &self.generate(patience).await?, self.now());
            let record = KeyRecord::new(role, name, root.organization.clone(), self.now(), wrapped);
            if let Some(record) = self.made(record, patience).await? {
                return Ok(record);
            }
        }
        Err(Error::Conflict.into())
    }

    /// Makes a root, unless another is faster.
    async fn make_root(&self, name: KeyReference, id: &OrganizationId, patience: Patience) -> Result<(), Stop> {
        let key = self.generate(patience).await?;
        let wrapped = self.wrap_root(name, id, 1, &key, patience).await?;
        let record = KeyRecord::new(KeyRole::Root, name, id.clone(), self.now(), wrapped);
        self.made(record, patience).await.map(drop)
    }

    /// `record`, once it is saved; `None` where another was faster.
    async fn made(&self, record: KeyRecord, patience: Patience) -> Result<Option<KeyRecord>, Stop> {
        match self.save(&record, patience).await {
            Ok(()) => Ok(Some(record)),
            Err(Stop::Failed(Error::Conflict)) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// A root key, wrapped for all key providers.
    pub(crate) async fn wrap_root(
        &self,
        name: KeyReference,
        id: &OrganizationId,
        version: u16,
        key: &Key,
        patience: Patience,
    ) -> Result<WrappedKey, Stop> {
        let (made, commitment) = (self.now(), commitment(key));
        let binding = binding(KeyRole::Root, id, name, &commitment);
        let recipients = envelope::wrap(key, &binding, &self.providers(), patience).await?;
        Ok(WrappedKey { version, made, commitment, recipients })
    }

    async fn unwrap_root(&self, record: &KeyRecord, patience: Patience) -> Result<Root, Stop> {
        let mut versions = Vec::new();
        for wrapped in record.keys() {
            versions.push((wrapped.version, self.unwrap_version(record, wrapped, patience).await?));
        }
        Ok(Root { reference: record.reference(), organization: record.organization().clone(), versions })
    }

    /// One version of a root key.
    pub(crate) async fn unwrap_version(
        &self,
        record: &KeyRecord,
        wrapped: &WrappedKey,
        patience: Patience,
    ) -> Result<Key, Stop> {
        let binding = binding(KeyRole::Root, record.organization(), record.reference(), &wrapped.commitment);
        let accept = |key| checked(key, &wrapped.commitment);
        let (key, _) = envelope::unwrap_any(&wrapped.recipients, &binding, &self.providers(), patience, accept).await?;
        Ok(key)
    }

    pub(crate) async fn generate(&self, patience: Patience) -> Result<Key, Stop> {
        envelope::generate(&self.providers(), patience).await
    }

    pub(crate) fn providers(&self) -> Vec<&dyn KeyProvider> {
        self.providers.iter().map(|provider| &**provider).collect()
    }
}

/// Fails where the key is revoked or gone.
pub(crate) fn check_usable(record: &KeyRecord) -> Result<(), Error> {
    match record.state() {
        KeyState::PendingDeletion => {
            Err(Error::Revoked { key: record.reference(), due: record.end().unwrap_or(record.created()) })
        }
        KeyState::Destroyed => Err(Error::Destroyed { key: record.reference() }),
        KeyState::Disabled | KeyState::Enabled => Ok(()),
    }
}
