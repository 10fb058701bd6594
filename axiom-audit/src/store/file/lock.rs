//! One process writes.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::disk::{check_regular, private};
use super::layout::{self, failed};
use crate::error::Error;

/// The right to write to a directory, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Open files, whose locks end with them.
    files: Vec<File>,
}

impl Lock {
    /// For a disk that nobody else can reach.
    #[cfg(test)]
    pub(super) const fn none() -> Self {
        Self { files: Vec::new() }
    }

    /// Takes the lock file's lock.
    pub(crate) fn take(root: &Path) -> Result<Self, Error> {
        Ok(Self { files: vec![lock(root, &layout::lock(root))?] })
    }

    /// Takes that of the configuration as well: a lock file that somebody took for stale can be removed, this one
    /// cannot.
    #[cfg(unix)]
    pub(super) fn and_config(mut self, root: &Path) -> Result<Self, Error> {
        self.files.push(lock(root, &layout::config(root))?);
        Ok(self)
    }

    /// Elsewhere a lock keeps others from reading.
    #[cfg(not(unix))]
    pub(super) fn and_config(self, _: &Path) -> Result<Self, Error> {
        Ok(self)
    }
}

fn lock(root: &Path, path: &Path) -> Result<File, Error> {
    let open = || private().write(true).create(true).truncate(false).open(path);
    let file = check_regular(path).and_then(|()| open()).map_err(failed("open", path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path: root.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(failed("lock", path)(error)),
    }
}
