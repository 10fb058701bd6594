//! Builds an event step by step.

use super::{Event, PROCESS_IDS, Provider, RiskLevel, SYSTEM_USER, Status};
use crate::action::ActionType;
use crate::actor::{Actor, Source};
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::data::{DataClass, SubjectRef};
use crate::decision::Decision;
use crate::error::Error;
use crate::finding::Finding;
use crate::id::{EventId, IdSource};
use crate::stage::count_redactions;
use crate::tenant::OrganizationId;
use crate::trace::TraceContext;
use crate::value::{Object, Value};

/// Builds an [`Event`]; made by [`Event::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct EventBuilder {
    event: Event,
    id: Option<EventId>,
    timestamp: Option<Timestamp>,
    refused: Option<String>,
}

impl EventBuilder {
    pub(super) fn new(organization_id: OrganizationId, action_type: ActionType) -> Self {
        let risk_level = action_type.default_risk();
        let event = Event {
            id: EventId::from_bytes([0; 16]),
            timestamp: Timestamp::UNIX_EPOCH,
            organization_id,
            user_id: SYSTEM_USER.into(),
            provider: Provider::System,
            action_type,
            resource_ids: Vec::new(),
            before_state: None,
            after_state: None,
            status: Status::Succeeded,
            risk_level,
            metadata: Object::new(),
            actor: None,
            source: None,
            reason: None,
            error: None,
            trace_id: None,
            span_id: None,
            correlation_id: None,
            idempotency_key: None,
            data_classes: Vec::new(),
            subject_refs: Vec::new(),
            decision: None,
            redactions: Object::new(),
            extra: Object::new(),
        };
        Self { event, id: None, timestamp: None, refused: None }
    }

    /// The id; by default a new UUIDv7.
    pub const fn id(mut self, id: EventId) -> Self {
        self.id = Some(id);
        self
    }

    /// When it happened; by default now.
    pub const fn timestamp(mut self, at: Timestamp) -> Self {
        self.timestamp = Some(at);
        self
    }

    /// Who acted; by default `system`.
    pub fn user(mut self, id: impl Into<String>) -> Self {
        self.event.user_id = id.into();
        self
    }

    /// Where it happened; by default [`Provider::System`].
    pub fn provider(mut self, provider: Provider) -> Self {
        self.event.provider = provider;
        self
    }

    /// One more resource concerned.
    pub fn resource(mut self, id: impl Into<String>) -> Self {
        self.event.resource_ids.push(id.into());
        self
    }

    /// The state before a change.
    pub fn before_state(mut self, state: impl Into<Value>) -> Self {
        self.event.before_state = Some(state.into());
        self
    }

    /// The state after a change.
    pub fn after_state(mut self, state: impl Into<Value>) -> Self {
        self.event.after_state = Some(state.into());
        self
    }

    /// How it ended; by default [`Status::Succeeded`].
    pub const fn status(mut self, status: Status) -> Self {
        self.event.status = status;
        self
    }

    /// How much was at stake; by default what the catalogue says of the action.
    pub const fn risk(mut self, level: RiskLevel) -> Self {
        self.event.risk_level = level;
        self
    }

    /// Anything else that helps to understand it, under an ASCII key.
    pub fn metadata(mut self, key: &str, value: impl Into<Value>) -> Self {
        if self.event.metadata.insert(key, value).is_err() {
            self.refused.get_or_insert_with(|| "/metadata".into());
        }
        self
    }

    /// A member that the schema does not know, under an ASCII key.
    pub fn extra(mut self, key: &str, value: impl Into<Value>) -> Self {
        if self.event.extra.insert(key, value).is_err() {
            self.refused.get_or_insert_with(String::new);
        }
        self
    }

    /// Who acted, in more detail; sets the user as well.
    pub fn actor(mut self, actor: Actor) -> Self {
        self.event.user_id.clone_from(&actor.id);
        self.event.actor = Some(actor);
        self
    }

    /// Where the request came from.
    pub fn source(mut self, source: Source) -> Self {
        self.event.source = Some(source);
        self
    }

    /// Why it was done.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.event.reason = Some(reason.into());
        self
    }

    /// What went wrong.
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.event.error = Some(error.into());
        self
    }

    /// The trace and span it belongs to.
    pub fn trace(mut self, trace: &TraceContext) -> Self {
        self.event.set_trace(trace);
        self
    }

    /// What ties events of one undertaking together.
    pub fn correlation_id(mut self, id: impl Into<String>) -> Self {
        self.event.correlation_id = Some(id.into());
        self
    }

    /// What makes a repeated delivery recognizable; opaque, never personal data.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.event.idempotency_key = Some(key.into());
        self
    }

    /// One more class of data that was touched.
    pub fn data_class(mut self, class: DataClass) -> Self {
        self.event.data_classes.push(class);
        self
    }

    /// One more data subject concerned.
    pub fn subject(mut self, subject: SubjectRef) -> Self {
        self.event.subject_refs.push(subject);
        self
    }

    /// The policy decision behind it.
    pub fn decision(mut self, decision: Decision) -> Self {
        self.event.decision = Some(decision);
        self
    }

    /// Counts what was redacted of a text that has been scrubbed before.
    pub(crate) fn redacted(mut self, findings: &[Finding]) -> Self {
        count_redactions(&mut self.event.redactions, findings);
        self
    }

    /// The event; a missing id or time is made by the process's own clock and id source.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a key was not printable ASCII.
    pub fn build(self) -> Result<Event, Error> {
        self.build_with(&SystemClock, &*PROCESS_IDS)
    }

    /// The event; a missing id or time comes from `clock` and `ids`.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_with(self, clock: &dyn Clock, ids: &dyn IdSource) -> Result<Event, Error> {
        if let Some(pointer) = self.refused {
            return Err(Error::invalid(pointer, crate::value::KEY_RULE));
        }
        let timestamp = self.timestamp.unwrap_or_else(|| clock.now());
        let id = self.id.unwrap_or_else(|| ids.next_id(timestamp));
        Ok(Event { id, timestamp, ..self.event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> EventBuilder {
        Event::builder("acme".parse().unwrap(), "scan.completed".parse().unwrap())
    }

    #[test]
    fn a_key_that_cannot_be_stored_is_refused_when_building() {
        assert!(builder().metadata("größe", 1).build().is_err());
        assert!(builder().extra("", 1).build().is_err());
    }

    #[test]
    fn an_actor_is_the_user_too() {
        let event = builder().actor(Actor::new(crate::actor::ActorType::Agent, "agent-7")).build().unwrap();
        assert_eq!(event.user_id, "agent-7");
    }
}
