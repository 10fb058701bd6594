//! `axiom audit append`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use axiom_audit::import::cloudtrail;
use axiom_audit::{Error, Fate, FileStore, Prepared, Receipt, Recorder, RecorderBuilder};
use axiom_core::{Event, SealPaths, Stream, Unscrubbed};
use axiom_pii::PiiScrubber;
use clap::{Args, ValueEnum};
use pollster::block_on;
use serde::Serialize;

use super::field_keys::FieldKeys;
use super::tell_recoveries;
use crate::failure::{Failure, chain};
use crate::input::{Line, Source};
use crate::terminal;

/// Record events, and print one receipt for each
///
/// Reads one JSON object a line; `organizationId` decides the log. A receipt says that the event is on disk; that of an
/// event that was recorded lately says `duplicate`, and names the first. Personal data is redacted before anything is
/// stored. A line may have 1 MiB, an event as it is stored almost 64 KiB.
///
/// Exit status: 0 all were recorded; 1 some were not, and are named with their line, once where one follows another for
/// the same reason; 2 wrong usage, or the log could not be written.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom audit append ./logs events.jsonl\n  \
    tail -f app.jsonl | axiom audit append ./logs -\n  \
    axiom audit append ./logs --seal-key seal.key --seal /metadata/roleArn events.jsonl\n  \
    axiom audit append ./logs --keys keys/ --key master.key --seal-of /metadata/name /subjectRefs/0 events.jsonl\n  \
    axiom audit append ./logs --from cloudtrail 2026-03-01/*.json.gz")]
pub(crate) struct Append {
    /// The log directory
    dir: PathBuf,
    /// Files to read, - for standard input [default: -]
    files: Vec<PathBuf>,
    /// What the files hold
    #[arg(long, value_enum, default_value_t = Origin::Jsonl)]
    from: Origin,
    /// Record everything in this stream, instead of that of each action
    #[arg(long, value_name = "NAME")]
    stream: Option<Stream>,
    /// Go on after an event that cannot be recorded, or a log that is damaged
    #[arg(long)]
    keep_going: bool,
    /// With keys, beforeState and afterState are encrypted.
    #[command(flatten)]
    keys: FieldKeys,
    /// Encrypt this field too: a JSON Pointer into the metadata; may be given more than once
    #[arg(long, value_name = "PATH")]
    seal: Vec<String>,
    /// Encrypt this field too, with the key of the data subject that the event names at SUBJECT, as /subjectRefs/0
    #[arg(long, value_names = ["PATH", "SUBJECT"], num_args = 2, requires = "keys")]
    seal_of: Vec<String>,
    /// Store personal data as it came (it cannot be taken out again)
    #[arg(long)]
    no_scrub: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Origin {
    /// One event a line
    Jsonl,
    /// AWS CloudTrail log files, plain or gzipped
    Cloudtrail,
}

impl Append {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = Arc::new(FileStore::open(&self.dir)?);
        let recorder = self.configured(store.clone())?.build()?;
        let mut batch = Batch {
            recorder: &recorder,
            events: Vec::new(),
            places: Vec::new(),
            keep_going: self.keep_going,
            refused: 0,
        };
        let recorded = self.append(&mut batch);
        let refused = batch.refused;
        tell_recoveries(&store);
        let closed = recorder.close_blocking();
        recorded?;
        closed?;
        // What was acknowledged is safe in the journal; here it becomes known if it cannot leave that.
        Arc::into_inner(store).map_or(Ok(()), FileStore::close)?;
        if refused > 0 { Err(Failure::Told) } else { Ok(()) }
    }

    fn configured(&self, store: Arc<FileStore>) -> Result<RecorderBuilder, Failure> {
        let mut builder = match self.no_scrub {
            true => Recorder::builder_shared(store, Unscrubbed),
            false => Recorder::builder_shared(store, PiiScrubber::default()),
        };
        match self.keys.sealer()? {
            Some(sealer) => builder = builder.seal(self.paths()?, sealer),
            None if self.seal.is_empty() => {}
            None => return Err(Failure::Usage("--seal needs --seal-key or --keys".into())),
        }
        if let Some(stream) = &self.stream {
            builder = builder.stream(stream.clone());
        }
        Ok(builder)
    }

    /// The states, unless they are a subject's, and the fields that are named.
    fn paths(&self) -> Result<SealPaths, Failure> {
        let of_subjects: Vec<_> = self.seal_of.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1])).collect();
        let is_subjects = |state: &str| of_subjects.iter().any(|(path, _)| *path == state);
        let mut states = ["/beforeState", "/afterState"].into_iter().filter(|state| !is_subjects(state));
        let mut paths = states.try_fold(SealPaths::none(), SealPaths::and)?;
        paths = self.seal.iter().try_fold(paths, |paths, path| paths.and(path))?;
        Ok(of_subjects.into_iter().try_fold(paths, |paths, (path, subject)| paths.and_of_subject(path, subject))?)
    }

    fn append(&self, batch: &mut Batch<'_>) -> Result<(), Failure> {
        let sources: Vec<Source> = match self.files.is_empty() {
            true => vec![Source::new(None)],
            false => self.files.iter().map(|path| Source::new(Some(path))).collect(),
        };
        let bar = terminal::progress(sources.iter().map(Source::len).sum(), "recording");
        for source in &sources {
            let read = match self.from {
                Origin::Jsonl => append_lines(source, batch, &bar),
                Origin::Cloudtrail => append_records(source, batch, &bar),
            };
            // What was read is recorded before anything else can go wrong, also if the rest could not be read.
            batch.record()?;
            read?;
        }
        bar.finish_and_clear();
        Ok(())
    }
}

fn append_lines(source: &Source, batch: &mut Batch<'_>, bar: &indicatif::ProgressBar) -> Result<(), Failure> {
    let mut lines = source.lines(MAX_LINE)?;
    while let Some(line) = lines.next()? {
        match line {
            Line::Whole(number, bytes) => {
                bar.inc(bytes.len() as u64 + 1);
                let place = || format!("{}, line {number}", source.name().display());
                batch.add(&place, Event::from_json(bytes).map_err(|error| chain(&error)))?;
            }
            Line::TooLong(number) => {
                let place = || format!("{}, line {number}", source.name().display());
                batch.refuse(&place, &format!("longer than {MAX_LINE} bytes"))?;
            }
        }
        if batch.is_full() || lines.would_wait() {
            batch.record()?;
        }
    }
    Ok(())
}

fn append_records(source: &Source, batch: &mut Batch<'_>, bar: &indicatif::ProgressBar) -> Result<(), Failure> {
    let name = source.name().display();
    let records = match cloudtrail::events(source.open()?) {
        Ok(records) => records,
        Err(error) => return batch.refuse(&|| name.to_string(), &chain(&error)),
    };
    for (index, event) in records.into_iter().enumerate() {
        let place = || format!("{name}, record {index}");
        let event = event.map_err(|error| match error {
            cloudtrail::Error::Record { source, .. } => chain(&source),
            other => chain(&other),
        });
        batch.add(&place, event)?;
        if batch.is_full() {
            batch.record()?;
        }
    }
    bar.inc(source.len());
    Ok(())
}

/// The longest line that is read, in bytes: far more than an event may have.
const MAX_LINE: usize = 1 << 20;

/// Events on their way into the log.
struct Batch<'a> {
    recorder: &'a Recorder,
    events: Vec<Prepared>,
    /// Where each event came from.
    places: Vec<String>,
    keep_going: bool,
    refused: u64,
}

impl Batch<'_> {
    /// Adds an event, or says why it cannot be recorded.
    fn add(&mut self, place: &dyn Fn() -> String, event: Result<Event, String>) -> Result<(), Failure> {
        let prepare = |event| block_on(self.recorder.prepare(event)).map_err(|error| reason(&error));
        match event.and_then(prepare) {
            Ok(prepared) => {
                self.events.push(prepared);
                self.places.push(place());
                Ok(())
            }
            Err(reason) => self.refuse(place, &reason),
        }
    }

    /// Says why something cannot be recorded; what came before it is, what comes after it only on request.
    fn refuse(&mut self, place: &dyn Fn() -> String, reason: &str) -> Result<(), Failure> {
        self.record()?;
        self.refused += 1;
        let message = format!("{}: {reason}", place());
        if self.keep_going {
            terminal::error(&message);
            return Ok(());
        }
        Err(Failure::Integrity(message))
    }

    fn is_full(&self) -> bool {
        self.events.len() >= 1000
    }

    /// Records what there is, prints the receipts, and says what was not recorded.
    fn record(&mut self) -> Result<(), Failure> {
        let places = core::mem::take(&mut self.places);
        let receipts = block_on(self.recorder.record_prepared(core::mem::take(&mut self.events)));
        let mut out = BufWriter::new(io::stdout().lock());
        let mut failed: Vec<Failed> = Vec::new();
        let mut goes_on = false;
        for (receipt, place) in receipts.into_iter().zip(places) {
            match receipt.map_err(Failure::from) {
                Ok(receipt) => {
                    terminal::json_line(&mut out, &Printed::new(&receipt))?;
                    goes_on = false;
                }
                Err(failure) => {
                    match failed.last_mut().filter(|last| goes_on && last.failure == failure) {
                        Some(last) => last.more += 1,
                        None => failed.push(Failed { place, more: 0, failure }),
                    }
                    goes_on = true;
                }
            }
        }
        out.flush().map_err(|error| Failure::output(&error))?;
        self.tell(failed)
    }

    /// Says what was not recorded. A log that is damaged stops the others unless they are to go on; a store that
    /// cannot be written always does.
    fn tell(&mut self, failed: Vec<Failed>) -> Result<(), Failure> {
        self.refused += failed.iter().map(|failed| 1 + failed.more).sum::<u64>();
        let mut failures: Vec<Failure> = failed.into_iter().map(Failed::told).collect();
        let unwritten = failures.iter().position(|failure| !matches!(failure, Failure::Integrity(_)));
        let first = (!self.keep_going && !failures.is_empty()).then_some(0);
        let stop = unwritten.or(first).map(|index| failures.remove(index));
        for failure in failures {
            failure.report();
        }
        stop.map_or(Ok(()), Err)
    }
}

/// Events one after another that were not recorded for the same reason: a disk that is full says so once.
struct Failed {
    /// Where the first one came from.
    place: String,
    /// How many more there are.
    more: u64,
    failure: Failure,
}

impl Failed {
    fn told(self) -> Failure {
        let Self { place, more, failure } = self;
        if more == 0 { failure.at(&place) } else { failure.at(&format!("{place} and {more} more after it")) }
    }
}

/// An event's own fault without the words around it.
fn reason(error: &Error) -> String {
    match error {
        Error::Event(event) => chain(event),
        other => chain(other),
    }
}

/// A receipt as it is printed.
#[derive(Serialize)]
struct Printed<'a> {
    id: String,
    log: &'a str,
    seq: u64,
    hash: String,
    durable: bool,
    /// Only where the event had been recorded before.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    duplicate: bool,
}

impl<'a> Printed<'a> {
    fn new(receipt: &'a Receipt) -> Self {
        let place = receipt.place().expect("without another failure policy every receipt has a place");
        Self {
            id: receipt.id.to_string(),
            log: receipt.log.as_str(),
            seq: place.seq,
            hash: place.hash.to_string(),
            durable: place.durable,
            duplicate: matches!(receipt.fate, Fate::Duplicate { .. }),
        }
    }
}
