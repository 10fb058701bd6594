//! Export: what is in a log, in forms that others read.

use std::io::{self, Write};
use std::sync::Arc;

use axiom_core::{Digest, LogId, Object, Origin};

use crate::entry::{Links, leaf_hash};
use crate::error::Error;
use crate::store::{Store, each_line};

mod csv;
mod json;

pub use self::csv::Csv;
pub use self::json::{Json, JsonLines};

/// Writes entries in one form; pure but for the writer it is given.
pub trait Format {
    /// Writes what stands before the first entry.
    ///
    /// # Errors
    /// What the writer says.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()>;

    /// Writes one entry.
    ///
    /// # Errors
    /// What the writer says.
    fn entry(&mut self, entry: &StoredEntry, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what stands after the last entry.
    ///
    /// # Errors
    /// What the writer says.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// An entry as it was read back from a store.
///
/// ```
/// use axiom_audit::export::StoredEntry;
///
/// let prev = "0".repeat(64);
/// let line = format!(r#"{{"event":{{"id":"x"}},"log":"audit.example.com/9f/material","prev":"{prev}","seq":7,"v":1}}"#);
/// let entry = StoredEntry::read(line.into_bytes())?;
/// assert_eq!(entry.seq(), 7);
/// assert!(StoredEntry::read(b"{}".to_vec()).is_err());
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    line: Vec<u8>,
    log: Origin,
    seq: u64,
    prev: Digest,
    hash: Digest,
    event: Object,
}

impl StoredEntry {
    /// Reads a line of a log.
    ///
    /// # Errors
    /// [`Error::Damaged`] where it is not an entry.
    pub fn read(line: Vec<u8>) -> Result<Self, Error> {
        let parsed = Links::read(&line).and_then(|links| {
            let event: Object = serde_json::from_slice(links.event).ok()?;
            Some((links.log.parse::<Origin>().ok()?, links.seq, links.prev, event))
        });
        let damaged = || {
            let (log, seq) = Links::read(&line).map_or(("unknown", None), |links| (links.log, Some(links.seq)));
            let reason =
                seq.map_or("a line is not an entry".into(), |seq| format!("the event of entry {seq} is not one"));
            Error::Damaged { log: log.escape_debug().to_string(), reason }
        };
        let (log, seq, prev, event) = parsed.ok_or_else(damaged)?;
        let hash = leaf_hash(&line);
        Ok(Self { line, log, seq, prev, hash, event })
    }

    /// The line as it is stored, without its newline: the bytes that are hashed.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// The log's name.
    #[must_use]
    pub const fn log(&self) -> &Origin {
        &self.log
    }

    /// The place in the log, from 0.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The leaf hash of the entry before.
    #[must_use]
    pub const fn prev(&self) -> Digest {
        self.prev
    }

    /// The leaf hash.
    #[must_use]
    pub const fn hash(&self) -> Digest {
        self.hash
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> &Object {
        &self.event
    }

    /// The event, to have its sealed fields opened.
    pub const fn event_mut(&mut self) -> &mut Object {
        &mut self.event
    }
}

/// Writes all entries of `logs` to `out`, one log after another, and returns how many there were.
///
/// It reads page by page, so memory does not grow with the logs. It does not verify: that is what the verifier is for.
///
/// ```
/// use axiom_audit::{MemoryStore, Naming, export};
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let mut out = Vec::new();
/// pollster::block_on(export::export(&store, &[], &mut export::Json::new(), &mut out))?;
/// assert_eq!(out, b"[]\n");
/// # Ok::<(), axiom_audit::Error>(())
/// ```
///
/// # Errors
/// [`Error::Damaged`] where a line is not an entry, [`Error::Store`] where the store cannot be read or `out` not
/// written.
pub async fn export<S: Store + ?Sized>(
    store: &S,
    logs: &[LogId],
    format: &mut (dyn Format + Send),
    out: &mut (dyn Write + Send),
) -> Result<u64, Error> {
    let mut exported = 0;
    format.begin(out).map_err(unwritten)?;
    for log in logs {
        let end = store.head(log).await?.size;
        let write = &mut |line| format.entry(&StoredEntry::read(line)?, out).map_err(unwritten);
        each_line(store, log, 0..end, write).await?;
        exported += end;
    }
    format.end(out).map_err(unwritten)?;
    Ok(exported)
}

fn unwritten(source: io::Error) -> Error {
    Error::Store { store: "any", action: "could not write the export".into(), source: Arc::new(source) }
}
