//! Presidio, in a process of its own.

use core::time::Duration;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use axiom_benches::{Error, Sample};

/// A process that has the documents, and scans them when it is told to.
pub(crate) struct Presidio {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    length: usize,
}

impl Presidio {
    /// Starts Presidio with the interpreter that `AXIOM_PRESIDIO` names, if it does.
    pub(crate) fn start(documents: &[String]) -> Result<Option<Self>, Error> {
        let Some(python) = std::env::var_os("AXIOM_PRESIDIO") else { return Ok(None) };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/presidio.py");
        let mut process = Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = process.stdin.take().expect("a pipe");
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        for document in documents {
            writeln!(input, "{}", document.len())?;
            input.write_all(document.as_bytes())?;
        }
        writeln!(input, "0")?;
        input.flush()?;
        Ok(Some(Self { process, input, output, length: crate::length(documents) }))
    }

    /// Has the documents scanned once.
    pub(crate) fn scan(&mut self) -> Result<Sample, Error> {
        writeln!(self.input, "scan")?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let seconds = line.trim().parse().map_err(|_| crate::failed("Presidio ended"))?;
        Ok(Sample::new(self.length / 1000, Duration::from_secs_f64(seconds)))
    }
}

impl Drop for Presidio {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
