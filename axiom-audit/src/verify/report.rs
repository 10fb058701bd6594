//! What verification has to say.

use core::fmt;
use core::ops::Range;

use axiom_core::{Digest, Origin};
use serde::Serialize;

/// What was found in one log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogReport {
    /// The log's name.
    pub origin: Origin,
    /// How many entries there are.
    pub entries: u64,
    /// The leaf hash of the last entry; that of none is the log's genesis.
    pub tip: Digest,
    /// The Merkle root over all entries.
    pub root: Digest,
    /// How many of the entries a trusted checkpoint covers; the rest could be replaced by whoever can write to the
    /// store.
    pub anchored: u64,
    /// Every fault, in the order of the log.
    pub faults: Vec<Fault>,
}

impl LogReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.faults.is_empty()
    }

    /// The sequence numbers of the entries that a trusted checkpoint covers: nobody can change them unnoticed.
    #[must_use]
    pub const fn anchored_range(&self) -> Range<u64> {
        0..self.anchored
    }

    /// The sequence numbers of the entries that no trusted checkpoint covers yet: they are linked, but whoever can
    /// write to the store could replace them together with their links.
    #[must_use]
    pub const fn unanchored_range(&self) -> Range<u64> {
        self.anchored..self.entries
    }

    /// How many entries follow the last trusted checkpoint.
    #[must_use]
    pub const fn unanchored(&self) -> u64 {
        self.entries.saturating_sub(self.anchored)
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The first entry does not begin this log.
    BadGenesis,
    /// A stored or trusted checkpoint is not signed by a trusted key, or is not a checkpoint at all.
    BadSignature {
        /// Where the checkpoint came from.
        checkpoint: String,
    },
    /// Two neighbours do not fit together: one of them was changed, or what stood between was replaced.
    BrokenLink {
        /// The entry whose hash does not fit.
        before: u64,
        /// The entry whose link does not fit.
        after: u64,
    },
    /// The entry belongs to another log.
    Foreign {
        /// The entry.
        seq: u64,
        /// The log that it names.
        log: String,
    },
    /// The event belongs to another organization.
    ForeignEvent {
        /// The entry.
        seq: u64,
    },
    /// At the size of a trusted checkpoint the log has another root: its history was rewritten.
    Forked {
        /// The size.
        size: u64,
    },
    /// A line does not have the form of an entry.
    Malformed {
        /// The entry that should stand there.
        seq: u64,
    },
    /// Entries are missing.
    Missing {
        /// The first that is missing.
        from: u64,
        /// The last that is missing.
        to: u64,
    },
    /// A trusted checkpoint names a log that is not there.
    MissingLog {
        /// The log.
        log: String,
        /// The size that was signed.
        signed: u64,
    },
    /// More faults follow than are named.
    More {
        /// How many.
        count: u64,
    },
    /// The event is not in canonical form (RFC 8785).
    NotCanonical {
        /// The entry.
        seq: u64,
    },
    /// An entry stands where another one should: it was repeated or moved.
    OutOfPlace {
        /// The entry.
        seq: u64,
        /// The entry that should stand there.
        expected: u64,
    },
    /// The log and its own checkpoint are an older state than a trusted checkpoint says.
    RolledBack {
        /// How many entries there are.
        entries: u64,
        /// How many were signed.
        signed: u64,
    },
    /// A checkpoint is signed only by a key that was replaced, and no checkpoint by the key that replaced it confirms
    /// it.
    RetiredKey {
        /// Where the checkpoint came from.
        checkpoint: String,
    },
    /// The event does not follow the schema.
    Schema {
        /// The entry.
        seq: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The files around the entries are not as they were written.
    Storage {
        /// Which file, relative to the log directory.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The last line has no end. After a crash this is what was never acknowledged; opening the log for writing sets it
    /// aside.
    TornTail {
        /// The entry that it would have been.
        seq: u64,
        /// How long it is.
        bytes: u64,
    },
    /// The signing key was replaced fewer times than the verifier knows of: this is an older state, or a forged one.
    TooFewRotations {
        /// How many rotations there are.
        rotations: u64,
        /// How many there must be at least.
        expected: u64,
    },
    /// Fewer witnesses cosigned a checkpoint than must have, or a cosignature does not hold.
    TooFewWitnesses {
        /// Where the checkpoint came from.
        checkpoint: String,
        /// How many must have cosigned it.
        needed: usize,
    },
    /// The log is shorter than a trusted checkpoint says.
    Truncated {
        /// How many entries there are.
        entries: u64,
        /// How many were signed.
        signed: u64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadSignature { checkpoint } => {
                write!(f, "bad signature: {checkpoint} is not a checkpoint signed by a trusted key")
            }
            Self::BadGenesis => write!(f, "tampered: entry 0 does not begin this log"),
            Self::More { count } => write!(f, "and {count} more"),
            Self::BrokenLink { before, after } => {
                write!(f, "tampered: entry {before} or the link to it in entry {after} was changed")
            }
            Self::Foreign { seq, log } => write!(f, "spliced: entry {seq} belongs to the log {log}"),
            Self::ForeignEvent { seq } => {
                write!(f, "spliced: the event of entry {seq} belongs to another organization")
            }
            Self::Forked { size } => write!(f, "forked: the first {size} entries are not those that were signed"),
            Self::Malformed { seq } => write!(f, "tampered: entry {seq} is not an entry"),
            Self::Missing { from, to } if from == to => write!(f, "deleted: entry {from} is missing"),
            Self::Missing { from, to } => write!(f, "deleted: entries {from} to {to} are missing"),
            Self::MissingLog { log, signed } => {
                write!(f, "deleted: the log {log} with {signed} signed entries is missing")
            }
            Self::NotCanonical { seq } => write!(f, "entry {seq} is not in canonical form"),
            Self::OutOfPlace { seq, expected } => {
                write!(f, "repeated or moved: entry {seq} stands in the place of entry {expected}")
            }
            Self::RolledBack { entries, signed } => {
                write!(
                    f,
                    "rolled back: an older state with {entries} entries stands in place of {signed} that were signed"
                )
            }
            Self::RetiredKey { checkpoint } => {
                write!(f, "retired key: {checkpoint} is signed only by a key that was replaced")
            }
            Self::Schema { seq, reason } => write!(f, "the event of entry {seq} does not follow the schema: {reason}"),
            Self::Storage { file, reason } => write!(f, "{file} {reason}"),
            Self::TornTail { seq, bytes } => write!(f, "torn tail: entry {seq} ends after {bytes} bytes"),
            Self::TooFewRotations { rotations, expected } => {
                write!(f, "rolled back: the signing key was replaced {rotations} times, not {expected} or more")
            }
            Self::TooFewWitnesses { checkpoint, needed } => {
                write!(f, "unwitnessed: {checkpoint} is not cosigned by {needed} of the trusted witnesses")
            }
            Self::Truncated { entries, signed } => {
                write!(f, "truncated: {entries} entries are left of {signed} that were signed")
            }
        }
    }
}
