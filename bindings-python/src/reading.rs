//! Reading logs back: `axiom.entries` and `axiom.export`.

use std::collections::VecDeque;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axiom_audit::export::{self, Csv, Format, Json, JsonLines, StoredEntry};
use axiom_audit::{FileStore, Store};
use axiom_core::{LogId, OrganizationId, open_fields};
use axiom_crypto::{FieldSealer, KeyFile};
use pollster::block_on;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tempfile::NamedTempFile;

use crate::error::{ArgumentError, NotFoundError, argument, audit, crypto, file, opening};
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
    fn new(py: Python<'_>, directory: PathBuf, org: Option<String>, seal_key: Option<PathBuf>) -> PyResult<Self> {
        py.detach(|| {
            let fields = seal_key.map(KeyFile::open).transpose().map_err(|error| crypto(&error))?;
            let fields = fields.map(|key| FieldSealer::new(Arc::new(key)));
            let (store, logs) = open(&directory, org.as_deref())?;
            Ok(Self { store, logs: logs.into(), next: 0, fields })
        })
    }

    /// The next entries, each a JSON object; none once there are no more.
    fn page<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let entries = py.detach(|| self.next_page())?;
        Ok(entries.iter().map(|entry| PyBytes::new(py, entry)).collect())
    }
}

impl Entries {
    fn next_page(&mut self) -> PyResult<Vec<Vec<u8>>> {
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
    fn describe(&self, line: Vec<u8>) -> PyResult<Vec<u8>> {
        let mut entry = StoredEntry::read(line).map_err(|error| audit(&error))?;
        if let Some(fields) = &self.fields {
            let opened = block_on(open_fields(entry.event_mut(), fields)).map_err(|error| opening(&error))?;
            if let Some(error) = opened.closed.first() {
                return Err(opening(error));
            }
        }
        described(&entry)
    }
}

/// How many bytes are read at a time.
const PAGE: usize = 1 << 18;
