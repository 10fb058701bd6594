//! Every system call of a scripted run fails once, or is the last.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;

use crate::logs::Logs;
use crate::step::{Answer, Step, Task};
use crate::trace::{self, Call, Fault};
use crate::writer::{Ended, Writer};
use crate::{is_full, say};

const WHAT: [&str; 4] = ["error=EIO", "error=ENOSPC", "error=EINTR", KILL];
const KILL: &str = "signal=KILL";
const READING: [&str; 3] = ["getdents64", "openat", "pread64"];

/// Of so many faults one is taken as a sample: of calls that only read, and of the others. Primes, so that every kind
/// of fault comes up.
const SAMPLE: [usize; 2] = [41, 7];

#[test]
fn what_was_acknowledged_survives_a_fault_at_any_call() {
    if !trace::is_there() {
        say("strace is missing or may not trace here: NO system call was made to fail");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let interrupted = interrupted(Logs::create(root.path()));
    interrupted.keep();
    let faults = faults(&Run::of(&interrupted, None).calls);
    let mut tally = Tally::default();
    for (index, fault) in faults.iter().enumerate() {
        let of = if READING.contains(&&*fault.call.name) { SAMPLE[0] } else { SAMPLE[1] };
        if is_full() || index % of == 0 {
            tally.add(fault, &Run::of(&interrupted, Some(fault)));
        }
    }
    tally.say(faults.len());
}

/// What there is when the run begins: logs with a checkpoint, and a journal that was never drained.
fn interrupted(mut logs: Logs) -> Logs {
    let mut batch = |count, organizations| Task::Record(logs.events(0, count, organizations, 10)).on(0);
    let steps = vec![batch(220, 1), Task::Sign.on(0), batch(5, 3), batch(1, 3)];
    let steps = logs.plan(steps);
    let mut writer = Writer::start(&logs.directory(), &logs.key(), &[]);
    writer.send(&steps);
    (0..=steps.len()).for_each(|_| assert!(writer.wait_for_answer()));
    logs.take(&writer.kill().told);
    logs.check();
    assert_eq!(logs.acknowledged(), 226);
    logs
}

/// Recovers, records one event and many, in new logs and old, drains in both threads, signs, makes tiles, closes.
fn script(logs: &mut Logs) -> Vec<Step> {
    let mut batch = |count, organizations| Task::Record(logs.events(0, count, organizations, 10));
    let tasks = [
        batch(1, 1),
        batch(8, 4),
        Task::Wait(80),
        Task::Sign,
        batch(60, 1),
        batch(1, 1),
        Task::Wait(80),
        batch(2, 5),
        Task::Sign,
        batch(1, 1),
    ];
    tasks.into_iter().map(|task| task.on(0)).collect()
}

/// All faults that can be injected into these calls.
fn faults(calls: &[Call]) -> Vec<Fault> {
    // Several threads may make the same call for the first time.
    let places: BTreeMap<_, &Call> = calls.iter().map(|call| ((&call.name, &call.path, call.nth), call)).collect();
    let mut faults = Vec::new();
    for call in places.into_values() {
        // A receipt that cannot be told is not the store's business, unless the process is gone.
        let what = if call.tells() { &[KILL][..] } else { &WHAT };
        faults.extend(what.iter().map(|what| Fault { call: call.clone(), what }));
    }
    faults
}

/// What came of one run of the script.
struct Run {
    ended: Ended,
    calls: Vec<Call>,
}

impl Run {
    /// Runs the script on the directory as it was kept, and checks what is left.
    fn of(kept: &Logs, fault: Option<&Fault>) -> Self {
        let mut logs = kept.clone();
        logs.restore();
        let steps = script(&mut logs);
        let steps = logs.plan(steps);
        let output = logs.directory().with_file_name("trace");
        let mut writer = Writer::start(&logs.directory(), &logs.key(), &trace::tracer(&output, fault));
        writer.send(&steps);
        let run = Self { ended: writer.wait(), calls: trace::calls(&output, &logs.directory()) };
        logs.take(&run.ended.told);
        // Shown where one of the checks fails.
        println!("{fault:?}: {:?}", run.injected().collect::<Vec<_>>());
        match fault {
            Some(fault) if fault.what == KILL => {}
            Some(_) => run.check_answers(steps.len()),
            None => assert_eq!(run.errors(), 0),
        }
        logs.check_and_go_on();
        run
    }

    fn injected(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.is_injected())
    }

    fn was_killed(&self) -> bool {
        self.ended.status.signal() == Some(9)
    }

    /// An error was told as an error, each step was answered, and nothing was written after a sync that failed.
    fn check_answers(&self, steps: usize) {
        let told = &self.ended.told;
        assert!(self.ended.status.success());
        if let [Answer::Opened(Err(_))] = told[..] {
            return;
        }
        assert_eq!(told.len(), 1 + steps + 1);
        let is_record = |answer: &&Answer| matches!(answer, Answer::Recorded(_) | Answer::Closed(_));
        let results: Vec<bool> = told.iter().filter(is_record).flat_map(results).collect();
        let is_lost = |call: &&Call| call.name == "fdatasync" && call.path.contains("/journal.");
        let is_interruption = |call: &Call| call.text.contains("EINTR");
        if self.injected().filter(is_lost).any(|call| !is_interruption(call)) {
            let first =
                results.iter().position(|result| !result).expect("a sync of the journal failed, and nobody was told");
            assert!(results[first..].iter().all(|result| !result), "the store went on after a sync that failed");
        }
        if self.injected().all(|call| is_interruption(call) && is_retried(call)) {
            assert_eq!(self.errors(), 0, "an interruption is no error");
        }
    }

    /// How many answers are errors.
    fn errors(&self) -> usize {
        self.ended.told.iter().flat_map(results).filter(|result| !result).count()
    }
}

