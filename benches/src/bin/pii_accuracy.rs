//! Scores the scanner on labelled documents and prints what it misses.
//!
//! ```text
//! cargo run --release -p axiom-benches --bin pii_accuracy -- FILE
//! cargo run --release -p axiom-benches --bin pii_accuracy -- --min-score 0.3 --json FILE
//! ```
//!
//! The file is a JSON array of `{"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}`, places in
//! code points, as presidio-research writes it; one object a line does as well, and so do `text`, `type`, `start` and
//! `end`. Types have our names or those of Presidio; spans of others, such as persons, do not count, nor do findings of
//! types that the file never labels. A finding is right where it shares more than half of the longer one of the two with
//! a span of its type.

#![forbid(unsafe_code)]

use core::fmt;
use core::ops::{AddAssign, Range};
use std::collections::BTreeMap;
use std::path::PathBuf;

use axiom_benches::Error;
use axiom_pii::{Scanner, catalogue, code_points};
use clap::Parser;
use serde::{Deserialize, Serialize};

/// Scores the scanner on labelled documents
#[derive(Parser)]
struct Options {
    /// The labelled documents
    file: PathBuf,
    /// Regions whose national telephone numbers are known
    #[arg(long, value_delimiter = ',')]
    region: Vec<String>,
    /// The least score that is reported
    #[arg(long, default_value_t = Scanner::MIN_SCORE)]
    min_score: f32,
    /// Print values as they are, not masked
    #[arg(long)]
    show_values: bool,
    /// Print the scores as JSON, and nothing else
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default, alias = "text")]
    full_text: String,
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    #[serde(default, alias = "type")]
    entity_type: String,
    #[serde(default, alias = "start")]
    start_position: usize,
    #[serde(default, alias = "end")]
    end_position: usize,
}

impl Span {
    const fn range(&self) -> Range<usize> {
        self.start_position..self.end_position
    }
}

fn main() -> Result<(), Error> {
    let options = Options::parse();
    let documents = read(&std::fs::read(&options.file)?)?;
    let scanner = Scanner::builder().min_score(options.min_score).regions(options.region).build();
    let mut marks = Marks::new(scanner.map_err(|error| Error::Baseline(Box::new(error)))?, &documents);
    for document in &documents {
        marks.add(document);
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&marks.scores())?);
    } else {
        marks.print(options.show_values);
    }
    Ok(())
}

/// An array of documents, or one on each line.
fn read(bytes: &[u8]) -> Result<Vec<Document>, Error> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Ok(serde_json::from_slice(bytes)?);
    }
    let lines = serde_json::Deserializer::from_slice(bytes).into_iter();
    Ok(lines.collect::<Result<_, _>>()?)
}

/// What was found right and wrong.
struct Marks {
    scanner: Scanner,
    /// By type, of those that the documents label.
    scores: BTreeMap<&'static str, Score>,
    /// What went wrong, the type, and the characters.
    mistakes: Vec<(&'static str, &'static str, String)>,
}

impl Marks {
    fn new(scanner: Scanner, documents: &[Document]) -> Self {
        let labelled = documents.iter().flat_map(|document| &document.spans);
        let scores = labelled.filter_map(|span| structured(&span.entity_type)).map(|kind| (kind, Score::default()));
        Self { scanner, scores: scores.collect(), mistakes: Vec::new() }
    }

    /// Adds what the scanner finds in one document.
    fn add(&mut self, document: &Document) {
        let text = &document.full_text;
        let mut findings = Vec::new();
        self.scanner.scan(text, &mut findings);
        let places = code_points(text, &findings);
        let mut open: Vec<_> = findings.iter().map(|finding| &*finding.kind).zip(places).collect();
        for span in &document.spans {
            let Some(kind) = structured(&span.entity_type) else { continue };
            let found = open.iter().position(|(found, place)| *found == kind && is_same(place, &span.range()));
            if let Some(place) = found {
                open.swap_remove(place);
                self.scores.entry(kind).or_default().right += 1;
            } else {
                self.scores.entry(kind).or_default().missed += 1;
                self.mistakes.push(("missed", kind, part(text, &span.range())));
            }
        }
        for (kind, place) in open {
            let Some((kind, score)) = self.scores.iter_mut().find(|(known, _)| **known == kind) else { continue };
            score.wrong += 1;
            self.mistakes.push(("wrong", kind, part(text, &place)));
        }
    }

