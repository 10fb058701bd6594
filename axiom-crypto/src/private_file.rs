//! Files that hold a private key: created once and whole, readable by their owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use crate::error::Error;

/// Creates `path` with this content and mode 0600, complete and durable or not at all; an existing file stays as it is.
///
/// The content is written to a temporary file beside it, which then gets the final name as a hard link: unlike a
/// rename, a link never replaces what is there.
pub(crate) fn create(path: &Path, content: &[u8]) -> Result<(), Error> {
    let directory = parent(path);
    let temporary = Temporary(directory.join(temporary_name()?));
    let write = || {
        write_synced(&temporary.0, content)?;
        fs::hard_link(&temporary.0, path)?;
        // A name that a power cut may take back is no key file: the caller must be able to try again.
        sync_directory(directory).inspect_err(|_| drop(fs::remove_file(path)))
    };
    write().map_err(|source| Error::Io { path: path.into(), source })
}

/// Overwrites the content of `path` and removes it, durably.
pub(crate) fn erase(path: &Path) -> Result<(), Error> {
    let erase = || {
        let mut file = OpenOptions::new().write(true).open(path)?;
        let length = file.metadata()?.len();
        io::copy(&mut io::repeat(0).take(length), &mut file)?;
        file.sync_all()?;
        fs::remove_file(path)?;
        sync_directory(parent(path))
    };
    erase().map_err(|source| Error::Io { path: path.into(), source })
}

/// Writes a file that is not there yet, with mode 0600, durably; a crash leaves a part of it.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    write_synced(path, content).map_err(|source| Error::Io { path: path.into(), source })
}

/// Makes a directory with mode 0700, durably, unless it is there.
pub(crate) fn create_directory(path: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let create = || match builder.create(path) {
        Ok(()) => sync_directory(parent(path)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    create().map_err(|source| Error::Io { path: path.into(), source })
}

/// Fails where group or others have any right to a directory.
pub(crate) fn check_directory(path: &Path) -> Result<(), Error> {
    let metadata = fs::metadata(path).map_err(|source| Error::Io { path: path.into(), source })?;
    if check_mode(path, &metadata).is_err() {
        return Err(Error::KeyFile { path: path.into(), reason: "the directory is open to others: run `chmod 700`" });
    }
    Ok(())
}

/// Gives a file another name, in place of what has it, durably.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    let rename = || {
        fs::rename(from, to)?;
        sync_directory(parent(to))
    };
    rename().map_err(|source| Error::Io { path: to.into(), source })
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The content of `path`, which group and others must have no right to, and which no key file exceeds.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    read_up_to(path, MAX_LEN)
}

/// The content of `path`, which group and others must have no right to, of at most `max_len` bytes.
pub(crate) fn read_up_to(path: &Path, max_len: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    read_if(path, max_len, check_mode)
}

/// As [`read_up_to`], but the group may have the right to read.
pub(crate) fn read_of_group(path: &Path, max_len: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    read_if(path, max_len, check_mode_of_group)
}

fn read_if(
    path: &Path,
    max_len: usize,
    check: fn(&Path, &fs::Metadata) -> Result<(), Error>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let failed = |source| Error::Io { path: path.into(), source };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::KeyFile { path: path.into(), reason: "it is a directory" });
    }
    check(path, &metadata)?;
    // Full capacity at once: growing would leave copies of the key behind. A pipe does not tell its length.
    let length = if metadata.len() > 0 { metadata.len().min(max_len as u64) as usize } else { max_len };
    let mut content = Zeroizing::new(Vec::with_capacity(length + 1));
    file.take(length as u64 + 1).read_to_end(&mut content).map_err(failed)?;
    match content.len() {
        read if read <= length => Ok(content),
        read if read > max_len => Err(Error::KeyFile { path: path.into(), reason: "it is too long" }),
        _ => Err(Error::KeyFile { path: path.into(), reason: "it is being written: rename a whole file into place" }),
    }
}

/// A temporary file, removed in any case.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It may never have been made; and a left-over name is no reason to fail.
        let _ = fs::remove_file(&self.0);
    }
}

fn temporary_name() -> Result<String, Error> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|_| Error::Random)?;
    Ok(format!(".axiom-{}.tmp", Base64UrlUnpadded::encode_string(&random)))
}

fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

fn check_mode(path: &Path, metadata: &fs::Metadata) -> Result<(), Error> {
    check_rights(path, metadata, 0o077)
}

fn check_mode_of_group(path: &Path, metadata: &fs::Metadata) -> Result<(), Error> {
    check_rights(path, metadata, 0o037)
}

#[cfg(unix)]
fn check_rights(path: &Path, metadata: &fs::Metadata, refused: u32) -> Result<(), Error> {
    let mode = std::os::unix::fs::MetadataExt::mode(metadata) & 0o777;
    if mode & refused == 0 { Ok(()) } else { Err(Error::Permissions { path: path.into(), mode }) }
}

#[cfg(not(unix))]
fn check_rights(_: &Path, _: &fs::Metadata, _: u32) -> Result<(), Error> {
    Ok(())
}

/// Longer than any key file: a signing key with a name of 255 bytes takes 325.
const MAX_LEN: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        create(&path, b"first").unwrap();
        let error = create(&path, b"second").unwrap_err();
        assert!(matches!(error, Error::Io { source, .. } if source.kind() == io::ErrorKind::AlreadyExists));
        assert_eq!(*read(&path).unwrap(), b"first");
    }

    #[test]
    fn nothing_but_the_key_is_left_in_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        create(&directory.path().join("key"), b"content").unwrap();
        create(&directory.path().join("key"), b"content").unwrap_err();
        create(&directory.path().join("missing/key"), b"content").unwrap_err();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn one_of_many_creators_wins_and_its_file_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let create = |byte: u8| create(&path, &[byte; 100]).is_ok();
        let winners = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|byte| scope.spawn(move || create(byte))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count()
        });
        assert_eq!(winners, 1);
        let content = read(&path).unwrap();
        assert_eq!(*content, [content[0]; 100]);
    }

    #[test]
    fn a_long_file_is_not_read_to_its_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        create(&path, &[b'a'; MAX_LEN + 1]).unwrap();
        assert!(matches!(read(&path), Err(Error::KeyFile { .. })));
    }

    #[test]
    fn an_erased_file_holds_nothing_under_any_name() {
        let directory = tempfile::tempdir().unwrap();
        let (path, other) = (directory.path().join("key"), directory.path().join("other"));
        create(&path, b"content").unwrap();
        fs::hard_link(&path, &other).unwrap();
        erase(&path).unwrap();
        assert!(!path.exists());
        assert_eq!(fs::read(other).unwrap(), [0; 7]);
        assert!(erase(&path).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_is_not_told_to_change_its_mode() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(read(directory.path()), Err(Error::KeyFile { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_have_rights() {
        use std::os::unix::fs::PermissionsExt;

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        create(&path, b"content").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let message = read(&path).unwrap_err().to_string();
            assert!(message.contains("chmod 600"), "{message}");
            assert!(message.contains(&format!("{mode:o}")), "{message}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(read(&path).is_ok());
    }
}
