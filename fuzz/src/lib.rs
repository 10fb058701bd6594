//! What outside bytes may do to axiom: nothing but an error.
//!
//! Each target is a plain function of bytes that panics where axiom breaks a promise, and tells whether it took the
//! bytes for what they should be. The fuzzer runs it on bytes that it makes up (`cargo xtask fuzz`, nightly Rust), the
//! tests on checked-in seeds and some thousand changes of them (`cargo xtask test --only fuzz`, stable Rust).

pub mod changes;
mod events;
mod fixture;
mod key_records;
mod logs;
mod messages;
mod notes;
mod personal_data;
mod scans;
mod tokens;
mod trees;

pub use events::{cloudtrail, event};
pub use key_records::key_record;
pub use logs::{entry, journal, segment};
pub use messages::{aws_esdk, frames, message};
pub use notes::{checkpoint, key, note, proof};
pub use personal_data::{pii, pii_config, pii_csv, pii_json, pii_stream};
pub use scans::sqli;
pub use tokens::{revocations, token};
pub use trees::{tile_path, tile_tree};

/// A function of bytes under its name, which is also that of its seeds.
pub type Target = (&'static str, fn(&[u8]) -> bool);

/// Every target.
pub const TARGETS: [Target; 23] = [
    ("aws_esdk", aws_esdk),
    ("checkpoint", checkpoint),
    ("cloudtrail", cloudtrail),
    ("entry", entry),
    ("event", event),
    ("frames", frames),
    ("journal", journal),
    ("key", key),
    ("key_record", key_record),
    ("message", message),
    ("note", note),
    ("pii", pii),
    ("pii_config", pii_config),
    ("pii_csv", pii_csv),
    ("pii_json", pii_json),
    ("pii_stream", pii_stream),
    ("proof", proof),
    ("revocations", revocations),
    ("segment", segment),
    ("sqli", sqli),
    ("tile_path", tile_path),
    ("tile_tree", tile_tree),
    ("token", token),
];
