//! The services that some tests talk to, started for them: AWS KMS, played by `moto`, and an HSM, played by `SoftHSM` 2.

use core::time::Duration;
use std::{
    fs,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Instant,
};

use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};

use crate::{command, error::Error, report::Report, workspace::Workspace};

/// Runs the tests of each service; a machine that cannot have one of them leaves its tests out.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    report.check("services: clippy", || clippy(workspace));
    report.check("services: unit tests", || command::run(&mut test(workspace, &["--lib", "provider"])));
    report.check("services: AWS KMS", || aws_kms(workspace));
    match module(workspace) {
        Ok(module) => drop(report.check("services: PKCS #11", || pkcs11(workspace, &module))),
        Err(reason) => report.skip("services: PKCS #11", reason.to_string()),
    }
}

/// The features of the services are in no other build with all its targets.
fn clippy(workspace: &Workspace) -> Result<(), Error> {
    let arguments = ["clippy", "--package", PACKAGE, "--all-targets", "--features", "aws-kms,pkcs11"];
    command::run(workspace.cargo().args(arguments).args(["--", "--deny", "warnings"]))
}

fn aws_kms(workspace: &Workspace) -> Result<(), Error> {
    let moto = Moto::start(workspace)?;
    command::run(test(workspace, &["--test", "aws_kms"]).env("AXIOM_TEST_KMS_URL", moto.url()))
}

/// Runs the tests with an empty directory for tokens, so that no run sees those of another, one after the other: where two
/// threads make keys at the same time, `SoftHSM` fails with a general error now and then.
fn pkcs11(workspace: &Workspace, module: &Utf8Path) -> Result<(), Error> {
    let directory = tempfile::tempdir()?;
    let configuration = directory.path().join("softhsm2.conf");
    fs::write(&configuration, format!("directories.tokendir = {}\n", directory.path().display()))?;
    let mut test = test(workspace, &["--test", "pkcs11", "--", "--test-threads", "1"]);
    command::run(test.env("AXIOM_TEST_PKCS11_MODULE", module).env("SOFTHSM2_CONF", configuration))
}

/// These tests, built with the features of all services, so that one build serves them all.
fn test(workspace: &Workspace, tests: &[&str]) -> Command {
    let mut test = workspace.cargo();
    test.args(["test", "--package", PACKAGE, "--features", "aws-kms,pkcs11"]).args(tests);
    test
}

/// A `moto` server on a port of this machine that was free; it ends with this value.
struct Moto {
    server: Child,
    port: u16,
}

impl Moto {
    fn start(workspace: &Workspace) -> Result<Self, Error> {
        let python = environment(workspace)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut server = workspace.command(python);
        server.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
        let server = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut moto = Self { server, port };
        moto.wait().map(|()| moto)
    }

    /// Until it answers.
    fn wait(&mut self) -> Result<(), Error> {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if self.server.try_wait()?.is_some() || start.elapsed() > PATIENCE {
                return Err(Error::Unfit { reason: "the moto server does not start".into() });
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        let _ = self.server.kill().and_then(|()| self.server.wait());
    }
}

/// The interpreter of a virtual environment with the pinned packages.
fn environment(workspace: &Workspace) -> Result<Utf8PathBuf, Error> {
    let environment = workspace.target().join("services/venv");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.exists() {
        let system = if cfg!(windows) { "python" } else { "python3" };
        command::run(workspace.command(system).args(["-m", "venv"]).arg(&environment))?;
    }
    let mut pip = workspace.command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--requirement"]);
    command::run(pip.arg(workspace.root().join("xtask/requirements.txt")))?;
    Ok(python)
}

/// The library of `SoftHSM`: the system's, or that of Debian's package, unpacked below the target directory.
fn module(workspace: &Workspace) -> Result<Utf8PathBuf, Error> {
    let packages = workspace.target().join("services/softhsm");
    let unpacked = packages.join("root/usr/lib/softhsm/libsofthsm2.so");
    let known = || SYSTEM_MODULES.iter().map(Utf8PathBuf::from).chain([unpacked.clone()]).find(|path| path.exists());
    if let Some(module) = known() {
        return Ok(module);
    }
    fs::create_dir_all(&packages)?;
    command::run(workspace.command("apt-get").args(["download", "libsofthsm2"]).current_dir(&packages))?;
    for package in packages.read_dir_utf8()?.collect::<Result<Vec<_>, _>>()? {
        if package.path().extension() == Some("deb") {
            let mut unpack = workspace.command("dpkg");
            command::run(unpack.arg("--extract").arg(package.path()).arg(packages.join("root")))?;
        }
    }
    known().ok_or_else(|| Error::Missing { what: "SoftHSM 2".into() })
}

const PACKAGE: &str = "axiom-crypto";
const PATIENCE: Duration = Duration::from_secs(60);

/// Where packages put it: of Debian and Ubuntu, Fedora, Arch and Homebrew.
const SYSTEM_MODULES: [&str; 5] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];
