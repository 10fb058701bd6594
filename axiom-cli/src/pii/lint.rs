//! `axiom pii lint`.

use core::fmt::Write;
use std::path::PathBuf;

use anstyle::Style;
use axiom_pii::{Linter, Remark, Severity};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Wanted;
use super::found::rounded;
use super::sarif::{self, Region};
use crate::failure::Failure;
use crate::input::Source;
use crate::terminal::{self, BAD, BOLD, DIM, WARN, printable, printable_json};

/// Find secrets and personal data typed into configurations and automations
///
/// Reads JSON documents and prints where something stands that should not be stored, what it is and what to do about it,
/// never the value itself. A secret is what has the form of one, and whatever is typed in where a name says that a secret
/// belongs: "password": "…", "name": "X-Api-Key" beside "value": "…", ?token=… inside a text. References and templates
/// such as ${VAR}, {{ secrets.x }}, env:NAME and vault:… are none.
///
/// Exit status: 0 nothing to say; 1 something was found; 2 wrong usage, or a file could not be read or is no JSON.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom pii lint automation.json config/*.json\n  \
    axiom pii lint --allow /owners/*/mail --min-severity error < automation.json\n  \
    axiom pii lint --format sarif automations/*.json > lint.sarif\n\n\
    Before every commit, with pre-commit (.pre-commit-config.yaml), where axiom is installed:\n  \
    repos:\n  \
    - repo: <where axiom comes from>\n    \
      rev: <version>\n    \
      hooks:\n    \
      - id: axiom-pii-lint\n      \
        args: [--min-severity, warning]")]
pub(crate) struct Lint {
    /// JSON documents, - for standard input [default: -]
    files: Vec<PathBuf>,
    /// How the findings are printed
    #[arg(long, value_enum, default_value_t = Shown::Text)]
    format: Shown,
    /// Say nothing about what stands at this JSON Pointer or below; * is any key or index
    #[arg(long, value_name = "POINTER", value_parser = pointer)]
    allow: Vec<String>,
    /// Only what is at least as bad
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = Least::Note)]
    min_severity: Least,
    #[command(flatten)]
    wanted: Wanted,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// One JSON object {"findings"}
    Json,
    /// A log for code scanning (SARIF 2.1.0)
    Sarif,
    /// One line for each finding
    Text,
}

#[derive(Clone, Copy, ValueEnum)]
enum Least {
    Note,
    Warning,
    Error,
}

impl Least {
    const fn severity(self) -> Severity {
        match self {
            Self::Note => Severity::Note,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

/// A finding as JSON has it.
#[derive(Serialize)]
struct Shape<'a> {
    path: String,
    line: usize,
    column: usize,
    severity: &'static str,
    #[serde(rename = "type")]
    kind: &'a str,
    score: f64,
    pointer: &'a str,
    key: bool,
    advice: &'static str,
}

impl Lint {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let linter = self.allow.iter().fold(Linter::new(self.wanted.scanner()?), Linter::allow);
        let standard_input = [PathBuf::from("-")];
        let files = if self.files.is_empty() { &standard_input[..] } else { &self.files };
        let (mut remarks, mut whole) = (Vec::new(), true);
        for path in files {
            let source = Source::new(Some(path));
            match lint(&linter, &source) {
                Ok(found) => remarks.extend(found.into_iter().map(|remark| (source.name().to_owned(), remark))),
                Err(failure) => {
                    failure.report();
                    whole = false;
                }
            }
        }
        remarks.retain(|(_, remark)| remark.severity >= self.min_severity.severity());
        self.print(&remarks)?;
        match (whole, remarks.is_empty()) {
            (false, _) => Err(Failure::Usage("not everything could be read".into())),
            (true, false) => Err(Failure::Told),
            (true, true) => Ok(()),
        }
    }

    fn print(&self, remarks: &[(PathBuf, Remark)]) -> Result<(), Failure> {
        let value = match self.format {
            Shown::Json => serde_json::json!({"findings": remarks.iter().map(shape).collect::<Vec<_>>()}),
            Shown::Sarif => sarif::log(&remarks.iter().map(entry).collect::<Vec<_>>()),
            Shown::Text => return terminal::print(&lines(remarks)),
        };
        terminal::print(&(printable_json(&value.to_string()) + "\n"))
    }
}

fn lint(linter: &Linter, source: &Source) -> Result<Vec<Remark>, Failure> {
    linter.lint(&source.read()?).map_err(|error| Failure::Usage(format!("{}: {error}", source.name().display())))
}

/// A JSON Pointer, which is empty or begins with a slash.
fn pointer(text: &str) -> Result<String, String> {
    match text {
        "" => Err("the empty pointer is the whole document".into()),
        _ if text.starts_with('/') => Ok(text.into()),
        _ => Err("a JSON Pointer begins with a slash: /steps/0/text".into()),
    }
}

fn shape((path, remark): &(PathBuf, Remark)) -> Shape<'_> {
    Shape {
        path: path.display().to_string(),
        line: remark.line,
        column: remark.columns.start,
        severity: remark.severity.as_str(),
        kind: &remark.kind,
        score: rounded(remark.score),
        pointer: &remark.pointer,
        key: remark.is_key,
        advice: remark.advice,
    }
}

fn entry((path, remark): &(PathBuf, Remark)) -> sarif::Entry<'_> {
    let (line, columns) = (remark.line, &remark.columns);
    let (kind, pointer, advice) = (&remark.kind, &remark.pointer, remark.advice);
    sarif::Entry {
        kind,
        severity: remark.severity,
        message: format!("{kind} at {pointer}: {advice}."),
        path,
        region: Region { start_line: line, start_column: columns.start, end_line: line, end_column: columns.end },
        pointer: Some(pointer),
        fingerprint: Some(remark.fingerprint()),
    }
}

/// One line a finding: where it stands, how bad it is, what it is, what to do.
fn lines(remarks: &[(PathBuf, Remark)]) -> String {
    let mut out = String::new();
    for (path, remark) in remarks {
        let (path, pointer) = (printable(&path.display().to_string()), printable(&remark.pointer));
        let Remark { severity, kind, advice, line, columns, .. } = remark;
        let (style, column) = (style(*severity), columns.start);
        let _ = writeln!(
            out,
            "{path}:{BOLD}{line}:{column}{BOLD:#}  {style}{severity}{style:#}  {kind} at {pointer}  {DIM}{advice}{DIM:#}"
        );
    }
    out
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => WARN,
        _ => DIM,
    }
}
