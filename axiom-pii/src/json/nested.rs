//! Documents inside of strings: their escapes stand in the text of the string.

use std::borrow::Cow;

use axiom_core::Finding;

use super::escape::{self, Origins};
use crate::fields::Find;
use crate::overlap::resolve;
use crate::redact::{Placeholders, replace};
use crate::settle::{ROUNDS, add_new};

/// What `find` finds in `text` as it is, and where it has escapes, with those resolved as well: a value behind `\n` would
/// not stand free otherwise. So is what stands free only once its neighbour is replaced.
pub(super) fn find(find: &Find<'_>, field: &str, text: &str, findings: &mut Vec<Finding>) {
    findings.clear();
    find(field, text, findings);
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return;
    }
    resolved(find, field, text, findings);
    for _ in 0..ROUNDS {
        let Cow::Owned(redacted) = replace(text, findings, &Placeholders) else { return };
        let mut again = Vec::new();
        find(field, &redacted, &mut again);
        resolved(find, field, &redacted, &mut again);
        if !add_new(findings, again) {
            return;
        }
    }
}

/// Adds to what was found in `text` what is found with its escapes resolved.
fn resolved(find: &Find<'_>, field: &str, text: &str, findings: &mut Vec<Finding>) {
    let (mut decoded, mut origins, from) = (String::new(), Origins::of(text), findings.len());
    escape::decode(text, &mut decoded);
    find(field, &decoded, findings);
    for finding in &mut findings[from..] {
        finding.range = origins.range(&finding.range);
    }
    resolve(findings, 0);
}
