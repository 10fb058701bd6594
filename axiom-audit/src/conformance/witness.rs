//! A witness in memory, for tests.

use core::fmt;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use axiom_core::{Origin, Signer};

use crate::checkpoint::Checkpoint;
use crate::merkle::verify_consistency;
use crate::note::TrustedKey;
use crate::witness::{AddCheckpoint, Refusal, Witness};

/// A witness that remembers the last checkpoint of each log for as long as the process runs.
///
/// It follows C2SP tlog-witness, and refuses forks and rollbacks. Its clock is a number that the test sets.
pub struct MemoryWitness {
    name: Origin,
    signer: Box<dyn Signer>,
    time: u64,
    logs: Vec<TrustedKey>,
    seen: Mutex<HashMap<Origin, Checkpoint>>,
}

impl MemoryWitness {
    /// A witness of the logs of these keys, which cosigns at `time` in seconds since the Unix epoch.
    pub fn new(name: Origin, signer: impl Signer + 'static, time: u64, logs: Vec<TrustedKey>) -> Self {
        Self { name, signer: Box::new(signer), time, logs, seen: Mutex::default() }
    }

    fn check(&self, request: &AddCheckpoint) -> Result<Checkpoint, Refusal> {
        let checkpoint: Checkpoint = request.note.text().parse().map_err(|_| Refusal::Malformed)?;
        if !self.logs.iter().any(|key| checkpoint.origin.is_under(key.key().name())) {
            return Err(Refusal::UnknownLog);
        }
        request.note.verify_any(&checkpoint.origin, &self.logs).map_err(|_| Refusal::Unsigned)?;
        if request.old > checkpoint.size {
            return Err(Refusal::Malformed);
        }
        Ok(checkpoint)
    }
}

#[async_trait]
impl Witness for MemoryWitness {
    async fn add_checkpoint(&self, request: &AddCheckpoint) -> Result<String, Refusal> {
        let checkpoint = self.check(request)?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.get(&checkpoint.origin);
        let size = before.map_or(0, |before| before.size);
        if request.old != size {
            return Err(Refusal::Conflict { size });
        }
        if let Some(before) = before {
            if checkpoint.size == size && checkpoint.root != before.root {
                return Err(Refusal::Conflict { size });
            }
            if !verify_consistency(size, checkpoint.size, before.root, checkpoint.root, &request.proof) {
                return Err(Refusal::Inconsistent);
            }
        } else if !request.proof.is_empty() {
            return Err(Refusal::Inconsistent);
        }
        let mut note = request.note.clone();
        let signed = note.cosign(&self.name, &*self.signer, self.time);
        signed.map_err(|error| Refusal::Unavailable(std::sync::Arc::new(error)))?;
        seen.insert(checkpoint.origin.clone(), checkpoint);
        let text = note.to_string();
        Ok(text.lines().last().map_or_else(String::new, |line| format!("{line}\n")))
    }
}

impl fmt::Debug for MemoryWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryWitness").field("name", &self.name).finish_non_exhaustive()
    }
}
