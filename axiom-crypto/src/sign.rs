//! Ed25519 signatures.

use core::fmt;
use std::path::Path;

use axiom_core::{Algorithm, Digest, InvalidSignature, Origin, SignError, Signer, Verifier};
use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::error::Error;
use crate::key::Key;
use crate::private_file;

/// An Ed25519 private key with its name; wiped when it is dropped.
///
/// The name is that of the log, or of the host whose logs it signs.
///
/// ```
/// use axiom_core::{Signer, Verifier};
/// use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
///
/// # let directory = tempfile::tempdir()?;
/// let path = directory.path().join("audit.signing.key");
/// let signer = Ed25519Signer::create(&path, "audit.example.com".parse()?)?;
/// let signature = signer.sign(b"checkpoint")?;
///
/// let verifier = Ed25519Verifier::from_public_key(signer.verifying_key())?;
/// assert!(verifier.verify(b"checkpoint", &signature).is_ok());
/// assert!(verifier.verify(b"something else", &signature).is_err());
/// assert_eq!(Ed25519Signer::open(&path)?.name().as_str(), "audit.example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # File format
/// The private key encoding of Go's `golang.org/x/mod/sumdb/note`, one line, so that its tools read it:
/// ```text
/// PRIVATE+KEY+<name>+<hash>+<key>
/// ```
/// `key` is the base64 (RFC 4648, padded) of the byte 1 (Ed25519) and the 32-byte seed (RFC 8032); `hash` is the first
/// four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), as 8 lower-case hexadecimal digits.
pub struct Ed25519Signer {
    name: Origin,
    key: SigningKey,
}

impl Ed25519Signer {
    /// A new random key, in memory only.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn generate(name: Origin) -> Result<Self, Error> {
        Ok(Self::from_seed(name, &Key::generate()?))
    }

    /// The key that follows from this seed (RFC 8032, section 5.1.5).
    #[must_use]
    pub fn from_seed(name: Origin, seed: &Key) -> Self {
        Self { name, key: SigningKey::from_bytes(seed.expose()) }
    }

    /// Creates a new random key and the file that holds it, readable by the owner alone.
    ///
    /// The file appears complete and durable or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] where `path` exists or cannot be written; [`Error::Random`].
    pub fn create(path: impl AsRef<Path>, name: Origin) -> Result<Self, Error> {
        let signer = Self::generate(name)?;
        private_file::create(path.as_ref(), &signer.line())?;
        Ok(signer)
    }

    /// Reads the key at `path`.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::KeyFile`] for any other content, and on Unix [`Error::Permissions`] where group or
    /// others have any right to the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let content = private_file::read(path)?;
        Self::parse(&content).map_err(|reason| Error::KeyFile { path: path.into(), reason })
    }

    /// Overwrites the key file at `path` and removes it, so that nobody signs with it any more.
    ///
    /// Copies are up to you: backups, snapshots, and what copy-on-write file systems and flash keep of a file that was
    /// overwritten.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be overwritten or removed.
    pub fn erase(path: impl AsRef<Path>) -> Result<(), Error> {
        private_file::erase(path.as_ref())
    }

    /// Puts the key file `from` in the place of `to`, at once and durably.
    ///
    /// # Errors
    /// [`Error::Io`] where that fails; both files are then as they were.
    pub fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<(), Error> {
        private_file::rename(from.as_ref(), to.as_ref())
    }

    /// The key's name.
    #[must_use]
    pub const fn name(&self) -> &Origin {
        &self.name
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn verifying_key(&self) -> &[u8; 32] {
        self.key.as_ref().as_bytes()
    }

    fn parse(content: &[u8]) -> Result<Self, &'static str> {
        let line = str::from_utf8(content).map_err(|_| "it must be text")?;
        let line = line.strip_suffix('\n').unwrap_or(line);
        let fields = line.strip_prefix(PREFIX).ok_or("it must start with PRIVATE+KEY+")?;
        // The base64 field may hold further plus signs.
        let mut fields = fields.splitn(3, '+');
        let mut field = || fields.next().ok_or("it must have a name, a hash and a key");
        let (name, hash, encoded) = (field()?, field()?, field()?);
        let name = name.parse().map_err(|_| "the name is no origin")?;
        let signer = Self::from_seed(name, &decode_seed(encoded)?);
        if signer.hash() == hash { Ok(signer) } else { Err("the hash does not belong to the name and the key") }
    }

    fn line(&self) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new([ED25519; 33]);
        key[1..].copy_from_slice(self.key.as_bytes());
        let mut encoded = Zeroizing::new([0; KEY_LEN]);
        Base64::encode(&*key, &mut *encoded).expect("33 bytes take 44 characters");
        let name = self.name.as_str().as_bytes();
        Zeroizing::new([PREFIX.as_bytes(), name, b"+", self.hash().as_bytes(), b"+", &*encoded, b"\n"].concat())
    }

    fn hash(&self) -> String {
        let name = self.name.as_str().as_bytes();
        let mut hash = Digest::of(&[name, b"\n", &[ED25519], self.verifying_key()]).to_string();
        hash.truncate(8);
        hash
    }
}

