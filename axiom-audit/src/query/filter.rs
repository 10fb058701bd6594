//! Which entries are asked for.

use std::collections::{BTreeMap, BTreeSet};

use axiom_core::{ActionType, ActorType, Category, Digest, RiskLevel, Status, Timestamp, TraceId};

use super::facts::{Facts, Field};

/// Which entries are asked for: those for which every field that is named has one of the values given for it.
///
/// Naming a field twice widens it, naming another narrows the answer. An empty filter admits every entry. Values are
/// compared as they stand in the log: what was redacted or sealed there cannot be asked for by its former text.
///
/// ```
/// use axiom_audit::{Filter, Time};
/// use axiom_core::{RiskLevel, Status};
///
/// // What user_41 or user_42 did, or had done, of high risk on 1 March 2026, and failed.
/// let filter = Filter::new()
///     .actor("user_41")
///     .actor("user_42")
///     .risk_at_least(RiskLevel::High)
///     .status(Status::Failed)
///     .since("2026-03-01T00:00:00Z".parse()?)
///     .until("2026-03-02T00:00:00Z".parse()?)
///     .time(Time::Happened);
/// # let _ = filter;
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Filter {
    values: BTreeMap<Field, BTreeSet<String>>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    time: Time,
}

/// Which time of an entry a [`Filter`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum Time {
    /// When it happened, as the author of the event says: its `timestamp`.
    #[default]
    Happened,
    /// When the log took it: its `recordedAt`, which never goes back within a log.
    Recorded,
}

impl Filter {
    /// Admits every entry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who acted: the event's `userId`, or the id of its `actor`.
    pub fn actor(self, id: impl Into<String>) -> Self {
        self.with(Field::Actor, id)
    }

    /// What kind of actor it was.
    pub fn actor_type(self, kind: ActorType) -> Self {
        self.with(Field::ActorType, kind.as_str())
    }

    /// For whom the actor acted.
    pub fn on_behalf_of(self, id: impl Into<String>) -> Self {
        self.with(Field::OnBehalfOf, id)
    }

    /// What was done.
    pub fn action(self, action: &ActionType) -> Self {
        self.with(Field::Action, action.as_str())
    }

    /// What kind of thing was done.
    pub fn category(self, category: Category) -> Self {
        self.with(Field::Category, category.as_str())
    }

    /// An action of the host's own, whichever (`custom.*`).
    pub fn custom(self) -> Self {
        self.with(Field::Category, "custom")
    }

    /// One of the resources concerned.
    pub fn resource(self, id: impl Into<String>) -> Self {
        self.with(Field::Resource, id)
    }

    /// How it ended.
    pub fn status(self, status: Status) -> Self {
        self.with(Field::Status, status.as_str())
    }

    /// How much was at stake.
    pub fn risk(self, level: RiskLevel) -> Self {
        self.with(Field::Risk, level.as_str())
    }

    /// That at least so much was at stake.
    pub fn risk_at_least(self, least: RiskLevel) -> Self {
        let levels = [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High];
        levels.into_iter().filter(|level| *level >= least).fold(self, Self::risk)
    }

    /// The distributed trace it belongs to.
    pub fn trace(self, id: TraceId) -> Self {
        self.with(Field::Trace, id.to_string())
    }

    /// The undertaking it belongs to.
    pub fn correlation(self, id: impl Into<String>) -> Self {
        self.with(Field::Correlation, id)
    }

    /// Not before `first`.
    pub const fn since(mut self, first: Timestamp) -> Self {
        self.since = Some(first);
        self
    }

    /// Before `end`.
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.until = Some(end);
        self
    }

    /// Which time [`since`](Self::since) and [`until`](Self::until) look at; by default when it happened.
    pub const fn time(mut self, time: Time) -> Self {
        self.time = time;
        self
    }

    fn with(mut self, field: Field, value: impl Into<String>) -> Self {
        self.values.entry(field).or_default().insert(value.into());
        self
    }

    /// The fields that are named, and the values given for each.
    pub(super) const fn values(&self) -> &BTreeMap<Field, BTreeSet<String>> {
        &self.values
    }

    /// The span of time that is asked for, if one is.
    pub(super) fn span(&self) -> Option<Span> {
        (self.since.is_some() || self.until.is_some()).then(|| Span {
            time: self.time,
            // Without a time, an entry lies in no span.
            first: self.since.map_or(i64::MIN + 1, Timestamp::unix_micros),
            end: self.until.map_or(i64::MAX, Timestamp::unix_micros),
        })
    }

    pub(super) fn admits(&self, facts: &Facts<'_>) -> bool {
        let in_time = self.span().is_none_or(|span| span.holds(span.time.of(facts)));
        in_time && self.admits_values(facts)
    }

    fn admits_values(&self, facts: &Facts<'_>) -> bool {
        let mut met = BTreeSet::new();
        if !self.values.is_empty() {
            facts.each(&mut |field, value| {
                if self.values.get(&field).is_some_and(|values| values.contains(value)) {
                    met.insert(field);
                }
            });
        }
        met.len() == self.values.len()
    }

    /// What tells this filter from others.
    pub(super) fn fingerprint(&self) -> Digest {
        let mut bytes = Vec::new();
        for (field, values) in &self.values {
            for value in values {
                bytes.push(*field as u8);
                bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
                bytes.extend_from_slice(value.as_bytes());
            }
        }
        let span = self.span().map_or_else(String::new, |span| format!("{span:?}"));
        Digest::of(&[&bytes, &[0], span.as_bytes()])
    }
}

/// A span of time in microseconds since 1970: from the first to before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) time: Time,
    pub(super) first: i64,
    pub(super) end: i64,
}

impl Span {
    /// Whether `micros` lies within; [`NO_TIME`] never does.
    pub(super) const fn holds(&self, micros: i64) -> bool {
        self.first <= micros && micros < self.end
    }
}

impl Time {
    /// The time of an entry in microseconds since 1970, or [`NO_TIME`].
    pub(super) fn of(self, facts: &Facts<'_>) -> i64 {
        let time = match self {
            Self::Happened => facts.happened(),
            Self::Recorded => facts.recorded(),
        };
        time.map_or(NO_TIME, Timestamp::unix_micros)
    }
}

/// Stands for a time that is not there.
pub(super) const NO_TIME: i64 = i64::MIN;
