//! Finding encrypted values without decrypting them.
//!
//! A host that encrypts a column can no longer search it. A blind index is a second column: a keyed hash of the value,
//! which is the same for the same value, and which nobody can compute who does not have the key.
//!
//! ```
//! use axiom_crypto::Key;
//! use axiom_crypto::blind_index::{BlindIndex, Normalization};
//!
//! let master = Key::generate()?;
//! let emails = BlindIndex::new(&master, 1, &"acme".parse()?, "email", Normalization::Folded, 128)?;
//!
//! // Stored beside the encrypted address …
//! let stored = emails.write("Ada@Example.com")?;
//! // … and found again: SELECT … WHERE email_index IN (…).
//! assert!(emails.lookup(" ada@example.com ")?.contains(&stored));
//! assert!(!emails.lookup("eve@example.com")?.contains(&stored));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it tells to whoever sees the index
//! - Which rows have the same value, and how often each value occurs. Where the values are few or their frequencies are
//!   known (a country, a diagnosis, a surname), that alone gives them away. Index values that are nearly unique.
//! - Nothing across organizations, fields or versions: each has a key of its own.
//! - To a thief of the master key, everything that can be guessed: telephone numbers can be tried one after the other.
//!   The index of a value is as personal as the value, and must be erased with it.
//!
//! # How many bits
//! With `b` bits, two different values share an index with a probability of 1 in 2^b: a search finds, besides what it
//! looks for, about `n / 2^b` of `n` other values, which the host sorts out after decrypting. Few bits blur what an
//! index tells, as long as there are many more values than indexes; but they blur it evenly and do not hide frequent
//! values. 128 bits are practically unique. Take fewer only where you know `n`: `log2(n) - 3`, say, for eight
//! candidates in a search.
//!
//! # Rotation
//! 1. Begin a new version with [`BlindIndex::rotate`]: it writes under the new key, and
//!    [`lookup`](BlindIndex::lookup) gives the indexes under both.
//! 2. Write all rows anew, in the background. The first byte of an index tells its version.
//! 3. Let the old version go with [`BlindIndex::retire`].
//!
//! # Format
//! ```text
//! version       1 byte
//! index         as many bytes as b bits take; the unused low bits of the last byte are 0
//! ```
//! The index is the first `b` bits of HMAC-SHA256 (RFC 2104) of the normalized value in UTF-8. Its key is 32 bytes of
//! HKDF-SHA256 (RFC 5869) over the master key, without salt, with the info
//! ```text
//! "axiom/blind-index/v1"
//! version       1 byte
//! normalization 1         0 exact, 1 folded, 2 digits
//! b             2         bits, big-endian
//! o             1         length of the organization, and the organization
//! f             1         length of the field, and the field
//! ```
//! so that indexes with different settings have nothing in common.

use core::fmt;

use axiom_core::OrganizationId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

use crate::error::Error;
use crate::key::Key;

mod normalization;

pub use normalization::Normalization;

/// The indexes of one field of one organization; see the [module](self).
pub struct BlindIndex {
    settings: Settings,
    /// What is written, and then what is still looked up, newest first.
    versions: Vec<Version>,
}

struct Settings {
    organization: OrganizationId,
    field: String,
    normalization: Normalization,
    bits: u16,
}

struct Version {
    number: u8,
    key: Key,
}

impl BlindIndex {
    /// The index of `organization`'s `field`, with `bits` bits a value, under version `version` of the master key.
    ///
    /// `field` is the host's name of it, such as `customers.email`. All settings but the version stay as they are as
    /// long as there is an index that was written with them.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `field` has not 1 to 255 bytes, or `bits` is not 8 to 256.
    pub fn new(
        master: &Key,
        version: u8,
        organization: &OrganizationId,
        field: &str,
        normalization: Normalization,
        bits: u16,
    ) -> Result<Self, Error> {
        if field.is_empty() || field.len() > MAX_FIELD {
            return Err(invalid("the field must have 1 to 255 bytes"));
        }
        if !(MIN_BITS..=MAX_BITS).contains(&bits) {
            return Err(invalid("it must have 8 to 256 bits"));
        }
        let settings = Settings { organization: organization.clone(), field: field.to_owned(), normalization, bits };
        let versions = vec![settings.version(master, version)];
        Ok(Self { settings, versions })
    }