    /// The scores of every type, and of all of them together as `micro`.
    fn scores(&self) -> Vec<Row> {
        let mut total = Score::default();
        self.scores.values().for_each(|score| total += *score);
        self.scores.iter().map(|(kind, score)| (*kind, *score)).chain([("micro", total)]).map(Row::new).collect()
    }

    fn print(&self, plain: bool) {
        for (mistake, kind, value) in &self.mistakes {
            let value = if plain { value.clone() } else { value.chars().map(masked).collect() };
            println!("{mistake:<7}{kind}: {value:?}");
        }
        self.scores().iter().for_each(|row| println!("{row}"));
    }
}

/// What was right, what was found and is none, what was missed.
#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
}

/// A line of the table, an object of the JSON.
#[derive(Serialize)]
struct Row {
    #[serde(rename = "type")]
    kind: &'static str,
    right: usize,
    wrong: usize,
    missed: usize,
    precision: f64,
    recall: f64,
    f1: f64,
}

impl Row {
    fn new((kind, Score { right, wrong, missed }): (&'static str, Score)) -> Self {
        let share = |of: usize| if of == 0 { 0.0 } else { right as f64 / of as f64 };
        let (precision, recall) = (share(right + wrong), share(right + missed));
        let f1 = if right == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
        Self { kind, right, wrong, missed, precision, recall, f1 }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, right, wrong, missed, precision, recall, f1 } = self;
        write!(f, "{kind:<18}right {right:>5}  wrong {wrong:>5}  missed {missed:>5}")?;
        write!(f, "  P {precision:.3}  R {recall:.3}  F1 {f1:.3}")
    }
}

/// Whether the two share more than half of the longer one.
fn is_same(found: &Range<usize>, span: &Range<usize>) -> bool {
    let shared = found.end.min(span.end).saturating_sub(found.start.max(span.start));
    shared * 2 > found.len().max(span.len())
}

/// The characters of `text` in `range`, as far as there are any.
fn part(text: &str, range: &Range<usize>) -> String {
    text.chars().skip(range.start).take(range.len()).collect()
}

/// The character's kind, in the place of the character.
fn masked(character: char) -> char {
    match character {
        _ if character.is_numeric() => '9',
        _ if character.is_uppercase() => 'X',
        _ if character.is_alphabetic() => 'x',
        _ => character,
    }
}

/// Our name of a structured type.
fn structured(entity: &str) -> Option<&'static str> {
    let name = PRESIDIO.iter().find(|(name, _)| *name == entity).map_or(entity, |&(_, kind)| kind);
    catalogue().iter().map(|kind| kind.name).find(|kind| kind.eq_ignore_ascii_case(name))
}

/// What Presidio calls types that have another name here.
const PRESIDIO: [(&str, &str); 12] = [
    ("CRYPTO", "btc_address"),
    ("EMAIL_ADDRESS", "email"),
    ("IBAN_CODE", "iban"),
    ("IN_PASSPORT", "passport"),
    ("IT_DRIVER_LICENSE", "driver_licence"),
    ("IT_FISCAL_CODE", "it_codice_fiscale"),
    ("PHONE_NUMBER", "phone"),
    ("SG_NRIC_FIN", "sg_nric"),
    ("US_BANK_NUMBER", "us_bank_account"),
    ("US_DRIVER_LICENSE", "driver_licence"),
    ("US_PASSPORT", "passport"),
    ("UK_PASSPORT", "passport"),
];
