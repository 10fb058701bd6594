//! Where the hashes and entries of a log stand in tiles (C2SP tlog-tiles, `c2sp.org/tlog-tiles`).

use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use crate::error::Error;

/// Which hashes of a tree a hash tile holds.
///
/// A tile of level L holds up to 256 hashes, each the root over 256^L leaves: those of level 0 are the leaf hashes, and
/// each hash of the next level is the root over a full tile of the level below. It is written as the concatenation of
/// its hashes of 32 bytes, at the path `tile/<L>/<N>`; one that is not full yet at `tile/<L>/<N>.p/<width>`. The number
/// N is split into groups of three digits.
///
/// ```
/// use axiom_audit::merkle::Tile;
///
/// let tile = Tile::new(1, 1_234_067, 256).unwrap();
/// assert_eq!(tile.to_string(), "tile/1/x001/x234/067");
/// assert_eq!("tile/0/003.p/7".parse(), Ok(Tile::new(0, 3, 7).unwrap()));
/// assert!("tile/0/3.p/7".parse::<Tile>().is_err());
/// # Ok::<(), axiom_audit::merkle::NoTile>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

impl Tile {
    /// How many hashes a full tile has.
    pub const WIDTH: u16 = 256;

    /// The tile number `index` of `level`, of which the first `width` hashes (1 to 256) are there.
    ///
    /// `None` where no tree of less than 2^64 leaves has it.
    #[must_use]
    pub fn new(level: u8, index: u64, width: u16) -> Option<Self> {
        let end = index.checked_mul(Self::WIDTH.into())?.checked_add(width.into())?;
        let fits = level < LEVELS && end <= u64::MAX >> height(level) && (1..=Self::WIDTH).contains(&width);
        fits.then_some(Self { level, index, width })
    }

    /// The tile number `index` of `level` as wide as it is in a tree of `size` leaves, if it has one.
    #[must_use]
    pub fn at(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(height(level))?;
        let here = hashes.checked_sub(index.checked_mul(Self::WIDTH.into())?)?;
        let width = u16::try_from(here).map_or(Self::WIDTH, |here| here.min(Self::WIDTH));
        Self::new(level, index, width)
    }

    /// The tiles that a tree of `new` leaves has and a tree of `old` leaves has not, level by level.
    ///
    /// What a tile of the old tree holds stands at the beginning of that with the same level and number in the new one.
    pub fn added(old: u64, new: u64) -> impl Iterator<Item = Self> {
        (0..LEVELS).flat_map(move |level| Self::added_at(level, old, new))
    }

    fn added_at(level: u8, old: u64, new: u64) -> impl Iterator<Item = Self> {
        let (old, new) = (old >> height(level), new >> height(level));
        let width = u64::from(Self::WIDTH);
        let numbers = if old < new { old / width..new.div_ceil(width) } else { 0..0 };
        numbers.filter_map(move |index| Self::at(level, index, new << height(level)))
    }

    /// The level: each hash is the root over 256^level leaves.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.level
    }

    /// The number of the tile in its level, from 0.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many hashes it holds: 256 if it is full.
    #[must_use]
    pub const fn width(self) -> u16 {
        self.width
    }

    /// The length of the tile in bytes.
    #[must_use]
    pub fn byte_len(self) -> usize {
        usize::from(self.width) * HASH_LEN
    }

    /// The leaves that its hashes cover.
    #[must_use]
    pub fn leaves(self) -> Range<u64> {
        let first = self.index * u64::from(Self::WIDTH);
        first << height(self.level)..(first + u64::from(self.width)) << height(self.level)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        write_place(f, self.index, self.width)
    }
}

impl FromStr for Tile {
    type Err = NoTile;

    /// Reads exactly what [`Display`](fmt::Display) writes.
    fn from_str(path: &str) -> Result<Self, NoTile> {
        let read = || {
            let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
            let (index, width) = read_place(place)?;
            Self::new(level.parse().ok()?, index, width)
        };
        exactly(path, read())
    }
}

