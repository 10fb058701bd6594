//! Secrets in files.

use std::io;
use std::path::PathBuf;

use async_trait::async_trait;

use super::{FetchError, SecretSource};
use crate::error::Error;
use crate::private_file;
use crate::provider::Failure;
use crate::secret::Secret;

/// A file that holds a secret, such as an orchestrator mounts; at most 64 KiB, and not empty.
///
/// On Unix others must have no right to it, and the group none but to read, which Kubernetes gives the group of a pod
/// (`fsGroup`, mode 0440); the mode that it mounts secrets with by default, 0644, is refused: set `defaultMode` to 0400.
/// To change the secret, write another file and rename it into
/// place: a file that is written in place may be read when it is half done.
#[derive(Debug)]
pub struct FileSource {
    path: PathBuf,
    line: bool,
}

impl FileSource {
    /// The secret is the content of the file, every byte of it.
    pub fn bytes(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), line: false }
    }

    /// The secret is the line in the file; a line feed at its end, with a carriage return before it or not, is not
    /// part of it.
    pub fn line(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), line: true }
    }

    fn read(&self) -> Result<Secret<Vec<u8>>, FetchError> {
        let mut content = private_file::read_of_group(&self.path, MAX_LEN).map_err(|error| failed(&error))?;
        if self.line && content.ends_with(b"\n") {
            content.pop();
            if content.ends_with(b"\r") {
                content.pop();
            }
        }
        if content.is_empty() {
            return Err(FetchError::new(Failure::Other, format!("{} is empty", self.path.display())));
        }
        Ok(Secret::from(core::mem::take(&mut *content)))
    }
}

#[async_trait]
impl SecretSource for FileSource {
    fn try_fetch(&self) -> Option<Result<Secret<Vec<u8>>, FetchError>> {
        Some(self.read())
    }

    async fn fetch(&self) -> Result<Secret<Vec<u8>>, FetchError> {
        self.read()
    }
}

fn failed(error: &Error) -> FetchError {
    let failure = match error {
        Error::Io { source, .. } => match source.kind() {
            io::ErrorKind::NotFound => Failure::NotFound,
            io::ErrorKind::PermissionDenied => Failure::Denied,
            _ => Failure::Unavailable,
        },
        Error::Permissions { .. } => Failure::Denied,
        _ => Failure::Other,
    };
    match core::error::Error::source(error) {
        Some(source) => FetchError::new(failure, format!("{error}: {source}")),
        None => FetchError::new(failure, error.to_string()),
    }
}

const MAX_LEN: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn write(path: &Path, content: &[u8]) {
        let _ = fs::remove_file(path);
        private_file::create(path, content).unwrap();
    }

    #[test]
    fn a_line_ends_at_its_line_feed_and_bytes_are_all_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        for (content, line) in [("a b", "a b"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("\ra", "\ra")] {
            write(&path, content.as_bytes());
            assert!(FileSource::line(&path).read().unwrap().equals(line), "{content:?}");
            assert!(FileSource::bytes(&path).read().unwrap().equals(content), "{content:?}");
        }
    }

    #[test]
    fn an_empty_missing_or_endless_file_is_refused_with_its_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        let refused = |failure| {
            let error = FileSource::line(&path).read().unwrap_err();
            assert_eq!(error.failure(), failure, "{error}");
            assert!(error.to_string().contains("secret"), "{error}");
        };
        refused(Failure::NotFound);
        write(&path, b"\n");
        refused(Failure::Other);
        write(&path, &vec![b'a'; MAX_LEN + 1]);
        refused(Failure::Other);
        write(&path, &vec![b'a'; MAX_LEN]);
        assert_eq!(FileSource::line(&path).read().unwrap().expose().len(), MAX_LEN);
    }

    #[cfg(unix)]
    #[test]
    fn others_have_no_right_and_the_group_none_but_to_read() {
        use std::os::unix::fs::PermissionsExt;

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        write(&path, b"hunter2");
        for mode in [0o644, 0o604, 0o620, 0o610, 0o602, 0o601, 0o460] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = FileSource::bytes(&path).read().unwrap_err();
            assert_eq!(error.failure(), Failure::Denied, "{mode:o}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        for mode in [0o400, 0o440, 0o640] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(FileSource::bytes(&path).read().unwrap().equals("hunter2"), "{mode:o}");
        }
    }
}
