//! Which file holds what, and the small files beside the entries.
//!
//! ```text
//! <root>/axiom.json                              name, salt and verifier key of the host
//! <root>/journal.0, journal.1                     what was acknowledged and is not in the segments yet
//! <root>/lock                                    held by the one process that writes
//! <root>/rotations/<epoch>                     which key replaced which (20 digits)
//! <root>/<opaque>/<stream>/log.json              which organization and stream this is
//! <root>/<opaque>/<stream>/segments/<seq>.jsonl  the entries from <seq> (20 digits) on
//! <root>/<opaque>/<stream>/checkpoint            the newest signed checkpoint
//! <root>/<opaque>/<stream>/tile/…                full hash tiles (C2SP tlog-tiles)
//! <root>/<opaque>/<stream>/tree.json             how far the tiles reach
//! ```

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axiom_core::{Digest, LogId, Object, Value};

use super::disk::{Access, Disk, DiskReader, Kind, LocalDisk};
use super::rotations;
use super::unsynced::Unsynced;
use crate::error::Error;
use crate::naming::Naming;
use crate::note::VerifierKey;

/// The directory of a host's logs.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    disk: Arc<dyn Disk>,
    root: PathBuf,
    naming: Naming,
    /// The host's first key, which `axiom.json` names.
    key: VerifierKey,
    /// The key that the rotations lead to.
    newest_key: VerifierKey,
}

