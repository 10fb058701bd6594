//! Proofs that an entry is in a log, and that one log continues another (RFC 9162, sections 2.1.3 and 2.1.4).

use core::ops::Range;

use axiom_core::Digest;

use super::node_hash;

/// The hashes beside the path from a leaf to the root: ⌈log2 n⌉ of them at the most.
///
/// `subtree` gives the Merkle root over a range of leaves; it is asked for each range once. `None` where there is no
/// such leaf.
///
/// ```
/// use axiom_audit::{Frontier, leaf_hash, merkle};
///
/// let leaves = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")];
/// let root = |range: core::ops::Range<u64>| {
///     let mut tree = Frontier::new();
///     leaves[range.start as usize..range.end as usize].iter().for_each(|leaf| tree.push(*leaf));
///     tree.root()
/// };
/// let proof = merkle::inclusion_proof(1, 3, root).unwrap();
/// assert!(merkle::verify_inclusion(1, 3, leaves[1], &proof, root(0..3)));
/// assert!(!merkle::verify_inclusion(0, 3, leaves[1], &proof, root(0..3)));
/// ```
#[must_use]
pub fn inclusion_proof(index: u64, size: u64, subtree: impl FnMut(Range<u64>) -> Digest) -> Option<Vec<Digest>> {
    (index < size).then(|| beside(index, size).into_iter().map(subtree).collect())
}

/// The ranges of leaves beside the path from a leaf to the root, from the leaf up.
pub(crate) fn beside(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut ranges, mut range) = (Vec::new(), 0..size);
    while range.end - range.start > 1 {
        let middle = split(&range);
        let (left, right) = (range.start..middle, middle..range.end);
        let (path, beside) = if index < middle { (left, right) } else { (right, left) };
        ranges.push(beside);
        range = path;
    }
    ranges.reverse();
    ranges
}

/// Whether `proof` shows that `leaf` is the entry `index` of the log whose first `size` entries have this `root`.
#[must_use]
pub fn verify_inclusion(index: u64, size: u64, leaf: Digest, proof: &[Digest], root: Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last, mut hash) = (index, size - 1, leaf);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(beside, &hash);
            // On the right edge levels without a sibling are passed over.
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// The hashes that lead from the root at `old` entries to the root at `new`.
///
/// `subtree` gives the Merkle root over a range of leaves. `None` where `old` is larger than `new`.
///
/// ```
/// use axiom_audit::{Frontier, leaf_hash, merkle};
///
/// let leaves = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")];
/// let root = |range: core::ops::Range<u64>| {
///     let mut tree = Frontier::new();
///     leaves[range.start as usize..range.end as usize].iter().for_each(|leaf| tree.push(*leaf));
///     tree.root()
/// };
/// let proof = merkle::consistency_proof(2, 3, root).unwrap();
/// assert!(merkle::verify_consistency(2, 3, root(0..2), root(0..3), &proof));
/// assert!(!merkle::verify_consistency(2, 3, root(0..1), root(0..3), &proof));
/// ```
#[must_use]
pub fn consistency_proof(old: u64, new: u64, subtree: impl FnMut(Range<u64>) -> Digest) -> Option<Vec<Digest>> {
    (old <= new).then(|| between(old, new).into_iter().map(subtree).collect())
}

/// The ranges of leaves whose roots lead from the root at `old` to that at `new`, which is not less.
pub(crate) fn between(old: u64, new: u64) -> Vec<Range<u64>> {
    let (mut ranges, mut range) = (Vec::new(), 0..new);
    if old == 0 || old == new {
        return ranges;
    }
    while range.end != old {
        let middle = split(&range);
        let (left, right) = (range.start..middle, middle..range.end);
        let (path, beside) = if old <= middle { (left, right) } else { (right, left) };
        ranges.push(beside);
        range = path;
    }
    // The subtree that ends at the old size is known to the verifier only if it is the whole old tree.
    if range.start > 0 {
        ranges.push(range);
    }
    ranges.reverse();
    ranges
}

