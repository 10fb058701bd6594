//! Keeps an event within what one entry can hold.

use std::io;

use axiom_core::{Canonical, Error, Event, Object, Value};
use serde::Serialize;

/// The longest event that is not cut, in bytes: two thirds of [`Canonical::MAX_LEN`].
///
/// The rest is for what the pipeline adds: placeholders of redacted texts, and the third by which sealing lengthens the
/// metadata.
pub const MAX_LEN: usize = Canonical::MAX_LEN / 3 * 2;

/// Replaces the longest members of the metadata by how long they were, until the event is short enough.
pub(super) fn limit(mut event: Event) -> Result<Event, Error> {
    let mut size = size(&event);
    while size > MAX_LEN {
        let longest =
            event.metadata.iter_mut().map(|(_, member)| (length(member), member)).max_by_key(|(length, _)| *length);
        match longest {
            Some((bytes, member)) if bytes > WORTH_OMITTING => {
                *member = omitted(bytes);
                size = size - bytes + length(member);
            }
            _ if size > Canonical::MAX_LEN => return Err(Error::TooLarge { size, limit: Canonical::MAX_LEN }),
            _ => break,
        }
    }
    Ok(event)
}

/// No less than the length of the canonical form.
fn size(event: &Event) -> usize {
    let texts = (&event.user_id, &event.error, &event.correlation_id, &event.resource_ids);
    length(&event.metadata) + length(&texts) + length(&event.actor) + length(&event.source) + FIXED
}

fn length(value: &impl Serialize) -> usize {
    let mut counter = Counter(0);
    serde_json::to_writer(&mut counter, value).expect("a counter takes every byte, and keys are strings");
    counter.0
}

fn omitted(bytes: usize) -> Value {
    let mut marker = Object::new();
    let members = [("bytes", Value::from(bytes as u64)), ("omitted", Value::from("too large"))];
    for (key, value) in members {
        marker.insert(key, value).expect("the keys are ASCII");
    }
    marker.into()
}

/// Counts what is written.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A member this short is not the cause of the length.
const WORTH_OMITTING: usize = 256;

/// More than the names, ids, times and enumerations of an event take.
const FIXED: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;
    use axiom_core::{Unscrubbed, Unsealed};

    fn event(lengths: [usize; 3]) -> Event {
        let mut builder = Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap());
        for (key, length) in ["additionalEventData", "requestParameters", "responseElements"].iter().zip(lengths) {
            builder = builder.metadata(key, "x".repeat(length));
        }
        builder.build().unwrap()
    }

    fn omitted_in(event: &Event) -> Vec<&str> {
        let is_omitted = |value: &Value| value.at("/omitted").is_some();
        event.metadata.iter().filter(|(_, value)| is_omitted(value)).map(|(key, _)| key.as_str()).collect()
    }

    #[test]
    fn only_as_much_is_omitted_as_needed() {
        for (lengths, omitted) in [
            ([10_000, 20_000, 10_000], vec![]),
            ([10_000, 60_000, 20_000], vec!["requestParameters"]),
            ([10_000, 60_000, 50_000], vec!["requestParameters", "responseElements"]),
        ] {
            assert_eq!(omitted_in(&limit(event(lengths)).unwrap()), omitted, "{lengths:?}");
        }
    }

    #[test]
    fn what_is_omitted_leaves_its_length() {
        let event = limit(event([1, 1, 100_000])).unwrap();
        let marker = serde_json::to_string(event.metadata.get("responseElements").unwrap()).unwrap();
        assert_eq!(marker, r#"{"bytes":100002,"omitted":"too large"}"#);
    }

    #[test]
    fn the_estimate_is_never_too_low() {
        let mut event = event([1, 20, 300]);
        event.error = Some("\u{1}ä\"".repeat(1_000));
        event.resource_ids = vec!["\n".into(); 1_000];
        let estimate = size(&event);
        let canonical = event.scrub(&Unscrubbed).unwrap().without_sealing(Unsealed).canonical().unwrap();
        assert!(estimate >= canonical.as_bytes().len());
    }

    #[test]
    fn an_error_too_long_for_any_entry_is_refused() {
        let mut event = event([1, 1, 1]);
        event.error = Some("x".repeat(70_000));
        assert!(matches!(limit(event), Err(Error::TooLarge { .. })));
    }
}