impl Layout {
    /// Makes the directory at `root`, which is there and locked, one for the logs of the key's owner.
    pub(crate) fn create(disk: Arc<dyn Disk>, root: &Path, key: &VerifierKey) -> Result<Self, Error> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(|error| failed("draw a random salt", root)(io::Error::other(error)))?;
        let naming = Naming::new(key.name().clone(), salt)?;
        let layout = Self { disk, root: root.into(), naming, key: key.clone(), newest_key: key.clone() };
        if layout.disk.kind(&config(root)).is_some() {
            return Err(Error::Exists { path: root.display().to_string() });
        }
        replace(layout.disk(), &config(root), layout.describe_host().as_bytes())?;
        Ok(layout)
    }

    /// Finds the directory that [`create`](Self::create) made.
    pub(crate) fn open(root: &Path) -> Result<Self, Error> {
        Self::open_on(Arc::new(LocalDisk), root)
    }

    /// The same on any file system.
    pub(crate) fn open_on(disk: Arc<dyn Disk>, root: &Path) -> Result<Self, Error> {
        let config = config(root);
        let damaged =
            || Error::Damaged { log: config.display().to_string(), reason: "it is not as it was written".into() };
        let text = match read_small(&*disk, &config) {
            Ok(Some(text)) => text,
            Ok(None) => return Err(Error::NotFound { path: root.display().to_string() }),
            Err(error) if is_unfit(&error) => return Err(damaged()),
            Err(error) => return Err(error),
        };
        let (naming, key) = read_host(&text).ok_or_else(damaged)?;
        let newest_key = rotations::newest_key(&*disk, root, &key)?;
        let layout = Self { disk, root: root.into(), naming, key, newest_key };
        if layout.describe_host() == text { Ok(layout) } else { Err(damaged()) }
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) const fn naming(&self) -> &Naming {
        &self.naming
    }

    pub(crate) const fn newest_key(&self) -> &VerifierKey {
        &self.newest_key
    }

    pub(crate) const fn first_key(&self) -> &VerifierKey {
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

    /// The file that says how far the tiles of a log reach.
    pub(crate) fn tree(&self, log: &LogId) -> PathBuf {
        self.log(log).join("tree.json")
    }

    /// The directories two levels down that hold anything of a log, sorted.
    pub(crate) fn log_dirs(&self) -> Result<Vec<PathBuf>, Error> {
        let mut found = Vec::new();
        for organization in self.subdirectories(&self.root)? {
            let parts = [LOG, "segments", "checkpoint"];
            let holds = |stream: &PathBuf| parts.iter().any(|part| self.disk.kind(&stream.join(part)).is_some());
            found.extend(self.subdirectories(&organization)?.into_iter().filter(holds));
        }
        found.sort();
        Ok(found)
    }

    fn subdirectories(&self, directory: &Path) -> Result<Vec<PathBuf>, Error> {
        let names = self.disk.names(directory).map_err(failed("list", directory))?;
        let paths = names.into_iter().map(|name| directory.join(name));
        Ok(paths.filter(|path| self.disk.kind(path) == Some(Kind::Directory)).collect())
    }

    /// Which log a directory holds, or what is wrong with its `log.json`.
    pub(crate) fn identify(&self, directory: &Path) -> Result<LogId, Error> {
        let path = directory.join(LOG);
        let text = read_fit(self.disk(), &path)?.unwrap_or_default();
        let log = read_log(&text);
        let genuine = log.filter(|log| self.describe_log(log) == text && self.log(log) == directory);
        genuine.ok_or_else(|| Error::Damaged {
            log: directory.display().to_string(),
            reason: "log.json is not as it was written".into(),
        })
    }

    /// Whether a log has its `log.json`.
    pub(crate) fn is_described(&self, log: &LogId) -> bool {
        self.disk.kind(&self.log(log).join(LOG)).is_some()
    }

    /// Makes the directories and `log.json` of a new log.
    pub(crate) fn create_log(&self, log: &LogId, unsynced: &mut Unsynced) -> Result<(), Error> {
        let (directory, segments) = (self.log(log), self.segments(log));
        let (path, text) = (directory.join(LOG), self.describe_log(log));
        let organization = self.root.join(self.naming.opaque(&log.organization));
        // Noted before it is done: what fails half-way has to be synced all the same.
        unsynced.content(&path);
        [&path, &segments, &directory, &organization].into_iter().for_each(|path| unsynced.name(path));
        self.disk.create_dirs(&directory).map_err(failed("create", &directory))?;
        // Also if it is there: a crash may have left a part of it, or a sync of it may have failed.
        let new = path.with_extension("new");
        let written = self.disk.open(&new, Access::Create).and_then(|file| {
            file.write_all_at(text.as_bytes(), 0)?;
            file.set_length(text.len() as u64)?;
            self.disk.rename(&new, &path)
        });
        written.map_err(failed("write", &path))?;
        // Last, so that who sees segments also sees whose they are.
        self.disk.create_dirs(&segments).map_err(failed("create", &segments))
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
pub(crate) fn replace(disk: &dyn Disk, path: &Path, content: &[u8]) -> Result<(), Error> {
    let temporary = path.with_extension("new");
    let write = || -> io::Result<()> {
        let file = disk.open(&temporary, Access::Create)?;
        file.set_length(0)?;
        file.write_all_at(content, 0)?;
        file.sync()?;
        disk.rename(&temporary, path)?;
        path.parent().map_or(Ok(()), |directory| disk.sync_names(directory))
    };
    write().map_err(failed("write", path))
}

/// Makes a directory where there is none, and those above it, for good.
pub(crate) fn create_root(disk: &dyn Disk, root: &Path) -> Result<(), Error> {
    let is_missing = |path: &&Path| !path.as_os_str().is_empty() && disk.kind(path).is_none();
    let missing: Vec<&Path> = root.ancestors().take_while(is_missing).collect();
    disk.create_dirs(root).map_err(failed("create", root))?;
    for parent in missing.into_iter().filter_map(Path::parent) {
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        disk.sync_names(parent).map_err(failed("sync", parent))?;
    }
    Ok(())
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
pub(crate) fn read_small(disk: &dyn Disk, path: &Path) -> Result<Option<String>, Error> {
    let read = || -> io::Result<String> {
        let mut text = String::new();
        let file = disk.open(path, Access::Read)?;
        DiskReader::new(file, 0).take(MAX_SMALL_FILE + 1).read_to_string(&mut text)?;
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

/// The same, and nothing for what is there but is no small text file.
pub(super) fn read_fit(disk: &dyn Disk, path: &Path) -> Result<Option<String>, Error> {
    match read_small(disk, path) {
        Err(error) if is_unfit(&error) => Ok(None),
        text => text,
    }
}

/// The longest description, configuration or note that is read, in bytes.
const MAX_SMALL_FILE: u64 = 1 << 16;

/// Whether a file could be read, and is not what it should be.
fn is_unfit(error: &Error) -> bool {
    let Error::Store { source, .. } = error else { return false };
    source.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

/// Turns an I/O error into one that names what was done to which file.
pub(crate) fn failed(action: &str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let action = format!("could not {action} {}", path.display());
    move |source| Error::Store { store: "file", action, source: Arc::new(source) }
}