/// Whether a call is made again where a signal interrupted it; the others are never interrupted outside of a test.
fn is_retried(call: &Call) -> bool {
    let names = ["fdatasync", "fsync", "ftruncate", "openat", "pread64", "pwrite64"];
    names.contains(&&*call.name) && !call.text.contains("O_DIRECTORY")
}

fn results(answer: &Answer) -> Vec<bool> {
    match answer {
        Answer::Opened(opened) => vec![opened.is_ok()],
        Answer::Recorded(receipts) => receipts.iter().map(Result::is_ok).collect(),
        Answer::Signed(signed) => vec![signed.is_ok()],
        Answer::Waited => vec![],
        Answer::Closed(closed) => vec![closed.is_ok()],
    }
}

/// How many faults of each kind there were: runs, calls that failed in them, runs in which an error was told.
#[derive(Debug, Default)]
struct Tally(BTreeMap<(String, &'static str), [usize; 3]>);

impl Tally {
    fn add(&mut self, fault: &Fault, run: &Run) {
        let [runs, hits, told] = self.0.entry((fault.call.name.clone(), fault.what)).or_default();
        *runs += 1;
        // Those that a thread was killed in never return.
        *hits += if fault.what == KILL { usize::from(run.was_killed()) } else { run.injected().count() };
        *told += usize::from(run.errors() > 0);
    }

    fn say(&self, possible: usize) {
        let [runs, hits, told] =
            self.0.values().fold([0; 3], |sum, row| [0, 1, 2].map(|column| sum[column] + row[column]));
        // A run in which the threads take turns differently may have fewer calls.
        assert!(hits * 2 > runs, "few of the faults were injected: {self:?}");
        for ((call, what), [runs, hits, told]) in &self.0 {
            say(&format!("{call:>12} {what:<13} {runs:>4} runs, {hits:>4} faults, {told:>4} told as an error"));
        }
        say(&format!("{runs} of {possible} runs, {hits} faults, {told} told as an error, nothing acknowledged lost"));
    }
}
