//! Writes a log as a static tree, and adds to one what is new.

use core::mem;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use axiom_core::{Digest, LogId, Origin};

use super::{CHECKPOINT, TlogDirectory, TlogReader, bundle, wrong};
use crate::bundle::prove_consistency;
use crate::checkpoint::Checkpoint;
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::merkle::{EntryTile, Frontier, Tile, verify_consistency};
use crate::note::SignedNote;
use crate::store::file::disk::{Disk, LocalDisk, private};
use crate::store::file::layout::{create_root, failed, replace};
use crate::store::file::lock::Lock;
use crate::store::{Store, each_line};

/// What a tree has gained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// How many entries it had before.
    pub before: u64,
    /// How many it has now.
    pub size: u64,
}

impl TlogDirectory {
    /// Brings the tree up to the signed checkpoint `note` of `log`, and tells `progress` of each entry that it writes.
    ///
    /// Only what is new is written: tiles that are full are never touched again. Each file is written whole or not at
    /// all, and the checkpoint last, once everything that it covers is durable; then the partial tiles go that have
    /// become full. Files are readable by their owner only (0600, directories 0700). One process publishes at a time.
    ///
    /// The tree that is there must be an earlier state of the same log. That is proven out of its own tiles and the
    /// store's, before anything is written.
    ///
    /// ```
    /// use axiom_audit::{MemoryStore, Naming, TlogDirectory, sign_checkpoint};
    /// use axiom_core::{LogId, Stream};
    /// use axiom_crypto::Ed25519Signer;
    ///
    /// let host: axiom_core::Origin = "audit.example.com".parse()?;
    /// let store = MemoryStore::new(Naming::new(host.clone(), [7; 32])?);
    /// let log = LogId::new("acme".parse()?, Stream::Material);
    /// let directory = tempfile::tempdir()?;
    /// # pollster::block_on(async {
    /// let note = sign_checkpoint(&store, &store, &log, &Ed25519Signer::generate(host)?).await?;
    /// let tree = TlogDirectory::new(directory.path());
    /// let published = tree.publish(&store, &log, &note, &mut |_| {}).await?;
    /// assert_eq!(published.size, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Tile`] where the directory holds another log, a longer one, another history of this one or a damaged
    /// tree; [`Error::Damaged`] where the store's entries are not those that were signed, [`Error::Locked`] where
    /// another process publishes, [`Error::Store`] where something cannot be read or written. The checkpoint that was
    /// there still holds then.
    pub async fn publish(
        &self,
        store: &dyn Store,
        log: &LogId,
        note: &SignedNote,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Published, Error> {
        let checkpoint: Checkpoint = note.text().parse()?;
        let origin = store.naming().origin(log);
        if checkpoint.origin != origin {
            return Err(wrong(&"the checkpoint", "is that of another log"));
        }
        create_root(&LocalDisk, &self.root)?;
        let _lock = Lock::take(&self.root)?;
        let before = self.published(&origin)?;
        self.refuse_fork(store, log, &before, &checkpoint).await?;
        if before.size < checkpoint.size {
            let mut growth = Growth::new(self, &before)?;
            let push = &mut |line: Vec<u8>| -> Result<(), Error> {
                growth.push(&line)?;
                progress(growth.tree.size());
                Ok(())
            };
            let start = before.size - before.size % u64::from(Tile::WIDTH);
            each_line(store, log, start..checkpoint.size, push).await?;
            growth.finish(&checkpoint)?;
        }
        replace(&LocalDisk, &self.root.join(CHECKPOINT), note.to_string().as_bytes())?;
        self.remove_outgrown(before.size, checkpoint.size)?;
        Ok(Published { before: before.size, size: checkpoint.size })
    }

    /// What the tree holds so far.
    fn published(&self, origin: &Origin) -> Result<Checkpoint, Error> {
        let Some(note) = self.read(CHECKPOINT)? else {
            return Ok(Checkpoint { origin: origin.clone(), size: 0, root: Frontier::new().root() });
        };
        let note: Result<SignedNote, _> = core::str::from_utf8(&note).map_err(|_| Error::Note("is not UTF-8"))?.parse();
        let checkpoint: Checkpoint = note?.text().parse()?;
        match checkpoint.origin == *origin {
            true => Ok(checkpoint),
            false => Err(self.unfit(&format!("is that of another log, {}", checkpoint.origin))),
        }
    }

    async fn refuse_fork(
        &self,
        store: &dyn Store,
        log: &LogId,
        before: &Checkpoint,
        after: &Checkpoint,
    ) -> Result<(), Error> {
        if before.size > after.size {
            let (old, new) = (before.size, after.size);
            return Err(self.unfit(&format!("covers {old} entries, more than the {new} that are to be published")));
        }
        let proof = prove_consistency(store, log, before.size, after.size).await?;
        match verify_consistency(before.size, after.size, before.root, after.root, &proof) {
            true => Ok(()),
            false => Err(self.unfit("is of another history of this log; to go on would be a fork")),
        }
    }

    fn unfit(&self, reason: &str) -> Error {
        wrong(&self.root.join(CHECKPOINT).display(), reason)
    }

    /// Removes the partial tiles of which the full ones are there now.
    fn remove_outgrown(&self, old: u64, new: u64) -> Result<(), Error> {
        let partial = Tile::added(0, old).filter(|tile| tile.width() < Tile::WIDTH);
        let grown =
            |tile: &Tile| Tile::at(tile.level(), tile.index(), new).is_some_and(|tile| tile.width() == Tile::WIDTH);
        for tile in partial.filter(grown) {
            let bundle = (tile.level() == 0).then(|| EntryTile::of(tile).to_string());
            for path in bundle.into_iter().chain([tile.to_string()]) {
                let directory = self.root.join(path);
                let directory = directory.parent().expect("the path of a partial tile has a directory");
                match fs::remove_dir_all(directory) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", directory)(error))?,
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// A tree that is growing.
struct Growth<'a> {
    directory: &'a TlogDirectory,
    /// How many entries were there before.
    old: u64,
    tree: Frontier,
    /// The last tile of each level, as far as it has grown.
    levels: Vec<Vec<u8>>,
    bundle: Vec<u8>,
    /// Where files have been made.
    directories: BTreeSet<PathBuf>,
}

impl<'a> Growth<'a> {
    /// Goes on from the last full bundle; the tiles that are there must be those of the checkpoint.
    fn new(directory: &'a TlogDirectory, before: &Checkpoint) -> Result<Self, Error> {
        let old = before.size;
        let mut reader = TlogReader::new(before.clone(), |path: &str| directory.read(path));
        let mut levels = Vec::new();
        for level in 1..8 {
            let hashes = old >> (level * Tile::WIDTH.ilog2());
            let partial = Tile::at(level as u8, hashes / u64::from(Tile::WIDTH), old);
            levels.push(partial.map_or(Ok(Vec::new()), |tile| reader.tile(tile))?);
        }
        levels.insert(0, Vec::new());
        let mut tiles = reader.tree();
        // This reads the partial tiles to their last hash, so that those are known to be right as well.
        if tiles.root(0..old)? != before.root {
            return Err(directory.unfit("is not that of the tiles beside it"));
        }
        let tree = tiles.frontier(0..old - old % u64::from(Tile::WIDTH))?;
        Ok(Self { directory, old, tree, levels, bundle: Vec::new(), directories: BTreeSet::new() })
    }

    fn push(&mut self, entry: &[u8]) -> Result<(), Error> {
        bundle::push(&mut self.bundle, entry).ok_or_else(|| wrong(&"an entry", "is too long for a bundle"))?;
        let levels = &mut self.levels;
        self.tree.push_to_tiles(leaf_hash(entry), |level, hash| {
            levels[usize::from(level)].extend_from_slice(hash.as_bytes());
        });
        if self.tree.size().is_multiple_of(Tile::WIDTH.into()) { self.write_full() } else { Ok(()) }
    }

    fn write_full(&mut self) -> Result<(), Error> {
        self.write_bundle()?;
        for level in 0..self.levels.len() {
            if self.levels[level].len() == usize::from(Tile::WIDTH) * size_of::<Digest>() {
                self.write_tile(level)?;
            }
        }
        Ok(())
    }

    /// Writes the partial tiles, and makes sure that all is durable and what was signed.
    fn finish(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        if self.tree.root() != checkpoint.root {
            let reason = "its entries are not those that were signed".into();
            return Err(Error::Damaged { log: checkpoint.origin.to_string(), reason });
        }
        if !self.bundle.is_empty() {
            self.write_bundle()?;
        }
        for level in 0..self.levels.len() {
            let shift = level as u32 * Tile::WIDTH.ilog2();
            if !self.levels[level].is_empty() && self.tree.size() >> shift > self.old >> shift {
                self.write_tile(level)?;
            }
        }
        let sync = |directory: &PathBuf| LocalDisk.sync_names(directory).map_err(failed("sync", directory));
        self.directories.iter().rev().try_for_each(sync)
    }

    fn write_bundle(&mut self) -> Result<(), Error> {
        let place = (self.tree.size() - 1) / u64::from(Tile::WIDTH);
        let bundle = Tile::at(0, place, self.tree.size()).map(EntryTile::of).expect("it holds the last entry");
        let content = mem::take(&mut self.bundle);
        self.write(&bundle.to_string(), &content)
    }

    fn write_tile(&mut self, level: usize) -> Result<(), Error> {
        let hashes = self.tree.size() >> (level as u32 * Tile::WIDTH.ilog2());
        let tile = Tile::at(level as u8, (hashes - 1) / u64::from(Tile::WIDTH), self.tree.size());
        let tile = tile.expect("it holds the last hash of its level");
        let content = mem::take(&mut self.levels[level]);
        self.write(&tile.to_string(), &content)
    }

    /// Writes a file whole, or not at all.
    fn write(&mut self, path: &str, content: &[u8]) -> Result<(), Error> {
        let path = self.directory.root.join(path);
        let parent = path.parent().expect("tiles stand below the root");
        self.create(parent)?;
        let temporary = path.with_extension("new");
        let write = || -> io::Result<()> {
            let mut file = private().write(true).create(true).truncate(true).open(&temporary)?;
            file.write_all(content)?;
            file.sync_data()?;
            fs::rename(&temporary, &path)
        };
        write().map_err(failed("write", &path))
    }

    /// Makes a directory, and remembers it and those above for the sync at the end.
    fn create(&mut self, parent: &Path) -> Result<(), Error> {
        if self.directories.contains(parent) {
            return Ok(());
        }
        create_root(&LocalDisk, parent)?;
        let below = parent.ancestors().take_while(|ancestor| *ancestor != self.directory.root);
        self.directories.extend(below.map(Path::to_owned));
        self.directories.insert(self.directory.root.clone());
        Ok(())
    }
}
