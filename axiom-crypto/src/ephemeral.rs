//! What lives as long as one run.

use core::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use zeroize::ZeroizeOnDrop;

use crate::error::Error;

mod directory;

use directory::Directory;

/// The end of everything a run touched: secrets, buffers, credentials and temporary files.
///
/// The scope owns what it is given, and hands out [`Handle`]s to it. When it ends, by [`end`](Self::end), because it is
/// dropped, or because a panic unwinds past it, all of it is wiped at that moment, and every handle that is still
/// around answers [`Error::Ended`].
///
/// ```
/// use axiom_crypto::{Ephemeral, Error, Secret, Zeroizing};
///
/// let run = Ephemeral::new();
/// let password = run.keep(Secret::from(String::from("correct horse")))?;
/// let output = run.keep(Zeroizing::new(Vec::with_capacity(4096)))?;
/// output.with_mut(|bytes| bytes.extend_from_slice(b"what the run read"))?;
/// assert!(password.with(|password| password.equals("correct horse"))?);
///
/// run.end()?;
/// assert!(matches!(password.with(|_| ()), Err(Error::Ended)));
/// # Ok::<(), Error>(())
/// ```
///
/// # Temporary files
/// [`directory`](Self::directory) is a directory of the run's own, mode 0700 on Unix, for tools that insist on files.
/// At the end every file in it is overwritten with zeros, made durable, and removed. That reaches the file as the
/// operating system shows it, not the medium: a copy-on-write or journaling file system, a snapshot, a backup, and the
/// wear levelling of flash may keep the old blocks. Where that matters, give a directory in memory (`/dev/shm`, tmpfs)
/// to [`with_directory_in`](Self::with_directory_in).
///
/// # What it does not promise
/// An access that has begun is let finish, and the end waits for it; never end a scope inside of an access to one of
/// its own handles. Nothing runs where a process is killed or aborts. What an access copies is the host's to wipe.
pub struct Ephemeral {
    /// `None` once it has ended.
    kept: Mutex<Option<Kept>>,
    parent: PathBuf,
}

#[derive(Default)]
struct Kept {
    slots: Vec<Arc<dyn Wipe>>,
    directory: Option<Directory>,
}

impl Ephemeral {
    /// A scope without content, whose temporary files lie in the system's directory for them.
    #[must_use]
    pub fn new() -> Self {
        Self::with_directory_in(std::env::temp_dir())
    }

    /// A scope without content, whose temporary files lie in a new directory within `parent`.
    #[must_use]
    pub fn with_directory_in(parent: impl Into<PathBuf>) -> Self {
        Self { kept: Mutex::new(Some(Kept::default())), parent: parent.into() }
    }

    /// Takes something that wipes itself when it is dropped, until the end.
    ///
    /// # Errors
    /// [`Error::Ended`] where the scope has ended; the value is then wiped.
    pub fn keep<T: ZeroizeOnDrop + Send + Sync + 'static>(&self, value: T) -> Result<Handle<T>, Error> {
        let slot = Arc::new(RwLock::new(Some(Box::new(value))));
        self.lock().as_mut().ok_or(Error::Ended)?.slots.push(Arc::<Slot<T>>::clone(&slot));
        Ok(Handle { slot })
    }

    /// The run's own directory for temporary files, created when it is first asked for.
    ///
    /// # Errors
    /// [`Error::Ended`] where the scope has ended, [`Error::Temporary`] where the directory cannot be created,
    /// [`Error::Random`].
    pub fn directory(&self) -> Result<PathBuf, Error> {
        let mut kept = self.lock();
        let kept = kept.as_mut().ok_or(Error::Ended)?;
        let directory = match kept.directory.take() {
            Some(directory) => directory,
            None => Directory::create(&self.parent)?,
        };
        Ok(kept.directory.insert(directory).path().to_owned())
    }

    /// Wipes everything, and removes the temporary files; what has ended stays so.
    ///
    /// # Errors
    /// [`Error::Temporary`] where a file could not be overwritten or removed; all else is wiped and removed.
    pub fn end(&self) -> Result<(), Error> {
        let Some(kept) = self.lock().take() else { return Ok(()) };
        for slot in &kept.slots {
            slot.wipe();
        }
        kept.directory.map_or(Ok(()), Directory::erase)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Ephemeral {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Ephemeral {
    /// Ends the scope; who wants to know of files that could not be removed calls [`end`](Self::end).
    fn drop(&mut self) {
        let _ = self.end();
    }
}

impl ZeroizeOnDrop for Ephemeral {}

impl fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.lock() {
            Some(kept) => write!(f, "Ephemeral({} kept)", kept.slots.len()),
            None => f.write_str("Ephemeral(ended)"),
        }
    }
}

/// The way to something that an [`Ephemeral`] scope keeps; its clones lead to the same thing.
pub struct Handle<T> {
    slot: Arc<Slot<T>>,
}

