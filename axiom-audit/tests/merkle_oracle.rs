//! Trees and proofs are those of another implementation of RFC 6962, ct-merkle.

use axiom_audit::merkle::{Tile, TileTree, verify_consistency, verify_inclusion};
use axiom_audit::{Error, Frontier, leaf_hash};
use axiom_core::Digest;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use proptest::prelude::*;
use sha2::Sha256;

/// The same leaves in both trees, and our hashes by level.
struct Both {
    ours: Frontier,
    levels: Vec<Vec<u8>>,
    theirs: MemoryBackedTree<Sha256, [u8; 8]>,
}

impl Both {
    fn of(size: u64) -> Self {
        let mut both = Self { ours: Frontier::new(), levels: vec![Vec::new(); 3], theirs: MemoryBackedTree::new() };
        for leaf in (0..size).map(u64::to_be_bytes) {
            both.theirs.push(leaf);
            let add = |level, hash: Digest| both.levels[usize::from(level)].extend(hash.as_bytes());
            both.ours.push_to_tiles(leaf_hash(&leaf), add);
        }
        both
    }

    fn tiles(&self) -> TileTree<impl FnMut(Tile) -> Result<Vec<u8>, Error>, Vec<u8>> {
        TileTree::new(self.ours.size(), |tile: Tile| {
            let start = tile.index() as usize * 256 * 32;
            Ok(self.levels[usize::from(tile.level())][start..start + tile.byte_len()].to_vec())
        })
    }
}

fn digests(proof: &[u8]) -> Vec<Digest> {
    proof.as_chunks().0.iter().copied().map(Digest::from_bytes).collect()
}

fn bytes(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(|digest| *digest.as_bytes()).collect()
}

fn their_root(root: Digest, size: u64) -> RootHash<Sha256> {
    RootHash::new((*root.as_bytes()).into(), size)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn roots_and_inclusion_proofs_agree(size in 1_u64..3_000, index: u64) {
        let (both, index) = (Both::of(size), index % size);
        let (root, leaf) = (both.ours.root(), index.to_be_bytes());
        prop_assert!(both.theirs.root() == their_root(root, size));
        let (ours, theirs) = (both.tiles().inclusion_proof(index, size).unwrap(), both.theirs.prove_inclusion(index as usize));
        prop_assert_eq!(&bytes(&ours), theirs.as_bytes());
        prop_assert!(verify_inclusion(index, size, leaf_hash(&leaf), &digests(theirs.as_bytes()), root));
        let proof = InclusionProof::from_bytes(bytes(&ours));
        prop_assert!(their_root(root, size).verify_inclusion(&leaf, index, &proof).is_ok());
    }

    #[test]
    fn consistency_proofs_agree(old in 1_u64..3_000, more in 1_u64..3_000) {
        let (before, after) = (Both::of(old), Both::of(old + more));
        let (old_root, new_root) = (before.ours.root(), after.ours.root());
        let ours = after.tiles().consistency_proof(old, old + more).unwrap();
        let theirs = after.theirs.prove_consistency(more as usize);
        prop_assert_eq!(&bytes(&ours), theirs.as_bytes());
        prop_assert!(verify_consistency(old, old + more, old_root, new_root, &digests(theirs.as_bytes())));
        let proof = ConsistencyProof::try_from_bytes(bytes(&ours)).unwrap();
        prop_assert!(their_root(new_root, old + more).verify_consistency(&their_root(old_root, old), &proof).is_ok());
    }

    /// A proof that was tampered with is refused by both, and what one takes the other takes.
    #[test]
    fn verdicts_on_changed_proofs_agree(size in 2_u64..300, index: u64, other: u64, at: usize, bit in 0_usize..256) {
        let both = Both::of(size);
        let (index, other, root) = (index % size, other % size, both.ours.root());
        let mut proof = bytes(&both.tiles().inclusion_proof(index, size).unwrap());
        let at = at % (proof.len() / 32);
        proof[at * 32 + bit / 8] ^= 1 << (bit % 8);
        for claimed in [index, other] {
            let leaf = claimed.to_be_bytes();
            let ours = verify_inclusion(claimed, size, leaf_hash(&leaf), &digests(&proof), root);
            let theirs = InclusionProof::from_bytes(proof.clone());
            let theirs = their_root(root, size).verify_inclusion(&leaf, claimed, &theirs);
            prop_assert_eq!((ours, theirs.is_ok()), (false, false));
        }
    }
}
