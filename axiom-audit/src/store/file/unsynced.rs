//! What was written and is not durable yet.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Access, Disk, DiskFile};
use super::layout::failed;
use crate::error::Error;

/// Files that are open, by their paths.
pub(crate) type Handles = HashMap<PathBuf, Box<dyn DiskFile>>;

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
    pub(crate) fn sync(&mut self, disk: &dyn Disk, open: &Handles) -> Result<(), Error> {
        self.sync_where(disk, open, |_| true)
    }

    /// Makes what is below `directory` durable, and the names that lead there.
    pub(crate) fn sync_below(&mut self, directory: &Path, disk: &dyn Disk, open: &Handles) -> Result<(), Error> {
        self.sync_where(disk, open, |path| path.starts_with(directory) || directory.starts_with(path))
    }

    fn sync_where(&mut self, disk: &dyn Disk, open: &Handles, which: impl Fn(&Path) -> bool) -> Result<(), Error> {
        for path in self.files.iter().filter(|path| which(path)) {
            sync(disk, open, path).map_err(failed("sync", path))?;
        }
        for directory in self.directories.iter().filter(|path| which(path) && disk.kind(path).is_some()) {
            disk.sync_names(directory).map_err(failed("sync", directory))?;
        }
        self.files.retain(|path| !which(path));
        self.directories.retain(|path| !which(path));
        Ok(())
    }
}

fn sync(disk: &dyn Disk, open: &Handles, path: &Path) -> io::Result<()> {
    match open.get(path) {
        Some(file) => file.sync(),
        None => match disk.open(path, Access::Write) {
            // It was to be made, and was not.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            file => file.and_then(|file| file.sync()),
        },
    }
}
