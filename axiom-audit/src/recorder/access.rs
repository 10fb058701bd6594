//! That somebody read a log.

use axiom_core::{Actor, Event, LogId, Origin, Value};

use crate::error::Error;

/// That somebody read or exported entries, to be recorded itself (PCI DSS 10.2.1.3: access to audit logs).
///
/// See [`Recorder::record_access`](crate::Recorder::record_access).
#[derive(Debug, Clone)]
#[must_use]
pub struct Access {
    action: &'static str,
    log: LogId,
    actor: Actor,
    selection: Value,
    entries: u64,
}

impl Access {
    /// `actor` read or queried entries of `log`.
    pub const fn read(log: LogId, actor: Actor) -> Self {
        Self::new("log.read", log, actor)
    }

    /// `actor` took entries of `log` out of the system.
    pub const fn export(log: LogId, actor: Actor) -> Self {
        Self::new("log.exported", log, actor)
    }

    /// What was asked for: a range, a filter, a format; by default everything.
    pub fn selection(mut self, selection: impl Into<Value>) -> Self {
        self.selection = selection.into();
        self
    }

    /// How many entries were handed out; by default none.
    pub const fn entries(mut self, count: u64) -> Self {
        self.entries = count;
        self
    }

    const fn new(action: &'static str, log: LogId, actor: Actor) -> Self {
        Self { action, log, actor, selection: Value::Null, entries: 0 }
    }

    pub(super) fn log(&self) -> &LogId {
        &self.log
    }

    /// The event, in the name of the organization whose log it is.
    pub(super) fn into_event(self, origin: &Origin) -> Result<Event, Error> {
        let event = Event::builder(self.log.organization, self.action.parse()?)
            .actor(self.actor)
            .resource(origin.as_str())
            .metadata("entries", self.entries)
            .metadata("selection", self.selection)
            .build()?;
        Ok(event)
    }
}
