//! The process that records, and how it is started.

use std::collections::HashMap;
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;

use core::time::Duration;

use axiom_audit::{Error, FileStore, Receipt, Recorder, Store, sign_checkpoint};
use axiom_core::{Event, Unscrubbed};
use axiom_crypto::Ed25519Signer;
use pollster::block_on;
use serde_json::Value;

use crate::step::{Acknowledged, Answer, Step, Task};

/// Names the directory to record in, and the file of the signing key.
const DIRECTORY: &str = "AXIOM_CRASH_DIRECTORY";
const KEY: &str = "AXIOM_CRASH_KEY";

/// Small, so that there are many.
pub(crate) const SEGMENT_LEN: u64 = 1 << 14;

#[test]
#[ignore = "the other tests start it, as a process of its own"]
fn writer() {
    match (env::var_os(DIRECTORY), env::var_os(KEY)) {
        (Some(directory), Some(key)) => write_to(Path::new(&directory), Path::new(&key)),
        _ => crate::say("the writer was not told where to write, and did not run"),
    }
}

/// Does what standard input says, and tells what came of it.
fn write_to(directory: &Path, key: &Path) {
    let signer = Ed25519Signer::open(key).unwrap();
    let store = match FileStore::open(directory) {
        Ok(store) => Arc::new(store.segment_len(SEGMENT_LEN)),
        Err(error) => return tell(&Answer::Opened(Err(chain(&error)))),
    };
    let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).build().unwrap();
    tell(&Answer::Opened(Ok(store.recoveries().len())));
    let work = |task| match task {
        Task::Record(events) => Answer::Recorded(record(&recorder, events)),
        Task::Sign => Answer::Signed(sign(&store, &signer).map_err(|error| chain(&error))),
        Task::Wait(milliseconds) => {
            thread::sleep(Duration::from_millis(milliseconds));
            Answer::Waited
        }
    };
    thread::scope(|scope| {
        let mut lanes = HashMap::new();
        for line in io::stdin().lines() {
            let step: Step = serde_json::from_str(&line.unwrap()).unwrap();
            let start = || {
                let (lane, tasks) = mpsc::channel();
                scope.spawn(|| tasks.into_iter().for_each(|task| tell(&work(task))));
                lane
            };
            lanes.entry(step.lane).or_insert_with(start).send(step.task).unwrap();
        }
    });
    drop(recorder);
    let closed = Arc::into_inner(store).unwrap().close();
    tell(&Answer::Closed(closed.map_err(|error| chain(&error))));
}

pub(crate) fn record(recorder: &Recorder, events: Vec<Value>) -> Vec<Result<Acknowledged, String>> {
    let events = events.into_iter().map(|event| Event::from_json(event.to_string().as_bytes()).unwrap()).collect();
    let receipts = recorder.record_batch_blocking(events);
    receipts
        .into_iter()
        .map(|receipt| receipt.map(|receipt| acknowledged(&receipt)).map_err(|error| chain(&error)))
        .collect()
}

fn acknowledged(receipt: &Receipt) -> Acknowledged {
    let place = receipt.place().expect("a store that fails is an error");
    let (seq, hash) = (place.seq, place.hash.to_string());
    Acknowledged { id: receipt.id.to_string(), log: receipt.log.to_string(), seq, hash }
}

fn sign(store: &FileStore, signer: &Ed25519Signer) -> Result<Vec<String>, Error> {
    let logs = block_on(store.logs())?;
    logs.iter().map(|log| Ok(block_on(sign_checkpoint(store, store, log, signer))?.to_string())).collect()
}

pub(crate) fn chain(error: &dyn core::error::Error) -> String {
    core::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// One line, in one piece; the test harness has standard output for itself.
fn tell(answer: &Answer) {
    let line = serde_json::to_string(answer).unwrap() + "\n";
    io::stderr().write_all(line.as_bytes()).unwrap();
}

/// A writer that runs.
pub(crate) struct Writer {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<Answer>,
    told: Vec<Answer>,
}

/// How a writer ended, and all it has told.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) told: Vec<Answer>,
}

impl Writer {
    /// Starts a writer, under the program and arguments in `tracer` if there are any.
    pub(crate) fn start(directory: &Path, key: &Path, tracer: &[String]) -> Self {
        let program = env::current_exe().unwrap();
        let mut command = match tracer {
            [] => Command::new(program),
            [tracer, arguments @ ..] => {
                let mut command = Command::new(tracer);
                command.args(arguments).arg(program);
                command
            }
        };
        command.args(["--exact", "writer::writer", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(DIRECTORY, directory).env(KEY, key);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (tell, answers) = mpsc::channel();
        let mut output = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            let mut line = String::new();
            // The writer may have been killed within a line; that one was not told.
            while output.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
                let answer = serde_json::from_str(&line).unwrap_or_else(|_| panic!("the writer says: {line}"));
                let _ = tell.send(answer);
                line.clear();
            }
        });
        Self { input: child.stdin.take(), child, answers, told: Vec::new() }
    }

    /// Tells it what to do; one that has died meanwhile does not mind.
    pub(crate) fn send(&mut self, steps: &[Step]) {
        let input = self.input.as_mut().unwrap();
        for step in steps {
            let line = serde_json::to_string(step).unwrap() + "\n";
            if input.write_all(line.as_bytes()).is_err() {
                return;
            }
        }
    }

    /// Says that there is no more to do.
    pub(crate) fn end_input(&mut self) {
        self.input = None;
    }

    /// Waits for its next answer; false if there will be none.
    pub(crate) fn wait_for_answer(&mut self) -> bool {
        match self.answers.recv_timeout(PATIENCE) {
            Ok(answer) => self.told.push(answer),
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => {
                self.child.kill().unwrap();
                panic!("the writer hangs, having told {:?}", self.told)
            }
        }
        true
    }

    /// Kills it as `kill -9` does.
    pub(crate) fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        self.wait()
    }

    /// Waits until it has done all.
    pub(crate) fn wait(mut self) -> Ended {
        self.end_input();
        while self.wait_for_answer() {}
        Ended { status: self.child.wait().unwrap(), told: self.told }
    }
}

/// So long a writer may take over one answer.
const PATIENCE: Duration = Duration::from_secs(60);
