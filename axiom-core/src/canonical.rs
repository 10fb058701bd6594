//! Canonical bytes: the one serialized form of an event (RFC 8785, JCS).

use core::fmt;
use std::io::Write;

use serde::Serialize;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::event::Event;
use crate::id::EventId;
use crate::tenant::{LogId, Stream};
use crate::value::{Object, Value};

/// An event in canonical form, ready to be appended; made by [`Sealed::canonical`](crate::Sealed::canonical) alone.
///
/// The bytes are UTF-8 JSON in JCS form: keys sorted, no white space, shortest escapes. `recordedAt` has a slot of
/// fixed width that the log fills in, so that events are serialized by those who produce them and only stamped by the
/// one who orders them.
#[derive(Clone)]
pub struct Canonical {
    log: LogId,
    id: EventId,
    idempotency_key: Option<String>,
    bytes: Vec<u8>,
    recorded_at: usize,
}

impl Canonical {
    /// The most bytes that an event may take; with the longest origin it still fits an entry of 65,535 bytes.
    pub const MAX_LEN: usize = 65_135;

    pub(crate) fn new(event: &Event, stream: Stream) -> Result<Self, Error> {
        check_depth(event)?;
        check_extra(&event.extra)?;
        let mut writer = Writer { bytes: Vec::with_capacity(TYPICAL_LEN), unknown: event.extra.iter().peekable() };
        let recorded_at = write(event, &mut writer);
        let bytes = writer.finish();
        if bytes.len() > Self::MAX_LEN {
            return Err(Error::TooLarge { size: bytes.len(), limit: Self::MAX_LEN });
        }
        let idempotency_key = event.idempotency_key.clone();
        Ok(Self {
            log: LogId::new(event.organization_id.clone(), stream),
            id: event.id,
            idempotency_key,
            bytes,
            recorded_at,
        })
    }

    /// The log that the event belongs to.
    #[must_use]
    pub const fn log(&self) -> &LogId {
        &self.log
    }

    /// The event's id.
    #[must_use]
    pub const fn id(&self) -> EventId {
        self.id
    }

    /// The event's idempotency key.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// The canonical bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The canonical bytes as text.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the bytes come from serde_json, which writes UTF-8")]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes).expect("serde_json writes UTF-8")
    }

    /// Fills in when the log took the event.
    pub fn stamp(&mut self, at: Timestamp) {
        self.bytes[self.recorded_at..self.recorded_at + Timestamp::LEN].copy_from_slice(&at.to_ascii());
    }
}

impl fmt::Debug for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canonical").field("log", &self.log).field("id", &self.id).finish_non_exhaustive()
    }
}

impl Event {
    /// The names of the fields that this version knows, in the order of the canonical form.
    pub const FIELDS: [&str; 27] = [
        "actionType",
        "actor",
        "afterState",
        "beforeState",
        "correlationId",
        "dataClasses",
        "decision",
        "error",
        "id",
        "idempotencyKey",
        "metadata",
        "organizationId",
        "provider",
        "reason",
        "recordedAt",
        "redactions",
        "resourceIds",
        "riskLevel",
        "schemaVersion",
        "source",
        "spanId",
        "status",
        "stream",
        "subjectRefs",
        "timestamp",
        "traceId",
        "userId",
    ];
}

/// Writes the members in the order of [`Event::FIELDS`] and returns where the time of `recordedAt` stands.
fn write(event: &Event, out: &mut Writer<'_>) -> usize {
    out.text("actionType", &event.action_type);
    out.optional("actor", event.actor.as_ref());
    out.optional("afterState", event.after_state.as_ref());
    out.optional("beforeState", event.before_state.as_ref());
    out.optional("correlationId", event.correlation_id.as_ref());
    out.list("dataClasses", &event.data_classes);
    out.optional("decision", event.decision.as_ref());
    out.optional("error", event.error.as_ref());
    out.text("id", event.id);
    out.optional("idempotencyKey", event.idempotency_key.as_ref());
    out.optional("metadata", (!event.metadata.is_empty()).then_some(&event.metadata));
    out.text("organizationId", &event.organization_id);
    out.text("provider", &event.provider);
    out.optional("reason", event.reason.as_ref());
    out.text("recordedAt", Timestamp::UNIX_EPOCH);
    let recorded_at = out.bytes.len() - 1 - Timestamp::LEN;
    out.optional("redactions", (!event.redactions.is_empty()).then_some(&event.redactions));
    out.member("resourceIds", &event.resource_ids);
    out.member("riskLevel", &event.risk_level);
    out.member("schemaVersion", &Event::SCHEMA_VERSION);
    out.optional("source", event.source.as_ref());
    out.optional_text("spanId", event.span_id);
    out.member("status", &event.status);
    out.optional_text("stream", event.action_type.is_custom().then(|| event.stream()));
    out.list("subjectRefs", &event.subject_refs);
    out.text("timestamp", event.timestamp);
    out.optional_text("traceId", event.trace_id);
    out.member("userId", &event.user_id);
    recorded_at
}

