//! Every library builds without its default features, and with each feature alone.

use cargo_metadata::Package;

use crate::{command, error::Error, report::Report, star, workspace::Workspace};

/// Builds every library that has features: bare, then with each feature alone, warnings being errors.
///
/// The bare build of the audit crate is the one that an auditor embeds: the verifier without input or output, and
/// nothing that it is made of runs threads, waits or opens files.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    report.check(format!("features: {VERIFIER} is bare"), || check_bare(workspace));
    let libraries = star::libraries(workspace);
    let selections: Vec<_> = libraries.into_iter().flat_map(selections).collect();
    if selections.is_empty() {
        report.skip("features", "no library has features");
    }
    for Selection { package, features } in selections {
        let name = format!("features: {package} {features}");
        let arguments =
            ["clippy", "--no-deps", "--package", package, "--lib", "--no-default-features", "--features", features];
        report.check(name.trim_end(), || {
            command::run(workspace.cargo().args(arguments).args(["--", "--deny", "warnings"]))
        });
    }
}

/// A package and the features to build it with.
#[derive(Debug)]
struct Selection<'a> {
    package: &'a str,
    features: &'a str,
}

fn selections(package: &Package) -> Vec<Selection<'_>> {
    if package.features.is_empty() {
        return Vec::new();
    }
    let named = package.features.keys().map(String::as_str).filter(|feature| *feature != "default");
    core::iter::once("").chain(named).map(|features| Selection { package: &package.name, features }).collect()
}

/// Fails on every dependency of the bare verifier that waits, runs threads or opens files.
fn check_bare(workspace: &Workspace) -> Result<(), Error> {
    let arguments = ["tree", "--package", VERIFIER, "--no-default-features", "--edges", "normal", "--prefix", "none"];
    let tree = command::output(workspace.cargo().args(arguments))?;
    let tree = String::from_utf8_lossy(&tree.stdout);
    let lively = lively(&tree);
    match (tree.contains(VERIFIER), lively.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::Unfit { reason: format!("the bare {VERIFIER} depends on {}", lively.join(", ")) }),
        (false, _) => Err(Error::Missing { what: format!("the dependencies of {VERIFIER}") }),
    }
}

/// Those of the packages in the output of `cargo tree` that a verifier without input and output has no use for.
fn lively(tree: &str) -> Vec<&str> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    names.filter(|name| *name != MACRO && LIVELY.iter().any(|start| name.starts_with(start))).collect()
}

const VERIFIER: &str = "axiom-audit";

/// Writes out what the compiler does with `async` in traits; nothing of it runs.
const MACRO: &str = "async-trait";

/// How the names of runtimes, channels, thread pools and ways to files begin.
const LIVELY: [&str; 16] = [
    "async-",
    "concurrent-queue",
    "crossbeam",
    "csv",
    "event-listener",
    "flate2",
    "futures",
    "memmap",
    "mio",
    "parking",
    "pollster",
    "rayon",
    "rustix",
    "smol",
    "tempfile",
    "tokio",
];

#[cfg(test)]
mod tests {
    use std::fs;

    use cargo_metadata::camino::Utf8Path;

    use super::*;

    /// The features that a package with `manifest` is built with, one text a build.
    fn builds(manifest: &str) -> Vec<String> {
        let directory = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(directory.path()).unwrap();
        fs::create_dir(root.join("src")).unwrap();
        fs::write(root.join("src/lib.rs"), "").unwrap();
        fs::write(root.join("Cargo.toml"), format!("[package]\nname = \"axiom-audit\"\n{manifest}")).unwrap();
        let workspace = Workspace::at(root).unwrap();
        selections(workspace.packages()[0]).iter().map(|selection| selection.features.to_owned()).collect()
    }

    #[test]
    fn a_library_is_built_bare_and_with_each_feature_alone() {
        assert_eq!(builds("[features]\ndefault = [\"file\"]\nfile = []\ngzip = []"), ["", "file", "gzip"]);
    }

    #[test]
    fn a_library_without_features_is_left_to_the_other_steps() {
        assert!(builds("").is_empty());
    }

    #[test]
    fn runtimes_and_channels_are_found_in_a_tree() {
        let tree = "axiom-audit v0.1.0 (/here)\nasync-trait v0.1.92 (proc-macro)\nsha2 v0.11.1\nasync-channel v2.5.0\n";
        assert_eq!(lively(tree), ["async-channel"]);
    }
}
