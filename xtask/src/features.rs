//! Every library builds without its default features, and with each feature alone.

use cargo_metadata::Package;

use crate::{command, report::Report, star, workspace::Workspace};

/// Builds every library that has features: bare, then with each feature alone, warnings being errors.
///
/// The bare build of the audit crate is the one that an auditor embeds: the verifier without input or output.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    let libraries = star::libraries(workspace);
    let selections: Vec<_> = libraries.into_iter().flat_map(selections).collect();
    if selections.is_empty() {
        report.skip("features", "no library has features");
    }
    for Selection { package, features } in selections {
        let name = format!("features: {package} {features}");
        let arguments = ["clippy", "--package", package, "--lib", "--no-default-features", "--features", features];
        report.check(name.trim_end(), || {
            command::run(workspace.cargo().args(arguments).args(["--", "--deny", "warnings"]))
        });
    }
}

/// A package and the features to build it with.
#[derive(Debug, PartialEq)]
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
