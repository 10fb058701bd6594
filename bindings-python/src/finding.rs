//! Findings, with places as Python counts them.

use axiom_core::{Finding, Scrubber, Text};
use axiom_pii::{PiiScrubber, code_points};

/// The arguments of `axiom.Finding`: type, start, end, score, validated, action, pointer.
pub(crate) type FindingTuple = (String, usize, usize, f64, bool, &'static str, String);

/// `finding`, whose range already counts code points.
pub(crate) fn tuple(finding: Finding) -> FindingTuple {
    (
        finding.kind.into_owned(),
        finding.range.start,
        finding.range.end,
        decimal(finding.score),
        finding.validated,
        finding.action.as_str(),
        finding.pointer.unwrap_or_default(),
    )
}

/// Counts the ranges of `findings` in code points of `text` instead of bytes.
pub(crate) fn count_code_points(text: &str, findings: &mut [Finding]) {
    let ranges = code_points(text, findings);
    for (finding, range) in findings.iter_mut().zip(ranges) {
        finding.range = range;
    }
}

/// The scrubber of events; the places it reports are those of the text as it came, which is gone afterwards.
#[derive(Default)]
pub(crate) struct CodePointScrubber(PiiScrubber);

impl Scrubber for CodePointScrubber {
    fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
        let from = findings.len();
        let replaced = self.0.scrub(text, findings);
        count_code_points(text.value, &mut findings[from..]);
        replaced
    }
}

/// The double that is written as `score` is: 0.95, not 0.949999988079071.
fn decimal(score: f32) -> f64 {
    score.to_string().parse().unwrap_or_else(|_| score.into())
}
