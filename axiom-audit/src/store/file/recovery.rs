//! Brings what a journal holds into the segments, after the process that wrote it has gone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use axiom_core::LogId;

use super::disk::{Access, DiskFile};
use super::journal::{End, Journal, Part, each_frame};
use super::layout::{Layout, failed};
use super::segment::Segment;
use super::tail::{Recovery, keep};
use super::unsynced::{Handles, Unsynced};
use crate::error::Error;

/// Writes everything in the journal to where it belongs, for good, and removes the journal.
///
/// It may be interrupted at any point and begun again.
pub(super) fn replay(layout: &Layout) -> Result<Vec<Recovery>, Error> {
    let directory = layout.root();
    let mut replay = Replay { layout, last: None, written: BTreeSet::new(), unsynced: Unsynced::default() };
    let rests = each_frame(layout.disk(), directory, &mut |frame| {
        frame.parts.iter().try_for_each(|(part, lines)| replay.write(part, lines))
    })?;
    replay.unsynced.sync(layout.disk(), &Handles::new())?;
    let mut recoveries = Vec::new();
    for rest in rests {
        if let End::Torn { position, bytes } = rest.end()? {
            recoveries.push(set_aside(layout, rest.path(), position, bytes)?);
        }
    }
    Journal::remove(layout.disk(), directory)?;
    Ok(recoveries)
}

struct Replay<'a> {
    layout: &'a Layout,
    last: Option<(PathBuf, Box<dyn DiskFile>)>,
    written: BTreeSet<PathBuf>,
    unsynced: Unsynced,
}

impl Replay<'_> {
    fn write(&mut self, part: &Part, lines: &[u8]) -> Result<(), Error> {
        let log = part.log().ok_or_else(|| self.damaged("names no log"))?;
        let segment = Segment::new(&self.layout.segments(&log), part.segment);
        let file = self.file(&log, &segment.path)?;
        let length = file.length().map_err(failed("read", &segment.path))?;
        if length < part.offset {
            let log = self.layout.naming().origin(&log).to_string();
            let reason = format!("its segment {} ends before what the journal adds to it", part.segment);
            return Err(Error::Damaged { log, reason });
        }
        file.write_all_at(lines, part.offset).map_err(failed("write to", &segment.path))
    }

    /// The segment, opened for writing; neighbours in the journal are often for the same one.
    fn file(&mut self, log: &LogId, path: &Path) -> Result<&dyn DiskFile, Error> {
        if self.last.as_ref().is_none_or(|(last, _)| last != path) {
            if self.written.insert(path.into()) {
                self.layout.create_log(log, &mut self.unsynced)?;
                self.unsynced.name(path);
                self.unsynced.content(path);
            }
            let file = self.layout.disk().open(path, Access::Create).map_err(failed("open", path))?;
            self.last = Some((path.into(), file));
        }
        Ok(&*self.last.as_ref().expect("it was just set").1)
    }

    fn damaged(&self, reason: &str) -> Error {
        Error::Damaged { log: self.layout.root().display().to_string(), reason: reason.into() }
    }
}

/// Copies what is left of a torn frame aside.
fn set_aside(layout: &Layout, path: &Path, position: u64, bytes: u64) -> Result<Recovery, Error> {
    let disk = layout.disk();
    let name = |count| layout.root().join(format!("journal.torn-{count}"));
    let copy = disk.open(path, Access::Read).and_then(|file| keep(disk, &*file, position, bytes, &name));
    let kept_in = copy.map_err(failed("recover", path))?;
    Ok(Recovery { log: layout.naming().host().clone(), bytes, kept_in })
}
