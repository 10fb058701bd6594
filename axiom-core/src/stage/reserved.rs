//! Keys that the pipeline keeps for itself, and new names for those that cannot stay.

use std::collections::HashMap;

use crate::error::Error;
use crate::event::Event;
use crate::seal::SEALED_KEY;
use crate::value::{Object, Value, is_key};

/// Gives every reserved key of `event` one more `$`: all that is left of scrubbing where every text is kept.
pub(super) fn reserve(event: &mut Event) -> Result<(), Error> {
    [&mut event.before_state, &mut event.after_state].into_iter().flatten().try_for_each(in_value)?;
    in_object(&mut event.metadata)?;
    event.actor.as_mut().map_or(Ok(()), |actor| in_object(&mut actor.extra))?;
    event.source.as_mut().map_or(Ok(()), |source| in_object(&mut source.extra))?;
    if let Some(decision) = &mut event.decision {
        decision.evaluated_policies.iter_mut().try_for_each(in_value)?;
        in_object(&mut decision.extra)?;
    }
    in_object(&mut event.extra)
}

fn in_value(value: &mut Value) -> Result<(), Error> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(in_value),
        Value::Object(object) => in_object(object),
        Value::Bool(_) | Value::Integer(_) | Value::Null | Value::String(_) => Ok(()),
    }
}

fn in_object(object: &mut Object) -> Result<(), Error> {
    if object.keys().any(|key| is_reserved(key)) {
        let reserved =
            object.keys().filter(|key| is_reserved(key)).map(|key| (key.clone(), format!("${key}"))).collect();
        rename(object, reserved)?;
    }
    object.iter_mut().try_for_each(|(_, value)| in_value(value))
}

/// Whether `key` would make a host's own value look sealed. It gets one more `$`, so that different keys stay
/// different.
pub(super) fn is_reserved(key: &str) -> bool {
    key.starts_with('$') && key.trim_start_matches('$') == SEALED_KEY.trim_start_matches('$')
}

/// Gives members new names; each stays a member of its own.
pub(super) fn rename(object: &mut Object, names: Vec<(String, String)>) -> Result<(), Error> {
    let mut taken = HashMap::new();
    for (key, text) in names {
        let value = object.remove(&key).expect("the key was just listed");
        let text = if is_key(&text) { text } else { "[REDACTED]".to_owned() };
        object.insert(vacant(object, &text, &mut taken), value)?;
    }
    Ok(())
}

/// `key`, or `key#2`, `key#3`, … where it is taken: two members must not become one. `taken` remembers how far the
/// count is.
fn vacant(object: &Object, key: &str, taken: &mut HashMap<String, u64>) -> String {
    let count = taken.entry(key.to_owned()).or_insert(1);
    let mut candidate = if *count == 1 { key.to_owned() } else { format!("{key}#{count}") };
    while object.get(&candidate).is_some() {
        *count += 1;
        candidate = format!("{key}#{count}");
    }
    *count += 1;
    candidate
}
