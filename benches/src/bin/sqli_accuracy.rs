//! How accurate the scan for SQL injection is, on labelled files and on files of plain lines.
//!
//! ```text
//! cargo run --release -p axiom-benches --bin sqli_accuracy -- labelled.jsonl
//! cargo run --release -p axiom-benches --bin sqli_accuracy -- --benign --mode field README.md docs/*.txt
//! ```
//!
//! A labelled file has one JSON object a line: `{"label": "attack" | "benign", "mode"?, "text" | "hex", "category"?}`. With
//! `--benign` each line of a file is a text of its own that must pass.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use axiom_benches::Error;
use axiom_sqli::{Mode, Report, scan};
use clap::Parser;
use serde::Deserialize;

/// Scores files of attacks and of benign texts
#[derive(Parser)]
struct Options {
    /// Labelled JSON Lines, or any text with --benign
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Each line of the files is a benign text
    #[arg(long)]
    benign: bool,
    /// The mode of texts that name none: field, prompt or statement
    #[arg(long, default_value = "field", value_parser = named)]
    mode: Mode,
    /// Print each text that was judged wrong
    #[arg(long)]
    wrong: bool,
}

fn named(name: &str) -> Result<Mode, String> {
    Mode::ALL.into_iter().find(|mode| mode.as_str() == name).ok_or_else(|| "unknown mode".to_owned())
}

/// One line of a labelled file.
#[derive(Deserialize)]
struct Item {
    label: Label,
    mode: Option<String>,
    text: Option<String>,
    hex: Option<String>,
    category: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Label {
    Attack,
    Benign,
}

/// How many texts there are of a sort, and how many of them were blocked.
#[derive(Default)]
struct Tally {
    all: usize,
    blocked: usize,
}

impl Tally {
    fn count(&mut self, blocked: bool) {
        self.all += 1;
        self.blocked += usize::from(blocked);
    }

    fn share(&self) -> f64 {
        100.0 * self.blocked as f64 / self.all.max(1) as f64
    }
}

/// The tallies of a run, by what the texts are.
#[derive(Default)]
struct Score {
    tallies: BTreeMap<String, Tally>,
    found: BTreeMap<&'static str, usize>,
    wrong: bool,
}

impl Score {
    fn count(&mut self, label: Label, sort: Option<&str>, text: &[u8], report: &Report) {
        let name = if label == Label::Attack { "attack" } else { "benign" };
        self.tallies.entry(name.to_owned()).or_default().count(report.is_blocked());
        if let Some(sort) = sort {
            self.tallies.entry(format!("{name}, {sort}")).or_default().count(report.is_blocked());
        }
        if label == Label::Attack {
            report.categories.iter().for_each(|category| *self.found.entry(category.as_str()).or_default() += 1);
        }
        if self.wrong && report.is_blocked() != (label == Label::Attack) {
            println!("{name} {:.2} {}", report.score, text.escape_ascii());
        }
    }

    fn print(&self) {
        println!("{:<32}{:>10}{:>10}{:>10}", "what", "texts", "blocked", "%");
        for (name, tally) in &self.tallies {
            println!("{name:<32}{:>10}{:>10}{:>10.3}", tally.all, tally.blocked, tally.share());
        }
        for (category, count) in &self.found {
            println!("  attacks with category {category:<24}{count:>8}");
        }
    }
}

fn main() -> Result<(), Error> {
    let options = Options::parse();
    let mut score = Score { wrong: options.wrong, ..Score::default() };
    for path in &options.files {
        let bytes = fs::read(path)?;
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            if options.benign {
                score.count(Label::Benign, None, line, &scan(line, options.mode));
            } else {
                count_labelled(&mut score, line, options.mode)?;
            }
        }
    }
    score.print();
    Ok(())
}

fn count_labelled(score: &mut Score, line: &[u8], default: Mode) -> Result<(), Error> {
    let item: Item = serde_json::from_slice(line)?;
    let mode = match &item.mode {
        Some(name) => named(name).map_err(|error| Error::Baseline(error.into()))?,
        None => default,
    };
    let text = match (item.text, item.hex) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(hex)) => unhex(&hex).ok_or_else(|| Error::Baseline("`hex` must be pairs of digits".into()))?,
        _ => return Err(Error::Baseline("a line must have one of `text` and `hex`".into())),
    };
    score.count(item.label, item.category.as_deref(), &text, &scan(&text, mode));
    Ok(())
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
