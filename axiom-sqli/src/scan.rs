//! The scan: every reading of the input, and the worst of them.

use crate::context::Context;
use crate::eight::find;
use crate::reader::Reader;
use crate::report::Report;
use crate::rule::Mode;

/// Scans `input`, which need not be UTF-8.
///
/// A field is read as it would stand bare, in `'…'` and in `"…"`; a statement and a prompt as they are. What speaks
/// most for an attack is reported. Nothing is allocated; time grows linearly with the input.
///
/// ```
/// use axiom_sqli::{Category, Mode, scan};
///
/// let report = scan("x' union select password from users --", Mode::Field);
/// assert!(report.is_blocked());
/// assert!(report.categories.contains(Category::Union));
/// assert_eq!(report.span, Some(3..38));
///
/// assert!(!scan("the dog's dinner or the cat's", Mode::Field).is_blocked());
/// ```
#[must_use]
pub fn scan(input: impl AsRef<[u8]>, mode: Mode) -> Report {
    let input = input.as_ref();
    let mut worst = Reader::read(input, Context::BARE, mode);
    if mode != Mode::Statement
        && let Some(mark) = find(input, 0, *b"'\"")
    {
        for context in [b'\'', b'"'].into_iter().filter_map(|quote| Context::quoted(input, quote, mark)) {
            let evidence = Reader::read(input, context, mode);
            if evidence.score() > worst.score() {
                worst = evidence;
            }
        }
    }
    Report::new(worst, mode)
}
