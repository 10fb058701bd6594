//! The crate graph is a star: the libraries know the core and not each other.

use cargo_metadata::{DependencyKind, Package};

use crate::{error::Error, report::Report, workspace::Workspace};

/// Checks that the crate graph is a star.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    report.check("star", || check(workspace));
}

/// The packages that nothing else is built on: the core and the crates around it.
pub(crate) fn libraries(workspace: &Workspace) -> Vec<&Package> {
    let packages = workspace.packages().into_iter();
    packages.filter(|package| !FRONT_ENDS.contains(&package.name.as_str())).collect()
}

/// Fails on every edge from one library to another that is not an edge to the core.
///
/// Declared dependencies are looked at, so an optional one counts even when its feature is off; development
/// dependencies do not count, because they reach nobody who uses the crate.
fn check(workspace: &Workspace) -> Result<(), Error> {
    let members: Vec<&str> = workspace.packages().iter().map(|package| package.name.as_str()).collect();
    let edges: Vec<String> =
        libraries(workspace).into_iter().flat_map(|package| stray_edges(package, &members)).collect();
    if edges.is_empty() { Ok(()) } else { Err(Error::Star { edges }) }
}

fn stray_edges(package: &Package, members: &[&str]) -> Vec<String> {
    let shipped = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    shipped
        .map(|dependency| dependency.name.as_str())
        .filter(|name| members.contains(name) && *name != CORE)
        .map(|name| format!("{} must not depend on {name}", package.name))
        .collect()
}

const CORE: &str = "axiom-core";

/// The packages that may see several libraries. Every other one is a library, so that a new crate is held to the rule
/// without being named here.
const FRONT_ENDS: [&str; 5] = ["axiom-benches", "axiom-cli", "axiom-examples", "axiom-python", "xtask"];

#[cfg(test)]
mod tests {
    use std::fs;

    use cargo_metadata::camino::Utf8Path;

    use super::*;

    /// The stray edges of a made-up workspace, given as packages and what is added to their manifests.
    fn stray(packages: &[(&str, &str)]) -> Vec<String> {
        let directory = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(directory.path()).unwrap();
        fs::write(root.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n").unwrap();
        for (name, dependencies) in packages {
            fs::create_dir_all(root.join(name).join("src")).unwrap();
            fs::write(root.join(name).join("src/lib.rs"), "").unwrap();
            let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{dependencies}");
            fs::write(root.join(name).join("Cargo.toml"), manifest).unwrap();
        }
        match check(&Workspace::at(root).unwrap()) {
            Ok(()) => Vec::new(),
            Err(Error::Star { edges }) => edges,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn this_workspace_is_a_star() {
        check(&Workspace::load().unwrap()).unwrap();
    }

    #[test]
    fn a_library_may_see_the_core_and_a_front_end_may_see_all() {
        let edges = stray(&[
            ("axiom-core", ""),
            ("axiom-pii", "[dependencies]\naxiom-core.path = \"../axiom-core\""),
            ("axiom-cli", "[dependencies]\naxiom-core.path = \"../axiom-core\"\naxiom-pii.path = \"../axiom-pii\""),
        ]);
        assert!(edges.is_empty(), "{edges:?}");
    }

    #[test]
    fn a_library_that_depends_on_another_is_named() {
        let edges = stray(&[("axiom-audit", "[dependencies]\naxiom-pii.path = \"../axiom-pii\""), ("axiom-pii", "")]);
        assert_eq!(edges, ["axiom-audit must not depend on axiom-pii"]);
    }

    #[test]
    fn a_core_that_depends_on_a_library_is_named() {
        let edges = stray(&[("axiom-core", "[dependencies]\naxiom-pii.path = \"../axiom-pii\""), ("axiom-pii", "")]);
        assert_eq!(edges, ["axiom-core must not depend on axiom-pii"]);
    }

    #[test]
    fn a_library_that_depends_on_a_front_end_is_named() {
        let edges = stray(&[("axiom-pii", "[dependencies]\naxiom-cli.path = \"../axiom-cli\""), ("axiom-cli", "")]);
        assert_eq!(edges, ["axiom-pii must not depend on axiom-cli"]);
    }

    #[test]
    fn build_optional_renamed_and_target_dependencies_count() {
        let edges = stray(&[
            ("axiom-a", "[build-dependencies]\naxiom-e.path = \"../axiom-e\""),
            ("axiom-b", "[dependencies]\naxiom-e = { path = \"../axiom-e\", optional = true }"),
            ("axiom-c", "[dependencies]\nother = { path = \"../axiom-e\", package = \"axiom-e\" }"),
            ("axiom-d", "[target.'cfg(windows)'.dependencies]\naxiom-e.path = \"../axiom-e\""),
            ("axiom-e", ""),
        ]);
        let expected = ["a", "b", "c", "d"].map(|name| format!("axiom-{name} must not depend on axiom-e"));
        assert_eq!(edges, expected);
    }

    #[test]
    fn development_dependencies_are_free() {
        let edges =
            stray(&[("axiom-audit", "[dev-dependencies]\naxiom-pii.path = \"../axiom-pii\""), ("axiom-pii", "")]);
        assert!(edges.is_empty(), "{edges:?}");
    }
}
