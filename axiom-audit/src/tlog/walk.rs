//! Verifies a whole static tree, from its first entry to its last.

use axiom_core::Digest;

use super::{TlogFault, TlogReader, TlogReport, bundle};
use crate::checkpoint::Checkpoint;
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::merkle::{EntryTile, Frontier, Tile};

/// Reads everything once and compares.
pub(super) fn walk<R: FnMut(&str) -> Result<Option<Vec<u8>>, Error>>(
    reader: &mut TlogReader<R>,
    others: &[Checkpoint],
    visit: &mut dyn FnMut(u64, &[u8]),
) -> Result<TlogReport, Error> {
    let own = reader.checkpoint.clone();
    let mut walk = Walk::new(reader, &own, others);
    walk.compare_roots()?;
    for bundle in EntryTile::added(0, own.size) {
        let Some(leaves) = walk.leaves(bundle, visit)? else { break };
        for leaf in leaves {
            walk.push(leaf)?;
        }
    }
    if walk.tree.size() == own.size {
        walk.compare_tiles(true)?;
    }
    let Walk { tree, faults, .. } = walk;
    Ok(TlogReport { origin: own.origin, entries: tree.size(), root: tree.root(), faults })
}

struct Walk<'a, R> {
    reader: &'a mut TlogReader<R>,
    /// The checkpoints ahead, the nearest last.
    ahead: Vec<(u64, Digest)>,
    tree: Frontier,
    /// What the last tile of each level must hold.
    levels: Vec<Vec<u8>>,
    /// The entries of the last bundle, if it could be read.
    entries: Vec<Vec<u8>>,
    faults: Vec<TlogFault>,
}

impl<'a, R: FnMut(&str) -> Result<Option<Vec<u8>>, Error>> Walk<'a, R> {
    fn new(reader: &'a mut TlogReader<R>, own: &Checkpoint, others: &[Checkpoint]) -> Self {
        let others = others.iter().filter(|other| other.origin == own.origin);
        let mut ahead: Vec<_> = others.chain([own]).map(|checkpoint| (checkpoint.size, checkpoint.root)).collect();
        ahead.sort_unstable_by(|a, b| b.cmp(a));
        ahead.dedup();
        let beyond = ahead.extract_if(.., |(signed, _)| *signed > own.size);
        let faults = beyond.map(|(signed, _)| TlogFault::RolledBack { size: own.size, signed }).collect();
        Self { reader, ahead, tree: Frontier::new(), levels: Vec::new(), entries: Vec::new(), faults }
    }

    /// The leaf hashes of the entries in a bundle; where there is none, those that the hash tile names, so that all
    /// that follows can be compared all the same. `None` where both are unusable.
    fn leaves(&mut self, bundle: EntryTile, visit: &mut dyn FnMut(u64, &[u8])) -> Result<Option<Vec<Digest>>, Error> {
        let entries = self.reader.entries(bundle);
        self.entries = self.usable(entries)?.unwrap_or_default();
        if !self.entries.is_empty() {
            bundle.entries().zip(&self.entries).for_each(|(seq, entry)| visit(seq, entry));
            return Ok(Some(self.entries.iter().map(|entry| leaf_hash(entry)).collect()));
        }
        let tile = self.reader.tile(bundle.hashes());
        let hashes = self.usable(tile)?;
        Ok(hashes.map(|bytes| bytes.as_chunks().0.iter().copied().map(Digest::from_bytes).collect()))
    }

    fn push(&mut self, leaf: Digest) -> Result<(), Error> {
        let levels = &mut self.levels;
        self.tree.push_to_tiles(leaf, |level, hash| {
            levels.resize_with(levels.len().max(usize::from(level) + 1), Vec::new);
            levels[usize::from(level)].extend_from_slice(hash.as_bytes());
        });
        self.compare_roots()?;
        if self.tree.size().is_multiple_of(Tile::WIDTH.into()) { self.compare_full_tiles() } else { Ok(()) }
    }

    /// Compares the root with the checkpoints of this size, and the tiles that a reader was given then.
    fn compare_roots(&mut self) -> Result<(), Error> {
        let size = self.tree.size();
        let mut signed = false;
        while let Some((_, root)) = self.ahead.pop_if(|(at, _)| *at == size) {
            signed = true;
            if root != self.tree.root() {
                self.faults.push(TlogFault::Forked { size });
            }
        }
        // None of the last size may be missing; they are compared at the end.
        if signed && size < self.reader.checkpoint.size {
            self.compare_tiles(false)?;
            self.compare_bundle()?;
        }
        Ok(())
    }

    fn compare_full_tiles(&mut self) -> Result<(), Error> {
        for level in 0..self.levels.len() {
            if self.levels[level].len() == usize::from(Tile::WIDTH) * size_of::<Digest>() {
                self.compare_tile(level, true)?;
                self.levels[level].clear();
            }
        }
        Ok(())
    }

    /// Compares the partial tiles of the present size.
    fn compare_tiles(&mut self, needed: bool) -> Result<(), Error> {
        (0..self.levels.len()).try_for_each(|level| self.compare_tile(level, needed))
    }

    /// Compares the last tile of a level; partial ones of sizes before the last need not be there any more.
    fn compare_tile(&mut self, level: usize, needed: bool) -> Result<(), Error> {
        let Some(tile) = self.last_tile(level) else { return Ok(()) };
        let bytes = if needed {
            let bytes = self.reader.tile(tile);
            self.usable(bytes)?
        } else {
            (self.reader.read)(&tile.to_string())?
        };
        if bytes.is_some_and(|bytes| bytes != self.levels[level]) {
            self.faults.push(TlogFault::Differs { path: tile.to_string() });
        }
        Ok(())
    }

    /// Compares the bundle of a size before the last, if it is still there.
    fn compare_bundle(&mut self) -> Result<(), Error> {
        let Some(bundle) = self.last_tile(0).map(EntryTile::of) else { return Ok(()) };
        let Some(bytes) = (self.reader.read)(&bundle.to_string())? else { return Ok(()) };
        let known = self.entries.get(..bundle.hashes().width().into());
        if known.is_some() && bundle::entries(&bytes, bundle).as_deref() != known {
            self.faults.push(TlogFault::Differs { path: bundle.to_string() });
        }
        Ok(())
    }

    /// The last tile of a level at the present size, unless it has been compared already.
    fn last_tile(&self, level: usize) -> Option<Tile> {
        let hashes = self.tree.size() >> (level as u32 * Tile::WIDTH.ilog2());
        let width = self.levels.get(level)?.len() / size_of::<Digest>();
        Tile::new(level as u8, hashes.checked_sub(1)? / u64::from(Tile::WIDTH), width as u16)
    }

    /// What was read, or a fault where it cannot be used.
    fn usable<T>(&mut self, read: Result<T, Error>) -> Result<Option<T>, Error> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(Error::Tile { tile, reason }) => {
                self.faults.push(TlogFault::Unusable { path: tile, reason });
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
