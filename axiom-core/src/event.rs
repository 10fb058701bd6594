//! The event: what happened, to what, by whom.

use core::fmt;
use core::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize, Serializer};

use crate::action::ActionType;
use crate::actor::{Actor, Source};
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::data::{DataClass, SubjectRef};
use crate::decision::Decision;
use crate::error::Error;
use crate::id::{EventId, IdSource, UuidV7};
use crate::members::{Members, named};
use crate::tenant::{OrganizationId, Stream, is_identifier};
use crate::trace::{SpanId, TraceContext, TraceId};
use crate::value::{Object, Value};

mod builder;

pub use builder::EventBuilder;

/// One thing that happened (schema 1).
///
/// Made by [`Event::builder`] or read from JSON. Every field's type admits only what may be stored; size and nesting
/// are checked when the event is brought into canonical form. An event cannot be appended as it is: it is first
/// scrubbed, then sealed, then brought into canonical form; see [`Event::scrub`].
///
/// ```
/// use axiom_core::{Event, RiskLevel, Status};
///
/// let event = Event::builder("acme".parse()?, "apply.applied".parse()?)
///     .user("user_41")
///     .resource("arn:aws:s3:::invoices")
///     .status(Status::Applied)
///     .metadata("region", "eu-west-1")
///     .build()?;
/// assert_eq!(event.risk_level, RiskLevel::High);
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The globally unique id.
    pub id: EventId,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Whose event it is.
    pub organization_id: OrganizationId,
    /// Who acted: a user, a service, or `system`.
    pub user_id: String,
    /// Where it happened.
    pub provider: Provider,
    /// What happened.
    pub action_type: ActionType,
    /// The resources concerned.
    pub resource_ids: Vec<String>,
    /// The state before a change.
    pub before_state: Option<Value>,
    /// The state after a change.
    pub after_state: Option<Value>,
    /// How it ended.
    pub status: Status,
    /// How much was at stake.
    pub risk_level: RiskLevel,
    /// Anything else that helps to understand it.
    pub metadata: Object,
    /// Who acted, in more detail.
    pub actor: Option<Actor>,
    /// Where the request came from.
    pub source: Option<Source>,
    /// Why it was done.
    pub reason: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// The distributed trace it belongs to.
    pub trace_id: Option<TraceId>,
    /// The span it belongs to.
    pub span_id: Option<SpanId>,
    /// What ties events of one undertaking together.
    pub correlation_id: Option<String>,
    /// What makes a repeated delivery recognizable; opaque, never personal data.
    pub idempotency_key: Option<String>,
    /// The classes of data that were touched.
    pub data_classes: Vec<DataClass>,
    /// The data subjects concerned, by opaque reference.
    pub subject_refs: Vec<SubjectRef>,
    /// The policy decision behind it.
    pub decision: Option<Decision>,
    /// How many findings of each type were redacted.
    pub(crate) redactions: Object,
    /// Members that this version does not know, kept as they came.
    pub extra: Object,
}

impl Event {
    /// The schema that this version writes.
    pub const SCHEMA_VERSION: u32 = 1;

    /// Starts an event of `organization`; every other field has a default.
    pub fn builder(organization: OrganizationId, action: ActionType) -> EventBuilder {
        EventBuilder::new(organization, action)
    }