/// What most events fit into.
const TYPICAL_LEN: usize = 1024;

/// Writes known members in the given order and slips the unknown ones in where they belong.
struct Writer<'a> {
    bytes: Vec<u8>,
    unknown: core::iter::Peekable<std::collections::btree_map::Iter<'a, String, Value>>,
}

impl Writer<'_> {
    /// A member of the schema; its name is plain ASCII and needs no escape.
    fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.name(name);
        json(&mut self.bytes, value);
    }

    fn optional<T: Serialize>(&mut self, name: &'static str, value: Option<&T>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }

    fn list<T: Serialize>(&mut self, name: &'static str, values: &[T]) {
        if !values.is_empty() {
            self.member(name, values);
        }
    }

    /// A member whose written form is an identifier: a JSON string without escapes.
    fn text(&mut self, name: &'static str, value: impl fmt::Display) {
        self.name(name);
        // Writing to a Vec cannot fail.
        let _ = write!(self.bytes, "\"{value}\"");
    }

    fn optional_text(&mut self, name: &'static str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    fn name(&mut self, name: &'static str) {
        while let Some((key, value)) = self.unknown.next_if(|(key, _)| key.as_str() < name) {
            self.unknown(key, value);
        }
        self.separate();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    fn unknown(&mut self, key: &str, value: &Value) {
        self.separate();
        json(&mut self.bytes, key);
        self.bytes.push(b':');
        json(&mut self.bytes, value);
    }

    fn separate(&mut self) {
        self.bytes.push(if self.bytes.is_empty() { b'{' } else { b',' });
    }

    fn finish(mut self) -> Vec<u8> {
        while let Some((key, value)) = self.unknown.next() {
            self.unknown(key, value);
        }
        self.bytes.push(b'}');
        self.bytes
    }
}

fn json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("a Vec takes every byte, and values have string keys and no floats");
}

/// What nests deeper cannot be read back by every JSON reader.
fn check_depth(event: &Event) -> Result<(), Error> {
    let states = [("/beforeState", event.before_state.as_ref()), ("/afterState", event.after_state.as_ref())];
    let states = states.into_iter().filter_map(|(pointer, state)| Some((pointer, state?.depth())));
    let policies = event.decision.iter().flat_map(|decision| &decision.evaluated_policies).map(Value::depth);
    let objects = [
        ("", Some(&event.extra)),
        ("/actor", event.actor.as_ref().map(|actor| &actor.extra)),
        ("/decision", event.decision.as_ref().map(|decision| &decision.extra)),
        ("/metadata", Some(&event.metadata)),
        ("/source", event.source.as_ref().map(|source| &source.extra)),
    ];
    let objects = objects.into_iter().filter_map(|(pointer, object)| Some((pointer, object?.depth())));
    let depths = states.chain(policies.map(|depth| ("/decision/evaluatedPolicies", depth))).chain(objects);
    match depths.into_iter().find(|(_, depth)| *depth > Value::MAX_DEPTH) {
        Some((pointer, _)) => Err(Error::invalid(pointer, "nests more than 64 levels deep")),
        None => Ok(()),
    }
}

/// An unknown member with a known name would make the same key stand twice.
fn check_extra(extra: &Object) -> Result<(), Error> {
    match Event::FIELDS.iter().find(|name| extra.get(name).is_some()) {
        Some(name) => Err(Error::invalid(format!("/{name}"), "is a field of the schema and cannot be an extra member")),
        None => Ok(()),
    }
}
