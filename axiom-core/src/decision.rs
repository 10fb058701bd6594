//! What a policy decided about a request.

use core::fmt;
use core::str::FromStr;

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::members::{Members, SortedMembers};
use crate::value::{Object, Value};

/// The record of one policy decision.
///
/// Organization, user, time and trace of the decision are those of the event that carries it.
///
/// ```
/// use axiom_core::{Decision, Verdict};
///
/// let decision = Decision::new("dec-81", Verdict::RequireApproval)
///     .policy("blast-radius", "needs two approvers")
///     .client("planner");
/// assert_eq!(decision.evaluated_policies.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// The decision's id.
    pub decision_id: String,
    /// What was decided.
    pub verdict: Verdict,
    /// The policies that were evaluated, each with its own result.
    pub evaluated_policies: Vec<Value>,
    /// The client that asked.
    pub client_id: Option<String>,
    /// Members that this version does not know, kept as they came.
    pub extra: Object,
}

impl Decision {
    /// A decision for which no policy was evaluated yet.
    pub fn new(decision_id: impl Into<String>, verdict: Verdict) -> Self {
        Self {
            decision_id: decision_id.into(),
            verdict,
            evaluated_policies: Vec::new(),
            client_id: None,
            extra: Object::new(),
        }
    }

    /// The same decision, with one more evaluated policy.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "both keys are ASCII")]
    pub fn policy(mut self, name: impl Into<String>, result: impl Into<String>) -> Self {
        let mut policy = Object::new();
        for (key, text) in [("policy", name.into()), ("result", result.into())] {
            policy.insert(key, text).expect("the keys are ASCII");
        }
        self.evaluated_policies.push(policy.into());
        self
    }

    /// The same decision, asked for by this client.
    #[must_use]
    pub fn client(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    pub(crate) fn from_object(object: Object) -> Result<Self, Error> {
        let mut members = Members::new(object);
        Ok(Self {
            decision_id: members.string("decisionId")?.ok_or_else(|| Error::invalid("/decisionId", "is missing"))?,
            verdict: members.parsed("verdict")?.ok_or_else(|| Error::invalid("/verdict", "is missing"))?,
            evaluated_policies: members.array("evaluatedPolicies")?,
            client_id: members.string("clientId")?,
            extra: members.rest(),
        })
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = SortedMembers::new(serializer.serialize_map(None)?, &self.extra);
        members.optional("clientId", self.client_id.as_ref())?;
        members.member("decisionId", &self.decision_id)?;
        members.member("evaluatedPolicies", &self.evaluated_policies)?;
        members.member("verdict", self.verdict.as_str())?;
        members.end()
    }
}

/// What a policy decided.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Go ahead.
    Allow,
    /// Do not.
    Deny,
    /// A verdict that this version does not know, kept as it came.
    Other(VerdictName),
    /// Go ahead with what was found taken out.
    Redact,
    /// Go ahead once enough people agree.
    RequireApproval,
}

impl Verdict {
    /// The verdict's name as it stands in the event.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Other(name) => &name.0,
            Self::Redact => "redact",
            Self::RequireApproval => "require_approval",
        }
    }
}

impl FromStr for Verdict {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "allow" => Ok(Self::Allow),
            "deny" => Ok(Self::Deny),
            "redact" => Ok(Self::Redact),
            "require_approval" => Ok(Self::RequireApproval),
            _ if crate::tenant::is_identifier(text, 64, b"_-") => Ok(Self::Other(VerdictName(text.into()))),
            _ => Err(Error::invalid("", "must be allow, deny, redact, require_approval or another plain name")),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The checked name of a [`Verdict`] that this version does not know; made by parsing one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerdictName(Box<str>);
