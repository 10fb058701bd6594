//! A static tree in a local directory.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::CHECKPOINT;
use crate::error::Error;
use crate::merkle::{EntryTile, Tile};
use crate::store::file::disk::{Access, Disk, DiskReader, LocalDisk};
use crate::store::file::layout::failed;

/// A static tree in a local directory: where one is published to, or read from.
///
/// ```
/// use axiom_audit::{TlogDirectory, TlogReader};
///
/// let directory = tempfile::tempdir()?;
/// let tree = TlogDirectory::new(directory.path());
/// let reader = TlogReader::open(|path: &str| tree.read(path), &[]);
/// assert!(reader.is_err(), "nothing was published");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TlogDirectory {
    pub(super) root: PathBuf,
}

impl TlogDirectory {
    /// The tree below `root`.
    #[must_use]
    pub fn new(root: impl AsRef<Path>) -> Self {
        Self { root: root.as_ref().into() }
    }

    /// The content of a file of the tree, if there is one; of paths that no tree has, there is none.
    ///
    /// # Errors
    /// [`Error::Store`] where it cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let known = path == CHECKPOINT || path.parse::<Tile>().is_ok() || path.parse::<EntryTile>().is_ok();
        if !known {
            return Ok(None);
        }
        let path = self.root.join(path);
        let read = || -> io::Result<Vec<u8>> {
            let file = LocalDisk.open(&path, Access::Read)?;
            let mut bytes = Vec::with_capacity(file.length()?.min(MAX_FILE) as usize + 1);
            DiskReader::new(file, 0).take(MAX_FILE + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MAX_FILE {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is too large for what it is"));
            }
            Ok(bytes)
        };
        match read() {
            // A file in the place of a directory holds no file either.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            bytes => bytes.map(Some).map_err(failed("read", &path)),
        }
    }
}

/// The longest file that a tree can have: a bundle of 256 entries of 65,535 bytes, each behind its length.
const MAX_FILE: u64 = 256 * (2 + 65_535);
