//! How fast the scan for SQL injection is on the lines of files, beside the Rust port of libinjection.
//!
//! ```text
//! cargo run --release -p axiom-benches --bin sqli_speed -- attacks.txt
//! cargo run --release -p axiom-benches --bin sqli_speed -- --mode statement statements.sql
//! ```
//!
//! Each line is a text. The time is that of the CPU, and the best of several rounds: what is left of a busy machine's
//! noise makes both look slower.

#![forbid(unsafe_code)]

use core::hint::black_box;
use std::fs;
use std::path::PathBuf;

use axiom_benches::{Error, Sample};
use axiom_sqli::{Mode, scan};
use clap::Parser;

/// Times scans of the lines of files
#[derive(Parser)]
struct Options {
    /// Files of texts, one a line
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The mode: field, prompt or statement
    #[arg(long, default_value = "field", value_parser = named)]
    mode: Mode,
}

fn named(name: &str) -> Result<Mode, String> {
    Mode::ALL.into_iter().find(|mode| mode.as_str() == name).ok_or_else(|| "unknown mode".to_owned())
}

fn main() -> Result<(), Error> {
    let options = Options::parse();
    println!("{:>10}{:>10}{:>14}{:>14}{:>10}", "texts", "bytes", "ours, ns", "theirs, ns", "ratio");
    for path in &options.files {
        let bytes = fs::read(path)?;
        let texts: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let length = texts.iter().map(|text| text.len()).sum::<usize>() / texts.len().max(1);
        let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            ours = ours.min(nanoseconds(&texts, |text| black_box(scan(text, options.mode).score) > 2.0)?);
            theirs =
                theirs.min(nanoseconds(&texts, |text| black_box(libinjectionrs::detect_sqli(text)).is_injection())?);
        }
        println!(
            "{:>10}{length:>10}{ours:>14.0}{theirs:>14.0}{:>10.1}  {}",
            texts.len(),
            theirs / ours,
            path.display()
        );
    }
    Ok(())
}

/// How long a scan of one of `texts` takes.
fn nanoseconds(texts: &[&[u8]], mut scan: impl FnMut(&[u8]) -> bool) -> Result<f64, Error> {
    let times = AT_LEAST / texts.len().max(1) + 1;
    let sample = Sample::cpu(times * texts.len(), || {
        for _ in 0..times {
            black_box(texts.iter().filter(|text| scan(text)).count());
        }
        Ok(())
    })?;
    Ok(1e9 / sample.rate())
}

const ROUNDS: usize = 15;
/// How many scans a round has at least.
const AT_LEAST: usize = 20_000;
