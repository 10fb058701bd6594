//! The native half of the Python package `axiom`: `axiom._axiom`.
//!
//! It hands plain Python values over and back; what a Python programmer sees (classes, defaults, documentation) is
//! written in Python, in `python/axiom`. Every call that may take long lets other Python threads run meanwhile.

#![forbid(unsafe_code)]
#![expect(clippy::needless_pass_by_value, reason = "PyO3 makes arguments anew and hands them over")]

mod blind_index;
mod crypto;
mod directory;
mod error;
mod event;
mod finding;
mod key_tree;
mod moment;
mod pii;
mod query;
mod reading;
mod recorder;
mod reload;
mod scanner;
mod secrets;
mod sqli;
mod tokens;
mod verification;

/// The module `axiom._axiom`; its stubs are in `_axiom.pyi`.
#[pyo3::pymodule]
mod _axiom {
    #[pymodule_export]
    use crate::blind_index::BlindIndex;
    #[pymodule_export]
    use crate::crypto::{Encryptor, PreparedContext, describe, describe_file, generate_key, open, seal};
    #[pymodule_export]
    use crate::key_tree::KeyTree;
    #[pymodule_export]
    use crate::pii::{redact, rules, scan, types, validate};
    #[pymodule_export]
    use crate::query::query;
    #[pymodule_export]
    use crate::reading::{Entries, export_bytes, export_file};
    #[pymodule_export]
    use crate::recorder::Recorder;
    #[pymodule_export]
    use crate::reload::ReloadingSecret;
    #[pymodule_export]
    use crate::scanner::{Scanner, StreamRedactor};
    #[pymodule_export]
    use crate::secrets::{Ephemeral, Secret, TempCredential, generate_secret};
    #[pymodule_export]
    use crate::sqli::{scan_bytes, scan_text, sqli_decode, sqli_rules};
    #[pymodule_export]
    use crate::tokens::{TokenIssuer, TokenVerifier, generate_signing_key, inspect_token};
    #[pymodule_export]
    use crate::verification::verify;
}
