//! The certificates of key rotations, in the directory `rotations` beside the logs.
//!
//! `axiom.json` names the host's first key; each certificate leads from one key to the next.

use std::path::{Path, PathBuf};

use super::FileStore;
use super::disk::Disk;
use super::layout::{failed, read_fit, replace};
use crate::error::Error;
use crate::note::VerifierKey;
use crate::rotation::KeyRotation;

impl FileStore {
    /// How the signing key of this directory's logs was replaced, the first rotation first.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a certificate is not one, [`Error::Store`] where they cannot be read.
    pub fn rotations(&self) -> Result<Vec<KeyRotation>, Error> {
        let read = |(path, rotation): (PathBuf, Option<KeyRotation>)| {
            let log = path.display().to_string();
            rotation.ok_or_else(|| Error::Damaged { log, reason: "it is no certificate of a key rotation".into() })
        };
        list(self.layout.disk(), self.layout.root(), 0)?.into_iter().map(read).collect()
    }

    /// Keeps a certificate: from now on the directory names the new key, to who opens it next.
    ///
    /// # Errors
    /// [`Error::Key`] where it does not follow the last rotation, [`Error::ReadOnly`] where the store may not write,
    /// [`Error::Store`] where it cannot be written.
    pub fn save_rotation(&self, rotation: &KeyRotation) -> Result<(), Error> {
        let _turn = self.engine()?.turn_to_replace()?;
        let before = self.rotations()?;
        let key = before.last().map_or_else(|| self.layout.first_key(), KeyRotation::key);
        if rotation.replaces() != key || rotation.epoch() != before.len() as u64 + 1 {
            return Err(Error::Key("the rotation does not follow the last one of this directory"));
        }
        let (disk, root, directory) = (self.layout.disk(), self.layout.root(), directory(self.layout.root()));
        disk.create_dirs(&directory).map_err(failed("create", &directory))?;
        disk.sync_names(root).map_err(failed("sync", root))?;
        replace(disk, &directory.join(format!("{:020}", rotation.epoch())), rotation.to_string().as_bytes())
    }
}

/// The certificates below `root` in order, from the one in the place `from` on; none in the place of what is not one.
pub(crate) fn list(disk: &dyn Disk, root: &Path, from: usize) -> Result<Vec<(PathBuf, Option<KeyRotation>)>, Error> {
    let directory = directory(root);
    if disk.kind(&directory).is_none() {
        return Ok(Vec::new());
    }
    let mut names = disk.names(&directory).map_err(failed("list", &directory))?;
    // Anything else is none of ours, or what a crash kept from getting its name.
    names.retain(|name| name.len() == 20 && name.bytes().all(|byte| byte.is_ascii_digit()));
    names.sort();
    let read = |name: String| {
        let path = directory.join(name);
        let text = read_fit(disk, &path)?;
        Ok((path, text.and_then(|text| text.parse().ok())))
    };
    names.into_iter().skip(from).map(read).collect()
}

/// The key that the certificates below `root` lead to, as the directory itself tells it.
pub(crate) fn newest_key(disk: &dyn Disk, root: &Path, first: &VerifierKey) -> Result<VerifierKey, Error> {
    let rotations = list(disk, root, 0)?.into_iter().filter_map(|(_, rotation)| rotation);
    let follow = |key: VerifierKey, rotation: KeyRotation| match *rotation.replaces() == key {
        true => rotation.key().clone(),
        false => key,
    };
    Ok(rotations.fold(first.clone(), follow))
}

fn directory(root: &Path) -> PathBuf {
    root.join("rotations")
}
