//! The keys of sealed fields.

use std::path::PathBuf;
use std::sync::Arc;

use axiom_crypto::{FieldSealer, FileKeyStore, KeyFile, KeyTree};
use clap::Args;

use crate::failure::Failure;

/// Keys that fields are sealed with or opened by.
#[derive(Args)]
pub(super) struct FieldKeys {
    /// Seal or open fields with this key file
    #[arg(long, value_name = "FILE")]
    seal_key: Option<PathBuf>,
    /// Seal or open fields with the keys of organizations and data subjects, which are in this directory
    #[arg(long, value_name = "DIR", requires = "key")]
    keys: Option<PathBuf>,
    /// The key file that wraps the keys of the organizations
    #[arg(long, value_name = "FILE", requires = "keys")]
    key: Option<PathBuf>,
}

impl FieldKeys {
    /// What seals new fields, where there are keys; their directory is made where it is missing.
    pub(super) fn sealer(&self) -> Result<Option<FieldSealer>, Failure> {
        if self.seal_key.is_some() && self.keys.is_some() {
            return Err(Failure::Usage("--seal-key and --keys: fields are sealed with one of them".into()));
        }
        self.fields()
    }

    /// What opens fields, where there are keys: with both kinds, what was sealed with either.
    pub(super) fn opener(&self) -> Result<Option<FieldSealer>, Failure> {
        match &self.keys {
            // A directory that does not exist is a typing error, and no empty store.
            Some(keys) if !keys.is_dir() => Err(Failure::Usage(format!("{} is no directory", keys.display()))),
            _ => self.fields(),
        }
    }

    fn fields(&self) -> Result<Option<FieldSealer>, Failure> {
        let seal_key = self.seal_key.as_ref().map(KeyFile::open).transpose()?.map(Arc::new);
        let (Some(keys), Some(key)) = (&self.keys, &self.key) else {
            return Ok(seal_key.map(|key| FieldSealer::new(key)));
        };
        let master = KeyFile::open(key)?;
        let fields =
            FieldSealer::with_keys(KeyTree::new(Arc::new(FileKeyStore::open_or_create(keys)?), Arc::new(master)));
        Ok(Some(match seal_key {
            Some(key) => fields.and_opens(key),
            None => fields,
        }))
    }
}
