//! The scrubber: personal data leaves an event before it is recorded.

use std::borrow::Cow;

use axiom_core::{Action, EnforcementPoint, Finding, Scrubber, Text};

use crate::operator::{Operator, Operators};
use crate::scanner::Scanner;

/// Redacts personal data in the texts of an event.
///
/// The last token of a text's pointer counts as context, so that `/user/ssn` finds what `/user/id` does not. In an
/// array (`/cards/0`) it is the name of the array. The actions are those at [`EnforcementPoint::RECORDER`], unless the
/// scanner is at another point.
///
/// ```
/// use axiom_core::{Scrubber, Text};
/// use axiom_pii::PiiScrubber;
///
/// let scrubber = PiiScrubber::default().keep("/metadata/owner");
/// let scrub = |pointer, value| scrubber.scrub(&Text::new(pointer, value), &mut Vec::new());
///
/// assert_eq!(scrub("/reason", "asked by bob@example.com").unwrap(), "asked by [REDACTED:email]");
/// assert_eq!(scrub("/metadata/owner", "bob@example.com"), None);
/// ```
#[derive(Debug, Clone)]
pub struct PiiScrubber {
    scanner: Scanner,
    operators: Operators,
    kept: Vec<String>,
}

impl PiiScrubber {
    /// A scrubber with the types and actions of `scanner`.
    #[must_use]
    pub fn new(scanner: Scanner) -> Self {
        let scanner = if scanner.point().is_some() { scanner } else { scanner.at(&EnforcementPoint::RECORDER) };
        Self { scanner, operators: Operators::default(), kept: Vec::new() }
    }

    /// Lets `operators` stand in for what is redacted, where placeholders did.
    ///
    /// They must be those of the organization whose events are recorded: pseudonyms of one log should say nothing about
    /// another's. What an operator keeps is recorded as it comes, reported with [`Action::Log`], and not counted as
    /// redacted.
    ///
    /// ```
    /// use axiom_core::{Scrubber, Text};
    /// use axiom_pii::{Mask, Operators, PiiScrubber};
    ///
    /// let operators = Operators::builder().operator("credit_card", Mask::new('*').keep_last(4)).build()?;
    /// let scrubber = PiiScrubber::default().operators(operators);
    /// let text = Text::new("/reason", "refund of 4111 1111 1111 1111");
    /// assert_eq!(scrubber.scrub(&text, &mut Vec::new()).unwrap(), "refund of **** **** **** 1111");
    /// # Ok::<(), axiom_pii::Error>(())
    /// ```
    #[must_use]
    pub fn operators(mut self, operators: Operators) -> Self {
        self.operators = operators;
        self
    }

    /// Leaves the text at `pointer` (RFC 6901) alone, and everything below it.
    ///
    /// What stands there is stored as it comes; the empty pointer would be the whole event.
    #[must_use]
    pub fn keep(mut self, pointer: impl Into<String>) -> Self {
        self.kept.push(pointer.into());
        self
    }

    fn is_kept(&self, pointer: &str) -> bool {
        self.kept.iter().any(|kept| {
            pointer.strip_prefix(kept.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

impl Scrubber for PiiScrubber {
    fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
        if self.is_kept(text.pointer) {
            return None;
        }
        let from = findings.len();
        let redacted = self.scanner.redact_with(&self.operators, field(text.pointer), text.value, findings);
        let kept = |finding: &&mut Finding| {
            finding.action == Action::Redact && self.operators.operator(&finding.kind) == Operator::Keep
        };
        findings[from..].iter_mut().filter(kept).for_each(|finding| finding.action = Action::Log);
        match redacted {
            Cow::Owned(redacted) if redacted != text.value => Some(redacted),
            _ => None,
        }
    }
}

impl Default for PiiScrubber {
    fn default() -> Self {
        Self::new(Scanner::new())
    }
}

/// The last token of `pointer` that is no array index.
fn field(pointer: &str) -> &str {
    let index = |token: &&str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    pointer.rsplit('/').find(|token| !index(token)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, Rule};

    fn scrub(scrubber: &PiiScrubber, pointer: &str, value: &str) -> Option<String> {
        scrubber.scrub(&Text::new(pointer, value), &mut Vec::new())
    }

    #[test]
    fn the_field_name_is_context() {
        let scrubber = PiiScrubber::default();
        assert_eq!(scrub(&scrubber, "/user/ssn", "536904399").unwrap(), "[REDACTED:us_ssn]");
        assert_eq!(scrub(&scrubber, "/user/ssns/0", "536904399").unwrap(), "[REDACTED:us_ssn]");
        assert_eq!(scrub(&scrubber, "/ssn/id", "536904399"), None);
        assert_eq!(scrub(&scrubber, "", "536904399"), None);
    }

    #[test]
    fn kept_pointers_end_at_a_token() {
        let scrubber = PiiScrubber::default().keep("/metadata/owner");
        assert_eq!(scrub(&scrubber, "/metadata/owner/mail", "bob@example.com"), None);
        assert!(scrub(&scrubber, "/metadata/owners", "bob@example.com").is_some());
        assert!(scrub(&scrubber, "/metadata", "bob@example.com").is_some());
    }

    #[test]
    fn what_is_not_to_be_redacted_is_reported_and_kept() {
        let scrubber = PiiScrubber::new(Scanner::builder().action("email", Action::Warn).build().unwrap());
        let mut findings = Vec::new();
        assert_eq!(scrubber.scrub(&Text::new("/reason", "bob@example.com"), &mut findings), None);
        assert_eq!(findings[0].action, Action::Warn);
    }

    #[test]
    fn actions_are_those_in_front_of_the_log_unless_the_scanner_is_elsewhere() {
        let policy = Policy::strict().rule(Rule::new(Action::Warn).of("email").at(EnforcementPoint::named("import")));
        let scanner = Scanner::builder().policy(policy).build().unwrap();
        let action = |scanner: Scanner| {
            let mut findings = Vec::new();
            PiiScrubber::new(scanner).scrub(&Text::new("/reason", "bob@example.com"), &mut findings);
            findings[0].action
        };
        assert_eq!(action(scanner.clone()), Action::Redact);
        assert_eq!(action(scanner.at(&EnforcementPoint::GATEWAY)), Action::Block);
        assert_eq!(action(scanner.at(&EnforcementPoint::named("import"))), Action::Warn);
    }

    #[test]
    fn what_an_operator_keeps_is_no_redaction() {
        let operators = Operators::builder().operator("email", Operator::Keep).build().unwrap();
        let scrubber = PiiScrubber::default().operators(operators);
        let mut findings = Vec::new();
        assert_eq!(scrubber.scrub(&Text::new("/reason", "bob@example.com"), &mut findings), None);
        let text = Text::new("/reason", "bob@example.com, SSN 536-90-4399");
        assert_eq!(scrubber.scrub(&text, &mut findings).unwrap(), "bob@example.com, SSN [REDACTED:us_ssn]");
        let actions: Vec<_> = findings.iter().map(|finding| finding.action).collect();
        assert_eq!(actions, [Action::Log, Action::Log, Action::Redact]);
    }
}
