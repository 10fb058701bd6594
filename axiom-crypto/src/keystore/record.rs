//! What is kept of a key.

use axiom_core::{OrganizationId, Timestamp};

use crate::envelope::{KeyReference, Recipient};
use crate::error::Error;
use crate::provider::KeyState;

/// What is kept of a key: its name, its state, and the key itself, wrapped under another.
///
/// It names the organization and not the subject: a subject key's name comes out of a keyed derivation over the
/// subject's reference, and the key of that derivation is wrapped under the organization's key. Who sees the store
/// cannot tell whose key it is, nor whether someone has one.
///
/// A record is not authenticated, apart from the wrapped key: who can write to the store can take back a revocation or
/// a hold, as he can delete the record.
///
/// # Format AXK1
/// Integers are unsigned and big-endian, times in microseconds since the Unix epoch.
/// ```text
/// size
///    4  magic: "AXK1"
///    1  role: 1 root, 2 index, 3 data
///    1  state: 0 destroyed, 1 enabled, 2 pending deletion
///    8  revision, from 1
///   16  reference
///    1  length o of the organization, 1 to 128
///    o  organization
///    8  when it was made
///    8  when it was destroyed or will be, 0 where enabled
///    1  number of legal holds; for each of them, in ascending order:
///          1    length h, 1 to 64
///          h    name of the hold
///    1  number of wrapped keys, 0 where destroyed, else 1 to 8; for each of them, in ascending order of version:
///          2    version
///          8    when it was made
///         32   commitment to the key
///          1    number of recipients, 1 to 16
///               recipients, as in an AXE1 message
///   32  SHA-256 of all this: finds what was damaged, not what was forged
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    pub(super) role: KeyRole,
    pub(super) state: KeyState,
    pub(super) revision: u64,
    pub(super) reference: KeyReference,
    pub(super) organization: OrganizationId,
    pub(super) created: Timestamp,
    pub(super) end: Option<Timestamp>,
    pub(super) holds: Vec<String>,
    pub(super) keys: Vec<WrappedKey>,
}

impl KeyRecord {
    /// The record of a new key.
    pub(crate) fn new(
        role: KeyRole,
        reference: KeyReference,
        organization: OrganizationId,
        created: Timestamp,
        key: WrappedKey,
    ) -> Self {
        Self {
            role,
            state: KeyState::Enabled,
            revision: 1,
            reference,
            organization,
            created,
            end: None,
            holds: Vec::new(),
            keys: vec![key],
        }
    }

    /// What the key is for.
    #[must_use]
    pub const fn role(&self) -> KeyRole {
        self.role
    }

    /// Whether the key can be used.
    #[must_use]
    pub const fn state(&self) -> KeyState {
        self.state
    }

    /// How often the record has been saved.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The name of the key.
    #[must_use]
    pub const fn reference(&self) -> KeyReference {
        self.reference
    }

    /// Whose key it is.
    #[must_use]
    pub const fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// When the key was made.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// From when on a revoked key may be destroyed, or when a destroyed one was.
    #[must_use]
    pub const fn end(&self) -> Option<Timestamp> {
        self.end
    }

    /// The names of the legal holds that keep the key from being destroyed.
    #[must_use]
    pub fn holds(&self) -> &[String] {
        &self.holds
    }

    /// The versions of the key, wrapped; the last one is in use. Empty once it is destroyed.
    #[must_use]
    pub fn keys(&self) -> &[WrappedKey] {
        &self.keys
    }

    /// The next revision with these versions of the key.
    pub(crate) fn with_keys(mut self, keys: Vec<WrappedKey>) -> Self {
        self.keys = keys;
        self.next()
    }

    /// The next revision, revoked until `due`.
    pub(crate) fn revoked(mut self, due: Timestamp) -> Self {
        self.state = KeyState::PendingDeletion;
        self.end = Some(due);
        self.next()
    }

    /// The next revision, in use again.
    pub(crate) fn restored(mut self) -> Self {
        self.state = KeyState::Enabled;
        self.end = None;
        self.next()
    }

    /// The next revision, which holds no key any more.
    pub(crate) fn destroyed(mut self, at: Timestamp) -> Self {
        self.state = KeyState::Destroyed;
        self.end = Some(at);
        self.keys.clear();
        self.next()
    }

    /// The next revision, under this hold too.
    pub(crate) fn held(mut self, hold: &str) -> Result<Self, Error> {
        if !is_hold(hold) {
            let reason = "must be 1 to 64 printable ASCII characters without spaces";
            return Err(Error::Invalid { what: "legal hold", reason });
        }
        match self.holds.binary_search_by(|other| other.as_str().cmp(hold)) {
            Ok(_) => {}
            Err(_) if self.holds.len() == MAX_HOLDS => {
                return Err(Error::Invalid { what: "legal hold", reason: "a key has at most 255 of them" });
            }
            Err(place) => self.holds.insert(place, hold.into()),
        }
        Ok(self.next())
    }

    /// The next revision, without this hold.
    pub(crate) fn released(mut self, hold: &str) -> Self {
        self.holds.retain(|other| other != hold);
        self.next()
    }

    const fn next(mut self) -> Self {
        self.revision += 1;
        self
    }
}

/// What a kept key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyRole {
    /// It encrypts what belongs to one subject, or to the organization and to no subject.
    Data,
    /// It derives the names of an organization's data keys.
    Index,
    /// It wraps the other keys of its organization; the key provider wraps it.
    Root,
}

/// One version of a kept key, wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    pub(crate) version: u16,
    pub(crate) made: Timestamp,
    pub(crate) commitment: [u8; 32],
    pub(crate) recipients: Vec<Recipient>,
}

impl WrappedKey {
    /// Its version, from 1.
    #[must_use]
    pub const fn version(&self) -> u16 {
        self.version
    }

    /// When this version was made.
    #[must_use]
    pub const fn made(&self) -> Timestamp {
        self.made
    }

    /// The commitment to the key.
    #[must_use]
    pub const fn commitment(&self) -> &[u8; 32] {
        &self.commitment
    }

    /// The keys that unwrap it: those of the key providers for a root, the organization's root for all others.
    #[must_use]
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }
}

pub(super) fn is_hold(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
}

const MAX_HOLDS: usize = 255;
