//! One version of a key: its life, and what each stage of it refuses.

use std::sync::Arc;

use axiom_core::Timestamp;

use crate::error::Error;
use crate::key::Key;
use crate::provider::{Failure, KeyState};

/// A version; the key is wiped and gone once the version is destroyed.
pub(super) struct Version {
    key: Option<Arc<Key>>,
    stage: Stage,
}

/// What a version that is not destroyed is waiting for.
#[derive(Clone, Copy)]
enum Stage {
    Disabled,
    Enabled,
    PendingDeletion { due: Timestamp },
}

/// Why a version does not do what it is asked for.
pub(super) struct Refusal {
    pub(super) failure: Failure,
    pub(super) reason: &'static str,
}

impl Version {
    pub(super) fn generate() -> Result<Self, Error> {
        Ok(Self { key: Some(Arc::new(Key::generate()?)), stage: Stage::Enabled })
    }

    pub(super) fn state(&self) -> KeyState {
        match (&self.key, self.stage) {
            (None, _) => KeyState::Destroyed,
            (Some(_), Stage::Disabled) => KeyState::Disabled,
            (Some(_), Stage::Enabled) => KeyState::Enabled,
            (Some(_), Stage::PendingDeletion { .. }) => KeyState::PendingDeletion,
        }
    }

    /// The key, if it may be used.
    pub(super) fn key(&self) -> Result<Arc<Key>, Refusal> {
        match (&self.key, self.stage) {
            (None, _) => Err(DESTROYED),
            (Some(key), Stage::Enabled) => Ok(Arc::clone(key)),
            (Some(_), Stage::Disabled) => Err(Refusal { failure: Failure::Disabled, reason: "is disabled" }),
            (Some(_), Stage::PendingDeletion { .. }) => Err(PENDING),
        }
    }

    /// Destroys the version if its time has come.
    pub(super) fn settle(&mut self, now: Timestamp) {
        if matches!(self.stage, Stage::PendingDeletion { due } if due <= now) {
            self.destroy();
        }
    }

    pub(super) fn enable(&mut self) -> Result<(), Refusal> {
        self.resting()?;
        self.stage = Stage::Enabled;
        Ok(())
    }

    pub(super) fn disable(&mut self) -> Result<(), Refusal> {
        self.resting()?;
        self.stage = Stage::Disabled;
        Ok(())
    }

    pub(super) fn schedule_deletion(&mut self, due: Timestamp) -> Result<(), Refusal> {
        self.resting()?;
        self.stage = Stage::PendingDeletion { due };
        Ok(())
    }

    pub(super) fn cancel_deletion(&mut self) -> Result<(), Refusal> {
        match self.state() {
            KeyState::PendingDeletion => self.stage = Stage::Disabled,
            KeyState::Destroyed => return Err(DESTROYED),
            KeyState::Disabled | KeyState::Enabled => return Err(NOT_PENDING),
        }
        Ok(())
    }

    pub(super) fn destroy(&mut self) {
        self.key = None;
    }

    /// Refuses where the version is destroyed or about to be: nobody changes a pending deletion but by calling it off.
    fn resting(&self) -> Result<(), Refusal> {
        match self.state() {
            KeyState::Disabled | KeyState::Enabled => Ok(()),
            KeyState::PendingDeletion => Err(PENDING),
            KeyState::Destroyed => Err(DESTROYED),
        }
    }
}

const DESTROYED: Refusal = Refusal { failure: Failure::NotFound, reason: "is destroyed" };
const NOT_PENDING: Refusal = Refusal { failure: Failure::Other, reason: "has no deletion to cancel" };
const PENDING: Refusal =
    Refusal { failure: Failure::Disabled, reason: "is pending deletion, which would have to be canceled first" };

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut Version) -> Result<(), Refusal>;

    const CHANGES: [Change; 4] = [
        Version::enable,
        Version::disable,
        |version| version.schedule_deletion(Timestamp::UNIX_EPOCH),
        Version::cancel_deletion,
    ];

    /// What each of the changes leads to from a state, where `None` is a refusal that changes nothing.
    fn outcomes(prepare: &[Change]) -> [Option<KeyState>; 4] {
        CHANGES.map(|change| {
            let mut version = Version::generate().unwrap();
            prepare.iter().for_each(|prepare| drop(prepare(&mut version)));
            let before = version.state();
            let changed = change(&mut version).is_ok();
            assert!(changed || version.state() == before, "a refusal changes nothing");
            assert_eq!(version.key().is_ok(), version.state() == KeyState::Enabled);
            changed.then(|| version.state())
        })
    }

    #[test]
    fn the_transitions_are_the_documented_ones() {
        let resting = [Some(KeyState::Enabled), Some(KeyState::Disabled), Some(KeyState::PendingDeletion), None];
        assert_eq!(outcomes(&[]), resting);
        assert_eq!(outcomes(&[CHANGES[1]]), resting);
        assert_eq!(outcomes(&[CHANGES[2]]), [None, None, None, Some(KeyState::Disabled)]);
        let destroy: Change = |version| {
            version.destroy();
            Ok(())
        };
        assert_eq!(outcomes(&[destroy]), [None; 4]);
        assert_eq!(outcomes(&[CHANGES[2], destroy]), [None; 4]);
    }
}
