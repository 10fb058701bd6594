//! What every [`KeyProvider`](crate::KeyProvider) must do: suites for those of this crate and those of hosts.
//!
//! ```
//! use axiom_crypto::{KeyFile, conformance};
//!
//! # let directory = tempfile::tempdir()?;
//! let keys = KeyFile::create(directory.path().join("orders.key"))?;
//! let other = KeyFile::create(directory.path().join("invoices.key"))?;
//! pollster::block_on(conformance::key_provider(&keys, &other));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod joined;
mod key_provider;
mod key_states;

pub use key_provider::key_provider;
pub use key_states::{KeyAdministrator, key_states};
