//! The second stage: selected fields are encrypted before the event is hashed.

use async_trait::async_trait;

use crate::data::SubjectRef;
use crate::id::EventId;
use crate::tenant::OrganizationId;

mod field;
mod paths;

pub use field::{OpenedFields, open_fields};
pub(crate) use field::{SEALED_KEY, sealed_value};
pub(crate) use paths::SealPath;
pub use paths::SealPaths;

/// Encrypts single fields of an event.
///
/// The pipeline calls [`try_seal`](Self::try_seal) first, so that a sealer whose key is at hand never suspends, and
/// [`seal`](Self::seal) where that answers `None`. The ciphertext must be bound to the context: the same bytes under
/// another organization, event or field must not open.
#[async_trait]
pub trait Sealer: Send + Sync {
    /// Seals without waiting, or answers `None` where a key must first be fetched.
    fn try_seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Option<Result<Vec<u8>, SealError>>;

    /// Seals, fetching a key where that is needed.
    ///
    /// # Errors
    /// [`SealError`] where no key can be had; the event is then not recorded.
    async fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError>;
}

/// Decrypts what a [`Sealer`] sealed.
#[async_trait]
pub trait Opener: Send + Sync {
    /// Opens without waiting, or answers `None` where a key must first be fetched.
    fn try_open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Option<Result<Vec<u8>, SealError>>;

    /// The plaintext of `sealed`, fetching a key where that is needed.
    ///
    /// # Errors
    /// One opaque [`SealError`], whether the key, the context or the bytes are wrong.
    async fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError>;
}

/// What a sealed field is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealContext<'a> {
    /// The organization whose event it is.
    pub organization: &'a OrganizationId,
    /// The event.
    pub event: EventId,
    /// JSON Pointer (RFC 6901) of the field in the event.
    pub pointer: &'a str,
    /// The data subject whose field it is, where it is one's and it is being sealed.
    ///
    /// A stored event does not say whose a sealed field is. The sealed bytes must tell which key opens them.
    pub subject: Option<&'a SubjectRef>,
}

impl<'a> SealContext<'a> {
    /// The field at `pointer` of the event `event` of `organization`.
    #[must_use]
    pub const fn new(organization: &'a OrganizationId, event: EventId, pointer: &'a str) -> Self {
        Self { organization, event, pointer, subject: None }
    }

    /// The same field, which belongs to this data subject.
    #[must_use]
    pub const fn of_subject(self, subject: &'a SubjectRef) -> Self {
        Self { subject: Some(subject), ..self }
    }
}

/// A field could not be sealed or opened.
///
/// The message never holds plaintext or key material; a failed decryption does not say what was wrong.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed: {reason}")]
pub struct SealError {
    operation: &'static str,
    reason: String,
    erased: bool,
}

impl SealError {
    /// The field could not be sealed; `reason` names what the operator can do about it.
    pub fn sealing(reason: impl Into<String>) -> Self {
        Self { operation: "sealing", reason: reason.into(), erased: false }
    }

    /// The field could not be opened.
    #[must_use]
    pub fn opening() -> Self {
        Self::without_key("wrong key, wrong context or damaged ciphertext")
    }

    /// The field could not be opened because its key cannot be used at present; `reason` says why.
    pub fn without_key(reason: impl Into<String>) -> Self {
        Self { operation: "opening", reason: reason.into(), erased: false }
    }

    /// The field can never be opened again: its key was destroyed, and `reason` says which.
    pub fn erased(reason: impl Into<String>) -> Self {
        Self { operation: "opening", reason: reason.into(), erased: true }
    }

    /// Whether the field is erased.
    #[must_use]
    pub const fn is_erased(&self) -> bool {
        self.erased
    }
}

/// The dangerous door: leaves every field readable.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unsealed;
