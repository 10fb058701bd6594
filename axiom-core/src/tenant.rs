//! Whose log it is: organizations, streams and the log's public name.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use crate::error::Error;

/// An organization (tenant): the scope of every log, key and query.
///
/// An opaque identifier of the host, 1 to 128 characters out of letters, digits and `. _ : -`, starting with a letter
/// or digit. Choose one that says nothing about a person: it is stored as it is, and is the one text that no scrubber
/// is shown.
///
/// ```
/// use axiom_core::OrganizationId;
///
/// let organization: OrganizationId = "org_7f3c".parse()?;
/// assert_eq!(organization.as_str(), "org_7f3c");
/// assert!("bob@example.com".parse::<OrganizationId>().is_err());
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId(Arc<str>);

impl OrganizationId {
    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrganizationId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if is_identifier(text, 128, b"._:-") {
            Ok(Self(text.into()))
        } else {
            Err(Error::invalid(
                "/organizationId",
                "must be 1 to 128 letters, digits or . _ : - and start with a letter or digit",
            ))
        }
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The retention class of an event; one organization has one log per stream.
///
/// Pruning removes the oldest events of a stream, so events that are kept for different times never share one.
///
/// ```
/// use axiom_core::Stream;
///
/// assert_eq!("material".parse::<Stream>()?, Stream::Material);
/// assert_eq!("drill".parse::<Stream>()?.as_str(), "drill");
/// assert!("No Such".parse::<Stream>().is_err());
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stream {
    /// A class of the host's own.
    Custom(StreamName),
    /// Actions that stay as evidence: connections, plans, approvals, applies, rollbacks, exports, releases, the log's
    /// own.
    Material,
    /// Day-to-day events: scans, findings, recommendations, user actions, workflow runs.
    Operational,
}

impl Stream {
    /// The stream's name, as it stands in the log's origin and on disk.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Custom(name) => &name.0,
            Self::Material => "material",
            Self::Operational => "operational",
        }
    }
}

impl FromStr for Stream {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "material" => Ok(Self::Material),
            "operational" => Ok(Self::Operational),
            _ if is_stream_name(text) => Ok(Self::Custom(StreamName(text.into()))),
            _ => Err(Error::invalid(
                "/stream",
                "must be material, operational, or a name of 1 to 32 lower-case letters, digits, _ or -",
            )),
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The checked name of a host's own [`Stream`]; made by parsing one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(Box<str>);

/// The identity of a log: one organization, one stream.
///
/// ```
/// use axiom_core::{LogId, Stream};
///
/// let log = LogId::new("acme".parse()?, Stream::Operational);
/// assert_eq!(log.to_string(), "acme/operational");
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId {
    /// Whose log it is.
    pub organization: OrganizationId,
    /// Which retention class.
    pub stream: Stream,
}

impl LogId {
    /// The log of `organization`'s events of class `stream`.
    #[must_use]
    pub const fn new(organization: OrganizationId, stream: Stream) -> Self {
        Self { organization, stream }
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.organization, self.stream)
    }
}

/// A log's public name: `audit.example.com/9f3c…/material`.
///
/// Schema-less and URL-like, as C2SP tlog-checkpoint asks: 1 to 255 printable ASCII characters without spaces, `+`, `"`
/// and `\`, and with no empty path element. It stands in every entry and checkpoint, so it must not hold a tenant's
/// clear name.
///
/// ```
/// use axiom_core::Origin;
///
/// let host: Origin = "audit.example.com".parse()?;
/// let log = host.join("9f3c51aa").join("material");
/// assert_eq!(log.as_str(), "audit.example.com/9f3c51aa/material");
/// assert!(log.is_under(&host));
/// assert!("two words".parse::<Origin>().is_err());
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(Arc<str>);

impl Origin {
    /// The longest origin, in bytes.
    pub const MAX_LEN: usize = 255;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin one element deeper.
    ///
    /// # Panics
    /// Where the result is not an origin; `element` is meant to be a checked name.
    #[must_use]
    pub fn join(&self, element: &str) -> Self {
        format!("{}/{element}", self.0).parse().expect("an origin and a checked element make an origin")
    }

    /// Whether this is `host` itself or a name below it: a key named `host` serves both.
    #[must_use]
    pub fn is_under(&self, host: &Self) -> bool {
        self.0.strip_prefix(host.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl FromStr for Origin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'+' | b'"' | b'\\'));
        if text.len() <= Self::MAX_LEN && printable && text.split('/').all(|element| !element.is_empty()) {
            Ok(Self(text.into()))
        } else {
            Err(Error::invalid(
                "/log",
                "an origin is 1 to 255 printable ASCII characters without spaces, +, quotes or backslashes, in non-empty elements",
            ))
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that belongs to one organization and can only be reached by naming it.
///
/// Handing a `Scoped` value around instead of the bare one means that code for one tenant cannot use another's by
/// mistake.
///
/// ```
/// use axiom_core::{OrganizationId, Scoped};
///
/// let acme: OrganizationId = "acme".parse()?;
/// let other: OrganizationId = "other".parse()?;
/// let rows = Scoped::new(acme.clone(), vec![1, 2, 3]);
/// assert_eq!(rows.for_organization(&acme)?.len(), 3);
/// assert!(rows.for_organization(&other).is_err());
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoped<T> {
    organization: OrganizationId,
    value: T,
}

impl<T> Scoped<T> {
    /// `value`, which belongs to `organization`.
    pub const fn new(organization: OrganizationId, value: T) -> Self {
        Self { organization, value }
    }

    /// Whose value it is.
    pub const fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// The value, for its own organization only.
    ///
    /// # Errors
    /// [`Error::WrongOrganization`] for any other.
    pub fn for_organization(&self, organization: &OrganizationId) -> Result<&T, Error> {
        if *organization == self.organization { Ok(&self.value) } else { Err(Error::WrongOrganization) }
    }

    /// Takes the value out, for its own organization only.
    ///
    /// # Errors
    /// [`Error::WrongOrganization`] for any other.
    pub fn into_inner(self, organization: &OrganizationId) -> Result<T, Error> {
        if *organization == self.organization { Ok(self.value) } else { Err(Error::WrongOrganization) }
    }
}

/// Whether `text` is a non-empty ASCII identifier with the given extra characters, starting with a letter or digit.
pub(crate) fn is_identifier(text: &str, longest: usize, extra: &[u8]) -> bool {
    let bytes = text.as_bytes();
    !bytes.is_empty()
        && bytes.len() <= longest
        && bytes[0].is_ascii_alphanumeric()
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(byte))
}

fn is_stream_name(text: &str) -> bool {
    is_identifier(text, 32, b"_-") && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_directory_are_no_identifiers() {
        for text in ["", "..", "a/b", "a b", "-a", ".a", "a\0", "ä", &"a".repeat(129)] {
            assert!(text.parse::<OrganizationId>().is_err(), "{text:?}");
        }
        for text in ["", "..", "Material", "a/b", "a.b", &"a".repeat(33)] {
            assert!(text.parse::<Stream>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_key_name_does_not_serve_a_name_that_only_begins_alike() {
        let host: Origin = "audit.example.com".parse().unwrap();
        let stranger: Origin = "audit.example.com.evil.org/x".parse().unwrap();
        assert!(!stranger.is_under(&host));
        assert!(host.is_under(&host));
    }

    #[test]
    fn origins_have_no_spaces_plus_signs_or_empty_elements() {
        for text in ["", "a b", "a+b", "a//b", "/a", "a/", "a\n", "ä", &"a".repeat(256)] {
            assert!(text.parse::<Origin>().is_err(), "{text:?}");
        }
    }
}
