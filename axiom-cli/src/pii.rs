//! `axiom pii`: personal data in text.

use std::path::PathBuf;

use axiom_pii::{Category, Config, Operators, Scanner, ScannerBuilder};
use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::input::Source;

mod form;
mod found;
mod jsonl;
mod lint;
mod redact;
mod report;
mod sarif;
mod scan;
mod types;
mod walk;

#[derive(Subcommand)]
pub(crate) enum Pii {
    Lint(lint::Lint),
    Redact(redact::Redact),
    Scan(scan::Scan),
    Types(types::Types),
}

impl Pii {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Lint(command) => command.run(),
            Self::Redact(command) => command.run(),
            Self::Scan(command) => command.run(),
            Self::Types(command) => command.run(),
        }
    }
}

/// What to look for.
#[derive(Args)]
struct Wanted {
    /// Settings in a file, TOML or .json: types, patterns, word lists, allow lists, rules, operators
    ///
    /// The documentation of `axiom_pii::Config` lists them. What the other options say comes on top of it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only these types and categories, as `axiom pii types` names them
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    types: Vec<String>,
    /// Not these types and categories
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    without: Vec<String>,
    /// Only what is at least this sure, from 0 to 1
    #[arg(long, value_name = "X")]
    min_score: Option<f32>,
    /// Telephone numbers as these regions write them, by ISO 3166-1: DE,US
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    region: Vec<String>,
    /// Labels in these languages only, by ISO 639-1: en,de
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    language: Vec<String>,
}

impl Wanted {
    fn scanner(&self) -> Result<Scanner, Failure> {
        self.scanner_of(self.configured()?.as_ref())
    }

    /// The scanner, and what stands in for the values that it finds.
    fn scanner_and_operators(&self) -> Result<(Scanner, Operators), Failure> {
        let config = self.configured()?;
        let operators = config.as_ref().map_or_else(Operators::builder, Config::operators);
        Ok((self.scanner_of(config.as_ref())?, operators.build()?))
    }

    fn scanner_of(&self, config: Option<&Config>) -> Result<Scanner, Failure> {
        Ok(self.narrow(config.map_or_else(Scanner::builder, Config::builder)).build()?)
    }

    fn configured(&self) -> Result<Option<Config>, Failure> {
        let Some(path) = &self.config else { return Ok(None) };
        let text = Source::new(Some(path)).read_text()?;
        let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let config = if json { Config::from_json(&text) } else { Config::from_toml(&text) };
        config.map(Some).map_err(|error| Failure::from(error).at(&path.display().to_string()))
    }

    fn narrow(&self, builder: ScannerBuilder) -> ScannerBuilder {
        let mut builder = builder.regions(&self.region);
        for name in &self.types {
            builder = match Category::named(name) {
                Some(category) => builder.categories([category]),
                None => builder.types([name]),
            };
        }
        for name in &self.without {
            builder = match Category::named(name) {
                Some(category) => builder.without_categories([category]),
                None => builder.without([name]),
            };
        }
        if !self.language.is_empty() {
            builder = builder.languages(&self.language);
        }
        self.min_score.into_iter().fold(builder, ScannerBuilder::min_score)
    }
}
