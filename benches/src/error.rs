//! What can go wrong while measuring.

use std::io;

/// Why a bench could not run to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The log could not be written or read.
    #[error("the log could not be written or read")]
    Audit(#[from] axiom_audit::Error),
    /// What is measured against failed.
    #[error("the baseline failed")]
    Baseline(#[source] Box<dyn core::error::Error + Send + Sync>),
    /// A key could not be made.
    #[error("a key could not be made")]
    Crypto(#[from] axiom_crypto::Error),
    /// An event could not be made.
    #[error("an event could not be made")]
    Event(#[from] axiom_core::Error),
    /// A file could not be written.
    #[error("a file could not be written")]
    Io(#[from] io::Error),
    /// The ratios could not be written as JSON.
    #[error("the ratios could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// Cargo did not say where the target directory is.
    #[error("cargo did not say where the target directory is")]
    Target(#[from] cargo_metadata::Error),
}