/// Which entries of a log an entry bundle holds: as many, and under the same number, as the tile of their leaf hashes.
///
/// It is written at `tile/entries/<N>[.p/<width>]`, each entry behind its length in two bytes, big-endian.
///
/// ```
/// use axiom_audit::merkle::EntryTile;
///
/// let bundle: EntryTile = "tile/entries/000.p/15".parse()?;
/// assert_eq!(bundle.entries(), 0..15);
/// # Ok::<(), axiom_audit::merkle::NoTile>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryTile(Tile);

impl EntryTile {
    /// The bundle number `index`, of which the first `width` entries (1 to 256) are there; `None` for numbers that no
    /// log reaches.
    #[must_use]
    pub fn new(index: u64, width: u16) -> Option<Self> {
        Tile::new(0, index, width).map(Self)
    }

    /// The bundles that a log of `new` entries has and one of `old` entries has not.
    pub fn added(old: u64, new: u64) -> impl Iterator<Item = Self> {
        Tile::added_at(0, old, new).map(Self)
    }

    /// The bundle of the entries whose leaf hashes stand in `hashes`, a tile of level 0.
    pub(crate) const fn of(hashes: Tile) -> Self {
        Self(hashes)
    }

    /// The tile that holds the leaf hashes of the same entries.
    #[must_use]
    pub const fn hashes(self) -> Tile {
        self.0
    }

    /// The entries that it holds.
    #[must_use]
    pub fn entries(self) -> Range<u64> {
        self.0.leaves()
    }
}

impl fmt::Display for EntryTile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tile/entries/")?;
        write_place(f, self.0.index, self.0.width)
    }
}

impl FromStr for EntryTile {
    type Err = NoTile;

    /// Reads exactly what [`Display`](fmt::Display) writes.
    fn from_str(path: &str) -> Result<Self, NoTile> {
        let read = || {
            let (index, width) = read_place(path.strip_prefix("tile/entries/")?)?;
            Self::new(index, width)
        };
        exactly(path, read())
    }
}

/// The path is none of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
#[non_exhaustive]
pub struct NoTile;

impl From<NoTile> for Error {
    fn from(_: NoTile) -> Self {
        Self::Tile { tile: "the path".into(), reason: "is not that of a tile".into() }
    }
}

/// How many levels of tiles a tree of less than 2^64 leaves can have.
const LEVELS: u8 = 8;

/// The length of a hash in bytes.
pub(crate) const HASH_LEN: usize = 32;

/// How high above the leaves the hashes of a level are.
fn height(level: u8) -> u32 {
    u32::from(level) * Tile::WIDTH.ilog2()
}

/// One path has one spelling: what is written differently is refused.
fn exactly<T: fmt::Display>(path: &str, tile: Option<T>) -> Result<T, NoTile> {
    tile.filter(|tile| tile.to_string() == path).ok_or(NoTile)
}

fn write_place(f: &mut fmt::Formatter<'_>, index: u64, width: u16) -> fmt::Result {
    let digits = index.to_string();
    let length = digits.len().next_multiple_of(3);
    let padded = format!("{digits:0>length$}");
    for start in (0..length).step_by(3) {
        let mark = if start + 3 < length { "x" } else { "" };
        let slash = if start > 0 { "/" } else { "" };
        write!(f, "{slash}{mark}{}", &padded[start..start + 3])?;
    }
    if width < Tile::WIDTH { write!(f, ".p/{width}") } else { Ok(()) }
}