    /// Writes under another version of the master key from now on, and still looks up the versions before.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it has this version already.
    pub fn rotate(&mut self, master: &Key, version: u8) -> Result<(), Error> {
        if self.versions.iter().any(|known| known.number == version) {
            return Err(invalid("a version must be a new one"));
        }
        self.versions.insert(0, self.settings.version(master, version));
        Ok(())
    }

    /// No longer looks up this version, of which no index is left.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the version that it writes, and for one that it does not have.
    pub fn retire(&mut self, version: u8) -> Result<(), Error> {
        match self.versions.iter().position(|known| known.number == version) {
            Some(0) => Err(invalid("the version that is written cannot be retired")),
            Some(at) => {
                self.versions.remove(at);
                Ok(())
            }
            None => Err(invalid("it has no such version")),
        }
    }

    /// What to store beside the encrypted value.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the normalization leaves nothing of the value, or cannot read it.
    pub fn write(&self, value: &str) -> Result<IndexToken, Error> {
        self.token(&self.versions[0], value)
    }

    /// What an index of this value may be: one for each version, the one that is written first.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub fn lookup(&self, value: &str) -> Result<Vec<IndexToken>, Error> {
        self.versions.iter().map(|version| self.token(version, value)).collect()
    }

    fn token(&self, version: &Version, value: &str) -> Result<IndexToken, Error> {
        let mut mac = Hmac::<Sha256>::new_from_slice(version.key.expose()).expect("HMAC takes keys of any length");
        self.settings.normalization.each_part(value, |part| mac.update(part))?;
        let digest = mac.finalize().into_bytes();
        let bits = usize::from(self.settings.bits);
        let mut bytes = [&[version.number], &digest[..bits.div_ceil(8)]].concat();
        if let Some(last) = bytes.last_mut() {
            *last &= 0xff << (bits.next_multiple_of(8) - bits);
        }
        Ok(IndexToken(bytes.into()))
    }
}

impl Settings {
    fn version(&self, master: &Key, number: u8) -> Version {
        let organization = self.organization.as_str().as_bytes();
        let field = self.field.as_bytes();
        let length = |bytes: &[u8]| [u8::try_from(bytes.len()).expect("at most 255 bytes")];
        let key = master.derive(&[
            LABEL,
            &[number, self.normalization.number()],
            &self.bits.to_be_bytes(),
            &length(organization),
            organization,
            &length(field),
            field,
        ]);
        Version { number, key: Key::from_bytes(&key) }
    }
}

impl ZeroizeOnDrop for BlindIndex {}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions: Vec<u8> = self.versions.iter().map(|version| version.number).collect();
        write!(f, "BlindIndex({} of {}, versions {versions:?})", self.settings.field, self.settings.organization)
    }
}

/// One index of one value: its version, and some bits; written as lower-case hexadecimal digits.
///
/// It is no secret key, but tells of the value what the [module](self) says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexToken(Box<[u8]>);

impl IndexToken {
    /// The bytes, version first.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The version of the master key that it was written under.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.0[0]
    }
}

impl fmt::Display for IndexToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

const fn invalid(reason: &'static str) -> Error {
    Error::Invalid { what: "blind index", reason }
}

