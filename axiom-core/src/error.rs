//! What can be wrong with an event.

use std::borrow::Cow;

use crate::finding::Finding;
use crate::seal::SealError;

/// Why an event, or a part of one, was refused.
///
/// No message repeats the offending value: it may be what must not be logged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The scrubber found something that its configuration refuses.
    #[error("blocked: {} at {pointer}", kinds(.findings))]
    Blocked {
        /// JSON Pointer of the text that was refused.
        pointer: String,
        /// What stands in it.
        findings: Vec<Finding>,
    },
    /// A field is missing, has the wrong type or an impossible value.
    #[error("{}{reason}", place(.pointer))]
    Invalid {
        /// JSON Pointer (RFC 6901) of the field; empty for the document itself.
        pointer: String,
        /// What it must be.
        reason: Cow<'static, str>,
    },
    /// A field could not be sealed.
    #[error("{pointer}: the field could not be sealed")]
    Seal {
        /// JSON Pointer of the field.
        pointer: String,
        /// What the sealer says.
        source: SealError,
    },
    /// The text is not JSON.
    #[error("not valid JSON at line {line}, column {column}: {reason}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What a parser expected there.
        reason: String,
    },
    /// The canonical form is too long for one entry.
    #[error(
        "the event takes {size} bytes in canonical form, the limit is {limit}; store large states elsewhere and record a reference"
    )]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The most that fits.
        limit: usize,
    },
    /// A scoped value was asked for in the name of another organization.
    #[error("the value belongs to another organization")]
    WrongOrganization,
}

impl Error {
    /// A field that is not as it must be.
    pub fn invalid(pointer: impl Into<String>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid { pointer: pointer.into(), reason: reason.into() }
    }

    /// The same error, one level deeper: `/type` of an actor becomes `/actor/type`.
    pub(crate) fn under(self, parent: &str) -> Self {
        match self {
            Self::Invalid { pointer, reason } => Self::Invalid { pointer: format!("{parent}{pointer}"), reason },
            other => other,
        }
    }
}

/// The field and a colon, or nothing for the document itself.
fn place(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!("{pointer}: ") }
}

fn kinds(findings: &[Finding]) -> String {
    findings.iter().map(|finding| finding.kind.as_ref()).collect::<Vec<_>>().join(", ")
}
