//! What a scan tells.

use core::fmt;
use core::ops::Range;

use crate::category::Categories;
use crate::dialect::Dialects;
use crate::evidence::Evidence;
use crate::rule::{Id, Mode, Rule};

/// What a scan tells: how much the input looks like an attack, of which sort, where, and why.
///
/// It never holds the input.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The sorts of attack that there are signs of.
    pub categories: Categories,
    /// From 0.0, no sign at all, to 1.0. [`Mode::threshold`] is where attacks begin.
    pub score: f32,
    /// Where the signs stand, in bytes of the input.
    pub span: Option<Range<usize>>,
    /// The rule that weighs most.
    pub rule: Option<&'static Rule>,
    /// The dialects that what was found belongs to.
    pub dialects: Dialects,
    /// The mode of the scan.
    pub mode: Mode,
    evidence: Evidence,
}

impl Report {
    pub(crate) fn new(evidence: Evidence, mode: Mode) -> Self {
        if evidence.is_empty() {
            let categories = Categories::default();
            return Self {
                categories,
                score: 0.0,
                span: None,
                rule: None,
                dialects: evidence.dialects,
                mode,
                evidence,
            };
        }
        let heaviest = evidence.hits().max_by(|(_, left), (_, right)| left.total_cmp(right));
        Self {
            categories: evidence.categories(),
            score: evidence.score(),
            span: evidence.span.clone(),
            rule: heaviest.map(|(id, _)| id.rule()),
            dialects: evidence.dialects,
            mode,
            evidence,
        }
    }

    /// Whether the score reaches the threshold of the mode.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.score >= self.mode.threshold()
    }

    /// The rules that hit, with what each adds to the score.
    ///
    /// The score is what is left of 1.0 when each takes its share of what is not yet explained: of the weights 0.6 and
    /// 0.5 it is 1 − 0.4 × 0.5 = 0.8.
    pub fn hits(&self) -> impl Iterator<Item = (&'static Rule, f32)> {
        self.evidence.hits().map(|(id, weight): (Id, f32)| (id.rule(), weight))
    }

    /// Why the score is what it is, in words that do not repeat the input.
    ///
    /// ```
    /// use axiom_sqli::{Mode, scan};
    ///
    /// let report = scan("1 union select password from users", Mode::Field);
    /// let text = report.explain().to_string();
    /// assert!(text.contains("union_select (0.90): the rows of a second query are added"));
    /// assert!(!text.contains("password"));
    /// ```
    #[must_use]
    pub const fn explain(&self) -> Explanation<'_> {
        Explanation { report: self, input: None }
    }

    /// As [`explain`](Self::explain), with the part of the input that the signs stand in.
    ///
    /// `input` is what was scanned; it may hold personal data, and so may the explanation then.
    ///
    /// ```
    /// use axiom_sqli::{Mode, scan};
    ///
    /// let input = "1 union select password from users";
    /// let text = scan(input, Mode::Field).explain_with(input.as_bytes()).to_string();
    /// assert!(text.contains("`union`"));
    /// ```
    #[must_use]
    pub const fn explain_with<'a>(&'a self, input: &'a [u8]) -> Explanation<'a> {
        Explanation { report: self, input: Some(input) }
    }
}

/// A report in words; see [`Report::explain`].
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    report: &'a Report,
    input: Option<&'a [u8]>,
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { score, span, dialects, mode, .. } = self.report;
        let verdict = if self.report.is_blocked() { "blocked" } else { "passed" };
        write!(f, "{verdict} with {score:.2} of {:.2} in mode {}", mode.threshold(), mode.as_str())?;
        let Some(span) = span else { return f.write_str("; no rule hit") };
        write!(f, ", bytes {}..{}, dialects: {dialects}", span.start, span.end)?;
        if let Some(part) = self.input.and_then(|input| input.get(span.clone())) {
            write!(f, ", `{}`", part.escape_ascii())?;
        }
        for (rule, weight) in self.report.hits() {
            write!(f, "\n{} ({weight:.2}): {}", rule.id, rule.meaning)?;
        }
        Ok(())
    }
}
