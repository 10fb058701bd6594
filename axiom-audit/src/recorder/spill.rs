//! Events that wait on disk for the store to work again.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axiom_core::{Canonical, Digest, Stream, Timestamp, Unscrubbed, Unsealed};

use crate::error::Error;
use crate::meta::is_reserved;
use crate::store::file::disk::{Access, Disk, DiskFile, LocalDisk};
use crate::store::file::layout::{create_root, failed, replace};
use crate::store::file::lock::Lock;

/// A private directory in which events wait while the store fails.
///
/// They are scrubbed, sealed and canonical before they get there; files are readable by their owner only (0600). Each is
/// durable before its caller goes on. The format is one line an event: the SHA-256 of what follows in hexadecimal, a
/// space, the stream, a space, the canonical event. A line that does not have this form, as a crash leaves it behind, is
/// kept aside in a file that ends in `.damaged`; an event whose id or idempotency key another writer used for something
/// else meanwhile, so that it can never be recorded, in one that ends in `.refused`.
///
/// Whoever can write to the directory can have events recorded, as whoever can write to the store can.
///
/// See [`FailurePolicy::SpillToDisk`](crate::FailurePolicy::SpillToDisk).
#[derive(Debug, Clone)]
pub struct Spill(Arc<Mutex<Files>>);

#[derive(Debug)]
struct Files {
    directory: PathBuf,
    /// Locked for as long as this is in use.
    _lock: Lock,
    /// What waits, oldest first.
    waiting: VecDeque<u64>,
    /// The next file's number.
    next: u64,
    /// The last of those that wait, while it takes more.
    open: Option<OpenFile>,
}

/// A file that takes more events.
#[derive(Debug)]
struct OpenFile {
    file: Box<dyn DiskFile>,
    length: u64,
    events: usize,
}

/// An event that waited, and the line it stood in.
pub(super) struct Waiting {
    line: Vec<u8>,
    pub(super) event: Canonical,
}

/// What became of an event that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Recorded,
    /// Another event has its idempotency key or its id: it can never be recorded.
    Refused,
    Waits,
}

/// One file of events that waited.
pub(super) struct Page {
    number: u64,
    pub(super) events: Vec<Waiting>,
}

impl Spill {
    /// Makes the directory, or opens it with all that waits in it.
    ///
    /// # Errors
    /// [`Error::Locked`] where another recorder uses it, [`Error::Store`] where it cannot be read or made.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let directory = directory.into();
        create_root(&LocalDisk, &directory)?;
        let lock = Lock::take(&directory)?;
        let waiting: VecDeque<u64> = numbers(&directory)?.into();
        let next = waiting.back().map_or(0, |last| last + 1);
        Ok(Self(Arc::new(Mutex::new(Files { directory, _lock: lock, waiting, next, open: None }))))
    }

    /// Whether both are one.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files().waiting.is_empty()
    }

    /// Keeps events, durably, behind those that wait.
    pub(super) fn push<'a>(&self, events: impl Iterator<Item = &'a mut Canonical>) -> Result<(), Error> {
        let mut files = self.files();
        let pushed = files.push(events);
        if pushed.is_err() {
            // What was written in part is kept aside later; nothing is added behind it.
            files.open = None;
        }
        pushed
    }

    /// The oldest file from the one `index` places behind the oldest on.
    pub(super) fn page(&self, index: usize) -> Result<Option<Page>, Error> {
        let mut files = self.files();
        let Some(number) = files.waiting.get(index).copied() else { return Ok(None) };
        if index + 1 == files.waiting.len() {
            files.open = None;
        }
        let path = files.path(number);
        let bytes = match fs::read(&path) {
            // Somebody took it away, and nothing in it waits any more.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            bytes => bytes.map_err(failed("read", &path))?,
        };
        let (events, damaged) = read_page(&bytes);
        set_aside(&path, "damaged", &damaged)?;
        Ok(Some(Page { number, events }))
    }

    /// Takes away the events of `page` that no longer wait, and says whether any still do. Those that the log refuses are
    /// kept aside.
    pub(super) fn keep(&self, page: Page, ends: &[End]) -> Result<bool, Error> {
        let mut files = self.files();
        let path = files.path(page.number);
        let all = ends.iter().all(|end| *end == End::Waits);
        let (mut left, mut refused) = (Vec::new(), Vec::new());
        for (event, end) in page.events.into_iter().zip(ends) {
            match end {
                End::Recorded => {}
                End::Refused => refused.extend(event.line),
                End::Waits => left.extend(event.line),
            }
        }
        set_aside(&path, "refused", &refused)?;
        if left.is_empty() {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("remove", &path)(error)),
                _ => {}
            }
            files.waiting.retain(|number| *number != page.number);
            files.sync_names()?;
            return Ok(false);
        }
        if !all {
            replace(&LocalDisk, &path, &left)?;
        }
        Ok(true)
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files {
    fn path(&self, number: u64) -> PathBuf {
        self.directory.join(format!("{number:020}.{EXTENSION}"))
    }

    fn push<'a>(&mut self, events: impl Iterator<Item = &'a mut Canonical>) -> Result<(), Error> {
        let (mut bytes, mut count) = (Vec::new(), 0);
        for event in events {
            event.stamp(Timestamp::UNIX_EPOCH, None);
            write_line(&mut bytes, event);
            count += 1;
        }
        let mut open = self.open()?;
        let path = self.path(self.next - 1);
        let written = open.file.write_all_at(&bytes, open.length).and_then(|()| open.file.sync());
        written.map_err(failed("write", &path))?;
        open.length += bytes.len() as u64;
        open.events += count;
        self.open = (open.events < super::MAX_WRITE).then_some(open);
        Ok(())
    }

    /// The file that takes more, or a new one.
    fn open(&mut self) -> Result<OpenFile, Error> {
        if let Some(open) = self.open.take() {
            return Ok(open);
        }
        let path = self.path(self.next);
        let file = LocalDisk.open(&path, Access::Create).map_err(failed("create", &path))?;
        self.waiting.push_back(self.next);
        self.next += 1;
        self.sync_names()?;
        Ok(OpenFile { file, length: 0, events: 0 })
    }

    fn sync_names(&self) -> Result<(), Error> {
        LocalDisk.sync_names(&self.directory).map_err(failed("sync", &self.directory))
    }
}

