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
    pub(super) root: Root,
    pub(super) index: Key,
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

    pub(super) const fn evictions(&self) -> u64 {
        self.evictions
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

    pub(super) fn put_organization(&mut self, organization: &Arc<Organization>, now: Timestamp, evictions: u64) {
        if evictions == self.evictions {
            self.organizations.put(organization.root.organization.clone(), Arc::clone(organization), now);
        }
    }

    pub(super) fn put_data(&mut self, scope: &KeyScope, data: &Arc<Data>, now: Timestamp, evictions: u64) {
        if evictions == self.evictions {
            self.scopes.put(scope.clone(), Arc::clone(data), now);
        }
    }

    pub(super) fn put_data_of(&mut self, data: &Arc<Data>, now: Timestamp, evictions: u64) {
        if evictions == self.evictions {
            self.keys.put(data.reference, Arc::clone(data), now);
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
