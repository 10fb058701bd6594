//! Redaction: values replaced by their placeholders.

use std::borrow::Cow;

use axiom_core::{Action, Finding};

use crate::scanner::Scanner;

impl Scanner {
    /// Replaces every finding whose action is [`Action::Redact`] by its placeholder, and appends all findings to
    /// `findings`.
    ///
    /// Scanning the result again finds nothing that is to be redacted. Where a value stands free only once its
    /// neighbour is replaced, it is replaced as well, so there may be more findings than [`scan`](Self::scan) reports.
    /// Ranges are those of `text`; a text without anything to redact is returned as it is.
    ///
    /// ```
    /// let mut findings = Vec::new();
    /// let redacted = axiom_pii::Scanner::new().redact("SSN 536-90-4399, card 4111111111111111.", &mut findings);
    /// assert_eq!(redacted, "SSN [REDACTED:us_ssn], card [REDACTED:credit_card].");
    /// assert_eq!(findings.len(), 2);
    /// ```
    pub fn redact<'t>(&self, text: &'t str, findings: &mut Vec<Finding>) -> Cow<'t, str> {
        self.redact_field("", text, findings)
    }

    /// Redacts the value of a field or column, whose name counts as context.
    ///
    /// ```
    /// let redacted = axiom_pii::Scanner::new().redact_field("ssn", "536904399", &mut Vec::new());
    /// assert_eq!(redacted, "[REDACTED:us_ssn]");
    /// ```
    pub fn redact_field<'t>(&self, field: &str, text: &'t str, findings: &mut Vec<Finding>) -> Cow<'t, str> {
        self.redact_with(&Placeholders, field, text, findings)
    }

    /// Redacts the value of a field or column with something else than placeholders.
    ///
    /// What is found does not depend on what stands in for it. Scanning the result again may find something where that
    /// looks like a value.
    ///
    /// ```
    /// use axiom_core::Finding;
    /// use axiom_pii::{Scanner, Substitute};
    ///
    /// struct Stars;
    ///
    /// impl Substitute for Stars {
    ///     fn substitute(&self, _: &Finding, value: &str, out: &mut String) {
    ///         out.extend(value.chars().map(|_| '*'));
    ///     }
    /// }
    ///
    /// let redacted = Scanner::new().redact_with(&Stars, "", "SSN 536-90-4399.", &mut Vec::new());
    /// assert_eq!(redacted, "SSN ***********.");
    /// ```
    pub fn redact_with<'t>(
        &self,
        substitute: &dyn Substitute,
        field: &str,
        text: &'t str,
        findings: &mut Vec<Finding>,
    ) -> Cow<'t, str> {
        let from = findings.len();
        self.settle(field, text, findings);
        replace(text, &findings[from..], substitute)
    }

    /// Appends what stands in `text`, and what stands free only once its neighbour is replaced.
    fn settle(&self, field: &str, text: &str, findings: &mut Vec<Finding>) {
        let from = findings.len();
        self.scan_field(field, text, findings);
        for _ in 0..ROUNDS {
            let Cow::Owned(redacted) = replace(text, &findings[from..], &Placeholders) else { break };
            let mut again = Vec::new();
            self.scan_field(field, &redacted, &mut again);
            if !add_new(findings, from, again) {
                break;
            }
        }
    }
}

/// Writes what stands in for values that are redacted.
///
/// Implemented by the placeholders, by the operators of this crate and by hosts.
pub trait Substitute: Send + Sync {
    /// Appends what stands in for `value`, the text that `finding` found, to `out`.
    ///
    /// An implementation that cannot do its work must write the placeholder: never the value.
    fn substitute(&self, finding: &Finding, value: &str, out: &mut String);
}

/// `[REDACTED:type]` for every value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Placeholders;

impl Substitute for Placeholders {
    fn substitute(&self, finding: &Finding, _: &str, out: &mut String) {
        out.push_str(&finding.placeholder());
    }
}

/// `text` with what `substitute` writes for the findings to be redacted.
fn replace<'t>(text: &'t str, findings: &[Finding], substitute: &dyn Substitute) -> Cow<'t, str> {
    let mut result = String::new();
    let mut copied = 0;
    for finding in redactions(findings) {
        result.push_str(&text[copied..finding.range.start]);
        substitute.substitute(finding, &text[finding.range.clone()], &mut result);
        copied = finding.range.end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    result.push_str(&text[copied..]);
    Cow::Owned(result)
}

