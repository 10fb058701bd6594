//! Scratch: memory that scans use again.

use axiom_core::Finding;

use crate::fold::Folded;

/// Memory that scans use again, for [`Scanner::scan_in`](crate::Scanner::scan_in).
///
/// It grows to what the texts need and keeps nothing of them beyond the next scan but in its unused bytes. One a thread
/// is enough; any scanner may use it.
///
/// ```
/// use axiom_pii::{Scanner, Scratch};
///
/// let (scanner, mut scratch, mut findings) = (Scanner::new(), Scratch::default(), Vec::new());
/// for text in ["bob@example.com", "４１１１ １１１１ １１１１ １１１１"] {
///     findings.clear();
///     scanner.scan_in(&mut scratch, "", text, &mut findings);
///     assert_eq!(findings.len(), 1);
/// }
/// ```
#[derive(Default)]
pub struct Scratch {
    pub(crate) folded: Folded,
    /// What stands in the folded text.
    pub(crate) hidden: Vec<Finding>,
}

impl core::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}
