//! `axiom audit export`.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use axiom_audit::FileStore;
use axiom_audit::export::{Csv, Format, Json, JsonLines, export};
use axiom_core::OrganizationId;
use clap::{Args, ValueEnum};
use pollster::block_on;

use super::logs;
use crate::failure::Failure;

/// Write entries in a form that others read
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom audit export ./logs --format csv --org acme --out acme.csv\n  \
    axiom audit export ./logs --format jsonl | jq .event.actionType")]
pub(crate) struct Export {
    /// The log directory
    dir: PathBuf,
    /// In which form
    #[arg(long, value_enum)]
    format: Form,
    /// Only this organization's logs
    #[arg(long, value_name = "ORG")]
    org: Option<OrganizationId>,
    /// A file to make [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// The stored lines themselves, byte for byte: what is hashed
    Jsonl,
    /// One array of entries with their hashes
    Json,
    /// One row an entry, safe to open in a spreadsheet
    Csv,
}

impl Export {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::read_only(&self.dir)?;
        let logs = logs(&store, self.org.as_ref())?;
        let mut format: Box<dyn Format + Send> = match self.format {
            Form::Jsonl => Box::new(JsonLines),
            Form::Json => Box::new(Json::new()),
            Form::Csv => Box::new(Csv),
        };
        let mut out = BufWriter::new(self.output()?);
        block_on(export(&store, &logs, &mut *format, &mut out))?;
        out.flush().map_err(|error| Failure::output(&error))
    }

    fn output(&self) -> Result<Box<dyn Write + Send>, Failure> {
        let Some(path) = &self.out else { return Ok(Box::new(std::io::stdout())) };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| Failure::io("create", path, &error))?;
        Ok(Box::new(file))
    }
}
