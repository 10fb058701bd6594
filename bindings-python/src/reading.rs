//! Reading logs back: `axiom.entries` and `axiom.export`.

use std::collections::VecDeque;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axiom_audit::export::{self, Csv, Format, Json, JsonLines, StoredEntry};
use axiom_audit::{FileStore, Store};
use axiom_core::{LogId, OrganizationId, SealError, open_fields};
use axiom_crypto::{FieldSealer, KeyFile};
use pollster::block_on;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tempfile::NamedTempFile;

use crate::error::{ArgumentError, NotFoundError, argument, audit, crypto, file, opening};
use crate::key_tree::KeyTree;
use crate::query::described;

/// The logs in one form, as bytes.
#[pyfunction]
pub(crate) fn export_bytes<'py>(
    py: Python<'py>,
    directory: PathBuf,
    format: &str,
    org: Option<&str>,
) -> PyResult<Bound<'py, PyBytes>> {
    let write = || {
        let mut bytes = Vec::new();
        write_logs(&directory, format, org, &mut bytes).map(|_| bytes)
    };
    Ok(PyBytes::new(py, &py.detach(write)?))
}

/// Writes the logs to a file and answers how many entries there were.
///
/// The file appears whole or not at all, readable by its owner alone, and replaces one that is there.
#[pyfunction]
pub(crate) fn export_file(
    py: Python<'_>,
    directory: PathBuf,
    format: &str,
    org: Option<&str>,
    path: PathBuf,
) -> PyResult<u64> {
    py.detach(|| {
        let mut out = BufWriter::new(temporary(&path).map_err(|error| file("create", &path, &error))?);
        let exported = write_logs(&directory, format, org, &mut out)?;
        finish(out, &path).map_err(|error| file("write", &path, &error))?;
        Ok(exported)
    })
}

fn write_logs(directory: &Path, format: &str, org: Option<&str>, out: &mut (dyn Write + Send)) -> PyResult<u64> {
    let mut format: Box<dyn Format + Send> = match format {
        "csv" => Box::new(Csv),
        "json" => Box::new(Json::new()),
        "jsonl" => Box::new(JsonLines),
        _ => return Err(ArgumentError::new_err("format: must be csv, json or jsonl")),
    };
    let (store, logs) = open(directory, org)?;
    block_on(export::export(&store, &logs, &mut *format, out)).map_err(|error| audit(&error))
}

/// The logs of one organization, or all of them.
pub(crate) fn open(directory: &Path, org: Option<&str>) -> PyResult<(FileStore, Vec<LogId>)> {
    let org: Option<OrganizationId> = org.map(str::parse).transpose().map_err(|error| argument("org", &error))?;
    let store = FileStore::read_only(directory).map_err(|error| audit(&error))?;
    let mut logs = block_on(store.logs()).map_err(|error| audit(&error))?;
    if let Some(org) = org {
        logs.retain(|log| log.organization == org);
        if logs.is_empty() {
            return Err(NotFoundError::new_err(format!("there is no log of the organization {org}")));
        }
    }
    Ok((store, logs))
}

fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => NamedTempFile::new_in(parent),
        _ => NamedTempFile::new_in("."),
    }
}

fn finish(out: BufWriter<NamedTempFile>, path: &Path) -> io::Result<()> {
    let written = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    written.as_file().sync_all()?;
    written.persist(path)?;
    Ok(())
}

/// The entries of the logs, page by page.
#[pyclass(module = "axiom._axiom")]
pub(crate) struct Entries {
    store: FileStore,
    logs: VecDeque<LogId>,
    next: u64,
    fields: Option<FieldSealer>,
}

#[pymethods]
impl Entries {
    #[new]
    fn new(
        py: Python<'_>,
        directory: PathBuf,
        org: Option<String>,
        seal_key: Option<PathBuf>,
        keys: Option<PyRef<'_, KeyTree>>,
    ) -> PyResult<Self> {
        let keys = keys.map(|keys| FieldSealer::with_keys(keys.0.clone()));
        py.detach(|| {
            let key = seal_key.map(KeyFile::open).transpose().map_err(|error| crypto(&error))?.map(Arc::new);
            let fields = match (keys, key) {
                (Some(keys), Some(key)) => Some(keys.and_opens(key)),
                (None, Some(key)) => Some(FieldSealer::new(key)),
                (keys, None) => keys,
            };
            let (store, logs) = open(&directory, org.as_deref())?;
            Ok(Self { store, logs: logs.into(), next: 0, fields })
        })
    }

    /// The next entries, each a JSON object and the fields whose keys are gone; none once there are no more.
    fn page<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<(Bound<'py, PyBytes>, Closed)>> {
        let entries = py.detach(|| self.next_page())?;
        Ok(entries.into_iter().map(|(entry, closed)| (PyBytes::new(py, &entry), closed)).collect())
    }
}

impl Entries {
    fn next_page(&mut self) -> PyResult<Vec<(Vec<u8>, Closed)>> {
        while let Some(log) = self.logs.front() {
            let lines = block_on(self.store.read(log, self.next, PAGE)).map_err(|error| audit(&error))?;
            if lines.is_empty() {
                self.check_end(log)?;
                self.logs.pop_front();
                self.next = 0;
                continue;
            }
            self.next += lines.len() as u64;
            return lines.into_iter().map(|line| self.describe(line)).collect();
        }
        Ok(Vec::new())
    }

    /// A log that gives no more lines must have none.
    fn check_end(&self, log: &LogId) -> PyResult<()> {
        let size = block_on(self.store.head(log)).map_err(|error| audit(&error))?.size;
        if self.next < size {
            let reason = format!("it cannot be read beyond entry {}, and has {size}", self.next);
            return Err(audit(&axiom_audit::Error::Damaged { log: log.to_string(), reason }));
        }
        Ok(())
    }

    /// The entry as the JSON export writes it, its sealed fields opened where there is a key.
    fn describe(&self, line: Vec<u8>) -> PyResult<(Vec<u8>, Closed)> {
        let mut closed = Closed::new();
        let mut entry = StoredEntry::read(line).map_err(|error| audit(&error))?;
        if let Some(fields) = &self.fields {
            let opened = block_on(open_fields(entry.event_mut(), fields)).map_err(|error| opening(&error))?;
            for error in &opened.closed {
                closed.push(without_key(error).ok_or_else(|| opening(error))?);
            }
        }
        Ok((described(&entry)?, closed))
    }
}

/// Pointers of fields that do not open, each with what became of its key: `erased` or `revoked`.
type Closed = Vec<(String, &'static str)>;

/// What became of the key, where that is why a field does not open.
fn without_key(error: &axiom_core::Error) -> Option<(String, &'static str)> {
    let axiom_core::Error::Seal { pointer, source } = error else { return None };
    match source {
        source if source.is_erased() => Some((pointer.clone(), "erased")),
        // All that can be wrong but the state of the key has one opaque message.
        source if source.to_string() != SealError::opening().to_string() => Some((pointer.clone(), "revoked")),
        _ => None,
    }
}

/// How many bytes are read at a time.
const PAGE: usize = 1 << 18;