impl<T> Handle<T> {
    /// Runs `access` on the value. The end of the scope waits for it.
    ///
    /// # Errors
    /// [`Error::Ended`] where the scope has ended.
    pub fn with<R>(&self, access: impl FnOnce(&T) -> R) -> Result<R, Error> {
        let slot = self.slot.read().unwrap_or_else(PoisonError::into_inner);
        slot.as_deref().map(access).ok_or(Error::Ended)
    }

    /// Runs `access` on the value, alone: no other access runs at the same time, so it must not begin one.
    ///
    /// # Errors
    /// [`Error::Ended`] where the scope has ended.
    pub fn with_mut<R>(&self, access: impl FnOnce(&mut T) -> R) -> Result<R, Error> {
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        slot.as_deref_mut().map(access).ok_or(Error::Ended)
    }
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        Self { slot: Arc::clone(&self.slot) }
    }
}

impl<T> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(..)")
    }
}

/// Where a value lies until the end; boxed, so that it is wiped in the place where it was.
type Slot<T> = RwLock<Option<Box<T>>>;

trait Wipe: Send + Sync {
    fn wipe(&self);
}

impl<T: ZeroizeOnDrop + Send + Sync> Wipe for Slot<T> {
    fn wipe(&self) {
        *self.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use core::panic::AssertUnwindSafe;
    use core::sync::atomic::{AtomicUsize, Ordering};
    use std::fs;
    use std::panic::catch_unwind;
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// Counts how often it is dropped.
    #[derive(Clone, Default)]
    struct Probe(Arc<AtomicUsize>);

    impl Probe {
        fn wiped(&self) -> usize {
            self.0.load(Ordering::SeqCst)
        }
    }

    struct Kept(Probe);

    impl Drop for Kept {
        fn drop(&mut self) {
            self.0.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    impl ZeroizeOnDrop for Kept {}

    #[test]
    fn everything_is_wiped_at_the_end_although_handles_are_alive() {
        let (probe, run) = (Probe::default(), Ephemeral::new());
        let handles: Vec<_> = (0..3).map(|_| run.keep(Kept(probe.clone())).unwrap()).collect();
        let copy = handles[0].clone();
        assert_eq!((copy.with(|_| 7).unwrap(), probe.wiped()), (7, 0));
        run.end().unwrap();
        assert_eq!(probe.wiped(), 3);
        assert!(matches!(copy.with(|_| ()), Err(Error::Ended)));
        assert!(matches!(handles[2].with_mut(|_| ()), Err(Error::Ended)));
        run.end().unwrap();
    }

    #[test]
    fn dropping_the_scope_and_unwinding_past_it_end_it() {
        let probe = Probe::default();
        let run = Ephemeral::new();
        let handle = run.keep(Kept(probe.clone())).unwrap();
        drop(run);
        assert_eq!(probe.wiped(), 1);
        assert!(handle.with(|_| ()).is_err());
        let run = || {
            let run = Ephemeral::new();
            let handle = run.keep(Kept(probe.clone())).unwrap();
            handle.with(|_| panic!("the run fails")).unwrap();
        };
        assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
        assert_eq!(probe.wiped(), 2);
    }

    #[test]
    fn what_comes_after_the_end_is_wiped_at_once() {
        let (probe, run) = (Probe::default(), Ephemeral::new());
        run.end().unwrap();
        assert!(matches!(run.keep(Kept(probe.clone())), Err(Error::Ended)));
        assert_eq!(probe.wiped(), 1);
        assert!(matches!(run.directory(), Err(Error::Ended)));
    }

    #[test]
    fn the_end_waits_for_an_access_that_has_begun() {
        let (probe, run) = (Probe::default(), Ephemeral::new());
        let handle = run.keep(Kept(probe.clone())).unwrap();
        let (begun, has_begun) = mpsc::channel();
        thread::scope(|scope| {
            let probe = &probe;
            let access = scope.spawn(move || {
                handle.with(|_| {
                    begun.send(()).unwrap();
                    thread::yield_now();
                    probe.wiped()
                })
            });
            has_begun.recv().unwrap();
            run.end().unwrap();
            assert_eq!(probe.wiped(), 1);
            assert_eq!(access.join().unwrap().unwrap(), 0);
        });
    }

    #[test]
    fn the_directory_is_the_runs_own_and_is_gone_at_the_end() {
        let parent = tempfile::tempdir().unwrap();
        let run = Ephemeral::with_directory_in(parent.path());
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
        let directory = run.directory().unwrap();
        assert_eq!(run.directory().unwrap(), directory);
        fs::write(directory.join("state"), b"secret").unwrap();
        run.end().unwrap();
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_parent_is_an_error_that_names_it() {
        let parent = tempfile::tempdir().unwrap();
        let run = Ephemeral::with_directory_in(parent.path().join("missing"));
        let error = run.directory().unwrap_err();
        assert!(matches!(&error, Error::Temporary { .. }) && error.to_string().contains("missing"), "{error}");
    }
}
