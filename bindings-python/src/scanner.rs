//! Scanners with settings of the host, and streams: `axiom.pii.Scanner`, `axiom.pii.StreamRedactor`.

use std::sync::Arc;

use axiom_core::{EnforcementPoint, Finding};
use axiom_crypto::DerivedPseudonymKeys;
use axiom_pii::{Blocked, Config, Csv, Delimiter, DocumentError, Json, Operators, StreamRedactor as Redactor};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::error::{ArgumentError, BlockedError, DocumentError as Malformed, argument, pii};
use crate::finding::{FindingTuple, count_code_points, tuple};
use crate::pii::{characters, unlocked};
use crate::secrets::{Secret, key};

/// A text or document, and what was found in it.
type Redacted<'py, T> = PyResult<(Bound<'py, T>, Vec<FindingTuple>)>;

/// Finds and replaces personal data as its settings say.
#[pyclass(frozen, module = "axiom._axiom")]
pub(crate) struct Scanner {
    scanner: axiom_pii::Scanner,
    operators: Operators,
}

#[pymethods]
impl Scanner {
    /// Reads settings, in TOML or JSON; operators with keys need the organization and a master key.
    #[new]
    fn new(settings: &str, toml: bool, organization: Option<&str>, master: Option<&Secret>) -> PyResult<Self> {
        let read = if toml { Config::from_toml(settings) } else { Config::from_json(settings) };
        let config = read.map_err(|error| pii(&error))?;
        let mut operators = config.operators();
        match (organization, master) {
            (Some(organization), Some(master)) => {
                let organization = organization.parse().map_err(|error| argument("organization", &error))?;
                operators = operators.keys(organization, Arc::new(DerivedPseudonymKeys::new(key(master)?)));
            }
            (None, None) => {}
            _ => return Err(ArgumentError::new_err("organization and key go together")),
        }
        let operators = operators.build().map_err(|error| pii(&error))?;
        Ok(Self { scanner: config.scanner().map_err(|error| pii(&error))?, operators })
    }

    /// The same with the actions that hold at an enforcement point.
    fn at(&self, point: String) -> Self {
        Self { scanner: self.scanner.at(&EnforcementPoint::named(point)), operators: self.operators.clone() }
    }

    fn scan(&self, text: &Bound<'_, PyString>, field: &str) -> PyResult<Vec<FindingTuple>> {
        let characters = characters(text)?;
        Ok(unlocked(text.py(), characters.len(), || {
            let mut findings = Vec::new();
            self.scanner.scan_field(field, characters, &mut findings);
            counted(characters, findings)
        }))
    }

    fn redact<'py>(&self, text: &Bound<'py, PyString>, field: &str) -> Redacted<'py, PyString> {
        let characters = characters(text)?;
        let (redacted, findings) = unlocked(text.py(), characters.len(), || {
            let mut findings = Vec::new();
            let redacted = self.scanner.redact_with(&self.operators, field, characters, &mut findings);
            (redacted, counted(characters, findings))
        });
        Ok((PyString::new(text.py(), &redacted), findings))
    }

    fn enforce<'py>(&self, text: &Bound<'py, PyString>, field: &str) -> Redacted<'py, PyString> {
        let characters = characters(text)?;
        let enforced = unlocked(text.py(), characters.len(), || {
            let enforced = self.scanner.enforce_with(&self.operators, field, characters);
            enforced.map(|enforced| (enforced.text, counted(characters, enforced.findings)))
        });
        let (passed, findings) = enforced.map_err(|error| {
            BlockedError::new_err((error.to_string(), counted(characters, error.findings().to_vec())))
        })?;
        Ok((PyString::new(text.py(), &passed), findings))
    }

    /// The text with its sealed tokens opened, and how many did not open.
    fn reveal(&self, text: &str) -> (String, usize) {
        let revealed = self.operators.reveal(text);
        (revealed.text.into_owned(), revealed.closed.len())
    }

    fn scan_json(&self, py: Python<'_>, document: &[u8], characters: bool) -> PyResult<Vec<FindingTuple>> {
        let found = unlocked(py, document.len(), || {
            let mut found = Vec::new();
            let scanned = Json::new(&self.scanner).scan(document, |it| found.push(moved(&it.finding, &it.raw)));
            scanned.map(|()| places(document, found, characters))
        });
        found.map_err(|error| malformed(&error))
    }

    fn redact_json<'py>(&self, py: Python<'py>, document: &[u8], characters: bool) -> Redacted<'py, PyBytes> {
        let redacted = unlocked(py, document.len(), || {
            let mut found = Vec::new();
            let json = Json::new(&self.scanner).substitute(&self.operators);
            let redacted = json.redact(document, |it| found.push(moved(&it.finding, &it.raw)))?;
            Ok((redacted, places(document, found, characters)))
        });
        let (redacted, findings) = redacted.map_err(|error| malformed(&error))?;
        Ok((PyBytes::new(py, &redacted), findings))
    }

    fn redact_csv<'py>(
        &self,
        py: Python<'py>,
        table: &[u8],
        delimiter: &str,
        header: bool,
        characters: bool,
    ) -> Redacted<'py, PyBytes> {
        let mut csv = Csv::new(&self.scanner).substitute(&self.operators).delimiter(named(delimiter)?);
        if !header {
            csv = csv.without_header();
        }
        let redacted = unlocked(py, table.len(), || {
            let mut found = Vec::new();
            let redacted = csv.redact(table, |it| found.push(moved(&it.finding, &it.raw)))?;
            Ok((redacted, places(table, found, characters)))
        });
        let (redacted, findings) = redacted.map_err(|error| malformed(&error))?;
        Ok((PyBytes::new(py, &redacted), findings))
    }

    fn stream(&self, field: String) -> StreamRedactor {
        let redactor = Redactor::with(self.scanner.clone(), self.operators.clone()).field(field);
        StreamRedactor { redactor, pending: Vec::new(), byte: 0, character: 0 }
    }
}

