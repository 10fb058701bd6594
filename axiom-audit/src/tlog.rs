//! A log as a tree of static files that any web server can hand out (C2SP tlog-tiles, `c2sp.org/tlog-tiles`).
//!
//! ```text
//! checkpoint                    the newest signed checkpoint
//! tile/<L>/<N>[.p/<width>]      hashes, see `Tile`
//! tile/entries/<N>[.p/<width>]  entries, see `EntryTile`
//! ```

use core::fmt;

use axiom_core::Digest;

use crate::checkpoint::Checkpoint;
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::merkle::{EntryTile, Tile, TileTree, verify_inclusion};
use crate::note::{SignedNote, TrustedKey};

mod bundle;
#[cfg(feature = "log")]
mod directory;
#[cfg(feature = "log")]
mod publish;
mod report;
mod walk;

#[cfg(feature = "log")]
pub use directory::TlogDirectory;
#[cfg(feature = "log")]
pub use publish::Published;
pub use report::{TlogFault, TlogReport};

/// Reads and verifies a static tree, of whatever implementation wrote it.
///
/// `read` gives the content of the file at a path below the tree's root, or `None` where there is none: from a
/// directory, as [`TlogDirectory`] does, or from a web server. Nothing that it gives is believed.
///
/// Where a partial tile is not there any more, the full one is read in its place.
///
/// ```
/// use std::collections::HashMap;
///
/// use axiom_audit::{Checkpoint, TlogReader, leaf_hash};
///
/// let files = HashMap::from([
///     ("tile/0/000.p/1".to_owned(), leaf_hash(b"first").as_bytes().to_vec()),
///     ("tile/entries/000.p/1".to_owned(), b"\0\x05first".to_vec()),
/// ]);
/// // It would come from a signed note: see `open`.
/// let checkpoint = Checkpoint { origin: "example.com/log".parse()?, size: 1, root: leaf_hash(b"first") };
/// let mut reader = TlogReader::new(checkpoint, |path: &str| Ok(files.get(path).cloned()));
/// assert_eq!(reader.entry(0)?, b"first");
/// assert!(reader.verify(&[], &mut |_, _| {})?.is_verified());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TlogReader<R> {
    checkpoint: Checkpoint,
    read: R,
}

impl<R: FnMut(&str) -> Result<Option<Vec<u8>>, Error>> TlogReader<R> {
    /// The tree of which a checkpoint, whose signature has been checked, is known.
    pub const fn new(checkpoint: Checkpoint, read: R) -> Self {
        Self { checkpoint, read }
    }

    /// The tree at the size of its own checkpoint, which one of `keys` must have signed.
    ///
    /// # Errors
    /// [`Error::Tile`] where there is no checkpoint, [`Error::Note`] where it is none, [`Error::Signature`] where none
    /// of the keys signed it, and what `read` answers.
    pub fn open(mut read: R, keys: &[TrustedKey]) -> Result<Self, Error> {
        let note = read(CHECKPOINT)?.ok_or_else(|| missing(CHECKPOINT))?;
        let note: SignedNote = core::str::from_utf8(&note).map_err(|_| Error::Note("is not UTF-8"))?.parse()?;
        Ok(Self::new(Checkpoint::from_note(&note, keys)?, read))
    }

    /// What the tree is held to.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The entry `seq`, once its inclusion in the signed tree is proven.
    ///
    /// # Errors
    /// [`Error::Proof`] where the checkpoint does not cover it, [`Error::Tile`] where a tile that it needs is missing,
    /// malformed or not that of the signed tree, and what `read` answers.
    pub fn entry(&mut self, seq: u64) -> Result<Vec<u8>, Error> {
        let (size, root, width) = (self.checkpoint.size, self.checkpoint.root, u64::from(Tile::WIDTH));
        let proof = self.inclusion_proof(seq)?;
        let bundle = Tile::at(0, seq / width, size).map(EntryTile::of).ok_or_else(|| missing("the bundle"))?;
        let entry = self.entries(bundle)?.swap_remove((seq % width) as usize);
        match verify_inclusion(seq, size, leaf_hash(&entry), &proof, root) {
            true => Ok(entry),
            false => Err(wrong(&bundle, "does not hold the entries that were signed, or the hash tiles are forged")),
        }
    }

