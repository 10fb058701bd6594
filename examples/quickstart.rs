//! The whole road in one program: a session of a cloud agent is recorded, protected, chained, signed, verified,
//! attacked and exported.
//!
//! ```sh
//! cargo run --example quickstart                          # the session that comes with the project, in a temporary directory
//! cargo run --example quickstart -- events.jsonl ./logs   # your own events, one JSON object a line, in a directory that stays
//! ```

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anstream::println;
use axiom_core::{Event, SealPaths};
use axiom_examples::{Result, Session};

fn main() -> Result<()> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let events = read_events(&arguments.next().unwrap_or_else(session_file))?;

    let temporary = tempfile::tempdir()?;
    let kept = arguments.next();
    let session = Session::create(kept.as_deref().unwrap_or(temporary.path()))?;

    session.record(&events, SealPaths::states().and("/metadata/roleArn")?)?;
    session.show(4)?;
    let notes = session.sign()?;
    session.verify(&notes)?;
    session.attack(&notes)?;
    session.export()?;
    if kept.is_none() {
        println!("\nThat was a temporary directory; name one as the second argument to keep it.");
    }
    Ok(())
}

/// The session that comes with the project.
fn session_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/agent_session.jsonl")
}

/// One event a line; a bad line is named.
fn read_events(path: &Path) -> Result<Vec<Event>> {
    let text = fs::read(path).map_err(|error| format!("could not read {}: {error}", path.display()))?;
    let lines = text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    let parse = |(index, line)| Event::from_json(line).map_err(|error| format!("line {}: {error}", index + 1).into());
    lines.map(parse).collect()
}
