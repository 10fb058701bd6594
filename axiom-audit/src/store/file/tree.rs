//! The hash tiles of a log, and where in its segments they end.
//!
//! Tiles hold the hashes of full groups of 256 entries, in the files of C2SP tlog-tiles (`tile/<level>/<number>`); a
//! tile of an upper level that is not full yet has the name of the full one and grows. `tree.json` says how far they
//! reach, and is replaced only once they are durable. All of it can be deleted at any time and is then made anew from
//! the segments.

use core::ops::Range;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use axiom_core::{LogId, Origin};
use serde::{Deserialize, Serialize};

use super::disk::Access;
use super::layout::{Layout, failed, read_fit, replace};
use super::segment::{Segment, next_line};
use super::tail::recorded_at;
use super::unsynced::{Handles, Unsynced};
use crate::entry::{Links, leaf_hash};
use crate::error::Error;
use crate::merkle::{Frontier, Tile, TileTree};
use crate::store::Head;

/// How far the tiles of a log reach: a multiple of 256 entries.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    claimed: u64,
    head: Head,
    /// The segment in which the entries after the tiles begin, and where in it.
    segment: u64,
    offset: u64,
    frontier: Frontier,
}

impl Tree {
    /// What the tiles of `log` are good for; nothing where they are missing, or do not fit together or to the segments.
    pub(super) fn load(layout: &Layout, log: &LogId, origin: &Origin) -> Result<Self, Error> {
        let none = Self { claimed: 0, head: Head::empty(origin), segment: 0, offset: 0, frontier: Frontier::new() };
        let described = read_fit(layout.disk(), &layout.tree(log))?;
        let Some(read) = described.and_then(|text| Self::parse(&text, |size| root(layout, log, size))) else {
            return Ok(none);
        };
        let claimed = read.head.size;
        Ok(if read.ends_in_segment(layout, log, origin) { read } else { Self { claimed, ..none } })
    }

    /// Whether the last entry that the tiles reach ends where it is said to. The log goes on from there: with another
    /// tip or another place, whatever is appended would break the chain.
    fn ends_in_segment(&self, layout: &Layout, log: &LogId, origin: &Origin) -> bool {
        let segment = Segment::new(&layout.segments(log), self.segment);
        let line = segment.line_ending_at(layout.disk(), self.offset).ok().flatten();
        line.is_some_and(|line| {
            let place = Links::read(&line).map(|links| (links.log == origin.as_str(), links.seq + 1));
            place == Some((true, self.head.size))
                && leaf_hash(&line) == self.head.tip
                && recorded_at(&line) == self.head.recorded_at
        })
    }

    /// How many entries the tiles speak of: if the log has fewer, it has lost some.
    pub(super) const fn claimed(&self) -> u64 {
        self.claimed
    }

    pub(super) const fn head(&self) -> Head {
        self.head
    }

    pub(super) const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    pub(super) const fn segment(&self) -> u64 {
        self.segment
    }

    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Makes tiles of all full groups among the first `size` entries, for good; these are in the segments already.
    pub(super) fn extend(&mut self, layout: &Layout, log: &LogId, size: u64) -> Result<(), Error> {
        while size - size % GROUP > self.head.size {
            let end = (size - size % GROUP).min(self.head.size + AT_ONCE);
            self.extend_once(layout, log, end)?;
        }
        Ok(())
    }

    fn extend_once(&mut self, layout: &Layout, log: &LogId, end: u64) -> Result<(), Error> {
        let mut growth = Growth { tree: self.clone(), levels: BTreeMap::new() };
        for segment in Segment::list(layout.disk(), &layout.segments(log))? {
            if segment.first >= self.segment && growth.tree.head.size < end {
                growth.follow(layout, &segment, end)?;
            }
        }
        if growth.tree.head.size < end {
            let log = layout.naming().origin(log).to_string();
            return Err(Error::Damaged { log, reason: "its segments end before the log does".into() });
        }
        growth.write(layout, log, self.head.size)?;
        replace(layout.disk(), &layout.tree(log), growth.tree.describe().as_bytes())?;
        *self = growth.tree;
        Ok(())
    }

    fn describe(&self) -> String {
        let described = Described {
            offset: self.offset,
            recorded_at: self.head.recorded_at.map(|at| at.to_string()),
            root: self.frontier.root().to_string(),
            segment: self.segment,
            size: self.head.size,
            tip: self.head.tip.to_string(),
            v: 1,
        };
        serde_json::to_string(&described).expect("a struct has string keys and no floats") + "\n"
    }

    /// Reads what [`describe`](Self::describe) wrote, if the tiles lead to the same root.
    fn parse(text: &str, frontier: impl FnOnce(u64) -> Option<Frontier>) -> Option<Self> {
        let described: Described = serde_json::from_str(text).ok()?;
        let size = Some(described.size).filter(|size| size.is_multiple_of(GROUP))?;
        let recorded_at = match described.recorded_at {
            Some(at) => Some(at.parse().ok()?),
            None => None,
        };
        let head = Head { size, tip: described.tip.parse().ok()?, recorded_at };
        let tree = Self {
            claimed: size,
            head,
            segment: described.segment,
            offset: described.offset,
            frontier: frontier(size)?,
        };
        (tree.describe() == text).then_some(tree)
    }
}

