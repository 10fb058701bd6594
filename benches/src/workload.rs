//! The events that are recorded in the benches.

use std::sync::Arc;

use axiom_audit::{MemoryStore, Naming, Recorder, Store};
use axiom_core::{
    Actor, ActorType, DataClass, Decision, Event, EventBuilder, FixedClock, IdSource, LogId, Object, Origin, Provider,
    SequentialIds, Source, Status, Timestamp, Unscrubbed, Verdict,
};

use crate::error::Error;

/// Events of a cloud agent at work, and the lines that a log stores for them.
///
/// Three kinds take turns: an assumed role, an approval with its decision, and a change with the states before and
/// after. An event has 400 to 600 bytes, its entry some 170 more. All go into the same log, and the same number makes
/// the same events.
///
/// ```
/// let workload = axiom_benches::Workload::new(3)?;
/// assert_eq!(workload.events().len(), workload.lines().len());
/// # Ok::<(), axiom_benches::Error>(())
/// ```
#[derive(Debug)]
pub struct Workload {
    naming: Naming,
    log: LogId,
    ids: SequentialIds,
    events: Vec<Event>,
    lines: Vec<Vec<u8>>,
}

impl Workload {
    /// When the log took the events.
    pub const RECORDED_AT: Timestamp = match Timestamp::from_unix_micros(START) {
        Some(at) => at,
        None => Timestamp::UNIX_EPOCH,
    };

    /// `count` events.
    ///
    /// # Errors
    /// [`Error::Event`] or [`Error::Audit`] where one cannot be made or recorded.
    pub fn new(count: usize) -> Result<Self, Error> {
        let naming = Naming::new("audit.example.com".parse()?, [7; 32])?;
        let ids = SequentialIds::new();
        let events = (0..count).map(|number| {
            let at = Timestamp::from_unix_micros(START + 1_009 * i64::try_from(number).unwrap_or(0));
            let clock = FixedClock(at.unwrap_or(Timestamp::UNIX_EPOCH));
            Ok(event(number)?.build_with(&clock, &ids)?)
        });
        let events = events.collect::<Result<Vec<Event>, Error>>()?;
        let log = LogId::new(ORGANIZATION.parse()?, axiom_core::Stream::Material);
        let lines = stored(&naming, &log, events.clone())?;
        Ok(Self { naming, log, ids, events, lines })
    }

    /// The events.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The entry that each becomes, without its newline.
    #[must_use]
    pub fn lines(&self) -> &[Vec<u8>] {
        &self.lines
    }

    /// How the log is named.
    #[must_use]
    pub const fn naming(&self) -> &Naming {
        &self.naming
    }

    /// Which log it is.
    #[must_use]
    pub const fn log(&self) -> &LogId {
        &self.log
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.naming.origin(&self.log)
    }

    /// An endless walk through the events, from the first on, each with an id that none had before: a log does not
    /// record an event twice.
    pub fn fresh(&self) -> impl Iterator<Item = Event> {
        self.events.iter().cycle().cloned().map(|mut event| {
            event.id = self.ids.next_id(event.timestamp);
            event
        })
    }

    /// All events once, as [`fresh`](Self::fresh) has them, in batches of `len`.
    #[must_use]
    pub fn batches(&self, len: usize) -> Vec<Vec<Event>> {
        let mut events = self.fresh().take(self.events.len()).peekable();
        let mut batches = Vec::new();
        while events.peek().is_some() {
            batches.push(events.by_ref().take(len).collect());
        }
        batches
    }

    /// An endless walk through the lines, from the first on.
    pub fn cycle_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().map(Vec::as_slice).cycle()
    }
}

/// What a log stores for `events`.
fn stored(naming: &Naming, log: &LogId, events: Vec<Event>) -> Result<Vec<Vec<u8>>, Error> {
    let store = Arc::new(MemoryStore::new(naming.clone()));
    let recorder =
        Recorder::builder_shared(store.clone(), Unscrubbed).clock(FixedClock(Workload::RECORDED_AT)).build()?;
    recorder.record_batch_blocking(events).into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(pollster::block_on(store.read(log, 0, usize::MAX))?)
}