impl Signer for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }

    fn public_key(&self) -> Vec<u8> {
        self.verifying_key().to_vec()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(self.key.sign(message).to_bytes().to_vec())
    }

    fn verifier(&self) -> Result<Box<dyn Verifier>, SignError> {
        match Ed25519Verifier::from_public_key(self.verifying_key()) {
            Ok(verifier) => Ok(Box::new(verifier)),
            Err(error) => Err(SignError::new(error.to_string())),
        }
    }
}

impl ZeroizeOnDrop for Ed25519Signer {}

impl fmt::Debug for Ed25519Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Signer({})", self.name)
    }
}

/// An Ed25519 public key.
///
/// Verification is strict: keys and commitments of small order, keys in a non-canonical encoding and malleable
/// signatures are refused, so that a key signs exactly what its owner signed and one signature has one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ed25519Verifier {
    key: VerifyingKey,
}

impl Ed25519Verifier {
    /// The verifier of this public key (RFC 8032).
    ///
    /// # Errors
    /// [`Error::Invalid`] where the bytes are not 32, no point, one of small order, or not its canonical encoding.
    pub fn from_public_key(bytes: &[u8]) -> Result<Self, Error> {
        let invalid = |reason| Error::Invalid { what: "Ed25519 public key", reason };
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| invalid("not 32 bytes long"))?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| invalid("not a point of the curve"))?;
        if key.is_weak() {
            return Err(invalid("a point of small order"));
        }
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(invalid("not the canonical encoding"));
        }
        Ok(Self { key })
    }
}

impl Verifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }

    fn public_key(&self) -> Vec<u8> {
        self.key.as_bytes().to_vec()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let signature = Signature::from_slice(signature).map_err(|_| InvalidSignature)?;
        self.key.verify_strict(message, &signature).map_err(|_| InvalidSignature)
    }

    fn of_key(&self, public_key: &[u8]) -> Option<Box<dyn Verifier>> {
        Some(Box::new(Self::from_public_key(public_key).ok()?))
    }
}

fn decode_seed(encoded: &str) -> Result<Key, &'static str> {
    if encoded.len() != KEY_LEN {
        return Err("the key must have 44 characters");
    }
    let mut bytes = Zeroizing::new([0; 33]);
    Base64::decode(encoded, &mut *bytes).map_err(|_| "the key must be base64")?;
    match bytes.split_first_chunk::<1>() {
        Some((&[ED25519], seed)) => Ok(Key::from_bytes(seed.try_into().expect("33 bytes are 1 and 32"))),
        _ => Err("the key is not of type Ed25519"),
    }
}

