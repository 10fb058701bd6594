//! Signed notes: a text and the signatures under it (C2SP signed-note).

use core::fmt;
use core::str::FromStr;

use axiom_core::{Algorithm, Digest, Origin, Signer, Verifier};
use base64ct::{Base64, Encoding};

use crate::error::Error;

/// A public key with a name: `NAME+hhhhhhhh+base64`, the form that Go's `sumdb/note` calls a verifier key.
///
/// A key named `NAME` serves every log whose origin is `NAME` or begins with `NAME/`.
///
/// ```
/// use axiom_audit::VerifierKey;
///
/// let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// let key: VerifierKey = text.parse()?;
/// assert_eq!(key.name().as_str(), "PeterNeumann");
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: Origin,
    public_key: [u8; 32],
}

impl VerifierKey {
    /// The Ed25519 key `public_key` under the name `name`.
    #[must_use]
    pub const fn new(name: Origin, public_key: [u8; 32]) -> Self {
        Self { name, public_key }
    }

    /// The public half of `signer` under the name `name`.
    ///
    /// # Errors
    /// [`Error::Key`] where it is not an Ed25519 key.
    pub fn of(name: Origin, signer: &dyn Signer) -> Result<Self, Error> {
        let public_key: Result<[u8; 32], _> = signer.public_key().try_into();
        match (signer.algorithm(), public_key) {
            (Algorithm::Ed25519, Ok(public_key)) => Ok(Self { name, public_key }),
            _ => Err(Error::Key("checkpoints are signed with Ed25519 keys")),
        }
    }

    /// The key's name.
    #[must_use]
    pub const fn name(&self) -> &Origin {
        &self.name
    }

    /// The Ed25519 public key.
    #[must_use]
    pub const fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }

    /// The key id: the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let digest = Digest::of(&[self.name.as_str().as_bytes(), b"\n", &[ED25519], &self.public_key]);
        let [a, b, c, d, ..] = *digest.as_bytes();
        [a, b, c, d]
    }

    /// The same key under the name of the log `origin`, if this key serves it.
    #[must_use]
    pub fn for_origin(&self, origin: &Origin) -> Option<Self> {
        origin.is_under(&self.name).then(|| Self { name: origin.clone(), public_key: self.public_key })
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
        let public_key = match bytes.split_first() {
            Some((&ED25519, public_key)) => public_key.try_into().map_err(|_| malformed())?,
            _ => return Err(Error::Key("only Ed25519 verifier keys are known")),
        };
        let key = Self { name: name.parse().map_err(|_| malformed())?, public_key };
        if hex(key.id()) == id {
            Ok(key)
        } else {
            Err(Error::Key("the verifier key's id does not match its name and key"))
        }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], &self.public_key[..]].concat();
        write!(f, "{}+{}+{}", self.name, hex(self.id()), Base64::encode_string(&key))
    }
}

/// A verifier key together with what can check its signatures.
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
    /// [`Error::Key`] where `verifier` is for another public key.
    pub fn new(key: VerifierKey, verifier: impl Verifier + 'static) -> Result<Self, Error> {
        if verifier.public_key() == key.public_key {
            Ok(Self { key, verifier: Box::new(verifier) })
        } else {
            Err(Error::Key("the verifier is for another public key"))
        }
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }
}

impl fmt::Debug for TrustedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TrustedKey").field(&self.key.to_string()).finish()
    }
}

/// A text and the signatures under it, of which none has been checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl SignedNote {
    /// The longest note that is read, in bytes.
    pub const MAX_LEN: usize = 1 << 16;

    /// Signs `text`, which ends in a newline, as `name`.
    ///
    /// # Errors
    /// [`Error::Key`] where the key is not Ed25519, [`Error::Sign`] where it cannot be used.
    pub fn sign(text: String, name: &Origin, signer: &dyn Signer) -> Result<Self, Error> {
        let id = VerifierKey::of(name.clone(), signer)?.id();
        let bytes = signer.sign(text.as_bytes())?;
        let signatures = vec![Signature { name: name.as_str().into(), id, bytes }];
        Ok(Self { text, signatures })
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether `key` signed the text as `name`.
    ///
    /// # Errors
    /// [`Error::Signature`] where no signature is by that name and key, or one is and does not hold.
    pub fn verify(&self, name: &Origin, key: &TrustedKey) -> Result<(), Error> {
        let Some(expected) = key.key.for_origin(name) else { return Err(Error::Signature) };
        let mut ours = self.signatures.iter().filter(|s| s.name == name.as_str() && s.id == expected.id()).peekable();
        ours.peek().ok_or(Error::Signature)?;
        ours.try_for_each(|signature| key.verifier.verify(self.text.as_bytes(), &signature.bytes))
            .map_err(|_| Error::Signature)
    }

    /// Splits a file of several notes, one after another, blank lines between them or not.
    ///
    /// # Errors
    /// [`Error::Note`] where a part of it is not a note.
    pub fn parse_all(file: &str) -> Result<Vec<Self>, Error> {
        let mut notes = Vec::new();
        let mut rest = file.trim_start_matches('\n');
        while !rest.is_empty() {
            let end = end_of_note(rest);
            notes.push(rest[..end].parse()?);
            rest = rest[end..].trim_start_matches('\n');
        }
        Ok(notes)
    }
}

