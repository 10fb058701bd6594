//! What every [`KeyProvider`](crate::KeyProvider), [`KeyStore`](crate::KeyStore) and
//! [`PseudonymKeys`](axiom_core::PseudonymKeys) must do: suites for those of this crate and those of hosts.
//!
//! ```
//! use axiom_crypto::{KeyFile, conformance};
//!
//! # let directory = tempfile::tempdir()?;
//! let keys = KeyFile::create(directory.path().join("orders.key"))?;
//! let other = KeyFile::create(directory.path().join("invoices.key"))?;
//! pollster::block_on(conformance::key_provider(&keys, &other));
//!
//! let store = axiom_crypto::MemoryKeyStore::default();
//! pollster::block_on(conformance::key_store(&store));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod joined;
mod key_provider;
mod key_states;
mod key_store;
mod pseudonym_keys;

pub use key_provider::key_provider;
pub use key_states::{KeyAdministrator, key_states};
pub use key_store::key_store;
pub use pseudonym_keys::pseudonym_keys;
