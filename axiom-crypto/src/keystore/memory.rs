//! Key records in memory.

use core::fmt;
use core::ops::Bound;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{KeyRecord, KeyStore};
use crate::envelope::KeyReference;
use crate::error::Error;

/// A [`KeyStore`] in memory, for tests and for keys that live as long as the process.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_crypto::{KeyFile, KeyTree, MemoryKeyStore};
///
/// # let directory = tempfile::tempdir()?;
/// let master = KeyFile::create(directory.path().join("master.key"))?;
/// let keys = KeyTree::new(Arc::new(MemoryKeyStore::default()), Arc::new(master));
/// # Ok::<(), axiom_crypto::Error>(())
/// # .map_err(Box::<dyn std::error::Error>::from)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct MemoryKeyStore(Mutex<BTreeMap<KeyReference, KeyRecord>>);

impl MemoryKeyStore {
    fn records(&self) -> MutexGuard<'_, BTreeMap<KeyReference, KeyRecord>> {
        // Nothing here panics between two changes that belong together.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save_now(&self, record: &KeyRecord) -> Result<(), Error> {
        let mut records = self.records();
        let stored = records.get(&record.reference()).map_or(0, KeyRecord::revision);
        if stored + 1 != record.revision() {
            return Err(Error::Conflict);
        }
        records.insert(record.reference(), record.clone());
        Ok(())
    }
}

#[async_trait]
impl KeyStore for MemoryKeyStore {
    fn try_load(&self, reference: KeyReference) -> Option<Result<Option<KeyRecord>, Error>> {
        Some(Ok(self.records().get(&reference).cloned()))
    }

    fn try_save(&self, record: &KeyRecord) -> Option<Result<(), Error>> {
        Some(self.save_now(record))
    }

    async fn load(&self, reference: KeyReference) -> Result<Option<KeyRecord>, Error> {
        Ok(self.records().get(&reference).cloned())
    }

    async fn save(&self, record: &KeyRecord) -> Result<(), Error> {
        self.save_now(record)
    }

    async fn list(&self, after: Option<KeyReference>, limit: usize) -> Result<Vec<KeyRecord>, Error> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(self.records().range((from, Bound::Unbounded)).take(limit).map(|(_, record)| record.clone()).collect())
    }
}

impl fmt::Debug for MemoryKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryKeyStore({} keys)", self.records().len())
    }
}
