//! JSON: one line an entry, or one array.

use std::io::{self, Write};

use axiom_core::{Object, Value};

use super::{Format, StoredEntry};

/// The stored lines themselves, byte for byte: what is hashed, and what an outside verifier needs.
#[derive(Debug, Default)]
pub struct JsonLines;

impl Format for JsonLines {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn entry(&mut self, entry: &StoredEntry, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(entry.line())?;
        out.write_all(b"\n")
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// One array of objects with the members of the entry and its `hash`.
#[derive(Debug, Default)]
pub struct Json {
    began: bool,
}

impl Json {
    /// A new array.
    #[must_use]
    pub const fn new() -> Self {
        Self { began: false }
    }
}

impl Format for Json {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn entry(&mut self, entry: &StoredEntry, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.began { b",\n" } else { b"\n" })?;
        self.began = true;
        serde_json::to_writer(out, &described(entry)).map_err(io::Error::from)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.began { b"\n]\n" } else { b"]\n" })
    }
}

fn described(entry: &StoredEntry) -> Object {
    let mut object = Object::new();
    let members: [(&str, Value); 6] = [
        ("event", entry.event().clone().into()),
        ("hash", entry.hash().to_string().into()),
        ("log", entry.log().as_str().into()),
        ("prev", entry.prev().to_string().into()),
        ("seq", entry.seq().into()),
        ("v", 1.into()),
    ];
    for (name, value) in members {
        object.insert(name, value).expect("the names are ASCII");
    }
    object
}
