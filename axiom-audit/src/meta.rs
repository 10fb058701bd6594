//! The meta-log: a log over all logs of a host, so that none of them vanishes unnoticed.
//!
//! It is an ordinary log in the same store, of the organization `axiom:host` and the stream `meta`. Each entry says
//! what a log was signed at (`log.checkpointed`: origin, size, root), or that the signing key was replaced
//! (`log.key_rotated`). Its own checkpoint, kept elsewhere, therefore stands for all logs at once.

use axiom_core::{Event, LogId, OrganizationId};

mod records;
#[cfg(feature = "log")]
mod signing;

pub use records::MetaRecords;
#[cfg(feature = "log")]
pub use signing::{HostCheckpoint, sign_checkpoints};
#[cfg(feature = "log")]
pub(crate) use signing::{append, clean, own};

/// The log over all logs of a host.
///
/// Its organization, `axiom:host`, is reserved: a [`Recorder`](crate::Recorder) takes no events of it.
///
/// ```
/// assert_eq!(axiom_audit::meta_log().to_string(), "axiom:host/meta");
/// ```
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "both names are well-formed")]
pub fn meta_log() -> LogId {
    let stream = STREAM.parse().expect("it is a stream name");
    LogId::new(ORGANIZATION.parse().expect("it is an identifier"), stream)
}

/// Whether a log of this origin may be a meta-log: whose it is, a verifier without the salt cannot tell.
pub(crate) fn is_meta(origin: &str) -> bool {
    origin.rsplit_once('/').is_some_and(|(_, stream)| stream == STREAM)
}

/// Whether only the log itself writes in the name of this organization.
pub(crate) fn is_reserved(organization: &OrganizationId) -> bool {
    organization.as_str() == ORGANIZATION
}

/// Refuses events of the reserved organization that come from outside.
#[cfg(feature = "log")]
pub(crate) fn check_not_reserved(event: &Event) -> Result<(), axiom_core::Error> {
    match is_reserved(&event.organization_id) {
        true => Err(axiom_core::Error::invalid("/organizationId", "is reserved for what the log itself records")),
        false => Ok(()),
    }
}

/// Reads an event of the host's own out of an entry's event bytes.
pub(crate) fn own_event(bytes: &[u8]) -> Option<Event> {
    Event::from_json(bytes).ok().filter(|event| is_reserved(&event.organization_id))
}

const ORGANIZATION: &str = "axiom:host";
const STREAM: &str = "meta";

pub(crate) const CHECKPOINTED: &str = "log.checkpointed";
pub(crate) const ROTATED: &str = "log.key_rotated";

/// The names of metadata members.
pub(crate) mod member {
    pub(crate) const LOG: &str = "log";
    pub(crate) const SIZE: &str = "size";
    pub(crate) const ROOT: &str = "root";
}