    /// The proof that the leaf `seq` is in the tree, worked out from its tiles; it is the checker who believes it or
    /// not.
    ///
    /// # Errors
    /// As [`entry`](Self::entry).
    pub fn inclusion_proof(&mut self, seq: u64) -> Result<Vec<Digest>, Error> {
        let size = self.checkpoint.size;
        self.tree().inclusion_proof(seq, size)
    }

    /// The proof that the tree continues that of its first `old` entries.
    ///
    /// # Errors
    /// As [`entry`](Self::entry).
    pub fn consistency_proof(&mut self, old: u64) -> Result<Vec<Digest>, Error> {
        let size = self.checkpoint.size;
        self.tree().consistency_proof(old, size)
    }

    /// Reads everything once, in memory that does not grow with the tree, and compares: every hash tile with the
    /// entries below it, the root with the checkpoint, and with those of `others` that are of the same log.
    ///
    /// Each entry is handed to `visit` with its number, before it is known whether it is one that was signed.
    ///
    /// # Errors
    /// What `read` answers. Whatever is wrong with the tree stands in the report.
    pub fn verify(&mut self, others: &[Checkpoint], visit: &mut dyn FnMut(u64, &[u8])) -> Result<TlogReport, Error> {
        walk::walk(self, others, visit)
    }

    /// The hashes of the tree; proofs out of them are believed by nobody who does not check them.
    pub(crate) fn tree(&mut self) -> TileTree<impl FnMut(Tile) -> Result<Vec<u8>, Error>, Vec<u8>> {
        TileTree::new(self.checkpoint.size, |tile| self.tile(tile))
    }

    /// The bytes of a tile, as many as it must have.
    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, Error> {
        if let Some(bytes) = (self.read)(&tile.to_string())? {
            return if bytes.len() == tile.byte_len() { Ok(bytes) } else { Err(wrong(&tile, LENGTH)) };
        }
        let full = full(tile).ok_or_else(|| missing(tile))?;
        let mut bytes = (self.read)(&full.to_string())?.ok_or_else(|| missing(tile))?;
        if bytes.len() != full.byte_len() {
            return Err(wrong(&full, LENGTH));
        }
        bytes.truncate(tile.byte_len());
        Ok(bytes)
    }

    /// The entries of a bundle, as many as it must have.
    fn entries(&mut self, bundle: EntryTile) -> Result<Vec<Vec<u8>>, Error> {
        if let Some(bytes) = (self.read)(&bundle.to_string())? {
            return bundle::entries(&bytes, bundle).ok_or_else(|| wrong(&bundle, LENGTHS));
        }
        let full = full(bundle.hashes()).map(EntryTile::of).ok_or_else(|| missing(bundle))?;
        let bytes = (self.read)(&full.to_string())?.ok_or_else(|| missing(bundle))?;
        let mut entries = bundle::entries(&bytes, full).ok_or_else(|| wrong(&full, LENGTHS))?;
        entries.truncate(bundle.hashes().width().into());
        Ok(entries)
    }
}

impl<R> fmt::Debug for TlogReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlogReader").field("checkpoint", &self.checkpoint).finish_non_exhaustive()
    }
}

/// What a partial tile may have grown to.
fn full(tile: Tile) -> Option<Tile> {
    Tile::new(tile.level(), tile.index(), Tile::WIDTH).filter(|full| *full != tile)
}

fn missing(what: impl fmt::Display) -> Error {
    wrong(&what, MISSING)
}

fn wrong(what: &impl fmt::Display, reason: &str) -> Error {
    Error::Tile { tile: what.to_string(), reason: reason.into() }
}

/// The file of the newest checkpoint.
const CHECKPOINT: &str = "checkpoint";

const MISSING: &str = "is not there";
const LENGTH: &str = "does not have the length of its hashes";
const LENGTHS: &str = "does not hold as many entries as it should, or something besides";
