//! A key record as bytes.

use axiom_core::{Digest, OrganizationId, Timestamp};

use super::record::{KeyRecord, KeyRole, WrappedKey, is_hold};
use crate::envelope::{KeyReference, Recipient};
use crate::error::Error;
use crate::provider::KeyState;

impl KeyRecord {
    /// The record in the form AXK1.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&[role_byte(self.role), state_byte(self.state)]);
        bytes.extend_from_slice(&self.revision.to_be_bytes());
        bytes.extend_from_slice(self.reference.as_bytes());
        write_text(self.organization.as_str(), &mut bytes);
        bytes.extend_from_slice(&self.created.unix_micros().to_be_bytes());
        bytes.extend_from_slice(&self.end.map_or(0, Timestamp::unix_micros).to_be_bytes());
        bytes.push(self.holds.len() as u8);
        self.holds.iter().for_each(|hold| write_text(hold, &mut bytes));
        bytes.push(self.keys.len() as u8);
        self.keys.iter().for_each(|key| write_key(key, &mut bytes));
        let digest = Digest::of(&[&bytes]);
        bytes.extend_from_slice(digest.as_bytes());
        bytes
    }

    /// The record that these bytes are.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they are none, or are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let invalid = Error::Invalid { what: "key record", reason: "malformed or damaged" };
        let Some((content, digest)) = bytes.split_last_chunk() else { return Err(invalid) };
        if *Digest::of(&[content]).as_bytes() != *digest {
            return Err(invalid);
        }
        read(content).filter(is_sound).ok_or(invalid)
    }
}

/// The organization that stands at the front of a record, whose rest may be damaged.
pub(super) fn stated_organization(front: &[u8]) -> Option<OrganizationId> {
    let mut rest = Rest(front.strip_prefix(MAGIC)?);
    let [_, _] = rest.bytes()?;
    let (_revision, _reference) = (rest.bytes::<8>()?, rest.bytes::<16>()?);
    rest.text()?.parse().ok()
}

fn read(content: &[u8]) -> Option<KeyRecord> {
    let mut rest = Rest(content.strip_prefix(MAGIC)?);
    let [role, state] = rest.bytes()?;
    let record = KeyRecord {
        role: ROLES.into_iter().find(|one| role_byte(*one) == role)?,
        state: STATES.into_iter().find(|one| state_byte(*one) == state)?,
        revision: u64::from_be_bytes(rest.bytes()?),
        reference: KeyReference::from_bytes(rest.bytes()?),
        organization: rest.text()?.parse::<OrganizationId>().ok()?,
        created: rest.time()?,
        end: Some(rest.time()?).filter(|_| state != ENABLED),
        holds: rest.many(|rest| rest.text().map(str::to_owned))?,
        keys: rest.many(Rest::key)?,
    };
    // What a record says in two ways must agree, or it has a second encoding.
    (rest.0.is_empty() && record.to_bytes().get(..content.len()) == Some(content)).then_some(record)
}

/// Whether what it says goes together.
fn is_sound(record: &KeyRecord) -> bool {
    let destroyed = record.state == KeyState::Destroyed;
    record.revision > 0
        && record.keys.is_empty() == destroyed
        && record.keys.len() <= MAX_VERSIONS
        && record.keys.is_sorted_by(|one, other| one.version < other.version)
        && record.holds.is_sorted_by(|one, other| one < other)
        && record.holds.iter().all(|hold| is_hold(hold))
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let [length] = self.bytes()?;
        let (text, rest) = self.0.split_at_checked(length.into())?;
        self.0 = rest;
        str::from_utf8(text).ok()
    }

    fn time(&mut self) -> Option<Timestamp> {
        Timestamp::from_unix_micros(i64::from_be_bytes(self.bytes()?))
    }

    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let [count] = self.bytes()?;
        (0..count).map(|_| one(self)).collect()
    }

    fn key(&mut self) -> Option<WrappedKey> {
        let version = u16::from_be_bytes(self.bytes()?);
        let (made, commitment) = (self.time()?, self.bytes()?);
        let recipients = self.many(Self::recipient)?;
        let sound = (1..=MAX_RECIPIENTS).contains(&recipients.len());
        sound.then_some(WrappedKey { version, made, commitment, recipients })
    }

    fn recipient(&mut self) -> Option<Recipient> {
        let (recipient, rest) = Recipient::read(self.0)?;
        self.0 = rest;
        Some(recipient)
    }
}

fn write_key(key: &WrappedKey, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&key.version.to_be_bytes());
    bytes.extend_from_slice(&key.made.unix_micros().to_be_bytes());
    bytes.extend_from_slice(&key.commitment);
    bytes.push(key.recipients.len() as u8);
    key.recipients.iter().for_each(|recipient| recipient.write(bytes));
}

fn write_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.push(text.len() as u8);
    bytes.extend_from_slice(text.as_bytes());
}

const fn role_byte(role: KeyRole) -> u8 {
    match role {
        KeyRole::Root => 1,
        KeyRole::Index => 2,
        KeyRole::Data => 3,
    }
}

