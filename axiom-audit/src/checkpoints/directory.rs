//! Checkpoints in a directory of their own.
//!
//! ```text
//! <root>/checkpoints.lock                   held while a checkpoint is saved
//! <root>/<opaque>/<stream>/checkpoint       the newest
//! <root>/<opaque>/<stream>/history/<size>   every one, by size (20 digits)
//! ```

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use axiom_core::LogId;

use super::{CheckpointStore, Saved, check_continues};
use crate::error::Error;
use crate::naming::Naming;
use crate::store::file::disk::{Disk, LocalDisk, private};
use crate::store::file::layout::{config, create_root, failed, read_small, replace};

/// Keeps checkpoints in a directory of their own, outside that of the logs.
///
/// Give it to another user, mount it from another machine, or both: what it protects is only as safe as it is from
/// whoever writes the logs. Any number of processes may save at the same time.
///
/// Every checkpoint is kept, a file each, beside the newest; [`history`](Self::history) reads them, and so does
/// `axiom audit verify --checkpoint`. Old ones may be deleted at any time: each is signed and stands for itself.
///
/// ```
/// use axiom_audit::{CheckpointStore, FileCheckpoints, MemoryStore, Naming, Store, sign_checkpoint};
/// use axiom_core::{LogId, Stream};
/// use axiom_crypto::Ed25519Signer;
///
/// # let directory = tempfile::tempdir()?;
/// let host: axiom_core::Origin = "audit.example.com".parse()?;
/// let store = MemoryStore::new(Naming::new(host.clone(), [7; 32])?);
/// let checkpoints = FileCheckpoints::open(directory.path(), store.naming().clone())?;
/// let log = LogId::new("acme".parse()?, Stream::Material);
/// let note = pollster::block_on(sign_checkpoint(&store, &checkpoints, &log, &Ed25519Signer::generate(host)?))?;
/// assert_eq!(checkpoints.history(&log)?, [note.to_string()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileCheckpoints {
    root: PathBuf,
    naming: Naming,
    /// The logs whose directories are known to survive a loss of power.
    synced: Mutex<HashSet<LogId>>,
}

impl FileCheckpoints {
    /// Opens the directory at `root` for the logs that `naming` names, and makes it where there is none.
    ///
    /// # Errors
    /// [`Error::Exists`] where the directory is that of a [`FileStore`](crate::FileStore), which keeps checkpoints of
    /// its own; [`Error::Store`] where it cannot be made.
    pub fn open(root: impl AsRef<Path>, naming: Naming) -> Result<Self, Error> {
        let root = root.as_ref();
        if config(root).exists() {
            return Err(Error::Exists { path: root.display().to_string() });
        }
        create_root(&LocalDisk, root)?;
        Ok(Self { root: root.into(), naming, synced: Mutex::default() })
    }

    /// Every checkpoint of `log` that was saved, the oldest first; of each size the one that was saved last.
    ///
    /// # Errors
    /// [`Error::Store`] where the directory cannot be read.
    pub fn history(&self, log: &LogId) -> Result<Vec<String>, Error> {
        let directory = self.log(log).join(HISTORY);
        if !directory.exists() {
            return Ok(Vec::new());
        }
        let mut paths = Vec::new();
        for entry in fs::read_dir(&directory).map_err(failed("list", &directory))? {
            let path = entry.map_err(failed("list", &directory))?.path();
            let is_size = |name: &str| name.len() == 20 && name.bytes().all(|byte| byte.is_ascii_digit());
            if path.file_name().and_then(|name| name.to_str()).is_some_and(is_size) {
                paths.push(path);
            }
        }
        paths.sort();
        paths.iter().filter_map(|path| read_small(&LocalDisk, path).transpose()).collect()
    }

    fn log(&self, log: &LogId) -> PathBuf {
        self.root.join(self.naming.opaque(&log.organization)).join(log.stream.as_str())
    }

    /// Waits for its turn; the lock ends with the file.
    fn lock(&self) -> Result<File, Error> {
        let path = self.root.join(LOCK);
        let file = private().write(true).create(true).truncate(false).open(&path).map_err(failed("open", &path))?;
        file.lock().map_err(failed("lock", &path))?;
        Ok(file)
    }

    fn create(&self, log: &LogId) -> Result<PathBuf, Error> {
        let directory = self.log(log);
        let history = directory.join(HISTORY);
        // Also where they are there: whoever made them may not have come to syncing them.
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        if !synced.contains(log) || !history.exists() {
            LocalDisk.create_dirs(&history).map_err(failed("create", &history))?;
            for made in [&directory, &self.root.join(self.naming.opaque(&log.organization)), &self.root] {
                LocalDisk.sync_names(made).map_err(failed("sync", made))?;
            }
            synced.insert(log.clone());
        }
        Ok(directory)
    }
}

#[async_trait]
impl CheckpointStore for FileCheckpoints {
    async fn checkpoint(&self, log: &LogId) -> Result<Option<String>, Error> {
        read_small(&LocalDisk, &self.log(log).join(NEWEST))
    }

    async fn save_checkpoint(&self, log: &LogId, expected: Option<&str>, note: &str) -> Result<Saved, Error> {
        let _turn = self.lock()?;
        let saved = read_small(&LocalDisk, &self.log(log).join(NEWEST))?;
        if saved.as_deref() != expected {
            return Ok(Saved::Conflict(saved));
        }
        let size = check_continues(&self.naming.origin(log), expected, note)?;
        let directory = self.create(log)?;
        // The history first: it may hold what was signed and not saved, and never lacks what was.
        replace(&LocalDisk, &directory.join(HISTORY).join(format!("{size:020}")), note.as_bytes())?;
        replace(&LocalDisk, &directory.join(NEWEST), note.as_bytes())?;
        Ok(Saved::Saved)
    }
}

/// No name that others lock for as long as they run, should they share the directory.
const LOCK: &str = "checkpoints.lock";
const NEWEST: &str = "checkpoint";
const HISTORY: &str = "history";
