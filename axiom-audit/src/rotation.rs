//! Key rotation: a key certifies the one that follows it, in the log.

use core::fmt;
use core::str::FromStr;

use axiom_core::{Event, Timestamp};

use crate::bundle::ProofBundle;
use crate::entry::Links;
use crate::error::Error;
use crate::meta::{ROTATED, own_event};
use crate::note::{TrustedKey, VerifierKey};

#[cfg(feature = "log")]
mod rotate;

#[cfg(feature = "log")]
pub use rotate::{Rotated, Rotation, rotate_key};

/// The certificate that one signing key follows another.
///
/// It is a [`ProofBundle`]: the event `log.key_rotated` of the [meta-log](crate::meta_log), the proof that it is in the
/// meta-log, and a checkpoint of that which both keys signed. Whoever trusts the key before can [follow](Self::follow)
/// it to the new one with nothing else at hand. It holds nothing secret and may be handed out.
///
/// Nothing in it is trusted before [`follow`](Self::follow) has returned.
///
/// # What it does not do
/// A verifier that knows only the key before believes whoever has that key. If it was stolen, give verifiers the new
/// key by another way: to who trusts the new key, the old one signs nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRotation {
    bundle: ProofBundle,
    /// What the event says; unchecked.
    claim: Claim,
}

/// What the event of a rotation says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Claim {
    replaces: VerifierKey,
    key: VerifierKey,
    epoch: u64,
    overlap_until: Option<Timestamp>,
}

impl KeyRotation {
    /// Reads the rotation out of the proof of its event.
    ///
    /// # Errors
    /// [`Error::Proof`] where the entry that is proven is no `log.key_rotated` of a meta-log.
    pub fn from_bundle(bundle: ProofBundle) -> Result<Self, Error> {
        let event = Links::read(bundle.entry()).and_then(|links| own_event(links.event));
        let claim = event.as_ref().filter(|event| event.action_type.as_str() == ROTATED).and_then(Claim::read);
        let claim = claim.ok_or(Error::Proof("is not that of a key rotation in a meta-log"))?;
        Ok(Self { bundle, claim })
    }

    /// The key that it says is replaced.
    #[must_use]
    pub const fn replaces(&self) -> &VerifierKey {
        &self.claim.replaces
    }

    /// The key that it says follows.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.claim.key
    }

    /// Which rotation of this host's key it says it is, from 1.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.claim.epoch
    }

    /// Until when it says that the key before signs beside the new one; `None` where it does not.
    #[must_use]
    pub const fn overlap_until(&self) -> Option<Timestamp> {
        self.claim.overlap_until
    }

    /// The proof of the event.
    #[must_use]
    pub const fn bundle(&self) -> &ProofBundle {
        &self.bundle
    }

    /// The key that follows `before`, once it is certain that `before` says so and that the new key agrees.
    ///
    /// # Errors
    /// [`Error::Key`] where it replaces another key, or the new one is of another name; [`Error::Signature`] where not
    /// both keys signed it; [`Error::Proof`] where the event is not in the log that they signed.
    pub fn follow(&self, before: &TrustedKey) -> Result<TrustedKey, Error> {
        let Claim { replaces, key, .. } = &self.claim;
        if replaces != before.key() {
            return Err(Error::Key("the rotation replaces another key"));
        }
        if key.name() != replaces.name() || key == replaces {
            return Err(Error::Key("the rotation leads to a key of another name, or to the same"));
        }
        let after = before.successor(key.clone())?;
        self.check(before)?;
        self.check(&after)?;
        Ok(after)
    }

    /// Whether `key` signed that the event is in the log.
    pub(crate) fn check(&self, key: &TrustedKey) -> Result<(), Error> {
        self.bundle.verify(core::slice::from_ref(key)).map(drop)
    }
}

impl Claim {
    fn read(event: &Event) -> Option<Self> {
        let text = |name| event.metadata.get(name)?.as_str();
        Some(Self {
            replaces: text(REPLACES)?.parse().ok()?,
            key: text(KEY)?.parse().ok()?,
            epoch: text(EPOCH)?.parse().ok()?,
            overlap_until: text(OVERLAP_UNTIL).map(str::parse).transpose().ok()?,
        })
    }
}

impl FromStr for KeyRotation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::from_bundle(text.parse()?)
    }
}

impl fmt::Display for KeyRotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bundle.fmt(f)
    }
}

const REPLACES: &str = "replaces";
const KEY: &str = "key";
const EPOCH: &str = "epoch";
const OVERLAP_UNTIL: &str = "overlapUntil";
