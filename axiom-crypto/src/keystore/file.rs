//! Key records in a directory, one file each.

use core::fmt;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axiom_core::OrganizationId;

use super::codec::{FRONT, stated_organization};
use super::{KeyRecord, KeyStore};
use crate::envelope::KeyReference;
use crate::error::Error;
use crate::private_file;
use crate::provider::KeyState;

/// A [`KeyStore`] in a directory that only its owner can read.
///
/// A record is a file `<reference>.axk` in the form of [`KeyRecord`], with mode 0600; the directory has mode 0700. The
/// names of the files are references and say nothing of whose keys they are. Several processes may use the directory:
/// who writes holds a lock on the file `lock`. A record appears whole and durable or not at all, and the file that it
/// replaces is overwritten with zeros and synced before it is removed. What a crash or a failing disk has left half
/// done is finished by the next who opens the store or writes the record, and of a destroyed key by the next who reads
/// it: as long as anything of it is left, reading fails, so that there is no receipt.
///
/// A record that is damaged is an error for who needs it, and for the organization that stands at its front; a file
/// that does not say whose it is stands in nobody's way, and a legal hold in it is lost. Finding the keys of an
/// organization reads the directory and the front of every file in it.
///
/// Writing, and reading what another process is replacing, waits for the lock without a bound, in the methods `try_…`
/// too: it is held for as long as a record takes to be synced, and by a stopped process until that goes on or ends.
///
/// Overwriting reaches the file and no more: journals of the file system, copy-on-write, the spare blocks of an SSD and
/// backups keep what they keep. Since all keys are wrapped, that matters to the one who has the master key too; the
/// surest erasure of everything is to destroy that one.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_crypto::{FileKeyStore, KeyFile, KeyTree};
///
/// # let directory = tempfile::tempdir()?;
/// let master = KeyFile::create(directory.path().join("master.key"))?;
/// let store = FileKeyStore::create(directory.path().join("keys"))?;
/// let keys = KeyTree::new(Arc::new(store), Arc::new(master));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FileKeyStore {
    directory: PathBuf,
    /// Locks of files are between processes and not always between threads.
    writing: Mutex<()>,
}

impl FileKeyStore {
    /// A new store in `directory`, which is made where it is missing; its parent must be there.
    ///
    /// # Errors
    /// [`Error::Io`], with [`ErrorKind::AlreadyExists`] where there is a store, and on Unix [`Error::KeyFile`] where
    /// group or others have any right to the directory.
    pub fn create(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let store = Self { directory: directory.into(), writing: Mutex::new(()) };
        private_file::create_directory(&store.directory)?;
        private_file::check_directory(&store.directory)?;
        private_file::write(&store.directory.join(LOCK), &[])?;
        Ok(store)
    }

