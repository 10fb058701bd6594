//! Overlaps: of findings that share bytes, the best one stays.

use core::cmp::Reverse;
use core::ops::Range;

use axiom_core::Finding;

use crate::catalogue::catalogue;

/// Sorts the findings from index `from` on by place and drops every one that overlaps a better one.
///
/// Better is the higher score, then the longer range, then a type of the host's own, then the earlier place in the
/// catalogue, then the earlier start.
/// Works in place and in `O(n log n)`: a chain of more than [`CLUSTER`] overlapping findings, which no real text has,
/// is settled in pieces, and then the earlier piece goes first.
pub(crate) fn resolve(findings: &mut Vec<Finding>, from: usize) {
    findings[from..].sort_unstable_by_key(|finding| (finding.range.start, finding.range.end));
    let (mut read, mut write, mut covered) = (from, from, 0);
    while read < findings.len() {
        let end = read + cluster(&findings[read..]);
        let kept = settle(&mut findings[read..end], covered);
        for place in 0..kept {
            findings.swap(write + place, read + place);
        }
        write += kept;
        read = end;
        covered = findings[from..write].last().map_or(0, |last| last.range.end);
    }
    findings.truncate(write);
}

/// The number of findings, from the first on, that hang together.
fn cluster(findings: &[Finding]) -> usize {
    let mut end = 0;
    findings
        .iter()
        .take(CLUSTER)
        .take_while(|finding| {
            let joined = end == 0 || finding.range.start < end;
            end = end.max(finding.range.end);
            joined
        })
        .count()
}

/// Moves what stays to the front, in order of place, and answers how many those are.
fn settle(cluster: &mut [Finding], covered: usize) -> usize {
    let mut open = retain(cluster, |range| range.start >= covered);
    let mut kept = 0;
    while kept < open {
        let best = (kept..open).max_by(|&a, &b| order(&cluster[a], &cluster[b])).unwrap_or(kept);
        cluster.swap(kept, best);
        kept += 1;
        let (winners, rest) = cluster[..open].split_at_mut(kept);
        let winner = winners[kept - 1].range.clone();
        open = kept + retain(rest, |range| !overlap(range, &winner));
    }
    cluster[..kept].sort_unstable_by_key(|finding| finding.range.start);
    kept
}

/// Moves the findings whose range `holds` to the front and answers how many those are.
fn retain(findings: &mut [Finding], holds: impl Fn(&Range<usize>) -> bool) -> usize {
    let mut kept = 0;
    for place in 0..findings.len() {
        if holds(&findings[place].range) {
            findings.swap(kept, place);
            kept += 1;
        }
    }
    kept
}

/// Whether two ranges share a byte.
const fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The worse one first.
fn order(a: &Finding, b: &Finding) -> core::cmp::Ordering {
    let rest = |finding: &Finding| (finding.range.len(), Reverse(priority(finding)), Reverse(finding.range.start));
    a.score.total_cmp(&b.score).then_with(|| rest(a).cmp(&rest(b))).then_with(|| b.kind.cmp(&a.kind))
}

/// The place in the catalogue; the host's own types stand before it.
fn priority(finding: &Finding) -> usize {
    catalogue().iter().position(|kind| kind.name == finding.kind).map_or(0, |place| place + 1)
}

/// The longest chain of overlapping findings that is settled as a whole.
const CLUSTER: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finding(range: Range<usize>, score: f32) -> Finding {
        Finding::new("email", range, score)
    }

    fn resolved(mut findings: Vec<Finding>) -> Vec<Range<usize>> {
        resolve(&mut findings, 0);
        findings.into_iter().map(|finding| finding.range).collect()
    }

    #[test]
    fn the_higher_score_wins_then_the_longer_range() {
        let elsewhere = finding(20..22, 0.1);
        assert_eq!(resolved(vec![elsewhere.clone(), finding(0..10, 0.5), finding(5..8, 0.9)]), [5..8, 20..22]);
        assert_eq!(resolved(vec![elsewhere, finding(5..8, 0.9), finding(0..10, 0.9)]), [0..10, 20..22]);
    }

    #[test]
    fn the_earlier_type_of_the_catalogue_wins_a_tie() {
        let findings = vec![Finding::new("email", 0..9, 0.9), Finding::new("iban", 0..9, 0.9)];
        let mut sorted = findings;
        resolve(&mut sorted, 0);
        assert_eq!(sorted.len(), 1);
        assert_eq!(sorted[0].kind, "iban");
    }

    #[test]
    fn who_only_overlaps_a_loser_stays() {
        assert_eq!(resolved(vec![finding(0..4, 0.7), finding(3..7, 0.8), finding(6..9, 0.9)]), [0..4, 6..9]);
    }

    #[test]
    fn neighbours_do_not_overlap() {
        assert_eq!(resolved(vec![finding(4..8, 0.9), finding(0..4, 0.5)]), [0..4, 4..8]);
    }

    #[test]
    fn earlier_findings_of_the_vector_are_left_alone() {
        let mut findings = vec![finding(0..9, 0.1), finding(0..9, 0.9)];
        resolve(&mut findings, 1);
        assert_eq!(findings.len(), 2);
    }

    proptest! {
        #[test]
        fn what_is_dropped_overlaps_something_better(
            parts in prop::collection::vec((0usize..200, 1usize..20, 0u8..4), 0..40)
        ) {
            let all: Vec<_> =
                parts.iter().map(|&(start, length, score)| finding(start..start + length, f32::from(score))).collect();
            let mut kept = all.clone();
            resolve(&mut kept, 0);
            prop_assert!(kept.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
            for finding in all.iter().filter(|finding| !kept.contains(finding)) {
                prop_assert!(kept.iter().any(|other| overlap(&finding.range, &other.range) && order(finding, other).is_lt()));
            }
        }

        #[test]
        fn endless_chains_come_out_disjoint(length in 2usize..300) {
            let kept = resolved((0..length).map(|place| finding(place * 3..place * 3 + 5, 0.9)).collect());
            prop_assert!(kept.windows(2).all(|pair| pair[0].end <= pair[1].start));
            prop_assert!(kept.len() >= length / 3);
        }
    }
}