/// Redacts a text that comes in chunks.
#[pyclass(module = "axiom._axiom")]
pub(crate) struct StreamRedactor {
    redactor: Redactor,
    /// The input that is not decided yet, and where it begins.
    pending: Vec<u8>,
    byte: usize,
    character: usize,
}

#[pymethods]
impl StreamRedactor {
    fn push<'py>(&mut self, py: Python<'py>, chunk: &[u8], characters: bool) -> Redacted<'py, PyBytes> {
        self.pending.extend_from_slice(chunk);
        let (mut out, redactor) = (Vec::new(), &mut self.redactor);
        let pushed = unlocked(py, chunk.len(), || redactor.push(chunk, &mut out));
        pushed.map_err(|error| self.refused(&error, characters))?;
        let findings = self.redactor.findings();
        let findings = self.located(findings, characters);
        self.forget();
        Ok((PyBytes::new(py, &out), findings))
    }

    fn finish<'py>(&mut self, py: Python<'py>, characters: bool) -> Redacted<'py, PyBytes> {
        let mut out = Vec::new();
        let finished = self.redactor.finish(&mut out).map_err(|error| self.refused(&error, characters));
        let findings = self.redactor.findings();
        let findings = self.located(findings, characters);
        self.pending.clear();
        (self.byte, self.character) = (0, 0);
        finished?;
        Ok((PyBytes::new(py, &out), findings))
    }
}

impl StreamRedactor {
    /// The findings, in code points of the whole input where `characters` count.
    fn located(&self, mut findings: Vec<Finding>, characters: bool) -> Vec<FindingTuple> {
        if characters {
            for finding in &mut findings {
                let count = |place: usize| self.character + code_points(&self.pending[..place - self.byte]);
                finding.range = count(finding.range.start)..count(finding.range.end);
            }
        }
        findings.into_iter().map(tuple).collect()
    }

    fn refused(&self, error: &Blocked, characters: bool) -> PyErr {
        BlockedError::new_err((error.to_string(), self.located(error.findings().to_vec(), characters)))
    }

    /// Drops the input that is decided.
    fn forget(&mut self) {
        let decided = self.redactor.decided() - self.byte;
        self.character += code_points(&self.pending[..decided]);
        self.pending.drain(..decided);
        self.byte += decided;
    }
}

/// How many code points begin in `bytes`.
fn code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

fn counted(text: &str, mut findings: Vec<Finding>) -> Vec<FindingTuple> {
    count_code_points(text, &mut findings);
    findings.into_iter().map(tuple).collect()
}

/// The finding at its place in the document.
fn moved(finding: &Finding, raw: &core::ops::Range<usize>) -> Finding {
    let mut finding = finding.clone();
    finding.range = raw.clone();
    finding
}

/// The findings of a document, which counts code points where it was handed over as `characters`.
fn places(document: &[u8], findings: Vec<Finding>, characters: bool) -> Vec<FindingTuple> {
    match core::str::from_utf8(document) {
        Ok(text) if characters => counted(text, findings),
        _ => findings.into_iter().map(tuple).collect(),
    }
}

fn named(delimiter: &str) -> PyResult<Delimiter> {
    match delimiter {
        "," => Ok(Delimiter::Comma),
        "|" => Ok(Delimiter::Pipe),
        ";" => Ok(Delimiter::Semicolon),
        "\t" => Ok(Delimiter::Tab),
        _ => Err(ArgumentError::new_err("delimiter: must be a comma, a semicolon, a tab or a vertical bar")),
    }
}

fn malformed(error: &DocumentError) -> PyErr {
    Malformed::new_err(error.to_string())
}
