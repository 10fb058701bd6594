//! Checkpoints: what a log committed to at one size (C2SP tlog-checkpoint).

use core::fmt;
use core::str::FromStr;

use axiom_core::{Digest, Origin, Signer};
use base64ct::{Base64, Encoding};

use crate::error::Error;
use crate::note::{SignedNote, TrustedKey};

/// The size and root of a log, as it is signed.
///
/// ```
/// use axiom_audit::Checkpoint;
///
/// let text = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n";
/// let checkpoint: Checkpoint = text.parse()?;
/// assert_eq!(checkpoint.size, 15);
/// assert_eq!(checkpoint.to_string(), text);
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a checkpoint without extension lines has these three lines")]
pub struct Checkpoint {
    /// The log's name.
    pub origin: Origin,
    /// How many entries it covers.
    pub size: u64,
    /// The Merkle root over them.
    pub root: Digest,
}

impl Checkpoint {
    /// Signs the checkpoint as its log.
    ///
    /// # Errors
    /// [`Error::Key`] where the key is not Ed25519, [`Error::Sign`] where it cannot be used.
    pub fn sign(&self, signer: &dyn Signer) -> Result<SignedNote, Error> {
        SignedNote::sign(self.to_string(), &self.origin, signer)
    }

    /// Reads the checkpoint of a note that one of `keys` signed as the checkpoint's own log.
    ///
    /// # Errors
    /// [`Error::Note`] where the note is no checkpoint, [`Error::Signature`] where none of the keys signed it or the
    /// signature of one does not hold.
    pub fn from_note(note: &SignedNote, keys: &[TrustedKey]) -> Result<Self, Error> {
        let checkpoint: Self = note.text().parse()?;
        note.verify_any(&checkpoint.origin, keys)?;
        Ok(checkpoint)
    }
}

impl FromStr for Checkpoint {
    type Err = Error;

    /// Reads exactly three lines; extension lines are not known and refused.
    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::Note("is not a checkpoint of origin, size and root");
        let mut lines = text.strip_suffix('\n').ok_or_else(malformed)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(malformed());
        };
        let root: [u8; 32] =
            Base64::decode_vec(root).ok().and_then(|root| root.try_into().ok()).ok_or_else(malformed)?;
        Ok(Self {
            origin: origin.parse().map_err(|_| malformed())?,
            size: decimal(size).ok_or_else(malformed)?,
            root: Digest::from_bytes(root),
        })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, Base64::encode_string(self.root.as_bytes()))
    }
}

/// A decimal number without sign or leading zeros.
fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=";

    #[test]
    fn anything_but_three_clean_lines_is_refused() {
        for text in [
            String::new(),
            format!("o\n1\n{ROOT}"),
            format!("o\n1\n{ROOT}\nextension\n"),
            format!("o\n01\n{ROOT}\n"),
            format!("o\n+1\n{ROOT}\n"),
            format!("o\n-1\n{ROOT}\n"),
            format!("o o\n1\n{ROOT}\n"),
            format!("o\n1\n{}\n", &ROOT[4..]),
            format!("o\n1\n{}\n", ROOT.replace("cs=", "ct=")),
            format!("o\r\n1\r\n{ROOT}\r\n"),
        ] {
            assert!(text.parse::<Checkpoint>().is_err(), "{text:?}");
        }
    }
}
