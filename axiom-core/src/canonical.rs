//! Canonical bytes: the one serialized form of an event (RFC 8785, JCS).

use core::fmt;

use crate::actor::{Actor, Source};
use crate::clock::{ClockSkew, Timestamp};
use crate::decision::Decision;
use crate::error::Error;
use crate::event::Event;
use crate::id::EventId;
use crate::scrub::Unscrubbed;
use crate::seal::Unsealed;
use crate::tenant::{LogId, Stream};
use crate::value::{Object, Value};

mod writer;

use writer::Writer;

/// An event in canonical form, ready to be appended; made by [`Sealed::canonical`](crate::Sealed::canonical) alone.
///
/// The bytes are UTF-8 JSON in JCS form: keys sorted, no white space, shortest escapes. `recordedAt` has a slot of
/// fixed width that the log fills in, so that events are serialized by those who produce them and only stamped by the
/// one who orders them. They stand in a line of their own, behind [`PREFIX`](Self::PREFIX) and with room for what
/// [`end_with`](Self::end_with) adds, so that nothing is copied when an event becomes an entry.
#[derive(Clone)]
pub struct Canonical {
    log: LogId,
    id: EventId,
    timestamp: Timestamp,
    idempotency_key: Option<Box<str>>,
    /// The prefix, the event and what it was ended with.
    line: Vec<u8>,
    /// Where the event ends in the line.
    end: usize,
    /// Where the time of `recordedAt` stands in the line.
    recorded_at: usize,
    /// Where `clockSkew` belongs in the line, behind another member.
    clock_skew: usize,
    /// How many bytes `clockSkew` takes there.
    clock_skew_len: usize,
}

impl Canonical {
    /// The most bytes that an event may take; stamped and with the longest origin it still fits an entry of 65,535
    /// bytes.
    pub const MAX_LEN: usize = 65_135;
    /// What stands before the event in its line.
    pub const PREFIX: &[u8] = br#"{"event":"#;

    pub(crate) fn new(event: &Event, stream: Stream) -> Result<Self, Error> {
        check_depth(event)?;
        check_extra(&event.extra)?;
        let mut line = Vec::with_capacity(TYPICAL_LEN);
        line.extend_from_slice(Self::PREFIX);
        let mut writer = Writer::new(&mut line, &event.extra);
        let slots = write(event, &mut writer);
        writer.finish();
        let size = line.len() - Self::PREFIX.len();
        if size > Self::MAX_LEN {
            return Err(Error::TooLarge { size, limit: Self::MAX_LEN });
        }
        Ok(Self {
            log: LogId::new(event.organization_id.clone(), stream),
            id: event.id,
            timestamp: event.timestamp,
            idempotency_key: event.idempotency_key.as_deref().map(Into::into),
            end: line.len(),
            line,
            recorded_at: slots.recorded_at,
            clock_skew: slots.clock_skew,
            clock_skew_len: 0,
        })
    }

    /// The dangerous door: takes an event back whose canonical bytes a host kept, for its organization's log of
    /// `stream`.
    ///
    /// Nothing is scrubbed or sealed, because that was done before.
    ///
    /// ```
    /// use axiom_core::{Canonical, Event, Unscrubbed, Unsealed};
    ///
    /// let event = Event::builder("acme".parse()?, "scan.completed".parse()?).build()?;
    /// let stream = event.stream().clone();
    /// let canonical = event.scrub(&Unscrubbed)?.without_sealing(Unsealed).canonical()?;
    /// let again = Canonical::restore(canonical.as_bytes(), stream, Unscrubbed, Unsealed)?;
    /// assert_eq!(again.as_bytes(), canonical.as_bytes());
    /// # Ok::<(), axiom_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Event::from_json`], and [`Error::Invalid`] where the bytes are not those of a canonical event as it is
    /// before a log has stamped it.
    pub fn restore(bytes: &[u8], stream: Stream, _: Unscrubbed, _: Unsealed) -> Result<Self, Error> {
        let mut event = Event::from_json(bytes)?;
        let stored: Object = serde_json::from_slice(bytes).unwrap_or_default();
        event.redactions = stored.get("redactions").and_then(Value::as_object).cloned().unwrap_or_default();
        let restored = Self::new(&event, stream)?;
        if restored.as_bytes() == bytes {
            return Ok(restored);
        }
        Err(Error::invalid("", "is not a canonical event as it is before a log has stamped it"))
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

    /// When it happened, as its author says.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// The event's idempotency key.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// The canonical bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.line[Self::PREFIX.len()..self.end]
    }

