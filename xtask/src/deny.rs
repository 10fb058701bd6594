//! Licences, bans, sources and advisories of every dependency, by cargo-deny.

use std::path::PathBuf;

use cargo_metadata::semver::{Version, VersionReq};

use crate::{command, error::Error, report::Report, workspace::Workspace};

/// Checks every dependency with cargo-deny, which is installed below the target directory when it is not there.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    if !report.check("deny: set-up", || install(workspace)) {
        report.skip("deny: licences, bans, sources", "cargo-deny is not there");
        report.skip("deny: advisories", "cargo-deny is not there");
        return;
    }
    report.check("deny: licences, bans, sources", || check(workspace, &["licenses", "bans", "sources"]));
    if command::run(workspace.command("git").args(["ls-remote", DATABASE, "HEAD"])).is_ok() {
        report.check("deny: advisories", || check(workspace, &["advisories"]));
    } else {
        // A machine without network can still test all the rest.
        report.skip("deny: advisories", "database not reachable, not checked");
    }
}

fn check(workspace: &Workspace, parts: &[&str]) -> Result<(), Error> {
    let tool = tool(workspace).ok_or_else(|| Error::Missing { what: format!("cargo-deny {VERSION}") })?;
    let mut deny = workspace.command(tool);
    deny.arg("--config").arg(workspace.root().join(".cargo/deny.toml"));
    command::run(deny.arg("check").args(parts))
}

fn install(workspace: &Workspace) -> Result<(), Error> {
    if tool(workspace).is_some() {
        return Ok(());
    }
    let arguments = ["install", "cargo-deny", "--locked", "--version", VERSION, "--root"];
    let mut install = workspace.cargo();
    // Its build is no part of ours: cargo picks a temporary directory and removes it.
    install.env_remove("CARGO_TARGET_DIR");
    command::run(install.args(arguments).arg(workspace.target().join("tools")))
}

/// The cargo-deny to use: the one on the path if it is fit, else our own.
fn tool(workspace: &Workspace) -> Option<PathBuf> {
    let own = workspace.target().join("tools/bin/cargo-deny");
    [PathBuf::from("cargo-deny"), own.into()].into_iter().find(|path| {
        let output = command::output(workspace.command(path).arg("--version"));
        output.is_ok_and(|output| is_fit(&String::from_utf8_lossy(&output.stdout)))
    })
}

/// Whether the answer to `--version` is one that reads our configuration as it is meant.
fn is_fit(answer: &str) -> bool {
    let wanted = VersionReq::parse(VERSION).expect("the pinned version is a version");
    let version = answer.trim().strip_prefix("cargo-deny ").and_then(|version| Version::parse(version).ok());
    version.is_some_and(|version| wanted.matches(&version))
}

/// Where cargo-deny looks for advisories when its configuration names no other place.
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// The version to install; a later patch release on the path will do.
const VERSION: &str = "0.20.2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_version_and_its_patches_are_fit() {
        assert!(is_fit("cargo-deny 0.20.2\n"));
        assert!(is_fit("cargo-deny 0.20.9\n"));
    }

    #[test]
    fn older_and_incompatible_versions_are_not_fit() {
        for answer in ["cargo-deny 0.20.1", "cargo-deny 0.19.4", "cargo-deny 0.21.0", "cargo-deny 1.0.0"] {
            assert!(!is_fit(answer), "{answer}");
        }
    }

    #[test]
    fn an_answer_that_is_no_version_is_not_fit() {
        for answer in ["", "0.20.2", "cargo-deny", "cargo-deny latest"] {
            assert!(!is_fit(answer), "{answer}");
        }
    }
}