fn event(number: usize) -> Result<EventBuilder, Error> {
    match number % 3 {
        0 => role_assumed(number),
        1 => approved(number),
        _ => applied(number),
    }
}

fn role_assumed(number: usize) -> Result<EventBuilder, Error> {
    let account = 210_000_000_000 + number;
    Ok(Event::builder(ORGANIZATION.parse()?, "connection.role_assumed".parse()?)
        .actor(Actor::new(ActorType::Agent, "agent-7").on_behalf_of(format!("user_{}", number % 97)))
        .source(Source::new().ip("10.20.30.41").user_agent("axiom-agent/1.4"))
        .provider(Provider::Aws)
        .resource(format!("arn:aws:iam::{account}:role/AxiomReadOnly"))
        .metadata("region", "eu-west-1")
        .metadata("sessionSeconds", 3600)
        .correlation_id(format!("run-{}", number / 30)))
}

fn approved(number: usize) -> Result<EventBuilder, Error> {
    let decision = Decision::new(format!("dec-{number:08}"), Verdict::Allow).policy("blast-radius", "two approvers");
    Ok(Event::builder(ORGANIZATION.parse()?, "approval.approved".parse()?)
        .actor(Actor::new(ActorType::User, format!("user_{}", number % 97)))
        .source(Source::new().ip("192.0.2.17"))
        .resource(format!("plan-{number:08}"))
        .reason("closes a public bucket, tried on staging")
        .decision(decision)
        .correlation_id(format!("run-{}", number / 30)))
}

fn applied(number: usize) -> Result<EventBuilder, Error> {
    Ok(Event::builder(ORGANIZATION.parse()?, "apply.applied".parse()?)
        .actor(Actor::new(ActorType::Agent, "agent-7").on_behalf_of(format!("user_{}", number % 97)).privileged())
        .provider(Provider::Aws)
        .resource(format!("arn:aws:s3:::invoices-{number}"))
        .before_state(bucket(false)?)
        .after_state(bucket(true)?)
        .status(Status::Applied)
        .data_class(DataClass::PERSONAL)
        .correlation_id(format!("run-{}", number / 30)))
}

fn bucket(private: bool) -> Result<Object, Error> {
    let mut state = Object::new();
    state.insert("encryption", if private { "aws:kms" } else { "none" })?;
    state.insert("publicAccessBlocked", private)?;
    Ok(state)
}

const ORGANIZATION: &str = "org_7f3c";

/// 2026-03-01T08:30:00Z, in microseconds.
const START: i64 = 1_772_353_800_000_000;

#[cfg(test)]
mod tests {
    use axiom_audit::{genesis, leaf_hash};

    use super::*;
    use crate::plain::PlainEntry;

    #[test]
    fn plain_serialization_writes_the_bytes_that_the_log_stores() {
        let workload = Workload::new(30).unwrap();
        let origin = workload.origin();
        let mut prev = genesis(&origin);
        for (seq, (event, line)) in (0..).zip(workload.events().iter().zip(workload.lines())) {
            let plain = PlainEntry::new(event, Workload::RECORDED_AT, &origin, prev, seq);
            assert_eq!(serde_json::to_string(&plain).unwrap().as_bytes(), line);
            prev = leaf_hash(line);
        }
    }

    #[test]
    fn events_are_as_long_as_the_documentation_says() {
        let workload = Workload::new(300).unwrap();
        for line in workload.lines() {
            let entry: serde_json::Value = serde_json::from_slice(line).unwrap();
            let event = entry["event"].to_string().len();
            assert!((400..=600).contains(&event), "{event}: {}", entry["event"]);
            assert!((160..=180).contains(&(line.len() - event)), "{}", line.len() - event);
        }
    }

    #[test]
    fn the_same_number_makes_the_same_events() {
        assert_eq!(Workload::new(7).unwrap().lines(), Workload::new(7).unwrap().lines());
    }
}
