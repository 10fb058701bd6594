//! SQL injection in texts: `axiom.sqli`.

use axiom_sqli::{Category, Decoding, Mode, Report, decode, rules, scan};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::error::ArgumentError;

/// The arguments of `axiom.sqli.Report`: score, blocked, categories, start, end, rule, dialects, explanation.
pub(crate) type ReportTuple =
    (f64, bool, Vec<&'static str>, Option<usize>, Option<usize>, Option<&'static str>, Vec<&'static str>, String);

/// The arguments of `axiom.sqli.Rule`.
pub(crate) type RuleTuple = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

/// What the scan of `text` tells, with places in code points.
#[pyfunction]
pub(crate) fn scan_text(text: &Bound<'_, PyString>, mode: &str) -> PyResult<ReportTuple> {
    let mode = named(mode)?;
    let characters =
        text.to_str().map_err(|_| ArgumentError::new_err("the text holds a lone surrogate, which is no character"))?;
    let report = text.py().detach(|| scan(characters, mode));
    let code_point = |byte: usize| count_code_points(&characters.as_bytes()[..byte]);
    Ok(tuple(&report, code_point))
}

/// What the scan of `data` tells, with places in bytes.
#[pyfunction]
pub(crate) fn scan_bytes(data: &Bound<'_, PyBytes>, mode: &str) -> PyResult<ReportTuple> {
    let (mode, bytes) = (named(mode)?, data.as_bytes());
    let report = data.py().detach(|| scan(bytes, mode));
    Ok(tuple(&report, |byte| byte))
}

/// `data` as it is once `decodings` are undone, one after the other.
#[pyfunction]
pub(crate) fn sqli_decode<'py>(data: &Bound<'py, PyBytes>, decodings: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
    let known = |name: &String| Decoding::ALL.into_iter().find(|known| known.as_str() == name);
    let decodings: Option<Vec<Decoding>> = decodings.iter().map(known).collect();
    let decodings = decodings.ok_or_else(|| {
        ArgumentError::new_err(format!("a decoding must be one of {}", Decoding::ALL.map(Decoding::as_str).join(", ")))
    })?;
    let bytes = data.as_bytes();
    let decoded = data.py().detach(|| decode(bytes, &decodings));
    Ok(PyBytes::new(data.py(), &decoded))
}

/// The rules: id, category, meaning, mode, attack, benign.
#[pyfunction]
pub(crate) fn sqli_rules() -> Vec<RuleTuple> {
    let row = |rule: &axiom_sqli::Rule| {
        (rule.id, rule.category.as_str(), rule.meaning, rule.mode.as_str(), rule.attack, rule.benign)
    };
    rules().iter().map(row).collect()
}

fn named(mode: &str) -> PyResult<Mode> {
    let known = Mode::ALL.into_iter().find(|known| known.as_str() == mode);
    known.ok_or_else(|| ArgumentError::new_err("the mode must be field, prompt or statement"))
}

fn tuple(report: &Report, place: impl Fn(usize) -> usize) -> ReportTuple {
    let span = report.span.as_ref();
    (
        (f64::from(report.score) * 10_000.0).round() / 10_000.0,
        report.is_blocked(),
        report.categories.iter().map(Category::as_str).collect(),
        span.map(|span| place(span.start)),
        span.map(|span| place(span.end)),
        report.rule.map(|rule| rule.id),
        report.dialects.names().collect(),
        report.explain().to_string(),
    )
}

/// The characters that begin in `bytes`, which may end within one.
fn count_code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}
