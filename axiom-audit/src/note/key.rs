//! Verifier keys, and what checks their signatures.

use core::fmt;
use core::str::FromStr;

use axiom_core::{Algorithm, Digest, Origin, Signer, Verifier};
use base64ct::{Base64, Encoding};

use crate::error::Error;

/// A public key with a name: `NAME+hhhhhhhh+base64`, the form that Go's `sumdb/note` calls a verifier key.
///
/// A log's key named `NAME` serves every log whose origin is `NAME` or begins with `NAME/`. A witness's key has the
/// same form and another [`SignatureType`].
///
/// ```
/// use axiom_audit::{SignatureType, VerifierKey};
///
/// let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// let key: VerifierKey = text.parse()?;
/// assert_eq!(key.name().as_str(), "PeterNeumann");
/// assert_eq!(key.signature_type(), SignatureType::Ed25519);
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: Origin,
    signature_type: SignatureType,
    public_key: [u8; 32],
}

/// What a key signs, and how (C2SP signed-note, "Signature types"). Signatures of other types are kept and ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureType {
    /// 0x04: Ed25519 over the time and the note's text (C2SP tlog-cosignature), by a witness.
    Cosignature,
    /// 0x01: Ed25519 over the note's text, by a log.
    Ed25519,
}

impl SignatureType {
    const fn byte(self) -> u8 {
        match self {
            Self::Cosignature => 4,
            Self::Ed25519 => 1,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Ed25519),
            4 => Some(Self::Cosignature),
            _ => None,
        }
    }
}

impl VerifierKey {
    /// The Ed25519 key `public_key` of the log or host named `name`.
    #[must_use]
    pub const fn new(name: Origin, public_key: [u8; 32]) -> Self {
        Self { name, signature_type: SignatureType::Ed25519, public_key }
    }

    /// The public half of `signer` under the name `name`, as the key of a log or host.
    ///
    /// # Errors
    /// [`Error::Key`] where it is not an Ed25519 key.
    pub fn of(name: Origin, signer: &dyn Signer) -> Result<Self, Error> {
        let public_key: Result<[u8; 32], _> = signer.public_key().try_into();
        match (signer.algorithm(), public_key) {
            (Algorithm::Ed25519, Ok(public_key)) => Ok(Self::new(name, public_key)),
            _ => Err(Error::Key("checkpoints are signed with Ed25519 keys")),
        }
    }

    /// The public half of `signer` under the name `name`, as the key of a witness.
    ///
    /// # Errors
    /// [`Error::Key`] where it is not an Ed25519 key.
    pub fn of_witness(name: Origin, signer: &dyn Signer) -> Result<Self, Error> {
        Ok(Self { signature_type: SignatureType::Cosignature, ..Self::of(name, signer)? })
    }

    /// The key's name.
    #[must_use]
    pub const fn name(&self) -> &Origin {
        &self.name
    }

    /// What the key signs, and how.
    #[must_use]
    pub const fn signature_type(&self) -> SignatureType {
        self.signature_type
    }

    /// The public key, in the encoding that its algorithm has: 32 bytes for Ed25519.
    #[must_use]
    pub const fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// The key id: the first four bytes of SHA-256(name ‖ 0x0A ‖ signature type ‖ public key).
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let digest =
            Digest::of(&[self.name.as_str().as_bytes(), b"\n", &[self.signature_type.byte()], &self.public_key]);
        let [a, b, c, d, ..] = *digest.as_bytes();
        [a, b, c, d]
    }

    /// The same key under the name of the log `origin`, if this is a log's key and serves it.
    #[must_use]
    pub fn for_origin(&self, origin: &Origin) -> Option<Self> {
        let serves = self.signature_type == SignatureType::Ed25519 && origin.is_under(&self.name);
        serves.then(|| Self { name: origin.clone(), ..*self })
    }
}

impl FromStr for VerifierKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::Key("a verifier key has the form NAME+<8 hex digits>+<base64>");
        let mut parts = text.trim_end().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed());
        };
        let bytes = Base64::decode_vec(key).map_err(|_| malformed())?;
        let (first, public_key) = bytes.split_first().ok_or_else(malformed)?;
        let signature_type = SignatureType::from_byte(*first)
            .ok_or(Error::Key("only verifier keys of type 1 (Ed25519) and 4 (cosignature) are known"))?;
        let key = Self {
            name: name.parse().map_err(|_| malformed())?,
            signature_type,
            public_key: public_key.try_into().map_err(|_| malformed())?,
        };
        if hex(key.id()) == id {
            Ok(key)
        } else {
            Err(Error::Key("the verifier key's id does not match its name and key"))
        }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.signature_type.byte()], &self.public_key[..]].concat();
        write!(f, "{}+{}+{}", self.name, hex(self.id()), Base64::encode_string(&key))
    }
}

