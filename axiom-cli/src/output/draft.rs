//! A file that gets its name when it is complete.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// A file for its owner alone, which is gone unless it gets a name.
///
/// Where the file system can hold a file without a name, nothing is left of it however the process ends. Elsewhere a
/// signal leaves what [`is_draft`] knows.
pub(super) enum Draft {
    Named(NamedTempFile),
    #[cfg(target_os = "linux")]
    Unnamed(File),
}

impl Draft {
    pub(super) fn new(directory: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed(directory) {
            return Ok(Self::Unnamed(file));
        }
        named(directory).map(Self::Named)
    }

    pub(super) fn file(&self) -> &File {
        match self {
            Self::Named(file) => file.as_file(),
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => file,
        }
    }

    /// Gives it the name `path`, which must be free.
    pub(super) fn name(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Named(file) => file.persist_noclobber(path).map(drop).map_err(|error| error.error),
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => link(&file, path),
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

/// One with a name of its own until it gets another.
pub(super) fn named(directory: &Path) -> io::Result<NamedTempFile> {
    Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(directory)
}

/// Whether this is the name of a file that a run left incomplete.
pub(crate) fn is_draft(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX))
}

/// A file without a name, or `None` where there can be none, or none that could be named later.
#[cfg(target_os = "linux")]
fn unnamed(directory: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};

    if !Path::new(DESCRIPTORS).is_dir() {
        return None;
    }
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    open(directory, flags, Mode::RUSR | Mode::WUSR).ok().map(File::from)
}

/// As open(2) tells it for `O_TMPFILE`, for those without privileges.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, linkat};

    let descriptor = format!("{DESCRIPTORS}/{}", file.as_raw_fd());
    Ok(linkat(CWD, descriptor, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(target_os = "linux")]
const DESCRIPTORS: &str = "/proc/self/fd";
const PREFIX: &str = ".axiom-";
const SUFFIX: &str = ".tmp";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_draft_of_either_kind_gets_a_free_name_alone() {
        let directory = tempfile::tempdir().unwrap();
        let (taken, free) = (directory.path().join("taken"), directory.path().join("free"));
        fs::write(&taken, "old").unwrap();
        let both = || [Draft::new(directory.path()).unwrap(), Draft::Named(named(directory.path()).unwrap())];
        for mut draft in both() {
            draft.write_all(b"new").unwrap();
            assert_eq!(draft.name(&taken).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        }
        for mut draft in both() {
            draft.write_all(b"new").unwrap();
            draft.name(&free).unwrap();
            assert_eq!(fs::read(&free).unwrap(), b"new");
            fs::remove_file(&free).unwrap();
        }
        assert_eq!(fs::read(&taken).unwrap(), b"old");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    }
}
