//! The files that a command goes through.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use axiom_crypto::Error;
use axiom_crypto::stream::read_front;

use crate::failure::Failure;
use crate::output;

/// A file that was named, or is in a directory that was.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) len: u64,
    /// It may be something else than a message.
    in_directory: bool,
}

/// The files at `paths` and below, in the order of their names; links in directories are left out, and what an
/// interrupted run has left.
pub(super) fn all(paths: &[PathBuf]) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        // A link that was named is followed, so that what it leads to is replaced and not the link.
        let path = path.canonicalize().map_err(|error| Failure::io("read", path, &error))?;
        add(path, false, &mut found)?;
    }
    Ok(found)
}

fn add(path: PathBuf, in_directory: bool, found: &mut Vec<Found>) -> Result<(), Failure> {
    let list = || -> io::Result<_> {
        let metadata = path.symlink_metadata()?;
        if !metadata.is_dir() {
            return Ok((metadata, Vec::new()));
        }
        let entries = fs::read_dir(&path)?.map(|entry| entry.map(|entry| entry.path()));
        Ok((metadata, entries.collect::<io::Result<Vec<_>>>()?))
    };
    let (metadata, mut entries) = list().map_err(|error| Failure::io("read", &path, &error))?;
    if !(metadata.is_file() || metadata.is_dir() || in_directory) {
        // A named pipe would be waited for.
        return Err(Failure::Usage(format!("{} is neither a file nor a directory", path.display())));
    }
    if metadata.is_file() && !(in_directory && output::is_draft(&path)) {
        found.push(Found { path, len: metadata.len(), in_directory });
    }
    entries.sort();
    entries.into_iter().try_for_each(|path| add(path, true, found))
}

impl Found {
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The file behind the front of its message, and that front; `None` for what lies in a directory and is no message.
    pub(super) fn open(&self) -> Result<Option<(File, Vec<u8>)>, Failure> {
        let mut file = File::open(&self.path).map_err(|error| self.unread(&error))?;
        match read_front(&mut file) {
            Ok(front) => Ok(Some((file, front))),
            Err(Error::Open) if self.in_directory => Ok(None),
            Err(Error::Open) => Err(Failure::Integrity(format!("{}: this is no AXE1 message", self.name()))),
            Err(Error::Stream { source }) => Err(self.unread(&source)),
            Err(error) => Err(Failure::from(error).at(&self.name())),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn unread(&self, error: &io::Error) -> Failure {
        Failure::io("read", &self.path, error)
    }
}
