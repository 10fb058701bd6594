//! Records of kept keys.

use axiom_core::Digest;
use axiom_crypto::{KeyRecord, KeyState};

/// A record is written as it was read, is damaged where its digest does not fit, and says nothing that does not go
/// together.
pub fn key_record(bytes: &[u8]) -> bool {
    let Some((content, digest)) = bytes.split_last_chunk::<32>() else {
        assert!(KeyRecord::from_bytes(bytes).is_err());
        return false;
    };
    let right = Digest::of(&[content]);
    assert!(right.as_bytes() == digest || KeyRecord::from_bytes(bytes).is_err(), "a damaged record");
    // Nobody guesses a digest, so what lies behind it is reached with the right one.
    let whole = [content, right.as_bytes()].concat();
    let Ok(record) = KeyRecord::from_bytes(&whole) else { return false };
    assert_eq!(record.to_bytes(), whole);
    assert_eq!(record.keys().is_empty(), record.state() == KeyState::Destroyed);
    assert_eq!(record.end().is_none(), record.state() == KeyState::Enabled);
    assert!(record.keys().iter().all(|key| !key.recipients().is_empty()));
    true
}
