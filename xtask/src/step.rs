//! The steps, in the order in which they run.

use crate::{
    benches, command, deny, examples, features, fuzz, python, report::Report, services, star, workspace::Workspace,
};

/// A named part of the test run; it adds its checks to the report.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) run: fn(&Workspace, &mut Report),
}

/// Every step: the quick ones first, those that build in release mode last.
pub(crate) const STEPS: [Step; 12] = [
    Step { name: "format", purpose: "rustfmt has nothing to change", run: format },
    Step { name: "star", purpose: "the libraries depend on axiom-core and not on each other", run: star::run },
    Step { name: "clippy", purpose: "no warning in any target of any crate", run: clippy },
    Step { name: "features", purpose: "each library builds bare and with each feature alone", run: features::run },
    Step { name: "test", purpose: "unit tests, integration tests and doctests", run: test },
    Step { name: "services", purpose: "tests that talk to a key service and to an HSM", run: services::run },
    Step { name: "fuzz", purpose: "each fuzz target takes its seeds and changes of them", run: fuzz::run },
    Step { name: "docs", purpose: "the public documentation builds without warnings", run: docs },
    Step { name: "deny", purpose: "licences, bans, sources and advisories of the dependencies", run: deny::run },
    Step { name: "python", purpose: "the wheel builds, its tests pass, its stubs fit", run: python::run },
    Step { name: "examples", purpose: "every example runs to its end", run: examples::run },
    Step { name: "benches", purpose: "every bench runs a few iterations", run: benches::run },
];

fn format(workspace: &Workspace, report: &mut Report) {
    report.check("format", || command::run(workspace.cargo().args(["fmt", "--all", "--check"])));
}

fn clippy(workspace: &Workspace, report: &mut Report) {
    let arguments = ["clippy", "--workspace", "--all-targets", "--keep-going", "--", "--deny", "warnings"];
    report.check("clippy", || command::run(workspace.cargo().args(arguments)));
}

/// Without `--all-targets`, which would leave out the doctests and run the benches in full.
fn test(workspace: &Workspace, report: &mut Report) {
    let arguments = ["test", "--workspace", "--exclude", "axiom-python", "--no-fail-fast"];
    report.check("test", || command::run(workspace.cargo().args(arguments)));
    let arguments = ["test", "--package", "axiom-crypto", "--lib", "--tests", "--features", "fast", "--no-fail-fast"];
    report.check("test: both backends of axiom-crypto", || command::run(workspace.cargo().args(arguments)));
}

fn docs(workspace: &Workspace, report: &mut Report) {
    let arguments = ["doc", "--workspace", "--no-deps", "--keep-going"];
    report.check("docs", || command::run(workspace.cargo().args(arguments).env("RUSTDOCFLAGS", "--deny=warnings")));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_step_has_its_own_name() {
        let names: BTreeSet<&str> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), STEPS.len());
    }
}
