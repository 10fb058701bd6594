//! What may be kept of a run by default: how it went, not what it worked on.

use core::time::Duration;

use crate::action::ActionType;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::event::{Event, EventBuilder, Status};
use crate::finding::Finding;
use crate::scrub::{Scrubber, Text, is_blocked};
use crate::tenant::OrganizationId;

/// The record of one run: status, times, runtime and scrubbed error messages.
///
/// There is no field for what the run read, scraped or wrote, so a run is minimised by its type.
///
/// ```
/// use axiom_core::{RunRecord, RunStatus, ScrubbedText, Timestamp, Unscrubbed};
///
/// let started: Timestamp = "2026-03-01T08:00:00Z".parse()?;
/// let ended: Timestamp = "2026-03-01T08:00:42Z".parse()?;
/// let run = RunRecord::new(RunStatus::Warning, started, ended)?
///     .error(ScrubbedText::new("step 3: element not found", &Unscrubbed)?);
/// assert_eq!(run.runtime().as_secs(), 42);
///
/// let event = run.into_event("acme".parse()?, "run-17").build()?;
/// assert_eq!(event.action_type.as_str(), "workflow.run_completed");
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    status: RunStatus,
    started: Timestamp,
    ended: Timestamp,
    errors: Vec<ScrubbedText>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunStatus {
    /// It did not reach its end.
    Failure,
    /// It did what it was to do.
    Success,
    /// It reached its end, with something to look at.
    Warning,
}

impl RunRecord {
    /// A run that began and ended at these times.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it would have ended before it began.
    pub fn new(status: RunStatus, started: Timestamp, ended: Timestamp) -> Result<Self, Error> {
        if ended < started {
            return Err(Error::invalid("/metadata/endedAt", "a run cannot end before it starts"));
        }
        Ok(Self { status, started, ended, errors: Vec::new() })
    }

    /// The same record, with one more error message.
    #[must_use]
    pub fn error(mut self, message: ScrubbedText) -> Self {
        self.errors.push(message);
        self
    }

    /// How long the run took.
    #[must_use]
    pub fn runtime(&self) -> Duration {
        Duration::from_micros(self.started.unix_micros().abs_diff(self.ended.unix_micros()))
    }

    /// The event that records the run named `run`.
    #[expect(clippy::missing_panics_doc, reason = "the actions are in the catalogue")]
    pub fn into_event(self, organization: OrganizationId, run: &str) -> EventBuilder {
        let (action, status) = match self.status {
            RunStatus::Failure => ("workflow.run_failed", Status::Failed),
            RunStatus::Success => ("workflow.run_completed", Status::Succeeded),
            RunStatus::Warning => ("workflow.run_completed", Status::Warning),
        };
        let action: ActionType = action.parse().expect("the catalogue has it");
        let runtime_ms = u64::try_from(self.runtime().as_millis()).unwrap_or(u64::MAX);
        let builder = Event::builder(organization, action)
            .timestamp(self.ended)
            .status(status)
            .resource(run)
            .metadata("startedAt", self.started.to_string())
            .metadata("endedAt", self.ended.to_string())
            .metadata("runtimeMs", runtime_ms);
        if self.errors.is_empty() {
            return builder;
        }
        let builder = self.errors.iter().fold(builder, |builder, message| builder.redacted(&message.findings));
        let errors: Vec<String> = self.errors.into_iter().map(|message| message.text).collect();
        builder.error(errors.join("\n"))
    }
}

/// A text that has been through a scrubber.
#[derive(Debug, Clone, PartialEq)]
pub struct ScrubbedText {
    text: String,
    findings: Vec<Finding>,
}

impl Eq for ScrubbedText {}

impl ScrubbedText {
    /// `text` with everything taken out that `scrubber` says must not be stored.
    ///
    /// # Errors
    /// [`Error::Blocked`] where the scrubber refuses the text.
    pub fn new(text: impl Into<String>, scrubber: &dyn Scrubber) -> Result<Self, Error> {
        let text = text.into();
        let mut findings = Vec::new();
        let replaced = scrubber.scrub(&Text { pointer: "/error", value: &text }, &mut findings);
        if is_blocked(&findings) {
            return Err(Error::Blocked { pointer: "/error".into(), findings });
        }
        Ok(Self { text: replaced.unwrap_or(text), findings })
    }

    /// The text that is left.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What was found in it.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Action;
    use crate::value::Value;

    /// Redacts every text, and warns of it too.
    struct All;

    impl Scrubber for All {
        fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
            findings.push(Finding::new("word", 0..text.value.len(), 1.0));
            findings.push(Finding::new("letter", 0..1, 1.0).with_action(Action::Warn));
            Some("[REDACTED:word]".into())
        }
    }

    #[test]
    fn what_was_redacted_of_its_messages_is_counted_in_the_event() {
        let at: Timestamp = "2026-03-01T08:00:00Z".parse().unwrap();
        let message = || ScrubbedText::new("cannot log in", &All).unwrap();
        let run = RunRecord::new(RunStatus::Failure, at, at).unwrap().error(message()).error(message());
        let event = run.into_event("acme".parse().unwrap(), "run-17").build().unwrap();
        assert_eq!(event.error.as_deref(), Some("[REDACTED:word]\n[REDACTED:word]"));
        assert_eq!(event.redactions().iter().collect::<Vec<_>>(), [(&"word".to_owned(), &Value::from(2))]);
    }
}
