//! The Merkle tree over a log's leaf hashes (RFC 6962, section 2.1; RFC 9162, section 2.1).

use axiom_core::Digest;

mod proof;
mod span;
mod tile;
mod tree;

#[cfg(feature = "log")]
pub(crate) use proof::{beside, between};
pub use proof::{consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
pub(crate) use span::Span;
pub use tile::{EntryTile, NoTile, Tile};
pub use tree::{TileTree, tile_root};

/// The tree head of a growing log, in O(log n) memory.
///
/// It keeps the roots of the full subtrees that the leaves so far fall into, largest first.
///
/// ```
/// use axiom_audit::{Frontier, leaf_hash};
///
/// let mut tree = Frontier::new();
/// tree.push(leaf_hash(b"first"));
/// assert_eq!(tree.root(), leaf_hash(b"first"));
/// assert_eq!(tree.size(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Digest>,
}

impl Frontier {
    /// The tree of an empty log.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, subtrees: Vec::new() }
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds the next leaf.
    pub fn push(&mut self, leaf: Digest) {
        self.push_to_tiles(leaf, |_, _| {});
    }

    /// Adds the next leaf, and hands each hash that its [`Tile`]s gain by it to `add`, with the tile's level.
    ///
    /// A hash goes behind those that its level has already: hashes of level L come once in 256^L leaves.
    ///
    /// ```
    /// use axiom_audit::{Frontier, leaf_hash};
    ///
    /// let (mut tree, mut levels) = (Frontier::new(), vec![Vec::new(); 2]);
    /// for number in 0..256_u32 {
    ///     tree.push_to_tiles(leaf_hash(&number.to_be_bytes()), |level, hash| levels[usize::from(level)].push(hash));
    /// }
    /// assert_eq!(levels[0].len(), 256);
    /// assert_eq!(levels[1], [tree.root()]);
    /// ```
    pub fn push_to_tiles(&mut self, leaf: Digest, mut add: impl FnMut(u8, Digest)) {
        add(0, leaf);
        self.push_node(0, leaf, add);
    }

    /// Adds the next 2^`height` leaves by the root over them; the size must be a multiple of 2^`height`.
    pub(crate) fn push_subtree(&mut self, height: u32, root: Digest) {
        debug_assert!(self.size.trailing_zeros() >= height, "a subtree begins at a multiple of its size");
        self.push_node(height, root, |_, _| {});
    }

    fn push_node(&mut self, height: u32, root: Digest, mut add: impl FnMut(u8, Digest)) {
        let mut node = root;
        // Each trailing one bit of the size is a full subtree of the same size as the node: they join.
        for height in height + 1..=height + (self.size >> height).trailing_ones() {
            let left = self.subtrees.pop().expect("one subtree a set bit of the size");
            node = node_hash(&left, &node);
            if height % Tile::WIDTH.ilog2() == 0 {
                add((height / Tile::WIDTH.ilog2()) as u8, node);
            }
        }
        self.subtrees.push(node);
        self.size += 1 << height;
    }

    /// The root over all leaves; that of no leaves is the SHA-256 of nothing.
    #[must_use]
    pub fn root(&self) -> Digest {
        let joined = self.subtrees.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        joined.unwrap_or_else(|| Digest::of(&[]))
    }
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut node = [1; 65];
    node[1..33].copy_from_slice(left.as_bytes());
    node[33..].copy_from_slice(right.as_bytes());
    Digest::of(&[&node])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::leaf_hash;

    /// The recursive definition of RFC 6962, section 2.1.
    fn by_definition(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(&[]),
            [leaf] => *leaf,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node_hash(&by_definition(&leaves[..split]), &by_definition(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_recursive_definition() {
        let leaves: Vec<Digest> = (0..200_u32).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        let mut tree = Frontier::new();
        for size in 0..=leaves.len() {
            assert_eq!(tree.root(), by_definition(&leaves[..size]), "size {size}");
            if let Some(leaf) = leaves.get(size) {
                tree.push(*leaf);
            }
        }
    }

    #[test]
    fn known_roots_of_certificate_transparency_hold() {
        // The eight leaves and roots of the reference tests of Certificate Transparency (RFC 6962).
        let leaves: [&[u8]; 8] = [
            b"",
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Frontier::new();
        for (leaf, root) in leaves.into_iter().zip(roots) {
            tree.push(leaf_hash(leaf));
            assert_eq!(tree.root().to_string(), root);
        }
    }
}
