//! Every bench runs, if only for a moment.

use cargo_metadata::Target;

use crate::{command, error::Error, report::Report, workspace::Workspace};

/// Runs every bench with `--smoke`: a few iterations that show it still works, not how fast it is.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    let names = workspace.targets(PACKAGE, Target::is_bench);
    if names.is_empty() {
        report.fail("benches", Error::Unfit { reason: format!("{PACKAGE} has no bench") });
    }
    for name in names {
        let arguments = ["bench", "--package", PACKAGE, "--all-features", "--bench", name, "--", "--smoke"];
        report.check(format!("benches: {name}"), || command::run(workspace.cargo().args(arguments)));
    }
}

const PACKAGE: &str = "axiom-benches";
