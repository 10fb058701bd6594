//! A file system in memory that loses power, and fails on demand.
//!
//! It promises no more than POSIX does. What was written and not synced may be there afterwards or not, sector by
//! sector and in any order; names that were not synced by their directory likewise, though those of one directory come
//! in order. A sync that fails leaves what it covered in that state for good, as Linux does: later syncs do not know of
//! it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::random::Random;
use crate::store::file::disk::{Access, Disk, DiskFile, Kind};

#[derive(Debug, Clone, Default)]
pub(super) struct SimulatedDisk(Arc<Mutex<Platters>>);

#[derive(Debug, Default)]
struct Platters {
    files: Vec<Content>,
    /// What there is now, and what there would be after a loss of power.
    names: BTreeMap<PathBuf, Entry>,
    durable: BTreeMap<PathBuf, Entry>,
    /// Changes of names since they were synced, in order; a change may be of two names of one directory.
    changes: Vec<Vec<(PathBuf, Option<Entry>)>>,
    /// Counts what changes anything.
    steps: u64,
    /// Counts those that wait for the disk.
    syncs: u64,
    fault: Option<Fault>,
    /// Nothing works any more.
    is_off: bool,
}

/// What goes wrong, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault {
    /// The step at which it happens.
    pub(super) at: u64,
    pub(super) kind: FaultKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// Power is lost before the step.
    PowerLoss,
    /// The step is refused.
    Refused(io::ErrorKind),
    /// The step is carried out and reported as failed.
    CarriedOut(io::ErrorKind),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Directory,
    File(usize),
}

#[derive(Debug, Default)]
struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
    /// What a sync that failed had covered: it may be durable or not, and no other sync will tell.
    lost: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

impl SimulatedDisk {
    fn platters(&self) -> MutexGuard<'_, Platters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets something go wrong, or nothing any more.
    pub(super) fn set_fault(&self, fault: Option<Fault>) {
        self.platters().fault = fault;
    }

    pub(super) fn steps(&self) -> u64 {
        self.platters().steps
    }

    pub(super) fn syncs(&self) -> u64 {
        self.platters().syncs
    }

    /// Whether power has been lost.
    pub(super) fn is_off(&self) -> bool {
        self.platters().is_off
    }

    /// What is left once power is back.
    pub(super) fn restart(&self, random: &mut Random) {
        let mut platters = self.platters();
        let odds = *random.pick(&[0, 30, 70, 100]);
        platters.files.iter_mut().for_each(|file| file.lose_power(random, odds));
        platters.lose_names(random);
        (platters.is_off, platters.fault) = (false, None);
    }
}

impl Platters {
    /// Counts a step that is about to change something. `Ok(Some)` is to be reported once it has been carried out.
    fn step(&mut self) -> io::Result<Option<io::Error>> {
        self.check_power()?;
        self.steps += 1;
        let Some(fault) = self.fault.filter(|fault| fault.at == self.steps) else { return Ok(None) };
        match fault.kind {
            FaultKind::PowerLoss => {
                self.is_off = true;
                self.check_power()?;
                Ok(None)
            }
            FaultKind::Refused(kind) => Err(kind.into()),
            FaultKind::CarriedOut(kind) => Ok(Some(kind.into())),
        }
    }

    fn check_power(&self) -> io::Result<()> {
        if self.is_off { Err(io::Error::other("power is lost")) } else { Ok(()) }
    }

    fn name(&mut self, path: &Path, entry: Option<Entry>) {
        self.change(vec![(path.into(), entry)]);
    }

    fn change(&mut self, change: Vec<(PathBuf, Option<Entry>)>) {
        for (path, entry) in &change {
            set(&mut self.names, path.clone(), *entry);
        }
        self.changes.push(change);
    }

    fn find(&self, path: &Path) -> io::Result<Entry> {
        let is_root = path.parent().is_none();
        let found = if is_root { Some(Entry::Directory) } else { self.names.get(path).copied() };
        found.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Keeps the first changes of each directory, and what can be reached.
    fn lose_names(&mut self, random: &mut Random) {
        let (mut decided, mut kept) = (BTreeSet::new(), Vec::new());
        for change in self.changes.drain(..) {
            let directory = change[0].0.parent().map(Path::to_path_buf);
            if !decided.contains(&directory) {
                if random.chance(30) {
                    decided.insert(directory);
                } else {
                    kept.push(change);
                }
            }
        }
        for (path, entry) in kept.into_iter().flatten() {
            set(&mut self.durable, path, entry);
        }
        let known = self.durable.clone();
        self.durable.retain(|path, _| {
            path.ancestors()
                .skip(1)
                .all(|above| above.parent().is_none() || known.get(above) == Some(&Entry::Directory))
        });
        self.names = self.durable.clone();
    }
}

fn set(names: &mut BTreeMap<PathBuf, Entry>, path: PathBuf, entry: Option<Entry>) {
    match entry {
        Some(entry) => names.insert(path, entry),
        None => names.remove(&path),
    };
}

impl Content {
    fn change(&mut self, change: Change) {
        apply(&mut self.now, &change);
        self.unsynced.push(change);
    }

    fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            apply(&mut self.durable, &change);
        }
    }

    fn fail_to_sync(&mut self) {
        self.lost.append(&mut self.unsynced);
    }

    /// Keeps each sector of each change with these odds.
    fn lose_power(&mut self, random: &mut Random, odds: u64) {
        let changes: Vec<Change> = self.lost.drain(..).chain(self.unsynced.drain(..)).collect();
        for change in changes {
            match change {
                Change::Write(offset, bytes) => {
                    for (start, sector) in sectors(offset, &bytes) {
                        if random.chance(odds) {
                            apply(&mut self.durable, &Change::Write(start, sector.to_vec()));
                        }
                    }
                }
                Change::Length(_) if !random.chance(odds) => {}
                length @ Change::Length(_) => apply(&mut self.durable, &length),
            }
        }
        self.now.clone_from(&self.durable);
    }
}

/// Splits a write where sectors of 512 bytes meet.
fn sectors(offset: u64, bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let (mut start, mut rest) = (offset, bytes);
    core::iter::from_fn(move || {
        let length = rest.len().min((SECTOR - start % SECTOR) as usize);
        let (sector, after) = rest.split_at_checked(length).filter(|(sector, _)| !sector.is_empty())?;
        let found = (start, sector);
        (start, rest) = (start + length as u64, after);
        Some(found)
    })
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => content.resize(*length as usize, 0),
        Change::Write(offset, bytes) => {
            let end = *offset as usize + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[*offset as usize..end].copy_from_slice(bytes);
        }
    }
}

/// Reports what was carried out and is said to have failed.
fn report(error: Option<io::Error>) -> io::Result<()> {
    error.map_or(Ok(()), Err)
}

impl Disk for SimulatedDisk {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let mut platters = self.platters();
        platters.check_power()?;
        let file = match platters.find(path) {
            Ok(Entry::File(file)) => file,
            Ok(Entry::Directory) => return Err(io::ErrorKind::InvalidData.into()),
            Err(error) if access != Access::Create => return Err(error),
            Err(_) => {
                let failed = platters.step()?;
                platters.find(path.parent().unwrap_or(path))?;
                platters.files.push(Content::default());
                let file = platters.files.len() - 1;
                platters.name(path, Some(Entry::File(file)));
                report(failed)?;
                file
            }
        };
        Ok(Box::new(SimulatedFile { disk: self.clone(), file }))
    }

    fn names(&self, directory: &Path) -> io::Result<Vec<String>> {
        let platters = self.platters();
        platters.check_power()?;
        platters.find(directory)?;
        let inside = platters.names.keys().filter(|path| path.parent() == Some(directory));
        Ok(inside.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect())
    }

    fn kind(&self, path: &Path) -> Option<Kind> {
        Some(match self.platters().find(path).ok()? {
            Entry::Directory => Kind::Directory,
            Entry::File(_) => Kind::File,
        })
    }

    fn create_dirs(&self, directory: &Path) -> io::Result<()> {
        let mut platters = self.platters();
        if directory.ancestors().any(|above| matches!(platters.find(above), Ok(Entry::File(_)))) {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let mut missing: Vec<&Path> = directory.ancestors().filter(|above| platters.find(above).is_err()).collect();
        while let Some(next) = missing.pop() {
            let failed = platters.step()?;
            platters.name(next, Some(Entry::Directory));
            report(failed)?;
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut platters = self.platters();
        let failed = platters.step()?;
        let file = platters.find(from)?;
        // Both names change at once: after a loss of power the file has one of them.
        platters.change(vec![(from.into(), None), (to.into(), Some(file))]);
        report(failed)
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        let mut platters = self.platters();
        platters.find(file)?;
        let failed = platters.step()?;
        platters.name(file, None);
        report(failed)
    }

    fn sync_names(&self, directory: &Path) -> io::Result<()> {
        let mut platters = self.platters();
        platters.syncs += 1;
        let failed = platters.step()?;
        let (mine, others) = core::mem::take(&mut platters.changes)
            .into_iter()
            .partition(|change: &Vec<(PathBuf, _)>| change[0].0.parent() == Some(directory));
        platters.changes = others;
        for (path, entry) in Vec::into_iter(mine).flatten() {
            set(&mut platters.durable, path, entry);
        }
        report(failed)
    }
}

#[derive(Debug)]
struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
}

impl DiskFile for SimulatedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let platters = self.disk.platters();
        platters.check_power()?;
        let content = &platters.files[self.file].now;
        let rest = content.get(offset as usize..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut platters = self.disk.platters();
        platters.check_power()?;
        let step = platters.step();
        // A write that fails, or during which power is lost, may have got anywhere.
        let written = if step.is_err() { bytes.len() / 2 } else { bytes.len() };
        platters.files[self.file].change(Change::Write(offset, bytes[..written].to_vec()));
        report(step?)
    }

    fn length(&self) -> io::Result<u64> {
        let platters = self.disk.platters();
        platters.check_power()?;
        Ok(platters.files[self.file].now.len() as u64)
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        let mut platters = self.disk.platters();
        let failed = platters.step()?;
        platters.files[self.file].change(Change::Length(length));
        report(failed)
    }

    fn sync(&self) -> io::Result<()> {
        let mut platters = self.disk.platters();
        platters.syncs += 1;
        match platters.step() {
            Ok(None) => {
                platters.files[self.file].sync();
                Ok(())
            }
            Ok(Some(error)) => {
                platters.files[self.file].sync();
                Err(error)
            }
            Err(error) => {
                platters.files[self.file].fail_to_sync();
                Err(error)
            }
        }
    }
}

const SECTOR: u64 = 512;
