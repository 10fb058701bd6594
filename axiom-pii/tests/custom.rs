//! What holds for the host's own types, whatever they are.
#![cfg(feature = "patterns")]

use core::time::Duration;
use std::time::Instant;

use axiom_core::Finding;
use axiom_pii::{Detector, Pattern, Scanner, ScannerBuilder, WordList};
use proptest::prelude::*;

/// Reports what it is told to, sensible or not.
struct Told(Vec<Finding>);

impl Detector for Told {
    fn types(&self) -> Vec<String> {
        vec!["person".into(), "place".into()]
    }

    fn detect(&self, _: &str, _: &str, findings: &mut Vec<Finding>) {
        findings.extend(self.0.iter().cloned());
    }
}

proptest! {
    #[test]
    fn findings_are_sorted_disjoint_and_on_character_boundaries(text in text(), told in told()) {
        let findings = scan(&builder().detector(Told(told)), &text);
        prop_assert!(findings.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        for finding in &findings {
            prop_assert!(text.get(finding.range.clone()).is_some_and(|value| !value.is_empty()));
            prop_assert!((0.5..=1.0).contains(&finding.score));
        }
    }

    #[test]
    fn scanning_a_redacted_text_finds_nothing(text in text()) {
        let scanner = builder().build().unwrap();
        let redacted = scanner.redact(&text, &mut Vec::new()).into_owned();
        let mut again = Vec::new();
        scanner.scan(&redacted, &mut again);
        prop_assert_eq!(again, []);
    }

    #[test]
    fn what_is_found_can_be_allowed(text in text()) {
        let found = scan(&builder(), &text);
        let mut allowing = builder();
        for (place, finding) in found.iter().enumerate() {
            let value = &text[finding.range.clone()];
            allowing = if place % 2 == 0 { allowing.allow_any(value) } else { allowing.allow(&*finding.kind, value) };
        }
        for finding in scan(&allowing, &text) {
            let same = |other: &&Finding| other.range == finding.range && other.kind == finding.kind;
            prop_assert!(!found.iter().any(|other| same(&other)), "{}", finding);
        }
    }

    #[test]
    fn what_the_catalogue_finds_is_found_beside_types_of_the_host(text in text()) {
        let own = builder().without(["code", "long", "name"]);
        prop_assert_eq!(scan(&own, &text), scan(&Scanner::builder(), &text));
    }
}

/// Texts made to be slow for the expressions of [`builder`].
const HOSTILE: [&str; 10] = ["A", "0 ", "AB12", "AB1", "heron", "blue ", "a heron ", "é", "４", "[REDACTED:code] "];

#[test]
fn a_megabyte_costs_no_more_than_its_length() {
    let builder = builder()
        .pattern(Pattern::new("greedy", "(?s:.*)[^A-Za-z ]|[A-Z]"))
        .pattern(Pattern::new("nested", "((a|A)+)+!"))
        .pattern(Pattern::new("reluctant", "A.*?Z"))
        .words(WordList::new("nest", (1..200).map(|length| "A".repeat(length))).partial());
    let scanner = builder.build().unwrap();
    for pattern in HOSTILE {
        let short = (0..3).map(|_| time(&scanner, pattern, MEGABYTE / 64)).max().unwrap_or_default();
        let bound = short.max(Duration::from_micros(100)) * 64 * 5;
        assert!((0..3).any(|_| time(&scanner, pattern, MEGABYTE) < bound), "{pattern:?}");
    }
}

fn time(scanner: &Scanner, pattern: &str, length: usize) -> Duration {
    let text = pattern.repeat(length / pattern.len());
    let start = Instant::now();
    scanner.scan(&text, &mut Vec::new());
    start.elapsed()
}

/// A megabyte; a quarter of it where the code is not optimized.
const MEGABYTE: usize = if cfg!(debug_assertions) { 1 << 18 } else { 1 << 20 };

fn builder() -> ScannerBuilder {
    Scanner::builder()
        .pattern(Pattern::new("code", "[A-Z]{2}[0-9]{2,6}").score(0.6).context(["staff"]))
        .pattern(Pattern::new("long", "[A-Za-z0-9][A-Za-z0-9 ]{3,40}[0-9]").score(0.55).partial())
        .words(WordList::new("name", ["heron", "blue heron", "éclair", "example"]))
}

fn scan(builder: &ScannerBuilder, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    builder.clone().build().expect("the settings make sense").scan(text, &mut findings);
    findings
}

fn text() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "4111 1111 1111 1111",
        "4111111111111111",
        "536-90-4399",
        "GB82 WEST 1234 5698 7654 32",
        "bob@example.com",
        "heron@blue.example",
        "AB123456",
        "AB12",
        "ＡＢ１２",
        "blue heron",
        "HERON",
        "éclair",
        "h\u{200b}eron",
        "staff",
        "card",
        "[REDACTED:code]",
        "12",
        "é",
        "号",
    ]);
    let joints = prop::sample::select(vec!["", " ", " ", "-", ".", ", ", ":", "@", "_", "\n"]);
    prop::collection::vec((parts, joints), 0..12)
        .prop_map(|parts| parts.into_iter().flat_map(|(part, joint)| [part, joint]).collect())
}

fn told() -> impl Strategy<Value = Vec<Finding>> {
    let scores = prop::sample::select(vec![0.6, 0.95, 1.0, 7.0, -1.0, f32::NAN, f32::INFINITY]);
    let names = prop::sample::select(vec!["person", "place", "email", "other"]);
    let finding = (names, 0usize..200, 0usize..60, scores)
        .prop_map(|(name, start, length, score)| Finding::new(name, start..start + length, score));
    prop::collection::vec(finding, 0..6)
}
