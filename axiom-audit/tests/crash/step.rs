//! What a writer is told to do, and what it answers: a line of JSON each.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    /// Steps of one lane are done one after another, those of several at the same time.
    pub(crate) lane: u64,
    pub(crate) task: Task,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Record these events as one batch.
    Record(Vec<Value>),
    /// Sign every log.
    Sign,
    /// Wait so many milliseconds.
    Wait(u64),
}

impl Task {
    pub(crate) const fn on(self, lane: u64) -> Step {
        Step { lane, task: self }
    }
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// The store is open, and so many interrupted writes were set aside.
    Opened(Result<usize, String>),
    /// A receipt for each event of a batch.
    Recorded(Vec<Result<Acknowledged, String>>),
    /// A signed note for each log.
    Signed(Result<Vec<String>, String>),
    Waited,
    /// The store was closed.
    Closed(Result<(), String>),
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Acknowledged {
    pub(crate) id: String,
    pub(crate) log: String,
    pub(crate) seq: u64,
    pub(crate) hash: String,
}