    /// The store in `directory`, once made by [`create`](Self::create).
    ///
    /// # Errors
    /// [`Error::Io`], with [`ErrorKind::NotFound`] where there is no store, and on Unix [`Error::KeyFile`] where group
    /// or others have any right to the directory.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let store = Self { directory: directory.into(), writing: Mutex::new(()) };
        private_file::check_directory(&store.directory)?;
        let lock = store.lock()?;
        store.finish_all(&lock)?;
        drop(lock);
        Ok(store)
    }

    /// The store in `directory`, made where there is none.
    ///
    /// A mistyped path or a volume that is not mounted gives an empty store with this, whose keys are others than
    /// those that are missing: prefer [`open`](Self::open) for what exists.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and [`create`](Self::create), but for there being a store or none.
    pub fn open_or_create(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let directory = directory.into();
        let made = match Self::open(&directory) {
            Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Self::create(&directory),
            outcome => return outcome,
        };
        match made {
            // Another was faster.
            Err(Error::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => Self::open(directory),
            outcome => outcome,
        }
    }

    fn load_now(&self, reference: KeyReference) -> Result<Option<KeyRecord>, Error> {
        let record = self.read_whole(reference)?;
        // A destroyed key is never saved again: who reads that it is gone must see to it that it is.
        let destroyed = record.as_ref().is_some_and(|record| record.state() == KeyState::Destroyed);
        if destroyed && exists(&self.path(reference, OLD))? {
            self.finish(reference, &self.lock()?)?;
        }
        Ok(record)
    }

    /// The record at its place. While another process replaces it, a reader without the lock can see the zeros of the
    /// old file; with the lock it cannot.
    fn read_whole(&self, reference: KeyReference) -> Result<Option<KeyRecord>, Error> {
        match self.read(reference) {
            Err(Error::KeyFile { .. }) => {
                let _lock = self.lock()?;
                self.read(reference)
            }
            outcome => outcome,
        }
    }

    fn read(&self, reference: KeyReference) -> Result<Option<KeyRecord>, Error> {
        let path = self.path(reference, RECORD);
        let content = match private_file::read_up_to(&path, MAX_LEN) {
            Ok(content) => content,
            Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let record = KeyRecord::from_bytes(&content).ok().filter(|record| record.reference() == reference);
        record.map(Some).ok_or(Error::KeyFile { path, reason: "it is no record of this key, or damaged" })
    }

    fn save_now(&self, record: &KeyRecord) -> Result<(), Error> {
        let lock = self.lock()?;
        let reference = record.reference();
        self.finish(reference, &lock)?;
        let stored = self.read(reference)?.map_or(0, |stored| stored.revision());
        if stored + 1 != record.revision() {
            return Err(Error::Conflict);
        }
        let (path, new, old) = (self.path(reference, RECORD), self.path(reference, NEW), self.path(reference, OLD));
        let content = record.to_bytes();
        if content.len() > MAX_LEN {
            return Err(Error::Invalid { what: "key record", reason: "must be at most 1 MiB: retire old versions" });
        }
        private_file::write(&new, &content)?;
        if stored > 0 {
            fs::hard_link(&path, &old).map_err(|source| Error::Io { path: old.clone(), source })?;
        }
        private_file::rename(&new, &path)?;
        if stored > 0 { private_file::erase(&old) } else { Ok(()) }
    }

    /// Does what a crash in [`save_now`](Self::save_now) has left to do.
    fn finish(&self, reference: KeyReference, _: &Lock<'_>) -> Result<(), Error> {
        let (path, new, old) = (self.path(reference, RECORD), self.path(reference, NEW), self.path(reference, OLD));
        if exists(&new)? {
            private_file::erase(&new)?;
        }
        if !exists(&old)? {
            return Ok(());
        }
        // Before the new record took its place, both names are one file, which stays.
        if content(&old)? == content(&path)? {
            fs::remove_file(&old).map_err(|source| Error::Io { path: old, source })
        } else {
            private_file::erase(&old)
        }
    }

    fn finish_all(&self, lock: &Lock<'_>) -> Result<(), Error> {
        let left_over = |suffix| self.references(suffix);
        for reference in left_over(NEW)?.into_iter().chain(left_over(OLD)?) {
            self.finish(reference, lock)?;
        }
        Ok(())
    }

    /// The names that have a file of this kind.
    fn references(&self, suffix: &str) -> Result<Vec<KeyReference>, Error> {
        let failed = |source| Error::Io { path: self.directory.clone(), source };
        let mut references = Vec::new();
        for entry in fs::read_dir(&self.directory).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let reference: Option<KeyReference> =
                name.to_str().and_then(|name| name.strip_suffix(suffix)?.parse().ok());
            references.extend(reference);
        }
        references.sort_unstable();
        Ok(references)
    }

    fn list_now(&self, after: Option<KeyReference>, limit: usize) -> Result<Vec<KeyRecord>, Error> {
        let references = self.references(RECORD)?;
        let start = after.map_or(0, |after| references.partition_point(|reference| *reference <= after));
        let page = references[start..].iter().take(limit);
        page.filter_map(|reference| self.load_now(*reference).transpose()).collect()
    }

    /// Every name with the organization that its record states; one that states none belongs to nobody.
    ///
    /// The directory is read once, and of each file the front.
    fn stated(&self) -> Result<Vec<(KeyReference, OrganizationId)>, Error> {
        let mut stated = Vec::new();
        for reference in self.references(RECORD)? {
            stated.extend(self.stated_by(reference)?.map(|organization| (reference, organization)));
        }
        Ok(stated)
    }

    fn stated_by(&self, reference: KeyReference) -> Result<Option<OrganizationId>, Error> {
        let path = self.path(reference, RECORD);
        let read = || front(&path).map(|front| stated_organization(&front));
        let read = || read().map_err(|source| Error::Io { path: path.clone(), source });
        if let Some(organization) = read()? {
            return Ok(Some(organization));
        }
        // It may be the zeros of one that another process is replacing.
        let _lock = self.lock()?;
        read()
    }

    fn path(&self, reference: KeyReference, suffix: &str) -> PathBuf {
        self.directory.join(format!("{reference}{suffix}"))
    }

    /// Waits until no other thread or process writes.
    fn lock(&self) -> Result<Lock<'_>, Error> {
        let path = self.directory.join(LOCK);
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = || {
            // Never made here: a volume that was unmounted must not look like an empty store.
            let file = OpenOptions::new().write(true).open(&path)?;
            file.lock()?;
            Ok(Lock(file, writing))
        };
        lock().map_err(|source| Error::Io { path: path.clone(), source })
    }
}