fn state_byte(state: KeyState) -> u8 {
    match state {
        KeyState::Destroyed => 0,
        KeyState::Enabled => ENABLED,
        KeyState::PendingDeletion => 2,
        KeyState::Disabled => unreachable!("no kept key is ever disabled"),
    }
}

const ROLES: [KeyRole; 3] = [KeyRole::Root, KeyRole::Index, KeyRole::Data];
const STATES: [KeyState; 3] = [KeyState::Destroyed, KeyState::Enabled, KeyState::PendingDeletion];
const MAGIC: &[u8] = b"AXK1";
const ENABLED: u8 = 1;
/// The organization, which has at most 128 bytes, ends before.
pub(super) const FRONT: usize = 4 + 2 + 8 + 16 + 1 + 128;
pub(crate) const MAX_VERSIONS: usize = 8;
const MAX_RECIPIENTS: usize = 16;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::provider::KeyId;

    fn any_wrapped() -> impl Strategy<Value = WrappedKey> {
        (any::<[u8; 32]>(), 0..i64::from(u32::MAX), vec(any::<u8>(), 1..80), 1..=16_usize).prop_map(
            |(commitment, made, wrapped, count)| WrappedKey {
                version: 0,
                made: Timestamp::from_unix_micros(made).unwrap(),
                commitment,
                recipients: vec![Recipient::new(KeyId::new("file", "id", 7).unwrap(), &wrapped).unwrap(); count],
            },
        )
    }

    fn any_record() -> impl Strategy<Value = KeyRecord> {
        let states = proptest::sample::select(&STATES);
        let holds = proptest::collection::btree_set("[!-~]{1,64}", 0..4);
        let keys = vec(any_wrapped(), 1..=MAX_VERSIONS);
        (proptest::sample::select(&ROLES), states, 1..u64::MAX, any::<[u8; 16]>(), "[a-z0-9]{1,128}", holds, keys)
            .prop_map(|(role, state, revision, reference, organization, holds, mut keys)| {
                keys.iter_mut().zip(1..).for_each(|(key, version)| key.version = version);
                KeyRecord {
                    role,
                    state,
                    revision,
                    reference: KeyReference::from_bytes(reference),
                    organization: organization.parse().unwrap(),
                    created: Timestamp::from_unix_micros(1).unwrap(),
                    end: Timestamp::from_unix_micros(2).filter(|_| state != KeyState::Enabled),
                    holds: holds.into_iter().collect(),
                    keys: if state == KeyState::Destroyed { Vec::new() } else { keys },
                }
            })
    }

    /// `content` with the digest that belongs to it.
    fn resealed(content: &[u8]) -> Vec<u8> {
        [content, Digest::of(&[content]).as_bytes()].concat()
    }

    proptest! {
        #[test]
        fn a_record_reads_back(record in any_record()) {
            prop_assert_eq!(KeyRecord::from_bytes(&record.to_bytes()).unwrap(), record);
        }

        #[test]
        fn a_damaged_or_cut_record_is_refused(record in any_record(), at in any::<proptest::sample::Index>(), bit in 0..8) {
            let mut bytes = record.to_bytes();
            let at = at.index(bytes.len());
            prop_assert!(KeyRecord::from_bytes(&bytes[..at]).is_err());
            bytes[at] ^= 1_u8 << bit;
            prop_assert!(KeyRecord::from_bytes(&bytes).is_err());
        }

        #[test]
        fn a_forged_record_is_refused_or_has_this_one_encoding(
            record in any_record(),
            at in any::<proptest::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let bytes = record.to_bytes();
            let mut content = bytes[..bytes.len() - 32].to_vec();
            let at = at.index(content.len());
            content[at] = byte;
            let forged = resealed(&content);
            if let Ok(record) = KeyRecord::from_bytes(&forged) {
                prop_assert_eq!(record.to_bytes(), forged);
            }
        }

        #[test]
        fn any_content_is_read_or_refused_without_panic(tail in vec(any::<u8>(), 0..200)) {
            let _ = KeyRecord::from_bytes(&resealed(&[MAGIC, &tail].concat()));
        }
    }

    #[test]
    fn the_form_is_the_documented_one() {
        let record = KeyRecord {
            role: KeyRole::Data,
            state: KeyState::Destroyed,
            revision: 3,
            reference: KeyReference::from_bytes([9; 16]),
            organization: "ab".parse().unwrap(),
            created: Timestamp::from_unix_micros(1).unwrap(),
            end: Timestamp::from_unix_micros(2),
            holds: vec!["h".into()],
            keys: Vec::new(),
        };
        let mut expected = b"AXK1\x03\x00\0\0\0\0\0\0\0\x03".to_vec();
        expected.extend_from_slice(&[9; 16]);
        expected.extend_from_slice(b"\x02ab\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02\x01\x01h\0");
        assert_eq!(record.to_bytes(), resealed(&expected));
        assert_eq!(KeyRecord::from_bytes(&resealed(&expected)).unwrap(), record);
    }
}