const PREFIX: &str = "PRIVATE+KEY+";
const ED25519: u8 = 1;
const KEY_LEN: usize = 44;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signer() -> Ed25519Signer {
        Ed25519Signer::from_seed("audit.example.com/material".parse().unwrap(), &Key::from_bytes(&[7; 32]))
    }

    fn verifier() -> Ed25519Verifier {
        Ed25519Verifier::from_public_key(signer().verifying_key()).unwrap()
    }

    #[test]
    fn reads_the_key_of_the_go_documentation() {
        // Example key pair of the documentation of golang.org/x/mod/sumdb/note.
        let text = b"PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let signer = Ed25519Signer::parse(text).unwrap();
        assert_eq!(signer.name().as_str(), "PeterNeumann");
        let public = [&[ED25519][..], signer.verifying_key()].concat();
        assert_eq!(Base64::encode_string(&public), "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        assert_eq!(signer.line().strip_suffix(b"\n").unwrap(), text);
    }

    #[test]
    fn every_changed_or_cut_line_is_refused() {
        let line = signer().line();
        for index in 0..line.len() - 1 {
            for bit in 0..8 {
                let mut changed = line.to_vec();
                changed[index] ^= 1 << bit;
                assert!(Ed25519Signer::parse(&changed).is_err(), "byte {index} bit {bit}");
            }
            assert!(Ed25519Signer::parse(&line[..index]).is_err(), "cut at {index}");
        }
        assert!(Ed25519Signer::parse(&[&line[..], b"\n"].concat()).is_err());
    }

    #[test]
    fn another_key_type_is_refused() {
        let text = b"PRIVATE+KEY+PeterNeumann+c74f20a3+AoEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        assert_eq!(Ed25519Signer::parse(text).unwrap_err(), "the key is not of type Ed25519");
    }

    #[test]
    fn every_changed_bit_of_a_signature_is_refused() {
        let signature = signer().sign(b"message").unwrap();
        assert!(verifier().verify(b"message", &signature).is_ok());
        for bit in 0..signature.len() * 8 {
            let mut changed = signature.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(verifier().verify(b"message", &changed).is_err(), "bit {bit}");
        }
        for length in [0, 63] {
            assert!(verifier().verify(b"message", &signature[..length]).is_err());
        }
        assert!(verifier().verify(b"message", &[&signature[..], &[0]].concat()).is_err());
    }

    #[test]
    fn a_signature_with_the_order_of_the_group_added_is_refused() {
        // L = 2^252 + 27742317777372353535851937790883648493 (RFC 8032), little-endian.
        const ORDER: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut signature = signer().sign(b"message").unwrap();
        let mut carry = 0;
        for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            (*byte, carry) = (sum as u8, sum >> 8);
        }
        assert!(verifier().verify(b"message", &signature).is_err());
    }

    #[test]
    fn public_keys_of_small_order_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        let mut order_two = [0xff; 32];
        (order_two[0], order_two[31]) = (0xec, 0x7f);
        for bytes in [[0; 32], identity, order_two] {
            assert!(Ed25519Verifier::from_public_key(&bytes).is_err(), "{bytes:02x?}");
        }
    }

    #[test]
    fn public_keys_in_a_second_encoding_are_refused() {
        // p + y for the small y that are on the curve, p = 2^255 - 19.
        let noncanonical = |y: u8| {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (0xed + y, 0x7f);
            bytes
        };
        let points = (2..19).map(noncanonical).filter(|bytes| VerifyingKey::from_bytes(bytes).is_ok());
        let mut count = 0;
        for bytes in points {
            assert!(Ed25519Verifier::from_public_key(&bytes).is_err(), "{bytes:02x?}");
            count += 1;
        }
        assert!(count > 0, "the curve library accepts some of them");
    }

    #[test]
    fn a_signer_knows_what_checks_it_and_a_verifier_what_checks_another_key() {
        let signature = signer().sign(b"message").unwrap();
        assert!(signer().verifier().unwrap().verify(b"message", &signature).is_ok());
        let other = Ed25519Signer::generate("other".parse().unwrap()).unwrap();
        let others = verifier().of_key(other.verifying_key()).unwrap();
        assert!(others.verify(b"message", &signature).is_err());
        assert!(others.verify(b"message", &other.sign(b"message").unwrap()).is_ok());
        assert!(verifier().of_key(&[0; 32]).is_none() && verifier().of_key(&[1; 31]).is_none());
    }

    proptest! {
        #[test]
        fn any_content_is_read_or_refused_without_panic(tail in "[ -~]{0,120}") {
            let _ = Ed25519Signer::parse(tail.as_bytes());
            let _ = Ed25519Signer::parse(format!("{PREFIX}{tail}").as_bytes());
        }
    }
}
