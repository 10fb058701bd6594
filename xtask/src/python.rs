//! The Python wheel: built, installed in an environment of its own, tested, and held against its stubs.

use std::{fs, path::Path, process::Command};

use cargo_metadata::camino::{Utf8DirEntry, Utf8Path, Utf8PathBuf};

use crate::{command, error::Error, report::Report, workspace::Workspace};

/// Builds and tests the wheel; what needs an earlier part is left out when that part failed.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    let bindings = Bindings { workspace };
    if !report.check("python: set-up", || bindings.set_up()) {
        return skip(report, &["wheel", "pytest", "stubtest"], "the set-up failed");
    }
    if !report.check("python: wheel", || bindings.wheel()) {
        return skip(report, &["pytest", "stubtest"], "there is no wheel");
    }
    report.check("python: pytest", || bindings.pytest());
    report.check("python: stubtest", || bindings.stubtest());
}

fn skip(report: &mut Report, parts: &[&str], reason: &str) {
    for part in parts {
        report.skip(format!("python: {part}"), reason);
    }
}

/// The bindings and the virtual environment they are tested in.
struct Bindings<'a> {
    workspace: &'a Workspace,
}

impl Bindings<'_> {
    /// Makes the virtual environment, unless a working one is there, and installs the pinned tools.
    fn set_up(&self) -> Result<(), Error> {
        for file in ["pyproject.toml", "requirements-dev.txt"] {
            if !self.directory().join(file).exists() {
                return Err(Error::Missing { what: format!("bindings-python/{file}") });
            }
        }
        if self.probe(&self.interpreter()).is_err() {
            self.probe(Utf8Path::new(SYSTEM_PYTHON))?;
            let mut python = self.workspace.command(SYSTEM_PYTHON);
            command::run(python.args(["-m", "venv", "--clear"]).arg(self.environment()))?;
        }
        command::run(self.pip().arg("--requirement").arg(self.directory().join("requirements-dev.txt")))
    }

    /// Builds the wheel that users get, optimized as theirs is, and installs it alone.
    ///
    /// A development build would save a minute and test other code: with overflow checks, without link-time
    /// optimization.
    fn wheel(&self) -> Result<(), Error> {
        let wheels = self.workspace.target().join("wheels");
        empty(wheels.as_std_path())?;
        let mut maturin = self.module("maturin");
        maturin.args(["build", "--release", "--manifest-path"]).arg(self.directory().join("Cargo.toml"));
        command::run(maturin.arg("--interpreter").arg(self.interpreter()).arg("--out").arg(&wheels))?;
        command::run(self.pip().args(["--force-reinstall", "--no-deps"]).arg(only_wheel(&wheels)?))
    }

    fn pytest(&self) -> Result<(), Error> {
        command::run(self.module("pytest").arg(self.directory().join("tests")))
    }

    fn stubtest(&self) -> Result<(), Error> {
        command::run(self.module("mypy.stubtest").arg("axiom"))
    }

    /// Asks an interpreter whether it will do; its answer is the reason when it will not.
    fn probe(&self, python: &Utf8Path) -> Result<(), Error> {
        let answer = command::output(self.workspace.command(python).args(["-c", PROBE]))?;
        let reason = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
        if answer.status.success() { Ok(()) } else { Err(Error::Unfit { reason }) }
    }

    fn pip(&self) -> Command {
        let mut pip = self.module("pip");
        pip.args(["install", "--quiet"]);
        pip
    }

    /// A module run by the environment's interpreter; the scripts beside it break when the path has a space.
    fn module(&self, name: &str) -> Command {
        let mut python = self.workspace.command(self.interpreter());
        python.args(["-m", name]);
        python
    }

    fn interpreter(&self) -> Utf8PathBuf {
        self.environment().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
    }

    fn environment(&self) -> Utf8PathBuf {
        self.workspace.target().join("venv")
    }

    fn directory(&self) -> Utf8PathBuf {
        self.workspace.root().join("bindings-python")
    }
}

/// Makes `directory` exist and hold nothing, so that the wheel found there is the one just built.
fn empty(directory: &Path) -> Result<(), Error> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    Ok(fs::create_dir_all(directory)?)
}

fn only_wheel(directory: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let entries = directory.read_dir_utf8()?.collect::<Result<Vec<_>, _>>()?;
    let wheel = entries.into_iter().map(Utf8DirEntry::into_path).find(|path| path.extension() == Some("whl"));
    wheel.ok_or_else(|| Error::Missing { what: "the wheel that maturin built".into() })
}

const SYSTEM_PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// Exits with a reason when the interpreter is too old or cannot make an environment, as on a bare Debian.
const PROBE: &str = "
import sys
if sys.version_info < (3, 10):
    sys.exit(f'Python 3.10 or newer is needed, this is {sys.version.split()[0]}')
try:
    import ensurepip, venv
except ImportError:
    sys.exit('this Python lacks the venv module; on Debian and Ubuntu: apt install python3-venv')
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emptying_removes_the_wheel_of_an_earlier_run() {
        let directory = tempfile::tempdir().unwrap();
        let wheels = Utf8Path::from_path(directory.path()).unwrap().join("wheels");
        empty(wheels.as_std_path()).unwrap();
        fs::write(wheels.join("old.whl"), "").unwrap();
        empty(wheels.as_std_path()).unwrap();
        assert!(matches!(only_wheel(&wheels), Err(Error::Missing { .. })));
    }

    #[test]
    fn the_wheel_is_found_beside_other_files() {
        let directory = tempfile::tempdir().unwrap();
        let wheels = Utf8Path::from_path(directory.path()).unwrap();
        fs::write(wheels.join("a.tar.gz"), "").unwrap();
        fs::write(wheels.join("b.whl"), "").unwrap();
        assert_eq!(only_wheel(wheels).unwrap(), wheels.join("b.whl"));
    }
}
