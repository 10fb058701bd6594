//! Where the wrapped keys of organizations and data subjects are kept.

use std::collections::BTreeSet;

use async_trait::async_trait;
use axiom_core::OrganizationId;

use crate::envelope::KeyReference;
use crate::error::Error;

mod codec;
mod file;
mod memory;
mod record;

pub(crate) use codec::MAX_VERSIONS;
pub use file::FileKeyStore;
pub use memory::MemoryKeyStore;
pub use record::{KeyRecord, KeyRole, WrappedKey};

/// Keeps [`KeyRecord`]s, and forgets for good what was overwritten.
///
/// Implemented here by [`MemoryKeyStore`] and [`FileKeyStore`], and by hosts for a database: a table with the reference
/// as its key, the revision, and [`KeyRecord::to_bytes`]. [`KeyTree`](crate::KeyTree) calls the methods that do not
/// wait first, so that a store at hand never suspends.
///
/// Erasure by key is worth what the store forgets. A record that replaces another must leave nothing of it: no row
/// version, no log, no backup that outlives the grace. Where a copy of the store and the key that wraps it both
/// survive, so does what was to be erased.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// The record of this name without waiting for another machine, or `None` where it must be waited for.
    fn try_load(&self, reference: KeyReference) -> Option<Result<Option<KeyRecord>, Error>> {
        let _ = reference;
        None
    }

    /// Saves without waiting, or answers `None` where that is not possible, and has then done nothing.
    fn try_save(&self, record: &KeyRecord) -> Option<Result<(), Error>> {
        let _ = record;
        None
    }

    /// The record of this name, where there is one.
    ///
    /// # Errors
    /// [`Error::KeyStore`] where it cannot be read.
    async fn load(&self, reference: KeyReference) -> Result<Option<KeyRecord>, Error>;

    /// Puts `record` in the place of the one before it, durably: compare and swap.
    ///
    /// A record of revision 1 is saved where there is none of its name, and one of revision n + 1 where there is one of
    /// revision n. Of several who try at the same time one succeeds.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the stored record has another revision, [`Error::KeyStore`] where it cannot be
    /// written.
    async fn save(&self, record: &KeyRecord) -> Result<(), Error>;

    /// The first `limit` records whose names come after `after`, in the order of their names.
    ///
    /// # Errors
    /// [`Error::KeyStore`] where they cannot be read.
    async fn list(&self, after: Option<KeyReference>, limit: usize) -> Result<Vec<KeyRecord>, Error>;

    /// The names of all records of `organization`, in their order.
    ///
    /// A damaged record is among them where the store can tell whose it is, so that it stands in the way of its own
    /// organization and of no other. Unless a store knows better, such as a database with an index, they are picked out
    /// of all that [`list`](Self::list) answers.
    ///
    /// # Errors
    /// [`Error::KeyStore`] where they cannot be read.
    async fn names(&self, organization: &OrganizationId) -> Result<Vec<KeyReference>, Error> {
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let page = self.list(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(names) };
            after = Some(last.reference());
            let own = page.iter().filter(|record| record.organization() == organization);
            names.extend(own.map(KeyRecord::reference));
        }
    }

    /// The organizations that have records, in their order; by default out of [`list`](Self::list), as
    /// [`names`](Self::names).
    ///
    /// # Errors
    /// [`Error::KeyStore`] where they cannot be read.
    async fn organizations(&self) -> Result<Vec<OrganizationId>, Error> {
        let (mut organizations, mut after) = (BTreeSet::new(), None);
        loop {
            let page = self.list(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(organizations.into_iter().collect()) };
            after = Some(last.reference());
            organizations.extend(page.iter().map(|record| record.organization().clone()));
        }
    }
}

/// How many records are listed at a time.
const PAGE: usize = 256;
