//! Scans texts without personal data, and counts what is found in them all the same.
//!
//! ```text
//! cargo run --release -p axiom-benches --bin pii_precision -- --by path --show 5 /usr/include /usr/share/doc
//! ```
//!
//! Every file of UTF-8 below the paths is scanned on its own; others, and links, are passed over. What is printed are
//! findings, not mistakes: documentation has maintainers' addresses and example numbers. So the addresses of people and
//! machines are counted apart from the other types, of which there should be one a megabyte at most. `--show` prints some
//! of each type, digits and letters masked, to be judged by who runs it.

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
    /// What has a row of its own
    #[arg(long, value_enum, default_value_t = By::Kind)]
    by: By,
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

/// What findings are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Every sort of text
    Kind,
    /// Every path that was given
    Path,
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

/// What was found in some texts.
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

    /// Counts what is in the other, too.
    fn join(&mut self, other: &Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        for (kind, count) in &other.found {
            *self.found.entry(kind.clone()).or_default() += count;
        }
    }

    /// How many findings there are for each megabyte.
    fn density(&self, counts: impl Fn(&str) -> bool) -> f64 {
        let found: usize = self.found.iter().filter(|(kind, _)| counts(kind)).map(|(_, count)| count).sum();
        if self.bytes == 0 { 0.0 } else { found as f64 / (self.bytes as f64 / 1e6) }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self { files, .. }, megabytes) = (self, self.bytes as f64 / 1e6);
        let is_address = |kind: &str| ADDRESSES.contains(&kind);
        let (addresses, others) = (self.density(is_address), self.density(|kind| !is_address(kind)));
        write!(f, "files {files:>6}  MB {megabytes:>7.2}  per MB {others:>7.2}  addresses per MB {addresses:>8.2}")?;
        self.found.iter().try_for_each(|(kind, count)| write!(f, "  {kind} {count}"))
    }
}

fn main() -> Result<(), Error> {
    let options = Options::parse();
    let scanner = Scanner::builder().min_score(options.min_score).regions(options.region.clone()).build();
    let scanner = scanner.map_err(|error| Error::Baseline(Box::new(error)))?;
    let mut tallies = BTreeMap::<String, Tally>::new();
    let mut shown = BTreeMap::new();
    for root in &options.paths {
        let mut paths = Vec::new();
        collect(root, &mut paths)?;
        for path in &paths {
            let Some(text) = text(path)? else { continue };
            let mut findings = Vec::new();
            scanner.scan(&text, &mut findings);
            tallies.entry(row(&options, root, path, &text)).or_default().add(&text, &findings);
            for finding in &findings {
                let count = shown.entry(finding.kind.to_string()).or_insert(0);
                *count += 1;
                if *count <= options.show {
                    show(path, &text, finding, options.show_values);
                }
            }
        }
    }
    print(&tallies);
    Ok(())
}

/// The name of the row that a text below `root` is counted in.
fn row(options: &Options, root: &Path, path: &Path, text: &str) -> String {
    match options.by {
        By::Path => root.display().to_string(),
        By::Kind => {
            let kind = options.kind.unwrap_or_else(|| Kind::of(path, text));
            kind.to_possible_value().expect("no kind is skipped").get_name().to_owned()
        }
    }
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

fn print(tallies: &BTreeMap<String, Tally>) {
    let mut total = Tally::default();
    let width = tallies.keys().map(String::len).max().unwrap_or_default().max("total".len());
    for (name, tally) in tallies {
        println!("{name:<width$}  {tally}");
        total.join(tally);
    }
    println!("{:<width$}  {total}", "total");
}

/// Types that texts without other personal data have, too: authors, maintainers, examples of networks.
const ADDRESSES: [&str; 3] = ["email", "ip_address", "mac_address"];
/// The characters of context on either side.
const CONTEXT: usize = 30;

/// The suffixes of source code, of markup and of settings.
const CODE: [&str; 34] = [
    "bat", "c", "cc", "cfg", "conf", "cpp", "css", "go", "h", "hpp", "htm", "html", "ini", "java", "js", "lock", "mjs",
    "pl", "pm", "py", "pyi", "rb", "rs", "s", "sh", "sql", "svg", "toml", "ts", "vim", "xml", "xsl", "yaml", "yml",
];
