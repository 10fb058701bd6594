//! Types of the host's own, and where their findings come from.

use core::ops::Range;
use std::borrow::Cow;

use axiom_core::Finding;

use crate::catalogue::{Id, Ids};
use crate::detector::Hosted;
use crate::error::Error;
#[cfg(feature = "patterns")]
use crate::matcher::Matchers;
use crate::scanner::Scanner;

/// A type of the catalogue, or one of the host's own by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Known(Id),
    Own(usize),
}

/// The names of a host's own types, in the order in which they were named first.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<Box<str>>);

impl Names {
    pub(crate) const fn none() -> Self {
        Self(Vec::new())
    }

    /// The type with this name.
    pub(crate) fn find(&self, name: &str) -> Option<Type> {
        let own = || self.0.iter().position(|own| **own == *name).map(Type::Own);
        Id::named(name).map(Type::Known).or_else(own)
    }

    /// The type with this name, which is a new one unless it is known or `extended`.
    pub(crate) fn declare(&mut self, name: &str, extended: &[Id]) -> Result<Type, Error> {
        match self.find(name) {
            Some(Type::Known(id)) if !extended.contains(&id) => Err(Error::KnownType { name: name.to_owned() }),
            Some(known) => Ok(known),
            None if !is_name(name) => Err(Error::InvalidName { name: name.to_owned() }),
            None if self.0.len() == Self::MOST => Err(Error::TooManyTypes),
            None => {
                self.0.push(name.into());
                Ok(Type::Own(self.0.len() - 1))
            }
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The name of `of`, as findings write it.
    fn name(&self, of: Type) -> Cow<'static, str> {
        match of {
            Type::Known(id) => Cow::Borrowed(id.kind().name),
            Type::Own(place) => Cow::Owned(self.0[place].to_string()),
        }
    }

    /// One bit for each.
    const MOST: usize = Ids::BITS as usize;
}

/// Whether it is lower snake case and not too long for a placeholder.
pub(crate) fn is_name(name: &str) -> bool {
    let character = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(character)
}

/// Everything that finds types of the host's own.
#[derive(Debug, Default)]
pub(crate) struct Own {
    pub(crate) names: Names,
    pub(crate) detectors: Vec<Hosted>,
    #[cfg(feature = "patterns")]
    pub(crate) matchers: Matchers,
}

/// A value, before it is known whether it is wanted.
pub(crate) struct Hit {
    pub(crate) of: Type,
    pub(crate) range: Range<usize>,
    pub(crate) score: f32,
    pub(crate) validated: bool,
}

impl Own {
    /// Whether nothing but the catalogue is looked for.
    pub(crate) fn is_empty(&self) -> bool {
        #[cfg(feature = "patterns")]
        if !self.matchers.is_empty() {
            return false;
        }
        self.detectors.is_empty()
    }

    /// Appends what the host's patterns and words match in `text`.
    #[cfg(feature = "patterns")]
    pub(crate) fn search(&self, scanner: &Scanner, field: &str, text: &str, findings: &mut Vec<Finding>) {
        self.matchers.search(self, scanner, field, text, findings);
    }

    /// Appends what the host's detectors find in `text`.
    pub(crate) fn detect(&self, scanner: &Scanner, field: &str, text: &str, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for detector in &self.detectors {
            detector.0.detect(field, text, &mut found);
        }
        for finding in found {
            let Some(of) = self.names.find(&finding.kind) else { continue };
            let score = if finding.score.is_nan() { 1.0 } else { finding.score.clamp(0.0, 1.0) };
            let hit = Hit { of, range: whole(text, &finding.range), score, validated: finding.validated };
            self.report(scanner, text, hit, findings);
        }
    }