const LABEL: &[u8] = b"axiom/blind-index/v1";
const MAX_FIELD: usize = 255;
const MIN_BITS: u16 = 8;
const MAX_BITS: u16 = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    fn index(organization: &str, field: &str, normalization: Normalization, bits: u16) -> BlindIndex {
        let master = Key::from_bytes(&[7; 32]);
        BlindIndex::new(&master, 1, &organization.parse().unwrap(), field, normalization, bits).unwrap()
    }

    fn emails(bits: u16) -> BlindIndex {
        index("acme", "email", Normalization::Folded, bits)
    }

    #[derive(Deserialize)]
    struct Vectors {
        tests: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        master: String,
        version: u8,
        organization: String,
        field: String,
        normalization: String,
        bits: u16,
        value: String,
        index: String,
    }

    #[test]
    fn the_vectors_are_what_this_code_writes() {
        let vectors: Vectors = serde_json::from_str(include_str!("../tests/vectors/blind_index.json")).unwrap();
        assert_eq!(vectors.tests.len(), 10);
        for vector in vectors.tests {
            let digits = |at| u8::from_str_radix(&vector.master[at..at + 2], 16).unwrap();
            let master = Key::from_bytes(&core::array::from_fn(|at| digits(2 * at)));
            let normalization = match &*vector.normalization {
                "exact" => Normalization::Exact,
                "folded" => Normalization::Folded,
                _ => Normalization::Digits,
            };
            let organization = vector.organization.parse().unwrap();
            let (version, bits) = (vector.version, vector.bits);
            let index = BlindIndex::new(&master, version, &organization, &vector.field, normalization, bits).unwrap();
            assert_eq!(index.write(&vector.value).unwrap().to_string(), vector.index, "{}", vector.value);
        }
    }

    #[test]
    fn organizations_fields_settings_and_versions_have_nothing_in_common() {
        let master = Key::from_bytes(&[7; 32]);
        let second = BlindIndex::new(&master, 2, &"acme".parse().unwrap(), "email", Normalization::Folded, 128);
        let mut indexes: Vec<Vec<u8>> = [
            emails(128),
            emails(120),
            index("acme2", "email", Normalization::Folded, 128),
            index("acme", "email2", Normalization::Folded, 128),
            index("acm", "eemail", Normalization::Folded, 128),
            index("acme", "email", Normalization::Exact, 128),
            second.unwrap(),
        ]
        .iter()
        .map(|index| index.write("ada@example.com").unwrap().as_bytes()[1..16].to_vec())
        .collect();
        let count = indexes.len();
        indexes.sort();
        indexes.dedup();
        assert_eq!(indexes.len(), count);
    }

    #[test]
    fn while_versions_change_both_are_looked_up_and_the_new_one_is_written() {
        let mut emails = emails(64);
        let old = emails.write("ada@example.com").unwrap();
        emails.rotate(&Key::from_bytes(&[8; 32]), 2).unwrap();
        let new = emails.write("ada@example.com").unwrap();
        assert_eq!((old.version(), new.version()), (1, 2));
        assert_eq!(emails.lookup("ada@example.com").unwrap(), [new.clone(), old]);
        emails.retire(1).unwrap();
        assert_eq!(emails.lookup("ada@example.com").unwrap(), [new]);
    }

    #[test]
    fn a_version_is_new_when_it_begins_and_not_written_when_it_ends() {
        let mut emails = emails(64);
        assert!(emails.rotate(&Key::from_bytes(&[8; 32]), 1).is_err());
        assert!(emails.retire(1).is_err() && emails.retire(2).is_err());
        assert_eq!(emails.lookup("ada@example.com").unwrap().len(), 1);
    }

    #[test]
    fn settings_have_limits() {
        let master = Key::from_bytes(&[7; 32]);
        let made = |field: &str, bits| {
            BlindIndex::new(&master, 1, &"acme".parse().unwrap(), field, Normalization::Exact, bits).is_ok()
        };
        assert!(made("f", 8) && made(&"f".repeat(255), 256));
        assert!(!made("", 8) && !made(&"f".repeat(256), 8) && !made("f", 7) && !made("f", 257));
    }

    #[test]
    fn few_bits_collide_about_as_often_as_they_should() {
        let emails = emails(8);
        let looked_up = emails.write("ada@example.com").unwrap();
        let values = (0..25_600).map(|n| emails.write(&format!("{n}@example.com")).unwrap());
        let found = values.filter(|index| *index == looked_up).count();
        assert!((50..200).contains(&found), "{found} of about 100");
    }

    proptest! {
        #[test]
        fn an_index_has_its_bits_and_no_others(value in ".{1,40}", bits in 8_u16..=256) {
            let index = index("acme", "email", Normalization::Exact, bits).write(&value).unwrap();
            prop_assert_eq!(index.as_bytes().len(), 1 + usize::from(bits).div_ceil(8));
            let unused = bits.next_multiple_of(8) - bits;
            prop_assert_eq!(index.as_bytes().last().unwrap() & !(0xff << unused), 0);
        }

        #[test]
        fn a_value_is_found_whatever_its_case_and_the_space_around_it(value in "[ -~äöüéßΣσςｆ１]{0,40}") {
            let emails = emails(128);
            if let Ok(stored) = emails.write(&value) {
                for other in [format!(" {}\n", value.to_uppercase()), value.to_lowercase()] {
                    prop_assert!(emails.lookup(&other).unwrap().contains(&stored));
                }
            }
        }
    }
}
