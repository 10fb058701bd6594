//! Witnesses: others who see each checkpoint, and cosign it if it continues the one that they saw before.

use core::fmt;
use core::str::FromStr;

use axiom_core::{Digest, Origin};
use base64ct::{Base64, Encoding};

use crate::error::Error;
use crate::note::{SignedNote, TrustedWitness};

#[cfg(feature = "log")]
mod ask;

#[cfg(feature = "log")]
pub use ask::{Refusal, Witness, witness_checkpoint};

/// What a witness is asked (C2SP tlog-witness, `add-checkpoint`).
///
/// It is read and written as the body of that request, so that a host sends it as it is:
///
/// ```text
/// old <size that the witness saw last>
/// <base64 hash of the consistency proof>
/// …
///
/// <signed checkpoint>
/// ```
///
/// ```
/// use axiom_audit::AddCheckpoint;
///
/// let body = "old 0\n\nexample.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n\
///     — example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n";
/// let request: AddCheckpoint = body.parse()?;
/// assert_eq!(request.to_string(), body);
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the request has these three parts")]
pub struct AddCheckpoint {
    /// The size of the checkpoint that the witness cosigned last; 0 for none.
    pub old: u64,
    /// The proof that the log has only grown since then (RFC 9162, section 2.1.4).
    pub proof: Vec<Digest>,
    /// The checkpoint.
    pub note: SignedNote,
}

impl AddCheckpoint {
    /// The longest proof, in hashes.
    pub const MAX_PROOF: usize = 63;
}

impl FromStr for AddCheckpoint {
    type Err = Error;

    fn from_str(body: &str) -> Result<Self, Error> {
        let malformed = || Error::Note("is not asked for as C2SP tlog-witness says");
        let (head, note) = body.split_once("\n\n").ok_or_else(malformed)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).ok_or_else(malformed)?;
        let number: u64 = old.parse().map_err(|_| malformed())?;
        let hash = |line: &str| {
            let bytes: [u8; 32] = Base64::decode_vec(line).ok()?.try_into().ok()?;
            Some(Digest::from_bytes(bytes))
        };
        let proof = lines.map(hash).collect::<Option<Vec<_>>>().ok_or_else(malformed)?;
        if number.to_string() != old || proof.len() > Self::MAX_PROOF {
            return Err(malformed());
        }
        Ok(Self { old: number, proof, note: note.parse()? })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", Base64::encode_string(hash.as_bytes())))?;
        write!(f, "\n{}", self.note)
    }
}

/// How many of which witnesses must have cosigned a checkpoint.
///
/// ```
/// use axiom_audit::{Quorum, TrustedWitness, VerifierKey};
/// use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
///
/// let witness = Ed25519Signer::generate("witness.example.org".parse()?)?;
/// let key = VerifierKey::of_witness(witness.name().clone(), &witness)?;
/// let trusted = TrustedWitness::new(key, Ed25519Verifier::from_public_key(witness.verifying_key())?)?;
/// let quorum = Quorum::new(1, vec![trusted])?;
///
/// let log = Ed25519Signer::generate("audit.example.com".parse()?)?;
/// let text = "audit.example.com\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".to_owned();
/// let mut note = axiom_audit::SignedNote::sign(text, log.name(), &log)?;
/// assert!(quorum.check(&note).is_err());
/// note.cosign(witness.name(), &witness, 1_795_219_200)?;
/// assert_eq!(quorum.check(&note)?, [(witness.name().clone(), 1_795_219_200)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Quorum {
    needed: usize,
    witnesses: Vec<TrustedWitness>,
}

impl Quorum {
    /// At least `needed` of `witnesses`.
    ///
    /// # Errors
    /// [`Error::Key`] where there are fewer of them than are needed, none is needed, or one key is there twice.
    pub fn new(needed: usize, witnesses: Vec<TrustedWitness>) -> Result<Self, Error> {
        let mut keys: Vec<&[u8]> = witnesses.iter().map(|witness| witness.key().public_key()).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() != witnesses.len() {
            return Err(Error::Key("a witness is named twice, and would count twice"));
        }
        if needed == 0 || needed > witnesses.len() {
            return Err(Error::Key("a quorum is one witness or more, and no more than there are"));
        }
        Ok(Self { needed, witnesses })
    }

    #[cfg(feature = "log")]
    pub(crate) const fn needed(&self) -> usize {
        self.needed
    }

    /// Who of the witnesses cosigned the note, and when, in seconds since the Unix epoch: at least as many as needed.
    ///
    /// # Errors
    /// [`Error::Quorum`] where there are fewer, [`Error::Signature`] where a cosignature by one of them does not hold.
    pub fn check(&self, note: &SignedNote) -> Result<Vec<(Origin, u64)>, Error> {
        let mut cosigned = Vec::new();
        for witness in &self.witnesses {
            cosigned.extend(note.cosigned(witness)?.map(|time| (witness.key().name().clone(), time)));
        }
        if cosigned.len() < self.needed {
            return Err(Error::Quorum { cosigned: cosigned.len(), needed: self.needed });
        }
        Ok(cosigned)
    }
}
