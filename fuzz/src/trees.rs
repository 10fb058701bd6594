//! Tiles and static trees.

use std::collections::HashMap;

use axiom_audit::merkle::{EntryTile, Tile};
use axiom_audit::{Checkpoint, Frontier, TlogReader, leaf_hash};

/// A path is that of a tile only if it is written as the tile writes it.
pub fn tile_path(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let tile = text.parse::<Tile>().map(|tile| tile.to_string());
    let bundle = text.parse::<EntryTile>().map(|bundle| bundle.to_string());
    let written = tile.into_iter().chain(bundle).next();
    if let Some(written) = &written {
        assert_eq!(written, text);
    }
    written.is_some()
}

/// Whatever files a tree has: it verifies only if its entries are those that were signed, and gives no other entry.
///
/// The bytes hold files one after another: which of [`PATHS`], the length in two bytes, big-endian, the content.
pub fn tile_tree(bytes: &[u8]) -> bool {
    let (mut files, mut rest) = (HashMap::new(), bytes);
    while let Some((&[path, high, low], after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([high, low])).min(after.len());
        files.insert(PATHS[usize::from(path) % PATHS.len()], after[..length].to_vec());
        rest = &after[length..];
    }
    let mut reader = TlogReader::new(signed(), |path: &str| Ok(files.get(path).cloned()));
    for (seq, entry) in (0..).zip(ENTRIES) {
        assert!(reader.entry(seq).is_ok_and(|read| read == entry) || reader.entry(seq).is_err(), "a forged entry");
    }
    let mut entries = Vec::new();
    let report = reader.verify(&[], &mut |_, entry| entries.push(entry.to_vec())).expect("nothing fails to be read");
    if report.is_verified() {
        assert_eq!(entries, ENTRIES, "forged entries");
    }
    report.is_verified()
}

fn signed() -> Checkpoint {
    let mut tree = Frontier::new();
    ENTRIES.iter().for_each(|entry| tree.push(leaf_hash(entry)));
    Checkpoint { origin: "example.com/log".parse().expect("an origin"), size: 3, root: tree.root() }
}

const ENTRIES: [&[u8]; 3] = [b"one", b"two", b"three"];

/// What a reader of three entries may ask for, and what it never should.
const PATHS: [&str; 6] =
    ["tile/0/000.p/3", "tile/entries/000.p/3", "tile/0/000", "tile/entries/000", "tile/1/000.p/1", "tile/0/000.p/4"];
