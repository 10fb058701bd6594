//! `axiom pii redact`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Wanted, jsonl};
use crate::failure::Failure;
use crate::input::Source;
use crate::terminal;

/// Replace personal data in text by placeholders
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom pii redact mail.txt > mail.redacted.txt\n  \
    axiom pii redact --jsonl < texts.jsonl")]
pub(crate) struct Redact {
    /// The text, - for standard input [default: -]
    file: Option<PathBuf>,
    /// Read one JSON object {"id"?, "text"} a line of at most 64 MiB, and write one {"id"?, "text"} for each
    #[arg(long)]
    jsonl: bool,
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
        let scanner = self.wanted.scanner()?;
        let source = Source::new(self.file.as_deref());
        let mut findings = Vec::new();
        let mut redact = |text: &str| {
            findings.clear();
            scanner.redact(text, &mut findings).into_owned()
        };
        if self.jsonl {
            return jsonl::each(&source, |line| Redacted { id: line.id, text: redact(&line.text) });
        }
        terminal::print_raw(redact(&source.read_text()?).as_bytes())
    }
}
