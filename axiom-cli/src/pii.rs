//! `axiom pii`: personal data in text.

use axiom_pii::{Category, Scanner};
use clap::{Args, Subcommand};

use crate::failure::Failure;

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
        let mut builder = Scanner::builder().regions(&self.region);
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
        if let Some(score) = self.min_score {
            builder = builder.min_score(score);
        }
        Ok(builder.build()?)
    }
}