fn write_line(bytes: &mut Vec<u8>, event: &Canonical) {
    let stream = event.log().stream.as_str().as_bytes();
    let digest = Digest::of(&[stream, b" ", event.as_bytes()]);
    bytes.extend_from_slice(&digest.to_hex());
    for part in [b" ", stream, b" ", event.as_bytes(), b"\n"] {
        bytes.extend_from_slice(part);
    }
}

/// The events of a file, and what is none.
fn read_page(bytes: &[u8]) -> (Vec<Waiting>, Vec<u8>) {
    let (mut events, mut damaged) = (Vec::new(), Vec::new());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match read_line(line) {
            Some(event) => events.push(Waiting { line: line.to_vec(), event }),
            None => damaged.extend_from_slice(line),
        }
    }
    (events, damaged)
}

fn read_line(line: &[u8]) -> Option<Canonical> {
    let (digest, rest) = line.strip_suffix(b"\n")?.split_at_checked(64)?;
    let rest = rest.strip_prefix(b" ")?;
    if core::str::from_utf8(digest).ok()?.parse::<Digest>().ok()? != Digest::of(&[rest]) {
        return None;
    }
    let space = rest.iter().position(|byte| *byte == b' ')?;
    let stream: Stream = core::str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
    let event = Canonical::restore(&rest[space + 1..], stream, Unscrubbed, Unsealed).ok()?;
    (!is_reserved(&event.log().organization)).then_some(event)
}

/// Keeps what cannot be recorded beside the file in which it stood, and what was kept there before with it.
fn set_aside(path: &Path, why: &str, lines: &[u8]) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    let aside = (0..).map(|number: u32| match number {
        0 => path.with_extension(why),
        _ => path.with_extension(format!("{number}.{why}")),
    });
    // A crash between this and the file's removal comes here again, with the same lines.
    let free =
        |aside: &PathBuf| fs::symlink_metadata(aside).is_err() || fs::read(aside).is_ok_and(|kept| kept == lines);
    let aside = aside.into_iter().find(free).expect("there are fewer files than numbers");
    replace(&LocalDisk, &aside, lines)
}

/// The numbers of the files that wait, in order.
fn numbers(directory: &Path) -> Result<Vec<u64>, Error> {
    let names = LocalDisk.names(directory).map_err(failed("list", directory))?;
    let number = |name: String| {
        let digits = name.strip_suffix(EXTENSION)?.strip_suffix('.')?;
        // As they are written, and nothing else that is a number.
        (digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
    };
    let mut numbers: Vec<u64> = names.into_iter().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

const EXTENSION: &str = "spill";

#[cfg(test)]
mod tests {
    use axiom_core::Event;

    use super::*;

    #[test]
    fn a_line_in_the_name_of_the_host_is_no_event_that_waits() {
        for (organization, waits) in [("acme", true), ("axiom:host", false)] {
            let event = Event::builder(organization.parse().unwrap(), "log.key_rotated".parse().unwrap());
            let event = event.build().unwrap().scrub(&Unscrubbed).unwrap().without_sealing(Unsealed);
            let mut event = event.canonical_in("meta".parse().unwrap()).unwrap();
            event.stamp(Timestamp::UNIX_EPOCH, None);
            let mut line = Vec::new();
            write_line(&mut line, &event);
            let (events, damaged) = read_page(&line);
            assert_eq!((events.len(), damaged.is_empty()), (usize::from(waits), waits), "{organization}");
        }
    }
}
