//! `axiom sqli scan`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use axiom_sqli::{Decoding, Mode, Report, decode, scan};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::input::{Line, Source};
use crate::terminal;

/// Find SQL injection in a value, a statement or a prompt
///
/// Prints the score and the rules that led to it, never the input.
///
/// Exit status: 0 the input was scanned; 1 some of the input could not be read, or something was blocked and --exit-code
/// was given; 2 wrong usage, or a file could not be read.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    printf %s \"1' or 1=1--\" | axiom sqli scan\n  \
    axiom sqli scan --mode statement --exit-code query.sql\n  \
    echo '1%27+or+1=1--' | axiom sqli scan --decode url\n  \
    echo '{\"id\":7,\"text\":\"-1 union select 1,2\"}' | axiom sqli scan --jsonl")]
pub(crate) struct Scan {
    /// The input, - for standard input [default: -]
    file: Option<PathBuf>,
    /// What the input is
    #[arg(long, value_enum, default_value_t = As::Field)]
    mode: As,
    /// Undo these before the scan, in this order; the span is then of what comes out
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = decodings())]
    decode: Vec<Decoding>,
    /// Read one JSON object {"id"?, "text"} or {"id"?, "hex"} a line of at most 64 MiB, and write one
    /// {"id"?, "score", "categories", "blocked", "span"} for each
    #[arg(long)]
    jsonl: bool,
    /// Exit with status 1 if anything was blocked
    #[arg(long)]
    exit_code: bool,
}

/// Reads the name of a decoding.
fn decodings() -> impl TypedValueParser<Value = Decoding> {
    let named = |name: String| Decoding::ALL.into_iter().find(|known| known.as_str() == name);
    PossibleValuesParser::new(Decoding::ALL.map(Decoding::as_str)).try_map(move |name| named(name).ok_or("unknown"))
}

#[derive(Clone, Copy, ValueEnum)]
enum As {
    /// A value on its way into a statement
    Field,
    /// Prose for a model
    Prompt,
    /// A whole statement
    Statement,
}

impl As {
    const fn mode(self) -> Mode {
        match self {
            Self::Field => Mode::Field,
            Self::Prompt => Mode::Prompt,
            Self::Statement => Mode::Statement,
        }
    }
}

/// One line of input.
#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "present")]
    id: Option<Box<RawValue>>,
    text: Option<String>,
    hex: Option<String>,
}

/// An id that is there, even if it is `null`, as it was written.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(deserializer).map(Some)
}

/// One line of output.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Box<RawValue>>,
    score: f64,
    categories: Vec<&'static str>,
    blocked: bool,
    span: Option<[usize; 2]>,
}

/// What stands for a line that could not be read, so that the lines of output still match those of input.
#[derive(Serialize)]
struct Unread<'a> {
    error: &'a str,
}

impl Scan {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let source = Source::new(self.file.as_deref());
        let blocked = if self.jsonl { self.scan_lines(&source)? } else { self.scan_whole(&source)? };
        if self.exit_code && blocked { Err(Failure::Told) } else { Ok(()) }
    }

    fn scan_whole(&self, source: &Source) -> Result<bool, Failure> {
        let report = self.scan(&source.read()?);
        terminal::print(&format!("{}\n", report.explain()))?;
        Ok(report.is_blocked())
    }

    /// Answers each line in order; a bad one is named, answered with an error, and fails the command at its end.
    fn scan_lines(&self, source: &Source) -> Result<bool, Failure> {
        let mut lines = source.lines(MAX_LINE)?;
        let mut out = BufWriter::new(io::stdout().lock());
        let (mut blocked, mut failed) = (false, false);
        while let Some(line) = lines.next()? {
            let (number, answer) = match line {
                Line::Whole(number, bytes) => (number, self.answer(bytes)),
                Line::TooLong(number) => (number, Err(format!("longer than {MAX_LINE} bytes"))),
            };
            match answer {
                Ok(answer) => {
                    blocked |= answer.blocked;
                    terminal::json_line(&mut out, &answer)?;
                }
                Err(error) => {
                    failed = true;
                    terminal::error(&format!("{}, line {number}: {error}", source.name().display()));
                    terminal::json_line(&mut out, &Unread { error: &error })?;
                }
            }
            if lines.would_wait() {
                out.flush().map_err(|error| Failure::output(&error))?;
            }
        }
        out.flush().map_err(|error| Failure::output(&error))?;
        if failed { Err(Failure::Told) } else { Ok(blocked) }
    }

    fn answer(&self, line: &[u8]) -> Result<Answer, String> {
        let item: Item = serde_json::from_slice(line).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => "must be an object with a string `text` or `hex`".to_owned(),
            _ => format!("not valid JSON at column {}", error.column()),
        })?;
        let bytes = match (item.text, item.hex) {
            (Some(text), None) => text.into_bytes(),
            (None, Some(hex)) => unhex(&hex).ok_or("`hex` must be pairs of hexadecimal digits")?,
            _ => return Err("must have one of `text` and `hex`".into()),
        };
        Ok(answer(item.id, &self.scan(&bytes)))
    }

    fn scan(&self, bytes: &[u8]) -> Report {
        scan(decode(bytes, &self.decode), self.mode.mode())
    }
}

fn answer(id: Option<Box<RawValue>>, report: &Report) -> Answer {
    Answer {
        id,
        score: (f64::from(report.score) * 10_000.0).round() / 10_000.0,
        categories: report.categories.iter().map(axiom_sqli::Category::as_str).collect(),
        blocked: report.is_blocked(),
        span: report.span.as_ref().map(|span| [span.start, span.end]),
    }
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pair = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    digits.len().is_multiple_of(2).then(|| digits.chunks_exact(2).map(pair).collect())?
}

/// The longest line that is read, in bytes.
const MAX_LINE: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_in_pairs() {
        assert_eq!(unhex("31A0ff"), Some(vec![0x31, 0xa0, 0xff]));
        assert_eq!(unhex("3"), None);
        assert_eq!(unhex("3g"), None);
    }
}
