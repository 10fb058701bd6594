//! Signed notes: a text and the signatures under it (C2SP signed-note).

use core::fmt;
use core::str::FromStr;

use axiom_core::{Origin, Signer};
use base64ct::{Base64, Encoding};

use crate::error::Error;

mod cosignature;
mod key;

pub use cosignature::TrustedWitness;
pub use key::{SignatureType, TrustedKey, VerifierKey};

/// A text and the signatures under it, of which none has been checked yet.
///
/// A note may be signed by several keys. Signatures by keys that a reader does not know, and those of types that it
/// does not know, are kept and ignored. A signature by a key that it knows and that does not hold spoils the note.
///
/// ```
/// use axiom_audit::{SignedNote, TrustedKey, VerifierKey};
/// use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
///
/// let (old, new) = (Ed25519Signer::generate("a".parse()?)?, Ed25519Signer::generate("a".parse()?)?);
/// let mut note = SignedNote::sign("a text\n".into(), old.name(), &old)?;
/// note.add_signature(new.name(), &new)?;
///
/// let trust = |signer: &Ed25519Signer| -> Result<_, Box<dyn std::error::Error>> {
///     let verifier = Ed25519Verifier::from_public_key(signer.verifying_key())?;
///     Ok(TrustedKey::new(VerifierKey::of(signer.name().clone(), signer)?, verifier)?)
/// };
/// note.verify_any(new.name(), &[trust(&new)?])?;
/// note.verify_all(new.name(), &[trust(&new)?, trust(&old)?])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

    /// The most signatures that a note may have, as in Go's `sumdb/note`. C2SP signed-note asks for at least 16.
    pub const MAX_SIGNATURES: usize = 100;

    /// Signs `text`, which ends in a newline, as `name`.
    ///
    /// # Errors
    /// [`Error::Note`] where the text does not end in a newline or holds another control character, [`Error::Key`]
    /// where the key is not Ed25519, [`Error::Sign`] where it cannot be used.
    pub fn sign(text: String, name: &Origin, signer: &dyn Signer) -> Result<Self, Error> {
        check_characters(&text)?;
        if !text.ends_with('\n') {
            return Err(Error::Note("does not end in a newline"));
        }
        let mut note = Self { text, signatures: Vec::new() };
        note.add_signature(name, signer)?;
        Ok(note)
    }

    /// Signs the same text as `name` with a further key; a signature by the same name and key is replaced.
    ///
    /// # Errors
    /// [`Error::Key`] where the key is not Ed25519, [`Error::Sign`] where it cannot be used, [`Error::Note`] where
    /// there are [`MAX_SIGNATURES`](Self::MAX_SIGNATURES) already.
    pub fn add_signature(&mut self, name: &Origin, signer: &dyn Signer) -> Result<(), Error> {
        let id = VerifierKey::of(name.clone(), signer)?.id();
        let bytes = signer.sign(self.text.as_bytes())?;
        self.add(Signature { name: name.as_str().into(), id, bytes })
    }

    /// Takes over the signature lines that somebody else made for the same text: a witness's answer.
    ///
    /// Nothing is checked. Lines that are there already are not repeated, and one by a name and key that signed before
    /// replaces what they signed.
    ///
    /// # Errors
    /// [`Error::Note`] where a line is not a signature, or there are more than
    /// [`MAX_SIGNATURES`](Self::MAX_SIGNATURES); the note is then as it was.
    pub fn add_lines(&mut self, lines: &str) -> Result<(), Error> {
        let mut note = self.clone();
        read_signatures(lines)?.into_iter().try_for_each(|signature| note.add(signature))?;
        *self = note;
        Ok(())
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many signatures there are, whoever made them.
    #[must_use]
    pub fn signature_count(&self) -> usize {
        self.signatures.len()
    }

    /// Whether a signature names this log's or witness's key; it may not hold.
    #[must_use]
    pub fn names(&self, key: &VerifierKey) -> bool {
        self.signatures_by(key).next().is_some()
    }

    /// Whether `key` signed the text as `name`.
    ///
    /// # Errors
    /// [`Error::Signature`] where no signature is by that name and key, or one is and does not hold.
    pub fn verify(&self, name: &Origin, key: &TrustedKey) -> Result<(), Error> {
        self.verify_any(name, core::slice::from_ref(key))
    }

    /// Whether at least one of `keys` signed the text as `name`.
    ///
    /// # Errors
    /// [`Error::Signature`] where none did, or one did and its signature does not hold.
    pub fn verify_any(&self, name: &Origin, keys: &[TrustedKey]) -> Result<(), Error> {
        if self.signed_by_any(name, keys)? { Ok(()) } else { Err(Error::Signature) }
    }

    /// Whether at least one of `keys` signed the text as `name`; an error where a signature by one does not hold.
    pub(crate) fn signed_by_any<'a>(
        &self,
        name: &Origin,
        keys: impl IntoIterator<Item = &'a TrustedKey>,
    ) -> Result<bool, Error> {
        let mut signed = false;
        for key in keys {
            signed |= self.holds(name, key)?;
        }
        Ok(signed)
    }

    /// Whether each of `keys` signed the text as `name`.
    ///
    /// # Errors
    /// [`Error::Signature`] where one of them did not, or its signature does not hold, or there are no keys.
    pub fn verify_all(&self, name: &Origin, keys: &[TrustedKey]) -> Result<(), Error> {
        for key in keys {
            self.verify(name, key)?;
        }
        if keys.is_empty() { Err(Error::Signature) } else { Ok(()) }
    }

    /// Whether there is a signature by this name and key; an error where one does not hold.
    fn holds(&self, name: &Origin, key: &TrustedKey) -> Result<bool, Error> {
        let Some(expected) = key.key().for_origin(name) else { return Ok(false) };
        let mut signed = false;
        for signature in self.signatures_by(&expected) {
            key.verifier().verify(self.text.as_bytes(), signature).map_err(|_| Error::Signature)?;
            signed = true;
        }
        Ok(signed)
    }

    /// What stands behind the name and id of `key`.
    fn signatures_by(&self, key: &VerifierKey) -> impl Iterator<Item = &[u8]> {
        let (name, id) = (key.name().as_str(), key.id());
        self.signatures.iter().filter(move |by| by.name == name && by.id == id).map(|by| &by.bytes[..])
    }

    fn add(&mut self, signature: Signature) -> Result<(), Error> {
        match self.signatures.iter().position(|by| by.name == signature.name && by.id == signature.id) {
            Some(at) => self.signatures[at] = signature,
            None if self.signatures.len() < Self::MAX_SIGNATURES => self.signatures.push(signature),
            None => return Err(TOO_MANY),
        }
        Ok(())
    }

    /// Splits a file of several notes, one after another, blank lines between them or not.
    ///
    /// # Errors
    /// [`Error::Note`] where a part of it is not a note.
    pub fn parse_all(file: &str) -> Result<Vec<Self>, Error> {
        let mut notes = Vec::new();
        let mut rest = file.trim_start_matches('\n');
        while !rest.is_empty() {
            let (note, after) = Self::read_first(rest)?;
            notes.push(note);
            rest = after.trim_start_matches('\n');
        }
        Ok(notes)
    }

    /// Reads the note that `file` begins with, and returns what follows it.
    pub(crate) fn read_first(file: &str) -> Result<(Self, &str), Error> {
        let (note, rest) = file.split_at(end_of_note(file));
        Ok((note.parse()?, rest))
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
        check_characters(note)?;
        let at = note.rfind("\n\n").ok_or(Error::Note("has no blank line before its signatures"))?;
        Ok(Self { text: note[..=at].into(), signatures: read_signatures(&note[at + 2..])? })
    }
}

