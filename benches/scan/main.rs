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
    for (name, line) in SCRIPTS {
        let other = text::of(length, line);
        let comparison = Comparison { name, unit: "kB/s", goal: 0.33 };
        bench.compare(&comparison, || scan(&other), || scan(&mixed))?;
    }
    let comparison = Comparison { name: "redact_vs_scan", unit: "kB/s", goal: 0.5 };
    bench.compare(&comparison, || redact(&mixed), || scan(&mixed))?;
    bench.finish()
}

/// A line of text of some kind, by its number.
type Line = fn(usize) -> String;

/// Every kind of text, with the goal that it has beside the table scan.
const KINDS: [(&str, f64, Line); 8] = [
    ("scan_vs_table_scan", 0.3, text::mixed),
    ("scan_logs_vs_table_scan", 0.3, text::log),
    ("scan_json_vs_table_scan", 0.3, text::json),
    ("scan_mail_vs_table_scan", 0.3, text::mail),
    ("scan_prose_vs_table_scan", 0.3, text::prose),
    ("scan_csv_vs_table_scan", 0.3, text::csv),
    ("scan_web_logs_vs_table_scan", 0.3, text::web_log),
    ("scan_numbers_vs_table_scan", 0.3, text::numbers),
];

/// Texts that have hardly a byte of ASCII, beside the mixed one.
const SCRIPTS: [(&str, Line); 3] = [
    ("scan_non_ascii_vs_ascii", text::russian),
    ("scan_other_digits_vs_ascii", text::hindi),
    ("scan_full_width_vs_ascii", text::full_width),
];

fn scan(text: &str) -> Result<Sample, Error> {
    let (scanner, mut findings) = (Scanner::new(), Vec::new());
    Sample::cpu(text.len() / 1000, || {
        scanner.scan(text, &mut findings);
        core::hint::black_box(&findings);
        Ok(())
    })
}

fn redact(text: &str) -> Result<Sample, Error> {
    let (scanner, mut findings) = (Scanner::new(), Vec::new());
    Sample::cpu(text.len() / 1000, || {
        core::hint::black_box(scanner.redact(text, &mut findings));
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
