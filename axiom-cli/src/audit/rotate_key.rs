//! `axiom audit rotate-key`.

use std::path::PathBuf;

use axiom_audit::{FileStore, Rotated, Rotation, VerifierKey, rotate_key};
use axiom_core::{Clock, SystemClock, Timestamp};
use axiom_crypto::Ed25519Signer;
use clap::Args;
use pollster::block_on;

use super::signing_keys::SigningKeys;
use super::tell_recoveries;
use crate::failure::{Failure, chain};
use crate::terminal;

/// Replace the signing key, and print the new verifier key
///
/// The old key certifies the new one in the log, so that whoever has the old verifier key can follow. During the
/// overlap `checkpoint` signs with both; afterwards it erases the old key. Give the new verifier key to whoever
/// verifies: to them the old key signs nothing any more. An interrupted rotation is finished by running this again.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom audit rotate-key ./logs\n  \
    axiom audit rotate-key ./logs --overlap-days 0")]
pub(crate) struct RotateKey {
    /// The log directory
    dir: PathBuf,
    /// Where the signing key is; the new one takes its place [default: DIR/signing.key]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// For how many days both keys sign; 0 erases the old one at once
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(0..=3650))]
    overlap_days: u16,
}

impl RotateKey {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::open(&self.dir)?;
        let keys = SigningKeys::of(&self.dir, self.key.clone());
        let next = match keys.next.exists() {
            true => Ed25519Signer::open(&keys.next)?,
            false => Ed25519Signer::create(&keys.next, store.verifier_key().name().clone())?,
        };
        // The certificate is saved before the files change their names.
        if next.verifying_key() != store.verifier_key().public_key() {
            self.certify(&store, &keys, &next)?;
        }
        let rotations = store.rotations()?;
        let overlaps = rotations.last().is_some_and(|rotation| rotation.overlap_until().is_some());
        finish(&keys, overlaps)?;
        terminal::print(&format!("{}\n", VerifierKey::of(next.name().clone(), &next)?))
    }

    /// Has the old key certify the new one.
    fn certify(&self, store: &FileStore, keys: &SigningKeys, next: &Ed25519Signer) -> Result<(), Failure> {
        let open = keys.open(store)?;
        if open.is_overlapping() && self.overlap_days > 0 {
            return Err(Failure::Usage(
                "the key before is still signing too: wait for the end of its overlap, or use --overlap-days 0".into(),
            ));
        }
        let rotation = Rotation::new(open.current(), next, store.rotations()?.len() as u64 + 1);
        let rotation = match self.overlap_days {
            0 => rotation,
            days => rotation.overlap_until(days_from_now(days)?),
        };
        let Rotated { certificate, signed, .. } = block_on(rotate_key(store, store, rotation))?;
        tell_recoveries(store);
        let mut failed = false;
        for error in signed.logs.iter().filter_map(|(_, note)| note.as_ref().err()) {
            terminal::error(&chain(error));
            failed = true;
        }
        if failed && self.overlap_days == 0 {
            return Err(Failure::Integrity(
                "the key was not replaced, as its erasure would leave logs that nobody can sign".into(),
            ));
        }
        Ok(store.save_rotation(&certificate)?)
    }
}

/// Puts the new key in the place of the old one, which is kept for the overlap, or erased.
fn finish(keys: &SigningKeys, overlaps: bool) -> Result<(), Failure> {
    if keys.retiring.exists() && !overlaps {
        Ed25519Signer::erase(&keys.retiring)?;
    }
    match (keys.current.exists(), overlaps) {
        (true, true) => Ed25519Signer::rename(&keys.current, &keys.retiring)?,
        (true, false) => Ed25519Signer::erase(&keys.current)?,
        (false, _) => {}
    }
    Ok(Ed25519Signer::rename(&keys.next, &keys.current)?)
}

fn days_from_now(days: u16) -> Result<Timestamp, Failure> {
    let micros = SystemClock.now().unix_micros() + i64::from(days) * 86_400_000_000;
    Timestamp::from_unix_micros(micros).ok_or_else(|| Failure::Usage("the overlap ends too late".into()))
}
