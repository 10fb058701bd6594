//! Scanning for personal data, beside a bare table scan. The crate's documentation says what is compared.

use axiom_benches::{Bench, Comparison, Error, Sample};
use axiom_pii::Scanner;
use regex_automata::meta::Regex;

mod expressions;
mod regex_set;
mod table;
mod text;

fn main() -> Result<(), Error> {
    let mut bench = Bench::start("scan")?;
    let length = if bench.is_smoke() { LENGTH / 64 } else { LENGTH };
    for (name, goal, line) in KINDS {
        let comparison = Comparison { name, unit: "kB/s", goal };
        let text = text::of(length, line);
        bench.compare(&comparison, || scan(&text), || table(&text))?;
    }
    let (regex, mixed) = (regex_set::new()?, text::of(length, text::mixed));
    let comparison = Comparison { name: "scan_vs_regex_set", unit: "kB/s", goal: 1.0 };
    bench.compare(&comparison, || scan(&mixed), || matches(&regex, &mixed))?;
    let (ascii, other) = (text::of(length, text::mixed), text::of(length, text::beyond_ascii));
    let comparison = Comparison { name: "scan_non_ascii_vs_ascii", unit: "kB/s", goal: 0.33 };
    bench.compare(&comparison, || scan(&other), || scan(&ascii))?;
    bench.finish()
}

/// A line of text of some kind, by its number.
type Line = fn(usize) -> String;

/// Every kind of text, with the goal that it has beside the table scan.
const KINDS: [(&str, f64, Line); 6] = [
    ("scan_vs_table_scan", 0.3, text::mixed),
    ("scan_logs_vs_table_scan", 0.3, text::log),
    ("scan_json_vs_table_scan", 0.3, text::json),
    ("scan_mail_vs_table_scan", 0.3, text::mail),
    ("scan_prose_vs_table_scan", 0.3, text::prose),
    ("scan_csv_vs_table_scan", 0.3, text::csv),
];

fn scan(text: &str) -> Result<Sample, Error> {
    let (scanner, mut findings) = (Scanner::new(), Vec::new());
    Sample::cpu(text.len() / 1000, || {
        scanner.scan(text, &mut findings);
        core::hint::black_box(&findings);
        Ok(())
    })
}

fn table(text: &str) -> Result<Sample, Error> {
    Sample::cpu(text.len() / 1000, || {
        core::hint::black_box(table::cards(text.as_bytes()));
        Ok(())
    })
}

fn matches(regex: &Regex, text: &str) -> Result<Sample, Error> {
    Sample::cpu(text.len() / 1000, || {
        core::hint::black_box(regex.find_iter(text).count());
        Ok(())
    })
}

/// The length of each text, in bytes.
const LENGTH: usize = 8_000_000;
