//! Hands checkpoints to a program.

use core::time::Duration;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Instant;

use async_trait::async_trait;

use super::AnchorSink;
use crate::error::Error;
use crate::note::SignedNote;
use crate::store::file::layout::failed;

/// Runs a program with the note on its standard input; it has taken the checkpoint when it ends with status 0 in time.
///
/// The program is run directly, without a shell. Its standard output is dropped, its standard error is the host's. One
/// that does not end in time is killed; what it has started itself is not. The calling thread waits meanwhile.
///
/// ```
/// use core::time::Duration;
///
/// use axiom_audit::CommandAnchor;
///
/// let anchor = CommandAnchor::new("/usr/local/bin/store-checkpoint", Duration::from_secs(30)).arg("--bucket").arg("audit");
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct CommandAnchor {
    program: PathBuf,
    arguments: Vec<OsString>,
    patience: Duration,
}

impl CommandAnchor {
    /// Runs `program`, which may take as long as `patience`.
    pub fn new(program: impl Into<PathBuf>, patience: Duration) -> Self {
        Self { program: program.into(), arguments: Vec::new(), patience }
    }

    /// Gives the program one more argument.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    fn run(&self, note: &SignedNote) -> io::Result<()> {
        let mut command = Command::new(&self.program);
        let mut child = command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        let ended = hand_over(&mut child, note).and_then(|()| self.wait(&mut child));
        if !matches!(ended, Ok(Some(_))) {
            // What went wrong before is told, not that a program which has ended cannot be killed.
            let _ = child.kill().and_then(|()| child.wait());
        }
        match ended? {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(io::Error::other(format!("it ended with {status}"))),
            None => Err(io::Error::new(io::ErrorKind::TimedOut, format!("it took longer than {:?}", self.patience))),
        }
    }

    /// Waits for the end, or until time is up.
    fn wait(&self, child: &mut Child) -> io::Result<Option<ExitStatus>> {
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            if start.elapsed() >= self.patience {
                return Ok(None);
            }
            thread::sleep(STEP.min(self.patience));
        }
    }
}

/// Writes the note from a thread of its own: a program that does not read must not hold up the deadline. Whether it
/// took the note, its status says.
fn hand_over(child: &mut Child, note: &SignedNote) -> io::Result<()> {
    let Some(mut input) = child.stdin.take() else { return Ok(()) };
    let text = note.to_string();
    thread::Builder::new().spawn(move || input.write_all(text.as_bytes())).map(drop)
}

/// How often to look whether the program has ended.
const STEP: Duration = Duration::from_millis(5);

#[async_trait]
impl AnchorSink for CommandAnchor {
    fn name(&self) -> String {
        self.program.display().to_string()
    }

    async fn anchor(&self, note: &SignedNote) -> Result<(), Error> {
        self.run(note).map_err(failed("run", &self.program))
    }
}