fn check_characters(note: &str) -> Result<(), Error> {
    if note.chars().any(|character| character < ' ' && character != '\n') {
        return Err(Error::Note("holds a control character"));
    }
    Ok(())
}

/// Reads one signature line or more.
fn read_signatures(lines: &str) -> Result<Vec<Signature>, Error> {
    let lines = lines.strip_suffix('\n').ok_or(Error::Note("does not end in a newline"))?;
    if lines.split('\n').count() > SignedNote::MAX_SIGNATURES {
        return Err(TOO_MANY);
    }
    lines.split('\n').map(str::parse).collect()
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
        let well_named = !name.is_empty() && !name.contains(|letter: char| letter == '+' || letter.is_whitespace());
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

const TOO_MANY: Error = Error::Note("has too many signatures");

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
    fn a_text_may_hold_blank_lines_and_what_looks_like_signatures() {
        let signature = NOTE.rsplit_once("\n\n").unwrap().1;
        let note: SignedNote = format!("a\n\n{signature}b\n\n{signature}").parse().unwrap();
        assert_eq!(note.text(), format!("a\n\n{signature}b\n"));
        assert_eq!(note.signature_count(), 1);
    }

    #[test]
    fn names_hold_no_white_space_of_any_kind() {
        for space in [' ', '\u{a0}', '\u{2003}', '\u{3000}', '\u{85}'] {
            assert!(NOTE.replace("PeterNeumann", &format!("Peter{space}Neumann")).parse::<SignedNote>().is_err());
        }
        assert!(NOTE.replace("PeterNeumann", "Пётр").parse::<SignedNote>().is_ok());
    }

    #[test]
    fn the_number_of_signatures_is_bounded() {
        let (text, line) = NOTE.rsplit_once("\n\n").unwrap();
        let many = |count| format!("{text}\n\n{}", line.repeat(count)).parse::<SignedNote>();
        assert_eq!(many(100).unwrap().signature_count(), 100);
        assert!(many(101).is_err());
        let full = (0..100).map(|number| line.replace("Peter", &format!("Peter{number}"))).collect::<String>();
        let mut note: SignedNote = format!("{text}\n\n{full}").parse().unwrap();
        let before = note.clone();
        assert!(note.add_lines(line).is_err());
        assert_eq!(note, before);
        note.add_lines(&line.replace("Peter", "Peter7")).unwrap();
        assert_eq!(note.signature_count(), 100);
    }

    #[test]
    fn lines_of_others_are_taken_over_once() {
        let mut note: SignedNote = NOTE.parse().unwrap();
        let line = "— example.com/witness AAAAAJEaSfeCtcLrkpVbp5dYcmHY4Ud3I8EmpnlHHYhP8+A=\n";
        note.add_lines(line).unwrap();
        note.add_lines(line).unwrap();
        assert_eq!(note.to_string(), format!("{NOTE}{line}"));
        for bad in ["", "\n", "more\n", line.trim_end(), &format!("{line}\n")] {
            assert!(note.add_lines(bad).is_err(), "{bad:?}");
        }
    }
}
