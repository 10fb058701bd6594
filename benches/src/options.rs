//! The command line that all benches share.

use std::path::PathBuf;

use clap::Parser;

use crate::comparison::Rounds;

/// What a bench is told on its command line.
#[derive(Debug, Parser)]
#[command(about = "Measures ours beside a baseline and prints the ratios")]
pub(crate) struct Options {
    /// Directory for the files that are written [default: the target directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,

    /// Two rounds each: shows that it runs, not how fast
    #[arg(long)]
    pub(crate) smoke: bool,

    /// Passed by `cargo bench` to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    pub(crate) const fn rounds(&self) -> Rounds {
        if self.smoke { Rounds::SMOKE } else { Rounds::FULL }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_that_cargo_adds_is_taken() {
        let options = Options::try_parse_from(["append", "--smoke", "--bench"]).unwrap();
        assert!(options.smoke && options.bench);
        assert_eq!(options.rounds(), Rounds::SMOKE);
    }

    #[test]
    fn without_flags_it_measures() {
        assert_eq!(Options::try_parse_from(["append"]).unwrap().rounds(), Rounds::FULL);
    }
}
