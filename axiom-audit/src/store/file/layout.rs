//! Which file holds what, and the small files beside the entries.
//!
//! ```text
//! <root>/axiom.json                              name, salt and verifier key of the host
//! <root>/lock                                    held by the one process that writes
//! <root>/<opaque>/<stream>/log.json              which organization and stream this is
//! <root>/<opaque>/<stream>/segments/<seq>.jsonl  the entries from <seq> (20 digits) on
//! <root>/<opaque>/<stream>/checkpoint            the newest signed checkpoint
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axiom_core::{Digest, LogId, Object, Value};

use crate::error::Error;
use crate::naming::Naming;
use crate::note::VerifierKey;

/// The directory of a host's logs.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    root: PathBuf,
    naming: Naming,
    key: VerifierKey,
}

impl Layout {
    /// Makes the directory at `root`, which is there and locked, one for the logs of the key's owner.
    pub(crate) fn create(root: &Path, key: &VerifierKey) -> Result<Self, Error> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(|error| failed("draw a random salt", root)(io::Error::other(error)))?;
        let naming = Naming::new(key.name().clone(), salt)?;
        let layout = Self { root: root.into(), naming, key: key.clone() };
        if config(root).exists() {
            return Err(Error::Exists { path: root.display().to_string() });
        }
        replace(&config(root), layout.describe_host().as_bytes())?;
        Ok(layout)
    }

    /// Finds the directory that [`create`](Self::create) made.
    pub(crate) fn open(root: &Path) -> Result<Self, Error> {
        let config = config(root);
        let damaged =
            || Error::Damaged { log: config.display().to_string(), reason: "it is not as it was written".into() };
        let text = match read_optional(&config) {
            Ok(Some(text)) => text,
            Ok(None) => return Err(Error::NotFound { path: root.display().to_string() }),
            Err(Error::Store { source, .. }) if is_not_text(&*source) => return Err(damaged()),
            Err(error) => return Err(error),
        };
        let (naming, key) = read_host(&text).ok_or_else(damaged)?;
        let layout = Self { root: root.into(), naming, key };
        if layout.describe_host() == text { Ok(layout) } else { Err(damaged()) }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) const fn naming(&self) -> &Naming {
        &self.naming
    }

    pub(crate) const fn key(&self) -> &VerifierKey {
        &self.key
    }

    pub(crate) fn log(&self, log: &LogId) -> PathBuf {
        self.root.join(self.naming.opaque(&log.organization)).join(log.stream.as_str())
    }

    pub(crate) fn segments(&self, log: &LogId) -> PathBuf {
        self.log(log).join("segments")
    }

    pub(crate) fn checkpoint(&self, log: &LogId) -> PathBuf {
        self.log(log).join("checkpoint")
    }

    /// The directories two levels down that hold anything of a log, sorted.
    pub(crate) fn log_dirs(&self) -> Result<Vec<PathBuf>, Error> {
        let mut found = Vec::new();
        for organization in subdirectories(&self.root)? {
            let streams = subdirectories(&organization)?;
            let parts = [LOG, "segments", "checkpoint"];
            found.extend(streams.into_iter().filter(|stream| parts.iter().any(|part| stream.join(part).exists())));
        }
        found.sort();
        Ok(found)
    }

    /// Which log a directory holds, or what is wrong with its `log.json`.
    pub(crate) fn identify(&self, directory: &Path) -> Result<LogId, Error> {
        let path = directory.join(LOG);
        let text = read_optional(&path)?.unwrap_or_default();
        let log = read_log(&text);
        let genuine = log.filter(|log| self.describe_log(log) == text && self.log(log) == directory);
        genuine.ok_or_else(|| Error::Damaged {
            log: directory.display().to_string(),
            reason: "log.json is not as it was written".into(),
        })
    }

    /// Makes the directories and `log.json` of a new log.
    pub(crate) fn create_log(&self, log: &LogId) -> Result<(), Error> {
        let segments = self.segments(log);
        create_private_dirs(&segments).map_err(failed("create", &segments))?;
        let path = self.log(log).join(LOG);
        if !path.exists() {
            replace(&path, self.describe_log(log).as_bytes())?;
        }
        for directory in [&segments, &self.log(log), &self.root.join(self.naming.opaque(&log.organization)), &self.root]
        {
            sync_directory(directory)?;
        }
        Ok(())
    }

    fn describe_host(&self) -> String {
        object(&[
            ("host", self.naming.host().as_str().into()),
            ("salt", self.naming.salt().to_string().into()),
            ("v", 1.into()),
            ("vkey", self.key.to_string().into()),
        ])
    }

    fn describe_log(&self, log: &LogId) -> String {
        object(&[
            ("organization", log.organization.as_str().into()),
            ("origin", self.naming.origin(log).as_str().into()),
            ("stream", log.stream.as_str().into()),
            ("v", 1.into()),
        ])
    }
}

