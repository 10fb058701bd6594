//! Roots and proofs out of tiles.

use core::ops::Range;

use axiom_core::Digest;

use super::proof::{beside, between};
use super::tile::{HASH_LEN, Tile};
use super::{Frontier, node_hash};
use crate::error::Error;

/// A tree whose hashes are kept in tiles, of which only those that an answer needs are read.
///
/// `read` gives the bytes of a tile: at least as many as [`Tile::byte_len`] says, so that a tile that has grown since
/// serves as well. A root over the first leaves, an inclusion or a consistency proof takes at most two tiles a level,
/// and of each level the tile that was read last is kept. The tiles are believed: what is made from those of somebody
/// else has to be verified against a signed root.
///
/// ```
/// use axiom_audit::merkle::{TileTree, verify_inclusion};
/// use axiom_audit::{Frontier, leaf_hash};
///
/// // Three leaves; they fit into one tile.
/// let (mut tree, mut tile) = (Frontier::new(), Vec::new());
/// for entry in ["a", "b", "c"] {
///     tree.push(leaf_hash(entry.as_bytes()));
///     tile.extend_from_slice(leaf_hash(entry.as_bytes()).as_bytes());
/// }
///
/// let mut tiles = TileTree::new(3, |_| Ok(tile.as_slice()));
/// assert_eq!(tiles.root(0..3)?, tree.root());
/// let proof = tiles.inclusion_proof(1, 3)?;
/// assert!(verify_inclusion(1, 3, leaf_hash(b"b"), &proof, tree.root()));
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TileTree<R, T> {
    size: u64,
    read: R,
    /// The tile of each level that was read last, and its number.
    last: [Option<(u64, T)>; 8],
}

