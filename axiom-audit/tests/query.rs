//! Queries: the index and the scan against a plain reading of the log, and whatever may happen to an index.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::sync::atomic::{AtomicI64, Ordering};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use std::sync::{Arc, LazyLock};
use std::thread;

use axiom_audit::{
    Error, FileStore, Filter, MemoryStore, Naming, Page, Query, Recorder, Scan, Store, Time, Timeline, VerifierKey,
    activity,
};
use axiom_core::{
    ActionType, Actor, ActorType, Clock, Event, LogId, OrganizationId, RiskLevel, SpanId, Status, Stream, Timestamp,
    TraceContext, Unscrubbed,
};
use pollster::block_on;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

/// How many events are recorded at the same time.
const BATCH: usize = 50;
const USERS: [&str; 4] = ["user_1", "user_2", "agent-7", "system"];
const ACTIONS: [&str; 5] =
    ["apply.applied", "apply.failed", "scan.completed", "approval.approved", "custom.billing.sent"];
const CATEGORIES: [&str; 4] = ["apply", "scan", "approval", "custom"];
const STATUSES: [Status; 4] = [Status::Applied, Status::Failed, Status::Denied, Status::Succeeded];
const RISKS: [RiskLevel; 3] = [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High];
const KINDS: [ActorType; 3] = [ActorType::User, ActorType::Agent, ActorType::System];
/// Around this time, in microseconds, everything happens.
const START: i64 = 1_772_353_800_000_000;

fn key() -> VerifierKey {
    VerifierKey::new("audit.example.com".parse().unwrap(), [7; 32])
}

fn acme() -> OrganizationId {
    "acme".parse().unwrap()
}

fn log() -> LogId {
    LogId::new(acme(), Stream::Material)
}

/// Numbers that only look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()]
    }
}

/// A clock that moves on by a millisecond whenever somebody looks.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_micros(START + self.0.fetch_add(1_000 * BATCH as i64, Ordering::Relaxed)).unwrap()
    }
}

fn event(numbers: &mut Numbers) -> Event {
    let happened = START + i64::try_from(numbers.below(10_000_000)).unwrap();
    let mut event = Event::builder(acme(), numbers.one_of(&ACTIONS).parse().unwrap())
        .timestamp(Timestamp::from_unix_micros(happened).unwrap())
        .status(numbers.one_of(&STATUSES))
        .risk(numbers.one_of(&RISKS))
        .user(numbers.one_of(&USERS));
    if numbers.below(3) == 0 {
        let actor = Actor::new(numbers.one_of(&KINDS), numbers.one_of(&USERS));
        event = event.actor(actor.on_behalf_of(numbers.one_of(&USERS)));
    }
    for _ in 0..numbers.below(3) {
        event = event.resource(format!("bucket-{}", numbers.below(6)));
    }
    if numbers.below(4) == 0 {
        event = event.correlation_id(format!("run-{}", numbers.below(3_000)));
    }
    if numbers.below(4) == 0 {
        event = event.trace(&trace(numbers.below(2_000)));
    }
    event.build().unwrap()
}

fn trace(number: u64) -> TraceContext {
    let span: SpanId = "00f067aa0ba902b7".parse().unwrap();
    TraceContext::new(format!("{:032x}", number + 1).parse().unwrap(), span, true)
}

/// A directory with one log.
struct Logs {
    root: TempDir,
    numbers: Numbers,
    clock: Arc<Ticking>,
}