const CONFIG: &str = "axiom.json";
const LOG: &str = "log.json";

fn object(members: &[(&str, Value)]) -> String {
    let mut object = Object::new();
    for (key, value) in members {
        object.insert(*key, value.clone()).expect("the keys are ASCII");
    }
    let text = serde_json::to_string(&object).expect("an object has string keys and no floats");
    text + "\n"
}

fn read_host(text: &str) -> Option<(Naming, VerifierKey)> {
    let object: Object = serde_json::from_str(text).ok()?;
    let member = |name| object.get(name)?.as_str();
    let salt: Digest = member("salt")?.parse().ok()?;
    let naming = Naming::new(member("host")?.parse().ok()?, *salt.as_bytes()).ok()?;
    Some((naming, member("vkey")?.parse().ok()?))
}

fn read_log(text: &str) -> Option<LogId> {
    let object: Object = serde_json::from_str(text).ok()?;
    let member = |name| object.get(name)?.as_str();
    Some(LogId::new(member("organization")?.parse().ok()?, member("stream")?.parse().ok()?))
}

/// Replaces a file so that either the old or the new content is there, whatever happens.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let temporary = path.with_extension("new");
    let write = || -> io::Result<()> {
        let mut file = private().write(true).create(true).truncate(true).open(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(failed("write", path))?;
    path.parent().map_or(Ok(()), sync_directory)
}

/// Makes the names in a directory durable.
pub(crate) fn sync_directory(directory: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed("sync", directory))?;
    #[cfg(not(unix))]
    let _ = directory;
    Ok(())
}

/// Makes the directory of a host, and its name durable.
pub(crate) fn create_root(root: &Path) -> Result<(), Error> {
    create_private_dirs(root).map_err(failed("create", root))?;
    match root.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        _ => Ok(()),
    }
}

/// The file that says whose logs these are.
pub(crate) fn config(root: &Path) -> PathBuf {
    root.join(CONFIG)
}

/// The file whose lock the one process that writes holds.
pub(crate) fn lock(root: &Path) -> PathBuf {
    root.join("lock")
}

/// The content of a small file, if there is one.
pub(crate) fn read_optional(path: &Path) -> Result<Option<String>, Error> {
    let read = || -> io::Result<String> {
        let mut text = String::new();
        open_regular(path)?.take(MAX_SMALL_FILE + 1).read_to_string(&mut text)?;
        if text.len() as u64 > MAX_SMALL_FILE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is too large for what it is"));
        }
        Ok(text)
    };
    match read() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        text => text.map(Some).map_err(failed("read", path)),
    }
}

/// Whether a file could be read, and is not what it should be.
fn is_not_text(error: &(dyn core::error::Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

/// Opens a file, and neither a pipe, on which a reader would wait for ever, nor a device without end.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() {
        File::open(path)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "not a regular file"))
    }
}

/// The longest description, configuration or note that is read, in bytes.
const MAX_SMALL_FILE: u64 = 1 << 16;

/// Options for files that only their owner may read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

pub(crate) fn create_private_dirs(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

fn subdirectories(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(directory).map_err(failed("list", directory))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed("list", directory))?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

/// Turns an I/O error into one that names what was done to which file.
pub(crate) fn failed(action: &str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let action = format!("could not {action} {}", path.display());
    move |source| Error::Store { store: "file", action, source: Arc::new(source) }
}
