//! Cosignatures of witnesses (C2SP tlog-cosignature).

use core::fmt;

use axiom_core::{Origin, Signer, Verifier};

use super::key::check_verifier;
#[cfg(feature = "log")]
use super::read_signatures;
use super::{Signature, SignatureType, SignedNote, VerifierKey};
use crate::error::Error;

/// The key of a witness together with what can check its cosignatures.
///
/// ```
/// use axiom_audit::{SignedNote, TrustedWitness, VerifierKey};
/// use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
///
/// let log = Ed25519Signer::generate("audit.example.com".parse()?)?;
/// let witness = Ed25519Signer::generate("witness.example.org".parse()?)?;
/// let text = "audit.example.com\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".to_owned();
/// let mut note = SignedNote::sign(text, log.name(), &log)?;
/// note.cosign(witness.name(), &witness, 1_795_219_200)?;
///
/// let key = VerifierKey::of_witness(witness.name().clone(), &witness)?;
/// let verifier = Ed25519Verifier::from_public_key(key.public_key())?;
/// assert_eq!(note.cosigned(&TrustedWitness::new(key, verifier)?)?, Some(1_795_219_200));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TrustedWitness {
    key: VerifierKey,
    verifier: Box<dyn Verifier>,
}

impl TrustedWitness {
    /// Trusts the witness that has `key`, whose signatures `verifier` checks.
    ///
    /// # Errors
    /// [`Error::Key`] where `verifier` is for another public key, or `key` is not a witness's (type 4).
    pub fn new(key: VerifierKey, verifier: impl Verifier + 'static) -> Result<Self, Error> {
        if key.signature_type() != SignatureType::Cosignature {
            return Err(Error::Key("this is the key of a log, not of a witness"));
        }
        check_verifier(&key, &verifier)?;
        Ok(Self { key, verifier: Box::new(verifier) })
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }
}

impl fmt::Debug for TrustedWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TrustedWitness").field(&self.key.to_string()).finish()
    }
}

impl SignedNote {
    /// Takes over what `witness` signed out of the `lines` that it returned; what else they hold, it has no say in.
    ///
    /// # Errors
    /// [`Error::Signature`] where there is nothing by that witness, or it does not hold; [`Error::Note`] where a line
    /// is no signature, or the note has as many as it may have.
    #[cfg(feature = "log")]
    pub(crate) fn add_cosignature(&mut self, lines: &str, witness: &TrustedWitness) -> Result<(), Error> {
        let (name, id) = (witness.key.name().as_str(), witness.key.id());
        let mut signatures = read_signatures(lines)?;
        signatures.retain(|by| by.name == name && by.id == id);
        let answer = Self { text: self.text.clone(), signatures };
        answer.cosigned(witness)?.ok_or(Error::Signature)?;
        answer.signatures.into_iter().try_for_each(|signature| self.add(signature))
    }

    /// Cosigns the note as the witness `name`, at `time` in seconds since the Unix epoch.
    ///
    /// Only a witness that has seen that the log is consistent with what it cosigned before may do this.
    ///
    /// # Errors
    /// [`Error::Key`] where the key is not Ed25519, [`Error::Sign`] where it cannot be used, [`Error::Note`] where the
    /// note has as many signatures as it may have.
    pub fn cosign(&mut self, name: &Origin, signer: &dyn Signer, time: u64) -> Result<(), Error> {
        let id = VerifierKey::of_witness(name.clone(), signer)?.id();
        let signature = signer.sign(message(time, self.text()).as_bytes())?;
        let bytes = [&time.to_be_bytes()[..], &signature].concat();
        self.add(Signature { name: name.as_str().into(), id, bytes })
    }

    /// When `witness` cosigned the note, in seconds since the Unix epoch: the last time, if it did more than once.
    ///
    /// # Errors
    /// [`Error::Signature`] where a cosignature is by that witness and does not hold.
    pub fn cosigned(&self, witness: &TrustedWitness) -> Result<Option<u64>, Error> {
        let mut newest = None;
        for signature in self.signatures_by(&witness.key) {
            let (time, signature) = signature.split_first_chunk::<8>().ok_or(Error::Signature)?;
            let time = u64::from_be_bytes(*time);
            let message = message(time, self.text());
            witness.verifier.verify(message.as_bytes(), signature).map_err(|_| Error::Signature)?;
            newest = newest.max(Some(time));
        }
        Ok(newest)
    }
}

/// What a witness signs.
fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}