fn read_place(place: &str) -> Option<(u64, u16)> {
    let (number, width) = match place.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok()?),
        None => (place, Tile::WIDTH),
    };
    let group = |index: u64, group: &str| {
        let group: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index.checked_mul(1000)?.checked_add(group)
    };
    Some((number.split('/').try_fold(0, group)?, width))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        // The first is the example of C2SP tlog-tiles for its numbers.
        for (path, level, index, width) in [
            ("tile/0/x001/x234/067", 0, 1_234_067, 256),
            ("tile/0/000", 0, 0, 256),
            ("tile/1/273.p/171", 1, 273, 171),
            ("tile/2/001.p/17", 2, 1, 17),
            ("tile/0/x273/x843/x777/000.p/1", 0, 273_843_777_000, 1),
        ] {
            let tile = Tile::new(level, index, width).unwrap();
            assert_eq!((tile.to_string().as_str(), path.parse()), (path, Ok(tile)));
        }
        assert_eq!(EntryTile::new(1000, 255).unwrap().to_string(), "tile/entries/x001/000.p/255");
    }

    #[test]
    fn a_path_has_one_spelling() {
        for path in [
            "",
            "tile",
            "tile/",
            "/tile/0/000",
            "tile/0/",
            "tile/00/000",
            "tile/8/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/0/x000",
            "tile/0/000/",
            "tile/0/x000/001",
            "tile/0/001/000",
            "tile/0/x001/x000",
            "tile/0/x1/000",
            "tile/0/+01",
            "tile/0/000.p/",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/0/000.p/256",
            "tile/0/000.p/1.p/1",
            "tile/0/000.p",
            "tile/0/000.p/-1",
            "tile/0/00\u{660}",
            "tile/7/001",
            "tile/0/x099/x999/x999/x999/x999/x999/999",
            "tile/0/../../etc/passwd",
            "tile/entries/000",
        ] {
            assert!(path.parse::<Tile>().is_err(), "{path}");
        }
        for path in ["tile/0/000", "tile/entries/0", "tile/entries/", "entries/000", "tile/entries/000.p/256"] {
            assert!(path.parse::<EntryTile>().is_err(), "{path}");
        }
    }

    #[test]
    fn a_growing_tree_has_the_tiles_of_the_specification() {
        let added = |old, new| Tile::added(old, new).map(|tile| tile.to_string()).collect::<Vec<_>>();
        // The example of C2SP tlog-tiles: a tree of 70,000 leaves has 273 full tiles and one of 112 on level 0.
        let all = added(0, 70_000);
        assert_eq!(all.len(), 274 + 2 + 1);
        assert_eq!(all[273..], ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
        assert_eq!(added(255, 257), ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]);
        assert_eq!(added(256, 257), ["tile/0/001.p/1"]);
        assert!(added(7, 7).is_empty() && added(7, 6).is_empty());
    }

    #[test]
    fn the_largest_tree_has_tiles() {
        assert_eq!(Tile::at(7, 0, u64::MAX).unwrap().width(), 255);
        assert_eq!(Tile::at(8, 0, u64::MAX), None);
        assert_eq!(Tile::at(0, u64::MAX / 256, u64::MAX).unwrap().leaves().end, u64::MAX);
        assert_eq!(Tile::at(0, u64::MAX, u64::MAX), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(level in 0_u8..8, index: u64, width in 1_u16..=256) {
            let index = index.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
            if let Some(tile) = Tile::new(level, index, width) {
                prop_assert_eq!(tile.to_string().parse(), Ok(tile));
                prop_assert_eq!(tile.leaves().end - tile.leaves().start, u64::from(width) << (8 * level));
            }
            if let Some(bundle) = EntryTile::new(index, width) {
                prop_assert_eq!(bundle.to_string().parse(), Ok(bundle));
            }
        }

        #[test]
        fn what_is_read_is_written(path in "tile/[0-9]{1,2}/(x[0-9]{3}/){0,7}[0-9]{2,4}(\\.p/[0-9]{1,3})?") {
            if let Ok(tile) = path.parse::<Tile>() {
                prop_assert_eq!(tile.to_string(), path);
            }
        }

        #[test]
        fn every_leaf_is_in_one_added_tile_of_its_level(old in 0_u64..100_000, more in 0_u64..100_000) {
            let mut next = old - old % 256;
            for tile in EntryTile::added(old, old + more) {
                prop_assert_eq!(tile.entries().start, next);
                next = tile.entries().end;
            }
            prop_assert!(more == 0 || next == old + more);
        }
    }
}
