//! Unwrapped keys, for a while.

use core::time::Duration;
use std::sync::Arc;

use axiom_core::{OrganizationId, Timestamp};

use super::aged::Aged;
use super::data::Data;
use super::root::Root;
use crate::envelope::KeyReference;
use crate::key::Key;
use crate::scope::KeyScope;

/// A root with the index key under it.
pub(super) struct Organization {
    /// When its fetch began; from then on the age of what it unwraps counts too.
    pub(super) since: Timestamp,
    pub(super) root: Root,
    pub(super) index: Key,
}

/// The beginning of a fetch: what it brings is as old as that, however long it takes.
#[derive(Clone, Copy)]
pub(super) struct Fetch {
    pub(super) since: Timestamp,
    evictions: u64,
}

impl Fetch {
    /// The fetch of a key under these: it must not outlive them, or a revocation of theirs would be noticed late.
    pub(super) fn under(self, keys: &Organization) -> Self {
        Self { since: self.since.min(keys.since), ..self }
    }
}

/// The unwrapped keys of a tree.
pub(super) struct Cache {
    organizations: Aged<OrganizationId, Arc<Organization>>,
    /// The data key that each scope seals with.
    scopes: Aged<KeyScope, Arc<Data>>,
    /// The data keys by name.
    keys: Aged<KeyReference, Arc<Data>>,
    /// How often something was evicted. What began to be fetched before the last time does not come in.
    evictions: u64,
}

impl Cache {
    pub(super) fn new(max_age: Duration, max_keys: usize) -> Self {
        Self {
            organizations: Aged::new(max_age, max_keys),
            scopes: Aged::new(max_age, max_keys),
            keys: Aged::new(max_age, max_keys),
            evictions: 0,
        }
    }

    pub(super) const fn fetch(&self, now: Timestamp) -> Fetch {
        Fetch { since: now, evictions: self.evictions }
    }

    pub(super) fn organization(&mut self, id: &OrganizationId, now: Timestamp) -> Option<Arc<Organization>> {
        self.organizations.at(id, now)
    }

    pub(super) fn data(&mut self, scope: &KeyScope, now: Timestamp) -> Option<Arc<Data>> {
        self.scopes.at(scope, now)
    }

    pub(super) fn data_of(&mut self, reference: KeyReference, now: Timestamp) -> Option<Arc<Data>> {
        self.keys.at(&reference, now)
    }

    pub(super) fn put_organization(&mut self, organization: &Arc<Organization>, fetch: Fetch) {
        if fetch.evictions == self.evictions {
            self.organizations.put(organization.root.organization.clone(), Arc::clone(organization), fetch.since);
        }
    }

    pub(super) fn put_data(&mut self, scope: &KeyScope, data: &Arc<Data>, fetch: Fetch) {
        if fetch.evictions == self.evictions {
            self.scopes.put(scope.clone(), Arc::clone(data), fetch.since);
        }
    }

    pub(super) fn put_data_of(&mut self, data: &Arc<Data>, fetch: Fetch) {
        if fetch.evictions == self.evictions {
            self.keys.put(data.reference, Arc::clone(data), fetch.since);
        }
    }

    /// Forgets the keys of `scope`.
    ///
    /// A key that was found by its name does not tell whose subject's it is, so all those of the organization go; they
    /// come back when they are needed.
    pub(super) fn evict(&mut self, scope: &KeyScope) {
        self.evictions += 1;
        let organization = scope.organization_id();
        self.organizations.retain(|id, _| id != organization);
        self.keys.retain(|_, data| data.organization != *organization);
        self.scopes.retain(|other, _| match scope.subject_ref() {
            Some(_) => other != scope,
            None => other.organization_id() != organization,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::hand::second;
    use crate::suite::Backend;

    fn data(organization: &OrganizationId, byte: u8) -> Arc<Data> {
        let (name, key) = (KeyReference::from_bytes([byte; 16]), Key::from_bytes(&[byte; 32]));
        Arc::new(Data::new(name, organization.clone(), Backend::default(), key))
    }

    #[test]
    fn what_was_being_fetched_when_it_was_evicted_does_not_come_in() {
        let acme: OrganizationId = "acme".parse().unwrap();
        let scope = KeyScope::subject(acme.clone(), "s".parse().unwrap());
        let mut cache = Cache::new(Duration::from_secs(10), 8);
        let (data, before) = (data(&acme, 1), cache.fetch(second(0)));
        cache.evict(&scope);
        cache.put_data(&scope, &data, before);
        cache.put_data_of(&data, before);
        assert!(cache.data(&scope, second(0)).is_none() && cache.data_of(data.reference, second(0)).is_none());
        cache.put_data(&scope, &data, cache.fetch(second(0)));
        assert!(cache.data(&scope, second(0)).is_some());
    }

    #[test]
    fn evicting_one_subject_leaves_what_another_seals_with() {
        let acme: OrganizationId = "acme".parse().unwrap();
        let [one, two] = ["s1", "s2"].map(|name| KeyScope::subject(acme.clone(), name.parse().unwrap()));
        let mut cache = Cache::new(Duration::from_secs(10), 8);
        let fetch = cache.fetch(second(0));
        cache.put_data(&one, &data(&acme, 1), fetch);
        cache.put_data(&two, &data(&acme, 2), fetch);
        cache.evict(&one);
        assert!(cache.data(&one, second(0)).is_none() && cache.data(&two, second(0)).is_some());
        cache.evict(&KeyScope::organization(acme));
        assert!(cache.data(&two, second(0)).is_none());
    }
}
