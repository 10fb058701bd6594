//! Everything the CI runs, with the set-up it needs.
//!
//! `cargo xtask test` is the one command: a machine with Rust (cargo, rustfmt, clippy) and Python 3.10 or newer needs
//! nothing else. What it installs goes below the target directory: the tools, the virtual environment, the wheel. A
//! step that fails does not stop the next one, so one run shows every fault; the last line counts them, and the exit
//! code is 1 when there is one. Exit code 2 means that the command line was not understood.

#![forbid(unsafe_code)]

mod benches;
mod command;
mod deny;
mod error;
mod examples;
mod features;
mod fuzz;
mod python;
mod report;
mod request;
mod services;
mod star;
mod step;
mod workspace;

use std::process::ExitCode;

use error::Error;
use report::Report;
use request::Request;
use step::Step;
use workspace::Workspace;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Request::parse(&arguments) {
        Ok(Request::List) => list(),
        Ok(Request::Test(steps)) => on_workspace(|workspace, report| test(&steps, workspace, report)),
        Ok(Request::Fuzz(campaign)) => on_workspace(|workspace, report| campaign.run(workspace, report)),
        Err(Error::Usage { reason }) => {
            eprintln!("{reason}\n\n{}", request::USAGE);
            ExitCode::from(2)
        }
        Err(error) => failed(&error),
    }
}

fn list() -> ExitCode {
    for step in &step::STEPS {
        println!("{:<10}{}", step.name, step.purpose);
    }
    ExitCode::SUCCESS
}

fn on_workspace(work: impl FnOnce(&Workspace, &mut Report)) -> ExitCode {
    let workspace = match Workspace::load() {
        Ok(workspace) => workspace,
        Err(error) => return failed(&error),
    };
    let mut report = Report::default();
    work(&workspace, &mut report);
    println!("\n{report}");
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn test(steps: &[&Step], workspace: &Workspace, report: &mut Report) {
    for step in steps {
        println!("\n=== {}: {}", step.name, step.purpose);
        (step.run)(workspace, report);
    }
}

fn failed(error: &Error) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}
