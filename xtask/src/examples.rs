//! Every example runs to its end.

use cargo_metadata::Target;

use crate::{command, error::Error, report::Report, workspace::Workspace};

/// Runs every example once, without input, in an empty directory that is gone afterwards.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    let names = workspace.targets(PACKAGE, Target::is_example);
    if names.is_empty() {
        report.fail("examples", Error::Unfit { reason: format!("{PACKAGE} has no example") });
    }
    for name in names {
        report.check(format!("examples: {name}"), || run_one(workspace, name));
    }
}

fn run_one(workspace: &Workspace, name: &str) -> Result<(), Error> {
    let directory = tempfile::tempdir()?;
    let manifest = workspace.root().join("Cargo.toml");
    let arguments = ["run", "--quiet", "--package", PACKAGE, "--example", name, "--manifest-path"];
    command::run(workspace.cargo().args(arguments).arg(manifest).current_dir(directory.path()))
}

const PACKAGE: &str = "axiom-examples";
