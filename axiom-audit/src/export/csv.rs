//! CSV (RFC 4180) that a spreadsheet cannot mistake for formulas.

use std::io::{self, Write};

use axiom_core::{Object, Value};

use super::{Format, StoredEntry};

/// One row an entry, with a heading; nested values are JSON.
///
/// Every cell is quoted, so that no other separator can split it. A cell that a spreadsheet would run as a formula (one
/// that begins with `=`, `+`, `-`, `@`, their full-width forms, a tab or a line end) gets an apostrophe in front, and
/// so does a cell that begins with an apostrophe. To read a cell back, take one leading apostrophe away. Members of the
/// event that have no column of their own stand in `other`.
#[derive(Debug, Default)]
pub struct Csv;

impl Format for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        row(out, CHAIN.iter().chain(&EVENT).chain(&["other"]).map(|name| (*name).to_owned()))
    }

    fn entry(&mut self, entry: &StoredEntry, out: &mut dyn Write) -> io::Result<()> {
        let mut other = Object::new();
        for (name, value) in entry.event().iter().filter(|(name, _)| !EVENT.contains(&name.as_str())) {
            other.insert(name.as_str(), value.clone()).expect("the name is that of a member");
        }
        let chain =
            [entry.log().to_string(), entry.seq().to_string(), entry.hash().to_string(), entry.prev().to_string()];
        let event = EVENT.iter().map(|name| entry.event().get(name).map_or_else(String::new, cell));
        let other = if other.is_empty() { String::new() } else { cell(&other.into()) };
        row(out, chain.into_iter().chain(event).chain([other]))
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// The columns that place an entry in its log.
const CHAIN: [&str; 4] = ["log", "seq", "hash", "prev"];

/// The columns that are members of the event.
const EVENT: [&str; 25] = [
    "id",
    "timestamp",
    "recordedAt",
    "organizationId",
    "userId",
    "provider",
    "actionType",
    "status",
    "riskLevel",
    "resourceIds",
    "reason",
    "error",
    "beforeState",
    "afterState",
    "metadata",
    "actor",
    "source",
    "decision",
    "traceId",
    "spanId",
    "correlationId",
    "dataClasses",
    "subjectRefs",
    "redactions",
    "schemaVersion",
];

fn cell(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).expect("values have string keys and no floats"),
    };
    let guarded = text.starts_with(FORMULA);
    if guarded { format!("'{text}") } else { text }
}

/// What a spreadsheet takes for the start of a formula, full-width forms too, and the guard itself.
const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '\''];

fn row(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new()
        .quote_style(::csv::QuoteStyle::Always)
        .terminator(::csv::Terminator::CRLF)
        .from_writer(out);
    writer.write_record(cells.map(String::into_bytes))?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_guarded_and_reads_back() {
        for text in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "'quoted", "''", "plain", "", "a=b"]
        {
            let cell = cell(&text.into());
            assert!(!cell.starts_with(&FORMULA[..11]), "{cell}");
            assert_eq!(cell.strip_prefix('\'').unwrap_or(&cell), text);
        }
    }
}
