//! A writer is killed at any moment.

use core::time::Duration;
use std::thread;

use crate::chance::Chance;
use crate::logs::Logs;
use crate::step::{Answer, Step, Task};
use crate::writer::{Ended, Writer};
use crate::{is_full, say};

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let rounds = if is_full() { 2000 } else { 200 };
    let mut tally = Tally::default();
    let mut chance = Chance(1);
    let mut rest = rounds;
    while rest > 0 {
        // Some rounds on one directory, so that a recovery meets what recoveries have left.
        let root = tempfile::tempdir().unwrap();
        let mut logs = Logs::create(root.path());
        for round in 0..rest.min(25) {
            let steps = busy(&mut logs, &mut chance);
            let steps = logs.plan(steps);
            tally.add(&killed(&logs, &steps, &mut chance), &mut logs);
            match round % 6 {
                5 => logs.check_and_go_on(),
                _ => logs.check(),
            }
            rest -= 1;
        }
        logs.check_and_go_on();
    }
    tally.say("kill -9");
}

/// Batches of megabytes: the journal turns over, frames are torn, and the draining thread has its hands full.
#[test]
fn what_was_acknowledged_survives_kill_9_while_the_journal_turns() {
    let rounds = if is_full() { 100 } else { 5 };
    let mut tally = Tally::default();
    let mut chance = Chance(2);
    for _ in 0..rounds / 5 {
        let root = tempfile::tempdir().unwrap();
        let mut logs = Logs::create(root.path());
        for _ in 0..5 {
            let mut batch = |lane| Task::Record(logs.events(lane, 1 + chance.below(60), 3, 60_000)).on(lane);
            let steps: Vec<Step> = (0..8).map(|step| batch(step % 2)).collect();
            let steps = logs.plan(steps);
            tally.add(&killed(&logs, &steps, &mut chance), &mut logs);
            logs.check();
        }
        logs.check_and_go_on();
    }
    tally.say("kill -9 under load");
}

/// Three lanes of batches, large and small, and one that signs.
fn busy(logs: &mut Logs, chance: &mut Chance) -> Vec<Step> {
    let step = |number: u64| match number % 7 {
        6 => Task::Sign.on(3),
        5 => Task::Wait(chance.below(40)).on(number % 3),
        _ => {
            let (lane, count) = (number % 3, if chance.below(20) == 0 { 100 } else { 1 + chance.below(4) });
            Task::Record(logs.events(lane, count, 4, 10)).on(lane)
        }
    };
    (0..14).map(step).collect()
}

/// Has a writer take these steps, and kills it meanwhile.
fn killed(logs: &Logs, steps: &[Step], chance: &mut Chance) -> Ended {
    let mut writer = Writer::start(&logs.directory(), &logs.key(), &[]);
    writer.send(steps);
    let answers = match chance.below(4) {
        // While it starts and opens.
        0 => 0,
        // While it closes.
        1 => {
            writer.end_input();
            1 + steps.len() as u64
        }
        _ => 1 + chance.below(steps.len() as u64),
    };
    for _ in 0..answers {
        writer.wait_for_answer();
    }
    thread::sleep(Duration::from_micros(chance.below(if answers == 0 { 20_000 } else { 3_000 })));
    writer.kill()
}

/// What the rounds came to.
#[derive(Debug, Default)]
struct Tally {
    /// How many writers died while they opened, worked and closed; some had finished before.
    opening: usize,
    working: usize,
    finished: usize,
    acknowledged: usize,
    set_aside: usize,
}

impl Tally {
    fn add(&mut self, ended: &Ended, logs: &mut Logs) {
        let before = logs.acknowledged();
        logs.take(&ended.told);
        self.acknowledged += logs.acknowledged() - before;
        match (ended.told.first(), ended.told.last()) {
            (_, Some(Answer::Closed(closed))) => {
                assert_eq!(*closed, Ok(()));
                self.finished += 1;
            }
            (None, _) => self.opening += 1,
            (Some(Answer::Opened(Ok(recoveries))), _) => {
                self.set_aside += recoveries;
                self.working += 1;
            }
            told => panic!("the writer could not open the directory: {told:?}"),
        }
        assert!(self.finished > 0 || !ended.status.success());
    }

    fn say(&self, what: &str) {
        let Self { opening, working, finished, acknowledged, set_aside } = self;
        assert!(*working > 0 && *acknowledged > 0, "nothing was interrupted: {self:?}");
        say(&format!(
            "{what}: {opening} killed before it was open, {working} after, {finished} too late; \
             {acknowledged} events acknowledged, none lost; {set_aside} torn writes set aside"
        ));
    }
}
