//! `axiom pii`: personal data in text.

use axiom_pii::Scanner;
use clap::{Args, Subcommand};

use crate::failure::Failure;

mod jsonl;
mod redact;
mod scan;
mod types;

#[derive(Subcommand)]
pub(crate) enum Pii {
    Redact(redact::Redact),
    Scan(scan::Scan),
    Types(types::Types),
}

impl Pii {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Redact(command) => command.run(),
            Self::Scan(command) => command.run(),
            Self::Types(command) => command.run(),
        }
    }
}

/// What to look for.
#[derive(Args)]
struct Wanted {
    /// Only these types, as `axiom pii types` names them
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    types: Vec<String>,
    /// Only what is at least this sure, from 0 to 1
    #[arg(long, value_name = "X")]
    min_score: Option<f32>,
}

impl Wanted {
    fn scanner(&self) -> Result<Scanner, Failure> {
        let mut builder = Scanner::builder();
        if !self.types.is_empty() {
            builder = builder.types(self.types.iter().cloned());
        }
        if let Some(score) = self.min_score {
            builder = builder.min_score(score);
        }
        Ok(builder.build()?)
    }
}
