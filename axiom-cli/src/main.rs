//! The `axiom` command.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

mod audit;
mod crypto;
mod failure;
mod input;
mod moment;
mod output;
mod pii;
mod sqli;
mod terminal;

use failure::Failure;

/// Tamper-evident audit logs, personal data and encryption, from the command line.
///
/// Exit status: 0 all is well; 1 a log does not verify, or some of the input could not be taken; 2 wrong usage, or a
/// file could not be read or written.
#[derive(Parser)]
#[command(name = "axiom", version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Record, sign, verify and export audit logs
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Encrypt files under a key file
    #[command(subcommand)]
    Crypto(crypto::Crypto),
    /// Find personal data in text, and take it out
    #[command(subcommand)]
    Pii(pii::Pii),
    /// Find SQL injection in values, statements and prompts
    #[command(subcommand)]
    Sqli(sqli::Sqli),
    /// Print the completion script of a shell
    #[command(after_help = "Example:\n  axiom completions bash > /etc/bash_completion.d/axiom")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Audit(command) => command.run(),
        Command::Crypto(command) => command.run(),
        Command::Pii(command) => command.run(),
        Command::Sqli(command) => command.run(),
        Command::Completions { shell } => completions(shell),
    };
    done.map_or_else(Failure::report, |()| ExitCode::SUCCESS)
}

fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "axiom", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
