//! The fuzz targets: a moment of each on stable Rust, and the fuzzer itself by hand.

use std::{env, fs, path::PathBuf, process::Command};

use cargo_metadata::camino::Utf8PathBuf;

use crate::{command, error::Error, report::Report, request::usage, workspace::Workspace};

/// Checks the workspace of the fuzz targets, and runs each on its seeds and on changes of them.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    let cargo = |arguments: &[&str]| {
        let mut cargo = workspace.cargo();
        cargo.current_dir(home(workspace)).args(arguments);
        command::run(&mut cargo)
    };
    report.check("fuzz: format", || cargo(&["fmt", "--check"]));
    report.check("fuzz: clippy", || cargo(&["clippy", "--all-targets", "--", "--deny", "warnings"]));
    report.check("fuzz: smoke", || cargo(&["test", "--no-fail-fast"]));
}

/// A run of the fuzzer, by hand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Campaign {
    /// One target, or each in turn.
    target: Option<String>,
    seconds: u32,
}

impl Campaign {
    /// Reads what follows the word `fuzz`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self, Error> {
        let (target, rest) = match words {
            [target, rest @ ..] if !target.starts_with('-') => (Some((*target).to_owned()), rest),
            rest => (None, rest),
        };
        let seconds = match rest {
            [] => 60,
            ["--seconds", seconds] => seconds.parse().map_err(|_| usage("--seconds takes a number"))?,
            _ => return Err(usage(&format!("not understood: fuzz {}", words.join(" ")))),
        };
        Ok(Self { target, seconds })
    }

    /// Runs the fuzzer, which needs nightly Rust; what it finds stands in `fuzz/artifacts`, and its corpus grows in
    /// `fuzz/corpus`.
    pub(crate) fn run(&self, workspace: &Workspace, report: &mut Report) {
        if !report.check("fuzz: set-up", || install(workspace)) {
            return;
        }
        let targets = targets(workspace);
        let known = |target: &String| self.target.as_ref().is_none_or(|wanted| wanted == target);
        let wanted: Vec<&String> = targets.iter().filter(|target| known(target)).collect();
        if wanted.is_empty() {
            report.fail("fuzz", usage(&format!("there is no such target; there are {}", targets.join(", "))));
        }
        for target in wanted {
            report.check(format!("fuzz: {target}"), || self.fuzz(workspace, target));
        }
    }

    fn fuzz(&self, workspace: &Workspace, target: &str) -> Result<(), Error> {
        let corpus = home(workspace).join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let mut fuzz = fuzzer(workspace);
        fuzz.args(["run", "--features", "libfuzzer", target]).arg(corpus).arg(format!("seeds/{target}"));
        command::run(fuzz.args(["--", &format!("-max_total_time={}", self.seconds)]))
    }
}

/// The names of the targets: each has its seeds.
fn targets(workspace: &Workspace) -> Vec<String> {
    let entries = home(workspace).join("seeds").read_dir_utf8().into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_owned()).collect();
    names.sort();
    names
}

fn home(workspace: &Workspace) -> Utf8PathBuf {
    workspace.root().join("fuzz")
}

/// cargo-fuzz on nightly Rust: the one on the path, else our own.
fn fuzzer(workspace: &Workspace) -> Command {
    let own = workspace.target().join("tools/bin");
    let others = env::var_os("PATH").unwrap_or_default();
    let paths = env::split_paths(&others).chain([PathBuf::from(own)]);
    let mut fuzz = workspace.command("cargo-fuzz");
    fuzz.current_dir(home(workspace)).arg("fuzz").env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO");
    fuzz.env("PATH", env::join_paths(paths).unwrap_or(others));
    // What it builds is instrumented, and of no use to the other steps.
    fuzz.env("CARGO_TARGET_DIR", workspace.target().join("fuzz"));
    fuzz
}

fn install(workspace: &Workspace) -> Result<(), Error> {
    if command::run(fuzzer(workspace).arg("--version")).is_ok() {
        return Ok(());
    }
    let arguments = ["install", "cargo-fuzz", "--locked", "--version", VERSION, "--root"];
    let mut install = workspace.cargo();
    // Its build is no part of ours: cargo picks a temporary directory and removes it.
    install.env_remove("CARGO_TARGET_DIR");
    command::run(install.args(arguments).arg(workspace.target().join("tools")))
}

/// The version to install.
const VERSION: &str = "0.13.2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_is_of_each_target_for_a_minute_unless_said_otherwise() {
        assert_eq!(Campaign::parse(&[]).unwrap(), Campaign { target: None, seconds: 60 });
        assert_eq!(Campaign::parse(&["--seconds", "5"]).unwrap(), Campaign { target: None, seconds: 5 });
        let one = Campaign { target: Some("note".into()), seconds: 7 };
        assert_eq!(Campaign::parse(&["note", "--seconds", "7"]).unwrap(), one);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for words in [&["--second", "5"][..], &["note", "other"], &["--seconds"], &["--seconds", "soon"]] {
            assert!(matches!(Campaign::parse(words), Err(Error::Usage { .. })), "{words:?}");
        }
    }

    #[test]
    fn the_targets_are_found() {
        let workspace = Workspace::load().unwrap();
        assert!(targets(&workspace).contains(&"tile_tree".to_owned()));
    }
}
