//! Events as JSON.

use axiom_audit::import;
use axiom_core::{Canonical, Event, Unscrubbed, Unsealed};

/// The canonical form of an event is read as the same event.
pub fn event(bytes: &[u8]) -> bool {
    Event::from_json(bytes).is_ok_and(reads_again)
}

/// A file of CloudTrail gives events, or an error.
pub fn cloudtrail(bytes: &[u8]) -> bool {
    let events = import::cloudtrail::events(bytes).unwrap_or_default();
    events.into_iter().flatten().filter(|event| reads_again(event.clone())).count() > 0
}

/// Whether an event can be recorded at all; if so it must be read as what it was.
fn reads_again(event: Event) -> bool {
    let Some(written) = canonical(event) else { return false };
    let read = Event::from_json(written.as_bytes()).expect("what was written is an event");
    let again = canonical(read).expect("it could be recorded before");
    assert_eq!(again.as_str(), written.as_str());
    true
}

fn canonical(event: Event) -> Option<Canonical> {
    event.scrub(&Unscrubbed).ok()?.without_sealing(Unsealed).canonical().ok()
}