impl<R: FnMut(Tile) -> Result<T, Error>, T: AsRef<[u8]>> TileTree<R, T> {
    /// The tree of `size` leaves whose tiles `read` gives.
    pub fn new(size: u64, read: R) -> Self {
        Self { size, read, last: Default::default() }
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The Merkle root over a range of leaves, as if they were all there is.
    ///
    /// It is fast for the ranges that proofs are made of: those that begin at a multiple of the next power of two of
    /// their length. For others every leaf hash in the range is read.
    ///
    /// # Errors
    /// [`Error::Proof`] where the tree has no such leaves, [`Error::Tile`] where a tile is too short, and what `read`
    /// answers.
    pub fn root(&mut self, range: Range<u64>) -> Result<Digest, Error> {
        Ok(self.frontier(range)?.root())
    }

    /// The frontier over a range of leaves, to which more can be added.
    ///
    /// # Errors
    /// As [`root`](Self::root).
    pub fn frontier(&mut self, range: Range<u64>) -> Result<Frontier, Error> {
        if range.end > self.size {
            return Err(Error::Proof("cannot be made: the tree has not grown that far"));
        }
        let size = range.end.saturating_sub(range.start);
        let (mut start, mut subtrees) = (range.start, Vec::new());
        for height in (0..u64::BITS).rev().filter(|height| size >> height & 1 == 1) {
            subtrees.push(self.node(start, height)?);
            start += 1 << height;
        }
        Ok(Frontier { size, subtrees })
    }

    /// The proof that the leaf `index` is one of the first `size`, for [`verify_inclusion`](super::verify_inclusion).
    ///
    /// # Errors
    /// As [`root`](Self::root).
    pub fn inclusion_proof(&mut self, index: u64, size: u64) -> Result<Vec<Digest>, Error> {
        if index >= size {
            return Err(Error::Proof("cannot be made: there is no such entry at that size"));
        }
        beside(index, size).into_iter().map(|range| self.root(range)).collect()
    }

    /// The proof that the first `new` leaves begin with the first `old`, for
    /// [`verify_consistency`](super::verify_consistency).
    ///
    /// # Errors
    /// As [`root`](Self::root).
    pub fn consistency_proof(&mut self, old: u64, new: u64) -> Result<Vec<Digest>, Error> {
        if old > new {
            return Err(Error::Proof("cannot be made: the old log is longer than the new one"));
        }
        between(old, new).into_iter().map(|range| self.root(range)).collect()
    }

    /// The root over the 2^height leaves from `start` on.
    fn node(&mut self, start: u64, height: u32) -> Result<Digest, Error> {
        if start.trailing_zeros() >= height {
            return self.aligned(start, height);
        }
        let half = height - 1;
        Ok(node_hash(&self.node(start, half)?, &self.node(start + (1 << half), half)?))
    }

    /// The root over leaves that are a subtree of this tree, too: some neighbours in one tile.
    fn aligned(&mut self, start: u64, height: u32) -> Result<Digest, Error> {
        let (level, within) = (height / BITS, height % BITS);
        let first = start >> (level * BITS);
        let (index, offset) = (first / WIDTH, (first % WIDTH) as usize * HASH_LEN);
        let hashes = self.tile(level as usize, index)?.get(offset..offset + (HASH_LEN << within));
        hashes.map(full_root).ok_or_else(|| Error::Tile {
            tile: format!("tile {index} of level {level}"),
            reason: "is too short for the size of the tree".into(),
        })
    }

    fn tile(&mut self, level: usize, index: u64) -> Result<&[u8], Error> {
        let last = &mut self.last[level];
        if last.as_ref().is_none_or(|(number, _)| *number != index) {
            let tile = Tile::at(level as u8, index, self.size).expect("the range is below the size");
            *last = Some((index, (self.read)(tile)?));
        }
        Ok(last.as_ref().map_or(&[], |(_, bytes)| bytes.as_ref()))
    }
}

/// The root over the hashes in `tile`, whole or the beginning of one: what stands for it in the level above once it is
/// full.
///
/// `None` where its length is not a multiple of 32 bytes.
///
/// ```
/// use axiom_audit::{leaf_hash, merkle};
///
/// let leaf = leaf_hash(b"a");
/// assert_eq!(merkle::tile_root(leaf.as_bytes()), Some(leaf));
/// assert_eq!(merkle::tile_root(b"short"), None);
/// ```
#[must_use]
pub fn tile_root(tile: &[u8]) -> Option<Digest> {
    let (hashes, rest) = tile.as_chunks::<HASH_LEN>();
    let mut tree = Frontier::new();
    hashes.iter().for_each(|hash| tree.push(Digest::from_bytes(*hash)));
    rest.is_empty().then(|| tree.root())
}

/// The root over a power of two of hashes.
fn full_root(hashes: &[u8]) -> Digest {
    match <[u8; HASH_LEN]>::try_from(hashes) {
        Ok(hash) => Digest::from_bytes(hash),
        Err(_) => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&full_root(left), &full_root(right))
        }
    }
}

/// How many hashes a full tile has, and how many levels of the tree that is.
const WIDTH: u64 = Tile::WIDTH as u64;
const BITS: u32 = Tile::WIDTH.ilog2();

#[cfg(test)]
mod tests {
    use core::cell::Cell;
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::entry::leaf_hash;
    use crate::merkle::{consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};

    fn leaf(number: u64) -> Digest {
        leaf_hash(&number.to_be_bytes())
    }

    /// A tree of numbered leaves, and all hashes of its tiles by level.
    struct Grown {
        tree: Frontier,
        levels: BTreeMap<u8, Vec<u8>>,
    }

    impl Grown {
        fn to(size: u64) -> Self {
            let mut grown = Self { tree: Frontier::new(), levels: BTreeMap::new() };
            for number in 0..size {
                let add = |level, hash: Digest| grown.levels.entry(level).or_default().extend(hash.as_bytes());
                grown.tree.push_to_tiles(leaf(number), add);
            }
            grown
        }

        /// A tile, as wide as it is by now.
        fn tile(&self, tile: Tile) -> &[u8] {
            let start = tile.index() as usize * 256 * HASH_LEN;
            let level = &self.levels[&tile.level()];
            &level[start..level.len().min(start + 256 * HASH_LEN)]
        }

