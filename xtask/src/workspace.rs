//! The workspace under test, and the environment its tools run in.

use std::{
    ffi::{OsStr, OsString},
    process::{Command, Stdio},
};

use cargo_metadata::{Metadata, MetadataCommand, Package, Target, camino::Utf8Path};

use crate::error::Error;

/// The workspace under test, and the environment its tools run in.
#[derive(Debug)]
pub(crate) struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    /// Reads the workspace that this program belongs to, wherever it was called from.
    ///
    /// # Errors
    /// [`Error::Metadata`] when a manifest cannot be read.
    pub(crate) fn load() -> Result<Self, Error> {
        Self::at(Utf8Path::new(env!("CARGO_MANIFEST_DIR")))
    }

    /// Reads the workspace that `directory` belongs to.
    ///
    /// # Errors
    /// [`Error::Metadata`] when a manifest cannot be read.
    pub(crate) fn at(directory: &Utf8Path) -> Result<Self, Error> {
        Ok(Self { metadata: MetadataCommand::new().current_dir(directory).no_deps().exec()? })
    }

    pub(crate) fn root(&self) -> &Utf8Path {
        &self.metadata.workspace_root
    }

    /// The directory for all that is built or installed.
    pub(crate) fn target(&self) -> &Utf8Path {
        &self.metadata.target_directory
    }

    pub(crate) fn packages(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// The names of the targets of `package` that satisfy `kind`.
    pub(crate) fn targets(&self, package: &str, kind: fn(&Target) -> bool) -> Vec<&str> {
        let packages = self.packages().into_iter().filter(|candidate| candidate.name == package);
        let targets = packages.flat_map(|package| &package.targets);
        targets.filter(|target| kind(target)).map(|target| target.name.as_str()).collect()
    }

    pub(crate) fn cargo(&self) -> Command {
        self.command(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
    }

    /// A command at the root of the workspace that reads no input and shares the target directory.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.root()).stdin(Stdio::null()).env("CARGO_TARGET_DIR", self.target());
        for (name, value) in SETTINGS {
            command.env(name, value);
        }
        for name in STRAY {
            command.env_remove(name);
        }
        command
    }
}

/// No tool asks a question or looks for its own update.
const SETTINGS: [(&str, &str); 3] =
    [("GIT_TERMINAL_PROMPT", "0"), ("PIP_DISABLE_PIP_VERSION_CHECK", "1"), ("PIP_NO_INPUT", "1")];

/// Settings of the user's shell that would change where packages are installed or which ones are imported.
const STRAY: [&str; 7] =
    ["PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_TARGET", "PIP_USER", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_this_crate() {
        assert!(Workspace::load().unwrap().root().join("xtask/Cargo.toml").exists());
    }

    #[test]
    fn a_directory_without_a_manifest_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(directory.path()).unwrap();
        assert!(matches!(Workspace::at(path), Err(Error::Metadata(_))));
    }

    #[test]
    fn targets_are_those_of_the_package_and_the_kind() {
        let workspace = Workspace::load().unwrap();
        assert_eq!(workspace.targets("xtask", Target::is_bin), ["xtask"]);
        assert!(workspace.targets("xtask", Target::is_example).is_empty());
        assert!(workspace.targets("no-such-package", Target::is_bin).is_empty());
    }
}