impl Logs {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        FileStore::create(root.path(), &key()).unwrap();
        Self { root, numbers: Numbers(0x9e37_79b9), clock: Arc::new(Ticking(AtomicI64::new(0))) }
    }

    fn with_entries(count: usize) -> Self {
        let mut logs = Self::new();
        logs.record(count);
        logs
    }

    fn record(&mut self, count: usize) {
        let store = FileStore::open(self.root.path()).unwrap().segment_len(1 << 20);
        let clock = SharedClock(self.clock.clone());
        let recorder = Recorder::builder(store, Unscrubbed).clock(clock).stream(Stream::Material).build().unwrap();
        let events: Vec<Event> = (0..count).map(|_| event(&mut self.numbers)).collect();
        for batch in events.chunks(BATCH) {
            assert!(recorder.record_batch_blocking(batch.to_vec()).iter().all(Result::is_ok));
        }
    }

    /// The store that writes, and keeps the index.
    fn store(&self) -> FileStore {
        FileStore::open(self.root.path()).unwrap()
    }

    fn reader(&self) -> FileStore {
        FileStore::read_only(self.root.path()).unwrap()
    }

    fn directory(&self) -> PathBuf {
        let opaque = self.reader().naming().opaque(&acme());
        self.root.path().join(opaque).join("material")
    }

    fn index(&self) -> PathBuf {
        self.directory().join("index")
    }

    /// The files of the index, sorted.
    fn runs(&self) -> Vec<PathBuf> {
        runs(&self.index())
    }

    /// The log read plainly.
    fn lines(&self) -> Vec<Value> {
        let store = self.reader();
        let mut lines = Vec::new();
        loop {
            let page = block_on(store.read(&log(), lines.len() as u64, 1 << 20)).unwrap();
            if page.is_empty() {
                return lines;
            }
            lines.extend(page.iter().map(|line| serde_json::from_slice::<Value>(line).unwrap()));
        }
    }

    /// Some questions get the answers that a plain reading gives.
    #[track_caller]
    fn answers_well(&self) {
        let lines = self.lines();
        let store = self.store();
        for ask in asks() {
            ask.check(&store, &lines);
        }
    }
}