fn hex(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

/// A log's verifier key together with what can check its signatures.
///
/// ```
/// use axiom_audit::{SignedNote, TrustedKey, VerifierKey};
/// use axiom_crypto::Ed25519Verifier;
///
/// let key: VerifierKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse()?;
/// let verifier = Ed25519Verifier::from_public_key(key.public_key())?;
/// let trusted = TrustedKey::new(key, verifier)?;
///
/// let note: SignedNote = "If you think cryptography is the answer to your problem,\n\
///     then you don't know what your problem is.\n\n\
///     — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
///     .parse()?;
/// note.verify(&"PeterNeumann".parse()?, &trusted)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The verifier comes from elsewhere (`axiom-crypto` has one) because this crate implements no signature scheme.
pub struct TrustedKey {
    key: VerifierKey,
    verifier: Box<dyn Verifier>,
}

impl TrustedKey {
    /// Trusts `key`, whose signatures `verifier` checks.
    ///
    /// # Errors
    /// [`Error::Key`] where `verifier` is for another public key, or `key` is a witness's.
    pub fn new(key: VerifierKey, verifier: impl Verifier + 'static) -> Result<Self, Error> {
        Self::boxed(key, Box::new(verifier))
    }

    /// What checks the signatures of `signer` under the name `name`.
    #[cfg(feature = "log")]
    pub(crate) fn of(name: Origin, signer: &dyn Signer) -> Result<Self, Error> {
        Self::boxed(VerifierKey::of(name, signer)?, signer.verifier()?)
    }

    /// Trusts `key`, of the same algorithm as this one.
    pub(crate) fn successor(&self, key: VerifierKey) -> Result<Self, Error> {
        let verifier = self.verifier.of_key(key.public_key()).ok_or(Error::Key("it is no public key"))?;
        Self::boxed(key, verifier)
    }

    fn boxed(key: VerifierKey, verifier: Box<dyn Verifier>) -> Result<Self, Error> {
        if key.signature_type != SignatureType::Ed25519 {
            return Err(Error::Key("this is the key of a witness, not of a log"));
        }
        check_verifier(&key, &*verifier)?;
        Ok(Self { key, verifier })
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }

    pub(super) fn verifier(&self) -> &dyn Verifier {
        &*self.verifier
    }
}

/// A verifier must be for the key that it is put beside.
pub(super) fn check_verifier(key: &VerifierKey, verifier: &dyn Verifier) -> Result<(), Error> {
    if verifier.algorithm() == Algorithm::Ed25519 && verifier.public_key() == key.public_key {
        Ok(())
    } else {
        Err(Error::Key("the verifier is for another public key"))
    }
}

impl fmt::Debug for TrustedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TrustedKey").field(&self.key.to_string()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_key_with_another_id_is_refused() {
        let text = "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert!(text.parse::<VerifierKey>().is_err());
        assert!("PeterNeumann".parse::<VerifierKey>().is_err());
    }

    #[test]
    fn a_witness_key_has_another_id_and_serves_no_log() {
        let log = VerifierKey::new("example.com".parse().unwrap(), [7; 32]);
        let witness = VerifierKey { signature_type: SignatureType::Cosignature, ..log.clone() };
        assert_ne!(log.id(), witness.id());
        assert_eq!(witness.to_string().parse::<VerifierKey>().unwrap(), witness);
        assert_eq!(witness.for_origin(&"example.com/log".parse().unwrap()), None);
        assert!(log.for_origin(&"example.com/log".parse().unwrap()).is_some());
    }

    #[test]
    fn keys_of_unknown_types_are_refused_by_name() {
        for (first, known) in [(1, true), (2, false), (4, true), (6, false), (255, false)] {
            let body = Base64::encode_string(&[&[first], &[7; 32][..]].concat());
            let digest = Digest::of(&[b"a\n", &[first], &[7; 32]]).to_string();
            let text = format!("a+{}+{body}", &digest[..8]);
            assert_eq!(text.parse::<VerifierKey>().is_ok(), known, "{text}");
        }
    }
}