    /// Reads an event from JSON.
    ///
    /// `organizationId` and `actionType` must be there. A missing `id` or `timestamp` is made now, a missing `userId`
    /// is the actor's id or `system`, a missing `provider` is `system`, a missing `status` is `succeeded`, and a
    /// missing `riskLevel` is that of the action. `clockSkew`, `recordedAt` and `redactions` are dropped, because the
    /// log sets its own. Members with other names are kept in [`extra`](Self::extra).
    ///
    /// ```
    /// use axiom_core::Event;
    ///
    /// let event = Event::from_json(br#"{"organizationId":"acme","actionType":"scan.completed","ours":1}"#)?;
    /// assert_eq!(event.extra.len(), 1);
    ///
    /// let error = Event::from_json(br#"{"organizationId":"acme","actionType":"scan.completed","riskLevel":9}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "/riskLevel: must be a string, not a number");
    /// # Ok::<(), axiom_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Syntax`] where it is not JSON, [`Error::Invalid`] with the name of the field that is not as it must be.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        match serde_json::from_slice(json).map_err(|error| syntax(&error))? {
            Value::Object(object) => Self::from_object(object),
            other => Err(not_an_object(&other)),
        }
    }

    /// Reads an event from an object, as [`from_json`](Self::from_json) does.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the name of the field that is not as it must be.
    pub fn from_object(object: Object) -> Result<Self, Error> {
        Self::from_object_with(object, &SystemClock, &*PROCESS_IDS)
    }

    /// Reads an event from an object; what is missing comes from `clock` and `ids`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the name of the field that is not as it must be.
    pub fn from_object_with(object: Object, clock: &dyn Clock, ids: &dyn IdSource) -> Result<Self, Error> {
        let mut members = Members::new(object);
        check_schema(members.integer("schemaVersion")?)?;
        for set_by_the_log in ["clockSkew", "recordedAt", "redactions"] {
            members.value(set_by_the_log);
        }
        let timestamp = members.parsed("timestamp")?.unwrap_or_else(|| clock.now());
        let action_type = read_action(&mut members)?;
        let actor = nested(&mut members, "actor", Actor::from_object)?;
        let user_id = members.string("userId")?;
        let risk_level = members.parsed("riskLevel")?.unwrap_or(action_type.default_risk());
        Ok(Self {
            id: members.parsed("id")?.unwrap_or_else(|| ids.next_id(timestamp)),
            timestamp,
            organization_id: required(members.parsed("organizationId")?, "/organizationId")?,
            user_id: user_id
                .or_else(|| actor.as_ref().map(|actor| actor.id.clone()))
                .unwrap_or_else(|| SYSTEM_USER.into()),
            provider: members.parsed("provider")?.unwrap_or(Provider::System),
            action_type,
            resource_ids: members.list::<Text>("resourceIds")?.into_iter().map(|text| text.0).collect(),
            before_state: members.value("beforeState"),
            after_state: members.value("afterState"),
            status: members.parsed("status")?.unwrap_or(Status::Succeeded),
            risk_level,
            metadata: members.object("metadata")?.unwrap_or_default(),
            actor,
            source: nested(&mut members, "source", Source::from_object)?,
            reason: members.string("reason")?,
            error: members.string("error")?,
            trace_id: members.parsed("traceId")?,
            span_id: members.parsed("spanId")?,
            correlation_id: members.string("correlationId")?,
            idempotency_key: members.string("idempotencyKey")?,
            data_classes: members.list("dataClasses")?,
            subject_refs: members.list("subjectRefs")?,
            decision: nested(&mut members, "decision", Decision::from_object)?,
            redactions: Object::new(),
            extra: members.rest(),
        })
    }

    /// How many findings of each type the pipeline has redacted.
    #[must_use]
    pub const fn redactions(&self) -> &Object {
        &self.redactions
    }

    /// The retention class, which decides into which of the organization's logs the event goes.
    #[must_use]
    pub const fn stream(&self) -> &Stream {
        self.action_type.stream()
    }

    pub(crate) fn set_trace(&mut self, trace: &TraceContext) {
        self.trace_id = Some(trace.trace_id());
        self.span_id = Some(trace.span_id());
    }
}

/// Where an event happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// A provider of the host's own naming.
    Other(ProviderName),
    /// The host product itself.
    System,
}

impl Provider {
    /// The provider's name as it stands in the event.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
            Self::Other(name) => &name.0,
            Self::System => "system",
        }
    }
}

