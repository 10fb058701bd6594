//! The scrubber: personal data leaves an event before it is recorded.

use std::borrow::Cow;

use axiom_core::{Finding, Scrubber, Text};

use crate::scanner::Scanner;

/// Redacts personal data in the texts of an event.
///
/// The last token of a text's pointer counts as context, so that `/user/ssn` finds what `/user/id` does not. In an
/// array (`/cards/0`) it is the name of the array.
///
/// ```
/// use axiom_core::{Scrubber, Text};
/// use axiom_pii::PiiScrubber;
///
/// let scrubber = PiiScrubber::default().keep("/metadata/owner");
/// let scrub = |pointer, value| scrubber.scrub(&Text::new(pointer, value), &mut Vec::new());
///
/// assert_eq!(scrub("/reason", "asked by bob@example.com").unwrap(), "asked by [REDACTED:email]");
/// assert_eq!(scrub("/metadata/owner", "bob@example.com"), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct PiiScrubber {
    scanner: Scanner,
    kept: Vec<String>,
}

impl PiiScrubber {
    /// A scrubber with the types and actions of `scanner`.
    #[must_use]
    pub const fn new(scanner: Scanner) -> Self {
        Self { scanner, kept: Vec::new() }
    }

    /// Leaves the text at `pointer` (RFC 6901) alone, and everything below it.
    ///
    /// What stands there is stored as it comes; the empty pointer would be the whole event.
    #[must_use]
    pub fn keep(mut self, pointer: impl Into<String>) -> Self {
        self.kept.push(pointer.into());
        self
    }

    fn is_kept(&self, pointer: &str) -> bool {
        self.kept.iter().any(|kept| {
            pointer.strip_prefix(kept.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

impl Scrubber for PiiScrubber {
    fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
        if self.is_kept(text.pointer) {
            return None;
        }
        match self.scanner.redact_field(field(text.pointer), text.value, findings) {
            Cow::Borrowed(_) => None,
            Cow::Owned(redacted) => Some(redacted),
        }
    }
}

/// The last token of `pointer` that is no array index.
fn field(pointer: &str) -> &str {
    let index = |token: &&str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    pointer.rsplit('/').find(|token| !index(token)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axiom_core::Action;

    use super::*;

    fn scrub(scrubber: &PiiScrubber, pointer: &str, value: &str) -> Option<String> {
        scrubber.scrub(&Text::new(pointer, value), &mut Vec::new())
    }

    #[test]
    fn the_field_name_is_context() {
        let scrubber = PiiScrubber::default();
        assert_eq!(scrub(&scrubber, "/user/ssn", "536904399").unwrap(), "[REDACTED:us_ssn]");
        assert_eq!(scrub(&scrubber, "/user/ssns/0", "536904399").unwrap(), "[REDACTED:us_ssn]");
        assert_eq!(scrub(&scrubber, "/ssn/id", "536904399"), None);
        assert_eq!(scrub(&scrubber, "", "536904399"), None);
    }

    #[test]
    fn kept_pointers_end_at_a_token() {
        let scrubber = PiiScrubber::default().keep("/metadata/owner");
        assert_eq!(scrub(&scrubber, "/metadata/owner/mail", "bob@example.com"), None);
        assert!(scrub(&scrubber, "/metadata/owners", "bob@example.com").is_some());
        assert!(scrub(&scrubber, "/metadata", "bob@example.com").is_some());
    }

    #[test]
    fn what_is_not_to_be_redacted_is_reported_and_kept() {
        let scrubber = PiiScrubber::new(Scanner::builder().action("email", Action::Block).build().unwrap());
        let mut findings = Vec::new();
        assert_eq!(scrubber.scrub(&Text::new("/reason", "bob@example.com"), &mut findings), None);
        assert_eq!(findings[0].action, Action::Block);
    }
}
