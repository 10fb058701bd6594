//! What was written and is not durable yet.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Access, Disk, DiskFile};
use super::layout::failed;
use crate::error::Error;

/// Files whose content, and directories whose names, are yet to be synced.
#[derive(Debug, Default)]
pub(crate) struct Unsynced {
    files: BTreeSet<PathBuf>,
    directories: BTreeSet<PathBuf>,
}

impl Unsynced {
    /// The content of a file has changed.
    pub(crate) fn content(&mut self, file: &Path) {
        self.files.insert(file.into());
    }

    /// A file or directory has got its name.
    pub(crate) fn name(&mut self, path: &Path) {
        self.directories.extend(path.parent().map(Path::to_path_buf));
    }

    /// Makes all of it durable: files through the handles in `open` where they have one.
    ///
    /// What a failed sync leaves unsynced stays listed.
    pub(crate) fn sync(&mut self, disk: &dyn Disk, open: &HashMap<PathBuf, Box<dyn DiskFile>>) -> Result<(), Error> {
        for path in &self.files {
            let sync = match open.get(path) {
                Some(file) => file.sync(),
                None => match disk.open(path, Access::Write) {
                    // It was to be made, and was not.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                    file => file.and_then(|file| file.sync()),
                },
            };
            sync.map_err(failed("sync", path))?;
        }
        for directory in self.directories.iter().filter(|directory| disk.kind(directory).is_some()) {
            disk.sync_names(directory).map_err(failed("sync", directory))?;
        }
        *self = Self::default();
        Ok(())
    }
}
