//! Key rotation: a key certifies the one that follows it, in the log.

use core::fmt;
use core::str::FromStr;

use axiom_core::{Event, Timestamp};

use crate::bundle::ProofBundle;
use crate::entry::Links;
use crate::error::Error;
use crate::meta::{ROTATED, is_meta, own_event};
use crate::note::{SignedNote, TrustedKey, VerifierKey};

#[cfg(feature = "log")]
mod rotate;

#[cfg(feature = "log")]
pub use rotate::{Rotated, Rotation, rotate_key};

/// The certificate that one signing key follows another.
///
/// Whoever trusts the key before can [follow](Self::follow) it to the new one with nothing else at hand. It holds
/// nothing secret and may be handed out. Nothing in it is trusted before [`follow`](Self::follow) has returned.
///
/// # What it proves
/// That whoever has the key before handed over to the new one, and whoever has that agreed: both signed the
/// statement. To sign checkpoints is not enough. A key signs those over whatever entries it finds, also over an event
/// that somebody else wrote into the meta-log; the statement is a note of its own, which only `rotate_key` signs.
///
/// And that the rotation is public: the statement holds a checkpoint of the [meta-log](crate::meta_log), which both
/// keys signed as well, and the event `log.key_rotated` is proven to be under it.
///
/// # What it does not do
/// A verifier that knows only the key before believes whoever has that key. If it was stolen, give verifiers the new
/// key by another way: to who trusts the new key, the old one signs nothing any more.
///
/// # Form
/// The statement, a signed note whose signatures bear the host's name, then an empty line and the [`ProofBundle`] of
/// the event. The last three lines of the statement are the text of the bundle's checkpoint.
///
/// ```text
/// axiom-audit/v1/key-rotation
/// <verifier key that is replaced>
/// <verifier key that follows>
/// <epoch>
/// <until when both sign, RFC 3339, or ->
/// <origin of the meta-log>
/// <size of the meta-log>
/// <root of the meta-log>
///
/// <signature of each key>
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRotation {
    /// What both keys signed; unchecked, but for its text.
    statement: SignedNote,
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
    /// Puts the statement of a rotation beside the proof of its event.
    ///
    /// # Errors
    /// [`Error::Proof`] where the entry that is proven is no `log.key_rotated` of a meta-log, or the statement says
    /// something else.
    pub fn new(statement: SignedNote, bundle: ProofBundle) -> Result<Self, Error> {
        let links = Links::read(bundle.entry()).filter(|links| is_meta(links.log));
        let event = links.and_then(|links| own_event(links.event));
        let claim = event.as_ref().filter(|event| event.action_type.as_str() == ROTATED).and_then(Claim::read);
        let claim = claim.ok_or(Error::Proof("is not that of a key rotation in a meta-log"))?;
        if statement.text() != claim.statement(bundle.note()) {
            return Err(Error::Proof("is not that of the key rotation that is stated"));
        }
        Ok(Self { statement, bundle, claim })
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
    /// both keys signed the statement and the checkpoint; [`Error::Proof`] where the event is not under that.
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

    /// Whether `key` signed the statement, and that the event is in the log.
    pub(crate) fn check(&self, key: &TrustedKey) -> Result<(), Error> {
        self.statement.verify(key.key().name(), key)?;
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

    /// What the keys sign: nothing that they sign else begins like this, or has as many lines.
    fn statement(&self, checkpoint: &SignedNote) -> String {
        let Self { replaces, key, epoch, overlap_until } = self;
        let overlap = overlap_until.map_or_else(|| "-".to_owned(), |time| time.to_string());
        format!("{STATEMENT}\n{replaces}\n{key}\n{epoch}\n{overlap}\n{}", checkpoint.text())
    }
}

impl FromStr for KeyRotation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (statement, rest) = SignedNote::read_first(text)?;
        let bundle =
            rest.strip_prefix('\n').ok_or(Error::Proof("does not follow its statement after an empty line"))?;
        Self::new(statement, bundle.parse()?)
    }
}

impl fmt::Display for KeyRotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.statement, self.bundle)
    }
}

const STATEMENT: &str = "axiom-audit/v1/key-rotation";

const REPLACES: &str = "replaces";
const KEY: &str = "key";
const EPOCH: &str = "epoch";
const OVERLAP_UNTIL: &str = "overlapUntil";
