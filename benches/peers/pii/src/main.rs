//! A scan for personal data, beside Presidio, redact-core and Vectorscan.
//!
//! ```text
//! apt install libvectorscan-dev
//! python3 -m venv target/presidio
//! target/presidio/bin/pip install presidio-analyzer==2.2.366
//! AXIOM_PRESIDIO=target/presidio/bin/python \
//!     cargo run --release --manifest-path benches/peers/pii/Cargo.toml --target-dir target/peers
//! ```
//!
//! | what | ours | baseline |
//! |---|---|---|
//! | `scan_vs_presidio` | a [`Scanner`] with every type | Presidio's analyzer with 25 recognizers: its 17 for English that need no model, and 8 of India, Singapore and Australia; a blank spaCy pipeline gives it the words |
//! | `scan_vs_redact_core` | the same | the analyzer of `redact-core` with all that it recognizes |
//! | `scan_vs_vectorscan` | the same | [`patterns`]: 30 expressions of such types, matched and neither validated nor weighed, without the start of matches |
//!
//! The text is that of the bench `scan`: lines of logs, JSON, mail and prose, one in a hundred with personal data; it is
//! cut into documents of some 4 KB. Both sides get the same documents, Presidio a twentieth of them. CPU time counts, in Presidio's case that of its
//! process, which is started once and reads the documents before the clock runs.
//!
//! Without `AXIOM_PRESIDIO`, the interpreter that has Presidio, its row is left out.

#[path = "../../../scan/expressions.rs"]
mod expressions;
mod patterns;
mod presidio;
#[allow(dead_code, reason = "the bench scan needs all of it")]
#[path = "../../../scan/text.rs"]
mod text;

use axiom_benches::{Bench, Comparison, Error, Sample};
use axiom_pii::Scanner;
use hyperscan::prelude::*;
use redact_core::AnalyzerEngine;

use presidio::Presidio;

fn main() -> Result<(), Error> {
    let mut bench = Bench::start("pii_peers")?;
    let share = if bench.is_smoke() { 16 } else { 1 };
    let few = documents(SLOW / share);
    let many = documents(FAST / share);
    if let Some(mut presidio) = Presidio::start(&few)? {
        bench.compare(&comparison("scan_vs_presidio", 500.0), || ours(&many), || presidio.scan())?;
    }
    let redact = AnalyzerEngine::new();
    bench.compare(&comparison("scan_vs_redact_core", 20.0), || ours(&many), || redact_core(&redact, &many))?;
    let database: BlockDatabase = patterns::all().build().map_err(failed)?;
    let scratch = database.alloc_scratch().map_err(failed)?;
    let vectorscan =
        || sample(&many, |text| database.scan(text, &scratch, |_, _, _, _| Matching::Continue).map_err(failed));
    bench.compare(&comparison("scan_vs_vectorscan", 1.5), || ours(&many), vectorscan)?;
    bench.finish()
}

const fn comparison(name: &'static str, goal: f64) -> Comparison {
    Comparison { name, unit: "kB/s", goal }
}

/// The text in documents, cut between lines.
fn documents(length: usize) -> Vec<String> {
    let mut documents = vec![String::new()];
    for line in text::of(length, text::mixed).split_inclusive('\n') {
        match documents.last_mut() {
            Some(last) if last.len() + line.len() <= DOCUMENT => last.push_str(line),
            _ => documents.push(line.into()),
        }
    }
    documents
}

fn ours(documents: &[String]) -> Result<Sample, Error> {
    let (scanner, mut findings) = (Scanner::new(), Vec::new());
    sample(documents, |text| {
        findings.clear();
        scanner.scan(text, &mut findings);
        core::hint::black_box(&findings);
        Ok(())
    })
}

fn redact_core(engine: &AnalyzerEngine, documents: &[String]) -> Result<Sample, Error> {
    sample(documents, |text| {
        let found = engine.analyze(text, None).map_err(|error| Error::Baseline(error.into()))?;
        core::hint::black_box(found);
        Ok(())
    })
}

fn sample(documents: &[String], mut scan: impl FnMut(&str) -> Result<(), Error>) -> Result<Sample, Error> {
    Sample::cpu(length(documents) / 1000, || documents.iter().try_for_each(|text| scan(text)))
}

fn length(documents: &[String]) -> usize {
    documents.iter().map(String::len).sum()
}

fn failed(error: impl core::fmt::Display) -> Error {
    Error::Baseline(error.to_string().into())
}

/// How long a document is at most, in bytes.
const DOCUMENT: usize = 4096;
/// How much text Presidio gets, in bytes.
const SLOW: usize = 200_000;
/// How much text the others get, in bytes.
const FAST: usize = 4_000_000;
