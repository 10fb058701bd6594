//! Scans texts without personal data, and counts what is found in them all the same.
//!
//! ```text
//! cargo run --release -p axiom-benches --bin pii_precision -- --show 5 /usr/share/doc
//! ```
//!
//! Every file of UTF-8 below the paths is scanned on its own; others, and links, are passed over. What is printed are
//! findings, not mistakes: documentation has maintainers' addresses and example numbers. `--show` prints some of each
//! type, digits and letters masked, to be judged by who runs it.

#![forbid(unsafe_code)]

use core::fmt;
use core::ops::Range;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use axiom_benches::Error;
use axiom_core::Finding;
use axiom_pii::Scanner;
use clap::{Parser, ValueEnum};

/// Counts findings in texts that should have none
#[derive(Parser)]
struct Options {
    /// Files, and directories with all that is below them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// What the files are [default: by their names]
    #[arg(long)]
    kind: Option<Kind>,
    /// The least score that is reported
    #[arg(long, default_value_t = Scanner::MIN_SCORE)]
    min_score: f32,
    /// Regions whose national telephone numbers are known
    #[arg(long, value_delimiter = ',')]
    region: Vec<String>,
    /// Print the first so many findings of each type
    #[arg(long, default_value_t = 0)]
    show: usize,
    /// Print values as they are, not masked
    #[arg(long)]
    show_values: bool,
}

/// A sort of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Kind {
    Code,
    Csv,
    Json,
    Log,
    /// Text that is none of the others, nearly all of it in ASCII
    Prose,
    /// The same in another script, or with many accents
    ForeignProse,
}

impl Kind {
    fn of(path: &Path, text: &str) -> Self {
        let suffix = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
        let foreign = || text.bytes().filter(|byte| !byte.is_ascii()).count() * 50 > text.len();
        match &*suffix {
            "csv" | "tsv" => Self::Csv,
            "json" | "jsonl" | "ndjson" | "map" => Self::Json,
            "log" => Self::Log,
            suffix if CODE.contains(&suffix) => Self::Code,
            _ if foreign() => Self::ForeignProse,
            _ => Self::Prose,
        }
    }
}

/// What was found in the texts of one kind.
#[derive(Default)]
struct Tally {
    files: usize,
    bytes: usize,
    found: BTreeMap<String, usize>,
}

impl Tally {
    fn add(&mut self, text: &str, findings: &[Finding]) {
        self.files += 1;
        self.bytes += text.len();
        for finding in findings {
            *self.found.entry(finding.kind.to_string()).or_default() += 1;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (megabytes, found) = (self.bytes as f64 / 1e6, self.found.values().sum::<usize>());
        let density = if self.bytes == 0 { 0.0 } else { found as f64 / megabytes };
        let Self { files, .. } = self;
        write!(f, "files {files:>6}  MB {megabytes:>9.2}  findings {found:>6}  per MB {density:>8.2}")?;
        self.found.iter().try_for_each(|(kind, count)| write!(f, "  {kind} {count}"))
    }
}

fn main() -> Result<(), Error> {
    let options = Options::parse();
    let scanner = Scanner::builder().min_score(options.min_score).regions(options.region.clone()).build();
    let scanner = scanner.map_err(|error| Error::Baseline(Box::new(error)))?;
    let mut paths = Vec::new();
    for path in &options.paths {
        collect(path, &mut paths)?;
    }
    let mut tallies = BTreeMap::<Kind, Tally>::new();
    let mut shown = BTreeMap::new();
    for path in &paths {
        let Some(text) = text(path)? else { continue };
        let mut findings = Vec::new();
        scanner.scan(&text, &mut findings);
        let kind = options.kind.unwrap_or_else(|| Kind::of(path, &text));
        tallies.entry(kind).or_default().add(&text, &findings);
        for finding in &findings {
            let count = shown.entry(finding.kind.to_string()).or_insert(0);
            *count += 1;
            if *count <= options.show {
                show(path, &text, finding, options.show_values);
            }
        }
    }
    print(&tallies);
    Ok(())
}

/// Adds the files at and below `path`, in order of their names; links are passed over.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_file() {
        files.push(path.into());
    } else if kind.is_dir() {
        let mut below =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
        below.sort();
        below.iter().try_for_each(|path| collect(path, files))?;
    }
    Ok(())
}

/// The text of a file; `None` where it is no text.
fn text(path: &Path) -> Result<Option<String>, Error> {
    Ok(String::from_utf8(fs::read(path)?).ok().filter(|text| !text.contains('\0')))
}

fn show(path: &Path, text: &str, finding: &Finding, plain: bool) {
    let Range { start, end } = finding.range;
    let line = text[..start].matches('\n').count() + 1;
    let before: String = text[..start].chars().rev().take(CONTEXT).collect();
    let before: String = before.chars().rev().collect();
    let after: String = text[end..].chars().take(CONTEXT).collect();
    let read = if plain { visible } else { masked };
    let [before, value, after] =
        [&before, &text[start..end], &after].map(|part| part.chars().map(read).collect::<String>());
    println!("{} {:.2} {}:{line}: {before}«{value}»{after}", finding.kind, finding.score, path.display());
}

/// The character's kind, in the place of the character.
fn masked(character: char) -> char {
    match character {
        _ if character.is_numeric() => '9',
        _ if character.is_uppercase() => 'X',
        _ if character.is_alphabetic() => 'x',
        _ => visible(character),
    }
}

fn visible(character: char) -> char {
    if character.is_control() { ' ' } else { character }
}

fn print(tallies: &BTreeMap<Kind, Tally>) {
    let mut total = Tally::default();
    for (kind, tally) in tallies {
        let name = kind.to_possible_value().expect("no kind is skipped");
        println!("{:<14}{tally}", name.get_name());
        total.files += tally.files;
        total.bytes += tally.bytes;
        for (kind, count) in &tally.found {
            *total.found.entry(kind.clone()).or_default() += count;
        }
    }
    println!("{:<14}{total}", "total");
}

/// The characters of context on either side.
const CONTEXT: usize = 30;

/// The suffixes of source code, of markup and of settings.
const CODE: [&str; 34] = [
    "bat", "c", "cc", "cfg", "conf", "cpp", "css", "go", "h", "hpp", "htm", "html", "ini", "java", "js", "lock", "mjs",
    "pl", "pm", "py", "pyi", "rb", "rs", "s", "sh", "sql", "svg", "toml", "ts", "vim", "xml", "xsl", "yaml", "yml",
];
