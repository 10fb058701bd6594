//! Every case of `tests/vectors/*.json`: the texts and what stands in them, from public sources.

use axiom_pii::{Scanner, catalogue, code_points};
use serde_json::Value;

#[test]
fn finds_every_iban_and_nothing_else() {
    check("iban", include_str!("vectors/iban.json"));
}

#[test]
fn finds_every_credit_card_and_nothing_else() {
    check("credit_card", include_str!("vectors/credit_card.json"));
}

#[test]
fn finds_every_us_ssn_and_nothing_else() {
    check("us_ssn", include_str!("vectors/us_ssn.json"));
}

#[test]
fn finds_every_email_and_nothing_else() {
    check("email", include_str!("vectors/email.json"));
}

#[test]
fn every_type_of_the_catalogue_has_vectors() {
    for kind in catalogue() {
        let path = format!("{}/tests/vectors/{}.json", env!("CARGO_MANIFEST_DIR"), kind.name);
        assert!(std::fs::exists(path).unwrap(), "{}", kind.name);
    }
}

fn check(kind: &str, vectors: &str) {
    let vectors: Value = serde_json::from_str(vectors).expect("JSON");
    let cases = vectors["cases"].as_array().expect("an array");
    assert!(cases.iter().any(|case| expected(case).is_empty()), "no negative cases");
    for case in cases {
        let text = case["text"].as_str().expect("a string");
        assert_eq!(scan(text), expected(case), "{text}");
        assert!(expected(case).iter().all(|found| found.0 == kind), "{text}");
    }
}

/// Type, start and end of every finding, in code points.
fn scan(text: &str) -> Vec<(String, u64, u64)> {
    let mut findings = Vec::new();
    Scanner::new().scan(text, &mut findings);
    let places = code_points(text, &findings);
    let found = findings.into_iter().zip(places);
    found.map(|(finding, place)| (finding.kind.into_owned(), place.start as u64, place.end as u64)).collect()
}

fn expected(case: &Value) -> Vec<(String, u64, u64)> {
    let findings = case["findings"].as_array().expect("an array").iter();
    let place = |finding: &Value, side| finding[side].as_u64().expect("a number");
    let kind = |finding: &Value| finding["type"].as_str().expect("a string").to_owned();
    findings.map(|finding| (kind(finding), place(finding, "start"), place(finding, "end"))).collect()
}
