//! The part of a tree over some neighbouring leaves, worked out without those before.

use axiom_core::Digest;

use super::{Frontier, node_hash};

/// The roots of the largest full subtrees over some neighbouring leaves, in O(log n) memory.
///
/// Spans over one part of the leaves each may be made side by side; a [`Frontier`] takes them in order, and comes to
/// the same tree as if it had been given every leaf.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    start: u64,
    end: u64,
    /// Subtrees from left to right, each with its height: it has 2^height leaves.
    subtrees: Vec<(u32, Digest)>,
}

impl Span {
    /// The span that begins with leaf number `start`, and has no leaves yet.
    pub(crate) const fn new(start: u64) -> Self {
        Self { start, end: start, subtrees: Vec::new() }
    }

    /// How many leaves there are.
    pub(crate) const fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Adds the next leaf.
    pub(crate) fn push(&mut self, leaf: Digest) {
        let (mut node, mut height) = (leaf, 0);
        // A right child joins its left sibling, where that is part of the span.
        while (self.end >> height) & 1 == 1
            && let Some((_, left)) = self.subtrees.pop_if(|(of, _)| *of == height)
        {
            node = node_hash(&left, &node);
            height += 1;
        }
        self.subtrees.push((height, node));
        self.end += 1;
    }

    /// Adds the leaves to the tree of all leaves before.
    pub(crate) fn append_to(&self, tree: &mut Frontier) {
        debug_assert_eq!(self.start, tree.size(), "spans are added in order");
        for (height, root) in &self.subtrees {
            tree.push_subtree(*height, *root);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::leaf_hash;

    #[test]
    fn a_tree_of_spans_is_that_of_their_leaves() {
        let leaves: Vec<Digest> = (0..70_u32).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        let mut whole = Frontier::new();
        leaves.iter().for_each(|leaf| whole.push(*leaf));
        for first in 0..leaves.len() {
            for second in first..leaves.len() {
                let mut tree = Frontier::new();
                for (start, end) in [(0, first), (first, second), (second, leaves.len())] {
                    let mut span = Span::new(start as u64);
                    leaves[start..end].iter().for_each(|leaf| span.push(*leaf));
                    assert_eq!(span.len(), (end - start) as u64);
                    span.append_to(&mut tree);
                }
                assert_eq!(tree, whole, "cut at {first} and {second}");
            }
        }
    }
}
