//! Findings in words.

use core::fmt::Write;
use std::path::Path;

use axiom_pii::{Category, Severity, catalogue};

use super::found::Found;
use super::sarif::{Entry, Region};
use crate::terminal::{BOLD, DIM, GOOD, WARN, printable};

/// One line a finding: where it is as editors count, what it is, how sure that is.
pub(super) fn lines(path: Option<&Path>, found: &[Found]) -> String {
    let mut out = String::new();
    for finding in found {
        let Found { kind, start, end, score, validated, pointer, lines } = finding;
        if let Some(path) = path {
            let _ = write!(out, "{}:", printable(&path.display().to_string()));
        }
        let (style, checked) = if *validated { (GOOD, "validated") } else { (WARN, "by its form") };
        let (line, column) = (lines.start.line, lines.start.column);
        let _ = write!(
            out,
            "{BOLD}{line}:{column}{BOLD:#}  {kind:<16} {style}{score:.2} {checked}{style:#}  {DIM}{start}..{end}{DIM:#}"
        );
        let _ = match pointer {
            Some(pointer) => writeln!(out, "  {}", printable(pointer)),
            None => writeln!(out),
        };
    }
    out
}

/// The finding as an entry of a log for code scanning.
pub(super) fn entry<'a>(path: &'a Path, found: &'a Found) -> Entry<'a> {
    let Found { kind, pointer, lines, .. } = found;
    let place = pointer.as_ref().map(|pointer| format!(" at {pointer}")).unwrap_or_default();
    Entry {
        kind,
        severity: severity(found),
        message: format!(
            "{kind}{place}: {} should not be stored here.",
            if is_secret(kind) { "a secret" } else { "personal data" }
        ),
        path,
        region: Region {
            start_line: lines.start.line,
            start_column: lines.start.column,
            end_line: lines.end.line,
            end_column: lines.end.column,
        },
        pointer: pointer.as_deref(),
        fingerprint: None,
    }
}

fn severity(found: &Found) -> Severity {
    match found.score {
        score if score < LIKELY => Severity::Note,
        _ if is_secret(&found.kind) => Severity::Error,
        _ => Severity::Warning,
    }
}

fn is_secret(kind: &str) -> bool {
    catalogue().iter().any(|known| known.name == kind && known.category == Category::Secret)
}

/// From which score on a finding is more than a hint.
const LIKELY: f64 = 0.5;
