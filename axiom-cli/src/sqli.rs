//! `axiom sqli`: SQL injection in values, statements and prompts.

use clap::Subcommand;

use crate::failure::Failure;

mod rules;
mod scan;

#[derive(Subcommand)]
pub(crate) enum Sqli {
    Rules(rules::Rules),
    Scan(scan::Scan),
}

impl Sqli {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Rules(command) => command.run(),
            Self::Scan(command) => command.run(),
        }
    }
}
