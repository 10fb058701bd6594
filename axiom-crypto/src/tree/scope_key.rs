//! A kept key as a key provider.

use core::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::KeyTree;
use super::data::Data;
use super::root::key_id;
use crate::cache::DataKeyCache;
use crate::envelope::{KeyReference, Patience, Recipient, Stop, at_once, waited};
use crate::error::Error;
use crate::key::Key;
use crate::provider::{Binding, KeyId, KeyProvider, KeyState, key_wrap};
use crate::scope::KeyScope;

/// The data key of one subject, or of an organization, as a [`KeyProvider`]; made by [`KeyTree::key`].
///
/// Its [`KeyId`] is `key-tree:<reference>`. Every use asks the tree, so that a revoked key serves no more. A data key
/// is wrapped by AES-256 key wrap (RFC 3394) under HKDF-SHA256(key, info = "axiom/key-tree/v1/data-key" ‖ binding).
#[derive(Clone)]
pub struct ScopeKey {
    tree: KeyTree,
    scope: KeyScope,
    reference: KeyReference,
}

impl ScopeKey {
    pub(super) const fn new(tree: KeyTree, scope: KeyScope, reference: KeyReference) -> Self {
        Self { tree, scope, reference }
    }

    /// The name of the key.
    #[must_use]
    pub const fn reference(&self) -> KeyReference {
        self.reference
    }

    async fn data(&self, patience: Patience) -> Result<Arc<Data>, Stop> {
        self.tree.data_of(self.scope.organization_id(), self.reference, patience).await
    }

    fn wrap_with(&self, data: &Data, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        Recipient::new(self.describe(), &key_wrap::wrap(data.key(), WRAP, dek, binding))
    }
}

#[async_trait]
impl KeyProvider for ScopeKey {
    fn describe(&self) -> KeyId {
        key_id(self.reference, 0)
    }

    fn erases(&self, organization: Option<&str>, subject: &str) -> bool {
        organization == Some(self.scope.organization_id().as_str())
            && self.scope.subject_ref().is_some_and(|own| own.as_str() == subject)
    }

    fn evict_with(&self, cache: &DataKeyCache) {
        self.tree.evict_cache(cache);
    }

    fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
        let data = at_once(self.data(Patience::None))?;
        Some(data.and_then(|data| self.wrap_with(&data, dek, binding)))
    }

    fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
        let data = at_once(self.data(Patience::None))?;
        Some(data.and_then(|data| key_wrap::unwrap(data.key(), WRAP, recipient.wrapped(), binding)))
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        let data = waited(self.data(Patience::Waits)).await?;
        self.wrap_with(&data, dek, binding)
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        let data = waited(self.data(Patience::Waits)).await?;
        key_wrap::unwrap(data.key(), WRAP, recipient.wrapped(), binding)
    }

    async fn state(&self) -> Result<KeyState, Error> {
        let record = waited(self.tree.shared().load(self.reference, Patience::Waits)).await?;
        Ok(record.map_or(KeyState::Destroyed, |record| record.state()))
    }
}

impl fmt::Debug for ScopeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScopeKey({})", self.describe())
    }
}

const WRAP: &[u8] = b"axiom/key-tree/v1/data-key";
