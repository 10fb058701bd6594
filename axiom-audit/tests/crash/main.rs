//! What was acknowledged survives: a process that records is killed, and its system calls are made to fail.
//!
//! The process is this program, started once more (`writer`). It tells each receipt as soon as it has it; after each
//! crash the directory must hold every event it acknowledged, once and in order, verify, not be locked, and go on.
//!
//! ```text
//! cargo test -p axiom-audit --test crash                                  a sample, as the CI runs it: under a minute
//! AXIOM_CRASH=full cargo test -p axiom-audit --test crash                 2,000 kills, every fault at every call
//! ```
//!
//! Each test says how many faults it injected. The faults need `strace`, the small disks that a test may mount; where
//! that is missing the test says that it did not run.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::env;
use std::io::{self, Write};

mod chance;
mod fault;
mod kill;
mod logs;
mod small_disk;
mod step;
mod trace;
mod writer;

/// Whether the whole campaign is asked for, or a sample of it.
fn is_full() -> bool {
    env::var_os("AXIOM_CRASH").is_some_and(|which| which == "full")
}

/// Says something past the test harness, which keeps what a test prints to itself unless it fails.
fn say(what: &str) {
    let _ = writeln!(io::stderr(), "crash: {what}");
}
