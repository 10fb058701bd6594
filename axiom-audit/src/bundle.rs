//! Proof bundles: one entry with all that an outsider needs to check it, in one text file.
//!
//! The form is that of C2SP tlog-proof (`c2sp.org/tlog-proof@v1`): a header, the entry in `extra`, the entry's index,
//! the inclusion proof (RFC 9162) from the leaf up and the signed checkpoint that it leads to. The specification leaves
//! open what `extra` holds, and whether it is there; here it always is.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base64 of the entry's line>
//! index <sequence number>
//! <base64 hash>
//! …
//!
//! <signed checkpoint>
//! ```

use core::fmt;
use core::str::FromStr;

use axiom_core::Digest;
use base64ct::{Base64, Encoding};

use crate::checkpoint::Checkpoint;
use crate::entry::{Links, MAX_ENTRY_LEN, leaf_hash};
use crate::error::Error;
use crate::merkle::verify_inclusion;
use crate::note::{SignedNote, TrustedKey};

#[cfg(feature = "log")]
mod prove;

#[cfg(feature = "log")]
pub use prove::{prove, prove_consistency};

/// One entry, the proof that it is in its log, and the signed checkpoint of the log.
///
/// Nothing in it is trusted before [`verify`](Self::verify) has returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofBundle {
    entry: Vec<u8>,
    index: u64,
    hashes: Vec<Digest>,
    checkpoint: SignedNote,
}

impl ProofBundle {
    /// The longest bundle that is read, in bytes.
    pub const MAX_LEN: usize = 1 << 18;

    /// The entry's line; unchecked.
    pub(crate) fn entry(&self) -> &[u8] {
        &self.entry
    }

    /// The signed checkpoint; unchecked.
    pub(crate) const fn note(&self) -> &SignedNote {
        &self.checkpoint
    }

    /// Checks signature, proof and entry against one of `keys`, and returns the entry's line and the checkpoint that
    /// covers it.
    ///
    /// # Errors
    /// [`Error::Signature`] where none of the keys signed the checkpoint, [`Error::Proof`] where the entry is not in
    /// the log that was signed, or is not the entry that it says it is.
    pub fn verify(&self, keys: &[TrustedKey]) -> Result<(&[u8], Checkpoint), Error> {
        let checkpoint = Checkpoint::from_note(&self.checkpoint, keys)?;
        let leaf = leaf_hash(&self.entry);
        if !verify_inclusion(self.index, checkpoint.size, leaf, &self.hashes, checkpoint.root) {
            return Err(Error::Proof("does not lead from the entry to the signed root"));
        }
        match Links::read(&self.entry) {
            Some(links) if links.log == checkpoint.origin.as_str() && links.seq == self.index => {
                Ok((&self.entry, checkpoint))
            }
            _ => Err(Error::Proof("holds an entry of another log or place")),
        }
    }
}

impl FromStr for ProofBundle {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::Proof("has not the form of C2SP tlog-proof with the entry in `extra`");
        let (proof, checkpoint) =
            text.split_once("\n\n").filter(|_| text.len() <= Self::MAX_LEN).ok_or_else(malformed)?;
        let mut lines = proof.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(malformed());
        }
        let entry = lines.next().and_then(|line| line.strip_prefix(EXTRA)).ok_or_else(malformed)?;
        let index = lines.next().and_then(|line| line.strip_prefix(INDEX)).ok_or_else(malformed)?;
        let number: u64 = index.parse().map_err(|_| malformed())?;
        let entry = Base64::decode_vec(entry).map_err(|_| malformed())?;
        if number.to_string() != index || entry.len() > MAX_ENTRY_LEN {
            return Err(malformed());
        }
        let hashes = lines.map(hash).collect::<Option<_>>().ok_or_else(malformed)?;
        Ok(Self { entry, index: number, hashes, checkpoint: checkpoint.parse()? })
    }
}

fn hash(line: &str) -> Option<Digest> {
    let bytes: [u8; 32] = Base64::decode_vec(line).ok()?.try_into().ok()?;
    Some(Digest::from_bytes(bytes))
}

impl fmt::Display for ProofBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\n{EXTRA}{}\n{INDEX}{}", Base64::encode_string(&self.entry), self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", Base64::encode_string(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";
const EXTRA: &str = "extra ";
const INDEX: &str = "index ";
