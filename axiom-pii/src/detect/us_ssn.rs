//! United States social security numbers.

use core::ops::Range;

use super::Candidate;
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::dump;
use crate::number::us_ssn as is_assignable;
use crate::token::{Groups, Spacing, group_after, group_before, is_beside_numbers};

/// The number of digits.
pub(crate) const LENGTH: usize = 9;

/// The number that the run of nine digits `run` may be; it needs a label to count.
pub(crate) fn solid(text: &str, run: Range<usize>) -> Option<Candidate> {
    let digits = &text.as_bytes()[run.clone()];
    let free = starts_free(text, run.start) && ends_free(text, run.end);
    (free && is_assignable(digits)).then_some(candidate(run, UNDELIMITED))
}

/// The number that is written `AAA-GG-SSSS` or `AAA GG SSSS` at `start`, or with another [`Gap`](crate::token::Gap).
pub(crate) fn grouped(text: &str, start: usize, groups: &Groups) -> Option<Candidate> {
    if !groups.starts_with(&[3, 2, 4]) {
        return None;
    }
    let (digits, end) = groups.prefix(3);
    if !is_assignable(digits) || !starts_free(text, start) || !ends_free(text, end) {
        return None;
    }
    let bytes = text.as_bytes();
    let score = match (groups.separator(), groups.spacing()) {
        (b'-', Spacing::Usual) => Id::UsSsn.kind().base_score,
        (b'-', Spacing::Wrapped) if !is_beside_numbers(bytes, &(start..end)) => WRAPPED,
        (_, Spacing::Usual) if dump::is_around(bytes, &(start..end)) => UNDELIMITED,
        (space, Spacing::Usual) if group_before(bytes, start, space) + group_after(bytes, end, space) == 0 => SPACED,
        _ => UNDELIMITED,
    };
    Some(candidate(start..end, score))
}

fn candidate(range: Range<usize>, score: f32) -> Candidate {
    Candidate { id: Id::UsSsn, range, score, validated: false }
}

/// The worth of a number with hyphens that goes on in the next line.
const WRAPPED: f32 = 0.6;
/// The worth of a number with spaces: telephone numbers look like it.
const SPACED: f32 = 0.6;
/// The worth of nine digits.
const UNDELIMITED: f32 = 0.3;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(text: &str) -> Option<f32> {
        grouped(text, 0, &Groups::read(text.as_bytes(), 0, 3)).map(|candidate| candidate.score)
    }

    #[test]
    fn numbers_that_were_never_assigned_are_refused() {
        for text in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "999-12-3456",
            "123-00-4567",
            "123-45-0000",
            "078-05-1120",
            "219-09-9999",
        ] {
            assert_eq!(score(text), None, "{text}");
        }
    }

    #[test]
    fn the_less_typical_the_form_the_lower_the_score() {
        assert_eq!(score("536-90-4399"), Some(0.85));
        assert_eq!(score("536 90 4399"), Some(SPACED));
        assert_eq!(score("536 90 4399 12"), Some(UNDELIMITED));
        assert_eq!(solid("536904399", 0..9).map(|candidate| candidate.score), Some(UNDELIMITED));
    }

    #[test]
    fn parts_of_longer_numbers_are_refused() {
        for text in ["536-90-\n4399", "536-\r\n90-4399", "536-90\n4399", "536\n90-4399"] {
            assert_eq!(score(text), Some(WRAPPED), "{text:?}");
        }
        for text in ["536-90-\n4399\n12", "536 90\n4399", "536.90.4399", "536 - 90 - 4399", "536\n90\n4399"] {
            assert_eq!(score(text), Some(UNDELIMITED), "{text:?}");
        }
        for text in ["536-90-43991", "536-90-4399-1", "536-90 4399", "536-904399", "536-90-4399x", "536-90-4399.5"] {
            assert_eq!(score(text), None, "{text}");
        }
        assert_eq!(grouped("1-536-90-4399", 2, &Groups::read(b"1-536-90-4399", 2, 5)), None);
    }

    proptest! {
        #[test]
        fn agrees_with_the_rules_read_as_numbers(area in 0u32..1000, group in 0u32..100, serial in 0u32..10_000) {
            let allowed = area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
                && (area, group, serial) != (78, 5, 1120) && (area, group, serial) != (219, 9, 9999);
            prop_assert_eq!(is_assignable(format!("{area:03}{group:02}{serial:04}").as_bytes()), allowed);
        }
    }
}
