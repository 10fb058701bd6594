//! What a meta-log says of the logs of its host.

use std::collections::BTreeMap;

use axiom_core::{Digest, Event, Origin};

use super::{CHECKPOINTED, ROTATED, member, own_event};
use crate::checkpoint::Checkpoint;
use crate::entry::Links;

/// Collects what a meta-log says of the logs of its host: how long each was, with which root.
///
/// Kept are the newest record of each log, that before each replacement of the signing key (which the key before
/// certified, and which the new one can therefore not take back), and both of two that follow each other the wrong way
/// round. A log that holds to these holds to every record between them that was signed honestly. Memory grows with the
/// number of logs and of key rotations, not with the length of the meta-log.
///
/// ```
/// use axiom_audit::MetaRecords;
///
/// let mut records = MetaRecords::default();
/// records.push(b"{\"event\":{},\"log\":\"another\"}");
/// assert_eq!(records.into_checkpoints().count(), 0);
/// ```
#[derive(Debug, Default)]
pub struct MetaRecords {
    newest: BTreeMap<Origin, Newest>,
    held: Vec<Checkpoint>,
}

#[derive(Debug)]
struct Newest {
    size: u64,
    root: Digest,
    /// Whether it is among those that are held already.
    held: bool,
}

impl MetaRecords {
    /// Takes the next line of the meta-log, without its newline. The caller has seen that a signed checkpoint covers
    /// it.
    pub fn push(&mut self, line: &[u8]) {
        let Some(event) = Links::read(line).and_then(|links| own_event(links.event)) else { return };
        match event.action_type.as_str() {
            CHECKPOINTED => self.record(&event),
            ROTATED => self.hold_all(),
            _ => {}
        }
    }

    /// The checkpoints that the logs have to hold to; their logs must be there.
    pub fn into_checkpoints(mut self) -> impl Iterator<Item = Checkpoint> {
        self.hold_all();
        self.held.into_iter()
    }

    fn record(&mut self, event: &Event) {
        let Some(Checkpoint { origin, size, root }) = checkpoint(event) else { return };
        let next = Newest { size, root, held: false };
        let Some(before) = self.newest.get_mut(&origin) else {
            self.newest.insert(origin, next);
            return;
        };
        if (size, root) == (before.size, before.root) {
            return;
        }
        if size <= before.size && !before.held {
            self.held.push(Checkpoint { origin, size: before.size, root: before.root });
        }
        *before = next;
    }

    fn hold_all(&mut self) {
        for (origin, newest) in self.newest.iter_mut().filter(|(_, newest)| !newest.held) {
            self.held.push(Checkpoint { origin: origin.clone(), size: newest.size, root: newest.root });
            newest.held = true;
        }
    }
}

/// The checkpoint that an event records.
fn checkpoint(event: &Event) -> Option<Checkpoint> {
    let text = |name| event.metadata.get(name)?.as_str();
    Some(Checkpoint {
        origin: text(member::LOG)?.parse().ok()?,
        size: text(member::SIZE)?.parse().ok()?,
        root: text(member::ROOT)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(action: &str, origin: &str, size: u64, root: u8) -> Vec<u8> {
        let root = Digest::from_bytes([root; 32]);
        let event = format!(
            r#"{{"actionType":"{action}","metadata":{{"log":"{origin}","root":"{root}","size":"{size}"}},"organizationId":"axiom:host"}}"#
        );
        let prev = Digest::of(&[]);
        format!(r#"{{"event":{event},"log":"h/meta","prev":"{prev}","seq":0,"v":1}}"#).into_bytes()
    }

    fn held(lines: &[Vec<u8>]) -> Vec<(String, u64)> {
        let mut records = MetaRecords::default();
        lines.iter().for_each(|line| records.push(line));
        records.into_checkpoints().map(|checkpoint| (checkpoint.origin.to_string(), checkpoint.size)).collect()
    }

    #[test]
    fn of_each_log_the_newest_record_is_held() {
        let lines = [line(CHECKPOINTED, "h/a", 1, 1), line(CHECKPOINTED, "h/b", 5, 1), line(CHECKPOINTED, "h/a", 3, 2)];
        assert_eq!(held(&lines), [("h/a".into(), 3), ("h/b".into(), 5)]);
    }

    #[test]
    fn what_a_rotation_certified_is_held_as_well() {
        let rotated = line(ROTATED, "h", 0, 0);
        let lines = [
            line(CHECKPOINTED, "h/a", 1, 1),
            rotated.clone(),
            rotated.clone(),
            line(CHECKPOINTED, "h/a", 9, 2),
            line(CHECKPOINTED, "h/a", 12, 3),
            rotated,
        ];
        assert_eq!(held(&lines), [("h/a".into(), 1), ("h/a".into(), 12)]);
    }

    #[test]
    fn both_of_two_records_that_go_back_are_held() {
        let lines = [line(CHECKPOINTED, "h/a", 9, 1), line(CHECKPOINTED, "h/a", 4, 2)];
        assert_eq!(held(&lines), [("h/a".into(), 9), ("h/a".into(), 4)]);
        let fork = [line(CHECKPOINTED, "h/a", 9, 1), line(CHECKPOINTED, "h/a", 9, 2)];
        assert_eq!(held(&fork).len(), 2);
    }

    #[test]
    fn what_others_recorded_says_nothing() {
        let text = String::from_utf8(line(CHECKPOINTED, "h/a", 9, 1)).unwrap();
        for other in [
            text.replace("axiom:host", "acme"),
            text.replace(CHECKPOINTED, "log.verified"),
            text.replace("\"size\":\"9\"", "\"size\":\"-9\""),
            text.replace("h/a", "h a"),
            "nonsense".into(),
        ] {
            assert!(held(&[other.clone().into_bytes()]).is_empty(), "{other}");
        }
    }
}
