//! Scores the scanner on labelled documents and prints what it misses.
//!
//! ```text
//! cargo run -p axiom-benches --bin pii_accuracy -- FILE
//! ```
//!
//! The file is a JSON array of `{"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}`, places in
//! code points, as presidio-research writes it. Only structured types count. A finding is right where it shares more
//! than half of the longer one of the two with a span of its type.

use core::ops::Range;
use std::collections::BTreeMap;
use std::path::PathBuf;

use axiom_benches::Error;
use axiom_pii::{Scanner, code_points};
use clap::Parser;
use serde::Deserialize;

#[derive(Parser)]
struct Arguments {
    /// The labelled documents
    file: PathBuf,
}

#[derive(Deserialize)]
struct Document {
    full_text: String,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    entity_type: String,
    start_position: usize,
    end_position: usize,
}

/// What was right, what was found and is none, what was missed.
#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

fn main() -> Result<(), Error> {
    let documents: Vec<Document> = serde_json::from_slice(&std::fs::read(Arguments::parse().file)?)?;
    let scanner = Scanner::new();
    let mut scores = BTreeMap::new();
    for document in &documents {
        compare(&scanner, document, &mut scores);
    }
    let mut total = Score::default();
    for (kind, score) in &scores {
        println!("{kind:<16}{score}");
        total.right += score.right;
        total.wrong += score.wrong;
        total.missed += score.missed;
    }
    println!("{:<16}{total}", "micro");
    Ok(())
}

/// Adds what the scanner finds in one document.
fn compare(scanner: &Scanner, document: &Document, scores: &mut BTreeMap<&'static str, Score>) {
    let text = &document.full_text;
    let mut findings = Vec::new();
    scanner.scan(text, &mut findings);
    let places = code_points(text, &findings);
    let mut open: Vec<_> = findings.iter().map(|finding| &*finding.kind).zip(places).collect();
    for span in &document.spans {
        let Some(kind) = structured(&span.entity_type) else { continue };
        let range = span.start_position..span.end_position;
        let score = scores.entry(kind).or_default();
        if let Some(place) = open.iter().position(|(found, place)| *found == kind && is_same(place, &range)) {
            open.swap_remove(place);
            score.right += 1;
        } else {
            score.missed += 1;
            let value: String = text.chars().skip(range.start).take(range.len()).collect();
            println!("missed {kind}: {value:?}");
        }
    }
    for (found, _) in open {
        if let Some((_, kind)) = TYPES.iter().find(|(_, kind)| *kind == found) {
            scores.entry(kind).or_default().wrong += 1;
        }
    }
}

/// Whether the two share more than half of the longer one.
fn is_same(found: &Range<usize>, span: &Range<usize>) -> bool {
    let shared = found.end.min(span.end).saturating_sub(found.start.max(span.start));
    shared * 2 > found.len().max(span.len())
}

fn structured(entity: &str) -> Option<&'static str> {
    TYPES.iter().find(|(name, _)| *name == entity).map(|&(_, kind)| kind)
}

impl core::fmt::Display for Score {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { right, wrong, missed } = self;
        let share = |of: usize| if of == 0 { 0.0 } else { *right as f64 / of as f64 };
        let (precision, recall) = (share(right + wrong), share(right + missed));
        let both = if *right == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
        write!(
            f,
            "right {right:>5}  wrong {wrong:>5}  missed {missed:>5}  P {precision:.3}  R {recall:.3}  F1 {both:.3}"
        )
    }
}

/// The structured types of such files, and ours.
const TYPES: [(&str, &str); 7] = [
    ("CREDIT_CARD", "credit_card"),
    ("EMAIL_ADDRESS", "email"),
    ("IBAN_CODE", "iban"),
    ("IP_ADDRESS", "ip_address"),
    ("PHONE_NUMBER", "phone"),
    ("US_DRIVER_LICENSE", "driver_licence"),
    ("US_SSN", "us_ssn"),
];
