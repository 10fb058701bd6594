//! What happened: the catalogue of action types.

use core::fmt;
use core::str::FromStr;

use crate::error::Error;
use crate::event::RiskLevel;
use crate::tenant::{Stream, is_identifier};

mod catalogue;

pub use catalogue::CATALOGUE;

/// The type of an event: `category.action`.
///
/// Either one of the [`CATALOGUE`] or a host's own under `custom.`.
///
/// ```
/// use axiom_core::{ActionType, Category, Stream};
///
/// let action: ActionType = "connection.role_assumed".parse()?;
/// assert_eq!(action.category(), Some(Category::Connection));
/// assert_eq!(action.stream(), &Stream::Material);
///
/// let own = ActionType::custom("billing.invoice_sent", Stream::Operational)?;
/// assert_eq!(own.as_str(), "custom.billing.invoice_sent");
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionType(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Catalogued(&'static ActionSpec),
    Custom { name: Box<str>, stream: Stream },
}

/// One row of the [`CATALOGUE`].
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionSpec {
    /// `category.action`.
    pub name: &'static str,
    /// The category.
    pub category: Category,
    /// The retention class of its events.
    pub stream: Stream,
    /// The risk level of an event that names none.
    pub risk: RiskLevel,
    /// What it means.
    pub meaning: &'static str,
}

/// A family of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Category {
    /// Changes to the customer's resources.
    Apply,
    /// Decisions of the people who must agree.
    Approval,
    /// Access to a customer's account.
    Connection,
    /// Execution plans handed out.
    Export,
    /// What a scan found.
    Finding,
    /// What the log does itself.
    Log,
    /// Execution plans made.
    Plan,
    /// Advice on a finding.
    Recommendation,
    /// Releases of the customer's software.
    Release,
    /// Changes taken back.
    Rollback,
    /// Read-only inspections.
    Scan,
    /// What people do in the product.
    User,
    /// Recurring jobs.
    Workflow,
}

impl Category {
    /// The category's name: the part of an action type before the dot.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Approval => "approval",
            Self::Connection => "connection",
            Self::Export => "export",
            Self::Finding => "finding",
            Self::Log => "log",
            Self::Plan => "plan",
            Self::Recommendation => "recommendation",
            Self::Release => "release",
            Self::Rollback => "rollback",
            Self::Scan => "scan",
            Self::User => "user",
            Self::Workflow => "workflow",
        }
    }
}

impl FromStr for Category {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let categories = || CATALOGUE.iter().map(|spec| spec.category);
        let found = categories().find(|category| category.as_str() == text);
        found.ok_or_else(|| {
            let mut names: Vec<&str> = categories().map(Self::as_str).collect();
            names.dedup();
            Error::invalid("/category", format!("must be one of {}", names.join(", ")))
        })
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ActionType {
    /// An action of the host's own, with the retention class of its events.
    ///
    /// `name` is one to eight dot-separated parts of letters, digits, `_` and `-`, 128 characters at most; the prefix
    /// `custom.` is added.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `name` has another form.
    pub fn custom(name: &str, stream: Stream) -> Result<Self, Error> {
        let parts = || name.split('.');
        if name.len() <= 128 && parts().count() <= 8 && parts().all(|part| is_identifier(part, 128, b"_-")) {
            Ok(Self(Kind::Custom { name: format!("{CUSTOM}{name}").into(), stream }))
        } else {
            Err(Error::invalid(
                "/actionType",
                "a custom action is custom. and 1 to 8 dot-separated parts of letters, digits, _ and -",
            ))
        }
    }

    /// The action type as it stands in the event.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kind::Catalogued(spec) => spec.name,
            Kind::Custom { name, .. } => name,
        }
    }

    /// The category, or `None` for an action of the host's own.
    #[must_use]
    pub const fn category(&self) -> Option<Category> {
        match &self.0 {
            Kind::Catalogued(spec) => Some(spec.category),
            Kind::Custom { .. } => None,
        }
    }

    /// The retention class of its events.
    #[must_use]
    pub const fn stream(&self) -> &Stream {
        match &self.0 {
            Kind::Catalogued(spec) => &spec.stream,
            Kind::Custom { stream, .. } => stream,
        }
    }

    /// The risk level of an event that names none.
    #[must_use]
    pub const fn default_risk(&self) -> RiskLevel {
        match &self.0 {
            Kind::Catalogued(spec) => spec.risk,
            Kind::Custom { .. } => RiskLevel::Low,
        }
    }

    /// The same action of the host's own, in another retention class; a catalogued one stays as it is.
    #[must_use]
    pub fn with_stream(self, stream: Stream) -> Self {
        match self.0 {
            Kind::Custom { name, .. } => Self(Kind::Custom { name, stream }),
            catalogued @ Kind::Catalogued(_) => Self(catalogued),
        }
    }

    /// Whether it is an action of the host's own.
    #[must_use]
    pub const fn is_custom(&self) -> bool {
        matches!(self.0, Kind::Custom { .. })
    }
}

