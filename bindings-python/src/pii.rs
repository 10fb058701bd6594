//! Personal data in text: `axiom.pii`.

use axiom_core::Finding;
use axiom_pii::{Scanner, catalogue, checksum, number};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::{ArgumentError, pii};
use crate::finding::{FindingTuple, count_code_points, tuple};

/// What stands in `text`.
#[pyfunction]
pub(crate) fn scan(
    text: &Bound<'_, PyString>,
    types: Option<Vec<String>>,
    min_score: Option<f32>,
    regions: Vec<String>,
) -> PyResult<Vec<FindingTuple>> {
    let scanner = scanner(types, min_score, regions)?;
    let characters = characters(text)?;
    let findings = unlocked(text.py(), characters.len(), || {
        let mut findings: Vec<Finding> = Vec::new();
        scanner.scan(characters, &mut findings);
        count_code_points(characters, &mut findings);
        findings
    });
    Ok(findings.into_iter().map(tuple).collect())
}

/// `text` with placeholders in place of what stands in it.
#[pyfunction]
pub(crate) fn redact(
    text: &Bound<'_, PyString>,
    types: Option<Vec<String>>,
    min_score: Option<f32>,
    regions: Vec<String>,
) -> PyResult<String> {
    let scanner = scanner(types, min_score, regions)?;
    let characters = characters(text)?;
    Ok(unlocked(text.py(), characters.len(), || scanner.redact(characters, &mut Vec::new()).into_owned()))
}

/// The names of the types that are known.
#[pyfunction]
pub(crate) fn types() -> Vec<&'static str> {
    catalogue().iter().map(|kind| kind.name).collect()
}

/// Whether `value`, without separators, satisfies the rule of this name; `None` where there is none.
#[pyfunction]
pub(crate) fn validate(rule: &str, value: &str) -> Option<bool> {
    let mut rules = number::rules().chain(checksum::rules());
    rules.find(|(name, _)| *name == rule).map(|(_, rule)| rule(value.as_bytes()))
}

/// The names of the rules that values can be held against.
#[pyfunction]
pub(crate) fn rules() -> Vec<&'static str> {
    number::rules().chain(checksum::rules()).map(|(name, _)| name).collect()
}

fn scanner(types: Option<Vec<String>>, min_score: Option<f32>, regions: Vec<String>) -> PyResult<Scanner> {
    let mut builder = Scanner::builder().regions(regions);
    if let Some(types) = types {
        builder = builder.types(types);
    }
    if let Some(score) = min_score {
        builder = builder.min_score(score);
    }
    builder.build().map_err(|error| pii(&error))
}

pub(crate) fn characters<'a>(text: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    text.to_str().map_err(|_| ArgumentError::new_err("the text holds a lone surrogate, which is no character"))
}

/// Lets other threads run meanwhile, where the text is so long that this pays.
pub(crate) fn unlocked<T: Send>(py: Python<'_>, length: usize, work: impl FnOnce() -> T + Send) -> T {
    if length < WORTH_UNLOCKING { work() } else { py.detach(work) }
}

/// Shorter texts are scanned in the time that handing over takes.
const WORTH_UNLOCKING: usize = 2048;
