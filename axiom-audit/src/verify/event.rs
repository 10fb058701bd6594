//! Checks the event of an entry: form, schema and owner.

use axiom_core::{Event, Object};

use super::Fault;

/// What is wrong with the event of entry `seq`, which should be one of `organization`'s.
pub(super) fn check(seq: u64, event: &[u8], organization: &str) -> Option<Fault> {
    let object: Option<Object> = serde_json::from_slice(event).ok();
    let canonical = |object: &Object| serde_json::to_vec(object).is_ok_and(|bytes| bytes == event);
    let Some(object) = object.filter(canonical) else { return Some(Fault::NotCanonical { seq }) };
    if LOGGED.iter().any(|name| object.get(name).is_none()) {
        return Some(Fault::Schema { seq, reason: "it lacks an id or a time".into() });
    }
    match Event::from_object(object) {
        Ok(event) if event.organization_id.as_str() == organization => None,
        Ok(_) => Some(Fault::ForeignEvent { seq }),
        Err(error) => Some(Fault::Schema { seq, reason: error.to_string() }),
    }
}

/// What every recorded event has, whether its author gave it or not.
const LOGGED: [&str; 3] = ["id", "recordedAt", "timestamp"];
