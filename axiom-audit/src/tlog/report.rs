//! What was found in a static tree.

use axiom_core::{Digest, Origin};
use serde::Serialize;

/// What was found in a static tree.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlogReport {
    /// The log's name.
    pub origin: Origin,
    /// How many entries were read.
    pub entries: u64,
    /// The Merkle root over them.
    pub root: Digest,
    /// Every fault, in the order of the log.
    pub faults: Vec<TlogFault>,
}

impl TlogReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.faults.is_empty()
    }
}

/// One thing that is wrong with a static tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum TlogFault {
    /// A file does not hold what follows from the entries.
    #[error("{path} does not hold what follows from the entries")]
    Differs {
        /// Where it is, below the tree's root.
        path: String,
    },
    /// At the size of a checkpoint the entries have another root: they, or the history, were changed.
    #[error("the first {size} entries do not have the root that was signed")]
    Forked {
        /// The size.
        size: u64,
    },
    /// A checkpoint covers more than the tree's own: it is an older copy.
    #[error("{signed} entries were signed, but the tree's own checkpoint covers {size}")]
    RolledBack {
        /// How many entries the tree's own checkpoint covers.
        size: u64,
        /// How many were signed.
        signed: u64,
    },
    /// A file cannot be used, and what it should hold is unknown.
    #[error("{path} {reason}")]
    Unusable {
        /// Where it is, or should be, below the tree's root.
        path: String,
        /// Why not.
        reason: String,
    },
}
