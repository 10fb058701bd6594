//! Redaction: values replaced by their placeholders.

use std::borrow::Cow;

use axiom_core::{Action, Finding};

use crate::scanner::Scanner;
use crate::scratch::Scratch;
use crate::tail::Tail;
use crate::window::{BEFORE, Behind, LONGEST, Window, floor};

impl Scanner {
    /// Replaces every finding whose action is [`Action::Redact`] or [`Action::Block`] by its placeholder, and appends all
    /// findings to `findings`. [`enforce`](Self::enforce) gives no text back where one is to be blocked.
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
        let mut result = Replaced::of(text);
        self.each_window(field, text, |finding| {
            result.add(&finding, substitute);
            findings.push(finding);
        });
        result.finish()
    }

    /// Redacts bytes that need not be UTF-8; a byte that is none stays, and ends a value like punctuation does.
    ///
    /// ```
    /// let redacted = axiom_pii::Scanner::new().redact_bytes(b"\xff bob@example.com \xfe", &mut Vec::new());
    /// assert_eq!(redacted[..], *b"\xff [REDACTED:email] \xfe");
    /// ```
    pub fn redact_bytes<'t>(&self, bytes: &'t [u8], findings: &mut Vec<Finding>) -> Cow<'t, [u8]> {
        let (mut redacted, mut offset) = (Vec::new(), 0);
        let from = findings.len();
        for chunk in bytes.utf8_chunks() {
            let before = findings.len();
            redacted.extend_from_slice(self.redact(chunk.valid(), findings).as_bytes());
            redacted.extend_from_slice(chunk.invalid());
            for finding in &mut findings[before..] {
                finding.range = finding.range.start + offset..finding.range.end + offset;
            }
            offset += chunk.valid().len() + chunk.invalid().len();
        }
        if findings[from..].iter().any(is_taken_out) { Cow::Owned(redacted) } else { Cow::Borrowed(bytes) }
    }

    /// Calls `each` with everything that is to be redacted, or only reported, in its order.
    pub(crate) fn each_window(&self, field: &str, text: &str, mut each: impl FnMut(Finding)) {
        if self.is_quiet(text) {
            return;
        }
        let (mut origin, mut start, mut scratch) = (0, 0, Scratch::default());
        while start < text.len() {
            let left = origin.max(floor(text, start.saturating_sub(BEFORE)));
            let end = floor(text, text.len().min(start + LONGEST));
            let behind = if end == text.len() { Behind::Nothing } else { Behind::More };
            let window = Window::of(self, &mut scratch, field, &text[left..end], start - left, behind);
            window.findings.into_iter().for_each(|finding| each(shifted(finding, left)));
            start = left + window.end;
            if let Some(endless) = window.endless {
                let mut endless = shifted(endless, left);
                let rest = &text[endless.range.start..];
                endless.range.end = Tail::of(&endless).end(rest).map_or(text.len(), |end| endless.range.start + end);
                // What is behind it is read without it.
                (origin, start) = (endless.range.end, endless.range.end);
                each(endless);
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

/// Whether the value is taken out of the text.
///
/// What is to be blocked is too: a caller who does not look at the findings must not pass it on, and a stream has passed
/// on what stands before it already.
pub(crate) fn is_taken_out(finding: &Finding) -> bool {
    matches!(finding.action, Action::Block | Action::Redact)
}

/// Writes what stands in for a value that is taken out; for one that is to be blocked that is the placeholder.
pub(crate) fn stand_in(substitute: &dyn Substitute, finding: &Finding, value: &str, out: &mut String) {
    if finding.action == Action::Block {
        Placeholders.substitute(finding, value, out);
    } else {
        substitute.substitute(finding, value, out);
    }
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
pub(crate) fn replace<'t>(text: &'t str, findings: &[Finding], substitute: &dyn Substitute) -> Cow<'t, str> {
    let mut replaced = Replaced::of(text);
    findings.iter().for_each(|finding| replaced.add(finding, substitute));
    replaced.finish()
}

/// A text as far as it is replaced.
struct Replaced<'t> {
    text: &'t str,
    result: String,
    /// How much of the text is in the result.
    copied: usize,
}

impl<'t> Replaced<'t> {
    const fn of(text: &'t str) -> Self {
        Self { text, result: String::new(), copied: 0 }
    }

    /// Goes on to the end of `finding`.
    fn add(&mut self, finding: &Finding, substitute: &dyn Substitute) {
        if is_taken_out(finding) {
            self.result.push_str(&self.text[self.copied..finding.range.start]);
            stand_in(substitute, finding, &self.text[finding.range.clone()], &mut self.result);
            self.copied = finding.range.end;
        }
    }

    fn finish(mut self) -> Cow<'t, str> {
        if self.copied == 0 {
            return Cow::Borrowed(self.text);
        }
        self.result.push_str(&self.text[self.copied..]);
        Cow::Owned(self.result)
    }
}

/// The finding, `by` bytes farther on.
pub(crate) fn shifted(mut finding: Finding, by: usize) -> Finding {
    finding.range = finding.range.start + by..finding.range.end + by;
    finding
}

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
    fn what_is_to_be_redacted_or_blocked_is_replaced() {
        let scanner = Scanner::builder().action("email", Action::Warn).action("us_ssn", Action::Block).build().unwrap();
        let mut findings = Vec::new();
        let redacted = scanner.redact("bob@example.com 536-90-4399 4111111111111111", &mut findings);
        assert_eq!(redacted, "bob@example.com [REDACTED:us_ssn] [REDACTED:credit_card]");
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