        fn tiles<'a>(&'a self, size: u64) -> TileTree<impl FnMut(Tile) -> Result<&'a [u8], Error>, &'a [u8]> {
            TileTree::new(size, |tile| Ok(self.tile(tile)))
        }
    }

    fn by_leaves(range: Range<u64>) -> Frontier {
        let mut tree = Frontier::new();
        range.for_each(|number| tree.push(leaf(number)));
        tree
    }

    #[test]
    fn tiles_hold_the_roots_over_those_below() {
        let grown = Grown::to(70_000);
        for tile in Tile::added(0, 70_000) {
            assert_eq!(grown.tile(tile).len(), tile.byte_len(), "{tile}");
            for (hash, number) in grown.tile(tile).chunks_exact(HASH_LEN).zip(tile.index() * 256..) {
                let below = tile.level().checked_sub(1).map(|level| Tile::new(level, number, 256).unwrap());
                let expected = below.map_or_else(|| leaf(number), |below| tile_root(grown.tile(below)).unwrap());
                assert_eq!(hash, expected.as_bytes(), "{tile}");
            }
        }
    }

    #[test]
    fn an_answer_takes_at_most_two_tiles_a_level() {
        let grown = Grown::to(70_000);
        let read = Cell::new(0);
        let tiles = || {
            read.set(0);
            TileTree::new(70_000, |tile| {
                read.set(read.get() + 1);
                Ok(grown.tile(tile))
            })
        };
        for place in [0, 1, 255, 256, 257, 32_768, 65_535, 65_536, 65_537, 69_887, 69_888, 69_999] {
            tiles().inclusion_proof(place, 70_000).unwrap();
            assert!(read.get() <= 6, "{} tiles for the entry {place}", read.get());
            tiles().consistency_proof(place, 70_000).unwrap();
            assert!(read.get() <= 6, "{} tiles for the size {place}", read.get());
            tiles().root(0..place).unwrap();
            assert!(read.get() <= 3, "{} tiles for the root at {place}", read.get());
        }
    }

    #[test]
    fn a_tile_that_is_too_short_is_reported() {
        let grown = Grown::to(300);
        let mut tiles = TileTree::new(300, |tile| Ok(&grown.tile(tile)[..tile.byte_len() - 1]));
        assert!(matches!(tiles.root(0..300), Err(Error::Tile { .. })));
        assert!(tiles.root(0..128).is_ok(), "what was needed was there");
        assert!(matches!(grown.tiles(300).root(0..301), Err(Error::Proof(_))));
        assert!(matches!(grown.tiles(300).inclusion_proof(5, 5), Err(Error::Proof(_))));
        assert!(matches!(grown.tiles(300).inclusion_proof(5, 301), Err(Error::Proof(_))));
        assert!(matches!(grown.tiles(300).consistency_proof(5, 4), Err(Error::Proof(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn roots_are_those_of_the_leaves(size in 1_u64..2_000, more in 0_u64..300, start: u64, length: u64) {
            let grown = Grown::to(size + more);
            let start = start % size;
            let range = start..start + length % (size - start + 1);
            let mut tiles = grown.tiles(size);
            prop_assert_eq!(tiles.frontier(range.clone()).unwrap(), by_leaves(range));
            prop_assert_eq!(tiles.root(0..size).unwrap(), by_leaves(0..size).root());
        }

        #[test]
        fn proofs_are_those_of_the_leaves(size in 1_u64..2_000, more in 0_u64..300, index: u64, old: u64) {
            let grown = Grown::to(size + more);
            let (index, old, root) = (index % size, old % (size + 1), by_leaves(0..size).root());
            let mut tiles = grown.tiles(size);
            let proof = tiles.inclusion_proof(index, size).unwrap();
            prop_assert_eq!(&proof, &inclusion_proof(index, size, |range| by_leaves(range).root()).unwrap());
            prop_assert!(verify_inclusion(index, size, leaf(index), &proof, root));
            let proof = tiles.consistency_proof(old, size).unwrap();
            prop_assert_eq!(&proof, &consistency_proof(old, size, |range| by_leaves(range).root()).unwrap());
            prop_assert!(verify_consistency(old, size, by_leaves(0..old).root(), root, &proof));
        }
    }
}