    /// The canonical bytes as text.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the bytes come from serde_json, which writes UTF-8")]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).expect("serde_json writes UTF-8")
    }

    /// The prefix, the event, and what it was [ended with](Self::end_with).
    #[must_use]
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// Fills in when the log took the event, and whether its clock and the event's agree.
    ///
    /// It takes off what the event was ended with.
    ///
    /// ```
    /// use axiom_core::{ClockSkew, Event, Timestamp, Unscrubbed, Unsealed};
    ///
    /// let event = Event::builder("acme".parse()?, "scan.completed".parse()?).build()?;
    /// let mut canonical = event.scrub(&Unscrubbed)?.without_sealing(Unsealed).canonical()?;
    /// canonical.stamp(Timestamp::UNIX_EPOCH, Some(ClockSkew::Ahead));
    /// assert!(canonical.as_str().contains(r#","clockSkew":"ahead","#));
    /// canonical.stamp(Timestamp::UNIX_EPOCH, None);
    /// assert!(!canonical.as_str().contains("clockSkew"));
    /// # Ok::<(), axiom_core::Error>(())
    /// ```
    pub fn stamp(&mut self, at: Timestamp, skew: Option<ClockSkew>) {
        self.line.truncate(self.end);
        if self.clock_skew_len > 0 || skew.is_some() {
            self.mark(skew);
        }
        self.line[self.recorded_at..self.recorded_at + Timestamp::LEN].copy_from_slice(&at.to_ascii());
    }

    /// Ends the line with `suffix`, in place of what it was ended with before.
    pub fn end_with(&mut self, suffix: &[u8]) {
        self.line.truncate(self.end);
        self.line.extend_from_slice(suffix);
    }

    /// Writes the member `clockSkew`, or takes it out.
    fn mark(&mut self, skew: Option<ClockSkew>) {
        let member = skew.map_or_else(String::new, |skew| format!(r#","clockSkew":"{skew}""#));
        let place = self.clock_skew..self.clock_skew + self.clock_skew_len;
        self.line.splice(place, member.bytes());
        self.end = self.end + member.len() - self.clock_skew_len;
        self.recorded_at = self.recorded_at + member.len() - self.clock_skew_len;
        self.clock_skew_len = member.len();
    }
}

impl fmt::Debug for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canonical").field("log", &self.log).field("id", &self.id).finish_non_exhaustive()
    }
}

impl Event {
    /// The names of the fields that this version knows, in the order of the canonical form.
    pub const FIELDS: [&str; 28] = [
        "actionType",
        "actor",
        "afterState",
        "beforeState",
        "clockSkew",
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

/// What most events fit into together with what makes them entries, and less than what allocators treat as large.
const TYPICAL_LEN: usize = 896;

/// What stands in the slot of `recordedAt` until the log fills it in.
const EPOCH: &[u8; Timestamp::LEN] = b"1970-01-01T00:00:00.000000Z";

/// Where the log writes into an event.
struct Slots {
    recorded_at: usize,
    clock_skew: usize,
}

/// Writes the members in the order of [`Event::FIELDS`].
fn write(event: &Event, out: &mut Writer<'_, '_>) -> Slots {
    out.plain("actionType", event.action_type.as_str());
    if let Some(actor) = &event.actor {
        out.object("actor", &actor.extra, |out| write_actor(actor, out));
    }
    out.optional_value("afterState", event.after_state.as_ref());
    out.optional_value("beforeState", event.before_state.as_ref());
    let clock_skew = out.place("clockSkew");
    out.optional_string("correlationId", event.correlation_id.as_ref());
    out.list("dataClasses", &event.data_classes);
    if let Some(decision) = &event.decision {
        out.object("decision", &decision.extra, |out| write_decision(decision, out));
    }
    out.optional_string("error", event.error.as_ref());
    out.plain_ascii("id", &event.id.to_ascii());
    out.optional_string("idempotencyKey", event.idempotency_key.as_ref());
    out.members("metadata", &event.metadata);
    out.plain("organizationId", event.organization_id.as_str());
    out.plain("provider", event.provider.as_str());
    out.optional_string("reason", event.reason.as_ref());
    out.plain_ascii("recordedAt", EPOCH);
    let recorded_at = out.line.len() - 1 - Timestamp::LEN;
    out.members("redactions", &event.redactions);
    out.strings("resourceIds", &event.resource_ids);
    out.plain("riskLevel", event.risk_level.as_str());
    out.member("schemaVersion", &Event::SCHEMA_VERSION);
    if let Some(source) = &event.source {
        out.object("source", &source.extra, |out| write_source(source, out));
    }
    out.optional_text("spanId", event.span_id);
    out.plain("status", event.status.as_str());
    out.optional_text("stream", event.action_type.is_custom().then(|| event.stream()));
    out.list("subjectRefs", &event.subject_refs);
    out.plain_ascii("timestamp", &event.timestamp.to_ascii());
    out.optional_text("traceId", event.trace_id);
    out.string("userId", &event.user_id);
    Slots { recorded_at, clock_skew }
}

fn write_actor(actor: &Actor, out: &mut Writer<'_, '_>) {
    out.string("id", &actor.id);
    out.optional_string("onBehalfOf", actor.on_behalf_of.as_ref());
    out.flag("privileged", actor.privileged);
    out.plain("type", actor.kind.as_str());
}

fn write_decision(decision: &Decision, out: &mut Writer<'_, '_>) {
    out.optional_string("clientId", decision.client_id.as_ref());
    out.string("decisionId", &decision.decision_id);
    out.values("evaluatedPolicies", &decision.evaluated_policies);
    out.plain("verdict", decision.verdict.as_str());
}

fn write_source(source: &Source, out: &mut Writer<'_, '_>) {
    out.optional_string("host", source.host.as_ref());
    out.optional_string("ip", source.ip.as_ref());
    out.optional_string("userAgent", source.user_agent.as_ref());
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
    if extra.is_empty() {
        return Ok(());
    }
    match Event::FIELDS.iter().find(|name| extra.get(name).is_some()) {
        Some(name) => Err(Error::invalid(format!("/{name}"), "is a field of the schema and cannot be an extra member")),
        None => Ok(()),
    }
}
