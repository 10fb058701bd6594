//! A run: the index of a range of entries, one file that is never changed.

use core::ops::Range;
use std::io;
use std::path::Path;

use axiom_core::Digest;

use super::key::Key;
use crate::store::file::disk::{Access, Disk, DiskFile, LocalDisk};

/// A run that is read.
#[derive(Debug)]
pub(in crate::query) struct Run {
    file: Box<dyn DiskFile>,
    key: Key,
    range: Range<u64>,
    footer: Footer,
}

/// Why a run is of no use; the log itself is read then.
#[derive(Debug)]
pub(in crate::query) enum Fault {
    /// It is not as it was written, and is thrown away.
    Broken,
    /// It cannot be read just now, and may be as good as ever.
    Unreadable,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Too short, or no regular file.
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Self::Broken,
            _ => Self::Unreadable,
        }
    }
}

/// Where a block is in the file; its seal follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) len: u32,
}

/// How many bytes a seal has.
pub(super) const SEAL: u64 = 8;

impl Place {
    pub(super) const LEN: usize = 12;

    pub(super) fn to_bytes(self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..8].copy_from_slice(&self.offset.to_le_bytes());
        bytes[8..].copy_from_slice(&self.len.to_le_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (offset, rest) = bytes.split_first_chunk()?;
        let len = rest.first_chunk()?;
        Some(Self { offset: u64::from_le_bytes(*offset), len: u32::from_le_bytes(*len) })
    }
}

/// What a run ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Footer {
    /// The leaf hash of the last entry that is indexed; it stands for all before it.
    pub(super) tip: Digest,
    /// The root of the tree of terms.
    pub(super) root: Place,
    /// The directory of times.
    pub(super) times: Place,
    /// How many levels the tree has above its leaves.
    pub(super) height: u8,
}

const MAGIC: [u8; 16] = *b"axiom-index/v1\n\0";

impl Footer {
    const LEN: u32 = 16 + 32 + 2 * Place::LEN as u32 + 1;

    pub(super) fn to_bytes(self) -> Vec<u8> {
        let parts: [&[u8]; 5] =
            [&MAGIC, self.tip.as_bytes(), &self.root.to_bytes(), &self.times.to_bytes(), &[self.height]];
        parts.concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (tip, rest) = rest.split_first_chunk()?;
        let (root, rest) = rest.split_at_checked(Place::LEN)?;
        let (times, rest) = rest.split_at_checked(Place::LEN)?;
        let [height] = *rest else { return None };
        let (root, times) = (Place::from_bytes(root)?, Place::from_bytes(times)?);
        Some(Self { tip: Digest::from_bytes(*tip), root, times, height })
    }
}

impl Run {
    /// Opens the run over `range` at `path`, which ends with a footer whose seal holds.
    pub(super) fn open(path: &Path, key: &Key, range: Range<u64>) -> Result<Self, Fault> {
        let file = LocalDisk.open(path, Access::Read)?;
        let end = u64::from(Footer::LEN) + SEAL;
        let offset = file.length()?.checked_sub(end).ok_or(Fault::Broken)?;
        let bytes = read_block(&*file, key, &range, Place { offset, len: Footer::LEN })?;
        let footer = Footer::from_bytes(&bytes).ok_or(Fault::Broken)?;
        Ok(Self { file, key: key.clone(), range, footer })
    }

    /// Which entries it covers.
    pub(in crate::query) const fn range(&self) -> &Range<u64> {
        &self.range
    }

    pub(super) const fn key(&self) -> &Key {
        &self.key
    }

    /// The leaf hash of the last entry that it covers.
    pub(in crate::query) const fn tip(&self) -> Digest {
        self.footer.tip
    }

    pub(super) const fn footer(&self) -> &Footer {
        &self.footer
    }

    /// How many entries it covers.
    pub(super) fn entries(&self) -> u32 {
        u32::try_from(self.range.end - self.range.start).unwrap_or(u32::MAX)
    }

    /// Reads a block whose seal holds.
    pub(super) fn block(&self, place: Place) -> Result<Vec<u8>, Fault> {
        read_block(&*self.file, &self.key, &self.range, place)
    }
}

/// Longer than any block that is written.
const MAX_BLOCK: u32 = 1 << 20;

fn read_block(file: &dyn DiskFile, key: &Key, range: &Range<u64>, place: Place) -> Result<Vec<u8>, Fault> {
    if place.len > MAX_BLOCK {
        return Err(Fault::Broken);
    }
    let mut block = vec![0; place.len as usize + SEAL as usize];
    file.read_exact_at(&mut block, place.offset)?;
    let seal = block.split_off(place.len as usize);
    if key.seal(range, place.offset, &block)[..] == seal { Ok(block) } else { Err(Fault::Broken) }
}
