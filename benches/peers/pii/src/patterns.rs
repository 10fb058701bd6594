//! Expressions for what a scanner for personal data looks for.

use hyperscan::prelude::*;

/// All of them, to be matched at once.
pub(crate) fn all() -> Patterns {
    EXPRESSIONS.iter().enumerate().map(|(id, expression)| pattern(id, expression)).collect()
}

fn pattern(id: usize, expression: &str) -> Pattern {
    let mut pattern = Pattern::new(expression).expect("an expression of the table");
    pattern.id = Some(id);
    pattern
}

/// Cards, accounts, numbers of persons, addresses and keys, as their formats are published.
const EXPRESSIONS: [&str; 30] = [
    r"\b[3-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}\b",
    r"\b3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b",
    r"\b[A-Z]{2}\d{2}[ ]?([A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}\b",
    r"\b\d{3}[- ]\d{2}[- ]\d{4}\b",
    r"\b9\d{2}-[5-9]\d-\d{4}\b",
    r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\b",
    r"\+\d{1,3}[ .-]?\(?\d{1,4}\)?([ .-]?\d{2,4}){2,4}\b",
    r"\(?\b[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}\b",
    r"\b((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)\b",
    r"\b([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b",
    r"\b([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b",
    r"\b[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}\b",
    r"\b[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]\b",
    r"\b[STFGM]\d{7}[A-Z]\b",
    r"\b(\d{8,9}|[TS]\d{2}[A-Z]{2}\d{4})[A-Z]\b",
    r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
    r"\b\d{3}[ -]\d{3}[ -]\d{4}\b",
    r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b",
    r"\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}\b",
    r"\b[XYZ]?\d{7,8}-?[A-Z]\b",
    r"\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b",
    r"\b(passport|routing|account|dob|born)[^0-9]{1,24}[A-Z]?\d{6,12}\b",
    r"\b(19|20)\d{2}[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])\b",
    r"\b(A3T[A-Z0-9]|AKIA|ASIA)[A-Z0-9]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    r"\bxox[abeprs]-[A-Za-z0-9-]{20,}",
    r"\b(sk|rk)_(live|test)_[A-Za-z0-9]{16,}",
    r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    r"\b([13][a-km-zA-HJ-NP-Z1-9]{25,34}|bc1[a-z0-9]{11,71}|0x[0-9a-fA-F]{40})\b",
];
