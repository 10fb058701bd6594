//! The same road as in `quickstart`, with input that nobody here wrote: AWS CloudTrail log files.
//!
//! ```sh
//! cargo run --example cloudtrail                       # the records that come with the project
//! cargo run --example cloudtrail -- 2026-03-01/*.gz    # your own, plain or gzipped
//! ```

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};

use anstream::println;
use axiom_audit::import::cloudtrail;
use axiom_core::{Event, SealPaths};
use axiom_examples::{Result, Session};

fn main() -> Result<()> {
    let mut files: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        files.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/cloudtrail.json"));
    }
    let mut events = Vec::new();
    for file in &files {
        events.extend(read_records(file)?);
    }

    let directory = tempfile::tempdir()?;
    let session = Session::create(directory.path())?;
    session
        .record(&events, SealPaths::none().and("/metadata/requestParameters")?.and("/metadata/responseElements")?)?;
    session.show(6)?;
    let notes = session.sign()?;
    session.verify(&notes)?;
    session.attack(&notes)?;
    session.export()
}

/// The records of one file as events; one that is none is named and passed over.
fn read_records(path: &Path) -> Result<Vec<Event>> {
    let failed = |error: &dyn core::fmt::Display| format!("could not read {}: {error}", path.display());
    let file = File::open(path).map_err(|error| failed(&error))?;
    let records = cloudtrail::events(file).map_err(|error| failed(&error))?;
    let refused = records.iter().filter_map(|record| record.as_ref().err());
    refused.for_each(|error| println!("{}: {error}", path.display()));
    Ok(records.into_iter().filter_map(core::result::Result::ok).collect())
}
