//! `axiom pii scan`.

use core::fmt::Write;
use core::ops::Range;
use std::path::PathBuf;

use axiom_core::Finding;
use axiom_pii::{Scanner, code_points, utf16};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::{Wanted, jsonl};
use crate::failure::Failure;
use crate::input::Source;
use crate::terminal::{self, BOLD, DIM, GOOD, WARN};

/// Find personal data in text
///
/// Prints where it stands and what it is, never the value itself.
///
/// Exit status: 0 the text was scanned; 1 some of the input could not be read, or something was found and --exit-code
/// was given; 2 wrong usage, or a file could not be read.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom pii scan mail.txt\n  \
    axiom pii scan --exit-code --types credit_card,us_ssn < release-notes.md\n  \
    echo '{\"id\":7,\"text\":\"write to bob@example.com\"}' | axiom pii scan --jsonl --offsets chars")]
pub(crate) struct Scan {
    /// The text, - for standard input [default: -]
    file: Option<PathBuf>,
    /// Read one JSON object {"id"?, "text"} a line of at most 64 MiB, and write one {"id"?, "findings"} for each
    #[arg(long)]
    jsonl: bool,
    /// Print the findings of a whole text as one JSON object
    #[arg(long, conflicts_with = "jsonl")]
    json: bool,
    /// What offsets count
    #[arg(long, value_enum, default_value_t = Offsets::Bytes)]
    offsets: Offsets,
    #[command(flatten)]
    wanted: Wanted,
    /// Exit with status 1 if anything was found
    #[arg(long)]
    exit_code: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Offsets {
    /// Bytes of UTF-8
    Bytes,
    /// Code points, as Python counts
    Chars,
    /// UTF-16 code units, as JavaScript and Java count
    Utf16,
}

/// A finding as it is printed.
#[derive(Serialize)]
struct Found<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    start: usize,
    end: usize,
    score: f64,
    validated: bool,
}

#[derive(Serialize)]
struct Findings<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Box<RawValue>>,
    findings: &'a [Found<'a>],
}

impl Scan {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let scanner = self.wanted.scanner()?;
        let source = Source::new(self.file.as_deref());
        let found = if self.jsonl { self.scan_lines(&scanner, &source)? } else { self.scan_text(&scanner, &source)? };
        if self.exit_code && found > 0 { Err(Failure::Told) } else { Ok(()) }
    }

    fn scan_lines(&self, scanner: &Scanner, source: &Source) -> Result<usize, Failure> {
        let (mut findings, mut found) = (Vec::new(), 0);
        jsonl::each(source, |line| {
            findings.clear();
            scanner.scan(&line.text, &mut findings);
            found += findings.len();
            let shown = self.described(&line.text, &findings);
            to_raw_value(&Findings { id: line.id, findings: &shown })
                .expect("findings have string keys and finite scores")
        })?;
        Ok(found)
    }

    fn scan_text(&self, scanner: &Scanner, source: &Source) -> Result<usize, Failure> {
        let text = source.read_text()?;
        let mut findings = Vec::new();
        scanner.scan(&text, &mut findings);
        let shown = self.described(&text, &findings);
        if self.json {
            let json = serde_json::to_string(&Findings { id: None, findings: &shown });
            terminal::print(&(json.map_err(|error| Failure::Usage(error.to_string()))? + "\n"))?;
        } else {
            terminal::print(&rendered(&text, &findings, &shown))?;
        }
        Ok(findings.len())
    }

    fn described<'a>(&self, text: &str, findings: &'a [Finding]) -> Vec<Found<'a>> {
        let ranges: Vec<Range<usize>> = match self.offsets {
            Offsets::Bytes => findings.iter().map(|finding| finding.range.clone()).collect(),
            Offsets::Chars => code_points(text, findings),
            Offsets::Utf16 => utf16(text, findings),
        };
        let describe = |(finding, range): (&'a Finding, Range<usize>)| Found {
            kind: &finding.kind,
            start: range.start,
            end: range.end,
            score: rounded(finding.score),
            validated: finding.validated,
        };
        findings.iter().zip(ranges).map(describe).collect()
    }
}

/// The score with the two decimals that it has.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 100.0).round() / 100.0
}

/// One line a finding: where it is as editors count, what it is, how sure that is.
fn rendered(text: &str, findings: &[Finding], shown: &[Found<'_>]) -> String {
    let (mut out, mut line, mut column, mut at) = (String::new(), 1, 1, 0);
    for (finding, found) in findings.iter().zip(shown) {
        // Counted on from the finding before: a long line may hold very many.
        let before = &text[at..finding.range.start];
        line += before.matches('\n').count();
        column = match before.rsplit_once('\n') {
            Some((_, rest)) => rest.chars().count() + 1,
            None => column + before.chars().count(),
        };
        at = finding.range.start;
        let style = if found.validated { GOOD } else { WARN };
        let checked = if found.validated { "validated" } else { "by its form" };
        let (start, end, score) = (found.start, found.end, found.score);
        let _ = writeln!(
            out,
            "{BOLD}{line}:{column}{BOLD:#}  {:<16} {style}{score:.2} {checked}{style:#}  {DIM}{start}..{end}{DIM:#}",
            found.kind
        );
    }
    out
}
