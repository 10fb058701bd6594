//! What a scanner found, and what is to be done about it.

use core::fmt;
use core::ops::Range;
use std::borrow::Cow;

/// Something a scanner found in a text: its type and place, never its value.
///
/// ```
/// use axiom_core::{Action, Finding};
///
/// let finding = Finding::new("email", 7..22, 0.9).validated().with_action(Action::Redact);
/// assert_eq!(finding.placeholder(), "[REDACTED:email]");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The type of what was found, in lower snake case: `credit_card`, `email`, `iban`.
    pub kind: Cow<'static, str>,
    /// Where it stands in the scanned text, in bytes.
    pub range: Range<usize>,
    /// How sure the scanner is, from 0.0 to 1.0.
    pub score: f32,
    /// Whether a checksum or an equally strict rule held, not only the shape.
    pub validated: bool,
    /// What is to be done about it.
    pub action: Action,
    /// The JSON Pointer (RFC 6901) of the scanned text, where it was part of a document.
    pub pointer: Option<String>,
}

impl Finding {
    /// A finding of type `kind` at `range`, to be redacted.
    pub fn new(kind: impl Into<Cow<'static, str>>, range: Range<usize>, score: f32) -> Self {
        Self { kind: kind.into(), range, score, validated: false, action: Action::Redact, pointer: None }
    }

    /// The same finding, confirmed by a checksum or an equally strict rule.
    #[must_use]
    pub fn validated(mut self) -> Self {
        self.validated = true;
        self
    }

    /// The same finding with another action.
    #[must_use]
    pub fn with_action(mut self, action: Action) -> Self {
        self.action = action;
        self
    }

    /// The text that stands in for a redacted value: `[REDACTED:type]`.
    #[must_use]
    pub fn placeholder(&self) -> String {
        format!("[REDACTED:{}]", self.kind)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}..{}", self.kind, self.range.start, self.range.end)?;
        match &self.pointer {
            Some(pointer) => write!(f, " of {pointer}"),
            None => Ok(()),
        }
    }
}

/// What to do about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Refuse the whole input.
    Block,
    /// Let it pass unchanged and record that it was there.
    Log,
    /// Replace it by its placeholder.
    Redact,
    /// Let it pass unchanged and tell the operator.
    Warn,
}

impl Action {
    /// The action's name as configuration writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Log => "log",
            Self::Redact => "redact",
            Self::Warn => "warn",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A named place where findings are acted on; a host adds its own names.
///
/// ```
/// use axiom_core::EnforcementPoint;
///
/// assert_eq!(EnforcementPoint::GATEWAY.name(), "gateway");
/// assert_eq!(EnforcementPoint::named("batch-import").name(), "batch-import");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnforcementPoint(Cow<'static, str>);

impl EnforcementPoint {
    /// Between a connector and the data source it reads.
    pub const CONNECTOR: Self = Self(Cow::Borrowed("connector"));
    /// In front of a model or an API, deciding on behalf of a caller.
    pub const GATEWAY: Self = Self(Cow::Borrowed("gateway"));
    /// In the path of the traffic itself.
    pub const PROXY: Self = Self(Cow::Borrowed("proxy"));
    /// In front of the audit log.
    pub const RECORDER: Self = Self(Cow::Borrowed("recorder"));

    /// A point of the host's own.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The point's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}