/// Whether `proof` shows that the log of `new` entries continues the log of `old` entries.
#[must_use]
pub fn verify_consistency(old: u64, new: u64, old_root: Digest, new_root: Digest, proof: &[Digest]) -> bool {
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 || old > new {
        return old == 0 && proof.is_empty() && old_root == Digest::of(&[]);
    }
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let start = if old.is_power_of_two() { Some((&old_root, proof)) } else { proof.split_first() };
    let Some((first, rest)) = start else { return false };
    let (mut old_hash, mut new_hash) = (*first, *first);
    for beside in rest {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            old_hash = node_hash(beside, &old_hash);
            new_hash = node_hash(beside, &new_hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == old_root && new_hash == new_root
}

/// Where a range of more than one leaf is split: after the largest power of two below its length.
const fn split(range: &Range<u64>) -> u64 {
    let length = range.end - range.start;
    range.start + (1 << (length - 1).ilog2())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::leaf_hash;
    use crate::merkle::Frontier;

    fn leaves(size: u64) -> Vec<Digest> {
        (0..size).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    fn root(leaves: &[Digest], range: Range<u64>) -> Digest {
        let mut tree = Frontier::new();
        leaves[range.start as usize..range.end as usize].iter().for_each(|leaf| tree.push(*leaf));
        tree.root()
    }

    #[test]
    fn every_entry_of_every_small_log_is_proven() {
        for size in 1..=65 {
            let leaves = leaves(size);
            let whole = root(&leaves, 0..size);
            for index in 0..size {
                let proof = inclusion_proof(index, size, |range| root(&leaves, range)).unwrap();
                assert!(proof.len() <= size.next_power_of_two().ilog2() as usize);
                assert!(verify_inclusion(index, size, leaves[index as usize], &proof, whole), "{index} of {size}");
            }
            assert_eq!(inclusion_proof(size, size, |range| root(&leaves, range)), None);
        }
    }

    #[test]
    fn every_growth_of_every_small_log_is_proven() {
        for new in 0..=40 {
            let leaves = leaves(new);
            for old in 0..=new {
                let proof = consistency_proof(old, new, |range| root(&leaves, range)).unwrap();
                let (before, after) = (root(&leaves, 0..old), root(&leaves, 0..new));
                assert!(verify_consistency(old, new, before, after, &proof), "{old} to {new}");
            }
            assert_eq!(consistency_proof(new + 1, new, |range| root(&leaves, range)), None);
        }
    }

    proptest! {
        #[test]
        fn a_changed_inclusion_proof_proves_nothing(size in 1_u64..200, index: u64, at: usize, bit in 0_usize..256, drop: bool) {
            let (leaves, index) = (leaves(size), index % size);
            let whole = root(&leaves, 0..size);
            let mut proof = inclusion_proof(index, size, |range| root(&leaves, range)).unwrap();
            let leaf = leaves[index as usize];
            for other in (0..size).filter(|other| *other != index) {
                prop_assert!(!verify_inclusion(other, size, leaf, &proof, whole));
            }
            proof.push(leaf);
            prop_assert!(!verify_inclusion(index, size, leaf, &proof, whole), "one hash too many");
            proof.pop();
            if !proof.is_empty() {
                let at = at % proof.len();
                if drop { proof.remove(at); } else { proof[at] = flip(proof[at], bit); }
                prop_assert!(!verify_inclusion(index, size, leaf, &proof, whole));
            }
        }

        #[test]
        fn a_changed_consistency_proof_proves_nothing(new in 2_u64..200, old: u64, at: usize, bit in 0_usize..256, drop: bool) {
            let (leaves, old) = (leaves(new), 1 + old % (new - 1));
            let (before, after) = (root(&leaves, 0..old), root(&leaves, 0..new));
            let mut proof = consistency_proof(old, new, |range| root(&leaves, range)).unwrap();
            prop_assert!(!verify_consistency(old, new, flip(before, bit), after, &proof));
            prop_assert!(!verify_consistency(old, new, before, flip(after, bit), &proof));
            proof.push(before);
            prop_assert!(!verify_consistency(old, new, before, after, &proof), "one hash too many");
            proof.pop();
            let at = at % proof.len();
            if drop { proof.remove(at); } else { proof[at] = flip(proof[at], bit); }
            prop_assert!(!verify_consistency(old, new, before, after, &proof));
        }

        #[test]
        fn no_proof_makes_the_verifier_panic(a: u64, b: u64, proof in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
            let proof: Vec<Digest> = proof.into_iter().map(Digest::from_bytes).collect();
            let root = Digest::of(&[]);
            prop_assert!(!verify_inclusion(a, b, root, &proof, root));
            let _ = verify_consistency(a, b, root, root, &proof);
        }
    }

    fn flip(digest: Digest, bit: usize) -> Digest {
        let mut bytes = *digest.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Digest::from_bytes(bytes)
    }
}
