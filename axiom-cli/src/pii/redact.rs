//! `axiom pii redact`.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use axiom_core::{Action, Finding};
use axiom_pii::stream::RedactingWriter;
use axiom_pii::{Blocked, Csv, DocumentError, Json, Operators, Scanner, StreamRedactor};
use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;

use super::form::Form;
use super::{Wanted, jsonl};
use crate::failure::{Failure, chain};
use crate::input::Source;
use crate::output::Sink;
use crate::terminal;

/// Replace personal data in text by placeholders
///
/// Input of any length is redacted in the memory of a moment, and written as soon as it is decided. Bytes that are no
/// text pass as they are.
///
/// Exit status: 0 all was redacted; 1 some of the input could not be taken; 2 wrong usage, or a file could not be read or
/// written.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom pii redact mail.txt > mail.redacted.txt\n  \
    tail -f server.log | axiom pii redact\n  \
    axiom pii redact --summary --output clean.json customers.json\n  \
    axiom pii redact --jsonl < texts.jsonl")]
pub(crate) struct Redact {
    /// The text, - for standard input [default: -]
    file: Option<PathBuf>,
    /// Where the redacted text goes, a new file [default: standard output]
    #[arg(long, short, value_name = "FILE", conflicts_with = "jsonl")]
    output: Option<PathBuf>,
    /// Read one JSON object {"id"?, "text"} a line of at most 64 MiB, and write one {"id"?, "text"} for each
    #[arg(long)]
    jsonl: bool,
    /// How the input is read
    #[arg(long = "as", value_enum, default_value_t = Form::Auto, conflicts_with = "jsonl")]
    form: Form,
    /// Say on standard error how much of each type was found
    #[arg(long, conflicts_with = "jsonl")]
    summary: bool,
    #[command(flatten)]
    wanted: Wanted,
}

#[derive(Serialize)]
struct Redacted {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Box<RawValue>>,
    text: String,
}

impl Redact {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (scanner, operators) = self.wanted.scanner_and_operators()?;
        let source = Source::new(self.file.as_deref());
        if self.jsonl {
            return jsonl::each(&source, |line| Redacted {
                id: line.id,
                text: scanner.redact_with(&operators, "", &line.text, &mut Vec::new()).into_owned(),
            });
        }
        let (form, mut counts) = (self.form.of(source.name()), Counts::default());
        let mut run = Run { scanner: &scanner, operators: &operators, source: &source, counts: &mut counts };
        let copied = match &self.output {
            Some(path) => Sink::new(path)?.write(|out| run.redact(form, out)),
            None => run.redact(form, &mut io::stdout().lock()),
        };
        if self.summary {
            counts.say();
        }
        copied
    }
}

/// One input on its way through.
struct Run<'a> {
    scanner: &'a Scanner,
    operators: &'a Operators,
    source: &'a Source,
    counts: &'a mut Counts,
}

impl Run<'_> {
    fn redact(&mut self, form: Form, out: &mut dyn Write) -> Result<(), Failure> {
        let bar = terminal::progress(self.source.len(), "redacting");
        let input = bar.wrap_read(self.source.open()?);
        match form {
            Form::Auto | Form::Text => self.text(input, out)?,
            Form::Csv | Form::Tsv => {
                let csv = Csv::new(self.scanner).substitute(self.operators);
                let csv = csv.delimiter(form.delimiter().unwrap_or_default());
                let read = csv.redact_stream(input, BufWriter::new(out), |found| self.counts.add(&found.finding));
                read.map_err(|error| failed(self.source.name(), &error))?;
            }
            Form::Json => {
                let json = Json::new(self.scanner).substitute(self.operators);
                let read = json.redact_stream(input, BufWriter::new(out), |found| self.counts.add(&found.finding));
                read.map_err(|error| failed(self.source.name(), &error))?;
            }
            Form::Ndjson => self.lines(input, out)?,
        }
        bar.finish_and_clear();
        self.counts.check(self.source.name())
    }

    fn text(&mut self, mut input: impl Read, out: &mut dyn Write) -> Result<(), Failure> {
        let name = self.source.name();
        let redactor = StreamRedactor::with(self.scanner.clone(), self.operators.clone());
        let (mut writer, mut chunk) = (RedactingWriter::new(redactor, out), vec![0; CHUNK]);
        loop {
            let length = match input.read(&mut chunk) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::io("read", name, &error)),
            };
            writer
                .write_all(&chunk[..length])
                .and_then(|()| writer.flush())
                .map_err(|error| unwritten(name, &error))?;
            writer.redactor().findings().iter().for_each(|finding| self.counts.add(finding));
        }
        let (_, findings) = writer.finish().map_err(|error| unwritten(name, &error))?;
        findings.iter().for_each(|finding| self.counts.add(finding));
        Ok(())
    }

    /// A line that is no document is redacted as text, named, and fails the command at its end.
    fn lines(&mut self, input: impl Read, out: &mut dyn Write) -> Result<(), Failure> {
        let (name, mut broken) = (self.source.name(), 0);
        let json = Json::new(self.scanner).substitute(self.operators);
        let read = json.redact_lines(input, BufWriter::new(out), |found| match found {
            Ok(found) => self.counts.add(&found.finding),
            Err(error) => {
                broken += 1;
                terminal::error(&format!("{}: {error}; redacted as text", name.display()));
            }
        });
        read.map_err(|error| failed(name, &error))?;
        if broken > 0 { Err(Failure::Told) } else { Ok(()) }
    }
}

/// Why nothing more was written: because of what was found, or because of the output.
fn unwritten(name: &Path, error: &io::Error) -> Failure {
    match error.get_ref() {
        Some(blocked) if blocked.is::<Blocked>() => Failure::Integrity(format!("{}: {blocked}", name.display())),
        _ => Failure::output(error),
    }
}

fn failed(name: &Path, error: &DocumentError) -> Failure {
    match error {
        DocumentError::Write { source } => Failure::output(source),
        DocumentError::Read { source } => Failure::io("read", name, source),
        _ => Failure::Integrity(format!("{}: {}", name.display(), chain(error))),
    }
}

/// How much of each type was found.
#[derive(Default)]
struct Counts(BTreeMap<String, (usize, Option<Action>)>);

impl Counts {
    fn add(&mut self, finding: &Finding) {
        let (count, action) = self.0.entry(finding.kind.clone().into_owned()).or_default();
        *count += 1;
        *action = Some(finding.action);
    }

    /// Fails where something is to be blocked: of a document its values are taken out, and the rest has been written.
    fn check(&self, name: &Path) -> Result<(), Failure> {
        let blocked = |(_, action): &&(usize, Option<Action>)| *action == Some(Action::Block);
        let kinds: Vec<_> = self.0.iter().filter(|(_, count)| blocked(count)).map(|(kind, _)| kind.as_str()).collect();
        match kinds[..] {
            [] => Ok(()),
            _ => Err(Failure::Integrity(format!("{}: blocked: {}", name.display(), kinds.join(", ")))),
        }
    }

    fn say(&self) {
        for (kind, (count, action)) in &self.0 {
            let action = action.map_or("", Action::as_str);
            terminal::say(&format!("{count:>9}  {kind} ({action})"));
        }
    }
}

/// How much is read at once, in bytes.
const CHUNK: usize = 64 * 1024;