struct SharedClock(Arc<Ticking>);

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// The numbers of the undertakings that entries belong to.
fn runs_named(lines: &[Value]) -> BTreeSet<u64> {
    let number = |line: &Value| line["event"]["correlationId"].as_str()?.strip_prefix("run-")?.parse().ok();
    lines.iter().filter_map(number).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn runs(index: &Path) -> Vec<PathBuf> {
    let mut runs: Vec<_> = fs::read_dir(index).unwrap().map(|entry| entry.unwrap().path()).collect();
    runs.retain(|path| path.extension().is_some_and(|extension| extension == "run"));
    runs.sort();
    runs
}

/// A question, and the answer by plain reading.
#[derive(Debug, Clone, Default)]
struct Ask {
    actors: Vec<usize>,
    kinds: Vec<usize>,
    principals: Vec<usize>,
    actions: Vec<usize>,
    categories: Vec<usize>,
    resources: Vec<u64>,
    statuses: Vec<usize>,
    risks: Vec<usize>,
    traces: Vec<u64>,
    correlations: Vec<u64>,
    since: Option<i64>,
    until: Option<i64>,
    recorded: bool,
    oldest_first: bool,
    limit: usize,
}

impl Ask {
    fn filter(&self) -> Filter {
        let mut filter = Filter::new().time(if self.recorded { Time::Recorded } else { Time::Happened });
        filter = self.actors.iter().fold(filter, |filter, at| filter.actor(USERS[*at]));
        filter = self.kinds.iter().fold(filter, |filter, at| filter.actor_type(KINDS[*at]));
        filter = self.principals.iter().fold(filter, |filter, at| filter.on_behalf_of(USERS[*at]));
        filter = self.actions.iter().fold(filter, |filter, at| filter.action(&ACTIONS[*at].parse().unwrap()));
        for at in &self.categories {
            let category = ACTIONS.iter().find_map(|action| {
                let category = action.parse::<ActionType>().unwrap().category()?;
                (category.as_str() == CATEGORIES[*at]).then_some(category)
            });
            filter = category.map_or_else(|| filter.clone().custom(), |category| filter.clone().category(category));
        }
        filter = self.resources.iter().fold(filter, |filter, at| filter.resource(format!("bucket-{at}")));
        filter = self.statuses.iter().fold(filter, |filter, at| filter.status(STATUSES[*at]));
        filter = self.risks.iter().fold(filter, |filter, at| filter.risk(RISKS[*at]));
        filter = self.traces.iter().fold(filter, |filter, at| filter.trace(trace(*at).trace_id()));
        filter = self.correlations.iter().fold(filter, |filter, at| filter.correlation(format!("run-{at}")));
        let at = |micros: i64| Timestamp::from_unix_micros(START + micros).unwrap();
        filter = self.since.map_or(filter.clone(), |since| filter.since(at(since)));
        self.until.map_or(filter.clone(), |until| filter.until(at(until)))
    }

    fn timeline(&self) -> Timeline {
        let timeline = Timeline::new(self.filter()).limit(self.limit);
        if self.oldest_first { timeline.oldest_first() } else { timeline }
    }

    fn admits(&self, event: &Value) -> bool {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let any = |found: &[Option<String>], wanted: Vec<String>| {
            wanted.is_empty() || found.iter().flatten().any(|found| wanted.contains(found))
        };
        let names = |places: &[usize], names: &[&str]| places.iter().map(|at| names[*at].to_owned()).collect();
        let resources: Vec<_> =
            event["resourceIds"].as_array().unwrap().iter().map(|id| id.as_str().map(str::to_owned)).collect();
        let time = text(if self.recorded { "/recordedAt" } else { "/timestamp" }).unwrap();
        let micros = time.parse::<Timestamp>().unwrap().unix_micros() - START;
        let kinds = KINDS.map(ActorType::as_str);
        any(&[text("/userId"), text("/actor/id")], names(&self.actors, &USERS))
            && any(&[text("/actor/type")], names(&self.kinds, &kinds))
            && any(&[text("/actor/onBehalfOf")], names(&self.principals, &USERS))
            && any(&[text("/actionType")], names(&self.actions, &ACTIONS))
            && any(
                &[text("/actionType").map(|action| action.split('.').next().unwrap().to_owned())],
                names(&self.categories, &CATEGORIES),
            )
            && any(&resources, self.resources.iter().map(|at| format!("bucket-{at}")).collect())
            && any(&[text("/status")], names(&self.statuses, &STATUSES.map(Status::as_str)))
            && any(&[text("/riskLevel")], names(&self.risks, &RISKS.map(RiskLevel::as_str)))
            && any(&[text("/traceId")], self.traces.iter().map(|at| trace(*at).trace_id().to_string()).collect())
            && any(&[text("/correlationId")], self.correlations.iter().map(|at| format!("run-{at}")).collect())
            && self.since.is_none_or(|since| micros >= since)
            && self.until.is_none_or(|until| micros < until)
    }

    #[track_caller]
    fn check(&self, query: &dyn Query, lines: &[Value]) {
        let mut expected: Vec<u64> =
            (0..).zip(lines).filter(|(_, line)| self.admits(&line["event"])).map(|(seq, _)| seq).collect();
        if !self.oldest_first {
            expected.reverse();
        }
        let pages = pages(query, &self.timeline());
        assert_eq!(pages.iter().flatten().copied().collect::<Vec<_>>(), expected, "{self:?}");
        assert!(pages.iter().rev().skip(1).all(|page| page.len() == self.limit), "{self:?}");
        assert_eq!(block_on(query.count(&log(), &self.filter())).unwrap(), expected.len() as u64, "{self:?}");
    }
}

/// The numbers of the entries on all pages.
fn pages(query: &dyn Query, timeline: &Timeline) -> Vec<Vec<u64>> {
    let (mut pages, mut timeline) = (Vec::new(), timeline.clone());
    loop {
        let Page { entries, next } = block_on(query.timeline(&log(), &timeline)).unwrap();
        pages.push(entries.iter().map(axiom_audit::export::StoredEntry::seq).collect());
        match next {
            Some(next) => timeline = timeline.after(next.to_string().parse().unwrap()),
            None => return pages,
        }
    }
}

/// A few questions of every kind.
fn asks() -> Vec<Ask> {
    let plain = Ask { limit: 2_000, ..Ask::default() };
    vec![
        plain.clone(),
        Ask { statuses: vec![0], ..plain.clone() },
        Ask { statuses: vec![1], actors: vec![0, 2], oldest_first: true, ..plain.clone() },
        Ask { traces: vec![7], limit: 1, ..plain.clone() },
        Ask { correlations: vec![9_999], ..plain.clone() },
        Ask { since: Some(3_000_000), until: Some(3_100_000), resources: vec![2], ..plain.clone() },
        Ask { since: Some(1_000_000), recorded: true, oldest_first: true, categories: vec![0, 3], ..plain },
    ]
}

fn places(len: usize) -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(0..len, 1..3)]
}

fn numbers(end: u64) -> impl Strategy<Value = Vec<u64>> {
    prop_oneof![7 => Just(Vec::new()), 1 => proptest::collection::vec(0..end, 1..4)]
}