/// The right to write, until it is dropped.
#[expect(dead_code, reason = "closing the one and dropping the other unlocks")]
struct Lock<'a>(File, MutexGuard<'a, ()>);

#[async_trait]
impl KeyStore for FileKeyStore {
    fn try_load(&self, reference: KeyReference) -> Option<Result<Option<KeyRecord>, Error>> {
        Some(self.load_now(reference))
    }

    fn try_save(&self, record: &KeyRecord) -> Option<Result<(), Error>> {
        Some(self.save_now(record))
    }

    async fn load(&self, reference: KeyReference) -> Result<Option<KeyRecord>, Error> {
        self.load_now(reference)
    }

    async fn save(&self, record: &KeyRecord) -> Result<(), Error> {
        self.save_now(record)
    }

    async fn list(&self, after: Option<KeyReference>, limit: usize) -> Result<Vec<KeyRecord>, Error> {
        self.list_now(after, limit)
    }

    async fn names(&self, organization: &OrganizationId) -> Result<Vec<KeyReference>, Error> {
        let stated = self.stated()?.into_iter();
        Ok(stated.filter(|(_, stated)| stated == organization).map(|(reference, _)| reference).collect())
    }

    async fn organizations(&self) -> Result<Vec<OrganizationId>, Error> {
        let stated: BTreeSet<OrganizationId> =
            self.stated()?.into_iter().map(|(_, organization)| organization).collect();
        Ok(stated.into_iter().collect())
    }
}

impl fmt::Debug for FileKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKeyStore({})", self.directory.display())
    }
}

fn exists(path: &Path) -> Result<bool, Error> {
    path.try_exists().map_err(|source| Error::Io { path: path.into(), source })
}

fn front(path: &Path) -> io::Result<Vec<u8>> {
    let mut front = Vec::with_capacity(FRONT);
    File::open(path)?.take(FRONT as u64).read_to_end(&mut front)?;
    Ok(front)
}

fn content(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Io { path: path.into(), source }),
    }
}

