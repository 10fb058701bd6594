//! The pipeline: `Event → Scrubbed → Sealed → Canonical`.
//!
//! Each step consumes the one before, and only the step itself can make its result. What has not been scrubbed cannot
//! be sealed, and what has not been sealed has no canonical bytes to append.

use crate::canonical::Canonical;
use crate::data::SubjectRef;
use crate::error::Error;
use crate::event::Event;
use crate::finding::{Action, Finding};
use crate::scrub::Scrubber;
use crate::seal::{SealContext, SealPath, SealPaths, Sealer, Unsealed, sealed_value};
use crate::tenant::Stream;
use crate::value::{Object, Value};

mod reserved;
mod texts;

/// An event from which personal data has been taken out; made by [`Event::scrub`] alone.
///
/// ```compile_fail
/// use axiom_core::{Event, Scrubbed};
///
/// fn skip_scrubbing(event: Event) -> Scrubbed {
///     Scrubbed { event, findings: Vec::new() }
/// }
/// ```
#[derive(Debug)]
pub struct Scrubbed {
    event: Event,
    findings: Vec<Finding>,
}

impl Event {
    /// Takes out of every free text of the event what `scrubber` says must not be stored.
    ///
    /// Scanned are strings, object keys and whole numbers, at any depth, in known and unknown fields. Names and
    /// references (provider, verdict, custom action and its stream, data classes, subjects, idempotency key) are
    /// scanned too but never replaced. Not scanned are ids, times, enumerations and the organization. An object key
    /// that is replaced stays unique, and a key that would make a host's value look sealed (`$sealed`) gets one more
    /// `$`.
    ///
    /// ```
    /// use axiom_core::{Event, Unscrubbed, Unsealed};
    ///
    /// let event = Event::builder("acme".parse()?, "scan.completed".parse()?).build()?;
    /// let canonical = event.scrub(&Unscrubbed)?.without_sealing(Unsealed).canonical()?;
    /// assert!(canonical.as_str().starts_with(r#"{"actionType":"scan.completed""#));
    /// # Ok::<(), axiom_core::Error>(())
    /// ```
    ///
    /// A raw event has no canonical form:
    ///
    /// ```compile_fail
    /// use axiom_core::Event;
    ///
    /// let event = Event::builder("acme".parse()?, "scan.completed".parse()?).build()?;
    /// let canonical = event.canonical()?;
    /// # Ok::<(), axiom_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Blocked`] where the scrubber refuses the event; [`Error::Invalid`] where personal data stands in a
    /// field that must not change, such as the idempotency key.
    pub fn scrub(mut self, scrubber: &dyn Scrubber) -> Result<Scrubbed, Error> {
        let findings = self.scrub_in_place(scrubber)?;
        Ok(Scrubbed { event: self, findings })
    }

    /// All stages in one step where nothing is sealed: the canonical bytes for the log of `stream`, or of the event's
    /// own stream, and what the scrubber found.
    ///
    /// It does what the single steps do. An event is large, and handing it from one to the next takes time.
    ///
    /// ```
    /// use axiom_core::{Event, Unscrubbed, Unsealed};
    ///
    /// let event = Event::builder("acme".parse()?, "scan.completed".parse()?).build()?;
    /// let (canonical, findings) = event.clone().canonical_without_sealing(&Unscrubbed, None, Unsealed)?;
    /// let step_by_step = event.scrub(&Unscrubbed)?.without_sealing(Unsealed).canonical()?;
    /// assert_eq!(canonical.as_bytes(), step_by_step.as_bytes());
    /// assert!(findings.is_empty());
    /// # Ok::<(), axiom_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`scrub`](Self::scrub) and [`Sealed::canonical`].
    pub fn canonical_without_sealing(
        mut self,
        scrubber: &dyn Scrubber,
        stream: Option<&Stream>,
        _: Unsealed,
    ) -> Result<(Canonical, Vec<Finding>), Error> {
        let findings = self.scrub_in_place(scrubber)?;
        let stream = stream.unwrap_or_else(|| self.stream()).clone();
        Ok((Canonical::new(&self, stream)?, findings))
    }

    fn scrub_in_place(&mut self, scrubber: &dyn Scrubber) -> Result<Vec<Finding>, Error> {
        if scrubber.keeps_all() {
            reserved::reserve(self)?;
            return Ok(Vec::new());
        }
        let findings = texts::scrub(self, scrubber)?;
        count_redactions(&mut self.redactions, &findings);
        Ok(findings)
    }
}

impl Scrubbed {
    /// The event as it now stands.
    #[must_use]
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// What was found, with the JSON Pointer of each text.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Encrypts the fields at `paths`.
    ///
    /// It suspends only where `sealer` must fetch a key.
    ///
    /// # Errors
    /// [`Error::Seal`] with the field that could not be sealed, [`Error::Invalid`] where the event does not name the
    /// data subject of one.
    pub async fn seal(mut self, paths: &SealPaths, sealer: &dyn Sealer) -> Result<Sealed, Error> {
        let mut sealed = Vec::new();
        let fields = self.event.fields_to_seal(paths)?;
        for SealedField { pointer, subject, plaintext } in fields {
            let context = SealContext::new(&self.event.organization_id, self.event.id, pointer);
            let context = subject.as_ref().map_or(context, |subject| context.of_subject(subject));
            let ciphertext = match sealer.try_seal(&context, &plaintext) {
                Some(result) => result,
                None => sealer.seal(&context, &plaintext).await,
            };
            let ciphertext = ciphertext.map_err(|source| Error::Seal { pointer: pointer.into(), source })?;
            self.event.replace(pointer, sealed_value(&ciphertext));
            sealed.push(pointer.to_owned());
        }
        Ok(Sealed { event: self.event, findings: self.findings, sealed })
    }