fn any_ask() -> impl Strategy<Value = Ask> {
    let who = (places(4), places(3), places(4));
    let what = (places(5), places(4), numbers(7), places(4), places(3), numbers(2_100), numbers(3_100));
    let bound = || proptest::option::of(-1_000_000..14_000_000_i64);
    let page = (bound(), bound(), any::<bool>(), any::<bool>(), 40..3_000_usize);
    (who, what, page).prop_map(|(who, what, page)| Ask {
        actors: who.0,
        kinds: who.1,
        principals: who.2,
        actions: what.0,
        categories: what.1,
        resources: what.2,
        statuses: what.3,
        risks: what.4,
        traces: what.5,
        correlations: what.6,
        since: page.0,
        until: page.1,
        recorded: page.2,
        oldest_first: page.3,
        limit: page.4,
    })
}

/// A log whose index was made in many steps: merged runs, small runs, and entries that have none.
static GROWN: LazyLock<(Logs, Vec<Value>)> = LazyLock::new(|| {
    let mut logs = Logs::new();
    for count in [1_100, 1_050, 1_024, 1_030, 1_100, 1_024, 1_300, 1_200, 1_024, 2_000, 300] {
        logs.record(count);
        block_on(logs.store().update_index(&log())).unwrap();
    }
    assert_eq!(logs.runs().len(), 3, "eight were merged");
    let lines = logs.lines();
    (logs, lines)
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_a_plain_reading_does(ask in any_ask()) {
        let (logs, lines) = &*GROWN;
        ask.check(&logs.store(), lines);
    }
}

#[test]
fn the_scan_answers_as_a_plain_reading_does() {
    let logs = Logs::with_entries(700);
    let (store, lines) = (logs.store(), logs.lines());
    let asks = asks().into_iter().chain(asks().into_iter().map(|ask| Ask { limit: 7, ..ask }));
    for ask in asks {
        ask.check(&Scan::new(&store), &lines);
    }
    assert!(!logs.index().exists());
}

#[test]
fn a_short_log_needs_no_index() {
    let logs = Logs::with_entries(1_000);
    logs.answers_well();
    assert!(!logs.index().exists());
}

#[test]
fn an_index_can_be_deleted_at_any_time() {
    let logs = Logs::with_entries(1_100);
    logs.answers_well();
    assert_eq!(logs.runs().len(), 1);
    fs::remove_dir_all(logs.index()).unwrap();
    logs.answers_well();
    assert_eq!(logs.runs().len(), 1);
}

#[cfg(unix)]
#[test]
fn an_index_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let logs = Logs::with_entries(2_000);
    logs.answers_well();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&logs.index()), 0o700);
    for file in fs::read_dir(logs.index()).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[test]
fn a_torn_index_is_made_again() {
    let logs = Logs::with_entries(1_100);
    logs.answers_well();
    let run = logs.runs().remove(0);
    let whole = fs::read(&run).unwrap();
    for cut in [0, 1, 50, whole.len() / 2, whole.len() - 1] {
        fs::write(&run, &whole[..cut]).unwrap();
        logs.answers_well();
        assert_eq!(fs::read(&run).unwrap(), whole, "cut to {cut} bytes");
    }
    fs::write(&run, [&whole[..], b"more"].concat()).unwrap();
    logs.answers_well();
    assert_eq!(fs::read(&run).unwrap(), whole);
}

#[test]
fn no_flipped_bit_changes_an_answer() {
    let logs = Logs::with_entries(1_100);
    let (store, lines) = (logs.store(), logs.lines());
    let asks = asks();
    asks[0].check(&store, &lines);
    let run = logs.runs().remove(0);
    let whole = fs::read(&run).unwrap();
    let step = whole.len() / 40;
    for (number, at) in (0..whole.len()).step_by(step).enumerate() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (number % 8);
        fs::write(&run, flipped).unwrap();
        asks[1 + number % (asks.len() - 1)].check(&store, &lines);
        fs::write(&run, &whole).unwrap();
    }
}

#[test]
fn the_index_of_another_log_is_thrown_away() {
    let (ours, theirs) = (Logs::with_entries(1_100), Logs::with_entries(1_100));
    ours.answers_well();
    theirs.answers_well();
    let (run, foreign) = (ours.runs().remove(0), theirs.runs().remove(0));
    let own = fs::read(&run).unwrap();
    fs::copy(foreign, &run).unwrap();
    ours.answers_well();
    assert_eq!(fs::read(&run).unwrap(), own);
}

