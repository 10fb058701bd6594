//! Settling: what is to be redacted of a text, so that nothing is left to redact.

mod neighbourhood;

use core::ops::Range;

use axiom_core::Finding;

use self::neighbourhood::Neighbourhood;
use crate::overlap::resolve;
use crate::redact::{Placeholders, is_taken_out, replace};
use crate::scanner::Scanner;
use crate::scratch::Scratch;

/// What is to be redacted of a text.
pub(crate) struct Settled {
    /// Sorted and disjoint.
    pub(crate) findings: Vec<Finding>,
    /// Where anything was found, sorted by its start, whether something better overlaps it or not.
    pub(crate) found: Vec<Range<usize>>,
}

impl Settled {
    /// Finds what stands in `text`, and what stands free only once its neighbour is replaced.
    pub(crate) fn of(scanner: &Scanner, scratch: &mut Scratch, field: &str, text: &str) -> Self {
        let mut findings = Vec::new();
        scanner.collect(scratch, field, text, &mut findings);
        let mut found: Vec<_> = findings.iter().map(|finding| finding.range.clone()).collect();
        resolve(&mut findings, 0);
        for _ in 0..ROUNDS {
            let std::borrow::Cow::Owned(redacted) = replace(text, &findings, &Placeholders) else { break };
            let again = Neighbourhood::of(&findings).scan(scanner, scratch, field, &redacted);
            if !add_new(&mut findings, again) {
                break;
            }
        }
        found.extend(findings.iter().map(|finding| finding.range.clone()));
        found.sort_unstable_by_key(|range| range.start);
        Self { findings, found }
    }
}

/// Adds those of `again`, found in the redacted text, that are not known yet; answers whether there were any.
pub(crate) fn add_new(findings: &mut Vec<Finding>, again: Vec<Finding>) -> bool {
    let mut places = Places { known: findings.iter(), grown: 0 };
    let new: Vec<_> = again.into_iter().filter_map(|finding| places.locate(finding)).collect();
    let any = !new.is_empty();
    findings.extend(new);
    findings.sort_unstable_by_key(|finding| finding.range.start);
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
    if is_taken_out(finding) {
        finding.placeholder().len().cast_signed() - finding.range.len().cast_signed()
    } else {
        0
    }
}

/// How often a redacted text is scanned again at most; one time is nearly always enough, and the bound keeps the time
/// linear.
pub(crate) const ROUNDS: usize = 8;