/// `tree.json`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    offset: u64,
    recorded_at: Option<String>,
    root: String,
    segment: u64,
    size: u64,
    tip: String,
    v: u8,
}

/// The frontier of the first `size` entries as the tiles have it.
fn root(layout: &Layout, log: &LogId, size: u64) -> Option<Frontier> {
    TileTree::new(size, |tile| read(layout, log, tile)).frontier(0..size).ok()
}

/// The frontier over a range of entries that the tiles reach.
pub(super) fn subtree(layout: &Layout, log: &LogId, size: u64, range: Range<u64>) -> Result<Frontier, Error> {
    TileTree::new(size, |tile| read(layout, log, tile)).frontier(range)
}

fn read(layout: &Layout, log: &LogId, tile: Tile) -> Result<Vec<u8>, Error> {
    let path = path(layout, log, tile);
    let read = || -> io::Result<Vec<u8>> {
        let mut hashes = vec![0; tile.byte_len()];
        layout.disk().open(&path, Access::Read)?.read_exact_at(&mut hashes, 0)?;
        Ok(hashes)
    };
    read().map_err(failed("read", &path))
}

/// The file of a tile, whether it is full yet or not.
fn path(layout: &Layout, log: &LogId, tile: Tile) -> PathBuf {
    let whole = Tile::new(tile.level(), tile.index(), Tile::WIDTH).unwrap_or(tile);
    layout.log(log).join(whole.to_string())
}

/// The tree as it grows, and what is to be written.
struct Growth {
    tree: Tree,
    levels: BTreeMap<u8, Vec<u8>>,
}

impl Growth {
    /// Takes the entries of a segment, up to the entry `end`.
    fn follow(&mut self, layout: &Layout, segment: &Segment, end: u64) -> Result<(), Error> {
        let tree = &mut self.tree;
        if segment.first != tree.segment {
            (tree.segment, tree.offset) = (segment.first, 0);
        }
        let (mut reader, mut line) = (segment.reader(layout.disk(), tree.offset)?, Vec::new());
        while tree.head.size < end && next_line(&mut reader, &mut line).map_err(failed("read", &segment.path))? {
            let linked =
                Links::read(&line).is_some_and(|links| (links.seq, links.prev) == (tree.head.size, tree.head.tip));
            if !linked {
                let log = segment.path.display().to_string();
                return Err(Error::Damaged { log, reason: "it is not a chain of entries".into() });
            }
            let hash = leaf_hash(&line);
            tree.frontier.push_to_tiles(hash, |level, hash| {
                self.levels.entry(level).or_default().extend_from_slice(hash.as_bytes());
            });
            tree.offset += line.len() as u64 + 1;
            tree.head = Head { size: tree.head.size + 1, tip: hash, recorded_at: tree.head.recorded_at };
        }
        if tree.head.size == end {
            tree.head.recorded_at = recorded_at(&line);
        }
        Ok(())
    }

    /// Writes what has been added to the tiles since they had `before` entries.
    fn write(&self, layout: &Layout, log: &LogId, before: u64) -> Result<(), Error> {
        let mut unsynced = Unsynced::default();
        for (level, hashes) in &self.levels {
            let mut next = before >> (8 * u32::from(*level));
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                let within = next % GROUP;
                let length = rest.len().min((GROUP - within) as usize * HASH_LEN);
                let (here, after) = rest.split_at(length);
                let tile = Tile::new(*level, next / GROUP, Tile::WIDTH).expect("a log has less than 2^64 entries");
                write(layout, &path(layout, log, tile), here, within * HASH_LEN as u64, &mut unsynced)?;
                next += (length / HASH_LEN) as u64;
                rest = after;
            }
        }
        unsynced.sync(layout.disk(), &Handles::new())
    }
}

/// Writes a part of a file of tiles.
fn write(layout: &Layout, path: &Path, bytes: &[u8], offset: u64, unsynced: &mut Unsynced) -> Result<(), Error> {
    let disk = layout.disk();
    let mut write = || -> io::Result<()> {
        if disk.kind(path).is_none() {
            // The directories above may be new, too.
            path.ancestors().take_while(|above| *above != layout.root()).for_each(|above| unsynced.name(above));
            path.parent().map_or(Ok(()), |directory| disk.create_dirs(directory))?;
        }
        disk.open(path, Access::Create)?.write_all_at(bytes, offset)
    };
    write().map_err(failed("write", path))?;
    unsynced.content(path);
    Ok(())
}

/// How many entries a full tile has hashes of.
const GROUP: u64 = Tile::WIDTH as u64;
/// How many entries are taken into the tiles at once: 2 MiB of hashes.
const AT_ONCE: u64 = 1 << 16;
const HASH_LEN: usize = 32;