#[test]
fn an_index_ahead_of_its_log_is_thrown_away() {
    let mut logs = Logs::with_entries(1_100);
    let backup = tempfile::tempdir().unwrap();
    copy(&logs.directory(), backup.path());
    logs.record(1_100);
    logs.answers_well();

    // The log is rolled back, and then goes another way.
    let index = backup.path().join("index");
    fs::rename(logs.index(), &index).unwrap();
    fs::remove_dir_all(logs.directory()).unwrap();
    copy(backup.path(), &logs.directory());
    logs.answers_well();
    logs.record(500);
    logs.answers_well();
    logs.record(2_000);
    logs.answers_well();
}

#[test]
fn an_index_of_what_the_log_held_before_is_thrown_away() {
    let logs = Logs::with_entries(2_000);
    logs.answers_well();
    let before = runs_named(&logs.lines());
    let run = logs.runs().remove(0);
    let kept = fs::read(&run).unwrap();
    let mut other = Logs { root: logs.root, numbers: Numbers(77), clock: logs.clock };
    fs::remove_dir_all(other.directory()).unwrap();
    other.record(2_000);
    fs::create_dir(other.index()).unwrap();
    fs::write(&run, &kept).unwrap();

    // The old index would find none of these, and nothing that is wrong.
    let lines = other.lines();
    let correlations = runs_named(&lines).difference(&before).copied().take(3).collect();
    Ask { correlations, limit: 10, ..Ask::default() }.check(&other.store(), &lines);
    other.answers_well();
    assert_ne!(fs::read(&run).unwrap(), kept);
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_is_read() {
    let logs = Logs::with_entries(1_500);
    // A file where the directory should be: even root cannot write into it.
    fs::write(logs.index(), b"").unwrap();
    assert!(matches!(block_on(logs.store().update_index(&log())), Err(Error::Store { .. })));
    logs.answers_well();
}

#[test]
fn a_reader_changes_nothing() {
    let logs = Logs::with_entries(1_100);
    let (reader, lines) = (logs.reader(), logs.lines());
    asks().iter().for_each(|ask| ask.check(&reader, &lines));
    assert!(matches!(block_on(reader.update_index(&log())), Err(Error::ReadOnly)));
    assert!(!logs.index().exists());

    block_on(logs.store().update_index(&log())).unwrap();
    let run = logs.runs().remove(0);
    fs::write(&run, b"torn").unwrap();
    asks().iter().for_each(|ask| ask.check(&reader, &lines));
    assert_eq!(fs::read(&run).unwrap(), b"torn");
}

#[test]
fn a_reader_uses_the_index_that_it_finds() {
    let logs = Logs::with_entries(1_100);
    block_on(logs.store().update_index(&log())).unwrap();
    // The log cannot be read through any more, so that an answer comes from the index.
    let segment = logs.directory().join("segments/00000000000000000000.jsonl");
    let text = fs::read_to_string(&segment).unwrap();
    fs::write(&segment, text.replacen(r#""seq":3,"v":1"#, r#""seq":4,"v":1"#, 1)).unwrap();
    let filter = Filter::new().correlation("there-is-none");
    assert_eq!(block_on(logs.reader().count(&log(), &filter)).unwrap(), 0);
    assert!(block_on(Scan::new(&logs.reader()).count(&log(), &filter)).is_err());
}

#[cfg(unix)]
#[test]
fn an_index_that_cannot_be_read_just_now_is_kept() {
    let logs = Logs::with_entries(1_100);
    logs.answers_well();
    let run = logs.runs().remove(0);
    fs::remove_file(&run).unwrap();
    // Even root cannot open what leads to itself.
    std::os::unix::fs::symlink(&run, &run).unwrap();
    logs.answers_well();
    assert!(fs::symlink_metadata(&run).unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_planted_link() {
    use std::os::unix::fs::symlink;

    let logs = Logs::with_entries(1_100);
    let others = tempfile::tempdir().unwrap();
    let victim = others.path().join("authorized_keys");
    fs::write(&victim, b"precious").unwrap();
    for name in ["new", "lock"] {
        fs::create_dir(logs.index()).unwrap();
        symlink(&victim, logs.index().join(name)).unwrap();
        logs.answers_well();
        assert_eq!(fs::read(&victim).unwrap(), b"precious", "{name}");
        fs::remove_dir_all(logs.index()).unwrap();
    }

    // Nor is anything made or thrown away in another directory.
    let run = others.path().join("00000000000000000000-00000000000000001100.run");
    fs::write(&run, b"precious").unwrap();
    symlink(others.path(), logs.index()).unwrap();
    logs.answers_well();
    assert!(matches!(block_on(logs.store().update_index(&log())), Err(Error::Store { .. })));
    assert_eq!(fs::read(&run).unwrap(), b"precious");
    assert_eq!(fs::read_dir(others.path()).unwrap().count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_place_of_the_lock_is_not_waited_for() {
    use rustix::fs::{CWD, FileType, Mode};

    let logs = Logs::with_entries(1_100);
    fs::create_dir(logs.index()).unwrap();
    // Made without another process, which would have the locks of the other tests for a moment.
    let (pipe, mode) = (logs.index().join("lock"), Mode::RUSR | Mode::WUSR);
    rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, mode, 0).unwrap();
    assert!(matches!(block_on(logs.store().update_index(&log())), Err(Error::Store { .. })));
    logs.answers_well();
}

#[test]
fn pages_are_stable_while_entries_are_appended() {
    let mut logs = Logs::with_entries(1_200);
    let newest = Timeline::new(Filter::new().status(Status::Applied)).limit(20);
    let before = pages(&logs.store(), &newest);
    let (mut found, mut timeline) = (Vec::new(), newest);
    loop {
        let page = block_on(logs.store().timeline(&log(), &timeline)).unwrap();
        found.push(page.entries.iter().map(axiom_audit::export::StoredEntry::seq).collect::<Vec<_>>());
        let Some(next) = page.next else { break };
        timeline = timeline.after(next);
        logs.record(150);
    }
    assert_eq!(found, before);

    let oldest = Timeline::new(Filter::new().status(Status::Applied)).oldest_first().limit(20);
    let page = block_on(logs.store().timeline(&log(), &oldest)).unwrap();
    let all = pages(&logs.store(), &oldest);
    assert_eq!(pages(&logs.store(), &oldest.after(page.next.unwrap())), all[1..]);
}

#[test]
fn a_cursor_serves_its_own_question_alone() {
    let logs = Logs::with_entries(50);
    let store = logs.store();
    let ask = |filter: Filter| Timeline::new(filter).limit(1);
    let next = block_on(store.timeline(&log(), &ask(Filter::new()))).unwrap().next.unwrap();
    let refused = |log: &LogId, timeline: Timeline| {
        matches!(block_on(store.timeline(log, &timeline.after(next.clone()))), Err(Error::Cursor(_)))
    };
    assert!(!refused(&log(), ask(Filter::new())));
    assert!(refused(&log(), ask(Filter::new().actor("user_1"))));
    assert!(refused(&log(), ask(Filter::new()).oldest_first()));
    assert!(refused(&LogId::new("globex".parse().unwrap(), Stream::Material), ask(Filter::new())));
    assert!(refused(&LogId::new(acme(), Stream::Operational), ask(Filter::new())));
}

#[test]
fn many_may_ask_at_once_while_one_writes() {
    let mut logs = Logs::with_entries(3_000);
    let lines = logs.lines();
    let upto = Timestamp::from_unix_micros(START + 3_000_000).unwrap();
    let ask = Filter::new().status(Status::Failed).time(Time::Recorded).until(upto);
    let admitted = |line: &&Value| {
        line["event"]["status"] == "failed"
            && line["event"]["recordedAt"].as_str().unwrap().parse::<Timestamp>().unwrap() < upto
    };
    let expected = lines.iter().filter(admitted).count() as u64;
    assert!(expected > 500);
    let root = logs.root.path().to_owned();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..3 {
                    let store = FileStore::read_only(&root).unwrap();
                    assert_eq!(block_on(store.count(&log(), &ask)).unwrap(), expected);
                    let timeline = Timeline::new(ask.clone()).limit(usize::MAX);
                    let page = block_on(store.timeline(&log(), &timeline)).unwrap();
                    assert_eq!(page.entries.len() as u64, expected);
                }
            });
        }
        (0..3).for_each(|_| logs.record(1_100));
    });
    logs.answers_well();
}

#[test]
fn a_line_that_is_no_entry_is_an_error_and_hides_nothing_else() {
    let logs = Logs::with_entries(1_500);
    let segment = logs.directory().join("segments/00000000000000000000.jsonl");
    let text = fs::read_to_string(&segment).unwrap();
    let damaged = text.replacen(r#""seq":3,"v":1"#, r#""seq":4,"v":1"#, 1);
    fs::write(&segment, damaged).unwrap();
    let store = logs.store();
    let ask = Timeline::new(Filter::new()).limit(10);
    assert_eq!(block_on(store.timeline(&log(), &ask)).unwrap().entries.len(), 10);
    assert!(matches!(block_on(store.timeline(&log(), &ask.oldest_first())), Err(Error::Damaged { .. })));
    assert!(matches!(block_on(store.count(&log(), &Filter::new().actor("user_1"))), Err(Error::Damaged { .. })));
    assert!(matches!(block_on(store.update_index(&log())), Err(Error::Damaged { .. })));
}

#[test]
fn a_log_that_is_not_there_is_empty() {
    let logs = Logs::with_entries(5);
    let other = LogId::new("globex".parse().unwrap(), Stream::Material);
    let page = block_on(logs.store().timeline(&other, &Timeline::new(Filter::new()))).unwrap();
    assert!(page.entries.is_empty() && page.next.is_none());
    assert_eq!(block_on(logs.store().count(&other, &Filter::new())).unwrap(), 0);
    assert_eq!(
        fs::read_dir(logs.root.path()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count(),
        1
    );
}

#[test]
fn at_least_a_level_is_that_level_and_those_above() {
    let logs = Logs::with_entries(200);
    let count = |filter: Filter| block_on(logs.store().count(&log(), &filter)).unwrap();
    assert_eq!(count(Filter::new().risk_at_least(RiskLevel::Low)), 200);
    let (medium, high) = (count(Filter::new().risk(RiskLevel::Medium)), count(Filter::new().risk(RiskLevel::High)));
    assert_eq!(count(Filter::new().risk_at_least(RiskLevel::Medium)), medium + high);
    assert_eq!(count(Filter::new().risk_at_least(RiskLevel::High)), high);
}

/// Two streams whose entries take turns.
fn two_streams() -> (MemoryStore, [Stream; 2]) {
    let naming = Naming::new("audit.example.com".parse().unwrap(), [7; 32]).unwrap();
    let store = Arc::new(MemoryStore::new(naming));
    let streams = [Stream::Material, Stream::Operational];
    let clock = Arc::new(Ticking(AtomicI64::new(0)));
    let recorders = streams.clone().map(|stream| {
        let recorder = Recorder::builder_shared(store.clone(), Unscrubbed).stream(stream);
        recorder.clock(SharedClock(clock.clone())).build().unwrap()
    });
    let mut numbers = Numbers(11);
    for _ in 0..60 {
        let recorder = numbers.one_of(&[0, 0, 1]);
        recorders[recorder].record_blocking(event(&mut numbers)).unwrap();
    }
    drop(recorders);
    (Arc::into_inner(store).unwrap(), streams)
}

#[test]
fn activity_is_in_the_order_of_recording_on_every_page() {
    let (store, streams) = two_streams();
    let scan = Scan::new(&store);
    for oldest_first in [false, true] {
        for filter in [Filter::new(), Filter::new().status(Status::Denied)] {
            let logs = streams.clone().map(|stream| LogId::new(acme(), stream));
            let expected: u64 = logs.iter().map(|log| block_on(scan.count(log, &filter)).unwrap()).sum();
            let mut timeline = Timeline::new(filter).limit(7);
            if oldest_first {
                timeline = timeline.oldest_first();
            }
            let mut times = Vec::new();
            loop {
                let page = block_on(activity(&scan, &acme(), &streams, &timeline)).unwrap();
                assert!(page.next.is_none() || page.entries.len() == 7);
                let time = |entry: &axiom_audit::export::StoredEntry| {
                    entry.event().get("recordedAt").unwrap().as_str().unwrap().to_owned()
                };
                times.extend(page.entries.iter().map(time));
                let Some(next) = page.next else { break };
                timeline = timeline.after(next.to_string().parse().unwrap());
            }
            let mut sorted = times.clone();
            sorted.sort();
            sorted.dedup();
            if !oldest_first {
                sorted.reverse();
            }
            assert_eq!(times, sorted, "in order, and each once");
            assert_eq!(times.len() as u64, expected);
        }
    }
}
