//! The temporary files of a run.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::error::Error;

/// A directory that its owner alone can enter.
pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    /// Creates one with a random name within `parent`.
    pub(super) fn create(parent: &Path) -> Result<Self, Error> {
        let path = parent.join(random_name()?);
        let mut builder = DirBuilder::new();
        builder.recursive(false);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&path) {
            Ok(()) => Ok(Self { path }),
            Err(source) => Err(Error::Temporary { path, source }),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Overwrites every file and removes everything; goes on after a failure, and tells the first.
    pub(super) fn erase(self) -> Result<(), Error> {
        let mut failed = None;
        erase_tree(&self.path, &mut failed);
        match failed {
            None => Ok(()),
            Some((path, source)) => Err(Error::Temporary { path, source }),
        }
    }
}

/// The first failure, and where.
type Failure = Option<(PathBuf, io::Error)>;

fn erase_tree(directory: &Path, failed: &mut Failure) {
    // A run that removed its directory has left nothing to do.
    match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => note(failed, directory, Err(error)),
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => erase_entry(&entry, failed),
                    Err(error) => note(failed, directory, Err(error)),
                }
            }
        }
    }
    note(failed, directory, fs::remove_dir(directory));
}

/// A symbolic link is removed and not followed; a pipe or a socket is not opened.
fn erase_entry(entry: &fs::DirEntry, failed: &mut Failure) {
    let path = entry.path();
    match entry.file_type() {
        Err(error) => note(failed, &path, Err(error)),
        Ok(kind) if kind.is_dir() => erase_tree(&path, failed),
        Ok(kind) => {
            if kind.is_file() {
                note(failed, &path, overwrite(&path));
            }
            note(failed, &path, fs::remove_file(&path));
        }
    }
}

fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        // A tool may have made its file read-only; the directory is ours, so may we make it writable again.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => open_again(path)?,
        opened => opened?,
    };
    let length = file.metadata()?.len();
    let zeros = [0; 64 * 1024];
    let mut left = length;
    while left > 0 {
        let chunk = usize::try_from(left).unwrap_or(zeros.len()).min(zeros.len());
        file.write_all(&zeros[..chunk])?;
        left -= chunk as u64;
    }
    file.sync_all()
}

#[cfg(unix)]
fn open_again(path: &Path) -> io::Result<fs::File> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    OpenOptions::new().write(true).open(path)
}

#[cfg(not(unix))]
fn open_again(path: &Path) -> io::Result<fs::File> {
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)?;
    OpenOptions::new().write(true).open(path)
}

fn note(failed: &mut Failure, path: &Path, result: io::Result<()>) {
    if let Err(error) = result {
        failed.get_or_insert((path.to_owned(), error));
    }
}

fn random_name() -> Result<String, Error> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|_| Error::Random)?;
    Ok(format!("axiom-run-{}", Base64UrlUnpadded::encode_string(&random)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_at_any_depth_are_zero_under_any_other_name_and_gone_under_their_own() {
        let parent = tempfile::tempdir().unwrap();
        let directory = Directory::create(parent.path()).unwrap();
        let deep = directory.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        let long = vec![7; 150_000];
        fs::write(deep.join("long"), &long).unwrap();
        fs::write(directory.path().join("short"), b"secret").unwrap();
        // A second name of the same file, by which the test sees what became of its content.
        fs::hard_link(deep.join("long"), parent.path().join("long")).unwrap();
        fs::hard_link(directory.path().join("short"), parent.path().join("short")).unwrap();
        let path = directory.path().to_owned();
        directory.erase().unwrap();
        assert!(!path.exists());
        assert_eq!(fs::read(parent.path().join("long")).unwrap(), vec![0; long.len()]);
        assert_eq!(fs::read(parent.path().join("short")).unwrap(), [0; 6]);
    }

    #[test]
    fn a_directory_that_is_gone_already_is_erased() {
        let parent = tempfile::tempdir().unwrap();
        let directory = Directory::create(parent.path()).unwrap();
        fs::remove_dir(directory.path()).unwrap();
        directory.erase().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_removed_and_what_it_leads_to_stays() {
        let parent = tempfile::tempdir().unwrap();
        let outside = parent.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("file"), b"not the run's").unwrap();
        let directory = Directory::create(parent.path()).unwrap();
        std::os::unix::fs::symlink(&outside, directory.path().join("directory")).unwrap();
        std::os::unix::fs::symlink(outside.join("file"), directory.path().join("file")).unwrap();
        directory.erase().unwrap();
        assert_eq!(fs::read(outside.join("file")).unwrap(), b"not the run's");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_enter_and_a_read_only_file_is_no_obstacle() {
        use std::os::unix::fs::PermissionsExt;

        let parent = tempfile::tempdir().unwrap();
        let directory = Directory::create(parent.path()).unwrap();
        let mode = fs::metadata(directory.path()).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700);
        let file = directory.path().join("file");
        fs::write(&file, b"secret").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
        directory.erase().unwrap();
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}