/// Adds those of `again`, found in the redacted text, that are not known yet; answers whether there were any.
fn add_new(findings: &mut Vec<Finding>, from: usize, again: Vec<Finding>) -> bool {
    let mut places = Places { known: findings[from..].iter(), grown: 0 };
    let new: Vec<_> = again.into_iter().filter_map(|finding| places.locate(finding)).collect();
    let any = !new.is_empty();
    findings.extend(new);
    findings[from..].sort_unstable_by_key(|finding| finding.range.start);
    any
}

/// The way back from places in the redacted text, asked for in their order, to the original.
struct Places<'a> {
    /// The findings that are not passed yet.
    known: core::slice::Iter<'a, Finding>,
    /// By how many bytes the text before them has grown.
    grown: isize,
}

impl Places<'_> {
    /// The finding with its range in the original, or `None` where it touches one that is known.
    fn locate(&mut self, mut finding: Finding) -> Option<Finding> {
        while let Some(known) = self.known.as_slice().first() {
            let grown = self.grown + growth(known);
            if finding.range.start.cast_signed() < known.range.end.cast_signed() + grown {
                break;
            }
            self.grown = grown;
            self.known.next();
        }
        let original = |place: usize| place.checked_add_signed(-self.grown);
        finding.range = original(finding.range.start)?..original(finding.range.end)?;
        let free = self.known.as_slice().first().is_none_or(|known| finding.range.end <= known.range.start);
        free.then_some(finding)
    }
}

/// By how many bytes the text grows where the finding is replaced.
fn growth(finding: &Finding) -> isize {
    if finding.action == Action::Redact {
        finding.placeholder().len().cast_signed() - finding.range.len().cast_signed()
    } else {
        0
    }
}

fn redactions(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.action == Action::Redact)
}

/// How often a redacted text is scanned again at most; one time is nearly always enough, and the bound keeps the time
/// linear.
const ROUNDS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn redact(text: &str) -> (String, Vec<Finding>) {
        let mut findings = Vec::new();
        let redacted = Scanner::new().redact(text, &mut findings).into_owned();
        (redacted, findings)
    }

    #[test]
    fn text_without_findings_is_not_copied() {
        assert!(matches!(Scanner::new().redact("nothing here", &mut Vec::new()), Cow::Borrowed(_)));
    }

    #[test]
    fn only_what_is_to_be_redacted_is_replaced() {
        let scanner = Scanner::builder().action("email", Action::Warn).action("us_ssn", Action::Block).build().unwrap();
        let mut findings = Vec::new();
        let redacted = scanner.redact("bob@example.com 536-90-4399 4111111111111111", &mut findings);
        assert_eq!(redacted, "bob@example.com 536-90-4399 [REDACTED:credit_card]");
        assert_eq!(findings.len(), 3);
    }

    #[test]
    fn a_placeholder_is_no_label_of_its_neighbour() {
        let (redacted, findings) = redact("4111111111111111 501864667909");
        assert_eq!(redacted, "[REDACTED:credit_card] 501864667909");
        assert_eq!(findings.len(), 1);
    }

    #[test]
    fn a_value_that_stands_free_afterwards_is_replaced_too() {
        let text = "hi bob@example.com-4111111111111111, a@b.example";
        let (redacted, findings) = redact(text);
        assert_eq!(redacted, "hi [REDACTED:email]-[REDACTED:credit_card], [REDACTED:email]");
        let values: Vec<_> = findings.iter().map(|finding| &text[finding.range.clone()]).collect();
        assert_eq!(values, ["bob@example.com", "4111111111111111", "a@b.example"]);
    }

    #[test]
    fn a_value_before_another_that_stands_free_afterwards_is_replaced_too() {
        let (redacted, findings) = redact("a@b.com.536-90-4399");
        assert_eq!(redacted, "[REDACTED:email].[REDACTED:us_ssn]");
        assert_eq!(findings[0].range, 0..7);
    }

    #[test]
    fn earlier_findings_of_the_vector_are_left_alone() {
        let mut findings = vec![Finding::new("email", 0..5, 1.0)];
        assert_eq!(Scanner::new().redact("hello bob@example.com", &mut findings), "hello [REDACTED:email]");
        assert_eq!(findings.len(), 2);
    }
}