/// Shows that the directory is a store, too.
const LOCK: &str = "lock";
const RECORD: &str = ".axk";
const NEW: &str = ".new";
const OLD: &str = ".old";
/// Eight versions with sixteen recipients each, wrapped by key services, are less.
const MAX_LEN: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use axiom_core::Timestamp;
    use pollster::block_on;

    use super::*;
    use crate::envelope::Recipient;
    use crate::keystore::{KeyRole, WrappedKey};
    use crate::provider::KeyId;

    fn record(byte: u8) -> KeyRecord {
        let recipient = Recipient::new(KeyId::new("file", "id", 0).unwrap(), &[byte; 40]).unwrap();
        let (made, commitment) = (Timestamp::UNIX_EPOCH, [0; 32]);
        let wrapped = WrappedKey { version: 1, made, commitment, recipients: vec![recipient] };
        KeyRecord::new(KeyRole::Data, KeyReference::from_bytes([1; 16]), "acme".parse().unwrap(), made, wrapped)
    }

    fn files(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "lock")
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_store_is_made_once_and_never_by_mistake() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("keys");
        let kind = |outcome: Result<FileKeyStore, Error>| match outcome {
            Err(Error::Io { source, .. }) => Some(source.kind()),
            _ => None,
        };
        assert_eq!(kind(FileKeyStore::open(&root)), Some(ErrorKind::NotFound));
        assert_eq!(kind(FileKeyStore::open_or_create(root.join("below"))), Some(ErrorKind::NotFound));
        assert!(!root.exists());
        let store = FileKeyStore::create(&root).unwrap();
        assert_eq!(kind(FileKeyStore::create(&root)), Some(ErrorKind::AlreadyExists));
        store.save_now(&record(1)).unwrap();
        for reopened in [FileKeyStore::open(&root), FileKeyStore::open_or_create(&root)] {
            assert_eq!(reopened.unwrap().load_now(record(1).reference()).unwrap(), Some(record(1)));
        }
        // As when a volume is not mounted any more.
        fs::remove_dir_all(&root).unwrap();
        private_file::create_directory(&root).unwrap();
        assert!(store.save_now(&record(1)).is_err());
        assert_eq!(kind(FileKeyStore::open(&root)), Some(ErrorKind::NotFound));
        FileKeyStore::open_or_create(&root).unwrap().save_now(&record(1)).unwrap();
    }

    #[test]
    fn what_was_replaced_is_overwritten_and_leaves_no_name() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileKeyStore::create(directory.path().join("keys")).unwrap();
        store.save_now(&record(0xAB)).unwrap();
        let path = store.path(record(0).reference(), RECORD);
        let watched = directory.path().join("watched");
        fs::hard_link(&path, &watched).unwrap();
        store.save_now(&record(0xAB).destroyed(Timestamp::UNIX_EPOCH)).unwrap();
        let old = fs::read(watched).unwrap();
        assert!(!old.is_empty() && old.iter().all(|byte| *byte == 0));
        assert_eq!(files(&store.directory), [format!("{}.axk", "01".repeat(16))]);
    }

    #[test]
    fn a_crash_at_every_step_leaves_the_old_record_or_the_new_one() {
        let (old, new) = (record(0xAB), record(0xAB).destroyed(Timestamp::UNIX_EPOCH));
        // Before the link, before the rename, before the old file is overwritten.
        for step in 0..3 {
            let directory = tempfile::tempdir().unwrap();
            let root = directory.path().join("keys");
            let store = FileKeyStore::create(&root).unwrap();
            store.save_now(&old).unwrap();
            let [path, written, kept] = [RECORD, NEW, OLD].map(|suffix| store.path(old.reference(), suffix));
            private_file::write(&written, &new.to_bytes()).unwrap();
            if step > 0 {
                fs::hard_link(&path, &kept).unwrap();
            }
            if step > 1 {
                fs::rename(&written, &path).unwrap();
            }
            let store = FileKeyStore::open(&root).unwrap();
            let expected = if step > 1 { &new } else { &old };
            assert_eq!(store.load_now(old.reference()).unwrap().as_ref(), Some(expected), "step {step}");
            assert_eq!(files(&root).len(), 1, "step {step}");
            if step < 2 {
                store.save_now(&new).unwrap();
            }
        }
    }

    #[test]
    fn a_destroyed_key_is_not_read_before_all_of_it_is_erased() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileKeyStore::create(directory.path().join("keys")).unwrap();
        let (old, reference) = (record(0xAB), record(0xAB).reference());
        store.save_now(&old).unwrap();
        store.save_now(&old.clone().destroyed(Timestamp::UNIX_EPOCH)).unwrap();
        let left = store.path(reference, OLD);
        // What cannot be erased, as on a failing disk.
        fs::create_dir(&left).unwrap();
        assert!(store.load_now(reference).is_err());
        fs::remove_dir(&left).unwrap();
        private_file::write(&left, &old.to_bytes()).unwrap();
        let watched = directory.path().join("watched");
        fs::hard_link(&left, &watched).unwrap();
        assert_eq!(store.load_now(reference).unwrap().unwrap().state(), KeyState::Destroyed);
        assert!(fs::read(watched).unwrap().iter().all(|byte| *byte == 0));
        assert_eq!(files(&store.directory).len(), 1);
    }

    #[test]
    fn a_record_that_could_not_be_read_again_is_not_saved() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileKeyStore::create(directory.path().join("keys")).unwrap();
        let recipient = Recipient::new(KeyId::new("kms", "id", 0).unwrap(), &[1; 60_000]).unwrap();
        let many = |count| {
            let mut record = record(1);
            record.keys = vec![WrappedKey { recipients: vec![recipient.clone(); count], ..record.keys[0].clone() }; 2];
            record.keys[1].version = 2;
            record
        };
        assert!(matches!(store.save_now(&many(9)), Err(Error::Invalid { .. })));
        store.save_now(&many(8)).unwrap();
        assert_eq!(store.load_now(many(8).reference()).unwrap(), Some(many(8)));
    }

    #[test]
    fn a_damaged_record_is_named_for_its_own_organization_alone() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileKeyStore::create(directory.path().join("keys")).unwrap();
        let of = |byte, organization: &str| {
            let (reference, organization) = (KeyReference::from_bytes([byte; 16]), organization.parse().unwrap());
            KeyRecord { reference, organization, ..record(byte) }
        };
        [of(1, "acme"), of(2, "beta"), of(3, "beta")].iter().for_each(|record| store.save_now(record).unwrap());
        let path = store.path(of(2, "beta").reference(), RECORD);
        let mut content = fs::read(&path).unwrap();
        *content.last_mut().unwrap() ^= 1;
        fs::write(&path, &content).unwrap();
        fs::write(store.path(KeyReference::from_bytes([4; 16]), RECORD), [0; 50]).unwrap();
        let names = |organization: &str| block_on(store.names(&organization.parse().unwrap())).unwrap();
        assert_eq!(names("acme"), [of(1, "acme").reference()]);
        assert_eq!(names("beta"), [of(2, "beta").reference(), of(3, "beta").reference()]);
        assert_eq!(names("gamma"), []);
        let organizations = block_on(store.organizations()).unwrap();
        assert_eq!(organizations, ["acme", "beta"].map(|name| name.parse().unwrap()));
    }

    #[test]
    fn a_torn_record_is_an_error_and_no_missing_key() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileKeyStore::create(directory.path().join("keys")).unwrap();
        store.save_now(&record(1)).unwrap();
        let path = store.path(record(1).reference(), RECORD);
        let content = fs::read(&path).unwrap();
        fs::write(&path, &content[..content.len() / 2]).unwrap();
        assert!(matches!(store.load_now(record(1).reference()), Err(Error::KeyFile { .. })));
        fs::write(&path, KeyRecord { reference: KeyReference::from_bytes([2; 16]), ..record(1) }.to_bytes()).unwrap();
        assert!(matches!(store.load_now(record(1).reference()), Err(Error::KeyFile { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_has_rights() {
        use std::os::unix::fs::PermissionsExt;

        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("keys");
        let store = FileKeyStore::create(&root).unwrap();
        store.save_now(&record(1)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&root), 0o700);
        assert_eq!(mode(&store.path(record(1).reference(), RECORD)), 0o600);
        assert_eq!(mode(&root.join("lock")), 0o600);
        fs::set_permissions(&root, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(FileKeyStore::open(&root).is_err());
    }
}