    /// The dangerous door: leaves every field readable to whoever reads the log.
    #[must_use]
    pub fn without_sealing(self, _: Unsealed) -> Sealed {
        Sealed { event: self.event, findings: self.findings, sealed: Vec::new() }
    }
}

/// An event whose sensitive fields have been encrypted; made from a [`Scrubbed`] one alone.
///
/// ```compile_fail
/// use axiom_core::{Scrubbed, Sealed};
///
/// fn skip_sealing(scrubbed: Scrubbed) -> Sealed {
///     Sealed { event: scrubbed.event().clone(), findings: Vec::new(), sealed: Vec::new() }
/// }
/// ```
#[derive(Debug)]
pub struct Sealed {
    event: Event,
    findings: Vec<Finding>,
    sealed: Vec<String>,
}

impl Sealed {
    /// The event as it now stands.
    #[must_use]
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// What the scrubber found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// JSON Pointers of the fields that were sealed.
    #[must_use]
    pub fn sealed_paths(&self) -> &[String] {
        &self.sealed
    }

    /// The canonical bytes, for the log of the event's own stream.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where they exceed [`Canonical::MAX_LEN`], [`Error::Invalid`] where the event nests deeper
    /// than [`Value::MAX_DEPTH`] or an extra member has the name of a field.
    pub fn canonical(self) -> Result<Canonical, Error> {
        let stream = self.event.stream().clone();
        self.canonical_in(stream)
    }

    /// The canonical bytes, for another log of the same organization.
    ///
    /// # Errors
    /// As [`canonical`](Self::canonical).
    pub fn canonical_in(self, stream: Stream) -> Result<Canonical, Error> {
        Canonical::new(&self.event, stream)
    }
}

/// A field before it is sealed.
struct SealedField<'a> {
    pointer: &'a str,
    subject: Option<SubjectRef>,
    plaintext: Vec<u8>,
}

impl Event {
    /// What is to be sealed. All of it is read before any is replaced, so that a subject's reference can be sealed too.
    fn fields_to_seal<'a>(&self, paths: &'a SealPaths) -> Result<Vec<SealedField<'a>>, Error> {
        let mut fields = Vec::new();
        for SealPath { pointer, subject } in paths.paths() {
            let Some(plaintext) = self.sealable(pointer) else { continue };
            let subject = subject.as_deref().map(|place| self.subject_at(place)).transpose()?;
            fields.push(SealedField { pointer, subject, plaintext });
        }
        Ok(fields)
    }

    /// The data subject that is named at `pointer`.
    fn subject_at(&self, pointer: &str) -> Result<SubjectRef, Error> {
        let (field, rest) = SealPaths::split(pointer);
        let subject = match field {
            "subjectRefs" => rest[1..].parse().ok().and_then(|index: usize| self.subject_refs.get(index).cloned()),
            "userId" => self.user_id.parse().ok(),
            _ => self.metadata.at(rest).and_then(Value::as_str).and_then(|text| text.parse().ok()),
        };
        subject.ok_or_else(|| Error::invalid(pointer, "must name the data subject of a sealed field"))
    }

    /// The JSON of the field at `pointer`, unless there is nothing to seal.
    fn sealable(&self, pointer: &str) -> Option<Vec<u8>> {
        let (field, rest) = SealPaths::split(pointer);
        let value = match field {
            "beforeState" => self.before_state.as_ref()?.at(rest)?,
            "afterState" => self.after_state.as_ref()?.at(rest)?,
            "metadata" if rest.is_empty() => return (!self.metadata.is_empty()).then(|| json(&self.metadata)),
            "metadata" => self.metadata.at(rest)?,
            "actor" => self.actor.as_ref()?.extra.at(rest)?,
            "source" => self.source.as_ref()?.extra.at(rest)?,
            _ => self.extra.at(pointer)?,
        };
        (*value != Value::Null).then(|| json(value))
    }

    /// Puts `sealed` where [`sealable`](Self::sealable) found something.
    fn replace(&mut self, pointer: &str, sealed: Object) {
        let (field, rest) = SealPaths::split(pointer);
        let place = match field {
            "beforeState" => self.before_state.as_mut().and_then(|state| state.at_mut(rest)),
            "afterState" => self.after_state.as_mut().and_then(|state| state.at_mut(rest)),
            "metadata" if rest.is_empty() => {
                self.metadata = sealed;
                return;
            }
            "metadata" => self.metadata.at_mut(rest),
            "actor" => self.actor.as_mut().and_then(|actor| actor.extra.at_mut(rest)),
            "source" => self.source.as_mut().and_then(|source| source.extra.at_mut(rest)),
            _ => self.extra.at_mut(pointer),
        };
        if let Some(place) = place {
            *place = sealed.into();
        }
    }
}

fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("values have string keys and no floats")
}

/// Adds the number of redactions of each type to what an earlier pass counted.
pub(crate) fn count_redactions(redactions: &mut Object, findings: &[Finding]) {
    for finding in findings.iter().filter(|finding| finding.action == Action::Redact) {
        let before = match redactions.get(&finding.kind) {
            Some(Value::Integer(count)) => count.get(),
            _ => 0,
        };
        // A type name that is no key cannot be counted by name; the placeholder in the text still shows it.
        let _ = redactions.insert(finding.kind.clone(), before.saturating_add(1));
    }
}

#[cfg(test)]
mod tests;
