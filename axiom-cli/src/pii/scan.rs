//! `axiom pii scan`.

use std::path::{Path, PathBuf};

use axiom_pii::Scanner;
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::form::Form;
use super::found::{File, Found, Offsets};
use super::walk::Below;
use super::{Wanted, jsonl, report, sarif};
use crate::failure::Failure;
use crate::input::Source;
use crate::terminal::{self, printable_json};

/// Find personal data in text, files and directories
///
/// Prints where it stands and what it is, never the value itself. Of directories, everything below is read that version
/// control does not ignore and that is text.
///
/// Exit status: 0 the text was scanned; 1 some of the input could not be read, or something was found and --exit-code
/// was given; 2 wrong usage, or a file could not be read.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom pii scan mail.txt\n  \
    axiom pii scan --exit-code --types credit_card,us_ssn < release-notes.md\n  \
    axiom pii scan --format json src docs | jq -r .path\n  \
    axiom pii scan --region DE,AT kunden.json\n  \
    axiom pii scan --config pii.toml --format sarif . > pii.sarif\n  \
    echo '{\"id\":7,\"text\":\"write to bob@example.com\"}' | axiom pii scan --jsonl --offsets chars")]
pub(crate) struct Scan {
    /// Files and directories, - for standard input [default: -]
    paths: Vec<PathBuf>,
    /// Read one JSON object {"id"?, "text"} a line of at most 64 MiB, and write one {"id"?, "findings"} for each
    #[arg(long)]
    jsonl: bool,
    /// How the findings are printed
    #[arg(long, value_enum, default_value_t = Shown::Text, conflicts_with = "jsonl")]
    format: Shown,
    /// The same as --format json
    #[arg(long, conflicts_with_all = ["jsonl", "format"])]
    json: bool,
    /// How files are read
    #[arg(long = "as", value_enum, default_value_t = Form::Auto, conflicts_with = "jsonl")]
    form: Form,
    /// What offsets count
    #[arg(long, value_enum, default_value_t = Offsets::Bytes)]
    offsets: Offsets,
    #[command(flatten)]
    below: Below,
    #[command(flatten)]
    wanted: Wanted,
    /// Exit with status 1 if anything was found
    #[arg(long)]
    exit_code: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// One JSON object {"path"?, "findings"} for each file
    Json,
    /// A log for code scanning (SARIF 2.1.0)
    Sarif,
    /// One line for each finding
    Text,
}

#[derive(Serialize)]
struct Findings<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    findings: &'a [Found],
}

impl Scan {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let scanner = self.wanted.scanner()?;
        let found = match &self.paths[..] {
            [] | [_] if self.jsonl => self.scan_lines(&scanner)?,
            _ if self.jsonl => return Err(Failure::Usage("--jsonl reads one file".into())),
            [] => self.scan_one(&scanner, None)?,
            [path] if !path.is_dir() => self.scan_one(&scanner, Some(path))?,
            paths => self.scan_all(&scanner, paths)?,
        };
        if self.exit_code && found > 0 { Err(Failure::Told) } else { Ok(()) }
    }

    fn scan_lines(&self, scanner: &Scanner) -> Result<usize, Failure> {
        let mut found = 0;
        jsonl::each(&Source::new(self.paths.first().map(PathBuf::as_path)), |line| {
            let file = File::scan(scanner, Form::Text, line.text.as_bytes(), self.offsets);
            found += file.found.len();
            to_raw_value(&Findings { id: line.id, path: None, findings: &file.found })
                .expect("findings have string keys and finite scores")
        })?;
        Ok(found)
    }

    /// One file, or standard input: what it is called is known.
    fn scan_one(&self, scanner: &Scanner, path: Option<&Path>) -> Result<usize, Failure> {
        let source = Source::new(path);
        let form = self.form.of(source.name());
        let bytes = if form == Form::Text { source.read_text()?.into_bytes() } else { source.read()? };
        let found = self.scan_file(scanner, form, &bytes, source.name());
        if self.format == Shown::Sarif {
            sarif(&[(source.name().to_owned(), found.clone())])?;
        } else {
            self.print(None, &found)?;
        }
        Ok(found.len())
    }

    fn scan_all(&self, scanner: &Scanner, paths: &[PathBuf]) -> Result<usize, Failure> {
        let (mut count, mut unread, mut kept) = (0, 0, Vec::new());
        let bar = terminal::counter("files read");
        let whole = self.below.each(paths, |path| {
            bar.inc(1);
            match Source::new(Some(path)).read() {
                Ok(bytes) if is_binary(&bytes) => Ok(()),
                Ok(bytes) => {
                    let found = self.scan_file(scanner, self.form.of(path), &bytes, path);
                    count += found.len();
                    if self.format == Shown::Sarif {
                        kept.push((path.to_owned(), found));
                        return Ok(());
                    }
                    bar.suspend(|| self.print(Some(path), &found))
                }
                Err(failure) => {
                    bar.suspend(|| failure.report());
                    unread += 1;
                    Ok(())
                }
            }
        })?;
        bar.finish_and_clear();
        if self.format == Shown::Sarif {
            sarif(&kept)?;
        }
        if whole && unread == 0 { Ok(count) } else { Err(Failure::Usage("not everything could be read".into())) }
    }

    fn scan_file(&self, scanner: &Scanner, form: Form, bytes: &[u8], path: &Path) -> Vec<Found> {
        let file = File::scan(scanner, form, bytes, self.offsets);
        if let Some(wrong) = &file.wrong {
            terminal::note(&format!("{} was read as text: {wrong}", path.display()));
        }
        file.found
    }

    fn print(&self, path: Option<&Path>, found: &[Found]) -> Result<(), Failure> {
        if !self.json && self.format == Shown::Text {
            return terminal::print(&report::lines(path, found));
        }
        if path.is_some() && found.is_empty() {
            return Ok(());
        }
        let path = path.map(|path| path.display().to_string());
        let json = serde_json::to_string(&Findings { id: None, path, findings: found });
        terminal::print(&(json.map_err(|error| Failure::Usage(error.to_string()))? + "\n"))
    }
}

/// Prints what was found in all files, as code scanning reads it.
fn sarif(files: &[(PathBuf, Vec<Found>)]) -> Result<(), Failure> {
    let entries = files.iter().flat_map(|(path, found)| found.iter().map(|found| report::entry(path, found)));
    let log = sarif::log(&entries.collect::<Vec<_>>());
    terminal::print(&(printable_json(&log.to_string()) + "\n"))
}

/// Whether the file is no text: as version control sees it, by a zero byte near its beginning.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(BEGINNING).any(|&byte| byte == 0)
}

/// How much of a file tells whether it is text, in bytes.
const BEGINNING: usize = 8000;