    /// Records a value that scores high enough.
    pub(crate) fn report(&self, scanner: &Scanner, text: &str, hit: Hit, findings: &mut Vec<Finding>) {
        let setting = scanner.settings.of(hit.of);
        let wanted = setting.enabled && hit.score >= setting.min_score && !hit.range.is_empty();
        if !wanted || self.is_in_placeholder(text, &hit.range) {
            return;
        }
        let finding = Finding::new(self.names.name(hit.of), hit.range, hit.score).with_action(setting.action);
        findings.push(if hit.validated { finding.validated() } else { finding });
    }

    /// Whether the range is part of what stands in for a value already.
    fn is_in_placeholder(&self, text: &str, range: &Range<usize>) -> bool {
        let bytes = text.as_bytes();
        let from = range.start.saturating_sub(PLACEHOLDER.len() + LONGEST_NAME);
        let to = bytes.len().min(range.start + PLACEHOLDER.len());
        let Some(open) = bytes[from..to].windows(PLACEHOLDER.len()).rposition(|window| window == PLACEHOLDER) else {
            return false;
        };
        let name = from + open + PLACEHOLDER.len();
        let length = bytes[name..].iter().take(LONGEST_NAME + 1).position(|&byte| byte == b']');
        length.is_some_and(|length| {
            range.end <= name + length + 1 && self.names.find(&text[name..name + length]).is_some()
        })
    }
}

/// The range cut to the text and widened to whole characters.
fn whole(text: &str, range: &Range<usize>) -> Range<usize> {
    if range.is_empty() || range.start >= text.len() {
        return 0..0;
    }
    let start = (0..=range.start).rev().find(|&place| text.is_char_boundary(place)).unwrap_or_default();
    let end = (range.end.min(text.len())..).find(|&place| text.is_char_boundary(place)).unwrap_or(text.len());
    start..end
}

/// How every placeholder begins.
const PLACEHOLDER: &[u8] = b"[REDACTED:";
/// The longest name, in bytes.
const LONGEST_NAME: usize = 64;

#[cfg(test)]
mod tests {
    use axiom_core::{Action, EnforcementPoint};

    use super::*;
    use crate::Detector;

    /// Reports what it was told to.
    struct Told(&'static [&'static str], Vec<Finding>);

    impl Detector for Told {
        fn types(&self) -> Vec<String> {
            self.0.iter().map(|&name| name.into()).collect()
        }

        fn detect(&self, _: &str, _: &str, findings: &mut Vec<Finding>) {
            findings.extend(self.1.iter().cloned());
        }
    }

    fn told(range: Range<usize>, score: f32) -> Told {
        Told(&["person"], vec![Finding::new("person", range, score)])
    }

    fn scan(scanner: &Scanner, text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        scanner.scan(text, &mut findings);
        findings
    }

    fn found(detector: Told, text: &str) -> Vec<(String, Range<usize>)> {
        let scanner = Scanner::builder().detector(detector).build().unwrap();
        scan(&scanner, text).into_iter().map(|finding| (finding.kind.into_owned(), finding.range)).collect()
    }

    #[test]
    fn ranges_are_cut_to_the_text_and_widened_to_characters() {
        let person = |range| vec![("person".to_owned(), range)];
        assert_eq!(found(told(0..3, 0.9), "Ada"), person(0..3));
        assert_eq!(found(told(1..3, 0.9), "éé"), person(0..4));
        assert_eq!(found(told(1..usize::MAX, 0.9), "Ada"), person(1..3));
        assert_eq!(found(told(3..9, 0.9), "Ada"), []);
        assert_eq!(found(told(usize::MAX - 1..usize::MAX, 0.9), "Ada"), []);
        assert_eq!(found(told(2..2, 0.9), "Ada"), []);
        #[expect(clippy::reversed_empty_ranges, reason = "what a broken detector reports")]
        let reversed = 2..1;
        assert_eq!(found(told(reversed, 0.9), "Ada"), []);
    }