impl FromStr for Provider {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "aws" => Ok(Self::Aws),
            "azure" => Ok(Self::Azure),
            "gcp" => Ok(Self::Gcp),
            "system" => Ok(Self::System),
            _ if is_identifier(text, 64, b"._-") => Ok(Self::Other(ProviderName(text.into()))),
            _ => Err(Error::invalid("/provider", "must be aws, azure, gcp, system or a plain name of the host's own")),
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Provider {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The checked name of a host's own [`Provider`]; made by parsing one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProviderName(Box<str>);

named! {
    /// How an action ended.
    Status {
        /// The change was made.
        Applied = "applied",
        /// It was refused.
        Denied = "denied",
        /// It did not succeed.
        Failed = "failed",
        /// It is not over.
        Pending = "pending",
        /// The change was made and taken back.
        RolledBack = "rolled_back",
        /// It ended well, and was no change.
        Succeeded = "succeeded",
        /// It ended, with something to look at.
        Warning = "warning",
    }
}

named! {
    /// How much is at stake.
    RiskLevel {
        /// Little, or easily put right.
        Low = "low",
        /// Something that somebody should look at.
        Medium = "medium",
        /// Production, data or money.
        High = "high",
    }
}

/// The user id of what the product does by itself.
pub(crate) const SYSTEM_USER: &str = "system";

/// The ids of events for which the host names no source.
pub(crate) static PROCESS_IDS: LazyLock<UuidV7> = LazyLock::new(UuidV7::new);

/// A string that needs no further check.
struct Text(String);

impl FromStr for Text {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(Self(text.into()))
    }
}

fn check_schema(version: Option<i64>) -> Result<(), Error> {
    match version {
        None | Some(1) => Ok(()),
        Some(_) => Err(Error::invalid("/schemaVersion", "this version records schema 1")),
    }
}

/// The action type; a custom one takes its retention class from the member `stream`, which other actions do not have.
fn read_action(members: &mut Members) -> Result<ActionType, Error> {
    let action: ActionType = required(members.parsed("actionType")?, "/actionType")?;
    let stream: Option<Stream> = members.parsed("stream")?;
    match stream {
        Some(stream) if action.is_custom() => Ok(action.with_stream(stream)),
        Some(stream) if stream != *action.stream() => {
            Err(Error::invalid("/stream", format!("this action belongs to the stream {}", action.stream())))
        }
        _ => Ok(action),
    }
}

fn required<T>(value: Option<T>, pointer: &str) -> Result<T, Error> {
    value.ok_or_else(|| Error::invalid(pointer, "is missing"))
}

fn nested<T>(
    members: &mut Members,
    name: &str,
    read: impl FnOnce(Object) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let read = |object| read(object).map_err(|error| error.under(&format!("/{name}")));
    members.object(name)?.map(read).transpose()
}

fn not_an_object(found: &Value) -> Error {
    Error::invalid("", format!("an event must be a JSON object, not {}", found.type_name()))
}

/// The parser's complaint without its own mention of line and column.
fn syntax(error: &serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let reason = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message).to_owned();
    Error::Syntax { line, column, reason }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By way of a value, because serde's own complaint about a wrong type repeats what it found.
        match Value::deserialize(deserializer)? {
            Value::Object(object) => Self::from_object(object).map_err(serde::de::Error::custom),
            other => Err(serde::de::Error::custom(not_an_object(&other))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(members: &str) -> Result<Event, Error> {
        Event::from_json(format!(r#"{{"organizationId":"acme","actionType":"apply.applied",{members}}}"#).as_bytes())
    }

    #[test]
    fn every_bad_field_is_named() {
        for (members, pointer) in [
            (r#""id":"x""#, "/id"),
            (r#""timestamp":"yesterday""#, "/timestamp"),
            (r#""userId":7"#, "/userId"),
            (r#""provider":"a b""#, "/provider"),
            (r#""resourceIds":"one""#, "/resourceIds"),
            (r#""resourceIds":["a",7]"#, "/resourceIds/1"),
            (r#""status":"done""#, "/status"),
            (r#""riskLevel":"extreme""#, "/riskLevel"),
            (r#""metadata":[]"#, "/metadata"),
            (r#""schemaVersion":2"#, "/schemaVersion"),
            (r#""actor":{"type":"robot","id":"r"}"#, "/actor/type"),
            (r#""actor":{"type":"user"}"#, "/actor/id"),
            (r#""source":{"ip":1}"#, "/source/ip"),
            (r#""traceId":"abc""#, "/traceId"),
            (r#""decision":{"decisionId":"d"}"#, "/decision/verdict"),
            (r#""dataClasses":["a b"]"#, "/dataClasses/0"),
            (r#""subjectRefs":["bob@example.com"]"#, "/subjectRefs/0"),
            (r#""stream":"operational""#, "/stream"),
        ] {
            match read(members) {
                Err(Error::Invalid { pointer: named, .. }) => assert_eq!(named, pointer),
                other => panic!("{members}: {other:?}"),
            }
        }
        assert_eq!(Event::from_json(b"{}").unwrap_err().to_string(), "/actionType: is missing");
    }

    #[test]
    fn errors_do_not_repeat_values() {
        for members in
            [r#""id":"4111111111111111""#, r#""status":"bob@example.com""#, r#""provider":"bob@example.com""#]
        {
            let message = read(members).unwrap_err().to_string();
            assert!(!message.contains("4111") && !message.contains("bob"), "{message}");
        }
    }

    #[test]
    fn what_is_not_json_is_answered_with_line_and_column() {
        for (json, line) in [("", 1), ("{\"a\":1,}", 1), ("{\n\"a\":\"\0\"}", 2), ("[1", 1), ("{} x", 1)] {
            assert!(
                matches!(Event::from_json(json.as_bytes()), Err(Error::Syntax { line: at, .. }) if at == line),
                "{json}"
            );
        }
        assert!(matches!(Event::from_json(b"{\"a\":\"\xff\"}"), Err(Error::Syntax { .. })));
        assert!(Event::from_json(b"[]").unwrap_err().to_string().contains("object"));
    }

    #[test]
    fn a_custom_action_may_state_its_stream() {
        let json = br#"{"organizationId":"acme","actionType":"custom.tea.made","stream":"operational"}"#;
        assert_eq!(Event::from_json(json).unwrap().stream(), &Stream::Operational);
    }
}
