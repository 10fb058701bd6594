//! Entries as `derive(Serialize)` writes them: what serialization costs at the least.

use core::fmt::Display;

use axiom_core::{
    ActionType, Actor, DataClass, Decision, Digest, Event, EventId, Object, OrganizationId, Origin, Provider,
    RiskLevel, Source, Status, SubjectRef, Timestamp, Value,
};
use serde::{Serialize, Serializer};

/// An entry whose JSON `derive(Serialize)` writes: the same bytes as those of an [`Entry`](axiom_audit::Entry), for
/// events without extra members.
///
/// It checks nothing, keeps no order that is not written down in the source, and links nothing.
#[derive(Debug, Serialize)]
pub struct PlainEntry<'a> {
    event: PlainEvent<'a>,
    log: &'a str,
    #[serde(serialize_with = "display")]
    prev: Digest,
    seq: u64,
    v: u8,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainEvent<'a> {
    #[serde(serialize_with = "display")]
    action_type: &'a ActionType,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a Actor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_state: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before_state: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    data_classes: &'a [DataClass],
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'a Decision>,
    #[serde(serialize_with = "display")]
    id: EventId,
    #[serde(skip_serializing_if = "Object::is_empty")]
    metadata: &'a Object,
    #[serde(serialize_with = "display")]
    organization_id: &'a OrganizationId,
    provider: &'a Provider,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(serialize_with = "display")]
    recorded_at: Timestamp,
    resource_ids: &'a [String],
    risk_level: RiskLevel,
    schema_version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a Source>,
    status: Status,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    subject_refs: &'a [SubjectRef],
    #[serde(serialize_with = "display")]
    timestamp: Timestamp,
    user_id: &'a str,
}

impl<'a> PlainEntry<'a> {
    /// The entry of `event` at place `seq` of `log`, behind the one with the leaf hash `prev`.
    #[must_use]
    pub fn new(event: &'a Event, recorded_at: Timestamp, log: &'a Origin, prev: Digest, seq: u64) -> Self {
        Self { event: PlainEvent::new(event, recorded_at), log: log.as_str(), prev, seq, v: 1 }
    }
}

impl<'a> PlainEvent<'a> {
    fn new(event: &'a Event, recorded_at: Timestamp) -> Self {
        Self {
            action_type: &event.action_type,
            actor: event.actor.as_ref(),
            after_state: event.after_state.as_ref(),
            before_state: event.before_state.as_ref(),
            correlation_id: event.correlation_id.as_deref(),
            data_classes: &event.data_classes,
            decision: event.decision.as_ref(),
            id: event.id,
            metadata: &event.metadata,
            organization_id: &event.organization_id,
            provider: &event.provider,
            reason: event.reason.as_deref(),
            recorded_at,
            resource_ids: &event.resource_ids,
            risk_level: event.risk_level,
            schema_version: Event::SCHEMA_VERSION,
            source: event.source.as_ref(),
            status: event.status,
            subject_refs: &event.subject_refs,
            timestamp: event.timestamp,
            user_id: &event.user_id,
        }
    }
}

fn display<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
