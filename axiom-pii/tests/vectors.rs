//! Every case of `tests/vectors/*.json`: the texts and what stands in them, from public sources.

use axiom_pii::{Scanner, catalogue, code_points};
use serde_json::Value;

#[test]
fn finds_every_value_of_every_type_and_nothing_else() {
    for kind in catalogue() {
        let path = format!("{}/tests/vectors/{}.json", env!("CARGO_MANIFEST_DIR"), kind.name);
        check(kind.name, &std::fs::read_to_string(path).expect(kind.name));
    }
}

fn check(kind: &str, vectors: &str) {
    let vectors: Value = serde_json::from_str(vectors).expect("JSON");
    let cases = vectors["cases"].as_array().expect("an array");
    let negative = cases.iter().filter(|case| expected(case).is_empty()).count();
    assert!(negative >= FEWEST && cases.len() - negative >= FEWEST, "{kind}: too few cases");
    assert!(vectors["source"].as_str().is_some_and(|source| !source.is_empty()), "{kind}: no source");
    let wrong: Vec<_> =
        cases.iter().filter(|case| scan(kind, case["text"].as_str().expect("a string")) != expected(case)).collect();
    assert!(wrong.is_empty(), "{kind}: {wrong:#?}");
    assert!(cases.iter().flat_map(expected).all(|found| found.0 == kind), "{kind}: another type");
}

/// Type, start and end of every finding of type `kind`, in code points.
fn scan(kind: &str, text: &str) -> Vec<(String, u64, u64)> {
    let mut findings = Vec::new();
    Scanner::new().scan(text, &mut findings);
    let places = code_points(text, &findings);
    let found = findings.into_iter().zip(places).filter(|(finding, _)| finding.kind == kind);
    found.map(|(finding, place)| (finding.kind.into_owned(), place.start as u64, place.end as u64)).collect()
}

fn expected(case: &Value) -> Vec<(String, u64, u64)> {
    let findings = case["findings"].as_array().expect("an array").iter();
    let place = |finding: &Value, side| finding[side].as_u64().expect("a number");
    let kind = |finding: &Value| finding["type"].as_str().expect("a string").to_owned();
    findings.map(|finding| (kind(finding), place(finding, "start"), place(finding, "end"))).collect()
}

/// The fewest texts of each type with a value, and without.
const FEWEST: usize = 3;
