//! The scanner in front of the audit log.

use axiom_core::{EnforcementPoint, Finding, Scrubber, Text};

use crate::policy::Policy;
use crate::rule::Mode;
use crate::scan::scan;

/// Scans every text of an event on its way into the log, beside another scrubber.
///
/// It takes nothing out: an attack belongs into the log. What it finds is added to the findings of the event, and
/// refuses the event only where the policy blocks at [`EnforcementPoint::RECORDER`]. The inner scrubber comes first and
/// decides what is stored; the scan is of the text as it came.
///
/// ```
/// use axiom_core::{Action, Scrubber, Text, Unscrubbed};
/// use axiom_sqli::SqliScrubber;
///
/// let scrubber = SqliScrubber::beside(Unscrubbed);
/// let mut findings = Vec::new();
/// let text = Text::new("/metadata/query", "x' union select password from users --");
/// assert_eq!(scrubber.scrub(&text, &mut findings), None);
/// assert_eq!((findings[0].kind.as_ref(), findings[0].action), ("sqli_union", Action::Warn));
/// ```
#[derive(Debug, Clone)]
pub struct SqliScrubber<S> {
    inner: S,
    policy: Policy,
    mode: Mode,
}

impl<S: Scrubber> SqliScrubber<S> {
    /// Beside `inner`, in mode [`Field`](Mode::Field), with the policy [`balanced`](Policy::balanced).
    pub fn beside(inner: S) -> Self {
        Self { inner, policy: Policy::balanced(), mode: Mode::Field }
    }

    /// The same with another policy.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The same in another mode.
    #[must_use]
    pub const fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }
}

impl<S: Scrubber> Scrubber for SqliScrubber<S> {
    fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
        let replaced = self.inner.scrub(text, findings);
        findings.extend(self.policy.finding(&EnforcementPoint::RECORDER, &scan(text.value, self.mode)));
        replaced
    }
}

#[cfg(test)]
mod tests {
    use axiom_core::{Event, Unscrubbed, Value};

    use super::*;
    use crate::policy::Levels;

    fn event() -> Event {
        let state = Value::try_from(serde_json::json!({"query": "1; drop table users"})).unwrap();
        Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap()).after_state(state).build().unwrap()
    }

    #[test]
    fn a_finding_names_the_place_in_the_event() {
        let scrubbed = event().scrub(&SqliScrubber::beside(Unscrubbed)).unwrap();
        let pointers: Vec<_> = scrubbed.findings().iter().filter_map(|finding| finding.pointer.as_deref()).collect();
        assert_eq!(pointers, ["/afterState/query"]);
    }

    #[test]
    fn an_event_is_refused_where_the_policy_says_so() {
        let policy = Policy::balanced().at(EnforcementPoint::RECORDER, Levels::new(0.5));
        assert!(event().scrub(&SqliScrubber::beside(Unscrubbed).policy(policy)).is_err());
    }
}
