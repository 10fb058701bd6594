//! What can be asked of an entry: its times, and the values of the fields that a filter names.

use axiom_core::Timestamp;
use serde::Deserialize;

use super::loose::Loose;
use crate::entry::Links;
use crate::error::Error;

/// A field that a filter can name. The order and the numbers are part of the index's format: add at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Field {
    Actor = 1,
    ActorType = 2,
    OnBehalfOf = 3,
    Action = 4,
    Category = 5,
    Resource = 6,
    Status = 7,
    Risk = 8,
    Trace = 9,
    Correlation = 10,
}

/// The members of an event that can be asked for; one of another type than it should be is as good as absent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Facts<'a> {
    #[serde(borrow)]
    action_type: Loose<'a>,
    #[serde(borrow)]
    actor: Loose<'a>,
    #[serde(borrow)]
    correlation_id: Loose<'a>,
    #[serde(borrow)]
    recorded_at: Loose<'a>,
    #[serde(borrow)]
    resource_ids: Loose<'a>,
    #[serde(borrow)]
    risk_level: Loose<'a>,
    #[serde(borrow)]
    status: Loose<'a>,
    #[serde(borrow)]
    timestamp: Loose<'a>,
    #[serde(borrow)]
    trace_id: Loose<'a>,
    #[serde(borrow)]
    user_id: Loose<'a>,
}

impl<'a> Facts<'a> {
    /// Reads them from the line that stands at place `seq` of the log `origin`.
    pub(super) fn read(line: &'a [u8], origin: &str, seq: u64) -> Result<Self, Error> {
        let links = Links::read(line).filter(|links| links.seq == seq && links.log == origin);
        let facts = links.and_then(|links| serde_json::from_slice(links.event).ok());
        facts.ok_or_else(|| Error::Damaged {
            log: origin.into(),
            reason: format!("the line in place {seq} is not an entry of this log"),
        })
    }

    /// When it happened.
    pub(super) fn happened(&self) -> Option<Timestamp> {
        self.timestamp.text()?.parse().ok()
    }

    /// When the log took it.
    pub(super) fn recorded(&self) -> Option<Timestamp> {
        self.recorded_at.text()?.parse().ok()
    }

    /// Shows every value with its field to `visit`; some may come twice.
    pub(super) fn each(&self, visit: &mut impl FnMut(Field, &str)) {
        let action = self.action_type.text();
        for (field, value) in [
            (Field::Actor, self.user_id.text()),
            (Field::Actor, self.actor.member("id")),
            (Field::ActorType, self.actor.member("type")),
            (Field::OnBehalfOf, self.actor.member("onBehalfOf")),
            (Field::Action, action),
            (Field::Category, action.and_then(|action| action.split('.').next())),
            (Field::Status, self.status.text()),
            (Field::Risk, self.risk_level.text()),
            (Field::Trace, self.trace_id.text()),
            (Field::Correlation, self.correlation_id.text()),
        ] {
            if let Some(value) = value {
                visit(field, value);
            }
        }
        self.resource_ids.texts().for_each(|resource| visit(Field::Resource, resource));
    }
}

#[cfg(test)]
mod tests {
    use axiom_core::Origin;

    use super::*;
    use crate::entry::{PREFIX, genesis, write_suffix};

    fn line(event: &str) -> Vec<u8> {
        let origin: Origin = ORIGIN.parse().unwrap();
        let mut line = [PREFIX, event.as_bytes()].concat();
        write_suffix(&mut line, &origin, genesis(&origin), 3);
        line
    }

    fn values(event: &str) -> Vec<(Field, String)> {
        let line = line(event);
        let mut values = Vec::new();
        Facts::read(&line, ORIGIN, 3).unwrap().each(&mut |field, value| values.push((field, value.to_owned())));
        values
    }

    const ORIGIN: &str = "audit.example.com/9f/material";

    #[test]
    fn every_field_is_read() {
        let event = r#"{"actionType":"scan.completed","actor":{"id":"a","onBehalfOf":"b","type":"agent"},
            "correlationId":"c","resourceIds":["r\n1","r2"],"riskLevel":"low","status":"failed","traceId":"t","userId":"u"}"#;
        let expected = [
            (Field::Actor, "u"),
            (Field::Actor, "a"),
            (Field::ActorType, "agent"),
            (Field::OnBehalfOf, "b"),
            (Field::Action, "scan.completed"),
            (Field::Category, "scan"),
            (Field::Status, "failed"),
            (Field::Risk, "low"),
            (Field::Trace, "t"),
            (Field::Correlation, "c"),
            (Field::Resource, "r\n1"),
            (Field::Resource, "r2"),
        ];
        assert_eq!(values(event), expected.map(|(field, value)| (field, value.to_owned())));
    }

    #[test]
    fn members_of_other_types_are_as_good_as_absent() {
        let event = r#"{"actionType":7,"actor":["id"],"correlationId":null,"resourceIds":{"a":[1.5,{"b":true}]},
            "riskLevel":[["low"]],"status":{},"timestamp":-1,"traceId":false,"userId":"u"}"#;
        assert_eq!(values(event), [(Field::Actor, "u".to_owned())]);
    }

    #[test]
    fn an_entry_of_another_log_or_place_is_none_of_this_one() {
        let line = line("{}");
        assert!(Facts::read(&line, ORIGIN, 3).is_ok());
        assert!(Facts::read(&line, ORIGIN, 4).is_err());
        assert!(Facts::read(&line, "audit.example.com/9f/operational", 3).is_err());
    }
}
