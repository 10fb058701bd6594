//! Scanning for SQL injection, beside the Rust port of libinjection, by the time of the CPU. The crate's documentation
//! says what is compared; the program `sqli_speed` does the same with files.

use core::hint::black_box;

use axiom_benches::{Bench, Comparison, Error, Limit, Sample};
use axiom_sqli::{Mode, scan};

mod corpus;

fn main() -> Result<(), Error> {
    let mut bench = Bench::start("sqli")?;
    compare(&mut bench, &ATTACKS, Mode::Field, &corpus::attacks())?;
    compare(&mut bench, &PROSE, Mode::Field, &corpus::prose())?;
    compare(&mut bench, &STATEMENTS, Mode::Statement, &corpus::statements())?;
    for (limit, length) in LENGTHS {
        let text = corpus::prose().join(" ").into_bytes().into_iter().cycle().take(*length).collect::<Vec<_>>();
        bench.measure(limit, || picoseconds_a_byte(&text))?;
    }
    bench.finish()
}

fn compare(bench: &mut Bench, comparison: &Comparison, mode: Mode, texts: &[String]) -> Result<(), Error> {
    let ours = || {
        Sample::cpu(texts.len() * TIMES, || {
            rounds(texts, |text| black_box(scan(text, mode).score) > 2.0);
            Ok(())
        })
    };
    let theirs = || {
        Sample::cpu(texts.len() * TIMES, || {
            rounds(texts, |text| black_box(libinjectionrs::detect_sqli(text.as_bytes())).is_injection());
            Ok(())
        })
    };
    bench.compare(comparison, ours, theirs)
}

fn rounds(texts: &[String], mut scan: impl FnMut(&str) -> bool) {
    for _ in 0..TIMES {
        black_box(texts.iter().filter(|text| scan(text)).count());
    }
}

fn picoseconds_a_byte(text: &[u8]) -> Result<f64, Error> {
    let times = (1 << 22) / text.len().max(1) + 1;
    let sample = Sample::cpu(times * text.len(), || {
        for _ in 0..times {
            black_box(scan(black_box(text), Mode::Field).score);
        }
        Ok(())
    })?;
    Ok(1e12 / sample.rate())
}

const ATTACKS: Comparison = Comparison { name: "sqli_attacks_vs_libinjectionrs", unit: "texts/s", goal: 10.0 };
const PROSE: Comparison = Comparison { name: "sqli_prose_vs_libinjectionrs", unit: "texts/s", goal: 20.0 };
const STATEMENTS: Comparison = Comparison { name: "sqli_statements_vs_libinjectionrs", unit: "texts/s", goal: 10.0 };

/// The time a byte of prose takes must not grow with the text.
const LENGTHS: &[(Limit, usize)] = &[
    (Limit { name: "sqli_ps_per_byte_10b", unit: "ps", most: 40_000.0 }, 10),
    (Limit { name: "sqli_ps_per_byte_1kb", unit: "ps", most: 10_000.0 }, 1_000),
    (Limit { name: "sqli_ps_per_byte_100kb", unit: "ps", most: 10_000.0 }, 100_000),
    (Limit { name: "sqli_ps_per_byte_10mb", unit: "ps", most: 10_000.0 }, 10_000_000),
];
/// How often the texts are scanned in a sample.
const TIMES: usize = 50;
