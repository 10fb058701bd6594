//! Every target on its seeds, and on some thousand changes of them: what the fuzzer does, for a moment and on stable
//! Rust.

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

use axiom_fuzz::TARGETS;
use axiom_fuzz::changes::Changes;

/// How many changes are tried of each target that opens no files, unless `AXIOM_FUZZ_ROUNDS` says otherwise.
const ROUNDS: usize = 3000;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn names(directory: &str) -> Vec<String> {
    let names = fs::read_dir(here(directory)).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Runs a target; what it panics on is kept for `cargo fuzz run TARGET FILE`.
fn run(name: &str, target: fn(&[u8]) -> bool, bytes: &[u8]) -> bool {
    panic::catch_unwind(|| target(bytes)).unwrap_or_else(|_| {
        let directory = here("artifacts").join(name);
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("smoke"), bytes).unwrap();
        panic!("{name} panics on {}", directory.join("smoke").display());
    })
}

fn smoke(name: &str, share: usize) {
    let (_, target) = TARGETS.into_iter().find(|(known, _)| *known == name).unwrap();
    let paths = names(&format!("seeds/{name}"));
    let seeds: Vec<Vec<u8>> = paths.iter().map(|seed| fs::read(here("seeds").join(name).join(seed)).unwrap()).collect();
    let taken = seeds.iter().filter(|seed| run(name, target, seed)).count();
    assert!(taken > 0, "{name} takes none of its seeds");
    let rounds = std::env::var("AXIOM_FUZZ_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap()) / share;
    let mut changes = Changes::of(&seeds);
    let taken = (0..rounds).filter(|_| run(name, target, &changes.draw())).count();
    assert!(taken < rounds, "{name} takes everything");
}

#[test]
fn every_target_has_seeds_and_is_known_to_the_fuzzer() {
    let known = TARGETS.map(|(name, _)| name.to_owned());
    assert_eq!(names("seeds"), known);
    assert_eq!(names("fuzz_targets"), known);
}

macro_rules! smoke {
    ($($name:ident: $share:literal),+) => {
        $(#[test]
        fn $name() {
            smoke(stringify!($name), $share);
        })+
    };
}

// Those that open a directory each time wait for the disk, and get a smaller share of the rounds.
smoke!(
    aws_esdk: 1, checkpoint: 1, cloudtrail: 1, entry: 1, event: 1, frames: 1, journal: 20, key: 1, key_record: 1,
    message: 1, note: 1, pii: 1, pii_config: 1, pii_csv: 1, pii_json: 1, pii_stream: 1, proof: 1, revocations: 1, segment: 20, sqli: 1, tile_path: 1, tile_tree: 1, token: 1
);
