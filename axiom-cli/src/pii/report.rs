//! Findings in words.

use core::fmt::Write;
use std::path::Path;

use super::found::Found;
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
