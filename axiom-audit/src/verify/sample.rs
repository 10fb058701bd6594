//! Logs to be verified in tests, and what may befall them.

use axiom_core::Origin;

use crate::checkpoint::Checkpoint;
use crate::entry::{MAX_ENTRY_LEN, PREFIX, genesis, leaf_hash, write_suffix};
use crate::merkle::Frontier;

pub(super) fn origin() -> Origin {
    "audit.example.com/9f/material".parse().unwrap()
}

/// The lines of a sound log, each with its newline.
pub(super) fn log(entries: u64) -> Vec<Vec<u8>> {
    let mut prev = genesis(&origin());
    let line = |seq: u64| {
        let mut line = [PREFIX, format!(r#"{{"n":{}}}"#, seq * 7).as_bytes()].concat();
        write_suffix(&mut line, &origin(), prev, seq);
        prev = leaf_hash(&line);
        line.push(b'\n');
        line
    };
    (0..entries).map(line).collect()
}

/// What the log of `lines` should be signed as at `size`, or something else.
pub(super) fn checkpoint(lines: &[Vec<u8>], size: u64, honest: bool) -> Checkpoint {
    let mut tree = Frontier::new();
    for line in lines.iter().take(usize::try_from(size).unwrap()) {
        tree.push(leaf_hash(&line[..line.len() - 1]));
    }
    let root = if honest { tree.root() } else { leaf_hash(b"another") };
    Checkpoint { origin: origin(), size, root }
}

/// One way to change a log.
pub(super) fn change(lines: &mut Vec<Vec<u8>>, how: u8, at: usize, other: usize) {
    let (at, other) = (at % lines.len(), other % lines.len());
    match how {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[other].clone()),
        2 => lines.swap(at, other),
        3 => lines[at] = b"\n".to_vec(),
        4 => lines.insert(at, b"not an entry\n".to_vec()),
        5 => lines.insert(at, [&[b'x'; MAX_ENTRY_LEN + 9][..], b"\n"].concat()),
        6 => lines[at] = String::from_utf8(lines[at].clone()).unwrap().replace("9f", "8e").into_bytes(),
        _ if lines[at].len() == 1 => {}
        _ => {
            let place = other * 5 % (lines[at].len() - 1);
            lines[at][place] ^= if lines[at][place] == 0x0b { 2 } else { 1 };
        }
    }
    if lines.is_empty() {
        lines.push(b"\n".to_vec());
    }
}
