//! What makes an event recognizable.

use std::borrow::Cow;

use axiom_core::{Canonical, EventId, Timestamp};
use serde::Deserialize;

use crate::entry::Links;

/// What is compared to find out whether an event was recorded before.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) id: EventId,
    pub(super) key: Option<Box<str>>,
    action: Box<str>,
    timestamp: Timestamp,
    pub(super) recorded_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    #[serde(borrow)]
    action_type: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    idempotency_key: Option<Box<str>>,
    #[serde(borrow)]
    recorded_at: Cow<'a, str>,
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
}

/// What two events have to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// One is the other, recorded again.
    Same,
    /// They are different events that claim to be one.
    Reused(&'static str),
    /// They are different events.
    Stranger,
}

impl Identity {
    /// The identity of the event in a stored line, or `None` where it is no entry.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        Self::of_event(Links::read(line)?.event)
    }

    fn of_event(event: &[u8]) -> Option<Self> {
        let members: Members<'_> = serde_json::from_slice(event).ok()?;
        Some(Self {
            id: members.id.parse().ok()?,
            key: members.idempotency_key,
            action: members.action_type.into(),
            timestamp: members.timestamp.parse().ok()?,
            recorded_at: members.recorded_at.parse().ok()?,
        })
    }

    /// Compares this one, which was recorded, with `event`, which is to be.
    pub(super) fn compare(&self, event: &Canonical) -> Likeness {
        let same_action = || Self::of_event(event.as_bytes()).is_some_and(|other| other.action == self.action);
        if self.id == event.id() {
            let same = self.timestamp == event.timestamp() && same_action();
            return if same { Likeness::Same } else { Likeness::Reused("id") };
        }
        match &self.key {
            Some(key) if Some(&**key) == event.idempotency_key() => {
                if same_action() {
                    Likeness::Same
                } else {
                    Likeness::Reused("idempotency key")
                }
            }
            _ => Likeness::Stranger,
        }
    }
}
