//! The file of a run while it is written: sealed blocks, one after another.

use core::ops::Range;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::key::Key;
use super::run::{Footer, Place, SEAL};
use crate::store::file::disk::private;

#[derive(Debug)]
pub(super) struct Output {
    file: BufWriter<File>,
    temporary: PathBuf,
    key: Key,
    range: Range<u64>,
    offset: u64,
}

impl Output {
    /// Begins the file of the run over `range`, under a name that is none of a run.
    pub(super) fn create(directory: &Path, key: &Key, range: Range<u64>) -> io::Result<Self> {
        let temporary = directory.join("new");
        // What an interrupted process left, or somebody else put there to be written through.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = private().write(true).create_new(true).open(&temporary)?;
        Ok(Self { file: BufWriter::with_capacity(1 << 16, file), temporary, key: key.clone(), range, offset: 0 })
    }

    /// Writes a block and its seal.
    pub(super) fn block(&mut self, block: &[u8]) -> io::Result<Place> {
        let len = u32::try_from(block.len()).map_err(io::Error::other)?;
        let place = Place { offset: self.offset, len };
        self.file.write_all(block)?;
        self.file.write_all(&self.key.seal(&self.range, self.offset, block))?;
        self.offset += u64::from(len) + SEAL;
        Ok(place)
    }

    /// Writes the footer, and gives the file its name.
    ///
    /// It is not synced: what a loss of power leaves of it does not fit its seals, and is made again.
    pub(super) fn finish(mut self, footer: Footer, path: &Path) -> io::Result<()> {
        self.block(&footer.to_bytes())?;
        self.file.flush()?;
        fs::rename(&self.temporary, path)
    }
}
