//! Fields: the texts of a document, each scanned under the name that it has there.

use axiom_core::Finding;

use crate::scanner::Scanner;

/// Appends what stands in a text (the second argument) of a field (the first) to the findings.
pub(crate) type Find<'a> = dyn Fn(&str, &str, &mut Vec<Finding>) + 'a;

/// Finds what stands in a text.
pub(crate) fn finding(scanner: &Scanner) -> impl Fn(&str, &str, &mut Vec<Finding>) {
    |field, text, findings| scanner.scan_field(field, text, findings)
}

/// Finds what is to be redacted of a text, so that nothing is left to redact.
pub(crate) fn settling(scanner: &Scanner) -> impl Fn(&str, &str, &mut Vec<Finding>) {
    |field, text, findings| scanner.each_window(field, text, |finding| findings.push(finding))
}
