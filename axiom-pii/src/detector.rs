//! Detectors of the host's own: what rules cannot find.

use core::fmt;
use std::sync::Arc;

use axiom_core::Finding;

/// Finds types of the host's own, or more of a type of the catalogue.
///
/// This is the place for a model that recognizes names of persons and postal addresses: rules cannot, and this crate
/// does not try. Its findings are treated like all others: minimum scores, actions, allow lists and placeholders hold for
/// them, and where they overlap others the better one stays.
///
/// ```
/// use axiom_core::Finding;
/// use axiom_pii::{Detector, Scanner};
///
/// /// Knows the staff by name.
/// struct Staff;
///
/// impl Detector for Staff {
///     fn types(&self) -> Vec<String> {
///         vec!["person".into()]
///     }
///
///     fn detect(&self, _field: &str, text: &str, findings: &mut Vec<Finding>) {
///         for (start, name) in text.match_indices("Ada Lovelace") {
///             findings.push(Finding::new("person", start..start + name.len(), 0.9));
///         }
///     }
/// }
///
/// let scanner = Scanner::builder().detector(Staff).build()?;
/// let redacted = scanner.redact("Ada Lovelace, ada@example.com", &mut Vec::new());
/// assert_eq!(redacted, "[REDACTED:person], [REDACTED:email]");
/// # Ok::<(), axiom_pii::Error>(())
/// ```
pub trait Detector: Send + Sync {
    /// The names of the types it reports, in lower snake case.
    ///
    /// Asked for once, when the scanner is built. A name of the catalogue is refused unless
    /// [`ScannerBuilder::extends`](crate::ScannerBuilder::extends) says that it is meant.
    fn types(&self) -> Vec<String>;

    /// Appends what stands in `text`, the value of `field`, which is empty where the text has no name.
    ///
    /// Ranges are bytes of `text`. The scanner sets the action and the pointer. What is not well-formed is hidden rather
    /// than shown: a range is cut to the text and widened to whole characters, a score that is no number counts as 1.0.
    /// Empty ranges are dropped, and so are types that [`types`](Self::types) does not name.
    ///
    /// [`Scanner::redact`](crate::Scanner::redact) asks again about the text with its findings replaced, so a slow detector
    /// should remember its answers. The time that it takes is its own affair: the promise that scanning is linear ends
    /// here.
    fn detect(&self, field: &str, text: &str, findings: &mut Vec<Finding>);
}

/// A detector that a scanner shares with its clones.
#[derive(Clone)]
pub(crate) struct Hosted(pub(crate) Arc<dyn Detector>);

impl fmt::Debug for Hosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Detector")
    }
}