    #[test]
    fn scores_that_are_none_count_as_certain() {
        for (score, counted) in [(f32::NAN, 1.0), (7.0, 1.0), (f32::INFINITY, 1.0), (0.75, 0.75)] {
            let scanner = Scanner::builder().detector(told(0..3, score)).build().unwrap();
            assert_eq!(scan(&scanner, "Ada")[0].score, counted);
        }
        assert_eq!(found(told(0..3, 0.4), "Ada"), []);
        assert_eq!(found(told(0..3, -1.0), "Ada"), []);
    }

    #[test]
    fn types_that_are_not_named_are_dropped() {
        assert_eq!(found(Told(&["place"], vec![Finding::new("person", 0..3, 0.9)]), "Ada"), []);
    }

    #[test]
    fn the_better_one_of_overlapping_findings_stays() {
        let text = "x bob@example.com";
        assert_eq!(found(told(0..4, 0.5), text), [("email".to_owned(), 2..17)]);
        assert_eq!(found(told(0..4, 1.0), text), [("person".to_owned(), 0..4)]);
        assert_eq!(found(told(2..17, 0.95), text), [("person".to_owned(), 2..17)]);
    }

    #[test]
    fn names_are_lower_snake_case_and_new() {
        let error = |name| Scanner::builder().detector(Told(name, Vec::new())).build().unwrap_err();
        for name in ["", "Person", "1st", "_x", "a b", "a-b", "nom_propr\u{e9}", "x]"] {
            let names: &'static [&'static str] = Box::leak(Box::new([name]));
            assert_eq!(error(names), Error::InvalidName { name: name.into() });
        }
        assert_eq!(error(&["email"]), Error::KnownType { name: "email".into() });
    }

    #[test]
    fn a_type_of_the_catalogue_is_extended_where_that_is_meant() {
        let detector = Told(&["phone"], vec![Finding::new("phone", 0..4, 0.9)]);
        let builder = Scanner::builder().detector(detector).extends(["phone"]);
        assert_eq!(scan(&builder.clone().build().unwrap(), "5550")[0].kind, "phone");
        assert_eq!(scan(&builder.clone().without(["phone"]).build().unwrap(), "5550"), []);
        assert_eq!(scan(&builder.types(["email"]).build().unwrap(), "5550"), []);
    }

    #[test]
    fn settings_hold_for_them() {
        let builder = Scanner::builder().detector(told(0..3, 0.6));
        let build = |builder: crate::ScannerBuilder| builder.build().unwrap();
        assert_eq!(scan(&build(builder.clone().min_score_of("person", 0.7)), "Ada"), []);
        assert_eq!(scan(&build(builder.clone().min_score(0.7)), "Ada"), []);
        assert_eq!(scan(&build(builder.clone().without(["person"])), "Ada"), []);
        assert_eq!(scan(&build(builder.clone().types(["email"])), "Ada").len(), 1);
        let acting =
            build(builder.action("person", Action::Log).action_at(EnforcementPoint::PROXY, "person", Action::Block));
        assert_eq!(scan(&acting, "Ada")[0].action, Action::Log);
        assert_eq!(scan(&acting.at(&EnforcementPoint::PROXY), "Ada")[0].action, Action::Block);
    }

    #[test]
    fn what_stands_in_for_a_value_is_none() {
        let text = "[REDACTED:person] [REDACTED:other]";
        assert_eq!(found(told(1..9, 0.9), text), []);
        assert_eq!(found(told(0..17, 0.9), text), []);
        assert_eq!(found(told(10..16, 0.9), text), []);
        assert_eq!(found(told(0..18, 0.9), text).len(), 1);
        assert_eq!(found(told(28..33, 0.9), text).len(), 1);
    }

    #[test]
    fn there_is_room_for_a_hundred_and_twenty_eight() {
        let mut names = Names::default();
        for place in 0..Names::MOST {
            assert_eq!(names.declare(&format!("t{place}"), &[]), Ok(Type::Own(place)));
        }
        assert_eq!(names.declare("one_more", &[]), Err(Error::TooManyTypes));
        assert_eq!(names.declare("t7", &[]), Ok(Type::Own(7)));
    }
}
