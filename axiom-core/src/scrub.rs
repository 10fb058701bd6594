//! The first stage: personal data leaves the event before anything else sees it.

use crate::finding::{Action, Finding};

/// Examines the texts of an event and replaces what must not be stored.
///
/// The pipeline itself walks the event and calls [`scrub`](Self::scrub) once for every free text in it: strings, object
/// keys, and integers in their decimal form. A scrubber therefore cannot skip a field.
/// Fields whose form is fixed (ids, times, enumerations) carry no free text and are not shown to it.
///
/// ```
/// use axiom_core::{Finding, Scrubber, Text};
///
/// /// Replaces every text that holds the word `hunter2`.
/// struct NoHunter;
///
/// impl Scrubber for NoHunter {
///     fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
///         let start = text.value.find("hunter2")?;
///         let finding = Finding::new("password", start..start + 7, 1.0);
///         let replaced = text.value.replace("hunter2", &finding.placeholder());
///         findings.push(finding);
///         Some(replaced)
///     }
/// }
///
/// let mut findings = Vec::new();
/// let text = Text::new("/reason", "the password is hunter2");
/// assert_eq!(NoHunter.scrub(&text, &mut findings).unwrap(), "the password is [REDACTED:password]");
/// ```
pub trait Scrubber: Send + Sync {
    /// Appends what stands in `text` to `findings` and returns the text to store instead, or `None` to keep it as it
    /// is.
    ///
    /// A finding with [`Action::Block`] refuses the whole event; the return value then does not matter.
    /// Ranges are bytes of `text.value`; the pipeline fills in [`Finding::pointer`].
    fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String>;

    /// Whether it finds nothing in any text, so that none needs to be shown to it; by default not.
    fn keeps_all(&self) -> bool {
        false
    }
}

/// One text of an event and where it stands.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Text<'a> {
    /// JSON Pointer (RFC 6901) of the text; its last token is a field name and may serve as context.
    pub pointer: &'a str,
    /// The text itself.
    pub value: &'a str,
}

impl<'a> Text<'a> {
    /// The text `value`, which stands at `pointer`.
    #[must_use]
    pub const fn new(pointer: &'a str, value: &'a str) -> Self {
        Self { pointer, value }
    }
}

/// The dangerous door: stores every text as it came.
///
/// Use it where the host has scrubbed already, and nowhere else: what enters the log cannot be taken out again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unscrubbed;

impl Scrubber for Unscrubbed {
    fn scrub(&self, _: &Text<'_>, _: &mut Vec<Finding>) -> Option<String> {
        None
    }

    fn keeps_all(&self) -> bool {
        true
    }
}

/// Whether one of `findings` refuses the event.
pub(crate) fn is_blocked(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.action == Action::Block)
}