const CUSTOM: &str = "custom.";

impl FromStr for ActionType {
    type Err = Error;

    /// Reads an action type. A custom one without a stated class counts as material: it is then never pruned early.
    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(name) = text.strip_prefix(CUSTOM) {
            return Self::custom(name, Stream::Material);
        }
        match CATALOGUE.binary_search_by(|spec| spec.name.cmp(text)) {
            Ok(index) => Ok(Self(Kind::Catalogued(&CATALOGUE[index]))),
            Err(_) => Err(Error::invalid("/actionType", unknown(text))),
        }
    }
}

impl fmt::Display for ActionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Names the actions of the category that was meant, or the categories.
fn unknown(text: &str) -> String {
    let same_category = |spec: &&ActionSpec| text.split('.').next() == Some(spec.category.as_str());
    let actions: Vec<&str> = CATALOGUE.iter().filter(same_category).map(|spec| spec.name).collect();
    if actions.is_empty() {
        let mut categories: Vec<&str> = CATALOGUE.iter().map(|spec| spec.category.as_str()).collect();
        categories.dedup();
        return format!("unknown category, expected one of {}, or custom.*", categories.join(", "));
    }
    format!("unknown action, expected one of {}, or custom.*", actions.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_sorted_and_names_begin_with_their_category() {
        assert!(CATALOGUE.is_sorted_by(|a, b| a.name < b.name));
        for spec in CATALOGUE {
            assert_eq!(spec.name.split('.').next(), Some(spec.category.as_str()));
            assert_eq!(spec.name.parse::<ActionType>().unwrap().as_str(), spec.name);
            assert_eq!(spec.category.as_str().parse::<Category>().unwrap(), spec.category);
        }
    }

    #[test]
    fn an_unknown_category_is_told_which_there_are() {
        let error = "Apply".parse::<Category>().unwrap_err().to_string();
        assert!(error.starts_with("/category: must be one of apply, approval, "), "{error}");
    }

    /// The actions that the product's audit page promises to log.
    #[test]
    fn every_promised_action_is_in_the_catalogue() {
        for promised in [
            "connection.connected connection.disconnected connection.role_assumed connection.role_assumption_failed",
            "connection.external_id_rotated scan.started scan.completed scan.failed scan.partial finding.produced",
            "recommendation.created recommendation.disposed plan.generated approval.approved approval.rejected",
            "export.plan_downloaded export.applied_externally apply.applied apply.failed rollback.triggered",
            "rollback.completed rollback.verified user.signed_in user.signed_out user.settings_changed",
            "user.connection_managed user.approval_policy_edited workflow.run_completed",
            "workflow.drift_detection_completed workflow.verification_completed workflow.compliance_sweep_completed",
            "release.assessed release.approved release.deployed release.blocked release.rolled_back",
            "release.drift_detected release.readiness_updated log.started log.stopped log.verified log.read",
            "log.exported log.pruned log.erased log.hold_placed log.delivery_failed log.key_rotated",
        ] {
            for name in promised.split(' ') {
                assert!(name.parse::<ActionType>().is_ok(), "{name}");
            }
        }
    }

    #[test]
    fn one_category_is_one_retention_class() {
        for pair in CATALOGUE.windows(2).filter(|pair| pair[0].category == pair[1].category) {
            assert_eq!(pair[0].stream, pair[1].stream, "{}", pair[1].name);
        }
    }

    #[test]
    fn an_unknown_action_is_answered_with_the_known_ones() {
        let message = "scan.exploded".parse::<ActionType>().unwrap_err().to_string();
        assert!(message.contains("/actionType") && message.contains("scan.completed"), "{message}");
        assert!("nonsense".parse::<ActionType>().unwrap_err().to_string().contains("connection"));
    }

    #[test]
    fn custom_names_have_clean_parts() {
        for name in ["", ".", "a..b", "a b", "a/b", "é", &"a".repeat(129)] {
            assert!(ActionType::custom(name, Stream::Material).is_err(), "{name}");
        }
        assert!("custom.aws.s3.GetObject".parse::<ActionType>().unwrap().is_custom());
    }
}