/// Where the first note of `notes` ends: after the last of the signature lines that follow its first blank line.
fn end_of_note(notes: &str) -> usize {
    let Some(blank) = notes.find("\n\n") else { return notes.len() };
    let mut end = blank + 2;
    for line in notes[end..].split_inclusive('\n').take_while(|line| line.starts_with(MARK)) {
        end += line.len();
    }
    end
}

impl FromStr for SignedNote {
    type Err = Error;

    fn from_str(note: &str) -> Result<Self, Error> {
        if note.len() > Self::MAX_LEN {
            return Err(Error::Note("is too long"));
        }
        if note.chars().any(|character| character < ' ' && character != '\n') {
            return Err(Error::Note("holds a control character"));
        }
        let at = note.rfind("\n\n").ok_or(Error::Note("has no blank line before its signatures"))?;
        let (text, signatures) = (&note[..=at], &note[at + 2..]);
        let signatures = signatures.strip_suffix('\n').ok_or(Error::Note("does not end in a newline"))?;
        let signatures = signatures.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: text.into(), signatures })
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl FromStr for Signature {
    type Err = Error;

    fn from_str(line: &str) -> Result<Self, Error> {
        let malformed = || Error::Note("has a malformed signature line");
        let (name, encoded) = line.strip_prefix(MARK).and_then(|rest| rest.split_once(' ')).ok_or_else(malformed)?;
        let bytes = Base64::decode_vec(encoded).map_err(|_| malformed())?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or_else(malformed)?;
        let well_named = !name.is_empty() && !name.contains(['+', ' ']);
        if well_named && !bytes.is_empty() {
            Ok(Self { name: name.into(), id: *id, bytes: bytes.into() })
        } else {
            Err(malformed())
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id[..], &self.bytes].concat();
        write!(f, "{MARK}{} {}", self.name, Base64::encode_string(&bytes))
    }
}

fn hex(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

/// The signature type byte of Ed25519.
const ED25519: u8 = 1;

/// What a signature line begins with: an em dash and a space.
const MARK: &str = "— ";

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the documentation of Go's `golang.org/x/mod/sumdb/note`.
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn a_note_is_written_as_it_was_read() {
        assert_eq!(NOTE.parse::<SignedNote>().unwrap().to_string(), NOTE);
    }

    #[test]
    fn several_notes_in_one_file_are_told_apart() {
        for file in [format!("{NOTE}{NOTE}"), format!("{NOTE}\n\n{NOTE}\n"), format!("\n{NOTE}\n{NOTE}")] {
            assert_eq!(SignedNote::parse_all(&file).unwrap().len(), 2, "{file}");
        }
        assert!(SignedNote::parse_all("").unwrap().is_empty());
        assert!(SignedNote::parse_all(&format!("{NOTE}more")).is_err());
    }

    #[test]
    fn malformed_notes_are_refused() {
        for note in [
            "",
            "\n\n",
            "text\n",
            "text\n\n",
            "text\n\n— name\n",
            "text\n\n— name AAAA\n",
            "text\n\n— name x08go/ZJkuB",
            &NOTE.replace("PeterNeumann", "Peter+Neumann"),
            &NOTE.replace('\n', "\r\n"),
            &NOTE[..NOTE.len() - 1],
            &format!("{NOTE}trailing"),
            &NOTE.replace("nAM=", "nAN="),
        ] {
            assert!(note.parse::<SignedNote>().is_err(), "{note:?}");
        }
    }

    #[test]
    fn a_verifier_key_with_another_id_is_refused() {
        let text = "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert!(text.parse::<VerifierKey>().is_err());
        assert!("PeterNeumann".parse::<VerifierKey>().is_err());
    }
}
