//! Appends checkpoints to a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::AnchorSink;
use crate::error::Error;
use crate::note::SignedNote;
use crate::store::file::disk::private;
use crate::store::file::layout::failed;

/// A file of signed notes, one after the other, that only grows; `axiom audit verify --checkpoint` reads it.
///
/// Put it where the owner of the logs can append and not rewrite: on another machine, or under `chattr +a`. What an
/// interrupted write left at its end is cut off before the next note; where that is not allowed, the error says so. A
/// file that holds anything but notes is left as it is.
#[derive(Debug)]
pub struct FileAnchor {
    path: PathBuf,
}

impl FileAnchor {
    /// The file at `path`, which is made where there is none.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn append(&self, note: &SignedNote) -> io::Result<()> {
        let is_new = !self.path.exists();
        let mut file = private().read(true).append(true).create(true).open(&self.path)?;
        file.lock()?;
        cut_torn_tail(&mut file, note)?;
        let separator = if file.metadata()?.len() == 0 { "" } else { "\n" };
        file.write_all(format!("{separator}{note}").as_bytes())?;
        file.sync_all()?;
        if is_new { sync_parent(&self.path) } else { Ok(()) }
    }
}

#[async_trait]
impl AnchorSink for FileAnchor {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    async fn anchor(&self, note: &SignedNote) -> Result<(), Error> {
        self.append(note).map_err(failed("append a checkpoint to", &self.path))
    }
}

/// Cuts off what follows the last whole signature line: an interrupted write. Where there is no such line, what is
/// there must at least begin as `note` does.
fn cut_torn_tail(file: &mut File, note: &SignedNote) -> io::Result<()> {
    let length = file.metadata()?.len();
    let from = length.saturating_sub(2 * SignedNote::MAX_LEN as u64);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.read_to_end(&mut tail)?;
    let mut end = 0;
    let mut whole = 0;
    for line in tail.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if line.starts_with("— ".as_bytes()) && line.ends_with(b"\n") {
            whole = end;
        }
    }
    let is_ours = match (from, whole) {
        (0, 0) => is_torn(&tail, note),
        (0, _) => core::str::from_utf8(&tail[..whole]).is_ok_and(|notes| SignedNote::parse_all(notes).is_ok()),
        _ => whole > 0,
    };
    match is_ours {
        _ if whole == tail.len() => Ok(()),
        true => file.set_len(from + whole as u64),
        false => Err(io::Error::new(io::ErrorKind::InvalidData, "it holds something that is no checkpoint")),
    }
}

/// Whether this may be the beginning of a note of the same log.
fn is_torn(start: &[u8], note: &SignedNote) -> bool {
    let origin = note.text().split_inclusive('\n').next().unwrap_or_default().as_bytes();
    origin.starts_with(start) || start.starts_with(origin)
}

#[cfg(unix)]
fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}

#[cfg(not(unix))]
fn sync_parent(_: &Path) -> io::Result<()> {
    Ok(())
}
